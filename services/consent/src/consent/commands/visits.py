"""Visits: a scan offers the resident to open their record while it lasts; a rule of theirs answers beforehand."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.signing import SigningKeys
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import ACCESS_MODE_VIEW, ConsentTemplate

from consent import events
from consent.commands import changes, receipts
from consent.commands.consents import check_acts
from consent.commands.receipts import Grant
from consent.domain import visits as rules
from consent.domain.access_log import AccessAct
from consent.domain.consents import Origin, RequestStatus
from consent.domain.decisions import RECORD_TYPES
from consent.domain.visits import RULES_MAX, Hours, Scan, TooManyVisitRules, Visit, VisitRule, VisitRuleEnded
from consent.store import consents, guardianships, standings, visits
from consent.tables import ArtefactRow, RequestRow, StandingRow, VisitRuleRow

PURPOSE = "TREAT"


async def open_visits(
    session: AsyncSession, scans: Mapping[Scan, Cause], *, city: City, keys: SigningKeys, now: datetime
) -> None:
    """Offer residents to open their record to whoever scanned their code; what a rule of theirs answers is granted."""
    residents = [scan.resident_id for scan in scans]
    await guardianships.lock_guardians_of(session, residents)
    earlier = await visits.lasting_visits(session, [scan.pair for scan in scans], now)
    known = await visits.rules_in_force(session, residents)
    stand = await visits.standings_of(session, [scan.partner_id for scan in scans])
    await standings.meet_partners(session, [scan.partner_id for scan in scans if scan.partner_id not in stand])
    requests: list[RequestRow] = []
    artefacts: list[ArtefactRow] = []
    superseded: set[UUID] = set()
    for scan, cause in scans.items():
        lasting, standing = earlier[scan.pair], stand.get(scan.partner_id)
        if standing is not None and standing.version and not is_good(standing, now):
            continue
        local = scan.at.astimezone(city.zone).time()
        opening = rules.opening(
            scan, lasting, known.get(scan.resident_id, []), standing.kind if standing else None, local, now
        )
        request = request_for(scan, city.visit_hours, now)
        if opening is None or request.expires_at is None or request.expires_at <= now:
            continue
        superseded.update(opening.supersedes)
        publish(session, events.visit_offered(request), request.id, cause)
        requests.append(request)
        if opening.rule is None:
            lasting.append(Visit(request.id, scan.practitioner_id, RequestStatus.REQUESTED))
        else:
            request.status = RequestStatus.GRANTED
            artefact = receipts.grant(request, given_by(opening.rule, scan), keys, now)
            artefacts.append(artefact)
            publish(session, events.visit_granted(request, artefact), request.id, cause)
            lasting.append(
                Visit(request.id, scan.practitioner_id, RequestStatus.GRANTED, True, opening.rule.whole_institution)
            )
    for request in requests:
        if request.id in superseded:  # by a later scan of the same batch
            request.status = RequestStatus.SUPERSEDED
    await visits.supersede(session, sorted(superseded - {request.id for request in requests}))
    await consents.add_requests(session, requests)
    await consents.add_artefacts(session, artefacts)
    await changes.log_consents(session, now, requests, artefacts)


def is_good(row: StandingRow, now: datetime) -> bool:
    return standings.standing_in(row).good(now)


def given_by(rule: VisitRule, scan: Scan) -> Grant:
    """What a rule grants of all that is offered."""
    return Grant(
        by=rule.set_by,
        until=rule.good_until,
        information_types=sorted(rule.information_types),
        whole_institution=rule.whole_institution,
        visit_rule_id=rule.id,
        reach=rule.reach(scan.at),
    )


def request_for(scan: Scan, hours: int, now: datetime) -> RequestRow:
    """What a scan offers: to see all kinds of information, for treatment, until the visit ends."""
    template = ConsentTemplate(
        information_types=sorted(RECORD_TYPES), purpose=PURPOSE, access_mode=ACCESS_MODE_VIEW
    ).SerializeToString(deterministic=True)
    return RequestRow(
        id=new_id(),
        resident_id=scan.resident_id,
        grantee_id=scan.partner_id,
        template=template,
        template_hash=hashlib.sha256(template).digest(),
        status=RequestStatus.REQUESTED,
        requested_at=now,
        origin=Origin.VISIT,
        scan_id=scan.id,
        practitioner_id=scan.practitioner_id,
        expires_at=scan.at + timedelta(hours=hours),
    )


async def set_rule(
    session: AsyncSession,
    *,
    resident_id: UUID,
    by: UUID,
    until: datetime | None,
    kinds: Sequence[int],
    information_types: frozenset[str],
    hours: Hours | None,
    whole_institution: bool,
    sensitive_categories: frozenset[str] = frozenset(),
    history_days: int = 0,
    now: datetime,
) -> VisitRuleRow:
    """Set a rule for the caller or a dependant; a guardian's is good as long as they act for the resident: `until`."""
    await guardianships.lock_guardians_of(session, [resident_id])
    await check_acts(session, resident_id, by)
    if len((await visits.rules_in_force(session, [resident_id])).get(resident_id, ())) >= RULES_MAX:
        raise TooManyVisitRules(f"end one of the {RULES_MAX} first", "resident_id")
    rule = VisitRuleRow(
        id=new_id(),
        resident_id=resident_id,
        set_by=by,
        institution_kinds=list(kinds),
        information_types=sorted(information_types),
        hours_from=hours.start if hours else None,
        hours_until=hours.end if hours else None,
        whole_institution=whole_institution,
        set_at=now,
        good_until=until,
        sensitive_categories=sorted(sensitive_categories),
        history_days=history_days,
    )
    session.add(rule)
    await session.flush()
    await changes.log_rules(session, [rule], AccessAct.RULE_SET, now, by)
    return rule


async def end_rule(
    session: AsyncSession, *, rule_id: UUID, residents: Sequence[UUID], now: datetime, by: UUID | None = None
) -> VisitRuleRow:
    """End a rule: no scan is answered by it any more. `by` is who says so, None the resident."""
    rule = await visits.rule_for_update(session, rule_id, residents)
    if rule.ended_at is not None:
        raise VisitRuleEnded("nothing is left to do: it answers no scan", "visit_rule_id")
    rule.ended_at = now
    await changes.log_rules(session, [rule], AccessAct.RULE_WITHDRAWN, now, by or rule.resident_id)
    return rule
