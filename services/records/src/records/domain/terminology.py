"""Tables of codes, and maps from an institution's own codes to them: what a file may say, and who may decide.

A file is CSV, or a CodeSystem, ValueSet or ConceptMap of FHIR R4. What is not understood is refused, never left out: a
table that lacks a rule of its own would say of wrong codes that they are right.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from chassis import texts, untrusted_json
from chassis.refusals import Forbidden, Invalid, Refusal

MEBIBYTE = 1024 * 1024
URL_LENGTH_MAX = 200
VERSION_LENGTH_MAX = 64
CODE_LENGTH_MAX = 100
DISPLAY_LENGTH_MAX = 500
ENTRIES_MAX = 500_000
VALUES_MAX = 1_000_000  # of a FHIR resource
DEPTH_MAX = 60  # a tree of codes is deep
UPLOAD_LIFE = timedelta(minutes=15)
AWAITED_MAX = 20  # files of one account that are announced and not yet sent

URL = re.compile(r"(?:https?://|urn:)[A-Za-z0-9./:_%#?=&~-]+")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+:-]*")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")  # of BCP 47
LANGUAGES_MAX = 20  # that a code is called something in
CODE = re.compile(r"\S+(?: \S+)*")  # FHIR's


class FileFormat(StrEnum):
    CSV = "CSV"
    FHIR = "FHIR"


class TableKind(StrEnum):
    CODE_SYSTEM = "CODE_SYSTEM"
    VALUE_SET = "VALUE_SET"


class MapStatus(StrEnum):
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    REPLACED = "REPLACED"


# The database holds the same, by a trigger: test_terminology.py compares the two.
MOVES: Mapping[MapStatus, frozenset[MapStatus]] = {
    MapStatus.PROPOSED: frozenset({MapStatus.APPROVED, MapStatus.REJECTED}),
    MapStatus.APPROVED: frozenset({MapStatus.REPLACED}),
    MapStatus.REJECTED: frozenset(),
    MapStatus.REPLACED: frozenset(),
}

BYTES_MAX = {FileFormat.CSV: 32 * MEBIBYTE, FileFormat.FHIR: 8 * MEBIBYTE}
EQUIVALENCES = (
    "relatedto", "equivalent", "equal", "wider", "subsumes", "narrower", "specializes", "inexact", "unmatched",
    "disjoint",
)  # fmt: skip
NO_TARGET = "unmatched"
# Of these the target is true wherever the source is: the others only help a person who looks for a code.
TRUE_OF_TARGET = frozenset({"equivalent", "equal", "wider", "subsumes"})


class CodeFileRefused(Invalid):
    code = "code-file-refused"
    title = "The file of codes cannot be taken in. Nothing of it was kept."


class MayNotHandInCodes(Forbidden):
    code = "may-not-hand-in-codes"
    title = "The institution is no partner in good standing now; others hand in no files of codes."


class CodesDiffer(Refusal):
    code = "codes-differ"
    title = "This version is here already with other codes; a version never changes once it is loaded."


class TooManyCodeFiles(Refusal):
    code = "too-many-code-files"
    title = "So many files of codes are announced and not yet sent."


class OwnCodeMap(Refusal):
    code = "own-code-map"
    title = "A map of codes is decided by somebody who has not sent it."


class CodeMapDecided(Refusal):
    code = "code-map-decided"
    title = "The map of codes was decided before."


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A code of a table."""

    system: str
    code: str
    display: str = ""
    parent: str = ""
    active: bool = True
    designations: Mapping[str, str] = field(default_factory=dict)  # what it is called, by language


@dataclass(frozen=True, slots=True)
class MapEntry:
    """A line of a map. Without a target: there is no such code."""

    source_system: str
    source_code: str
    target_system: str
    target_code: str
    target_display: str
    equivalence: str


