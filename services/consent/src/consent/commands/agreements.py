"""Agreements: residents' own words for their orders. What arrives together is read and written together, and each is
refused alone."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis import failures
from chassis.database import Database
from chassis.outbox import publish
from chassis.refusals import Invalid, NotFound, Refusal
from chassis.signing import SigningKeys
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from consent import events
from consent.commands import changes, receipts
from consent.domain.consents import (
    AGREEMENT_KEPT_FOR,
    AGREEMENTS_MAX,
    NOT_THEIR_RESIDENT,
    RequestStatus,
    TooManyAgreements,
    advance,
)
from consent.store import agreements, consents, erasures, guardianships, orders
from consent.store.clock import database_now
from consent.tables import AgreementRow, ArtefactRow, ErasureRow, OrderRow, RequestRow


@dataclass(frozen=True, slots=True)
class Agreement:
    """A resident's or guardian's word: what this partner asks for the order, as these hashes say, is granted."""

    order_id: UUID
    resident_id: UUID
    grantee_id: UUID
    hashes: frozenset[bytes]
    by: UUID
    until: datetime | None = None  # a guardian's: they act so long

    @property
    def guardianship(self) -> tuple[UUID, UUID] | None:
        """Resident and guardian, where the word is a guardian's."""
        return (self.resident_id, self.by) if self.by != self.resident_id else None


@dataclass(frozen=True, slots=True)
class GrantedConsent:
    """A consent, with what may be kept under it and what is known of its order."""

    artefact: ArtefactRow
    erasure: ErasureRow | None
    order: OrderRow | None


@dataclass(frozen=True, slots=True)
class AgreementOutcome:
    """What an agreement led to: the consents granted, and whether it waits for its order to arrive."""

    granted: Sequence[GrantedConsent]
    kept: bool


@dataclass(slots=True)
class Batch:
    """What a batch of agreements is checked against, and what it writes."""

    requests: Mapping[tuple[UUID, UUID], Sequence[RequestRow]]  # by order and resident
    artefacts: dict[UUID, ArtefactRow]  # by request: granted before, or now
    waiting: dict[UUID, int]  # agreements that wait for their orders, by person
    kept: list[AgreementRow] = field(default_factory=list)
    granted: list[ArtefactRow] = field(default_factory=list)


async def agree_together(
    database: Database, keys: SigningKeys, agreed: Sequence[Agreement]
) -> Sequence[AgreementOutcome | Exception]:
    """Take these agreements in one transaction; each gets its outcome or its own refusal.

    Should the database refuse the batch as a whole, its agreements are tried one by one.
    """
    try:
        async with database.transaction() as session:
            return await agree_to_orders(session, agreed, keys=keys, now=await database_now(session))
    except DBAPIError as error:
        if failures.passes(error):
            raise  # it is nothing about any of these agreements
        if len(agreed) == 1:
            return [error]
    return [(await agree_together(database, keys, [agreement]))[0] for agreement in agreed]


async def agree_to_orders(
    session: AsyncSession, agreed: Sequence[Agreement], *, keys: SigningKeys, now: datetime
) -> Sequence[AgreementOutcome | Exception]:
    """Grant what these orders' partners ask for, as far as the hashes say. Where an order has not arrived yet, keep its
    agreement until it has."""
    order_ids = [agreement.order_id for agreement in agreed]
    await orders.lock_orders(session, order_ids)
    pairs = [agreement.guardianship for agreement in agreed if agreement.guardianship is not None]
    over = await guardianships.acting_no_longer(session, pairs)
    batch = await read(session, agreed, order_ids, now)
    answers: list[tuple[Sequence[ArtefactRow], bool] | Exception] = []
    for agreement in agreed:
        try:
            if agreement.guardianship in over:
                raise NotFound(NOT_THEIR_RESIDENT, "resident_id")
            requests = batch.requests.get((agreement.order_id, agreement.resident_id), ())
            if requests:
                answers.append((grant_agreed(agreement, requests, batch, keys, now), False))
            else:
                keep(agreement, batch, now)
                answers.append(((), True))
        except Refusal as refusal:
            answers.append(refusal)
    await session.flush()
    await agreements.keep_agreements(session, batch.kept)
    await consents.add_artefacts(session, batch.granted)
    await changes.log_consents(session, now, granted=batch.granted)
    for artefact in batch.granted:
        publish(session, events.consent_granted(artefact), artefact.order_id)
    return await outcomes_of(session, answers, {artefact.id for artefact in batch.granted})


