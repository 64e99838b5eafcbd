"""Screening by the city's checklists: what the answers come to, and what the database holds of it."""

import random
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import hypothesis
import pytest
from chassis.database import Database
from chassis.refusals import Invalid
from chassis.wire import timestamp
from city_pack.screening import Checklist, Item, plain
from devstack.samples import examples
from hypothesis import strategies as st
from partners.api.partners import partner_message
from partners.commands import applications, certificates, reviews
from partners.domain.certificates import Aspect
from partners.domain.screening import (
    Answer,
    ChecklistChanged,
    ChecklistIncomplete,
    EvidenceMissing,
    OutcomeDiffers,
    ReviewKind,
    ReviewNeeded,
    Verdict,
    outcome,
)
from partners.domain.standing import StepRefused
from partners.store.partners import PartnerAggregate
from partners.store.reviews import outcome_of
from partners.tables import ScreeningRow, StepRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from yima.partners.v1 import api_pb2 as pb

from services.partners.tests.certifying import answers
from services.partners.tests.test_numbers import CONFIRMED, apply
from services.partners.tests.test_steps import JINAN, NOW, OPERATOR, active, load_partner, screened

SERVICE = "partners"
pytestmark = pytest.mark.anyio
DOCUMENT = {"title": "t", "reference": "r", "valid_until": str(NOW.date() + timedelta(days=99))}

ITEMS = st.builds(
    lambda number, area, weight, knock_out, verdict: Answer(
        Item(code=f"item-{number}", area=area.name, question={"en": "Is it so?"}, weight=weight, knockOut=knock_out),
        verdict,
        "seen",
    ),
    st.integers(0, 99),
    st.sampled_from(Aspect),
    st.integers(1, 100),
    st.booleans(),
    st.sampled_from([*Verdict, None]),
)
POINTS = st.integers(0, 10_000)


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def decide(
    db: Database, partner_id: UUID, given: list[pb.ChecklistAnswer], passed: bool = True, **more: Any
) -> PartnerAggregate:
    async with db.transaction() as session:
        return await applications.decide_screening(
            session, partner_id=partner_id, passed=passed, reasons=["because"], registration=CONFIRMED, by=OPERATOR,
            now=NOW, answers=given, city=JINAN, **more,
        )  # fmt: skip


async def review(
    db: Database, partner_id: UUID, given: list[pb.ChecklistAnswer], passed: bool = True, later: int = 0, **more: Any
) -> PartnerAggregate:
    request = pb.ReviewPartnerRequest(passed=passed, reasons=["because"], answers=given, **more)
    async with db.transaction() as session:
        return await reviews.review_partner(
            session, partner_id=partner_id, request=request, city=JINAN, by=OPERATOR, now=NOW + timedelta(days=later)
        )


async def certify_again(db: Database, partner_id: UUID, later: int, *aspects: int) -> None:
    now = NOW + timedelta(days=later)
    grants = [
        pb.CertificateGrant(aspect=aspect, scope=["*"], expires_at=timestamp(now + timedelta(days=99)))  # type: ignore[arg-type]
        for aspect in aspects
    ]
    async with db.transaction() as session:
        await certificates.issue_certificates(
            session, partner_id=partner_id, grants=grants, city=JINAN, by=OPERATOR, now=now
        )


def with_verdict(item: str, verdict: Any, kind: str = "HOSPITAL") -> list[pb.ChecklistAnswer]:
    """All met but one item."""
    given = answers(JINAN, kind)
    next(answer for answer in given if answer.item == item).verdict = verdict
    return given


@hypothesis.given(st.lists(ITEMS, min_size=1, max_size=12), POINTS, POINTS)
@hypothesis.settings(max_examples=examples(50))
def test_a_better_answer_never_makes_a_worse_outcome_and_a_knock_out_never_passes(
    given: list[Answer], pass_at: int, area_at: int
) -> None:
    before = outcome(given, pass_at, area_at)
    assert 0 <= before.score <= 10_000
    if any(answer.item.knock_out and answer.verdict != Verdict.MET for answer in given):
        assert not before.passed
    for index, answer in enumerate(given):
        better = [*given[:index], Answer(answer.item, Verdict.MET, "mended"), *given[index + 1 :]]
        after = outcome(better, pass_at, area_at)
        assert after.score >= before.score
        assert after.passed >= before.passed


