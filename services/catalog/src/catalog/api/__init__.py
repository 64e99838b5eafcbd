"""The catalog over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from catalog.api import attachments, calendars, offerings, searching, sites, slots
from catalog.api.served import Resources, api

__all__ = ["Resources", "api", "attachments", "calendars", "offerings", "searching", "sites", "slots"]
