"""Records over HTTP: decode, one call, encode. Nothing is released or stored before consent has decided."""

from records.api import (
    alert_rules,
    batches,
    compute,
    device_models,
    devices,
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
    "alert_rules",
    "api",
    "batches",
    "compute",
    "device_models",
    "devices",
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
