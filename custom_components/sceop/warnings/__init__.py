"""Warnings at work: what is so at this site, told to automations and to the people whom it concerns."""
