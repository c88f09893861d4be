"""People's business: what the kiosk does, told in terms of the sockets alone."""
