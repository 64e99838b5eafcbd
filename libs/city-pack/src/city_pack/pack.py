"""A city's pack: what differs from city to city, as one file of data that every process reads when it starts.

The file is a file of `charts/yima/cities/`: a city's values for the chart, under `global.city`. Nothing in it is
guessed: a key that is unknown, missing or unfit keeps the process from starting, with a line that names it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import orjson
import yaml
from chassis.money import MINOR_MAX, currency_of
from chassis.refusals import Invalid
from chassis.settings import BadFile
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    RootModel,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from city_pack import screening, sensitivity, split_plans, trust
from city_pack.information import INFORMATION_TYPES
from city_pack.screening import Screening
from city_pack.sensitivity import CodesOf

FAULTS_MAX = 20
LISTS_KEPT_MAX = 4  # trust lists that a process remembers as verified
CODES_MAX = 2_000
AGE_MONTHS_MAX = 1_500
PROGRAMMES_MAX = 100
SANDBOX = "-sandbox-"  # between a city's name and whose sandbox it is
AMOUNT, MINOR = re.compile(r"\.(fixed|floor|cap)$"), r".\1Minor"  # a plan's fields, and a pack's keys


class BadPack(BadFile):
    """The city's pack cannot be used."""


def known_currency(code: str) -> str:
    try:
        currency_of(code, "")
    except Invalid as unknown:
        raise ValueError(unknown.detail) from None
    return code


def known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # KeyError: ZoneInfoNotFoundError
        raise ValueError(f"{name!r} is not a time zone of the IANA database") from None
    return name


Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Constant = Annotated[str, StringConstraints(pattern=r"^[A-Z]+(_[A-Z]+)*$", max_length=64)]  # of a contract's enum
PackName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*-[0-9]+(\.[0-9]+)*$", max_length=64)]
Words = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$", max_length=120)]
Texts = dict[str, Words]  # by language; a pack has each text in each of its city's languages and no other
Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
Minor = Annotated[int, Field(ge=0, le=MINOR_MAX)]
BasisPoints = Annotated[int, Field(ge=0, le=split_plans.ALL)]
Months = Annotated[int, Field(ge=0, le=AGE_MONTHS_MAX)]
Amount = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,9})?$")]  # a decimal, as it is written


class Part(BaseModel):
    """A part of a pack: keys as the chart writes them, no key too many, nothing converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, strict=True)


class BankAccount(Part):
    """An account of the operator's, that payouts by the bank leave from."""

    holder: Annotated[str, StringConstraints(min_length=1, max_length=140)]
    number: Annotated[str, StringConstraints(min_length=1)]
    bank_code: Annotated[str, StringConstraints(min_length=1)]
    # The ISO 20022 message that the bank takes for credit transfers.
    credit_transfer: Annotated[str, StringConstraints(pattern=r"^pain\.001\.001\.(0[3-9]|1[0-3])$")] = "pain.001.001.09"


class PayoutAccounts(Part):
    """What partners' accounts have to look like, and how long a change of one waits once two people want it."""

    number: Literal["IBAN", "LUHN", "ANY"] = "ANY"  # whose check digits the number has
    bank_code: Literal["BIC", "CNAPS", "ANY"] = "ANY"  # whose form and check digit the bank's code has
    cooling_days: Annotated[int, Field(ge=1, le=60)] = 3  # whole days of the city's clock


