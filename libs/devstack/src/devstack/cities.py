"""The cities: their packs, which are the chart's, and for some of them example data, a folder of `cities/` each."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import yaml

EXAMPLES = Path(__file__).parent / "cities"
SANDBOX = "-sandbox-"  # between a city's name and whose sandbox it is, as packs have it
PACKS = Path(__file__).parents[4] / "charts" / "yima" / "cities"


class UnknownCity(Exception):
    """There is no such city."""


@dataclass(frozen=True)
class City:
    """One city: its pack, and where its example data is. A city without any starts with an empty catalogue."""

    name: str
    pack: Path
    folder: Path

    @classmethod
    def named(cls, name: str) -> "City":
        packs = {path.stem: path for path in sorted(PACKS.glob("*.yaml"))}
        if name not in packs:
            raise UnknownCity(f"there is no city {name!r}; there are {', '.join(packs)}")
        return cls(name, packs[name], EXAMPLES / name)

    def trusting(self, trust: dict[str, Any], folder: Path) -> "City":
        """The same city with another part of its pack in `folder`: whose list of other cities it trusts."""
        return self._altered(self.name, folder, trust=trust)

    def sandbox(self, whose: str, folder: Path) -> "City":
        """A city like this one for `whose` trials: by its name, which all that it signs and issues bears, and by no
        key or list of this one's. It honours no other city's codes, and none honours its."""
        title = {locale: f"{words} SANDBOX" for locale, words in self.settings["title"].items()}
        name = f"{self.name}{SANDBOX}{whose}"
        return self._altered(name, folder, name=name, title=title, sandbox=True, trust=None, bankAccounts={})

    def _altered(self, called: str, folder: Path, **parts: Any) -> "City":
        content = documents(self.pack)[0]
        content["global"]["city"] |= parts
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        pack = folder / f"{called}.yaml"
        pack.touch(0o600)
        pack.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
        return City(called, pack, self.folder)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What its pack says."""
        return dict(documents(self.pack)[0]["global"]["city"])

    def manifests(self, kind: str) -> list[dict[str, Any]]:
        """The definitions, or the offerings, as GraphQL inputs."""
        paths = sorted((self.folder / kind).glob("*.yaml"))
        return [document["spec"] for path in paths for document in documents(path)]

    def partners(self) -> dict[str, tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Each partner's manifest and its offerings', by the partner's slug."""
        paths = {}
        for path in sorted((self.folder / "partners").glob("*.yaml")):
            offerings = self.folder / "offerings" / path.name
            paths[path.stem] = (
                documents(path)[0]["spec"],
                [document["spec"] for document in documents(offerings)] if offerings.exists() else [],
            )
        return paths

    def residents(self) -> list[dict[str, Any]]:
        path = self.folder / "residents.yaml"
        if not path.exists():
            return []
        content = documents(path)[0]
        return list(content["residents"] if isinstance(content, dict) else content)

    def hospitals(self) -> list[str]:
        """The slugs of the institutions that fictional lives are lived at: a health centre, a general hospital, and one
        that somebody is sent on to."""
        path = self.folder / "lives.yaml"
        return list(documents(path)[0]["hospitals"]) if path.exists() else []

    def centre(self) -> tuple[float, float] | None:
        """The latitude and longitude that the sites of a loaded market lie around."""
        path = self.folder / "market.yaml"
        return tuple(documents(path)[0]["centre"]) if path.exists() else None

    def code_files(self) -> list[bytes]:
        """Its tables of codes, as FHIR resources. Small, and in words of our own but for LOINC's codes."""
        return [path.read_bytes() for path in sorted((self.folder / "codes").glob("*.json"))]

    def records(self, slug: str) -> list[dict[str, Any]]:
        """A resident's records: a list of institution and resources."""
        path = self.folder / "records" / f"{slug}.json"
        return list(orjson.loads(path.read_bytes())) if path.exists() else []


def documents(path: Path) -> list[Any]:
    """The YAML documents in a file."""
    with path.open(encoding="utf-8") as stream:
        return [document for document in yaml.load_all(stream, yaml.CSafeLoader) if document]
