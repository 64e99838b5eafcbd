"""Proving who people are. The register is asked before a transaction is opened: it may take long."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.database import Database
from chassis.outbox import publish
from chassis.questions import NotAnswered
from chassis.refusals import TooManyTries
from city_pack.pack import Tree
from sqlalchemy.ext.asyncio import AsyncSession

from identity import events
from identity.domain.access import TryLimit, hashed, network_of
from identity.domain.proofs import (
    FIELD,
    FROM_ADDRESS,
    OF_NUMBER,
    OF_PERSON,
    AlreadyProven,
    GuardianNotProven,
    IdentityNotConfirmed,
    IdentityNumberTaken,
    NumberKey,
    RegisterAway,
    parse_identity_number,
    sex_of,
)
from identity.registers.port import PeopleRegister, PersonAnswer
from identity.store import access as tries
from identity.store import people, proofs
from identity.tables import IdentityProofRow

log = logging.getLogger("identity.proofs")
AWAY_SECONDS = 30  # after which a register may be asked again


@dataclass(frozen=True, slots=True)
class ConfirmedNumber:
    """A number that the register confirmed, as its keyed hash; the register's reference, the sex it says, and the
    district that the register says; empty: it says none of the city's."""

    number_hash: bytes
    reference: str
    sex: str
    district: str = ""


async def confirm_number(
    database: Database,
    register: PeopleRegister,
    key: NumberKey,
    *,
    number: str,
    name: str,
    birth_date: date | None,
    person: str,
    address: str,
    districts: Tree,
) -> ConfirmedNumber:
    """Have the register of people confirm that a number is this person's. `person` is what tries are counted about:
    who is to be proven, or "" where they are not registered yet. Raises `IdentityNotConfirmed`, `RegisterAway`, or
    `TooManyTries`; what the register did not decide does not count as a try."""
    parsed = parse_identity_number(number, birth_date)
    number_hash = key.hashed(parsed)
    counted: list[tuple[TryLimit, bytes]] = [(OF_NUMBER, hashed(number_hash.hex()))]
    if network := network_of(address):
        counted.append((FROM_ADDRESS, hashed(network)))
    if person:
        counted.append((OF_PERSON, hashed(person)))
    await count(database, counted)
    checked = None
    try:
        checked = await register.check_person(name, parsed)
    except NotAnswered as error:
        log.warning("the register of people did not answer: %s", error)
    if checked is None:
        await forgive(database, counted)
        raise RegisterAway(f"ask again in {AWAY_SECONDS} seconds", AWAY_SECONDS, FIELD)
    if checked.answer != PersonAnswer.MATCHING:  # whether there is such a number is nobody's to learn
        raise IdentityNotConfirmed("compare name and number with the identity card", FIELD)
    await forgive(database, counted)
    if checked.district and checked.district not in districts:
        log.warning("the register of people says a district that the city does not have")
    district = checked.district if checked.district in districts else ""
    return ConfirmedNumber(number_hash, checked.reference, sex_of(parsed), district)


async def count(database: Database, limits: Sequence[tuple[TryLimit, bytes]]) -> None:
    """Count a try about each of these, or about none. Raises `TooManyTries`."""
    async with database.transaction() as session:
        for limit, about in limits:
            if wait := await tries.count_try(session, limit, about):
                raise TooManyTries(f"wait {wait} seconds before the next try", wait)


async def forgive(database: Database, limits: Sequence[tuple[TryLimit, bytes]]) -> None:
    async with database.transaction() as session:
        for limit, about in limits:
            await tries.forgive_try(session, limit, about)


async def check_guardian_proven(session: AsyncSession, guardian_id: UUID) -> None:
    """Refuse to have somebody proven by a guardian who is not."""
    if not await proofs.proven_at(session, [guardian_id]):
        raise GuardianNotProven("prove who you are first, then your dependant")


async def add_proof(
    session: AsyncSession, *, resident_id: UUID, confirmed: ConfirmedNumber, by: UUID, now: datetime
) -> datetime:
    """Keep that a resident is proven, and since when, the sex that the number says, and where the register says that
    they live. Proven again by the same number, that they are stays as it was."""
    proof = IdentityProofRow(
        resident_id=resident_id,
        number_hash=confirmed.number_hash,
        reference=confirmed.reference,
        proven_by=by,
        proven_at=now,
    )
    if await proofs.add_proof(session, proof):
        publish(session, events.resident_proven(proof), resident_id)
        await keep_said(session, resident_id, confirmed, now)
        return now
    earlier = await proofs.proof(session, resident_id)
    if earlier is None:
        raise IdentityNumberTaken("if it is yours, tell the operator: somebody used it", FIELD)
    if earlier.number_hash != confirmed.number_hash:
        raise AlreadyProven("an operator has to look at it, where the first number was wrong", FIELD)
    await keep_said(session, resident_id, confirmed, now)
    return earlier.proven_at


async def keep_said(session: AsyncSession, resident_id: UUID, confirmed: ConfirmedNumber, now: datetime) -> None:
    """What number and register say of a resident besides: a register that says no district takes none back."""
    await people.set_sex(session, resident_id, confirmed.sex)
    if confirmed.district:
        await people.set_registered_district(session, resident_id, confirmed.district, now)
