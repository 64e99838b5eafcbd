"""The catalog over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from catalog.api import offerings, searching, sites, slots
from catalog.api.served import Resources, api

__all__ = ["Resources", "api", "offerings", "searching", "sites", "slots"]
