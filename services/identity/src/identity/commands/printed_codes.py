"""Printed codes: printed, taken back, and scanned with the identity card of who stands there."""

import hmac
import secrets
from datetime import datetime
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from chassis.refusals import NotFound, Refusal
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from identity import store
from identity.commands.scans import Redemption, since_when, with_guardians
from identity.domain.codes import TOKEN_ID_BYTES
from identity.domain.printed_codes import (
    PRINTED_FOR,
    WRONG_MAX,
    CardDiffers,
    OwnerNotProven,
    PrintedCodeOver,
    digest_of,
    new_text,
)
from identity.domain.proofs import NumberKey, read_identity_number
from identity.domain.scans import Scanning
from identity.tables import PrintedCodeRow, ScanRow


async def print_code(
    session: AsyncSession, *, resident_id: UUID, by: UUID, now: datetime
) -> tuple[PrintedCodeRow, str]:
    """Print a resident's code, and end the one before; returns its text, of which only a hash is kept."""
    await store.printed_codes.lock_owner(session, resident_id)
    if await store.proofs.proof(session, resident_id) is None:
        raise OwnerNotProven("prove who it is first", "resident_id")
    await store.printed_codes.end_of(session, [resident_id], now)
    text = new_text()
    printed = PrintedCodeRow(
        id=new_id(),
        resident_id=resident_id,
        text_sha256=digest_of(text),
        printed_by=by,
        printed_at=now,
        expires_at=now + PRINTED_FOR,
    )
    session.add(printed)
    await session.flush()
    return printed, text


async def redeem_printed_code(
    database: Database,
    *,
    text: str,
    identity_number: str,
    practitioner_id: UUID,
    institution_id: UUID,
    scanning: Scanning,
    number_key: NumberKey,
    city: City,
) -> Redemption:
    """Scan a printed code with the number on its owner's card. A number that is not theirs is counted, which is
    committed with the refusal; after so many the code is over."""
    digest, now = digest_of(text), database.now()
    number, _ = read_identity_number(identity_number)
    async with database.transaction() as session:
        registered = await store.scans.registrations(session, [practitioner_id])
        frozen = await store.freezes.frozen_practitioners(session, [practitioner_id])
        since_when(practitioner_id, registered, frozen)
        printed = await store.printed_codes.presented(session, digest)
        if printed is None:
            raise NotFound("no printed code of this city says this", "text")
        if printed.ended_at is not None or printed.expires_at <= now:
            raise PrintedCodeOver("its owner, or who acts for them, prints another", "text")
        proof = await store.proofs.proof(session, printed.resident_id)
        if proof is not None and hmac.compare_digest(proof.number_hash, number_key.hashed(number)):
            return await scanned(session, printed, practitioner_id, institution_id, scanning, city, now)
        refusal = count_wrong(printed, now)
    raise refusal


def count_wrong(printed: PrintedCodeRow, now: datetime) -> Refusal:
    printed.wrong += 1
    left = WRONG_MAX - printed.wrong
    if left == 0:
        printed.ended_at = now
        return PrintedCodeOver("too many numbers were not its owner's", "text")
    return CardDiffers(
        f"compare it with the identity card; {left} more and the printed code is over", "identity_number"
    )


async def scanned(
    session: AsyncSession,
    printed: PrintedCodeRow,
    practitioner_id: UUID,
    institution_id: UUID,
    scanning: Scanning,
    city: City,
    now: datetime,
) -> Redemption:
    printed.wrong = 0
    resident = await store.people.resident(session, printed.resident_id)
    assert resident is not None, "a foreign key"
    scan = ScanRow(
        id=new_id(),
        token_id=secrets.token_bytes(TOKEN_ID_BYTES),
        resident_id=resident.id,
        practitioner_id=practitioner_id,
        institution_id=institution_id,
        scanned_at=now,
        app=scanning.app,
        place=scanning.place,
        printed_code_id=printed.id,
    )
    session.add(scan)
    await session.flush()
    shown = await store.scans.residents_of_codes(session, [resident.health_code_id])
    (answer,) = await with_guardians(session, [Redemption(scan, shown[resident.health_code_id], ())], city, now)
    assert isinstance(answer, Redemption)
    return answer
