"""The way to a community's hub: joining it, sending what was measured, and staying in touch."""
