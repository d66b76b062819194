"""Reading the files of others: what meters, utilities and other hubs write down becomes slots of a household."""
