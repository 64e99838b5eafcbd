"""Releases: what leaves a record, and on what decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.refusals import Forbidden, Invalid, Refusal

from records.domain.kinds import words

# A revocation's answer waits longer than this (consent's RELEASE_SECONDS), so that nothing is released on a decision
# from before it.
RELEASE_SECONDS = 0.4
RELEASE_ATTEMPTS = 3
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


def check_statuses(statuses: Sequence[str]) -> None:
    """Refuse a status that is not held back, or not one at all."""
    for index, status in enumerate(statuses):
        if status not in HELD_BACK:
            raise Invalid(f"also_statuses[{index}]", f"must be one of {', '.join(sorted(HELD_BACK))}")