async def test_an_outcome_follows_from_its_answers_and_is_recomputed_from_what_was_kept(db: Database) -> None:
    partner_id = await apply(db, uuid4().hex[:18].upper())
    given = with_verdict("complaints", pb.VERDICT_PARTLY_MET)
    await decide(db, partner_id, given)
    partner = await load_partner(db, partner_id)
    row = partner.screening
    assert row is not None
    weights = sum(item.weight for item in JINAN.rubric.of("HOSPITAL").items)
    lost = next(item.weight for item in JINAN.rubric.of("HOSPITAL").items if item.code == "complaints")
    assert row.score == (2 * weights - lost) * 10_000 // (2 * weights)
    assert (row.edition, row.checklist_version) == ("jinan-2026.1", JINAN.rubric.of("HOSPITAL").version)
    assert (outcome_of(row).score, outcome_of(row).passed) == (row.score, row.passed)
    shown = partner_message(partner, NOW, JINAN, supervises=False)
    (mend,) = [item for item in shown.screening.items if item.verdict != pb.VERDICT_MET]
    assert (mend.item.code, mend.reason) == ("complaints", "seen"), "the partner reads what to mend, and why"
    assert shown.screening.decided_by == ""
    assert partner_message(partner, NOW, JINAN, supervises=True).screening.decided_by == str(OPERATOR)


@pytest.mark.parametrize(
    ("item", "verdict"),
    [("licensed", pb.VERDICT_PARTLY_MET), ("protection-level", pb.VERDICT_NOT_MET), ("interfaces", pb.VERDICT_NOT_MET)],
    ids=["a knock-out in part", "a knock-out", "an area below what it needs"],
)
async def test_nobody_is_let_through_against_the_answers_nor_refused_against_them(
    db: Database, item: str, verdict: Any
) -> None:
    partner_id = await apply(db, uuid4().hex[:18].upper())
    with pytest.raises(OutcomeDiffers):
        await decide(db, partner_id, with_verdict(item, verdict), passed=True)
    with pytest.raises(OutcomeDiffers):
        await decide(db, partner_id, answers(JINAN, "HOSPITAL"), passed=False)
    assert (await load_partner(db, partner_id)).row.status == "screening"
    refused = await decide(db, partner_id, with_verdict(item, verdict), passed=False)
    assert refused.row.status == "rejected"


async def test_answers_are_complete_unless_a_knock_out_decides(db: Database) -> None:
    partner_id = await apply(db, uuid4().hex[:18].upper())
    one = [pb.ChecklistAnswer(item="complaints", verdict=pb.VERDICT_NOT_MET, reason="none")]
    for given in ([], one, answers(JINAN, "HOSPITAL")[:-1]):
        for passed in (True, False):
            with pytest.raises(ChecklistIncomplete):
                await decide(db, partner_id, given, passed=passed)
    knocked_out = [pb.ChecklistAnswer(item="licensed", verdict=pb.VERDICT_NOT_MET, reason="it is another's")]
    assert (await decide(db, partner_id, knocked_out, passed=False)).row.status == "rejected"


async def test_an_answer_that_is_none_is_refused_at_its_field(db: Database) -> None:
    partner_id = await apply(db, uuid4().hex[:18].upper())
    whole = answers(JINAN, "HOSPITAL")
    wrong = [
        ([*whole, pb.ChecklistAnswer(item="solvency", verdict=pb.VERDICT_MET, reason="seen")], "answers"),
        ([*whole, whole[0]], f"answers[{len(whole)}].item"),
        ([pb.ChecklistAnswer(item="licensed", reason="seen")], "answers[0].verdict"),
        ([pb.ChecklistAnswer(item="licensed", verdict=pb.VERDICT_MET, reason="")], "answers[0].reason"),
    ]
    for given, field in wrong:
        with pytest.raises(Invalid) as refused:
            await decide(db, partner_id, given)
        assert refused.value.field == field
    with pytest.raises(ChecklistChanged):
        await decide(db, partner_id, whole, checklist_version="0" * 64)
    assert (await load_partner(db, partner_id)).row.status == "screening"


