"""What consent tells, and what it hears: orders that ask for data, orders that end, and disputes."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Work, subscription
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.wire import timestamp
from yima.consent.v1 import events_pb2 as told
from yima.ordering.v1 import events_pb2 as ordering
from yima.settlement.v1.events_pb2 import DisputeOpened

from consent import artefacts, disputed, store
from consent.domain import Status
from consent.store import Due, Logged
from consent.tables import ArtefactRow, ErasureRow, RequestRow

DUE, ATTESTED = 1, 2  # versions of an erasure, which only goes on
ORDER_ENDED = "the order was called off"


def who(row: RequestRow | ArtefactRow | Due) -> dict[str, Any]:
    """What every event of ours carries."""
    return {
        "order_id": str(row.order_id),
        "order_line_id": str(row.order_line_id),
        "resident_id": str(row.resident_id),
        "grantee_id": str(row.grantee_id),
    }


def consent_granted(artefact: ArtefactRow) -> told.ConsentGranted:
    return told.ConsentGranted(
        **who(artefact),
        consent_id=str(artefact.id),
        consent_request_id=str(artefact.consent_request_id),
        artefact_hash=artefact.artefact_hash,
        expires_at=timestamp(artefact.expires_at),
    )


def consent_revoked(artefact: ArtefactRow) -> told.ConsentRevoked:
    return told.ConsentRevoked(**who(artefact), consent_id=str(artefact.id), revoked_at=timestamp(artefact.revoked_at))


def erasure_due(due: Due) -> told.ErasureDue:
    return told.ErasureDue(
        **who(due),
        consent_id=str(due.consent_id),
        artefact_hash=due.artefact_hash,
        due_at=timestamp(due.due_at),
        version=DUE,
    )


def erasure_attested(erasure: ErasureRow, artefact: ArtefactRow) -> told.ErasureAttested:
    return told.ErasureAttested(
        **who(artefact),
        consent_id=str(artefact.id),
        attestation_hash=erasure.attestation_hash,
        attested_at=timestamp(erasure.attested_at),
        version=ATTESTED,
    )


async def on_order_placed(work: Work[Any], events: Sequence[Event[ordering.OrderPlaced]]) -> None:
    """Ask the resident for what the lines need; where they agreed when they ordered, it is granted at once."""
    requests: list[RequestRow] = []
    granted: list[ArtefactRow] = []
    for event in events:
        placed = event.message
        for line in placed.lines:
            if not line.consent_hash:
                continue
            request = RequestRow(
                id=new_id(),
                resident_id=UUID(placed.resident_id),
                grantee_id=UUID(placed.partner_id),
                order_id=UUID(placed.order_id),
                order_line_id=UUID(line.order_line_id),
                template=line.consent.SerializeToString(deterministic=True),
                template_hash=line.consent_hash,
                status=Status.GRANTED if placed.consent_given else Status.REQUESTED,
                requested_at=work.now,
            )
            requests.append(request)
            asked = told.ConsentRequested(**who(request), consent_request_id=str(request.id))
            publish(work.session, asked, request.order_id, event.cause)
            if placed.consent_given:
                artefact = artefacts.grant(request, UUID(placed.placed_by), work.resources.keys, work.now)
                granted.append(artefact)
                publish(work.session, consent_granted(artefact), artefact.order_id, event.cause)
    if requests:
        await store.add_requests(work.session, requests)
        await store.add_artefacts(work.session, granted)


async def on_order_called_off(work: Work[Any], events: Sequence[Event[Any]]) -> None:
    """End what hangs on orders that were called off: open requests are withdrawn, artefacts revoked."""
    causes = {UUID(event.message.order_id): event.cause for event in events}
    for request in await store.open_requests(work.session, list(causes)):
        request.status = Status.WITHDRAWN
    for artefact in await store.artefacts_of_orders(work.session, list(causes)):
        artefact.revoked_at, artefact.revoked_because = work.now, ORDER_ENDED
        publish(work.session, consent_revoked(artefact), artefact.order_id, causes[artefact.order_id])


async def on_dispute_opened(work: Work[Any], events: Sequence[Event[DisputeOpened]]) -> None:
    """Tell what was decided for the order by then; of one that asked for no data, that there is nothing."""
    orders = [UUID(event.message.order_id) for event in events]
    logged: defaultdict[UUID, list[Logged]] = defaultdict(list)
    for one in await store.logged_between(work.session, orders, disputed.READ_MAX):
        logged[one.order_id].append(one)
    for event, order_id in zip(events, orders, strict=True):
        publish(work.session, disputed.decisions_told(event.message, logged[order_id]), order_id, event.cause)


SUBSCRIPTIONS = [
    subscription(
        "consent-orders",
        {
            ordering.OrderPlaced: on_order_placed,
            ordering.OrderCancelled: on_order_called_off,
            ordering.OrderRefused: on_order_called_off,
            ordering.OrderExpired: on_order_called_off,
        },
    ),
    subscription("consent-disputes", {DisputeOpened: on_dispute_opened}),
]
