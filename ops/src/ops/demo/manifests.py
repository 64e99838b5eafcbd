"""The manifests that ship with the command line."""

from importlib.resources import files
from typing import Any

import yaml


def manifest_of(name: str) -> dict[str, Any]:
    """The `spec` of a manifest that ships with the command line."""
    return dict(yaml.safe_load((files("yima_cli") / "manifests" / name).read_text("utf-8"))["spec"])
