"""Checklists, and reviews as they are shown."""

from chassis.refusals import Invalid
from chassis.wire import timestamp
from city_pack.screening import Checklist, Item, Screening
from yima.common.v1.types_pb2 import LocalizedText
from yima.partners.v1 import api_pb2 as pb

from partners.domain.screening import AreaScore, Verdict
from partners.store.reviews import answers_of, outcome_of
from partners.tables import ScreeningRow


def kind_named(kind: pb.PartnerKind) -> str:
    """A kind of partner as the pack names it."""
    if kind == pb.PARTNER_KIND_UNSPECIFIED or kind not in pb.PartnerKind.values():
        raise Invalid("kind", "must be one of the kinds of partner")
    return pb.PartnerKind.Name(kind).removeprefix("PARTNER_KIND_")


def checklist_message(kind: pb.PartnerKind, checklist: Checklist, city_screening: Screening) -> pb.Checklist:
    return pb.Checklist(
        kind=kind,
        edition=checklist.edition,
        version=checklist.version,
        pass_at=checklist.pass_at,
        area_at=checklist.area_at,
        review_days=city_screening.review_days,
        items=[item_message(item) for item in checklist.items],
        documents=[
            pb.DocumentKind(code=code, name=LocalizedText(text=name)) for code, name in city_screening.documents.items()
        ],
    )


def item_message(item: Item) -> pb.ChecklistItem:
    return pb.ChecklistItem(
        code=item.code,
        area=f"ASPECT_{item.area}",
        question=LocalizedText(text=item.question),
        weight=item.weight,
        knock_out=item.knock_out,
        evidence=item.evidence,
    )


def area_message(area: AreaScore) -> pb.AreaScore:
    return pb.AreaScore(area=f"ASPECT_{area.area.name}", score=area.score, passed=area.passed)


def review_message(row: ScreeningRow, *, supervises: bool) -> pb.Screening:
    """A review; which person decided it is for operator and regulator."""
    return pb.Screening(
        kind=f"REVIEW_KIND_{row.kind.upper()}",
        passed=row.passed,
        reasons=row.reasons,
        decided_at=timestamp(row.decided_at),
        decided_by=str(row.decided_by) if supervises else "",
        edition=row.edition or "",
        checklist_version=row.checklist_version or "",
        score=row.score or 0,
        pass_at=row.pass_at or 0,
        area_at=row.area_at or 0,
        areas=[area_message(area) for area in outcome_of(row).areas],
        items=[
            pb.AnsweredItem(
                item=item_message(answer.item),
                verdict=verdict_named(answer.verdict),
                reason=answer.reason,
            )
            for answer in answers_of(row)
        ],
    )


def verdict_named(verdict: Verdict | None) -> str:
    return "VERDICT_UNSPECIFIED" if verdict is None else f"VERDICT_{verdict.name}"