@dataclass(frozen=True, slots=True)
class Name:
    """What a file is of."""

    url: str
    version: str
    title: str


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A version of a table of codes."""

    kind: TableKind
    name: Name
    entries: Sequence[CodeEntry]


@dataclass(frozen=True, slots=True)
class CodeMap:
    """A version of a map."""

    name: Name
    entries: Sequence[MapEntry]


def check_announcement(file_format: FileFormat | None, size: int, sha256: bytes, name: Name) -> None:
    """Refuse to await a file that could not be taken in."""
    if file_format is None:
        raise Invalid("format", f"must be one of {', '.join(FileFormat)}")
    if not 1 <= size <= BYTES_MAX[file_format]:
        raise Invalid("size", f"must be between 1 and {BYTES_MAX[file_format]} for {file_format}")
    if len(sha256) != hashlib.sha256().digest_size:
        raise Invalid("sha256", "must be the 32 bytes of the file's SHA-256")
    if file_format is FileFormat.CSV or name.url:
        check_url(name.url, "url")
    if file_format is FileFormat.CSV or name.version:
        check_version(name.version, "version")
    if file_format is FileFormat.CSV or name.title:
        texts.line(name.title, "title", DISPLAY_LENGTH_MAX)


def check_content(content: bytes, size: int, sha256: bytes) -> None:
    """Refuse what is not the announced file."""
    if len(content) != size:
        raise CodeFileRefused("", f"{len(content)} bytes came, and {size} were announced")
    if hashlib.sha256(content).digest() != sha256:
        raise CodeFileRefused("", "its SHA-256 is not the one announced")


def check_sources(entries: Sequence[MapEntry], of_tables: frozenset[str]) -> None:
    """Refuse a map of an institution's own that says something of codes that are not its own."""
    for index, entry in enumerate(entries):
        if entry.source_system in of_tables:
            raise CodeFileRefused(
                f"entries[{index}].source", "is of a table of the city's; map the codes of a system of your own"
            )


def check_decider(submitted_by: object, decided_by: object, status: MapStatus) -> None:
    """Refuse whoever sent a map to decide about it, and to decide twice."""
    if status is not MapStatus.PROPOSED:
        raise CodeMapDecided(f"it is {status}; send the next version to change it", "code_map_id")
    if submitted_by == decided_by:
        raise OwnCodeMap("ask a colleague to read it and to decide", "code_map_id")


def why_not_valid(known: str | None, active: bool, display: str) -> str:
    """Why a code is not to be used as it was asked about; empty where it is. `known` is what the table calls it, None
    where it has no such code."""
    if known is None:
        return "the table has no such code"
    if not active:
        return "the code is no longer in use"
    if display and display.casefold() != known.casefold():
        return "the table calls it otherwise"
    return ""


def check_url(url: object, field: str) -> str:
    if not isinstance(url, str) or len(url) > URL_LENGTH_MAX or not URL.fullmatch(url):
        raise CodeFileRefused(field, f"must be a URI of at most {URL_LENGTH_MAX} characters, such as urn:example:codes")
    return url


def check_version(version: object, field: str) -> str:
    if not isinstance(version, str) or len(version) > VERSION_LENGTH_MAX or not VERSION.fullmatch(version):
        raise CodeFileRefused(
            field, f"must have 1 to {VERSION_LENGTH_MAX} letters, digits and . _ + : -, and begin with one of the first"
        )
    return version


def check_code(code: object, field: str) -> str:
    if not isinstance(code, str) or len(code) > CODE_LENGTH_MAX or not CODE.fullmatch(code):
        raise CodeFileRefused(field, f"must have 1 to {CODE_LENGTH_MAX} characters, and no blank at its ends")
    return code


def check_display(display: object, field: str) -> str:
    if display is None:
        return ""
    if not isinstance(display, str) or len(display) > DISPLAY_LENGTH_MAX:
        raise CodeFileRefused(field, f"must be a text of at most {DISPLAY_LENGTH_MAX} characters")
    return display


def check_designation(language: object, display: object, known: Mapping[str, str], field: str) -> str:
    """What a code is called in a language, which is said once."""
    if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        raise CodeFileRefused(field, "needs its language, such as en or zh-CN")
    if language in known or len(known) == LANGUAGES_MAX:
        raise CodeFileRefused(field, f"says what it is called once a language, in at most {LANGUAGES_MAX}")
    if not (text := check_display(display, field)):
        raise CodeFileRefused(field, "must say what the code is called")
    return text


def read(file_format: FileFormat, content: bytes, declared: Name) -> CodeTable | CodeMap:
    """What a file says. Takes as long as it is long."""
    read_file = read_csv if file_format is FileFormat.CSV else read_fhir
    loaded = read_file(content, declared)
    if not loaded.entries:
        raise CodeFileRefused("", "has no code")
    if isinstance(loaded, CodeTable):
        check_table(loaded)
    else:
        check_map(loaded)
    return loaded