async def test_nothing_is_met_of_which_no_evidence_in_force_is_there(db: Database) -> None:
    partner_id = await apply(db, uuid4().hex[:18].upper())
    async with db.transaction() as session:
        partner = await applications.partners.load_for_update(session, partner_id)
        manifest = pb.PartnerManifest.FromString(partner.manifest)
        del manifest.evidence[:]
        manifest.evidence.append(
            pb.Evidence(aspect=pb.ASPECT_LAW, kind="business-licence", **DOCUMENT)  # type: ignore[arg-type]
        )
        partner.manifest = manifest.SerializeToString(deterministic=True)
    with pytest.raises(EvidenceMissing, match="protection-assessment"):
        await decide(db, partner_id, answers(JINAN, "HOSPITAL"))
    shown = partner_message(await load_partner(db, partner_id), NOW, JINAN, supervises=False)
    assert "protection-assessment" in shown.missing_evidence
    assert "business-licence" not in shown.missing_evidence
    more = [
        pb.Evidence(aspect=aspect, kind=kind, **DOCUMENT)  # type: ignore[arg-type]
        for aspect, kind in (
            (pb.ASPECT_SECURITY, "protection-assessment"),
            (pb.ASPECT_TECHNOLOGY, "conformance-report"),
            (pb.ASPECT_PRODUCT, "risk-review"),
            (pb.ASPECT_SERVICE, "complaints-procedure"),
        )
    ]
    async with db.transaction() as session:
        await applications.add_evidence(session, partner_id=partner_id, evidence=more, city=JINAN, now=NOW)
    assert not partner_message(await load_partner(db, partner_id), NOW, JINAN, supervises=False).missing_evidence
    assert (await decide(db, partner_id, answers(JINAN, "HOSPITAL"))).row.status == "certifying"


async def test_evidence_is_added_within_bounds_and_of_kinds_that_there_are(db: Database) -> None:
    partner_id = await screened(db)
    for documents, field in (
        ([], "evidence"),
        ([pb.Evidence(aspect=pb.ASPECT_LAW, kind="a-secret", **DOCUMENT)], "evidence[0].kind"),  # type: ignore[arg-type]
        ([pb.Evidence(aspect=pb.ASPECT_LAW, **DOCUMENT | {"valid_until": "2020-01-01"})], "evidence[0].valid_until"),  # type: ignore[arg-type]
        ([pb.Evidence(aspect=pb.ASPECT_LAW, **DOCUMENT)] * 50, "evidence"),  # type: ignore[arg-type]
    ):
        with pytest.raises(Invalid) as refused:
            async with db.transaction() as session:
                await applications.add_evidence(session, partner_id=partner_id, evidence=documents, city=JINAN, now=NOW)
        assert refused.value.field == field


async def test_a_failed_review_of_an_area_ends_nothing_and_keeps_new_certificates_of_it_back(db: Database) -> None:
    partner_id = await active(db)
    security = [
        answer for answer in answers(JINAN, "CLINIC") if answer.item in ("protection-level", "privacy-assessed")
    ]
    security[0].verdict = pb.VERDICT_NOT_MET
    found = await review(db, partner_id, security, passed=False, later=1, areas=[pb.ASPECT_SECURITY])
    assert [row.kind for row in found.reviews] == ["partial", "application"]
    assert found.row.status == "active"
    with pytest.raises(ReviewNeeded) as refused:
        await certify_again(db, partner_id, 2, pb.ASPECT_LAW, pb.ASPECT_SECURITY)
    assert refused.value.field == "grants[1].aspect"
    await certify_again(db, partner_id, 2, pb.ASPECT_LAW)
    security[0].verdict = pb.VERDICT_MET
    await review(db, partner_id, security, later=3, areas=[pb.ASPECT_SECURITY])
    await certify_again(db, partner_id, 4, pb.ASPECT_SECURITY)


