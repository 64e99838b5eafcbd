"""Records over HTTP: decode, one call, encode. Nothing is released or stored before consent has decided."""

from records.api import (
    batches,
    compute,
    emergency,
    error_reports,
    grades,
    ingests,
    own_readings,
    quality,
    releases,
    resource_catalogue,
    sources,
    terminology,
    timeline,
    writes,
)
from records.api.served import Resources, api

__all__ = [
    "Resources",
    "api",
    "batches",
    "compute",
    "emergency",
    "error_reports",
    "grades",
    "ingests",
    "own_readings",
    "quality",
    "releases",
    "resource_catalogue",
    "sources",
    "terminology",
    "timeline",
    "writes",
]
