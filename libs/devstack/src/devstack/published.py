"""What others publish and tests are held against: fetched by name and version from its registry, once, and kept in the
user's cache. Nothing of it is in the repository. Each file is known by its SHA-256."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

SECONDS_MAX = 240


class NotFetched(Exception):
    """The file is not here, and its registry could not be asked for it."""


def from_npm(package: str, version: str, sha256: str) -> Path:
    """A package of npm's registry, as the archive (.tgz) it is."""

    def fetch(folder: Path) -> Path:
        run(folder, "npm", "pack", "--silent", f"{package}@{version}")
        return next(folder.glob("*.tgz"))

    return kept(f"{package.lstrip('@').replace('/', '-')}-{version}.tgz", sha256, fetch)


def from_go(module: str, version: str, path: str, sha256: str) -> Path:
    """One file of a module of Go's proxy."""

    def fetch(folder: Path) -> Path:
        run(folder, "go", "mod", "download", f"{module}@{version}", GOMODCACHE=str(folder), GOFLAGS="-modcacherw")
        return next(file for file in folder.rglob(Path(path).name) if str(file).endswith(path))

    return kept(f"{module.replace('/', '-')}-{version}-{Path(path).name}", sha256, fetch)


def from_maven(group: str, artifact: str, version: str, sha256: str) -> Path:
    """A .jar of Maven Central's."""

    def fetch(folder: Path) -> Path:
        coordinates = f"{group}:{artifact}:{version}"
        repository = f"-Dmaven.repo.local={folder}"
        run(folder, "mvn", "-q", "-B", repository, "dependency:get", f"-Dartifact={coordinates}", "-Dtransitive=false")
        return next(folder.rglob(f"{artifact}-{version}.jar"))

    return kept(f"{artifact}-{version}.jar", sha256, fetch)


def kept(name: str, sha256: str, fetch: Callable[[Path], Path]) -> Path:
    """The file in the cache, fetched first if it is not there, and never another than the one that is meant."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yima"
    path = cache / name
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            fetched = fetch(Path(folder))
            if (known := hashlib.sha256(fetched.read_bytes()).hexdigest()) != sha256:
                raise NotFetched(f"{name} has the SHA-256 {known}, not {sha256}")
            fetched.replace(path)
    return path


def run(folder: Path, tool: str, *arguments: str, **more: str) -> None:
    path = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.prefix) / "bin")])  # a tool of ours at the last
    if shutil.which(tool, path=path) is None:
        raise NotFetched(f"{tool} is needed to fetch this, and is not installed")
    try:
        subprocess.run(  # noqa: S603 fixed arguments
            [tool, *arguments],
            cwd=folder,
            env=os.environ | {"PATH": path} | more,
            check=True,
            capture_output=True,
            timeout=SECONDS_MAX,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotFetched(f"the registry did not give it: {error}") from None
