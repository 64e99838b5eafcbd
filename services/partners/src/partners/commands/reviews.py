"""Reviews by the checklist: of an application, and of a partner that was let through."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.refusals import Invalid
from city_pack.pack import City
from city_pack.screening import Checklist
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import api_pb2 as pb

from partners.domain import screening, tariffs
from partners.domain.applications import is_valid, parse_reasons
from partners.domain.certificates import Aspect
from partners.domain.screening import Answer, ChecklistChanged, Evidence, Outcome, ReviewKind, Verdict, check_outcome
from partners.domain.standing import PartnerStatus, StepRefused
from partners.store import partners
from partners.store.partners import PartnerAggregate
from partners.tables import PartnerRow, ScreeningRow

VERDICTS = {
    pb.VERDICT_MET: Verdict.MET,
    pb.VERDICT_PARTLY_MET: Verdict.PARTLY_MET,
    pb.VERDICT_NOT_MET: Verdict.NOT_MET,
}


@dataclass(frozen=True, slots=True)
class Review:
    """A checklist with its answers, and what they come to."""

    checklist: Checklist
    answers: Sequence[Answer]
    outcome: Outcome


async def review_partner(
    session: AsyncSession,
    *,
    partner_id: UUID,
    request: pb.ReviewPartnerRequest,
    city: City,
    by: UUID,
    now: datetime,
) -> PartnerAggregate:
    """Review a partner that was let through, in some areas or in all. Nothing that is in force ends by it."""
    partner = await partners.load_for_update(session, partner_id)
    if partner.status in (PartnerStatus.SCREENING, PartnerStatus.REJECTED):
        raise StepRefused("an application is decided as a whole: decide its screening")
    areas = parse_areas(request.areas)
    review = reviewed(partner, request.answers, city, request.checklist_version, areas, now)
    check_outcome(review.outcome, request.passed, review.checklist.pass_at)
    kind = ReviewKind.RENEWAL if areas == frozenset(Aspect) else ReviewKind.PARTIAL
    session.add(review_row(partner_id, kind, review, request.reasons, by, now))
    partner.version += 1
    await session.flush()
    return await partners.load(session, partner_id)


def parse_areas(values: Sequence[int]) -> frozenset[Aspect]:
    """The areas that are named; all five where none are."""
    if unknown := [value for value in values if value == pb.ASPECT_UNSPECIFIED or value not in pb.Aspect.values()]:
        raise Invalid(f"areas[{list(values).index(unknown[0])}]", "must be one of the five areas")
    return frozenset(Aspect[pb.Aspect.Name(value).removeprefix("ASPECT_")] for value in values) or frozenset(Aspect)


def reviewed(
    partner: PartnerRow,
    answers: Sequence[pb.ChecklistAnswer],
    city: City,
    version: str,
    areas: Iterable[Aspect],
    now: datetime,
) -> Review:
    """What these answers to the checklist of the partner's kind come to."""
    checklist = city.rubric.of(tariffs.kind_of(partner.manifest))
    if version not in ("", checklist.version):
        raise ChecklistChanged("read the checklist again, and answer that", "checklist_version")
    verdicts: dict[str, tuple[Verdict, str]] = {}
    for index, answer in enumerate(answers):
        field = f"answers[{index}]"
        if answer.item in verdicts:
            raise Invalid(f"{field}.item", "is answered twice")
        if answer.verdict not in VERDICTS:
            raise Invalid(f"{field}.verdict", "must be MET, PARTLY_MET or NOT_MET")
        verdicts[answer.item] = VERDICTS[answer.verdict], screening.parse_reason(answer.reason, f"{field}.reason")
    answered = screening.answered(checklist, areas, verdicts, evidence_in_force(partner.manifest, city, now))
    return Review(checklist, answered, screening.outcome(answered, checklist.pass_at, checklist.area_at))


def evidence_in_force(manifest: bytes, city: City, now: datetime) -> list[Evidence]:
    """The evidence in force that a partner has handed in."""
    today = city.today(now)
    return [
        Evidence(Aspect[pb.Aspect.Name(evidence.aspect).removeprefix("ASPECT_")], evidence.kind)
        for evidence in pb.PartnerManifest.FromString(manifest).evidence
        if is_valid(evidence.valid_until, today)
    ]


def review_row(
    partner_id: UUID,
    kind: ReviewKind,
    review: Review,
    reasons: Sequence[str],
    by: UUID,
    now: datetime,
    registration_reference: str | None = None,
) -> ScreeningRow:
    """A review as it is kept: with all that its outcome follows from."""
    return ScreeningRow(
        id=new_id(),
        partner_id=partner_id,
        kind=kind,
        passed=review.outcome.passed,
        reasons=parse_reasons(reasons),
        decided_by=by,
        decided_at=now,
        registration_reference=registration_reference,
        edition=review.checklist.edition,
        checklist_version=review.checklist.version,
        pass_at=review.checklist.pass_at,
        area_at=review.checklist.area_at,
        score=review.outcome.score,
        answers=[
            answer.item.model_dump() | {"verdict": answer.verdict, "reason": answer.reason} for answer in review.answers
        ],
    )
