"""The system on this machine: where it keeps what it has."""

import os
from pathlib import Path

STATE = Path(os.environ.get("YIMA_STATE", ".yima"))
