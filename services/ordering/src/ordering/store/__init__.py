"""Every SQL statement of ordering."""
