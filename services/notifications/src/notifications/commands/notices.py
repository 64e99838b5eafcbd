"""What is noticed: for each event whom it is to tell what; and what becomes of sessions to remind of."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from chassis.ids import Kind as IdKind
from chassis.ids import new_id, shown
from chassis.sealing import Sealer
from chassis.texts import EMAIL, TELEPHONE
from chassis.wire import moment
from google.protobuf.message import Message
from sqlalchemy.ext.asyncio import AsyncSession
from yima.consent.v1 import events_pb2 as consent
from yima.identity.v1 import events_pb2 as identity
from yima.ordering.v1 import events_pb2 as ordering
from yima.ordering.v1.api_pb2 import SERIES_END_STOPPED
from yima.partners.v1 import events_pb2 as partners
from yima.records.v1 import events_pb2 as records
from yima.settlement.v1 import events_pb2 as settlement

from notifications.domain.messages import AudienceKind, remind_at
from notifications.domain.notices import NEWS_FOR, Notice, session_topic
from notifications.store import messages, notices, reminders
from notifications.store.reminders import OrderState, Session
from notifications.tables import NoticeRow

REMINDERS_MAX = 500

type ToNotice = Callable[[str, datetime, Any], Sequence[Notice]]
"""What an event tells: of its id, its moment and itself."""


def sealed_as(row_id: UUID) -> str:
    return f"message {row_id}"


def of_order(kind: str) -> ToNotice:
    """A step of an order, for its resident."""

    def notice(event_id: str, _at: datetime, message: Any) -> Sequence[Notice]:
        return [resident(event_id, kind, message.resident_id, shown(IdKind.ORDER, UUID(message.order_id)))]

    return notice


def resident(key: str, kind: str, resident_id: str, subject: str = "", **more: Any) -> Notice:
    return Notice(key, kind, AudienceKind.RESIDENT, UUID(resident_id), subject, **more)


def staff(key: str, kind: str, partner_id: str, **more: Any) -> Notice:
    return Notice(key, kind, AudienceKind.PARTNER, UUID(partner_id), **more)


def on_slot_booked(event_id: str, _at: datetime, message: ordering.SlotBooked) -> Sequence[Notice]:
    starts_at = moment(message.interval.start)
    return [
        resident(
            event_id,
            "session_offered" if message.waits_for_agreement else "session_booked",
            message.resident_id,
            shown(IdKind.ORDER, UUID(message.order_id)),
            topic=session_topic(UUID(message.booking_id)),
            facts={"when": starts_at.isoformat()},
            expires_at=starts_at,
        )
    ]


def on_sessions_cancelled(event_id: str, at: datetime, message: ordering.SessionsCancelled) -> Sequence[Notice]:
    """Whoever cancelled knows it."""
    return [] if message.cancelled_by == message.resident_id else of_order("session_cancelled")(event_id, at, message)


def on_complaint_opened(event_id: str, _at: datetime, message: ordering.ComplaintOpened) -> Sequence[Notice]:
    facts = {"when": moment(message.answer_by).isoformat()}
    return [staff(event_id, "complaint_opened", message.partner_id, facts=facts)]


def on_complaint_decided(event_id: str, at: datetime, message: ordering.ComplaintDecided) -> Sequence[Notice]:
    return of_order("complaint_decided")(event_id, at, message) if message.resident_id else []


def on_residents_seen(event_id: str, _at: datetime, message: Any) -> Sequence[Notice]:
    return [resident(f"{event_id} {each}", "record_looked_at", each) for each in dict.fromkeys(message.resident_ids)]


def on_consent_requested(_event_id: str, _at: datetime, message: consent.ConsentRequested) -> Sequence[Notice]:
    """Once an order, however many of its lines ask."""
    return [resident(f"consent of {message.order_id}", "consent_requested", message.resident_id)]


def on_offer(event_id: str, _at: datetime, message: consent.OfferMade) -> Sequence[Notice]:
    return [resident(event_id, "consent_requested", message.resident_id, expires_at=moment(message.until))]


def on_private_offer(event_id: str, _at: datetime, message: ordering.PrivateOfferAddressed) -> Sequence[Notice]:
    return [resident(event_id, "private_offer", message.resident_id, expires_at=moment(message.until))]


def on_period_placed(event_id: str, _at: datetime, message: ordering.PeriodPlaced) -> Sequence[Notice]:
    starts_at = moment(message.starts_at)
    return [
        resident(
            event_id,
            "period_ready",
            message.resident_id,
            shown(IdKind.ORDER, UUID(message.order_id)),
            facts={"when": starts_at.isoformat()},
            expires_at=starts_at,
        )
    ]


def on_series_ended(event_id: str, _at: datetime, message: ordering.SeriesEnded) -> Sequence[Notice]:
    """Both sides, but for whoever stopped it."""
    for_staff = staff(f"{event_id} staff", "series_over", message.partner_id)
    if message.end == SERIES_END_STOPPED:
        return [for_staff]
    order_id = shown(IdKind.ORDER, UUID(message.order_id))
    return [resident(event_id, "series_ended", message.resident_id, order_id), for_staff]


def on_visit_offered(event_id: str, _at: datetime, message: consent.VisitOffered) -> Sequence[Notice]:
    return [resident(event_id, "visit_offered", message.resident_id, expires_at=moment(message.until))]


def of_resident(kind: str) -> ToNotice:
    def notice(event_id: str, _at: datetime, message: Any) -> Sequence[Notice]:
        return [resident(event_id, kind, message.resident_id)]

    return notice


def on_record_ingested(_event_id: str, at: datetime, message: records.RecordIngested) -> Sequence[Notice]:
    """Once an hour and institution: what comes together is one message. What a resident enters they know."""
    if not message.institution_id:
        return []
    key = f"record of {message.resident_id} by {message.institution_id} {at:%Y-%m-%d %H}"
    return [resident(key, "record_added", message.resident_id)]


def on_erasure_due(event_id: str, _at: datetime, message: consent.ErasureDue) -> Sequence[Notice]:
    return [staff(event_id, "erasure_due", message.grantee_id)]


def of_partner(kind: str) -> ToNotice:
    def notice(event_id: str, _at: datetime, message: Any) -> Sequence[Notice]:
        return [staff(event_id, kind, message.partner_id)]

    return notice


def on_certificate_lapsed(event_id: str, _at: datetime, message: partners.CertificateLapsed) -> Sequence[Notice]:
    return [
        staff(event_id, "certificate_lapsed", message.standing.partner_id),
        Notice(f"{event_id} operators", "partner_lapsed", AudienceKind.OPERATORS, None),
    ]


def on_appeal(event_id: str, _at: datetime, message: partners.PartnerAppealed) -> Sequence[Notice]:
    """Whoever may decide it: regulators always, operators where it was one of them that took the step."""
    waits = Notice(f"{event_id} regulators", "appeal_waits", AudienceKind.REGULATORS, None)
    return [waits] if message.by_regulator else [Notice(event_id, "appeal_opened", AudienceKind.OPERATORS, None), waits]


def on_proposed(_event_id: str, at: datetime, message: partners.CertificateProposed) -> Sequence[Notice]:
    """Once a partner and hour: what is issued together waits together."""
    until = moment(message.expires_at)
    key = f"co-signature of {message.partner_id} {at:%Y-%m-%d %H}"
    return [Notice(key, "cosignature_waits", AudienceKind.REGULATORS, None, expires_at=until)]


def on_screened(event_id: str, _at: datetime, message: partners.PartnerScreened) -> Sequence[Notice]:
    """Who was not let through learns until when they may appeal. The reasons are on the page:
    messages are thin."""
    if message.passed or not message.HasField("appeal_until"):
        return []
    until = moment(message.appeal_until)
    facts = {"when": until.isoformat()}
    return [staff(event_id, "application_rejected", message.standing.partner_id, facts=facts)]


def on_bank_account_change(
    event_id: str, _at: datetime, message: partners.BankAccountChangeConfirmed
) -> Sequence[Notice]:
    """Those of the staff who have to do with money, and the partner's contact: whoever changed the account may have
    changed the staff before."""
    facts = {"when": moment(message.effective_at).isoformat(), "ending": message.new_ending}
    due = [staff(event_id, "bank_account_changed", message.partner_id, facts=facts)]
    written = (message.contact.email.strip(), "".join(message.contact.telephone.split()))
    addresses = [each for each in written if EMAIL.fullmatch(each) or TELEPHONE.fullmatch(each)]
    if addresses:
        due.append(
            Notice(
                f"{event_id} contact", "bank_account_changed", AudienceKind.ADDRESS, None, facts=facts,
                addresses=addresses,
            )
        )  # fmt: skip
    return due


NOTICES: Mapping[type[Message], ToNotice] = {
    ordering.OrderPlacedAtDesk: of_order("order_placed_for_you"),
    ordering.PrivateOfferAddressed: on_private_offer,
    ordering.PeriodPlaced: on_period_placed,
    ordering.SeriesEnded: on_series_ended,
    ordering.OrderConfirmed: of_order("order_confirmed"),
    ordering.OrderAccepted: of_order("order_accepted"),
    ordering.OrderRefused: of_order("order_refused"),
    ordering.OrderCancelled: of_order("order_cancelled"),
    ordering.OrderExpired: of_order("order_expired"),
    ordering.OrderFulfilled: of_order("order_fulfilled"),
    ordering.OrderPaymentFailed: of_order("payment_failed"),
    ordering.SlotBooked: on_slot_booked,
    ordering.SessionsCancelled: on_sessions_cancelled,
    ordering.ComplaintOpened: on_complaint_opened,
    ordering.ComplaintDecided: on_complaint_decided,
    ordering.ResidentsSeen: on_residents_seen,
    identity.ResidentsSeen: on_residents_seen,
    identity.HealthCodeRedeemed: of_resident("code_scanned"),
    identity.HealthCodeRedeemedElsewhere: of_resident("code_scanned"),
    identity.HealthCodeReplayed: of_resident("code_copied"),
    consent.ConsentRequested: on_consent_requested,
    consent.OfferMade: on_offer,
    consent.VisitOffered: on_visit_offered,
    consent.EmergencyOpened: of_resident("emergency_opened"),
    consent.ErasureDue: on_erasure_due,
    records.RecordIngested: on_record_ingested,
    records.PatientAsked: of_resident("patient_asked"),
    records.FollowUpNoted: of_resident("follow_up_noted"),
    records.FollowUpDue: of_resident("follow_up_due"),
    settlement.StatementIssued: of_partner("statement_issued"),
    partners.CertificateLapsed: on_certificate_lapsed,
    partners.CertificateRevoked: of_partner("certificate_revoked"),
    partners.PartnerScreened: on_screened,
    partners.CertificateProposed: on_proposed,
    partners.PartnerAppealed: on_appeal,
    partners.AppealDecided: of_partner("appeal_decided"),
    partners.ContractOffered: of_partner("contract_offered"),
    partners.EvidenceEnding: of_partner("evidence_ending"),
    partners.BankAccountChangeConfirmed: on_bank_account_change,
}


async def note(
    session: AsyncSession, events: Sequence[tuple[UUID, datetime, Message]], sealer: Sealer, now: datetime
) -> bool:
    """Keep what events are to tell people; True where there is something. What is old is no news."""
    due = [
        notice
        for event_id, at, message in events
        if at > now - NEWS_FOR
        for notice in NOTICES[type(message)](str(event_id), at, message)
    ]
    await notices.add(session, [notice_row(notice, sealer, now) for notice in due])
    return bool(due)


def notice_row(notice: Notice, sealer: Sealer, now: datetime) -> NoticeRow:
    notice_id = new_id()
    sealed = sealer.seal(orjson.dumps(list(notice.addresses)), sealed_as(notice_id)) if notice.addresses else None
    return NoticeRow(
        id=notice_id,
        key=notice.key,
        kind=notice.kind,
        audience=notice.audience,
        audience_id=notice.audience_id,
        subject=notice.subject,
        topic=notice.topic,
        facts=orjson.dumps(notice.facts).decode(),
        sealed_to=sealed,
        created_at=now,
        next_at=now,
        expires_at=notice.expires_at,
    )


# What events say of sessions to remind of. `known_at` is when: of a session that begins soon its booking says it all.


def sessions_of(message: Any, at: datetime) -> Sequence[Session]:
    """The sessions that an event begins, agrees to or ends."""
    order_id, resident_id = UUID(message.order_id), UUID(message.resident_id)
    if isinstance(message, ordering.SessionsPlaced):
        return [
            begun(UUID(each.booking_id), order_id, resident_id, moment(each.interval.start), at, agreed=True)
            for each in message.sessions
        ]
    if isinstance(message, ordering.SlotBooked):
        booked = begun(
            UUID(message.booking_id), order_id, resident_id, moment(message.interval.start), at,
            agreed=not message.waits_for_agreement,
        )  # fmt: skip
        replaced = message.instead_of_booking_id
        return [booked, *([Session(UUID(replaced), order_id, resident_id, ended=True)] if replaced else [])]
    agreed = isinstance(message, ordering.SessionsAgreed)
    return [
        Session(UUID(booking_id), order_id, resident_id, agreed=agreed, ended=not agreed)
        for booking_id in message.booking_ids
    ]


def begun(
    booking_id: UUID, order_id: UUID, resident_id: UUID, starts_at: datetime, known_at: datetime, *, agreed: bool
) -> Session:
    return Session(booking_id, order_id, resident_id, starts_at, remind_at(starts_at, known_at), agreed=agreed)


async def note_sessions(session: AsyncSession, sessions: Sequence[Session], now: datetime) -> None:
    """Keep what is known of sessions; of those that are over nobody is told any more."""
    await reminders.put(session, sessions, now)
    await cancel(session, [each.booking_id for each in sessions if each.ended], now)


async def note_orders(session: AsyncSession, states: Sequence[OrderState], now: datetime) -> None:
    """Keep what is known of orders; of the sessions of those that are over nobody is told any more."""
    await reminders.put_orders(session, states, now)
    over = [state.order_id for state in states if state.over]
    if over:
        await cancel(session, await reminders.sessions_of(session, over), now)


async def cancel(session: AsyncSession, booking_ids: Sequence[UUID], now: datetime) -> None:
    topics = [session_topic(booking_id) for booking_id in booking_ids]
    if topics:
        await notices.cancel(session, topics, now)
        await messages.cancel(session, topics, now)


async def remind(session: AsyncSession, sealer: Sealer, now: datetime) -> int:
    """Notice the sessions that are near; returns how many. Of one that has begun nobody is reminded."""
    due = await reminders.take_due(session, now, REMINDERS_MAX)
    await notices.add(
        session,
        [
            notice_row(
                resident(
                    f"reminder of {each.booking_id}",
                    "session_reminder",
                    str(each.resident_id),
                    shown(IdKind.ORDER, each.order_id),
                    topic=session_topic(each.booking_id),
                    facts={"when": each.starts_at.isoformat()},
                    expires_at=each.starts_at,
                ),
                sealer,
                now,
            )
            for each in due
            if each.starts_at is not None and each.starts_at > now
        ],
    )
    return len(due)
