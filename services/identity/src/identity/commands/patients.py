"""Patients of institutions, for records: their identity numbers sealed, and whose they are."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.patients import (
    SEALED_A_DAY_MAX,
    Evidence,
    Known,
    Match,
    PatientSeals,
    TooManyNumbers,
    is_by_name_alone,
    match,
)
from identity.domain.proofs import NumberKey, read_identity_number
from identity.store import patients as store
from identity.store import proofs


async def seal_numbers(
    session: AsyncSession,
    seals: PatientSeals,
    key: NumberKey,
    *,
    institution_id: UUID,
    numbers: Sequence[str],
    day: date,
    most: int = SEALED_A_DAY_MAX,
) -> Sequence[bytes]:
    """The seal of each number; empty for what can be nobody's. Raises `TooManyNumbers`."""
    if not await store.count_sealed(session, institution_id, day, len(numbers), most):
        raise TooManyNumbers(f"at most {most} a day, each time that one is sent")
    return [sealed(seals, key, institution_id, number) for number in numbers]


def sealed(seals: PatientSeals, key: NumberKey, institution_id: UUID, written: str) -> bytes:
    try:
        number, _ = read_identity_number(written)
    except Invalid:
        return b""
    return seals.seal(institution_id, key.hashed(number))


async def match_patients(
    session: AsyncSession, *, institution_id: UUID, patients: Sequence[Evidence]
) -> Sequence[Match]:
    """Whose each patient of an institution is, as far as that is proven."""
    residents = [each.resident_id for each in patients if each.resident_id is not None]
    names = [
        (each.name, each.birth_date)
        for each in patients
        if each.name and each.birth_date is not None and is_by_name_alone(each)
    ]
    known = Known(
        by_number=await store.by_number(session, [each.number_hash for each in patients if each.number_hash]),
        by_scan=await store.by_scan(session, institution_id, [each.scan_id for each in patients if each.scan_id]),
        proven=frozenset(await proofs.proven_at(session, residents)),
        by_name=await store.by_name(session, names) if names else {},
    )
    return [match(each, known) for each in patients]
