"""Notifications: who is told of what, when, by which channel."""
