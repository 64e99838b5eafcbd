"""Notifications over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from notifications.api import messages, preferences, webhooks
from notifications.api.served import api

__all__ = ["api", "messages", "preferences", "webhooks"]
