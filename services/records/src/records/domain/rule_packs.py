"""Rule packs: what is looked for in stored data, as files of rules with versions.

A pack is a YAML file whose name ends with its version (`core-2026.1.yaml`); a city's pack names those in force. Each
rule has an id, a title in plain words, how grave a finding is, and what to do about it. A file that cannot be used is
refused by `BadRulePack`, which names its line.
"""

import hashlib
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import orjson
import yaml
from chassis.settings import BadFile
from city_pack.information import INFORMATION_TYPES
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from records.domain.kinds import KINDS

SHIPPED = Path(__file__).parents[1] / "rules"
FAULTS_MAX = 20
BYTES_MAX = 1024 * 1024
RULES_MAX = 1_000
DIMENSIONS = ("completeness", "validity", "timeliness", "uniqueness", "consistency")
LETTERS = ("A", "B", "C", "D", "E")

# Where a kind says what it is about, in codes: the element that tables of codes are for.
CODED: Mapping[str, str] = {
    "AllergyIntolerance": "code",
    "CarePlan": "category",
    "Condition": "code",
    "Device": "type",
    "DiagnosticReport": "code",
    "DocumentReference": "type",
    "Encounter": "type",
    "ImagingStudy": "procedureCode",
    "Immunization": "vaccineCode",
    "MedicationRequest": "medicationCodeableConcept",
    "MedicationStatement": "medicationCodeableConcept",
    "Observation": "code",
    "Procedure": "code",
}


class BadRulePack(BadFile):
    """A rule pack cannot be used."""


type PackName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*-[0-9]+(\.[0-9]+)*$", max_length=64)]
type Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
type Sentence = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$", max_length=200)]
type Kind = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{1,39}$")]
type Element = Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z]*(\.[a-z][A-Za-z]*){0,4}$", max_length=100)]
type Loinc = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}-[0-9]$")]
type Unit = Annotated[str, StringConstraints(pattern=r"^\S{1,50}$")]
type Years = Annotated[int, Field(ge=0, le=130)]
type Number = Annotated[Decimal, Field(strict=False, allow_inf_nan=False)]
type Percent = Annotated[int, Field(ge=0, le=100)]


