"""An offering's file: what is wrong in it, and on which line."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yima_cli.failures import Failure
from yima_cli.person import FILE, Person, signed_in, with_json
from yima_cli.registry import Group

if TYPE_CHECKING:
    from yaml import Node

INPUT = "OfferingManifestInput"
TEXTS = ("title", "description")
NOT_SHOWN = ("unused", "weight")  # an offering has these, and does not show them
ANYHOW = (("times", 1), ("pricedPer", "ORDER"), ("pricedPer", "PACKAGE"))
EMPTY: tuple[Any, ...] = (None, [], {}, False, 0, "")
SCALARS = {"str": "str", "int": "int", "bool": "bool", "float": "float"}
WRITTEN = {"str": 'a text; write a number in quotes: "360.00"', "int": "a whole number", "bool": "true or false"}


@dataclass(frozen=True)
class Fault:
    """Something wrong in a manifest: where, and what to do."""

    line: int
    field: str
    message: str


@click.group(cls=Group)
def offering() -> None:
    """Files of offerings: check them, every fault with its line, see what they change, and publish them."""


@offering.command("validate")
@FILE
@with_json
def validate(path: Path) -> Any:
    """Check a manifest file's offerings: every fault with its line. Nobody is asked.

    What the city decides (whether there is such a district or service, what may be asked of residents) is checked when
    it is handed in.

    \b
    Example:
      yima offering validate -f offering.yaml
    """
    faults = [fault for _, fault in faults_in(path)]
    if faults:
        raise to_mend(path, faults)
    return [asdict(fault) for fault in faults]


@offering.command("diff")
@FILE
@signed_in
def diff(me: Person, path: Path) -> None:
    """Show what publishing a manifest file would change: each field, with its line, as it stands and as it is written.

    Nothing is changed. `unused` and `weight` are not compared: an offering does not show them.

    \b
    Example:
      yima offering diff -f offering.yaml
    """
    from yima_cli.partner import read_manifests

    if faults := [fault for _, fault in faults_in(path)]:
        raise to_mend(path, faults)
    manifests = read_manifests(path, "Offering")
    locales = sorted({locale for manifest in manifests for locale in manifest["title"]})
    standing = {
        locale: {each["reference"]: each for each in me.every("partner-manifests", locale=locale)} for locale in locales
    }
    changes = []
    for number, manifest in enumerate(manifests):
        stands = {
            locale: by_reference[manifest["reference"]]
            for locale, by_reference in standing.items()
            if manifest["reference"] in by_reference
        }
        for field, before, after in differences(stands, manifest):
            line = line_at(path, number, field)
            changes.append({"line": line, "field": field, "stands": before, "file": after})
    me.show(changes)


@offering.command("publish")
@FILE
@signed_in
def publish_file(me: Person, path: Path) -> None:
    """Check a manifest file's offerings, then submit them, or revise them.

    What changes nothing but the price, and that not by too much, is on sale at once. What is as it was stays as it is.

    \b
    Example:
      yima offering publish -f offering.yaml
    """
    from yima_cli.partner import published

    if faults := [fault for _, fault in faults_in(path)]:
        raise to_mend(path, faults)
    me.show(me.ask(lambda caller: published(caller, path)))


def differences(stands: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The fields in which a manifest differs from its offering, which `stands` has as it reads in each language; empty:
    there is no such offering yet."""
    written = plain({name: value for name, value in manifest.items() if name not in NOT_SHOWN})
    if not stands:
        yield "reference", None, manifest["reference"]
        return
    yield from differing(plain(merged(stands)), written, "")


def merged(by_locale: Mapping[str, Any]) -> Any:
    """An offering that was read in several languages, with its texts by language, as a manifest has it."""
    first = next(iter(by_locale.values()))
    if isinstance(first, dict):
        return {
            name: {locale: each[name] for locale, each in by_locale.items()}
            if name in TEXTS
            else [site["code"] for site in value]
            if name == "sites"
            else merged({locale: each[name] for locale, each in by_locale.items()})
            for name, value in first.items()
        }
    if isinstance(first, list):
        return [merged(dict(zip(by_locale, each, strict=True))) for each in zip(*by_locale.values(), strict=True)]
    return first


def plain(value: Any) -> Any:
    """A manifest's value without what it would have anyhow."""
    if isinstance(value, dict):
        # What a price is for goes without saying, unless it is for one unit.
        members = {key: plain(inner) for key, inner in value.items() if key not in NOT_SHOWN}
        return {key: inner for key, inner in members.items() if inner not in EMPTY and (key, inner) not in ANYHOW}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def differing(before: Any, after: Any, field: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*after, *(name for name in before if name not in after)]:
            yield from differing(before.get(name), after.get(name), f"{field}.{name}".removeprefix("."))
    elif before != after and not (field == "price.amount" and Decimal(before) == Decimal(after)):
        yield field, before, after


