"""Consent as its tests use it: one resident and one partner, events that it hears, questions that it decides."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from chassis.auth import Principal
from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.pages import beginning
from chassis.signing import SigningKeys
from chassis.wire import timestamp
from city_pack import pack
from consent import handlers
from consent.commands import decisions
from consent.commands.agreements import Agreement, AgreementOutcome, agree_together
from consent.commands.decisions import Question
from consent.domain.consents import AccessMode, ConsentEnd
from consent.domain.decisions import AccessRequest, check_ingest
from consent.store import consents as store
from consent.tables import ArtefactRow
from devstack.cities import City
from google.protobuf.message import Message
from sqlalchemy import text
from yima.catalog.v1.api_pb2 import ConsentTemplate
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.api_pb2 import Decision
from yima.identity.v1.events_pb2 import GuardianshipBegan, GuardianshipEnded, HealthCodeRedeemed
from yima.ordering.v1 import events_pb2 as ordering_pb
from yima.partners.v1 import api_pb2 as partners_api
from yima.partners.v1 import events_pb2 as partners_pb

JINAN = pack.read(str(City.named("jinan").pack))
VITALS = frozenset({"vital-signs"})
LABORATORY = frozenset({"laboratory"})
YEAR = timedelta(days=365)
ENDED = {
    ConsentEnd.ORDER_CLOSED: ordering_pb.OrderClosed,
    ConsentEnd.ORDER_CANCELLED: ordering_pb.OrderCancelled,
    ConsentEnd.ORDER_REFUSED: ordering_pb.OrderRefused,
    ConsentEnd.ORDER_EXPIRED: ordering_pb.OrderExpired,
}


def template_for(
    purpose: str = "TREAT", mode: int = 1, valid_days: int = 30, retention_days: int = 0
) -> ConsentTemplate:
    return ConsentTemplate(
        information_types=["vital-signs"],
        purpose=purpose,
        access_mode=mode,  # type: ignore[arg-type]
        valid_days=valid_days,
        retention_days=retention_days,
    )


def hash_of(template: ConsentTemplate) -> bytes:
    return hashlib.sha256(template.SerializeToString(deterministic=True)).digest()


def resources_of(keys: SigningKeys) -> Any:
    """What handlers need of the service: its keys and its city."""
    return SimpleNamespace(keys=keys, city=JINAN)


async def hear(
    database: Database, keys: SigningKeys, handler: Any, *messages: Message, now: datetime | None = None
) -> None:
    """Hear events of one type, as a consumer's batch."""
    at = now or datetime.now(UTC)
    events = [Event(uuid4(), at, str(uuid4()), "", message) for message in messages]
    async with database.transaction() as session:
        await handler(Work(session, at, resources_of(keys)), events)