class Branch(Part):
    """A code of a tree with its name, and what is below it."""

    code: Code
    name: Texts
    children: tuple["Branch", ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a code stands in its tree; `parent` is empty at the top."""

    code: str
    name: Texts
    parent: str


class Tree(RootModel[tuple[Branch, ...]]):
    """Codes, some below others; each is there once."""

    model_config = ConfigDict(frozen=True, strict=True)
    _places: dict[str, Place] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def each_code_once(self) -> Self:
        for entry in walk(self.root, ""):
            if entry.code in self._places:
                raise ValueError(f"{entry.code} is there twice")
            self._places[entry.code] = entry
        if not 1 <= len(self._places) <= CODES_MAX:
            raise ValueError(f"must have 1 to {CODES_MAX} codes")
        return self

    @property
    def places(self) -> Sequence[Place]:
        """All of them, each after the one it is below."""
        return list(self._places.values())

    def __contains__(self, code: object) -> bool:
        return code in self._places

    def within(self, code: str) -> list[str]:
        """The code and all below it."""
        return [below for below in self._places if code in self.lineage(below)]

    def lineage(self, code: str) -> list[str]:
        """The code and all above it, the nearest first."""
        codes = [code]
        while parent := self._places[codes[-1]].parent:
            codes.append(parent)
        return codes


def walk(branches: Sequence[Branch], parent: str) -> Iterator[Place]:
    for branch in branches:
        yield Place(branch.code, branch.name, parent)
        yield from walk(branch.children, branch.code)


class Condition(Part):
    """A clinical condition, by its code in a code system."""

    system: Annotated[str, StringConstraints(pattern=r"^(https?://|urn:)\S+$")]
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,20}$")]


class Population(Part):
    """For whom services are meant, by name and age.

    `condition` says which condition the people of a population have. It is declared, for people to read; nothing is
    decided by it, since who has a condition is health data, and no health data is looked at without consent.
    """

    name: Texts
    age_from_months: Months = 0
    age_below_months: Annotated[int, Field(ge=1, le=AGE_MONTHS_MAX)] | None = None
    condition: Condition | None = None

    @model_validator(mode="after")
    def somebody_belongs(self) -> Self:
        if self.age_below_months is not None and self.age_below_months <= self.age_from_months:
            raise ValueError("ageBelowMonths must lie above ageFromMonths")
        return self


class Programme(Part):
    """A programme of the city's for people who say themselves that they take part in it; its code stays what it is."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", min_length=2, max_length=40)]
    name: Texts


class Share(Part):
    """One party's share in a split plan: of the gross in basis points, within floor and cap, or a fixed amount."""

    party: Annotated[str, StringConstraints(pattern=r"^(platform|(fund|tax):[a-z0-9]+(-[a-z0-9]+)*)$")]
    basis_points: BasisPoints | None = None
    fixed_minor: Minor | None = None
    floor_minor: Minor | None = None
    cap_minor: Minor | None = None

    @model_validator(mode="after")
    def of_one_size(self) -> Self:
        if (self.basis_points is None) == (self.fixed_minor is None):
            raise ValueError("give one of basisPoints and fixedMinor")
        return self

    @property
    def planned(self) -> split_plans.Share:
        """The share as the rule of split plans takes it."""
        return split_plans.Share(self.party, self.basis_points, self.fixed_minor, self.floor_minor, self.cap_minor)


class Commission(Part):
    """The most a contract may give the platform: as a part of the gross; as a fixed amount or a floor."""

    basis_points_max: BasisPoints
    minor_max: Minor


class Tariff(Part):
    """What the city's marketplace takes of a partner: the shares a contract starts from, and the commission's bound."""

    shares: tuple[Share, ...]
    commission: Commission

    @model_validator(mode="after")
    def it_adds_up(self) -> Self:
        if fault := split_plans.first_fault([share.planned for share in self.shares]):
            raise ValueError(f"{AMOUNT.sub(MINOR, fault.field)}: {fault.detail}")
        for index, share in enumerate(self.shares):
            if share.party != "platform":
                continue
            if (share.basis_points or 0) > self.commission.basis_points_max:
                raise ValueError(f"shares[{index}].basisPoints: is above commission.basisPointsMax")
            if max(share.fixed_minor or 0, share.floor_minor or 0) > self.commission.minor_max:
                raise ValueError(f"shares[{index}]: an amount is above commission.minorMax")
        return self


class Fees(Part):
    """The tariff of each kind of partner; of a kind that is not named, the default."""

    default: Tariff
    kinds: dict[Constant, Tariff] = Field(default_factory=dict)

    def of(self, kind: str) -> Tariff:
        return self.kinds.get(kind, self.default)

    @property
    def parties(self) -> frozenset[str]:
        """All that any tariff gives a share to: the funds and taxes there are in this city."""
        return frozenset(share.party for tariff in (self.default, *self.kinds.values()) for share in tariff.shares)


class PriceRise(Part):
    """How far an offering's price may rise above the one that was last reviewed without another review: no more than
    either of these. Several rises count together."""

    basis_points_max: BasisPoints
    minor_max: Minor

    def allows(self, reviewed_minor: int, minor: int) -> bool:
        """May a price of `reviewed_minor` be `minor` now, without a review?"""
        rise = minor - reviewed_minor
        return rise <= 0 or (
            rise <= self.minor_max and rise * split_plans.ALL <= reviewed_minor * self.basis_points_max
        )


NO_RISE = PriceRise.model_validate({"basisPointsMax": 0, "minorMax": 0})


class Emergency(Part):
    """When a practitioner opens a record without the resident's word: for how long, how often, reviewed by when."""

    hours: Annotated[int, Field(ge=1, le=72)] = 4
    practitioner_max: Annotated[int, Field(ge=0, le=100)] = 5  # of one practitioner, in 24 hours
    review_hours: Annotated[int, Field(ge=1, le=720)] = 72


class Quality(Part):
    """How people judge what institutions send, and from which grade on an operator is asked to look."""

    sample: Annotated[int, Field(ge=5, le=100)] = 10  # of an institution and kind of resource, each month
    serious_max: Annotated[int, Field(ge=0, le=100)] = 10  # beside it, of what rules find seriously wrong
    review_days: Annotated[int, Field(ge=1, le=90)] = 14  # until when a review is settled
    grade_floor: Literal["A", "B", "C", "D"] = "C"  # what is graded below it is to be looked at


class Collection(Part):
    """How much may wait of whose patient number it is not known yet: of one source, and for how long."""

    waiting_lines_max: Annotated[int, Field(ge=5_000, le=1_000_000)] = 20_000  # one batch at least
    waiting_days: Annotated[int, Field(ge=7, le=730)] = 90  # what has waited longer is left out, and listed


class CodesRequired(Part):
    """A version of a table of codes, and which resources have to have a code of it: of these kinds, and where some are
    named of these types of information. Several tables for the same resources: a code of one of them is enough."""

    url: Annotated[str, StringConstraints(pattern=r"^(https?://|urn:)[A-Za-z0-9./:_-]+$", max_length=200)]
    version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+:-]*$", max_length=64)]
    kinds: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{1,39}$")], ...], Field(min_length=1)
    ]
    information_types: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def of_known_types(self) -> Self:
        if unknown := sorted(set(self.information_types) - INFORMATION_TYPES):
            raise ValueError(f"informationTypes: {unknown[0]} is none of {', '.join(sorted(INFORMATION_TYPES))}")
        return self

    def is_for(self, kind: str, information_type: str) -> bool:
        """Does a resource of this kind and type of information have to have a code of the table?"""
        return kind in self.kinds and (not self.information_types or information_type in self.information_types)


