"""What is wrong in a manifest file, and on which line; and what it says, where nothing is."""

import difflib
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from yima_client.errors import Refused

from yima_cli.failures import Failure

if TYPE_CHECKING:
    from yaml import Node

INPUTS = {"Offering": "OfferingManifestInput", "Partner": "PartnerManifestInput"}
SCALARS = {"str": "str", "int": "int", "bool": "bool", "float": "float"}
WRITTEN = {"str": 'a text; write a number in quotes: "360.00"', "int": "a whole number", "bool": "true or false"}


@dataclass(frozen=True)
class Fault:
    """Something wrong in a manifest: where, and what to do."""

    line: int
    field: str
    message: str


def to_mend(path: Path, faults: list[Fault]) -> Failure:
    shown = "\n".join(f"{path}:{fault.line}: {fault.field}: {fault.message}" for fault in faults)
    return Failure(f"{len(faults)} to mend.\n{shown}")


def faults_in(path: Path, kind: str = "Offering") -> Iterator[tuple[int, Fault]]:
    """What is wrong with each document of a file, by its number."""
    for number, spec in enumerate(specs(path, kind)):
        for fault in faults_of(spec, INPUTS[kind], ""):
            yield number, fault


def checked(path: Path, kind: str) -> list[dict[str, Any]]:
    """The `spec` of every document of a manifest file. Raises `Failure` with every fault and its line."""
    if faults := [fault for _, fault in faults_in(path, kind)]:
        raise to_mend(path, faults)
    return read_manifests(path, kind)


@contextmanager
def said_with_its_line(path: Path, kind: str, number: int) -> Generator[None]:
    """A refusal of a document's field is said with its line before it is raised."""
    try:
        yield
    except Refused as refused:
        if refused.field and refused.field.startswith("manifest"):
            line = line_at(path, number, refused.field.removeprefix("manifest"), kind)
            click.echo(f"{path}:{line}:", err=True)
        raise


def specs(path: Path, kind: str) -> list["Node"]:
    """The `spec` of each document, as it is written. Raises `Failure` where the file is none of this kind."""
    import yaml

    try:
        documents = [node for node in yaml.compose_all(path.read_text("utf-8"), yaml.SafeLoader) if node is not None]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Failure(f"{path} is not YAML: {error}") from None
    if not documents:
        raise Failure(f"{path} has no document; `yima example {kind.lower()}` prints one")
    nodes = []
    for document in documents:
        members = members_of(document)
        named = members.get("kind")
        if "spec" not in members or named is None or named.value != kind:
            raise Failure(f"{path}:{line_of(document)}: every document needs `kind: {kind}` and a `spec`")
        nodes.append(members["spec"])
    return nodes


def line_at(path: Path, number: int, field: str, kind: str = "Offering") -> int:
    """The line on which a field of a document stands, or whatever is there of what leads to it."""
    node = specs(path, kind)[number]
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


def read_manifests(path: Path, kind: str) -> list[dict[str, Any]]:
    """The `spec` of every document of a manifest file, which all are of this kind."""
    import yaml

    try:
        documents = [document for document in yaml.safe_load_all(path.read_text("utf-8")) if document]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Failure(f"{path} is not YAML: {error}") from None
    wrong = [document for document in documents if not isinstance(document, dict) or document.get("kind") != kind]
    if wrong or not documents or not all(isinstance(document.get("spec"), dict) for document in documents):
        raise Failure(f"{path}: every document needs `kind: {kind}` and a `spec`")
    return [document["spec"] for document in documents]
