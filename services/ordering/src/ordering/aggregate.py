"""An order with its lines: what is locked, decided and versioned as one, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yima.catalog.v1.api_pb2 import Offering

from ordering.domain import entitlements
from ordering.domain.entitlements import CancellationRule, ItemUse
from ordering.domain.offerings import offering_of
from ordering.domain.process import Actor, OrderStatus, processes
from ordering.domain.standing import ASSUMED, Standing
from ordering.domain.steps import Position
from ordering.tables import BookingRow, EntitlementRow, OrderLineRow, OrderRow, ProofRow, SeriesRow, TermsRow


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line with the terms it names, its proofs, what it contains, and its bookings that stand."""

    row: OrderLineRow
    terms: TermsRow
    proofs: Sequence[ProofRow] = ()
    entitlements: Sequence[EntitlementRow] = ()
    bookings: Sequence[BookingRow] = ()

    @property
    def offering(self) -> Offering:
        return offering_of(self.terms.offering)

    @property
    def price_minor(self) -> int:
        """What one costs who ordered it: what they were offered, or what everybody pays."""
        offered = self.row.private_price_minor
        return self.terms.price_minor if offered is None else offered

    @property
    def total_minor(self) -> int:
        return self.price_minor * self.row.quantity

    @property
    def proven(self) -> bool:
        """Was everything it promises given?"""
        if self.entitlements:
            return all(item.used + item.given_up == item.granted for item in self.entitlements)
        return bool(self.proofs)

    @property
    def begun(self) -> bool:
        """Was anything of it given?"""
        return bool(self.proofs) or any(item.used for item in self.entitlements)

    @property
    def due_minor(self) -> int:
        """What it costs for what was given of it."""
        contents = [used_of(item) for item in self.entitlements]
        return entitlements.due(self.total_minor, self.proven, contents, self.row.fees_minor)

    def charged_minor(self, now: datetime) -> int:
        """What it costs where what is left unused is charged: all but what was given up, and the fees of that; and
        but the visits whose sessions the partner took back, or that passed and nobody has proven."""
        contents, free_visits = [], self.row.sessions_lost + self.unproven_sessions(now)
        lost = free_visits
        for item in self.entitlements:
            charged = item.granted - item.given_up
            free = min(lost, charged - item.used) if item.visit else 0
            contents.append(ItemUse(item.granted, charged - free, item.weight, item.given_up))
            lost -= free
        nothing_lost = lost == free_visits
        return entitlements.due(self.total_minor, nothing_lost, contents, self.row.fees_minor)

    @property
    def session_parts(self) -> Sequence[int]:
        """What each visit that is left is of its price; one that has no contents is one visit."""
        if not self.entitlements:
            return [] if self.proofs else [self.total_minor]
        visits = [used_of(item) for item in self.entitlements if item.visit]
        others = [used_of(item) for item in self.entitlements if not item.visit]
        return entitlements.session_parts(self.total_minor, visits, others)

    def fees(self, now: datetime) -> int:
        """What giving up its coming sessions now costs, each by its own time. One that has begun is not given up any
        more: what was given is proven, and who stayed away is nobody's word to be paid for. Sessions the resident did
        not agree to cost nothing."""
        coming = sorted(booking.starts_at for booking in self.agreed_bookings if booking.starts_at > now)
        return entitlements.fees(self.session_parts, self.cancellation, coming, now)

    def unproven_sessions(self, now: datetime) -> int:
        """How many agreed sessions have begun beyond the visits that were proven."""
        begun = sum(booking.starts_at <= now for booking in self.agreed_bookings)
        return max(0, begun - sum(item.used for item in self.entitlements if item.visit))

    @property
    def agreed_bookings(self) -> Sequence[BookingRow]:
        """The sessions its resident chose or agreed to."""
        return [booking for booking in self.bookings if booking.agreed_at is not None]

    @property
    def cancellation(self) -> Sequence[CancellationRule]:
        rules = self.offering.manifest.cancellation
        return [CancellationRule(rule.hours_before, rule.fee_basis_points) for rule in rules]


def used_of(item: EntitlementRow) -> ItemUse:
    return ItemUse(item.granted, item.used, item.weight, item.given_up)


@dataclass(frozen=True, slots=True)
class OrderAggregate:
    """An order with its lines."""

    row: OrderRow
    lines: Sequence[OrderLine]
    standing: Standing = ASSUMED  # of its partner
    series: SeriesRow | None = None  # that it is a period of

    def fees_apply(self, now: datetime) -> bool:
        """Does its resident owe fees for what they cancel? Not before the partner has accepted: until then it has
        reserved nothing and may still refuse. A partner that is not in good standing is left free of charge."""
        return self.row.status not in (OrderStatus.PLACED, OrderStatus.CONFIRMED) and self.standing.good(now)

    def next_session(self, now: datetime) -> datetime | None:
        """When the next session that was agreed to begins; None where there is none, or all have begun."""
        sessions = (booking.starts_at for line in self.lines for booking in line.agreed_bookings)
        return min((starts_at for starts_at in sessions if starts_at > now), default=None)

    @property
    def position(self) -> Position:
        """What decides who has to do something next."""
        row = self.row
        return Position(
            status=OrderStatus(row.status),
            deadline=row.deadline,
            money_in=row.money_in,
            consent_missing=any(line.terms.consent_needed and not line.row.consented for line in self.lines),
            proven=all(line.proven for line in self.lines),
            session_missing=any(
                line.terms.booking_required and not line.proven and not line.bookings for line in self.lines
            ),
            sessions_to_agree=any(booking.agreed_at is None for line in self.lines for booking in line.bookings),
            objection_until=row.objection_until,
            contested=row.contested,
            dues_wait=row.dues_after is not None,
            word_missing=row.waits_for_word,
            answer_by=min(self.answers, default=None),
        )

    @property
    def answers(self) -> Sequence[datetime]:
        """Until when offered sessions wait for their resident's answer."""
        waiting = [booking.answer_by for line in self.lines for booking in line.bookings if booking.agreed_at is None]
        return [answer_by for answer_by in waiting if answer_by is not None]

    def last_session(self) -> datetime | None:
        """When the last session that was agreed to ends."""
        return max((booking.ends_at for line in self.lines for booking in line.agreed_bookings), default=None)

    def may_be_cancelled(self, actor: Actor) -> bool:
        """Does its process let this actor cancel it now?"""
        state = processes()[self.row.process].states.get(OrderStatus(self.row.status))
        return state is not None and actor in state.moves.get(OrderStatus.CANCELLED, ())

    @property
    def revoked(self) -> bool:
        """Is the consent gone without which its process cannot go on?"""
        if not processes()[self.row.process].cancelled_when_revoked:
            return False
        return any(line.terms.consent_needed and not line.row.consented for line in self.lines)


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """Of an order that a statement has moved on, what its events say."""

    id: UUID
    partner_id: UUID
    resident_id: UUID
    version: int
    deadline: datetime | None = None
