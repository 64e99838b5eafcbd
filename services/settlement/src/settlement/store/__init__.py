"""Every SQL statement of settlement."""