def check_table(table: CodeTable) -> None:
    """Refuse a code that is there twice, or that is below one that is not there."""
    known: set[tuple[str, str]] = set()
    for index, entry in enumerate(table.entries):
        if (entry.system, entry.code) in known:
            raise CodeFileRefused(f"entries[{index}].code", "is there twice")
        known.add((entry.system, entry.code))
    for index, entry in enumerate(table.entries):
        if entry.parent and ((entry.system, entry.parent) not in known or entry.parent == entry.code):
            raise CodeFileRefused(f"entries[{index}].parent", "must be another code of the same table")


def check_map(codes: CodeMap) -> None:
    """Refuse a line that is there twice, and a code that is mapped and said to have no target."""
    known: set[tuple[str, str, str, str]] = set()
    without: set[tuple[str, str]] = set()
    for index, entry in enumerate(codes.entries):
        at = f"entries[{index}]"
        if entry.equivalence not in EQUIVALENCES:
            raise CodeFileRefused(f"{at}.equivalence", f"must be one of {', '.join(EQUIVALENCES)}")
        if (entry.equivalence == NO_TARGET) != (not entry.target_code):
            raise CodeFileRefused(f"{at}.target", f"is needed, unless the equivalence is {NO_TARGET}")
        if (entry.source_system, entry.source_code) == (entry.target_system, entry.target_code):
            raise CodeFileRefused(f"{at}.target", "is the code itself")
        line = (entry.source_system, entry.source_code, entry.target_system, entry.target_code)
        if line in known:
            raise CodeFileRefused(at, "is there twice")
        known.add(line)
        if not entry.target_code:
            without.add(line[:2])
    for index, entry in enumerate(codes.entries):
        if entry.target_code and (entry.source_system, entry.source_code) in without:
            raise CodeFileRefused(f"entries[{index}].target", f"contradicts another line, which says {NO_TARGET}")


TABLE_COLUMNS = ("code", "display", "system", "parent", "active")
IN_LANGUAGE = "display:"  # before the language of a column that says what codes are called in it
MAP_COLUMNS = (
    "source_system",
    "source_code",
    "target_system",
    "target_code",
    "target_display",
    "equivalence",
)
ACTIVE = {"": True, "true": True, "false": False}


def read_csv(content: bytes, declared: Name) -> CodeTable | CodeMap:
    """A table with at least the column `code`; a value set if it has the column `system`. Or a map."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CodeFileRefused("", "is not UTF-8") from None
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, [])
        if "source_code" in header:
            return CodeMap(declared, [map_line(line, at) for line, at in rows(lines, header, MAP_COLUMNS)])
        kind = TableKind.VALUE_SET if "system" in header else TableKind.CODE_SYSTEM
        entries = [table_line(line, at, declared.url) for line, at in rows(lines, header, TABLE_COLUMNS)]
        return CodeTable(kind, declared, entries)
    except csv.Error as malformed:
        raise CodeFileRefused(f"line {lines.line_num}", f"is not CSV: {malformed}") from None


def rows(
    lines: Iterator[list[str]], header: Sequence[str], known: Sequence[str]
) -> Iterator[tuple[Mapping[str, str], str]]:
    """Each line by the columns' names, and where it stands."""
    needed = [column for column in known if column in ("code", "source_system", "source_code", "equivalence")]
    if missing := [column for column in needed if column not in header]:
        raise CodeFileRefused("line 1", f"has no column {', '.join(missing)}; it may have {', '.join(known)}")
    languages = [column for column in header if known is TABLE_COLUMNS and column.startswith(IN_LANGUAGE)]
    if unknown := [column for column in header if column not in (*known, *languages)]:
        raise CodeFileRefused("line 1", f"column {header.index(unknown[0]) + 1} is none of {', '.join(known)}")
    if len(set(header)) < len(header):
        raise CodeFileRefused("line 1", "has a column twice")
    for number, line in enumerate(lines, start=2):
        if len(line) != len(header):
            raise CodeFileRefused(f"line {number}", f"has {len(line)} values, and there are {len(header)} columns")
        if number > ENTRIES_MAX + 1:
            raise CodeFileRefused("", f"has more than {ENTRIES_MAX} codes")
        for value in line:
            if not value.isprintable() and texts.UNPRINTABLE.search(value):
                raise CodeFileRefused(f"line {number}", "has a control character")
        yield dict(zip(header, line, strict=True)), f"line {number}"


