"""Redeeming health codes: what arrives together is honoured in one transaction, and is refused alone.

Who honoured a code and asks again, since the answer was lost, gets the same scan while its receipt is good. A copy
shown to anybody else is refused, the resident is told, and their code moves on to its next generation: whoever keeps
tokens that were fetched ahead has nothing of them. A token moves it on once: whoever shows the same copy for ever
changes nothing more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.refusals import NotFound, Refusal, Unauthenticated
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from identity import events, store
from identity.domain.cities import Elsewhere
from identity.domain.codes import CodeClaims, CodeRotated, CodeUsed
from identity.domain.freezes import PractitionerFrozen
from identity.domain.licences import LicenceNotChecked
from identity.domain.people import is_minor
from identity.domain.scans import (
    RECEIPT_LIFETIME,
    NotRegisteredThen,
    Rotation,
    Scanning,
    moment_of_scan,
    moved_on_before,
)
from identity.store.scans import Registration, Shown
from identity.tables import ReplayRow, ScanRow


@dataclass(frozen=True, slots=True)
class Presentation:
    """A genuine token that a practitioner presents, and how they scanned it. `elsewhere` is who it is in another city;
    that city has seen to their registration, licence and standing."""

    claims: CodeClaims
    practitioner_id: UUID | None
    institution_id: UUID | None
    scanning: Scanning
    cause: Cause | None = None
    elsewhere: Elsewhere | None = None

    @property
    def scanner_id(self) -> UUID | None:
        return self.practitioner_id if self.elsewhere is None else self.elsewhere.id


@dataclass(frozen=True, slots=True)
class Redemption:
    """A scan, whose code it was, and who acts for them now."""

    scan: ScanRow
    resident: Shown
    guardian_names: Sequence[str]


@dataclass(frozen=True, slots=True)
class ScanContext:
    """What is known of whose the tokens of a batch are, and of who presents them."""

    registered: Mapping[UUID, Registration]  # of practitioners whose registration is in force
    residents: Mapping[UUID, Shown]  # by health code
    rotations: Mapping[UUID, Mapping[int, datetime]]  # of residents of whom an earlier generation is presented
    frozen: frozenset[UUID]  # practitioners, by a regulator


async def redeem_together(
    database: Database, presentations: Sequence[Presentation], city: City
) -> Sequence[Redemption | Refusal]:
    """Redeem codes in one transaction; each presentation gets its scan or its own refusal. That a copy was shown is
    committed with the refusal, which is therefore returned and not raised."""
    async with database.transaction() as session:
        return await redeem(session, presentations, city, database.now())


async def redeem(
    session: AsyncSession, presentations: Sequence[Presentation], city: City, now: datetime
) -> Sequence[Redemption | Refusal]:
    context = await look_up(session, presentations)
    scans, refused = await honour(session, presentations, context, now)
    answers: list[Redemption | Refusal] = []
    copies: list[tuple[Presentation, ScanRow]] = []
    for index, each in enumerate(presentations):
        if index in refused:
            answers.append(refused[index])
            continue
        scan = scans[each.claims.token_id]
        own = scan.scanner_id == each.scanner_id
        if own and now < (scan.received_at or scan.scanned_at) + RECEIPT_LIFETIME:
            answers.append(Redemption(scan, context.residents[each.claims.health_code_id], ()))
        else:
            answers.append(CodeUsed("each code is good for one scan; show a fresh one", "text"))
        if not own:
            copies.append((each, scan))
    if copies:
        await note_copies(session, copies, now)
    return await with_guardians(session, answers, city, now)


async def look_up(session: AsyncSession, presentations: Sequence[Presentation]) -> ScanContext:
    claims = [each.claims for each in presentations]
    practitioner_ids = list({each.practitioner_id for each in presentations if each.practitioner_id})
    registered = await store.scans.registrations(session, practitioner_ids)
    frozen = await store.freezes.frozen_practitioners(session, practitioner_ids)
    residents = await store.scans.residents_of_codes(session, list({said.health_code_id for said in claims}))
    moved = {
        resident.id
        for said in claims
        if (resident := residents.get(said.health_code_id)) and said.generation < resident.code_generation
    }
    rotations = await store.codes.rotations(session, list(moved)) if moved else {}
    return ScanContext(registered, residents, rotations, frozen)


async def honour(
    session: AsyncSession, presentations: Sequence[Presentation], context: ScanContext, now: datetime
) -> tuple[Mapping[bytes, ScanRow], Mapping[int, Refusal]]:
    """Make the scans of tokens that were not honoured before; those of others become known, too. A token that is good
    is tried at once, since hardly any was honoured before: only the others are looked up.

    Returns the scans that honoured the tokens, and the refusals of what cannot be honoured, by its place in the batch.
    """
    refused: dict[int, Refusal] = {}
    not_good: dict[int, Refusal] = {}  # which is no refusal where the token was honoured while it was good
    fresh: dict[bytes, tuple[ScanRow, Cause | None]] = {}
    for index, each in enumerate(presentations):
        try:
            since = None
            if each.elsewhere is None:
                since = since_when(each.practitioner_id, context.registered, context.frozen)
        except Refusal as refusal:
            refused[index] = refusal
            continue
        try:
            if each.claims.token_id not in fresh:
                fresh[each.claims.token_id] = (new_scan(each, context, since, now), each.cause)
        except Refusal as refusal:
            not_good[index] = refusal
    added = await store.scans.add_scans(session, [scan for scan, _ in fresh.values()]) if fresh else frozenset()
    scans: dict[bytes, ScanRow] = {}
    unknown = [presentations[index].claims.token_id for index in not_good]
    for token_id, (scan, cause) in fresh.items():
        if scan.id in added:
            scans[token_id] = scan
            publish(session, events.code_redeemed(scan), scan.id, cause)
        else:
            unknown.append(token_id)
    if unknown:
        scans.update(await store.scans.scans_of_tokens(session, unknown))
    return scans, refused | {
        index: why for index, why in not_good.items() if presentations[index].claims.token_id not in scans
    }


def since_when(
    practitioner_id: UUID | None, registered: Mapping[UUID, Registration], frozen: frozenset[UUID]
) -> datetime:
    """Since when a practitioner is registered. Refuses one who may scan nothing now."""
    registration = None if practitioner_id is None else registered.get(practitioner_id)
    if registration is None:
        raise Unauthenticated("the practitioner is not registered any more")
    if practitioner_id in frozen:
        raise PractitionerFrozen("ask the regulator; only a regulator lifts it")
    if not registration.licence_checked:
        raise LicenceNotChecked("ask your institution to have it checked")
    return registration.since


def new_scan(
    presentation: Presentation, context: ScanContext, registered_at: datetime | None, now: datetime
) -> ScanRow:
    """The scan that would honour this token. Refuses one that was not good when it was scanned."""
    claims, scanning = presentation.claims, presentation.scanning
    scanned_at, late = moment_of_scan(claims, scanning.scanned_at, now)
    if registered_at is not None and scanned_at < registered_at:
        raise NotRegisteredThen("who scanned it then sends the scan in", "scanned_at")
    resident = context.residents.get(claims.health_code_id)
    if resident is None:
        raise NotFound("no resident has this code", "text")
    if claims.generation < resident.code_generation and (
        not late or moved_on_before(claims.generation, context.rotations.get(resident.id, {}), scanned_at)
    ):
        raise CodeRotated("a copy of an earlier one was shown, or the resident asked for it", "text")
    return ScanRow(
        id=new_id(),
        token_id=claims.token_id,
        resident_id=resident.id,
        practitioner_id=presentation.practitioner_id,
        institution_id=presentation.institution_id,
        scanned_at=scanned_at,
        received_at=now if late else None,
        app=scanning.app,
        place=scanning.place,
        elsewhere=presentation.elsewhere.dumps() if presentation.elsewhere else None,
        elsewhere_id=presentation.elsewhere.id if presentation.elsewhere else None,
    )


async def note_copies(session: AsyncSession, copies: Sequence[tuple[Presentation, ScanRow]], now: datetime) -> None:
    """Tell residents of the copies that were shown, each once a scan and practitioner, and move their codes on from
    the generation the copy is of."""
    first = {(scan.id, each.scanner_id): (each, scan) for each, scan in reversed(copies)}
    noted = await store.scans.known_replays(session, list(first))
    new = [copy for key, copy in first.items() if key not in noted]
    if not new:
        return
    generations: dict[UUID, int] = {}
    for each, scan in new:
        generations[scan.resident_id] = max(each.claims.generation, generations.get(scan.resident_id, 0))
    rotated = await store.codes.rotate(session, generations, Rotation.REPLAY, now)
    replays = [
        ReplayRow(
            id=new_id(),
            scan_id=scan.id,
            resident_id=scan.resident_id,
            practitioner_id=each.practitioner_id,
            institution_id=each.institution_id,
            first_at=now,
            rotated=scan.resident_id in rotated,
            app=each.scanning.app,
            place=each.scanning.place,
            elsewhere=each.elsewhere.dumps() if each.elsewhere else None,
            elsewhere_id=each.elsewhere.id if each.elsewhere else None,
        )
        for each, scan in new
    ]
    await store.scans.add_replays(session, replays)
    for replay, (each, _) in zip(replays, new, strict=True):
        publish(session, events.health_code_replayed(replay), replay.scan_id, each.cause)


async def with_guardians(
    session: AsyncSession, answers: Sequence[Redemption | Refusal], city: City, now: datetime
) -> Sequence[Redemption | Refusal]:
    """The same, with who acts for them."""
    shown = {answer.resident.id: answer.resident for answer in answers if isinstance(answer, Redemption)}
    if not shown:
        return answers
    minors = [resident.id for resident in shown.values() if is_minor(resident.birth_date, city, now)]
    names = await store.scans.guardian_names(session, list(shown), minors, now)
    return [
        replace(answer, guardian_names=names.get(answer.resident.id, ())) if isinstance(answer, Redemption) else answer
        for answer in answers
    ]
