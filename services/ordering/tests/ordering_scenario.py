"""Orders of one partner, and what is done to them: what tests of ordering do, a method each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.signing import blinded
from chassis.wire import timestamp
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.commands import absences, booking, carts, cases, moves, placing, proofs, withdrawn_slots
from ordering.commands.booking import SessionCancellation
from ordering.commands.placing import PlaceRequest
from ordering.domain.agreement import ExpectedTotal
from ordering.domain.orders import Limits, LineRequest, Person, Terms
from ordering.domain.process import Actor, Deadlines, OrderStatus
from ordering.domain.proofs import Statement
from ordering.domain.visibility import Visibility
from ordering.store import offerings, orders
from ordering.tables import ComplaintRow, SlotRow
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as catalog
from yima.catalog.v1.events_pb2 import OfferingPublished, SlotsWithdrawn
from yima.common.v1.types_pb2 import Interval, Money
from yima.consent.v1.events_pb2 import ConsentDenied, ConsentGranted, ConsentRevoked
from yima.partners.v1.api_pb2 import CAPABILITY_FULFIL, CAPABILITY_SELL
from yima.partners.v1.events_pb2 import PartnerCertified, Standing
from yima.settlement.v1.events_pb2 import PaymentAuthorised, PaymentCaptured, PaymentFailed

NO_TERMS = Terms(uuid4(), 1, uuid4(), 0, "CNY", False, False)
DEADLINES = Deadlines(*[timedelta(hours=1)] * 4, zone=ZoneInfo("Asia/Shanghai"))
ALL = Visibility(everything=True)


@dataclass
class HandlerResources:
    """What handlers get as resources."""

    deadlines: Deadlines


@dataclass
class Scenario:
    """One partner, its database, and the moment it is."""

    store: Database
    partner: UUID = field(default_factory=uuid4)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    async def offer(
        self, *, price: int = 100, asks: bool = False, partner: UUID | None = None, pilot: catalog.Pilot | None = None,
        again: UUID | None = None, **manifest: Any
    ) -> UUID:  # fmt: skip
        """An offering on sale, or published `again`. `manifest` are fields of its manifest."""
        offering = catalog.Offering(
            id=str(again or uuid4()),
            partner_id=str(partner or self.partner),
            revision=1,
            version=1 if again is None else 2,
            pilot=pilot,
            manifest=catalog.OfferingManifest(price=Money(currency="CNY", minor=price), **manifest),
        )
        if asks:
            offering.manifest.consent.information_types.append("vital-signs")
            offering.consent_hash = b"h" * 32
        await self.hear(handlers.on_offering_published, OfferingPublished(offering=offering))
        return UUID(offering.id)

    async def slot(
        self, offering_id: UUID, capacity: int = 1, hours: float = 48, minutes: int = 30, **place: Any
    ) -> UUID:
        """A slot that begins so many hours from now. `place` says where, and who serves."""
        start = self.now + timedelta(hours=hours)
        row = SlotRow(
            id=uuid4(),
            offering_id=offering_id,
            starts_at=start,
            ends_at=start + timedelta(minutes=minutes),
            capacity=capacity,
            **place,
        )
        async with self.store.transaction() as session:
            await offerings.add_slots(session, [row])
        return row.id

    async def withdraw(self, *slot_ids: UUID, reason: str = "ill") -> None:
        """Hear that the catalog has withdrawn these slots."""
        rows = await self.query(
            "SELECT id, offering_id, starts_at, ends_at, capacity FROM slot WHERE id = ANY(:ids)", ids=list(slot_ids)
        )
        slots = [
            catalog.Slot(
                id=str(row[0]),
                offering_id=str(row[1]),
                capacity=row[4],
                interval=Interval(start=timestamp(row[2]), end=timestamp(row[3])),
            )
            for row in rows
        ]
        await self.hear(
            handlers.on_slots_withdrawn, SlotsWithdrawn(partner_id=str(self.partner), slots=slots, reason=reason)
        )

    async def hear(self, handler: Any, *messages: Any) -> None:
        events = [Event(uuid4(), self.now, str(uuid4()), "", message) for message in messages]
        async with self.store.transaction() as session:
            await handler(Work(session, self.now, HandlerResources(DEADLINES)), events)

    async def stand(self, *capabilities: int, version: int, hours: float | None = 24 * 365) -> None:
        """Hear what the partner may do, and for how long its certificates hold from now on."""
        standing = Standing(partner_id=str(self.partner), capabilities=capabilities, version=version)
        if hours is not None:
            standing.certified_until.CopyFrom(timestamp(self.now + timedelta(hours=hours)))
        await self.hear(handlers.on_standing, PartnerCertified(standing=standing))

    async def suspend(self, version: int) -> None:
        await self.stand(CAPABILITY_FULFIL, version=version)

    async def reinstate(self, version: int) -> None:
        await self.stand(CAPABILITY_SELL, CAPABILITY_FULFIL, version=version)

    async def place(
        self,
        *lines: tuple[Any, ...],
        resident: UUID | None = None,
        birth: date | None = None,
        sex: str = "",
        homes: tuple[str, ...] = (),
        programmes: Mapping[str, bool] | None = None,
        limits: Limits = placing.NO_LIMITS,
        follow_up: UUID | None = None,
    ) -> OrderAggregate:
        """Place an order of (offering, quantity, slots…) lines on their present terms; its refusal is raised."""
        who = resident or uuid4()
        person = birth and Person(birth, sex, homes, programmes or {})
        request = PlaceRequest(
            who, who, line_requests(lines), "sandbox:ok", False, str(uuid4()), b"a" * 32, None, person, proven=True,
            follow_up_id=follow_up,
        )  # fmt: skip
        async with self.store.transaction() as session:
            request = await agreed(session, request)
            (outcome,) = await placing.place(session, [request], DEADLINES, self.now, limits)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

    async def preview(self, *lines: tuple[Any, ...], resident: UUID) -> OrderAggregate:
        request = PlaceRequest(
            resident, resident, line_requests(lines), "", False, str(uuid4()), b"a" * 32, None, proven=True
        )
        async with self.store.transaction() as session:
            return (await carts.preview(session, [request], DEADLINES, self.now))[0]

    async def pay(self, order: OrderAggregate) -> None:
        await self.hear(handlers.on_payment_authorised, PaymentAuthorised(order_id=str(order.row.id)))

    async def decline(self, order: OrderAggregate) -> None:
        failed = PaymentFailed(order_id=str(order.row.id), reason="declined")
        await self.hear(handlers.on_payment_failed, failed)

    async def capture(self, order: OrderAggregate) -> None:
        await self.hear(handlers.on_payment_captured, PaymentCaptured(order_id=str(order.row.id)))

    async def consent(self, order: OrderAggregate, kind: Any = ConsentGranted) -> None:
        handler = {
            ConsentGranted: handlers.on_consent_granted,
            ConsentDenied: handlers.on_consent_denied,
            ConsentRevoked: handlers.on_consent_revoked,
        }[kind]
        for line in order.lines:
            await self.hear(handler, kind(order_id=str(order.row.id), order_line_id=str(line.row.id)))

    async def accept(self, order: OrderAggregate) -> OrderAggregate:
        async with self.store.transaction() as session:
            return await moves.accept_order(
                session, order_id=order.row.id, visibility=ALL, by="partner", deadlines=DEADLINES, now=self.now
            )

    async def refuse(self, order: OrderAggregate) -> OrderAggregate:
        async with self.store.transaction() as session:
            return await moves.refuse_order(
                session,
                order_id=order.row.id,
                visibility=ALL,
                by="partner",
                reason="no staff",
                deadlines=DEADLINES,
                now=self.now,
            )

    async def ready(self, *lines: tuple[Any, ...], **more: Any) -> OrderAggregate:
        """An order that is paid, consented to and accepted."""
        order = await self.place(*lines, **more)
        await self.pay(order)
        if any(line.terms.consent_needed for line in order.lines):
            await self.consent(order)
        return await self.accept(order)

    async def scan(
        self,
        order: OrderAggregate,
        item: str = "",
        line: int | None = None,
        scan: UUID | None = None,
        at: datetime | None = None,
    ) -> OrderAggregate:
        """Prove by a new scan, or by `scan` again."""
        doctor, scan_id = uuid4(), str(scan or uuid4())
        receipt = {
            "resident_sha256": blinded(scan_id, str(order.row.beneficiary_id)),
            "partner_id": str(order.row.partner_id),
            "practitioner_id": str(doctor),
            "scan_id": scan_id,
            "scanned_at": (at or self.now).isoformat(),
        }
        async with self.store.transaction() as session:
            return await proofs.prove_service(
                session,
                order_id=order.row.id,
                line_id=str(order.lines[line].row.id) if line is not None else "",
                item=item,
                receipt=receipt,
                visibility=ALL,
                practitioner_id=doctor,
                deadlines=DEADLINES,
                now=self.now,
            )

    async def confirm(self, order: OrderAggregate, item: str = "") -> OrderAggregate:
        return await self._confirm(order, str(order.lines[0].row.id), item)

    async def _confirm(self, order: OrderAggregate, line_id: str, item: str) -> OrderAggregate:
        async with self.store.transaction() as session:
            return await proofs.confirm_service(
                session,
                order_id=order.row.id,
                line_id=line_id,
                item=item,
                visibility=ALL,
                by="resident",
                deadlines=DEADLINES,
                now=self.now,
            )

    async def state(
        self,
        order: OrderAggregate,
        id: str,
        item: str = "",
        units: int = 1,
        line: int = 0,
        given_at: datetime | None = None,
    ) -> OrderAggregate:
        at = given_at or self.now
        statement = Statement(id, str(order.row.id), str(order.lines[line].row.id), item, units, at)
        async with self.store.transaction() as session:
            return await proofs.state_service(
                session,
                order_id=order.row.id,
                statement=statement,
                signed="a.b.c",
                visibility=ALL,
                by="partner",
                deadlines=DEADLINES,
                now=self.now,
            )

    async def record(self, *records: proofs.UsageRecord) -> Sequence[proofs.UsageOutcome]:
        async with self.store.transaction() as session:
            return await proofs.record_usage(
                session, partner_id=self.partner, records=records, deadlines=DEADLINES, by="partner", now=self.now
            )

    async def fulfil(self, order: OrderAggregate) -> OrderAggregate:
        async with self.store.transaction() as session:
            return await moves.fulfil_order(
                session,
                order_id=order.row.id,
                visibility=ALL,
                actor=Actor.PARTNER,
                by="partner",
                deadlines=DEADLINES,
                now=self.now,
            )

    async def cancel(self, order: OrderAggregate, actor: Actor = Actor.RESIDENT) -> OrderAggregate:
        async with self.store.transaction() as session:
            cancelled, _ = await moves.cancel_order(
                session,
                order_id=order.row.id,
                visibility=ALL,
                actor=actor,
                by=str(actor),
                reason="changed plans",
                deadlines=DEADLINES,
                now=self.now,
            )
            return cancelled

    async def state_absence(self, order: OrderAggregate, validate_only: bool = False) -> absences.Absence:
        """The partner says that nobody came."""
        async with self.store.transaction() as session:
            return await absences.state_absence(
                session,
                order_id=order.row.id,
                validate_only=validate_only,
                visibility=ALL,
                by="partner",
                deadlines=DEADLINES,
                now=self.now,
            )

    async def book(
        self,
        order: OrderAggregate,
        slot_id: UUID,
        booking_id: UUID | None = None,
        actor: Actor = Actor.RESIDENT,
        limits: Limits = placing.NO_LIMITS,
    ) -> OrderAggregate:
        async with self.store.transaction() as session:
            return await booking.book_slot(
                session,
                order_id=order.row.id,
                line_id=str(order.lines[0].row.id),
                slot_id=slot_id,
                booking_id=str(booking_id or ""),
                visibility=ALL,
                actor=actor,
                limits=limits,
                deadlines=DEADLINES,
                now=self.now,
            )

    async def agree_to_sessions(self, order: OrderAggregate, *booking_ids: UUID) -> OrderAggregate:
        """The resident agrees to sessions the partner booked; to all that wait where none is named."""
        waiting = [booking.id for line in order.lines for booking in line.bookings if booking.agreed_at is None]
        async with self.store.transaction() as session:
            return await booking.agree_to_sessions(
                session,
                order_id=order.row.id,
                booking_ids=booking_ids or waiting,
                visibility=ALL,
                deadlines=DEADLINES,
                now=self.now,
            )

    async def complain(self, order: OrderAggregate, not_given: bool = False) -> ComplaintRow:
        async with self.store.transaction() as session:
            return await cases.complain(
                session,
                order_id=order.row.id,
                text="It was not so.",
                not_given=not_given,
                visibility=ALL,
                by=uuid4(),
                answer_within=timedelta(days=10),
                deadlines=DEADLINES,
                now=self.now,
            )

    async def decide(self, order: OrderAggregate, upheld: bool) -> None:
        """Answer and decide the open complaint about an order."""
        ((complaint, status),) = await self.query(
            "SELECT id, status FROM complaint WHERE order_id = :id AND status <> 'decided'", id=order.row.id
        )
        async with self.store.transaction() as session:
            if status == "open":
                await cases.answer_complaint(
                    session, complaint_id=complaint, partner_id=order.row.partner_id, answer="It was."
                )
            await cases.decide_complaint(
                session,
                complaint_id=complaint,
                upheld=upheld,
                decision="So it is.",
                actor=Actor.OPERATOR,
                by=uuid4(),
                deadlines=DEADLINES,
                now=self.now,
            )

    async def agree(self, order: OrderAggregate) -> OrderAggregate:
        """The resident agrees to what the partner has stated."""
        return await self._confirm(order, "", "")

    async def cancel_sessions(
        self,
        order: OrderAggregate,
        booking_id: UUID,
        following: bool = False,
        actor: Actor = Actor.RESIDENT,
        validate_only: bool = False,
    ) -> SessionCancellation:
        async with self.store.transaction() as session:
            return await booking.cancel_sessions(
                session,
                order_id=order.row.id,
                line_id=str(order.lines[0].row.id),
                booking_id=str(booking_id),
                following=following,
                item="",
                reason="away",
                validate_only=validate_only,
                visibility=ALL,
                actor=actor,
                by=str(actor),
                deadlines=DEADLINES,
                now=self.now,
            )

    async def call_off_unaccepted(self) -> None:
        while await moves.call_off_unaccepted(self.store, DEADLINES, self.now):
            continue

    async def end_unanswered(self) -> None:
        while await withdrawn_slots.end_unanswered(self.store, DEADLINES, self.now):
            continue

    async def end_overdue(self) -> None:
        while await moves.end_overdue(self.store, DEADLINES, self.now):
            continue
        while await moves.settle_cancellations(self.store, self.now):
            continue

    async def look(self, order: OrderAggregate) -> OrderAggregate:
        async with self.store.transaction() as session:
            return await orders.order(session, order.row.id, ALL)

    async def status(self, order: OrderAggregate) -> OrderStatus:
        return OrderStatus((await self.look(order)).row.status)

    async def query(self, statement: str, **values: Any) -> list[Any]:
        async with self.store.transaction() as session:
            return list((await session.execute(text(statement), values)).all())

    async def published(self, kind: type[Any], order: OrderAggregate) -> list[Any]:
        """The events of a type that were published of an order."""
        subject = f"{kind.DESCRIPTOR.full_name}.{order.row.id}"
        rows = await self.query("SELECT payload FROM outbox WHERE subject = :subject ORDER BY id", subject=subject)
        return [kind.FromString(row[0]) for row in rows]


async def agreed(session: AsyncSession, request: PlaceRequest) -> PlaceRequest:
    """The order with its resident's agreement to the terms as they stand now."""
    lines, expected = await agreed_lines(session, request.lines)
    return replace(request, lines=lines, expected=expected)


async def agreed_lines(session: AsyncSession, lines: Sequence[LineRequest]) -> tuple[list[LineRequest], ExpectedTotal]:
    terms, _ = await offerings.terms(session, [line.offering_id for line in lines])
    agreed_to = [
        replace(line, revision=term.revision, consent_hash=term.consent_hash)
        for line in lines
        for term in [terms.get(line.offering_id, NO_TERMS)]
    ]
    known = [(line.quantity, terms.get(line.offering_id, NO_TERMS)) for line in lines]
    return agreed_to, ExpectedTotal(sum(many * term.price_minor for many, term in known), known[0][1].currency)


def line_requests(lines: Sequence[tuple[Any, ...]]) -> list[LineRequest]:
    return [
        LineRequest(offering_id, quantity, tuple(slots), f"lines[{index}]")
        for index, (offering_id, quantity, *slots) in enumerate(lines)
    ]
