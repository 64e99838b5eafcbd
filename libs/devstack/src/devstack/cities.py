"""The example cities: packs of data under `cities/`, one folder each."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import yaml

FOLDER = Path(__file__).parent / "cities"


class UnknownCity(Exception):  # noqa: N818 a fact, told to the person at the terminal
    """There is no such city."""


@dataclass(frozen=True)
class City:
    """One city's pack."""

    name: str
    folder: Path

    @classmethod
    def named(cls, name: str) -> "City":
        folder = FOLDER / name
        if not (folder / "city.yaml").is_file():
            known = ", ".join(sorted(path.parent.name for path in FOLDER.glob("*/city.yaml")))
            raise UnknownCity(f"there is no city {name!r}; there are {known}")
        return cls(name, folder)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """`city.yaml`."""
        return dict(documents(self.folder / "city.yaml")[0])

    @property
    def environment(self) -> dict[str, str]:
        """What the services are told of the city."""
        return {
            "YIMA_CITY": self.name,
            "YIMA_CURRENCY": self.settings["currency"],
            "YIMA_LOCALES": ",".join(self.settings["locales"]),
            "YIMA_TIME_ZONE": self.settings["time_zone"],
            "YIMA_BANK_ACCOUNTS": orjson.dumps(self.settings.get("bank_accounts", {})).decode(),
        }

    def manifests(self, kind: str) -> list[dict[str, Any]]:
        """The definitions, or the offerings, as GraphQL inputs."""
        paths = sorted((self.folder / kind).glob("*.yaml"))
        return [document["spec"] for path in paths for document in documents(path)]

    def partners(self) -> dict[str, tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Each partner's manifest and its offerings', by the partner's slug."""
        found = {}
        for path in sorted((self.folder / "partners").glob("*.yaml")):
            offerings = self.folder / "offerings" / path.name
            found[path.stem] = (
                documents(path)[0]["spec"],
                [document["spec"] for document in documents(offerings)] if offerings.exists() else [],
            )
        return found

    def residents(self) -> list[dict[str, Any]]:
        path = self.folder / "residents.yaml"
        content = documents(path)[0]
        return list(content["residents"] if isinstance(content, dict) else content)

    def records(self, slug: str) -> list[dict[str, Any]]:
        """A resident's records: a list of institution and resources."""
        path = self.folder / "records" / f"{slug}.json"
        return list(orjson.loads(path.read_bytes())) if path.exists() else []


def documents(path: Path) -> list[Any]:
    """The YAML documents in a file."""
    with path.open(encoding="utf-8") as stream:
        return [document for document in yaml.load_all(stream, yaml.CSafeLoader) if document]
