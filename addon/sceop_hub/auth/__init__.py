"""Who somebody is: households by their token, people by the door through which they come."""