async def read(session: AsyncSession, agreed: Sequence[Agreement], order_ids: Sequence[UUID], now: datetime) -> Batch:
    """What is asked for these orders and was granted before, and what else waits of whoever agrees."""
    requests: dict[tuple[UUID, UUID], list[RequestRow]] = {}
    for request in await consents.requests_of_orders(session, order_ids):
        if request.order_id is not None:  # each is an order's
            requests.setdefault((request.order_id, request.resident_id), []).append(request)
    request_ids = [request.id for rows in requests.values() for request in rows]
    artefacts = await consents.artefacts_for(session, request_ids) if request_ids else ()
    early = {agreement.by for agreement in agreed if (agreement.order_id, agreement.resident_id) not in requests}
    since = now - AGREEMENT_KEPT_FOR
    waiting = await agreements.count_agreements(session, list(early), since) if early else {}
    return Batch(
        requests,
        {artefact.consent_request_id: artefact for artefact in artefacts if artefact.consent_request_id},
        waiting,
    )


def keep(agreement: Agreement, batch: Batch, now: datetime) -> None:
    """Keep an agreement whose order has not arrived, as far as its person may have so many."""
    waiting = batch.waiting.get(agreement.by, 0) + len(agreement.hashes)
    if waiting > AGREEMENTS_MAX:
        raise TooManyAgreements("place fewer orders at a time, or grant each request when it is there", "order_id")
    batch.waiting[agreement.by] = waiting
    batch.kept += [
        AgreementRow(
            order_id=agreement.order_id,
            resident_id=agreement.resident_id,
            template_hash=digest,
            grantee_id=agreement.grantee_id,
            agreed_by=agreement.by,
            agreed_at=now,
            good_until=agreement.until,
        )
        for digest in sorted(agreement.hashes)
    ]


def grant_agreed(
    agreement: Agreement, requests: Sequence[RequestRow], batch: Batch, keys: SigningKeys, now: datetime
) -> Sequence[ArtefactRow]:
    """Grant what is agreed to of an order's requests; what was granted before is answered again."""
    if any(request.grantee_id != agreement.grantee_id for request in requests):
        raise Invalid("grantee_id", "is not the partner this order is with")
    if not agreement.hashes <= {bytes(request.template_hash) for request in requests}:
        raise Invalid("consent_hashes", "this order asks for something else; look at what its lines show")
    agreed = [request for request in requests if bytes(request.template_hash) in agreement.hashes]
    open_requests = [request for request in agreed if request.id not in batch.artefacts]
    for request in open_requests:
        advance(RequestStatus(request.status), RequestStatus.GRANTED)  # all of them, or none
    for request in open_requests:
        request.status = RequestStatus.GRANTED
        artefact = receipts.grant(request, receipts.Grant(agreement.by, agreement.until), keys, now)
        batch.artefacts[request.id] = artefact
        batch.granted.append(artefact)
    return [batch.artefacts[request.id] for request in agreed]


async def outcomes_of(
    session: AsyncSession, answers: Sequence[tuple[Sequence[ArtefactRow], bool] | Exception], granted_now: Set[UUID]
) -> Sequence[AgreementOutcome | Exception]:
    """The answers, with what belongs to the consents they name. Under one of now nothing was kept, nor erased."""
    artefacts = [row for answer in answers if not isinstance(answer, Exception) for row in answer[0]]
    before = [row.id for row in artefacts if row.id not in granted_now]
    erased = await erasures.erasures_of(session, before) if before else {}
    known = await orders.orders_known(session, [row.order_id for row in artefacts if row.order_id]) if artefacts else {}
    outcomes: list[AgreementOutcome | Exception] = []
    for answer in answers:
        if isinstance(answer, Exception):
            outcomes.append(answer)
            continue
        granted, kept = answer
        consents_granted = [
            GrantedConsent(row, erased.get(row.id), known.get(row.order_id) if row.order_id else None)
            for row in granted
        ]
        outcomes.append(AgreementOutcome(consents_granted, kept))
    return outcomes