class ReferenceRange(Part):
    """Between which values something measured is usual, in people of an age, where whoever sent a value says no range:
    by LOINC code, in a unit of UCUM's. Both ends are usual; one may be open."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}-[0-9]$")]
    unit: Annotated[str, StringConstraints(pattern=r"^\S{1,50}$")]
    low: Amount | None = None
    high: Amount | None = None
    age_from_months: Months = 0
    age_below_months: Annotated[int, Field(ge=1, le=AGE_MONTHS_MAX)] | None = None

    @model_validator(mode="after")
    def something_is_usual(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("give low, high, or both")
        if self.lower is not None and self.upper is not None and self.upper <= self.lower:
            raise ValueError("high must lie above low")
        if self.age_below_months is not None and self.age_below_months <= self.age_from_months:
            raise ValueError("ageBelowMonths must lie above ageFromMonths")
        return self

    @property
    def lower(self) -> Decimal | None:
        return None if self.low is None else Decimal(self.low)

    @property
    def upper(self) -> Decimal | None:
        return None if self.high is None else Decimal(self.high)

    def is_for(self, code: str, unit: str, age_months: int) -> bool:
        """Is it for a value of this code and unit, of somebody of this age?"""
        below = self.age_below_months
        return (self.code, self.unit) == (code, unit) and (
            self.age_from_months <= age_months and (below is None or age_months < below)
        )


class AuthorityKey(Part):
    """A public Ed25519 key of the authority that signs the trust list."""

    kid: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
    x: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]  # 32 bytes in base64url


class Trust(Part):
    """Who says which cities honour one another's health codes, and the list to begin with; see `city_pack.trust`."""

    authority: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,99}$")]
    keys: Annotated[tuple[AuthorityKey, ...], Field(min_length=1, max_length=trust.KEYS_MAX)]
    signed_list: Annotated[str, StringConstraints(max_length=trust.TOKEN_LENGTH_MAX)] = ""

    @model_validator(mode="after")
    def the_authority_signed_it(self) -> Self:
        if self.signed_list:
            try:
                self.read(self.signed_list)
            except trust.NotGenuine as forged:
                raise ValueError(f"signedList: {forged}") from None
        return self

    def read(self, document: str) -> trust.TrustList:
        """A list, if the authority signed it. Raises `trust.NotGenuine`."""
        return read_list(document, self.authority, self.keys)


