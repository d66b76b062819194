"""The community's plan: who may take how much when, so that a hundred homes that flee a peak do not make the next."""
