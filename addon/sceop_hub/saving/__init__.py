"""What events saved, reckoned beside the server in a process of its own."""
