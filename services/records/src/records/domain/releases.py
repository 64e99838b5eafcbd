"""Releases: what leaves a record, and on what decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.refusals import Forbidden, Invalid, Refusal

from records.domain.kinds import KINDS, words

# A revocation's answer waits longer than this (consent's RELEASE_SECONDS), so that nothing is released on a decision
# from before it.
RELEASE_SECONDS = 0.4
RELEASE_ATTEMPTS = 3
FILTERED_MAX = 20  # codes, or institutions, that are asked for at once
CODE_LENGTH_MAX = 64
# Left out unless the caller asks for them: what was not measured, is not certain yet, or was wrong.
HELD_BACK = words("registered partial preliminary draft cancelled refuted revoked superseded entered-in-error unknown")


@dataclass(frozen=True, slots=True)
class Release:
    """What may be let out: of these kinds, dated from a moment until before another; of what is apart these alone."""

    information_types: frozenset[str]
    sensitive_categories: frozenset[str] = frozenset()
    data_from: datetime | None = None
    data_until: datetime | None = None


class ConsentDenied(Forbidden):
    code = "consent-denied"
    title = "No consent in force permits this."


class LicenceNotChecked(Refusal):
    code = "licence-not-checked"
    title = "The register of licences has not confirmed this practitioner's licence, or does so no longer."


class NotProven(Refusal):
    code = "not-proven"
    title = "It is not proven who this person is; what touches health data needs that."


class RowsNotReleased(Refusal):
    code = "rows-not-released"
    title = "COMPUTE releases results of approved queries, never records."


def check_wanted(resource_types: Sequence[str], codes: Sequence[str], institutions: Sequence[str]) -> None:
    """Refuse a filter that no record passes, or that takes long to pass."""
    for index, kind in enumerate(resource_types):
        if kind not in KINDS:
            raise Invalid(f"resource_types[{index}]", f"must be one of {', '.join(sorted(KINDS))}")
    for name, values in (("codes", codes), ("institution_ids", institutions)):
        if len(values) > FILTERED_MAX:
            raise Invalid(name, f"at most {FILTERED_MAX}")
    for index, code in enumerate(codes):
        if not 1 <= len(code) <= CODE_LENGTH_MAX:
            raise Invalid(f"codes[{index}]", f"has 1 to {CODE_LENGTH_MAX} characters")


def check_statuses(statuses: Sequence[str]) -> None:
    """Refuse a status that is not held back, or not one at all."""
    for index, status in enumerate(statuses):
        if status not in HELD_BACK:
            raise Invalid(f"also_statuses[{index}]", f"must be one of {', '.join(sorted(HELD_BACK))}")