@lru_cache(maxsize=LISTS_KEPT_MAX)
def read_list(document: str, authority: str, keys: tuple[AuthorityKey, ...]) -> trust.TrustList:
    """A list, verified once: whoever reads it in each request pays for thousands of cities' keys once."""
    return trust.read_list(document, authority, trust.public_keys([key.model_dump() for key in keys]))


class City(Part):
    """One city."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Texts
    currency: Annotated[str, AfterValidator(known_currency)]
    locales: Annotated[tuple[Locale, ...], Field(min_length=1)]  # the first is the default
    time_zone: Annotated[str, AfterValidator(known_zone)]
    bank_accounts: dict[Annotated[str, AfterValidator(known_currency)], BankAccount] = Field(default_factory=dict)
    payout_accounts: PayoutAccounts = PayoutAccounts()
    majority_years: Annotated[int, Field(ge=14, le=25)] = 18  # from this birthday on nobody acts for a person
    alone_minor_max: Minor = 0  # what one operator may cost others within a day, in the city's currency; more takes two
    districts: Tree
    taxonomy: Tree
    populations: Annotated[dict[Constant, Population], Field(min_length=1)]
    programmes: Annotated[tuple[Programme, ...], Field(max_length=PROGRAMMES_MAX)] = ()  # that residents take part in
    fees: Fees
    price_rise: PriceRise = NO_RISE
    # Aspects whose certificates are in force only once a regulator has signed them, too: those that touch data.
    cosigned_aspects: tuple[Constant, ...] = ("SECURITY",)
    # What partners are screened by; `rubric` has what counts where a pack does not say.
    screening: Screening | None = None
    # Categories that are apart: a consent covers them only where it names them. A pack's own replace all of these.
    sensitive: dict[Code, Annotated[tuple[CodesOf, ...], Field(min_length=1)]] = sensitivity.DEFAULT
    emergency: Emergency = Emergency()
    code_tables: tuple[CodesRequired, ...] = ()  # which codes institutions have to use; findings say where they do not
    # Packs of rules that stored data is examined by, as files with versions; see docs/quality.md.
    rule_packs: tuple[PackName, ...] = ("core-2026.1", "measured-2026.1")
    quality: Quality = Quality()  # how people judge it; see docs/quality.md
    collection: Collection = Collection()  # what waits for whose patient it is of; see docs/collection.md
    reference_ranges: Annotated[tuple[ReferenceRange, ...], Field(max_length=CODES_MAX)] = ()  # where none was sent
    visit_hours: Annotated[int, Field(ge=1, le=72)] = 8  # how long a visit lasts, from the scan of the resident's code
    trust: Trust | None = (
        None  # whose word it is that a city's codes are honoured here; without it none but our own are
    )

    # Nobody in it is real, and no money: what it signs and issues bears its name, which says so.
    sandbox: bool = False

    @model_validator(mode="after")
    def a_sandbox_is_called_one(self) -> Self:
        if self.sandbox != (SANDBOX in self.name):
            raise ValueError(f"sandbox: is true where the name has {SANDBOX!r} in it, and nowhere else")
        return self

    @model_validator(mode="after")
    def every_text_is_in_every_language(self) -> Self:
        if len(set(self.locales)) < len(self.locales):
            raise ValueError("locales: a language is there twice")
        if "SECURITY" not in self.cosigned_aspects or len(set(self.cosigned_aspects)) < len(self.cosigned_aspects):
            raise ValueError("cosignedAspects: must have SECURITY, which touches data, and none twice")
        if len({table.url for table in self.code_tables}) < len(self.code_tables):
            raise ValueError("codeTables: a table is there twice; name one version of it")
        if len(set(self.rule_packs)) < len(self.rule_packs):
            raise ValueError("rulePacks: a pack is there twice")
        if len(self.programme_codes) < len(self.programmes):
            raise ValueError("programmes: a code is there twice")
        texts = [("title", self.title)]
        texts += [(f"populations.{key}.name", population.name) for key, population in self.populations.items()]
        texts += [(f"programmes: the name of {each.code}", each.name) for each in self.programmes]
        for tree, places in (("districts", self.districts.places), ("taxonomy", self.taxonomy.places)):
            texts += [(f"{tree}: the name of {entry.code}", entry.name) for entry in places]
        texts += self.rubric.texts
        for where, text in texts:
            if set(text) != set(self.locales):
                raise ValueError(f"{where}: must be given in {', '.join(self.locales)}, and in no other language")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def programme_codes(self) -> frozenset[str]:
        """The programmes that there are, by their codes."""
        return frozenset(programme.code for programme in self.programmes)

    @cached_property
    def rubric(self) -> Screening:
        """What partners are screened by."""
        return self.screening or screening.plain(self.locales)

    def today(self, now: datetime) -> date:
        """Which day it is in the city."""
        return now.astimezone(self.zone).date()

    def of_age_at(self, born: date) -> datetime:
        """When somebody comes of age: as the birthday begins by the city's clock. Born on a 29 February: on 1 March."""
        try:
            day = born.replace(year=born.year + self.majority_years)
        except ValueError:
            day = date(born.year + self.majority_years, 3, 1)
        return datetime.combine(day, time.min, self.zone)

    def adults_born_until(self, now: datetime) -> date:
        """The last day of birth of those who are of age by now."""
        today = self.today(now)
        try:
            return today.replace(year=today.year - self.majority_years)
        except ValueError:  # on a 29 February, of a year that had none
            return date(today.year - self.majority_years, 2, 28)