def table_line(line: Mapping[str, str], at: str, url: str) -> CodeEntry:
    active = ACTIVE.get(line.get("active", "").lower())
    if active is None:
        raise CodeFileRefused(at, "active must be true, false or empty")
    called: dict[str, str] = {}
    for column, words in line.items():
        if column.startswith(IN_LANGUAGE) and words:
            language = column.removeprefix(IN_LANGUAGE)
            called[language] = check_designation(language, words, called, f"{at}.{column}")
    return CodeEntry(
        designations=called,
        system=check_url(line["system"], f"{at}.system") if "system" in line else url,
        code=check_code(line["code"], f"{at}.code"),
        display=check_display(line.get("display"), f"{at}.display"),
        parent=check_code(line["parent"], f"{at}.parent") if line.get("parent") else "",
        active=active,
    )


def map_line(line: Mapping[str, str], at: str) -> MapEntry:
    target = line.get("target_code", "")
    return MapEntry(
        source_system=check_url(line["source_system"], f"{at}.source_system"),
        source_code=check_code(line["source_code"], f"{at}.source_code"),
        target_system=check_url(line.get("target_system"), f"{at}.target_system") if target else "",
        target_code=check_code(target, f"{at}.target_code") if target else "",
        target_display=check_display(line.get("target_display"), f"{at}.target_display"),
        equivalence=line["equivalence"],
    )


def read_fhir(content: bytes, declared: Name) -> CodeTable | CodeMap:
    """A CodeSystem, ValueSet or ConceptMap. What it says of itself has to be what was announced, if that was."""
    try:
        resource = untrusted_json.loads(content, depth_max=DEPTH_MAX, values_max=VALUES_MAX)
    except untrusted_json.Unreadable as unfit:
        raise CodeFileRefused(
            unfit.path,
            unfit.reason if unfit.path else f"the file {unfit.reason}; send a CodeSystem, ValueSet or ConceptMap",
        ) from None
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(kind, str) or kind not in READERS:
        raise CodeFileRefused("resourceType", f"must be one of {', '.join(READERS)}")
    title = resource.get("title") or resource.get("name")
    name = Name(
        url=check_url(resource.get("url"), "url"),
        version=check_version(resource.get("version"), "version"),
        title=check_display(title, "title"),
    )
    if not name.title:
        raise CodeFileRefused("title", "is needed: people have to know what it is")
    for where, said, expected in (("url", name.url, declared.url), ("version", name.version, declared.version)):
        if expected and said != expected:
            raise CodeFileRefused(where, "is not the one that was announced")
    return READERS[kind](resource, name)


def read_code_system(resource: Mapping[str, Any], name: Name) -> CodeTable:
    if resource.get("content") not in ("complete", "fragment"):
        raise CodeFileRefused("content", "must be complete or fragment: others have no codes to load")
    return CodeTable(TableKind.CODE_SYSTEM, name, [*concepts(resource, name.url)])


def concepts(resource: Mapping[str, Any], system: str) -> Iterator[CodeEntry]:
    """All concepts of a code system, each before those below it."""
    stack = [("", concept, at) for concept, at in elements(resource, "concept", "")][::-1]
    while stack:
        parent, concept, at = stack.pop()
        code = check_code(concept.get("code"), f"{at}.code")
        yield CodeEntry(
            system,
            code,
            check_display(concept.get("display"), f"{at}.display"),
            parent,
            is_active(concept),
            designations(concept, at),
        )
        stack += [(code, below, where) for below, where in elements(concept, "concept", at)][::-1]


def designations(concept: Mapping[str, Any], at: str) -> Mapping[str, str]:
    """What a concept is called in other languages. What has a use of its own, such as a synonym, or no language, is not
    what it is called."""
    called: dict[str, str] = {}
    for designation, where in elements(concept, "designation", at):
        if "language" not in designation or not is_display(designation.get("use")):
            continue
        language = designation["language"]
        called[language] = check_designation(language, designation.get("value"), called, where)
    return called


def is_display(use: object) -> bool:
    """Is a designation what people are shown? One that says no use is."""
    return use is None or (isinstance(use, dict) and use.get("code") in ("display", "preferred", "900000000000003001"))


def is_active(concept: Mapping[str, Any]) -> bool:
    """Is a concept still in use, by the properties that FHIR has for that?"""
    for known, _ in elements(concept, "property", ""):
        if known.get("code") == "inactive" and known.get("valueBoolean") is True:
            return False
        if known.get("code") == "status" and known.get("valueCode") in ("retired", "deprecated"):
            return False
    return True


