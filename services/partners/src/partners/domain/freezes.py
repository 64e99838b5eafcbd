"""Freezes: what a regulator takes away from a partner, an offering, a practitioner or an account, under a case number,
beside whatever else is so of them."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chassis.refusals import Forbidden, Invalid, Refusal

from partners.domain.capabilities import Capability

FROZEN_MAX = 10_000  # freezes in force at once
CASE_NUMBER = re.compile(r"[0-9A-Z]([0-9A-Z./-]{1,38})[0-9A-Z]")


class FreezeTarget(StrEnum):
    """What a freeze is of."""

    PARTNER = "partner"
    OFFERING = "offering"
    PRACTITIONER = "practitioner"
    ACCOUNT = "account"


# What may be frozen of each kind. Of a partner any part of it; of the others all of it or nothing. Carrying out what
# was accepted is never frozen: it would leave people in treatment alone.
FREEZABLE: Mapping[FreezeTarget, frozenset[Capability]] = {
    FreezeTarget.PARTNER: frozenset(Capability) - {Capability.FULFIL},
    FreezeTarget.OFFERING: frozenset({Capability.PUBLISH, Capability.SELL}),
    FreezeTarget.PRACTITIONER: frozenset({Capability.READ_DATA}),
    FreezeTarget.ACCOUNT: frozenset(Capability),
}


class AlreadyFrozen(Refusal):
    code = "already-frozen"
    title = "The same is frozen under this case number."


class AlreadyLifted(Refusal):
    code = "already-lifted"
    title = "The freeze was lifted before."


class TooManyFreezes(Refusal):
    code = "too-many-freezes"
    title = "So many freezes are in force that no more can be told to every service."


class OwnAccount(Forbidden):
    code = "own-account"
    title = "Nobody freezes their own account, or lifts a freeze of it."


class PartnerFrozen(Refusal):
    code = "partner-frozen"
    title = "A regulator has frozen what the partner may do."


@dataclass(frozen=True, slots=True)
class FreezeTerms:
    """A freeze in force, as far as rules are concerned."""

    case_number: str
    capabilities: frozenset[Capability]


def parse_case_number(value: str, field: str) -> str:
    """A regulator's case number in its one form: capitals and digits of ASCII, whatever keyboard wrote them."""
    parsed = unicodedata.normalize("NFKC", value).strip().upper()
    if not CASE_NUMBER.fullmatch(parsed):
        raise Invalid(field, "must be 3 to 40 capitals, digits and - . / such as WJW-2026-0117")
    return parsed


def check_capabilities(target: FreezeTarget, named: Collection[Capability], field: str) -> list[Capability]:
    """What a freeze of this kind takes away; all there is where nothing is named."""
    freezable = FREEZABLE[target]
    if named and target is not FreezeTarget.PARTNER:
        raise Invalid(field, f"leave it out: a freeze of an {target} takes everything of it away")
    for index, capability in enumerate(named):
        if capability not in freezable:
            raise Invalid(f"{field}[{index}]", f"must be one of {', '.join(sorted(freezable))}")
    return sorted(set(named) or freezable)


def frozen(freezes: Iterable[FreezeTerms]) -> frozenset[Capability]:
    """What freezes take away together."""
    return frozenset[Capability]().union(*(freeze.capabilities for freeze in freezes))


def check_not_frozen(freezes: Sequence[FreezeTerms]) -> None:
    """Refuse what only a partner in good standing does, while anything of it is frozen."""
    if freezes:
        cases = ", ".join(sorted({freeze.case_number for freeze in freezes}))
        raise PartnerFrozen(f"ask the regulator about case {cases}; only a regulator lifts it")