class Global(Part):
    city: City


class Values(Part):
    """The chart's values, as far as a pack has them."""

    global_: Annotated[Global, Field(alias="global")]


def read(path: str) -> City:
    """The pack in a file."""
    if not path:
        raise BadPack("YIMA_CITY_FILE is not set: it names the file with the city's pack, one of charts/yima/cities")
    try:
        with open(path, encoding="utf-8") as stream:  # noqa: PTH123 a path from the environment
            content = yaml.load(stream, yaml.CSafeLoader)
        return Values.model_validate_json(orjson.dumps(content)).global_.city
    except (OSError, UnicodeDecodeError) as unreadable:
        raise BadPack(f"{path}: cannot be read: {unreadable}") from None
    except (yaml.YAMLError, orjson.JSONEncodeError) as malformed:
        raise BadPack(f"{path}: is not YAML of a pack: {' '.join(str(malformed).split())}") from None
    except ValidationError as unfit:
        faults = unfit.errors(include_url=False, include_context=False, include_input=False)
        raise BadPack("\n".join(f"{path}: {in_words(fault)}" for fault in faults[:FAULTS_MAX])) from None


def in_words(fault: Any) -> str:
    """A fault in a line, its key first: `global.city.taxonomy[3].code: …`."""
    key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault["loc"]).removeprefix(".")
    if fault["type"] == "extra_forbidden":
        return f"{key}: is no key of a city's pack"
    words = re.sub(r"^Value error, ", "", fault["msg"])
    inside = re.match(r"([a-z][A-Za-z]*(?:\[\d+\])?(?:\.[A-Za-z_]+)*): ", words)  # a rule's own, more exact key
    return f"{key}.{words}" if inside else f"{key}: {words}".removeprefix(": ")
