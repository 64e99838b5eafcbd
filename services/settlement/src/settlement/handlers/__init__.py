"""What settlement hears, handed to its commands."""
