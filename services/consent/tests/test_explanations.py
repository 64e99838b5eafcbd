"""An explanation says what a decision would say, what bears upon it, and what would change it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from consent.domain.consents import AccessMode, Origin, RequestStatus
from consent.domain.decisions import (
    AccessRequest,
    Artefact,
    LegalBasis,
    Reason,
    Standing,
    decide,
    explain_visit,
    permit_by_law,
)
from consent.domain.explanations import Circumstances, GroundKind, Remedy, RemedyKind, explain
from consent.domain.visits import Visit, VisitRule
from hypothesis import given
from hypothesis import strategies as st

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DOCTOR, COLLEAGUE = uuid4(), uuid4()
VITALS, LABORATORY = frozenset({"vital-signs"}), frozenset({"laboratory"})
ASKED = AccessRequest(VITALS, "TREAT", AccessMode.VIEW)
GOOD = Standing(True, NOON + timedelta(days=30))


def artefact(**changes: Any) -> Artefact:
    values: dict[str, Any] = {
        "id": uuid4(),
        "information_types": VITALS,
        "purpose": "TREAT",
        "access_mode": AccessMode.VIEW,
        "expires_at": NOON + timedelta(hours=8),
    }
    return Artefact(**(values | changes))


def circumstances(**changes: Any) -> Circumstances:
    empty = Circumstances(GOOD, [], [], [], [], kind=1)
    return replace(empty, **changes)


def rule(kinds: frozenset[int] = frozenset(), types: frozenset[str] = VITALS) -> VisitRule:
    return VisitRule(uuid4(), uuid4(), kinds, types, None, False)


def law(types: frozenset[str] = VITALS, purpose: str = "TREAT") -> LegalBasis:
    return LegalBasis(uuid4(), "Notice 7", types, purpose, AccessMode.VIEW)


def test_what_permits_comes_first_and_revoking_it_is_what_would_change_it() -> None:
    old, visit = artefact(revoked=True), artefact(origin=Origin.VISIT, practitioner_id=DOCTOR)
    explanation = explain(circumstances(artefacts=[old, visit]), ASKED, DOCTOR, NOON)
    assert (explanation.verdict.permitted, explanation.verdict.artefact_id) == (True, visit.id)
    permitting = [ground for ground in explanation.grounds if ground.permits]
    assert list(explanation.grounds[: len(permitting)]) == permitting
    assert [ground.of for ground in permitting if ground.kind == GroundKind.CONSENT] == [visit.id]
    assert list(explanation.remedies) == [Remedy(RemedyKind.REVOKE_CONSENT, visit.id)]
    (revoked,) = [ground for ground in explanation.grounds if ground.of == old.id]
    assert revoked.reason == Reason.CONSENT_REVOKED


def test_a_partner_out_of_standing_regains_it_first() -> None:
    explanation = explain(circumstances(standing=None, artefacts=[artefact()]), ASKED, DOCTOR, NOON)
    assert explanation.verdict.reason == Reason.PARTNER_NOT_IN_STANDING
    assert explanation.remedies[0] == Remedy(RemedyKind.REGAIN_STANDING)
    standing = next(ground for ground in explanation.grounds if ground.kind == GroundKind.STANDING)
    assert not standing.permits


def test_what_a_scan_offered_is_answered_and_else_one_shows_the_code_or_orders() -> None:
    waiting = Visit(uuid4(), DOCTOR, RequestStatus.REQUESTED)
    explanation = explain(circumstances(visits=[waiting]), ASKED, DOCTOR, NOON)
    assert explanation.verdict.reason == Reason.VISIT_OFFERED
    assert explanation.remedies[0] == Remedy(RemedyKind.ANSWER_VISIT, waiting.request_id)
    nothing = explain(circumstances(visits=[waiting]), ASKED, COLLEAGUE, NOON)
    assert [remedy.kind for remedy in nothing.remedies] == [RemedyKind.SHOW_CODE, RemedyKind.CONSENT_TO_ORDER]


def test_an_order_that_is_not_confirmed_is_confirmed() -> None:
    explanation = explain(circumstances(artefacts=[artefact(confirmed=False)]), ASKED, None, NOON)
    assert explanation.remedies[0] == Remedy(RemedyKind.CONFIRM_ORDER)


def test_the_law_is_named_and_only_its_end_changes_it() -> None:
    basis, other = law(), law(LABORATORY)
    explanation = explain(circumstances(bases=[basis, other]), ASKED, None, NOON)
    assert explanation.verdict.reason == Reason.LEGAL_BASIS
    assert [(ground.statute, ground.permits) for ground in explanation.grounds if ground.statute] == [
        ("Notice 7", True),
        ("Notice 7", False),
    ]
    assert list(explanation.remedies) == [Remedy(RemedyKind.LEGAL_BASIS_ENDS, basis.id)]


def test_a_rule_that_the_next_scan_would_fit_is_named_and_may_be_ended() -> None:
    fits, elsewhere, otherwise = rule(), rule(kinds=frozenset({8})), rule(types=LABORATORY)
    explanation = explain(circumstances(rules=[fits, elsewhere, otherwise]), ASKED, None, NOON)
    assert [ground.of for ground in explanation.grounds if ground.kind == GroundKind.VISIT_RULE] == [fits.id]
    assert Remedy(RemedyKind.END_VISIT_RULE, fits.id) in explanation.remedies


ARTEFACTS = st.builds(
    artefact,
    information_types=st.sampled_from([VITALS, LABORATORY, VITALS | LABORATORY]),
    purpose=st.sampled_from(["TREAT", "ETREAT"]),
    origin=st.sampled_from(list(Origin)),
    revoked=st.booleans(),
    confirmed=st.booleans(),
    ended=st.booleans(),
    practitioner_id=st.sampled_from([None, DOCTOR, COLLEAGUE]),
    expires_at=st.sampled_from([NOON, NOON + timedelta(hours=1)]),
)


@given(
    st.lists(ARTEFACTS, max_size=4),
    st.sampled_from([GOOD, None, Standing(False, NOON)]),
    st.sampled_from([None, DOCTOR, COLLEAGUE]),
    st.sampled_from([VITALS, VITALS | LABORATORY]),
    st.lists(st.builds(law, purpose=st.sampled_from(["TREAT", "PUBHLTH"])), max_size=2),
)
def test_it_says_what_a_decision_says_and_always_what_would_change_it(
    artefacts: list[Artefact],
    standing: Standing | None,
    asker: UUID | None,
    kinds: frozenset[str],
    bases: list[LegalBasis],
) -> None:
    access = AccessRequest(kinds, "TREAT", AccessMode.VIEW)
    explanation = explain(circumstances(standing=standing, artefacts=artefacts, bases=bases), access, asker, NOON)
    decided = decide(standing or Standing(False, None), artefacts, access, NOON, asker)
    assert explanation.verdict == explain_visit(permit_by_law(decided, access, bases), access, [])
    assert explanation.remedies
    if explanation.verdict.permitted:
        permitting = {ground.of for ground in explanation.grounds if ground.permits}
        assert (
            explanation.verdict.artefact_id or (explanation.verdict.basis and explanation.verdict.basis.id)
        ) in permitting
        without = [held for held in artefacts if held.id not in {remedy.of for remedy in explanation.remedies}]
        ended = [basis for basis in bases if basis.id not in {remedy.of for remedy in explanation.remedies}]
        after = permit_by_law(decide(standing or Standing(False, None), without, access, NOON, asker), access, ended)
        assert not after.permitted, "whoever does all that it says has changed it"
