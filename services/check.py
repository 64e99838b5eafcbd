"""Is every service of `services.toml` everywhere a service must be? `python services/check.py` says where it is not.

What can be made from the list is made (ports, addresses, the workspace's members, users of the bus). What is written by
hand is held against it here: a list that names two services has to name them all.
"""

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "events", "api", "app")  # every service has these, as modules or packages


def services_of(root: Path) -> Mapping[str, int]:
    """Each service's port."""
    services: dict[str, int] = tomllib.loads((root / "services/services.toml").read_text("utf-8"))["services"]
    return services


def missing(root: Path) -> Sequence[str]:
    """What is missing for the services of the list, a line each that begins with the file."""
    services = services_of(root)
    lines = [line for name in services for line in missing_files(root, name)]
    lines += unlisted(root, services)
    lines += missing_in_workspace(root, services)
    lines += missing_in_chart(root, services)
    lines += missing_in_documents(root, services)
    return lines


def missing_files(root: Path, name: str) -> Iterator[str]:
    """A service's own files: its contract, its package, its rooms, its migrations."""
    for path in (
        f"proto/yima/{name}/v1/api.proto",
        f"proto/yima/{name}/v1/events.proto",
        f"services/{name}/pyproject.toml",
    ):
        if not (root / path).is_file():
            yield f"{path}: is not there"
    package = f"services/{name}/src/{name}"
    for room in ROOMS:
        if not (root / package / f"{room}.py").is_file() and not (root / package / room / "__init__.py").is_file():
            yield f"{package}/{room}.py: is not there"
    for folder in (f"{package}/migrations/versions", f"services/{name}/tests"):
        if not (root / folder).is_dir():
            yield f"{folder}: is not there"


def unlisted(root: Path, services: Mapping[str, int]) -> Iterator[str]:
    """Folders that are no service of the list (uv takes each for a member of its workspace); ports that two have."""
    for folder in sorted((root / "services").iterdir()):
        if folder.is_dir() and folder.name not in {"__pycache__", *services}:
            yield f"services/services.toml: does not list {folder.name}"
    ports = list(tomllib.loads((root / "services/services.toml").read_text("utf-8"))["others"].values())
    for name, port in services.items():
        if port in ports:
            yield f"services/services.toml: the port of {name} is another's"
        ports.append(port)


def missing_in_workspace(root: Path, services: Mapping[str, int]) -> Iterator[str]:
    """The places of `pyproject.toml`: the workspace, the type checker's path, the contracts of the architecture."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]
    contracts = project["importlinter"]["contracts"]
    for name in services:
        if f"yima-{name}" not in project["uv"]["sources"]:
            yield f"pyproject.toml: tool.uv.sources has no yima-{name}"
        if f"services/{name}/src" not in project["mypy"]["mypy_path"]:
            yield f"pyproject.toml: tool.mypy.mypy_path has no services/{name}/src"
        if name not in project["importlinter"]["root_packages"]:
            yield f"pyproject.toml: tool.importlinter.root_packages has no {name}"
        if name not in project["coverage"]["run"]["source_pkgs"]:
            yield f"pyproject.toml: tool.coverage.run.source_pkgs has no {name}"
        for contract in contracts:
            for key in ("modules", "source_modules", "forbidden_modules"):
                if must_name_all(contract.get(key, []), services) and name not in contract[key]:
                    yield f'pyproject.toml: {key} of the contract "{contract["name"]}" has no {name}'
        if not any(name in contract.get("containers", []) for contract in contracts):
            yield f"pyproject.toml: no contract of type layers has {name} among its containers"


def missing_in_chart(root: Path, services: Mapping[str, int]) -> Iterator[str]:
    """The places of the chart: its dependencies, its values, their schema."""
    chart = root / "charts/yima"
    aliases = {
        dependency["alias"] for dependency in yaml.safe_load((chart / "Chart.yaml").read_text("utf-8"))["dependencies"]
    }
    values = yaml.safe_load((chart / "values.yaml").read_text("utf-8"))
    shared = values["global"]
    for name, port in services.items():
        if name not in aliases:
            yield f"charts/yima/Chart.yaml: no dependency has the alias {name}"
        if shared["ports"].get(name) != port:
            yield f"charts/yima/values.yaml: global.ports.{name} is not {port}"
        if name not in shared["calls"]:
            yield f"charts/yima/values.yaml: global.calls does not say whom {name} calls"
        own = values.get(name, {})
        if own.get("name") != name or own.get("port") != port:
            yield f"charts/yima/values.yaml: no section {name} with its name and the port {port}"
    users = (chart / "templates/nats.yaml").read_text("utf-8").partition("$users := ")[2].partition("\n")[0]
    for name in services:
        if f"{name}," not in users:
            yield f"charts/yima/templates/nats.yaml: $users has no {name}"
    schema = json.loads((chart / "values.schema.json").read_text("utf-8"))
    for where, names in collections_in(schema, ""):
        if must_name_all(names, services):
            yield from (
                f"charts/yima/values.schema.json: {where} has no {name}" for name in services if name not in names
            )


def missing_in_documents(root: Path, services: Mapping[str, int]) -> Iterator[str]:
    """Where people look for what a service is for."""
    readme = (root / "README.md").read_text("utf-8")
    for name in services:
        if f"(services/{name}/)" not in readme:
            yield f"README.md: does not link services/{name}/"


def must_name_all(names: Sequence[str] | Mapping[str, Any], services: Mapping[str, int]) -> bool:
    """Is this a list of the services? One that names two of them has to name them all."""
    return len(services.keys() & set(names)) > 1


def collections_in(part: Any, where: str) -> Iterator[tuple[str, Sequence[str] | Mapping[str, Any]]]:
    """Every object and every list of names in a document, with the place it stands at."""
    if isinstance(part, dict):
        yield where, part
        for key, inner in part.items():
            yield from collections_in(inner, f"{where}/{key}")
    elif isinstance(part, list) and all(isinstance(name, str) for name in part):
        yield where, part


if __name__ == "__main__":
    lines = missing(ROOT)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.exit(1 if lines else 0)
