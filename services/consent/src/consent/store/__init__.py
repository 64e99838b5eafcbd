"""Every SQL statement of consent."""
