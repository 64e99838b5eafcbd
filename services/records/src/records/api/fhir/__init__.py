"""The FHIR origin: each module has the interactions of its subject, which `origin` answers."""

from records.api.fhir import exporting, metadata, origin, people, reading, searching, terminology, writing

__all__ = ["exporting", "metadata", "origin", "people", "reading", "searching", "terminology", "writing"]
