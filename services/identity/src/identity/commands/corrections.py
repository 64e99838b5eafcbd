"""Correcting what was mistyped of somebody: until it is proven who they are, or with what proves it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.refusals import Invalid, NotFound
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from identity import store
from identity.commands import proofs
from identity.commands.proofs import ConfirmedNumber
from identity.domain.people import is_minor, parse_birth_date
from identity.domain.proofs import (
    CORRECTIONS_MAX,
    FIELD,
    AlreadyProven,
    IdentityNumberNeeded,
    MajorityChanged,
    TooManyCorrections,
)
from identity.store import corrections
from identity.tables import CorrectionRow, ResidentRow


@dataclass(frozen=True, slots=True)
class Correction:
    """What is right of somebody."""

    name: str
    birth_date: date


def corrected(resident: ResidentRow, *, name: str, birth_date: str, city: City, now: datetime) -> Correction:
    """What somebody is to be called, and when they were born; what is not given stays."""
    correction = Correction(
        texts.name(name) if name else resident.name,
        parse_birth_date(birth_date, city.today(now)) if birth_date else resident.birth_date,
    )
    if correction == Correction(resident.name, resident.birth_date):
        raise Invalid("name", "is as it was, and so is the birth date; say what is wrong")
    return correction


async def correct(
    session: AsyncSession,
    *,
    resident_id: UUID,
    name: str,
    birth_date: str,
    confirmed: ConfirmedNumber | None,
    by: UUID,
    city: City,
    now: datetime,
) -> datetime | None:
    """Correct a name or a birth date, which the register has confirmed where a number was given. Returns since when it
    is proven who they are; None where it is not."""
    resident = (await store.guardianships.lock_people(session, {resident_id})).get(resident_id)
    if resident is None:
        raise NotFound("there is no such resident", "resident_id")
    right = corrected(resident, name=name, birth_date=birth_date, city=city, now=now)
    proof = await store.proofs.proof(session, resident_id)
    if confirmed is None:
        if proof is not None or (by != resident_id and right.birth_date > resident.birth_date):
            raise IdentityNumberNeeded("send the number on their identity card", FIELD)
        if await corrections.count_unconfirmed(session, resident_id) >= CORRECTIONS_MAX:
            raise TooManyCorrections("prove who you are, with the number on your identity card")
    elif proof is not None and proof.number_hash != confirmed.number_hash:
        raise AlreadyProven("send the number that was confirmed; an operator looks at it where that was wrong", FIELD)
    comes_of_age = is_minor(right.birth_date, city, now) != is_minor(resident.birth_date, city, now)
    if comes_of_age and await corrections.in_guardianship(session, resident_id):
        raise MajorityChanged("end the guardianship first, or ask an operator", "birth_date")
    session.add(
        CorrectionRow(
            id=new_id(),
            resident_id=resident_id,
            name=resident.name,
            birth_date=resident.birth_date,
            corrected_by=by,
            corrected_at=now,
            register_reference=confirmed.reference if confirmed is not None else "",
        )
    )
    resident.name, resident.birth_date = right.name, right.birth_date
    account = await store.accounts.account_of(session, resident_id)
    if account is not None:
        account.name = right.name
    if confirmed is None:
        return None
    return await proofs.add_proof(session, resident_id=resident_id, confirmed=confirmed, by=by, now=now)
