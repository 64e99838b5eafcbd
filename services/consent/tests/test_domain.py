"""Consent's rules alone: what a decision says, and what cannot be decided."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum
from uuid import uuid4

import pytest
from chassis.refusals import Invalid
from consent.domain import access_log, consents, decisions, emergencies, erasures, explanations, legal_bases
from consent.domain.consents import AccessMode
from consent.domain.decisions import (
    NO_STANDING,
    AccessRequest,
    Artefact,
    Reason,
    Standing,
    check_ingest,
    decide,
)
from consent.domain.visits import Hours, check_hours
from hypothesis import given
from hypothesis import strategies as st
from yima.catalog.v1 import enums as catalog_enums
from yima.consent.v1 import enums

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


def artefact(**changes: object) -> Artefact:
    values: dict[str, object] = {
        "id": uuid4(),
        "information_types": frozenset({"vital-signs"}),
        "purpose": "TREAT",
        "access_mode": AccessMode.VIEW,
        "expires_at": NOON + DAY,
    } | changes
    return Artefact(**values)  # type: ignore[arg-type]


LABORATORY = frozenset({"laboratory"})
VITALS = AccessRequest(frozenset({"vital-signs"}), "TREAT", AccessMode.VIEW)
BOTH = replace(VITALS, information_types=VITALS.information_types | LABORATORY)


@pytest.mark.parametrize(
    ("held", "access", "at", "reason"),
    [
        ([], VITALS, NOON, Reason.NO_CONSENT),
        ([artefact()], VITALS, NOON, Reason.CONSENT_IN_FORCE),
        ([artefact()], VITALS, NOON + DAY - timedelta(microseconds=1), Reason.CONSENT_IN_FORCE),
        ([artefact()], VITALS, NOON + DAY, Reason.CONSENT_EXPIRED),
        ([artefact(revoked=True)], VITALS, NOON, Reason.CONSENT_REVOKED),
        ([artefact(revoked=True)], VITALS, NOON - YEAR, Reason.CONSENT_REVOKED),
        ([artefact(ended=True)], VITALS, NOON, Reason.ORDER_ENDED),
        ([artefact(confirmed=False)], VITALS, NOON, Reason.ORDER_NOT_CONFIRMED),
        ([artefact(confirmed=False)], VITALS, NOON + DAY, Reason.CONSENT_EXPIRED),
        ([artefact(revoked=True), artefact()], VITALS, NOON, Reason.CONSENT_IN_FORCE),
        ([artefact()], replace(VITALS, purpose="HRESCH"), NOON, Reason.OTHER_PURPOSE),
        ([artefact()], replace(VITALS, access_mode=AccessMode.STORE), NOON, Reason.OTHER_ACCESS_MODE),
        ([artefact()], BOTH, NOON, Reason.OTHER_INFORMATION_TYPE),
        ([artefact(), artefact(information_types=LABORATORY)], BOTH, NOON, Reason.CONSENT_IN_FORCE),
    ],
)
def test_a_decision_says_why(held: list[Artefact], access: AccessRequest, at: datetime, reason: Reason) -> None:
    verdict = decide(Standing(True, at + DAY), held, access, at)
    assert verdict.reason is reason
    assert verdict.permitted is (reason is Reason.CONSENT_IN_FORCE)
    for bad in (NO_STANDING, Standing(False, at + DAY), Standing(True, None), Standing(True, at)):
        assert decide(bad, held, access, at).reason is Reason.PARTNER_NOT_IN_STANDING


@pytest.mark.parametrize(
    ("held", "kinds"),
    [
        ([], None),
        ([artefact()], {"vital-signs"}),
        ([artefact(information_types=LABORATORY)], {"laboratory"}),
        ([artefact(), artefact(information_types=LABORATORY)], {"vital-signs", "laboratory"}),
        ([artefact(), artefact(information_types=LABORATORY, revoked=True)], {"vital-signs"}),
        ([artefact(), artefact(information_types=LABORATORY, limited=True)], {"vital-signs", "laboratory"}),
        ([artefact(), artefact(information_types=LABORATORY, limited=True, used_up=True)], {"vital-signs"}),
        ([artefact(information_types=frozenset({"imaging"}))], None),
        ([artefact(purpose="HRESCH")], None),
    ],
)
def test_what_is_asked_as_far_as_covered_is_permitted_for_what_is_covered(
    held: list[Artefact], kinds: set[str] | None
) -> None:
    access = replace(BOTH, as_far_as_covered=True)
    verdict = decide(Standing(True, NOON + DAY), held, access, NOON)
    released = {kind for release in verdict.releases for kind in release.information_types}
    assert (verdict.permitted, released) == (kinds is not None, kinds or set())
    assert decide(NO_STANDING, held, access, NOON).reason is Reason.PARTNER_NOT_IN_STANDING


@pytest.mark.parametrize(
    ("kinds", "count", "field"),
    [
        ([], 1, "information_types"),
        (["x"], 1, "information_types[0]"),
        (["vital-signs"], 0, "count"),
        (["vital-signs"], -1, "count"),
        (["vital-signs"], 10_001, "count"),
    ],
)
def test_an_ingest_that_cannot_be_decided_is_refused_at_its_field(kinds: list[str], count: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_ingest(kinds, count)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("ours", "contract"),
    [
        (consents.AccessMode, catalog_enums.AccessMode),
        (consents.ConsentEnd, enums.ConsentEnd),
        (consents.Origin, enums.Origin),
        (explanations.GroundKind, enums.GroundKind),
        (explanations.RemedyKind, enums.RemedyKind),
        (emergencies.EmergencyStatus, enums.EmergencyStatus),
        (legal_bases.LegalBasisStatus, enums.LegalBasisStatus),
        (decisions.Reason, enums.Reason),
        (decisions.AccessKind, enums.AccessKind),
        (access_log.AccessAct, enums.AccessAct),
        (erasures.ErasureStatus, enums.ErasureStatus),
        (erasures.ErasureMethod, enums.ErasureMethod),
    ],
)
def test_the_rules_names_and_numbers_are_the_contract_s(ours: type[IntEnum], contract: type[IntEnum]) -> None:
    assert {member.name: member.value for member in ours} == {member.name: member.value for member in contract}


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(TIMES, TIMES, TIMES)
def test_hours_hold_from_a_time_until_another_past_midnight_too(start: time, end: time, at: time) -> None:
    if start == end:
        with pytest.raises(Invalid):
            check_hours(f"{start:%H:%M}", f"{end:%H:%M}")
        return
    hours, reversed_hours = Hours(start, end), Hours(end, start)
    assert hours == check_hours(f"{start:%H:%M}", f"{end:%H:%M}")
    assert hours.include(at) != reversed_hours.include(at), "the two make a day"
    assert hours.include(start)
    assert not hours.include(end)


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("24:00", "08:00", "hours_from"),
        ("08:00", "08:60", "hours_until"),
        ("08:00", "", "hours_until"),
        ("", "08:00", "hours_from"),
        ("8:00", "09:00", "hours_from"),
        ("٠٨:٠٠", "09:00", "hours_from"),
        ("08:00\n", "09:00", "hours_from"),
        ("08:00", "08:00", "hours_until"),
    ],
)
def test_impossible_hours_are_refused_by_their_field(start: str, end: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_hours(start, end)
    assert refused.value.field == field