@dataclass
class Scenario:
    """Consent with one resident and one partner."""

    database: Database
    keys: SigningKeys
    resident: UUID = field(default_factory=uuid4)
    partner: UUID = field(default_factory=uuid4)
    version: int = 0

    async def hear(self, handler: Any, *messages: Message) -> None:
        await hear(self.database, self.keys, handler, *messages)

    def standing(
        self,
        *,
        reads: bool = True,
        until: datetime | None = None,
        version: int | None = None,
        partner: UUID | None = None,
        frozen: bool = False,
    ) -> partners_pb.Standing:
        self.version += 1
        freeze = partners_pb.FreezeInForce(case_number="WJW-1", capabilities=[partners_api.CAPABILITY_READ_DATA])
        return partners_pb.Standing(
            partner_id=str(partner or self.partner),
            freezes=[freeze] if frozen else [],
            capabilities=[partners_api.CAPABILITY_READ_DATA]
            if reads and not frozen
            else [partners_api.CAPABILITY_FULFIL],
            kind=partners_api.PARTNER_KIND_CLINIC,
            certified_until=timestamp(until or datetime.now(UTC) + YEAR),
            version=self.version if version is None else version,
        )

    async def stands(self, **how: Any) -> None:
        """Hear of the partner's standing."""
        standing = self.standing(**how)
        kind = partners_pb.PartnerActivated if how.get("reads", True) else partners_pb.PartnerSuspended
        await self.hear(handlers.on_standing, kind(standing=standing))

    def placed(
        self, order_id: UUID, *templates: ConsentTemplate, consent_given: bool = False
    ) -> ordering_pb.OrderPlaced:
        return ordering_pb.OrderPlaced(
            order_id=str(order_id),
            partner_id=str(self.partner),
            resident_id=str(self.resident),
            placed_by=str(self.resident),
            consent_given=consent_given,
            lines=[
                ordering_pb.PlacedLine(order_line_id=str(uuid4()), consent=template, consent_hash=hash_of(template))
                for template in templates
            ],
        )

    async def place(self, order_id: UUID, *templates: ConsentTemplate, consent_given: bool = False) -> None:
        await self.hear(handlers.on_order_placed, self.placed(order_id, *templates, consent_given=consent_given))

    def order_event[M: Message](self, kind: type[M], order_id: UUID, **more: Any) -> M:
        return kind(order_id=str(order_id), partner_id=str(self.partner), resident_id=str(self.resident), **more)

    async def confirm(self, order_id: UUID) -> None:
        await self.hear(handlers.on_order_confirmed, self.order_event(ordering_pb.OrderConfirmed, order_id))

    async def end(self, order_id: UUID, because: ConsentEnd = ConsentEnd.ORDER_CLOSED) -> None:
        await self.hear(handlers.on_order_ended(because), self.order_event(ENDED[because], order_id))

    def agreement(self, order_id: UUID, *templates: ConsentTemplate, **other: Any) -> Agreement:
        """The resident's word for an order."""
        parties: dict[str, Any] = {"resident_id": self.resident, "grantee_id": self.partner, "by": self.resident}
        return Agreement(order_id=order_id, hashes=frozenset(map(hash_of, templates)), **(parties | other))

    async def agree(self, order_id: UUID, *templates: ConsentTemplate, **other: Any) -> AgreementOutcome:
        """Agree to an order; raises what that is refused with."""
        (outcome,) = await agree_together(self.database, self.keys, [self.agreement(order_id, *templates, **other)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def order(
        self, template: ConsentTemplate | None = None, confirmed: bool = True, by: UUID | None = None
    ) -> UUID:
        """An order that asks for data and is consented to, by the resident or a guardian."""
        order_id, template = uuid4(), template or template_for()
        await self.agree(order_id, template, by=by or self.resident)
        await self.place(order_id, template)
        if confirmed:
            await self.confirm(order_id)
        return order_id

    def redeemed(
        self, at: datetime | None = None, practitioner: UUID | None = None, partner: UUID | None = None
    ) -> HealthCodeRedeemed:
        """That a practitioner scanned the resident's code."""
        return HealthCodeRedeemed(
            scan_id=str(uuid4()),
            resident_id=str(self.resident),
            practitioner_id=str(practitioner or uuid4()),
            partner_id=str(partner or self.partner),
            scanned_at=timestamp(at or datetime.now(UTC)),
            version=1,
        )

    async def scan(self, at: datetime | None = None, late: bool = False, **who: UUID) -> None:
        redeemed = self.redeemed(at, **who)
        redeemed.late = late
        await self.hear(handlers.on_health_code_redeemed, redeemed)

    def guardianship_ended(self, guardian: UUID, version: int = 2) -> GuardianshipEnded:
        """That the guardian acts for the resident no longer."""
        return GuardianshipEnded(
            guardian_id=str(guardian),
            dependant_id=str(self.resident),
            ended_at=timestamp(datetime.now(UTC)),
            version=version,
        )

    def guardianship_began(self, guardian: UUID, version: int = 1) -> GuardianshipBegan:
        """That the guardian acts for the resident."""
        return GuardianshipBegan(guardian_id=str(guardian), dependant_id=str(self.resident), version=version)

    def doctor(self, partner: UUID | None = None, practitioner: UUID | None = None) -> Principal:
        return Principal(Role.ROLE_PRACTITIONER, str(practitioner or uuid4()), str(partner or self.partner))

    async def ask(
        self, who: Principal | None = None, times: int = 1, kinds: frozenset[str] = VITALS, purpose: str = "TREAT"
    ) -> Decision:
        """The decision where a doctor of the partner, or `who`, wants to read."""
        question = Question(who or self.doctor(), self.resident, AccessRequest(kinds, purpose, AccessMode.VIEW))
        return (await decisions.decide_together(self.database, [question] * times))[-1]

    async def add(self, who: Principal | None = None, count: int = 3, resident: UUID | None = None) -> Decision:
        """The decision where a doctor of the partner, or `who`, wants to add to the record."""
        question = Question(who or self.doctor(), resident or self.resident, check_ingest(["vital-signs"], count))
        return (await decisions.decide_together(self.database, [question]))[0]

    async def artefacts(self) -> list[ArtefactRow]:
        async with self.database.transaction() as session:
            return list(await store.artefacts_page(session, [self.resident], None, None, None, beginning(100)))

    async def published[M: Message](self, kind: type[M]) -> list[M]:
        """The events of this type that consent has published."""
        async with self.database.transaction() as session:
            payloads = await session.scalars(
                text("SELECT payload FROM outbox WHERE type = :type ORDER BY position"),
                {"type": kind.DESCRIPTOR.full_name},
            )
            return [kind.FromString(payload) for payload in payloads]
