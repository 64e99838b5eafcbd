"""Settlement: who is owed what."""
