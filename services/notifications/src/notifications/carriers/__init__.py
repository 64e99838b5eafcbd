"""What carries messages to people: a port, and what is behind it: SMTP, text messages and push services."""
