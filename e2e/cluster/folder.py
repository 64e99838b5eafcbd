"""Where all of it is: binaries and images are kept, the rest goes when the cluster is ended."""

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
VARIABLE = "YIMA_CLUSTER"


@dataclass(frozen=True)
class Folder:
    """The cluster's folder: `.cluster/`, or what YIMA_CLUSTER says."""

    root: Path

    @classmethod
    def here(cls) -> "Folder":
        return cls(Path(os.environ.get(VARIABLE) or REPOSITORY / ".cluster").absolute())

    @property
    def binaries(self) -> Path:
        return self.root / "bin"

    @property
    def images(self) -> Path:
        return self.root / "images"

    @property
    def sources(self) -> Path:
        return self.root / "src"

    @property
    def running(self) -> Path:
        """Of the cluster that runs: keys, logs, nodes' folders, volumes."""
        return self.root / "running"

    @property
    def admin(self) -> Path:
        return self.running / "admin.kubeconfig"

    def binary(self, name: str) -> Path:
        return self.binaries / name

    def log(self, name: str) -> Path:
        return self.running / "log" / name