def read_value_set(resource: Mapping[str, Any], name: Name) -> CodeTable:
    """The codes of its expansion; without one, those that it names one by one."""
    if "expansion" in resource:
        return CodeTable(TableKind.VALUE_SET, name, [*expanded(object_at(resource, "expansion", ""))])
    compose = object_at(resource, "compose", "")
    if "exclude" in compose:
        raise CodeFileRefused("compose.exclude", "is not worked out here; send the set with its expansion")
    entries = []
    for include, at in elements(compose, "include", "compose"):
        if unknown := include.keys() & {"filter", "valueSet"}:
            raise CodeFileRefused(f"{at}.{min(unknown)}", "is not worked out here; send the set with its expansion")
        system = check_url(include.get("system"), f"{at}.system")
        if "concept" not in include:
            raise CodeFileRefused(f"{at}.concept", "is needed: name the codes, or send the set with its expansion")
        for concept, where in elements(include, "concept", at):
            code = check_code(concept.get("code"), f"{where}.code")
            display = check_display(concept.get("display"), f"{where}.display")
            entries.append(CodeEntry(system, code, display, designations=designations(concept, where)))
    return CodeTable(TableKind.VALUE_SET, name, entries)


def expanded(expansion: Mapping[str, Any]) -> Iterator[CodeEntry]:
    stack = [*elements(expansion, "contains", "expansion")][::-1]
    total = expansion.get("total")
    count = 0
    while stack:
        contained, at = stack.pop()
        stack += [*elements(contained, "contains", at)][::-1]
        count += 1
        if contained.get("abstract") is True:
            continue
        yield CodeEntry(
            check_url(contained.get("system"), f"{at}.system"),
            check_code(contained.get("code"), f"{at}.code"),
            check_display(contained.get("display"), f"{at}.display"),
            active=contained.get("inactive") is not True,
            designations=designations(contained, at),
        )
    if isinstance(total, int) and total > count:
        raise CodeFileRefused("expansion.total", f"says {total}, and {count} are here; send all of them")


def read_concept_map(resource: Mapping[str, Any], name: Name) -> CodeMap:
    entries = []
    for group, at in elements(resource, "group", ""):
        if "unmapped" in group:
            raise CodeFileRefused(f"{at}.unmapped", "is not worked out here; name the codes one by one")
        source = check_url(group.get("source"), f"{at}.source")
        for element, where in elements(group, "element", at):
            code = check_code(element.get("code"), f"{where}.code")
            targets = [*elements(element, "target", where)]
            if not targets:
                raise CodeFileRefused(f"{where}.target", f"is needed; say {NO_TARGET} where there is none")
            for target, here in targets:
                if depends := target.keys() & {"dependsOn", "product"}:
                    raise CodeFileRefused(f"{here}.{min(depends)}", "is not worked out here; leave the code out")
                entries.append(map_target(group, source, code, target, at, here))
    return CodeMap(name, entries)


def map_target(
    group: Mapping[str, Any], source: str, code: str, target: Mapping[str, Any], at: str, here: str
) -> MapEntry:
    has_code = "code" in target
    equivalence = target.get("equivalence")
    return MapEntry(
        source_system=source,
        source_code=code,
        target_system=check_url(group.get("target"), f"{at}.target") if has_code else "",
        target_code=check_code(target.get("code"), f"{here}.code") if has_code else "",
        target_display=check_display(target.get("display"), f"{here}.display"),
        equivalence=equivalence if isinstance(equivalence, str) else "",
    )


READERS: Mapping[str, Callable[[Mapping[str, Any], Name], CodeTable | CodeMap]] = {
    "CodeSystem": read_code_system,
    "ValueSet": read_value_set,
    "ConceptMap": read_concept_map,
}


def object_at(parent: Mapping[str, Any], field: str, at: str) -> Mapping[str, Any]:
    value = parent.get(field)
    if not isinstance(value, dict):
        raise CodeFileRefused(f"{at}.{field}".lstrip("."), "is needed, an object")
    return value


def elements(parent: Mapping[str, Any], field: str, at: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The objects of a list, and where each stands."""
    values = parent.get(field, [])
    path = f"{at}.{field}".lstrip(".")
    if not isinstance(values, list):
        raise CodeFileRefused(path, "must be a list")
    for index, value in enumerate(values):
        if not isinstance(value, dict):
            raise CodeFileRefused(f"{path}[{index}]", "must be an object")
        yield value, f"{path}[{index}]"
