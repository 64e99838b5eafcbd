"""Ordering: how an order moves, and when it must stop."""
