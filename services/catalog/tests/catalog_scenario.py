"""The catalog as its tests use it: a service definition, partners in standing, their offerings."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from catalog import handlers
from catalog.commands import definitions
from catalog.commands import offerings as commands
from catalog.store.offerings import OfferingAggregate
from chassis.database import Database
from city_pack.pack import read
from sqlalchemy import text
from yima.catalog.v1 import api_pb2 as pb
from yima.partners.v1 import events_pb2 as partners_pb

NOW = datetime.now(UTC).replace(microsecond=0)
CITIES = Path(__file__).parents[3] / "charts" / "yima" / "cities"
JINAN, TIANJIN = (read(str(CITIES / f"{name}.yaml")) for name in ("jinan", "tianjin"))


def words(english: str, chinese: str) -> dict[str, Any]:
    return {"text": {"en": english, "zh-CN": chinese}}


async def put_hypertension_follow_up(catalog_db: Database) -> None:
    definition = pb.ServiceDefinition(
        code="hypertension-follow-up",
        category="chronic-care",
        population=pb.POPULATION_HYPERTENSION,
        title=words("Hypertension follow-up", "高血压随访"),
        description=words("At least four a year.", "每年至少四次。"),
    )
    async with catalog_db.transaction() as session:
        await definitions.put_definition(session, definition=definition, city=JINAN, now=NOW)


def manifest(reference: str, **changes: Any) -> pb.OfferingManifest:
    values: dict[str, Any] = {
        "definition": "hypertension-follow-up",
        "reference": reference,
        "kind": pb.OFFERING_KIND_PACKAGE,
        "title": words("Blood pressure at home", "居家血压管理"),
        "description": words("Four visits a year.", "每年四次随访。"),
        "price": {"minor": 36_000, "currency": "CNY"},
        "districts": ["lixia"],
        "consent": {"information_types": ["vital-signs"], "purpose": "TREAT", "access_mode": 1, "valid_days": 90},
    } | changes
    return pb.OfferingManifest(**values)


async def stand(
    catalog_db: Database, partner_id: UUID, *, version: int = 1, sells: bool = True, scope: str = "chronic-care"
) -> None:
    """Hear where a partner stands."""
    capabilities = ["CAPABILITY_PUBLISH", "CAPABILITY_SELL"] if sells else ["CAPABILITY_FULFIL"]
    standing = partners_pb.Standing(
        partner_id=str(partner_id),
        capabilities=capabilities,
        certified_scope=[scope],
        version=version,
        certificate_ids=[f"certificate-{version}"],
    )
    standing.certified_until.FromDatetime(NOW + timedelta(days=300))
    event = SimpleNamespace(message=partners_pb.PartnerActivated(standing=standing), cause=None)
    async with catalog_db.transaction() as session:
        await handlers.on_standing(SimpleNamespace(session=session, now=NOW), [event])  # type: ignore[arg-type,list-item]


async def drafted(catalog_db: Database, partner_id: UUID, **changes: Any) -> OfferingAggregate:
    async with catalog_db.transaction() as session:
        return await commands.draft_offering(
            session,
            partner_id=partner_id,
            manifest=manifest(f"o-{uuid4().hex[:12]}", **changes),
            city=JINAN,
            now=NOW,
        )


async def published(catalog_db: Database, partner_id: UUID, **changes: Any) -> OfferingAggregate:
    aggregate = await drafted(catalog_db, partner_id, **changes)
    async with catalog_db.transaction() as session:
        await commands.submit_offering(
            session, offering_id=aggregate.offering.id, partner_id=partner_id, city=JINAN, now=NOW
        )
    async with catalog_db.transaction() as session:
        return await commands.decide_review(
            session,
            offering_id=aggregate.offering.id,
            looked_at=1,
            approved=True,
            reasons=[],
            by=uuid4(),
            city=JINAN,
            now=NOW,
        )


async def published_events(catalog_db: Database, offering_id: UUID) -> list[str]:
    """The names of the events about an offering, in the order they were published in."""
    async with catalog_db.transaction() as session:
        subject = {"subject": f"%.{offering_id}"}
        names = await session.scalars(
            text("SELECT type FROM outbox WHERE subject LIKE :subject ORDER BY position"), subject
        )
        return [name.rpartition(".")[2] for name in names]
