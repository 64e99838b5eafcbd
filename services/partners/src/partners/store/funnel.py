"""How far partners have come from their newest application to their first offering on sale, of the history kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

UNDER_WAY_MAX = 200
# A step of a partner of before steps were kept is unknown: its application alone is dated. A step that is open counts
# only while the partner's status is the one that leads out of it. An application is a step that the partner took; an
# appeal that was granted brings it back to its screening, which is open again.
STEPS = """
    WITH applied AS (
        SELECT DISTINCT ON (partner_id) partner_id, id, count(*) OVER (PARTITION BY partner_id) AS applications
        FROM partner_step WHERE became = 'screening' AND taken_as = 'partner' ORDER BY partner_id, id DESC
    ), entered AS (
        SELECT DISTINCT ON (partner_id) partner_id, id
        FROM partner_step WHERE became = 'screening' ORDER BY partner_id, id DESC
    ), moved AS (
        SELECT step.partner_id,
            min(step.taken_at) FILTER (WHERE step.was = 'screening' AND step.id > entered.id) AS screened_at,
            min(step.taken_at) FILTER (WHERE step.was = 'screening' AND step.became = 'certifying') AS passed_at,
            min(step.taken_at) FILTER (WHERE step.was = 'certifying') AS certified_at,
            min(step.taken_at) FILTER (WHERE step.was = 'contracting') AS active_at
        FROM partner_step AS step JOIN applied USING (partner_id) JOIN entered USING (partner_id)
        WHERE step.id > applied.id GROUP BY step.partner_id
    ), offered AS (
        SELECT contract.partner_id, min(contract.offered_at) AS offered_at
        FROM contract JOIN moved USING (partner_id) WHERE contract.offered_at >= moved.certified_at
        GROUP BY contract.partner_id
    ), dated AS (
        SELECT partner.id AS partner_id, partner.status, partner.applied_at, partner.live_at,
            least(partner.documents_complete_at, moved.screened_at) AS complete_at, moved.screened_at, moved.passed_at,
            moved.certified_at, offered.offered_at, moved.active_at, coalesce(applied.applications, 1) AS applications
        FROM partner LEFT JOIN applied ON applied.partner_id = partner.id
            LEFT JOIN moved ON moved.partner_id = partner.id LEFT JOIN offered ON offered.partner_id = partner.id
        WHERE (CAST(:partner_id AS uuid) IS NULL OR partner.id = :partner_id)
            AND (CAST(:kind AS text) = '' OR partner.kind = :kind)
            AND (CAST(:district AS text) = '' OR :district = ANY(partner.districts))
    ), step AS (
        SELECT dated.*, taken.stage, taken.began_at, taken.ended_at,
            taken.ended_at IS NULL AND dated.status = taken.while_status AS is_open,
            extract(epoch FROM coalesce(taken.ended_at, :now) - taken.began_at) AS seconds
        FROM dated CROSS JOIN LATERAL (VALUES
            (1, applied_at, complete_at, 'screening'),
            (2, complete_at, screened_at, 'screening'),
            (3, passed_at, certified_at, 'certifying'),
            (4, certified_at, offered_at, 'contracting'),
            (5, offered_at, active_at, 'contracting'),
            (6, active_at, live_at, 'active')
        ) AS taken (stage, began_at, ended_at, while_status)
        WHERE taken.began_at IS NOT NULL
    )
