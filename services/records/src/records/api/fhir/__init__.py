"""The FHIR origin: each module has the interactions of its subject, which `origin` answers."""

from records.api.fhir import metadata, origin, people, reading, searching

__all__ = ["metadata", "origin", "people", "reading", "searching"]
