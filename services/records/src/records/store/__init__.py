"""Every SQL statement of records."""
