"""Documents that partners keep: a statement as JSON, CSV and a signed PDF, and the key that signs."""
