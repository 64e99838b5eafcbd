"""Changes of the city's rules, as entries of the access log: each with the person who made it, of no single resident.

What concerns everybody is everybody's to read; what concerns a practitioner or an account, or was only proposed, is for
whoever supervises.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from chassis.auth import Principal
from chassis.wire import moment
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb
from yima.identity.v1 import events_pb2 as identity_pb
from yima.partners.v1 import events_pb2 as partners_pb
from yima.partners.v1.api_pb2 import FREEZE_TARGET_OFFERING, FREEZE_TARGET_PARTNER

from consent.commands.access_log import append, happened
from consent.domain.access_log import AccessAct
from consent.domain.decisions import AccessKind
from consent.store import packs
from consent.tables import LegalBasisRow, ProjectRow

OF_EVERYBODY = frozenset({FREEZE_TARGET_PARTNER, FREEZE_TARGET_OFFERING})  # residents deal with them


async def log_legal_basis(
    session: AsyncSession, act: AccessAct, row: LegalBasisRow, by: Principal, at: datetime
) -> None:
    """Log what became of a legal basis."""
    await append(session, [of_rule(act, row, by, at, note=row.ended_because or row.statute)])


async def log_project(session: AsyncSession, act: AccessAct, row: ProjectRow, by: Principal, at: datetime) -> None:
    """Log what became of a project: one that was approved concerns everybody."""
    entry = of_rule(act, row, by, at, note=row.ended_because or row.name)
    if row.approved_at is None:
        entry.kind = pb.ACCESS_KIND_POLICY
    await append(session, [entry])


def of_rule(
    act: AccessAct, row: LegalBasisRow | ProjectRow, by: Principal, at: datetime, **more: Any
) -> pb.AccessLogEntry:
    """What was done with what permits a partner something of many residents."""
    return happened(
        AccessKind.CITY,
        act,
        None,
        at,
        by,
        partner_id=str(row.grantee_id),
        about_id=str(row.id),
        information_types=list(row.information_types),
        purpose=row.purpose,
        access_mode=row.access_mode,
        **more,
    )


async def log_freezes(
    session: AsyncSession,
    messages: Iterable[partners_pb.FreezeImposed | partners_pb.FreezeLifted],
    now: datetime,
) -> None:
    """Log what regulators froze and lifted. An event of the release before names nobody, and no moment."""
    entries = []
    for message in messages:
        if isinstance(message, partners_pb.FreezeLifted):
            act, by, at = AccessAct.FREEZE_LIFTED, message.lifted_by, message.lifted_at
        else:
            act, by, at = AccessAct.FREEZE_IMPOSED, message.imposed_by, message.imposed_at
        entries.append(
            happened(
                AccessKind.CITY if message.target in OF_EVERYBODY else AccessKind.POLICY,
                act,
                None,
                moment(at) if at.seconds else now,
                subject_id=by,
                role=Role.ROLE_REGULATOR,
                partner_id=message.target_id if message.target == FREEZE_TARGET_PARTNER else "",
                about_id=message.target_id,
                note=message.case_number,
            )
        )
    await append(session, entries)


async def log_trust_lists(session: AsyncSession, messages: Iterable[identity_pb.TrustListPut]) -> None:
    """Log which lists of other cities came into force."""
    entries = [
        happened(
            AccessKind.CITY,
            AccessAct.TRUST_LIST_PUT,
            None,
            moment(message.put_at),
            subject_id=message.approved_by or message.put_by,
            role=message.role,
            note=f"{message.authority}, {message.sequence}"
            + (f"; proposed by {message.put_by}" if message.approved_by else ""),
        )
        for message in messages
    ]
    await append(session, entries)


def digests(city: City) -> Mapping[str, str]:
    """A digest of each part of the city's pack."""
    return {
        name: hashlib.sha256(orjson.dumps(part, option=orjson.OPT_SORT_KEYS)).hexdigest()
        for name, part in city.model_dump(mode="json", by_alias=True).items()
    }


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> Sequence[str]:
    """Which parts are others than before, are new, or are there no more."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


async def note_pack(session: AsyncSession, city: City, now: datetime) -> None:
    """Log that the city's pack is another than the one that was last started with, and which parts of it are."""
    parts = digests(city)
    before = await packs.replace(session, parts, now)
    if others := changed(before, parts):
        entry = happened(AccessKind.CITY, AccessAct.PACK_CHANGED, None, now, parts=others)
        await append(session, [entry])
