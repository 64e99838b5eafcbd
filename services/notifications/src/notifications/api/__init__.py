"""Notifications over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from notifications.api import conformance, deliveries, endpoints, messages, preferences, webhook_events
from notifications.api.served import api

__all__ = ["api", "conformance", "deliveries", "endpoints", "messages", "preferences", "webhook_events"]
