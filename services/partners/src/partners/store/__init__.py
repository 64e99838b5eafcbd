"""Every SQL statement of partners."""
