"""The demo: a hub, a simulated community and a real Home Assistant with one home of it, on this computer alone."""