class Part(BaseModel):
    """A part of a rule pack: keys in camel case, no key too many, nothing converted but numbers into decimals."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, strict=True)


class Rule(Part, ABC):
    """What every rule has."""

    id: Slug
    title: Sentence
    severity: Literal["ERROR", "WARNING", "NOTE"]
    remedy: Sentence

    @property
    @abstractmethod
    def dimension(self) -> str:
        """Which part of a grade its findings count in."""

    @property
    def of_kinds(self) -> frozenset[str]:
        """The kinds of resource it is about."""
        return frozenset({"Observation"})


class OfKinds(Rule):
    """A rule about some kinds of resource."""

    resources: Annotated[tuple[Kind, ...], Field(min_length=1)]

    @property
    def of_kinds(self) -> frozenset[str]:
        return frozenset(self.resources)

    @model_validator(mode="after")
    def of_kinds_there_are(self) -> Self:
        if unknown := sorted(set(self.resources) - KINDS.keys()):
            raise ValueError(f"resources: {unknown[0]} is none of {', '.join(sorted(KINDS))}")
        return self


class CodeTableNamed(Part):
    """A version of a table of codes."""

    url: Annotated[str, StringConstraints(pattern=r"^(https?://|urn:)[A-Za-z0-9./:_-]+$", max_length=200)]
    version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+:-]*$", max_length=64)]


class CodesRule(OfKinds):
    """Of an element, a code has to be in one of these tables, as it was sent or by a map in force: drugs, diseases,
    procedures, billing items. A table that is not loaded yet is not looked at."""

    kind: Literal["codes"]
    tables: Annotated[tuple[CodeTableNamed, ...], Field(min_length=1, max_length=10)]
    element: Element | None = None  # what a kind is about, where none is named
    information_types: tuple[Slug, ...] = ()

    @property
    def dimension(self) -> str:
        return "validity"

    @model_validator(mode="after")
    def of_known_types(self) -> Self:
        if unknown := sorted(set(self.information_types) - INFORMATION_TYPES):
            raise ValueError(f"informationTypes: {unknown[0]} is none of {', '.join(sorted(INFORMATION_TYPES))}")
        if self.element is None and (without := sorted(self.of_kinds - CODED.keys())):
            raise ValueError(f"element: is needed, since {without[0]} says nothing in codes")
        return self


class Bounds(Part):
    """What a value of somebody of an age can be, in the rule's unit; both ends are possible."""

    low: Number
    high: Number
    age_from_years: Years = 0
    age_below_years: Years | None = None

    @model_validator(mode="after")
    def something_is_possible(self) -> Self:
        if self.high <= self.low:
            raise ValueError("high: must lie above low")
        if self.age_below_years is not None and self.age_below_years <= self.age_from_years:
            raise ValueError("ageBelowYears: must lie above ageFromYears")
        return self

    def allow(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


class RangeRule(Rule):
    """What a measured value of a living person can be, by LOINC code and age. What was sent in another unit is made
    alike first."""

    kind: Literal["range"]
    code: Loinc
    unit: Unit
    bounds: Annotated[tuple[Bounds, ...], Field(min_length=1, max_length=20)]

    @property
    def dimension(self) -> str:
        return "validity"

    @model_validator(mode="after")
    def every_age_has_bounds_once(self) -> Self:
        ordered = sorted(self.bounds, key=lambda each: each.age_from_years)
        if ordered[0].age_from_years != 0 or ordered[-1].age_below_years is not None:
            raise ValueError("bounds: must begin at age 0 and have no end")
        for before, after in pairwise(ordered):
            if before.age_below_years != after.age_from_years:
                raise ValueError("bounds: each must begin at the age that the one before ends at")
        return self


class OrderRule(OfKinds):
    """What ends, or follows, does not lie before what it follows."""

    kind: Literal["order"]
    first: Element
    then: Element

    @property
    def dimension(self) -> str:
        return "consistency"


class FutureRule(OfKinds):
    """These elements do not lie in the future."""

    kind: Literal["future"]
    elements: Annotated[tuple[Element, ...], Field(min_length=1, max_length=10)]

    @property
    def dimension(self) -> str:
        return "validity"


class BirthRule(OfKinds):
    """These elements do not lie before the resident's birth. Identity answers yes or no, and never the date."""

    kind: Literal["before-birth"]
    elements: Annotated[tuple[Element, ...], Field(min_length=1, max_length=10)]

    @property
    def dimension(self) -> str:
        return "consistency"


class DeathRule(OfKinds):
    """Nothing is of a day after a stay of which the same institution says that the resident died in it."""

    kind: Literal["after-death"]

    @property
    def dimension(self) -> str:
        return "consistency"


class LateRule(OfKinds):
    """A resource comes within so many days of when it is."""

    kind: Literal["late"]
    days: Annotated[int, Field(ge=1, le=3_660)]

    @property
    def dimension(self) -> str:
        return "timeliness"


class DuplicateRule(OfKinds):
    """The same institution does not say the same of a resident at the same moment under another id."""

    kind: Literal["duplicate"]

    @property
    def dimension(self) -> str:
        return "uniqueness"


class ElementRule(OfKinds):
    """A resource has at least one of these elements."""

    kind: Literal["needs-element"]
    elements: Annotated[tuple[Element, ...], Field(min_length=1, max_length=30)]

    @property
    def dimension(self) -> str:
        return "completeness"


class PairRule(Rule):
    """Where a value with one LOINC code is, there is one with the other: in the same resource, or in another of the
    same institution at the same moment."""

    kind: Literal["needs-value"]
    code: Loinc
    needs: Loinc

    @property
    def dimension(self) -> str:
        return "completeness"


class DiagnosisRule(OfKinds):
    """Where a resource names its visit, there is a diagnosis of the same institution in that visit."""

    kind: Literal["needs-diagnosis"]

    @property
    def dimension(self) -> str:
        return "completeness"


class NameRule(OfKinds):
    """The name and the birth date that stand beside the patient agree with the proven resident's. Identity answers yes
    or no, and never which they are."""

    kind: Literal["real-name"]

    @property
    def dimension(self) -> str:
        return "consistency"


type AnyRule = Annotated[
    CodesRule
    | RangeRule
    | OrderRule
    | FutureRule
    | BirthRule
    | DeathRule
    | LateRule
    | DuplicateRule
    | ElementRule
    | PairRule
    | DiagnosisRule
    | NameRule,
    Field(discriminator="kind"),
]


class Measurement(Part):
    """What a LOINC code measures: the unit it is made alike in, and where it may be sent as mass or as substance, what
    a mole of it weighs in grams."""

    code: Loinc
    name: Sentence
    unit: Unit
    molar_mass: Annotated[Decimal, Field(strict=False, gt=0)] | None = None


class Thresholds(Part):
    """From how many percent without a finding on a part of a grade has a letter; below D it is E."""

    a: Percent = 99
    b: Percent = 95
    c: Percent = 90
    d: Percent = 80

    @model_validator(mode="after")
    def they_fall(self) -> Self:
        if not self.a > self.b > self.c > self.d:
            raise ValueError("must fall from a to d")
        return self

    def letter(self, good: int, of: int) -> str:
        """The letter of so many good ones of so many; A of none."""
        for letter, percent in zip(LETTERS, (self.a, self.b, self.c, self.d), strict=False):
            if good * 100 >= percent * of:
                return letter
        return LETTERS[-1]


class Contents(Part):
    """A pack's file."""

    pack: PackName
    title: Sentence
    rules: Annotated[tuple[AnyRule, ...], Field(max_length=RULES_MAX)] = ()
    measurements: Annotated[tuple[Measurement, ...], Field(max_length=RULES_MAX)] = ()
    grades: Thresholds | None = None

    @model_validator(mode="after")
    def each_once(self) -> Self:
        counted = Counter(rule.id for rule in self.rules)
        for index, rule in enumerate(self.rules):
            if counted[rule.id] > 1:
                raise ValueError(f"rules[{index}].id: {rule.id} is there twice")
        measured = Counter(each.code for each in self.measurements)
        for index, measurement in enumerate(self.measurements):
            if measured[measurement.code] > 1:
                raise ValueError(f"measurements[{index}].code: {measurement.code} is there twice")
        return self


@dataclass(frozen=True)
class RulePack:
    """A pack as it was read."""

    contents: Contents
    text: str

    @property
    def name(self) -> str:
        return self.contents.pack

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()


@dataclass(frozen=True)
class RuleBook:
    """The packs in force, together."""

    packs: Sequence[RulePack] = ()

    @cached_property
    def rules(self) -> Mapping[str, AnyRule]:
        """Every rule by its id."""
        return {rule.id: rule for pack in self.packs for rule in pack.contents.rules}

    @cached_property
    def pack_of(self) -> Mapping[str, str]:
        """Which pack a rule is of."""
        return {rule.id: pack.name for pack in self.packs for rule in pack.contents.rules}

    @cached_property
    def measurements(self) -> Mapping[str, Measurement]:
        """What LOINC codes measure."""
        return {each.code: each for pack in self.packs for each in pack.contents.measurements}

    @cached_property
    def thresholds(self) -> Thresholds:
        given = [pack.contents.grades for pack in self.packs if pack.contents.grades is not None]
        return given[-1] if given else Thresholds()

    def for_kind(self, kind: str) -> Sequence[AnyRule]:
        return self._for_kinds.get(kind, ())

    @cached_property
    def _for_kinds(self) -> Mapping[str, Sequence[AnyRule]]:
        return {kind: [rule for rule in self.rules.values() if kind in rule.of_kinds] for kind in KINDS}

    def of_type[R: Rule](self, kind: type[R]) -> Sequence[R]:
        return [rule for rule in self.rules.values() if isinstance(rule, kind)]

    @property
    def tables(self) -> Sequence[CodeTableNamed]:
        """Every version of a table of codes that a rule names."""
        named = [table for rule in self.of_type(CodesRule) for table in rule.tables]
        return list({(table.url, table.version): table for table in named}.values())


def read_packs(names: Sequence[str], folders: Sequence[Path]) -> RuleBook:
    """The packs of these names, each from the first folder that has its file. Raises `BadRulePack`."""
    packs: list[RulePack] = []
    for name in names:
        path = next((folder / f"{name}.yaml" for folder in folders if (folder / f"{name}.yaml").exists()), None)
        if path is None:
            raise BadRulePack(f"no folder of rule packs has {name}.yaml; looked in {', '.join(map(str, folders))}")
        packs.append(read_pack(path, name))
    rules = Counter(rule.id for pack in packs for rule in pack.contents.rules)
    for pack in packs:
        if twice := [rule.id for rule in pack.contents.rules if rules[rule.id] > 1]:
            raise BadRulePack(f"{pack.name}: the rule {twice[0]} is in another pack, too; give it another id")
    return RuleBook(packs)


def read_pack(path: Path, name: str) -> RulePack:
    """The pack in a file, which is called `<name>.yaml`."""
    try:
        content = path.read_bytes()
        if len(content) > BYTES_MAX:
            raise BadRulePack(f"{path}: is larger than {BYTES_MAX} bytes")
        text = content.decode()
    except (OSError, UnicodeDecodeError) as unreadable:
        raise BadRulePack(f"{path}: cannot be read: {unreadable}") from None
    return parse_pack(text, name, str(path))


def parse_pack(text: str, name: str, path: str) -> RulePack:
    """A pack from its text. Each fault names the line it is in."""
    try:
        root = yaml.compose(text, yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError) as malformed:
        mark = getattr(malformed, "problem_mark", None)
        line = f"{path}:{mark.line + 1}" if mark is not None else path
        raise BadRulePack(f"{line}: is not YAML: {getattr(malformed, 'problem', '') or 'it cannot be read'}") from None
    if root is None:
        raise BadRulePack(f"{path}:1: is empty")
    if repeated := next(repeated_keys(root), None):
        raise BadRulePack(f"{path}:{repeated.start_mark.line + 1}: {repeated.value} is there twice")
    try:
        data = Plain.of(root)
        contents = Contents.model_validate_json(orjson.dumps(data))
    except NotPlain as odd:
        raise BadRulePack(f"{path}:{odd.line}: {odd}") from None
    except ValidationError as unfit:
        faults = unfit.errors(include_url=False, include_context=False, include_input=False)
        raise BadRulePack("\n".join(in_words(fault, root, path) for fault in faults[:FAULTS_MAX])) from None
    if contents.pack != name:
        raise BadRulePack(f"{path}:{line_of(root, ('pack',))}: pack: must be {name}, as the file is called")
    return RulePack(contents, text)


class NotPlain(Exception):
    """YAML that is no plain data: an alias, a tag, a key that is no text."""

    def __init__(self, node: yaml.Node, why: str) -> None:
        self.line = node.start_mark.line + 1
        super().__init__(why)


class Plain:
    """Plain data of YAML's nodes. Numbers stay as they were written: a float would change what 0.1 is."""

    NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
    TAGS = ("str", "int", "float", "bool", "null")

    @classmethod
    def of(cls, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return {cls.key(key): cls.of(value) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [cls.of(item) for item in node.value]
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        text = str(node.value)
        if kind == "str":
            return text
        if kind == "bool":
            return text == "true"
        if kind in ("int", "float") and cls.NUMBER.fullmatch(text):
            return int(text) if "." not in text else text
        raise NotPlain(node, "must be a text, a decimal number, true or false")

    @staticmethod
    def key(node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise NotPlain(node, "a key must be a text")
        return str(node.value)


def repeated_keys(node: yaml.Node) -> Iterator[yaml.Node]:
    """Keys that a mapping has twice, of which YAML would take the last."""
    if isinstance(node, yaml.MappingNode):
        keys = Counter(str(key.value) for key, _ in node.value)
        for key, value in node.value:
            if keys[str(key.value)] > 1:
                yield key
            yield from repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from repeated_keys(item)


def line_of(node: yaml.Node, steps: Sequence[int | str]) -> int:
    """The line at which what a path names stands, or the nearest thing above it that does."""
    line = node.start_mark.line + 1
    for step in steps:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            pairs = [(key, value) for key, value in node.value if key.value == step]
            if not pairs:
                continue  # a tag of a union, or a key that is missing
            line, node = pairs[0][0].start_mark.line + 1, pairs[0][1]
    return line


INSIDE = re.compile(r"([a-zA-Z]+)(?:\[([0-9]+)\])?(?:\.([a-zA-Z]+))?: ")


def in_words(fault: Any, root: yaml.Node, path: str) -> str:
    """A fault in a line: the file, its line, the key, what is wrong."""
    words = re.sub(r"^Value error, ", "", fault["msg"])
    steps: list[int | str] = [step for step in fault["loc"] if not is_tag(step)]
    if inside := INSIDE.match(words):  # a rule's own, more exact key
        more = [inside[1], *([int(inside[2])] if inside[2] else []), *([inside[3]] if inside[3] else [])]
        line = line_of(root, [*steps, *more])
    else:
        line = line_of(root, steps)
    key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
    if fault["type"] == "extra_forbidden":
        return f"{path}:{line}: {key}: is no key of a rule pack"
    return f"{path}:{line}: {key}: {words}".replace(": : ", ": ")


def is_tag(step: object) -> bool:
    """Is it the kind of a rule, which pydantic names in a path beside the keys?"""
    return isinstance(step, str) and step in RULE_KINDS


RULE_KINDS = frozenset(
    {
        "codes", "range", "order", "future", "before-birth", "after-death", "late", "duplicate", "needs-element",
        "needs-value", "needs-diagnosis", "real-name",
    }
)  # fmt: skip