"""
OF_PARTNER = text(f"{STEPS} SELECT * FROM step ORDER BY stage")  # noqa: S608 # of constants
MEDIANS = text(
    f"""
    {STEPS}
    SELECT stage, count(*) FILTER (WHERE ended_at IS NOT NULL) AS finished,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE ended_at IS NOT NULL) AS median_seconds,
        count(*) FILTER (WHERE is_open) AS waiting,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE is_open) AS waiting_median_seconds,
        array_agg(seconds) FILTER (WHERE is_open AND seconds > :stuck_after) AS long
    FROM step GROUP BY stage ORDER BY stage
    """  # noqa: S608 # of constants
)
OUTCOMES = text(
    f"""
    {STEPS}
    SELECT count(*) FILTER (WHERE live_at IS NOT NULL) AS live,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM live_at - applied_at))
            FILTER (WHERE live_at IS NOT NULL) AS median_seconds,
        count(*) FILTER (WHERE status = 'rejected') AS came_to_nothing
    FROM dated
    """  # noqa: S608 # of constants
)
UNDER_WAY = text(
    f"""
    {STEPS}
    , longest AS (SELECT partner_id, began_at FROM step WHERE is_open ORDER BY began_at, partner_id LIMIT :most)
    SELECT step.* FROM step JOIN longest USING (partner_id) ORDER BY longest.began_at, partner_id, stage
    """  # noqa: S608 # of constants
)
# What counts is of after the newest application: certificates and reviews of before it let nobody through.
ASPECTS = text(
    """
    WITH review AS (
        SELECT screening.partner_id, lower(item ->> 'area') AS aspect, min(screening.decided_at) AS reviewed_at
        FROM screening JOIN partner ON partner.id = screening.partner_id
            CROSS JOIN LATERAL jsonb_array_elements(screening.answers) AS item
        WHERE screening.passed AND screening.partner_id = ANY(:ids) AND screening.decided_at >= partner.applied_at
        GROUP BY 1, 2
    ), certified AS (
        SELECT certificate.partner_id, certificate.aspect, min(certificate.issued_at) AS proposed_at,
            min(CASE WHEN needs_cosignature THEN cosigned_at ELSE issued_at END) AS certified_at
        FROM certificate JOIN partner ON partner.id = certificate.partner_id
        WHERE certificate.partner_id = ANY(:ids) AND certificate.issued_at >= partner.applied_at GROUP BY 1, 2
    )
    SELECT * FROM review FULL JOIN certified USING (partner_id, aspect)
    """
)
ABOUT = text("SELECT id, manifest FROM partner WHERE id = ANY(:ids)")
LIVE = text(
    """
    UPDATE partner SET live_at = first.at
    FROM (
        SELECT partner_id, min(at) AS at
        FROM unnest(CAST(:ids AS uuid[]), CAST(:at AS timestamptz[])) AS on_sale (partner_id, at)
        GROUP BY partner_id
    ) AS first
    WHERE partner.id = first.partner_id AND partner.applied_at <= first.at AND (live_at IS NULL OR live_at > first.at)
    """
)


async def of_partner(session: AsyncSession, partner_id: UUID, now: datetime) -> Sequence[Any]:
    """The steps of one partner, in their order."""
    return (await session.execute(OF_PARTNER, {"partner_id": partner_id, "kind": "", "district": "", "now": now})).all()


async def medians(session: AsyncSession, kind: str, district: str, now: datetime, stuck_after: float) -> Sequence[Any]:
    """Of each step how many finished it, how many are in it, and how long. `long`: seconds of those in it for more
    than `stuck_after`."""
    terms = {"partner_id": None, "kind": kind, "district": district, "now": now, "stuck_after": stuck_after}
    return (await session.execute(MEDIANS, terms)).all()


async def outcomes(session: AsyncSession, kind: str, district: str, now: datetime) -> Any:
    terms = {"partner_id": None, "kind": kind, "district": district, "now": now}
    return (await session.execute(OUTCOMES, terms)).one()


async def under_way(session: AsyncSession, kind: str, district: str, now: datetime) -> Mapping[UUID, Sequence[Any]]:
    """The steps of those who are in one, longest in it first; of `UNDER_WAY_MAX` partners."""
    terms = {"partner_id": None, "kind": kind, "district": district, "now": now, "most": UNDER_WAY_MAX}
    steps: dict[UUID, list[Any]] = {}
    for row in await session.execute(UNDER_WAY, terms):
        steps.setdefault(row.partner_id, []).append(row)
    return steps


async def aspects(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[tuple[UUID, str], Any]:
    """When each aspect was reviewed, proposed and certified first, since the newest application."""
    return {(row.partner_id, row.aspect): row for row in await session.execute(ASPECTS, {"ids": list(ids)})}


async def manifests(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, bytes]:
    return {row.id: row.manifest for row in await session.execute(ABOUT, {"ids": list(ids)})}


async def note_live(session: AsyncSession, on_sale: Sequence[tuple[UUID, datetime]]) -> None:
    """Keep since when partners have something on sale, since their newest application."""
    terms = {"ids": [partner_id for partner_id, _ in on_sale], "at": [at for _, at in on_sale]}
    await session.execute(LIVE, terms)