def to_mend(path: Path, faults: list[Fault]) -> Failure:
    shown = "\n".join(f"{path}:{fault.line}: {fault.field}: {fault.message}" for fault in faults)
    return Failure(f"{len(faults)} to mend.\n{shown}")


def faults_in(path: Path) -> Iterator[tuple[int, Fault]]:
    """What is wrong with each document of a file, by its number."""
    for number, spec in enumerate(specs(path)):
        for fault in faults_of(spec, INPUT, ""):
            yield number, fault


def specs(path: Path) -> list["Node"]:
    """The `spec` of each document, as it is written. Raises `Failure` where the file is none of offerings."""
    import yaml

    try:
        documents = [node for node in yaml.compose_all(path.read_text("utf-8"), yaml.SafeLoader) if node is not None]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Failure(f"{path} is not YAML: {error}") from None
    if not documents:
        raise Failure(f"{path} has no document; `yima example offering` prints one")
    nodes = []
    for document in documents:
        members = members_of(document)
        kind = members.get("kind")
        if "spec" not in members or kind is None or kind.value != "Offering":
            raise Failure(f"{path}:{line_of(document)}: every document needs `kind: Offering` and a `spec`")
        nodes.append(members["spec"])
    return nodes


def line_at(path: Path, number: int, field: str) -> int:
    """The line on which a field of a document stands, or whatever is there of what leads to it."""
    node = specs(path)[number]
    for name, index in re.findall(r"(\w+)|\[(\d+)\]", field):
        inner = members_of(node).get(name) if name else (node.value[int(index) : int(index) + 1] or [None])[0]
        if inner is None:
            break
        node = inner
    return line_of(node)


def line_of(node: "Node") -> int:
    return int(node.start_mark.line) + 1


def members_of(node: "Node") -> dict[str, Any]:
    from yaml import MappingNode

    return {key.value: value for key, value in node.value} if isinstance(node, MappingNode) else {}


def faults_of(node: "Node", kind: str, field: str) -> Iterator[Fault]:
    """What is wrong with a value that is to be of this kind, as `yima_client.api.inputs` writes it."""
    from yaml import SequenceNode
    from yima_client import enums
    from yima_client.api import inputs

    optional = kind.endswith(" | None")
    kind = kind.removesuffix(" | None")
    tag = node.tag.rpartition(":")[2]
    if tag == "null" and optional:
        return
    if kind.startswith("list["):
        if not isinstance(node, SequenceNode):
            yield Fault(line_of(node), field, "must be a list")
            return
        for index, each in enumerate(node.value):
            yield from faults_of(each, kind[len("list[") : -1], f"{field}[{index}]")
    elif kind.startswith("dict["):
        members = members_of(node)
        if not members:
            yield Fault(line_of(node), field, 'must be texts by language, such as {en: "…"}')
        for name, each in members.items():
            yield from faults_of(each, "str", f"{field}.{name}")
    elif kind in SCALARS:
        if tag != SCALARS[kind]:
            yield Fault(line_of(node), field, f"must be {WRITTEN.get(kind, kind)}")
    elif codes := getattr(enums, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).upper(), None):
        if node.value not in codes:
            yield Fault(line_of(node), field, f"must be one of {', '.join(codes)}")
    elif isinstance(shape := getattr(inputs, kind, None), type):
        yield from faults_of_members(node, shape, field)


def faults_of_members(node: "Node", shape: type, field: str) -> Iterator[Fault]:
    """What is wrong with an object: fields that it does not have, or has to have, and those it has."""
    from yaml import MappingNode

    if not isinstance(node, MappingNode):
        yield Fault(line_of(node), field or "spec", "must be fields with their values")
        return
    known = {name: str(annotation) for name, annotation in shape.__annotations__.items()}
    written = members_of(node)
    for key, value in node.value:
        name = f"{field}.{key.value}".removeprefix(".")
        if key.value not in known:
            alike = difflib.get_close_matches(key.value, known, 1)
            yield Fault(line_of(key), name, "is no field" + (f"; is it `{alike[0]}`?" if alike else ""))
            continue
        annotation = known[key.value].removeprefix("ForwardRef('").partition("', ")[0]
        yield from faults_of(value, re.sub(r"^NotRequired\[(.*)\]$", r"\1", annotation), name)
    for name, annotation in known.items():
        if "NotRequired[" not in annotation and name not in written:
            yield Fault(line_of(node), f"{field}.{name}".removeprefix("."), "is missing")
