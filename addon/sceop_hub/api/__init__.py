"""The wire, version 1: what households and the hub say to each other."""