async def test_certificates_are_renewed_on_a_recent_review_only(db: Database) -> None:
    partner_id = await active(db)
    days = JINAN.rubric.review_days
    with pytest.raises(ReviewNeeded):
        await certify_again(db, partner_id, days, pb.ASPECT_LAW)
    async with db.transaction() as session:
        fresh = [
            pb.Evidence(aspect=aspect, **DOCUMENT | {"valid_until": str(NOW.date() + timedelta(days=days + 99))})  # type: ignore[arg-type]
            for aspect in pb.Aspect.values()[1:]
        ]
        await applications.add_evidence(session, partner_id=partner_id, evidence=fresh, city=JINAN, now=NOW)
    renewed = await review(db, partner_id, answers(JINAN, "CLINIC"), later=days)
    assert renewed.reviews[0].kind == "renewal"
    await certify_again(db, partner_id, days, pb.ASPECT_LAW)


async def test_an_application_is_decided_as_a_whole(db: Database) -> None:
    partner_id = await apply(db, uuid4().hex[:18].upper())
    with pytest.raises(StepRefused):
        await review(db, partner_id, answers(JINAN, "HOSPITAL"))


async def test_a_decision_of_before_the_rubric_counts_for_all_areas_while_it_is_recent(db: Database) -> None:
    partner_id = await apply(db, uuid4().hex[:18].upper())
    async with db.transaction() as session:
        (await applications.partners.load_for_update(session, partner_id)).status = "certifying"
        session.add(
            StepRow(
                id=uuid4(),
                partner_id=partner_id,
                was="screening",
                became="certifying",
                taken_as="operator",
                taken_by=OPERATOR,
                taken_at=NOW,
            )
        )
        session.add(
            ScreeningRow(
                id=uuid4(), partner_id=partner_id, passed=True, reasons=["fine"], decided_by=OPERATOR, decided_at=NOW
            )
        )
    await certify_again(db, partner_id, 1, pb.ASPECT_SECURITY)
    with pytest.raises(ReviewNeeded):
        await certify_again(db, partner_id, JINAN.rubric.review_days, pb.ASPECT_SECURITY)


async def test_the_database_takes_a_review_exactly_where_the_rules_come_to_it(db: Database) -> None:
    partner_id = await screened(db)
    dice = random.Random(17)
    taken = 0
    for _ in range(60):
        given = [
            Answer(
                Item(
                    code=f"item-{number}",
                    area=dice.choice(list(Aspect)).name,
                    question={"en": "Is it so?"},
                    weight=dice.randint(1, 9),
                    knockOut=dice.random() < 0.1,
                ),
                dice.choice([Verdict.MET, Verdict.MET, Verdict.PARTLY_MET, Verdict.NOT_MET, None]),
                "seen",
            )
            for number in range(dice.randint(1, 6))
        ]
        checklist = Checklist(
            edition="any",
            passAt=dice.choice([0, 4000, 9000]),
            areaAt=dice.choice([0, 2500, 8000]),
            items=tuple(answer.item for answer in given),
        )
        found = outcome(given, checklist.pass_at, checklist.area_at)
        passed, off = dice.random() < 0.5, dice.choice([0, 0, 0, 1, -1])
        row = reviews.review_row(
            partner_id, ReviewKind.PARTIAL, reviews.Review(checklist, given, found), ["because"], OPERATOR, NOW
        )
        row.passed, row.score = passed, found.score + off
        try:
            async with db.transaction() as session:
                session.add(row)
        except IntegrityError:
            assert (passed, off) != (found.passed, 0), given
        else:
            assert (passed, off) == (found.passed, 0), given
            taken += 1
    assert 10 < taken < 50


async def test_a_review_stays_as_it_was_decided(db: Database) -> None:
    partner_id = await screened(db)
    for statement in ("UPDATE screening SET passed = false", "DELETE FROM screening", "TRUNCATE screening CASCADE"):
        with pytest.raises(DBAPIError, match=r"permission denied|stays as it was decided"):
            async with db.transaction() as session:
                await session.execute(text(statement))
    assert (await load_partner(db, partner_id)).screening is not None


def test_a_city_that_says_nothing_asks_one_thing_an_area() -> None:
    checklist = plain(["en"]).of("CLINIC")
    assert [item.area for item in checklist.items] == [aspect.name for aspect in Aspect]
    assert checklist.version == plain(["en"]).of("HOSPITAL").version
