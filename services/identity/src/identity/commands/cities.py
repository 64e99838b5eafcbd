"""Between cities: which are trusted, redeeming their codes there, and ours for them.

A code of another city is verified here first, then its own city is asked: it alone honours it, once, by its own rules,
and writes it into the resident's log. While it is asked no connection to the database is held.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID, uuid4

from chassis import texts
from chassis.auth import Principal
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.problems import Problem
from chassis.refusals import Invalid, NotFound, Refusal, TooManyTries, Unauthenticated
from city_pack import trust
from city_pack.pack import City
from city_pack.trust import NotGenuine, TrustedCity, TrustList
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role

from identity import events, store
from identity.commands.scans import Presentation, since_when
from identity.domain import cities, codes
from identity.domain.access import TryLimit, hashed
from identity.domain.cities import (
    SEQUENCE_MAX,
    CityKey,
    CityNotTrusted,
    CityRequest,
    CityRequestForged,
    CityRequestReplayed,
    Elsewhere,
    HomeAnswer,
    HomeCityAway,
    HomeCityRefused,
    NoTrustList,
    ProposerApproves,
    TrustListExpired,
    TrustListForged,
    TrustListProposed,
    TrustListRolledBack,
)
from identity.domain.codes import CLOCK_SKEW, CodeForged, CodeMinute
from identity.domain.scans import NotRegisteredThen, Scanning, ScanTooLate, moment_of_scan
from identity.intercity import CityAway, Intercity
from identity.tables import ForeignScanRow, TrustListProposalRow, TrustListRow

log = logging.getLogger("identity.cities")
RETRY_SECONDS = 5
FETCHED_AT_ONCE_MAX = 8
PASSED_ON: Mapping[str, type[Refusal]] = MappingProxyType(
    {
        refusal.code: refusal
        for refusal in (
            codes.CodeExpired, codes.CodeNotYet, codes.ClocksDiffer, codes.CodeRotated, codes.CodeUsed, CodeForged,
            ScanTooLate, TooManyTries,
        )
    }
)  # fmt: skip
"""What a home city refuses, in the words that our own would."""


@dataclass(frozen=True)
class BetweenCities:
    """What this city is among others: its pack, its key for them, and how it reaches them."""

    pack: City
    key: CityKey | None
    intercity: Intercity
    limit: TryLimit  # of one city's requests

    @property
    def own_key(self) -> CityKey:
        if self.key is None:
            raise NoTrustList("this city has no key for other cities; the operator sets YIMA_CITY_KEY")
        return self.key


@dataclass(frozen=True, slots=True)
class ListReading:
    """A trust list that may be put in force now, and whether it was before."""

    trust_list: TrustList
    was_in_force: bool


async def read_newer(session: AsyncSession, *, pack: City, document: str, now: datetime) -> ListReading:
    """A trust list that the pack's authority signed. One of a lower number than the newest that was ever here is
    refused, and another of the same number. Nobody else puts one before we commit."""
    if pack.trust is None:
        raise NoTrustList("this city's pack names no authority whose list it trusts")
    try:
        trust_list = pack.trust.read(document)
    except NotGenuine as forged:
        raise TrustListForged(str(forged), "document") from None
    if trust_list.sequence > SEQUENCE_MAX:
        raise Invalid("document", f"has a number above {SEQUENCE_MAX}; the authority signs one with a lower number")
    if trust_list.issued_at > now + CLOCK_SKEW:
        raise Invalid("document", "was issued in the future, by this clock")
    if trust_list.expires_at <= max(now, trust_list.issued_at):
        raise TrustListExpired("ask the authority for one that is in force", "document")
    await store.cities.lock_lists(session)
    newest = await store.cities.newest_list(session, trust_list.authority)
    if newest is not None and newest.document == document:
        return ListReading(trust_list, was_in_force=True)
    if newest is not None and newest.sequence >= trust_list.sequence:
        numbers = f"number {newest.sequence} is here, and this is number {trust_list.sequence}"
        raise TrustListRolledBack(numbers, "document")
    return ListReading(trust_list, was_in_force=False)


async def put_list(
    session: AsyncSession,
    *,
    pack: City,
    document: str,
    proposed_by: UUID | None = None,
    approved_by: Principal | None = None,
    now: datetime,
) -> TrustList:
    """Put a trust list in force, which two people want, or which came with the pack."""
    reading = await read_newer(session, pack=pack, document=document, now=now)
    trust_list = reading.trust_list
    if reading.was_in_force:
        return trust_list
    row = TrustListRow(
        authority=trust_list.authority,
        sequence=trust_list.sequence,
        document=document,
        issued_at=trust_list.issued_at,
        expires_at=trust_list.expires_at,
        taken_at=now,
        taken_by=proposed_by,
        approved_by=UUID(approved_by.subject_id) if approved_by else None,
    )
    await store.cities.add_list(session, row)
    role = approved_by.role if approved_by else Role.ROLE_UNSPECIFIED
    publish(session, events.trust_list_put(row, role), "trust-list")
    return trust_list


async def propose_list(session: AsyncSession, *, pack: City, document: str, by: UUID, now: datetime) -> None:
    """Propose a newer trust list. One waits at a time, so that whoever approves it knows which; one that waits and that
    a newer list in force has overtaken gives way."""
    reading = await read_newer(session, pack=pack, document=document, now=now)
    trust_list = reading.trust_list
    if reading.was_in_force:
        return
    waiting = await store.cities.proposed_list(session, trust_list.authority)
    if waiting is not None and waiting.document == document:
        return
    if waiting is not None:
        newest = await store.cities.newest_list(session, trust_list.authority)
        if newest is None or waiting.sequence > newest.sequence:
            raise TrustListProposed(f"number {waiting.sequence} was proposed before", "document")
        waiting.status, waiting.decided_by, waiting.decided_at = "rejected", by, now
        waiting.reason = "a newer list is in force"
        await session.flush()
    session.add(
        TrustListProposalRow(
            id=new_id(),
            authority=trust_list.authority,
            sequence=trust_list.sequence,
            document=document,
            proposed_by=by,
            proposed_at=now,
        )
    )
    await session.flush()


async def decide_list(
    session: AsyncSession, *, pack: City, sequence: int, approved: bool, reason: str, by: Principal, now: datetime
) -> None:
    """Put the list of this number in force, which another person has proposed; or reject it, or take one's own back."""
    if pack.trust is None:
        raise NoTrustList("this city's pack names no authority whose list it trusts")
    await store.cities.lock_lists(session)
    waiting = await store.cities.proposed_list(session, pack.trust.authority)
    if waiting is None or waiting.sequence != sequence:
        raise NotFound("no list of this number waits for a decision", "sequence")
    decider = UUID(by.subject_id)
    if approved and waiting.proposed_by == decider:
        raise ProposerApproves("ask another operator, or a regulator", "sequence")
    waiting.status = "approved" if approved else "rejected"
    waiting.decided_by, waiting.decided_at = decider, now
    waiting.reason = texts.reason(reason) if reason.strip() else ""
    await session.flush()
    if approved:
        await put_list(
            session, pack=pack, document=waiting.document, proposed_by=waiting.proposed_by, approved_by=by, now=now
        )


async def put_list_of_pack(database: Database, pack: City) -> None:
    """Take the list that the city's pack has, when a process starts. One that is over, or older than the newest,
    changes nothing: the process starts, and says so."""
    if pack.trust is None or not pack.trust.signed_list:
        return
    try:
        async with database.transaction() as session:
            await put_list(session, pack=pack, document=pack.trust.signed_list, now=database.now())
    except Refusal as refusal:
        log.error("the trust list of the city's pack is not taken: %s (%s)", refusal.detail, refusal.code)


async def newest_list(session: AsyncSession, pack: City) -> TrustList | None:
    """The newest list of the pack's authority, in force or not; None where there is none that its keys verify."""
    if pack.trust is None:
        return None
    row = await store.cities.newest_list(session, pack.trust.authority)
    if row is None:
        return None
    try:
        return pack.trust.read(row.document)
    except NotGenuine:  # the authority has another key by now
        return None


async def list_in_force(session: AsyncSession, pack: City, now: datetime) -> TrustList:
    """The trust list that is good now."""
    known = await newest_list(session, pack)
    if known is None:
        raise NoTrustList("an operator proposes one with `putTrustList`, and another person approves it")
    if known.expires_at <= now:
        raise TrustListExpired("the operator asks the authority for a newer one")
    return known


async def trusted(session: AsyncSession, between: BetweenCities, city: str, now: datetime) -> TrustedCity:
    """Another city of the list in force, in which this one is, too."""
    known = await list_in_force(session, between.pack, now)
    own = known.cities.get(between.pack.name)
    if own is None or not between.own_key.is_of(own):
        raise CityNotTrusted("this city, with the key it has, is not in the list", "text")
    if city == own.name:
        raise CityNotTrusted(f"{city} is this city: redeem its code as one of ours", "text")
    return cities.city_named(known.cities, city)


async def keys_of(session: AsyncSession, city: TrustedCity, now: datetime) -> Mapping[str, Ed25519PublicKey]:
    """The keys that sign a city's codes, as it said them last; none where it was not reached for a day."""
    row = await store.cities.statement_of(session, city.name)
    if row is None:
        return {}
    try:
        return cities.read_statement(row.statement, city, now).keys
    except NotGenuine:
        return {}


async def fetch_statement(database: Database, between: BetweenCities, city: TrustedCity) -> None:
    """Ask a city for the keys that sign its codes, and keep what it says. Raises `CityAway`."""
    statement = await between.intercity.statement(city)
    try:
        said = cities.read_statement(statement, city, database.now())
    except NotGenuine as forged:
        raise CityAway(f"what {city.name} says of its keys: {forged}") from None
    async with database.transaction() as session:
        await store.cities.put_statement(session, city.name, statement, said.issued_at)


async def fetch_statements(database: Database, between: BetweenCities) -> None:
    """Ask every city of the list for its keys, so that its codes are verified while it is away."""
    if between.key is None:
        return
    async with database.transaction() as session:
        known = await newest_list(session, between.pack)
    own = None if known is None else known.cities.get(between.pack.name)
    if known is None or own is None or not between.key.is_of(own) or known.expires_at <= database.now():
        return
    room = asyncio.Semaphore(FETCHED_AT_ONCE_MAX)

    async def fetch(city: TrustedCity) -> None:
        async with room:
            try:
                await fetch_statement(database, between, city)
            except CityAway as away:
                log.warning("%s", away)

    await asyncio.gather(*(fetch(city) for city in cities.others(known.cities, own.name)))


@dataclass(frozen=True, slots=True)
class ForeignCode:
    """A code of another city that was verified here, and who is to ask that city."""

    city: TrustedCity
    claims: CodeMinute
    scanner: Elsewhere  # as that city will know them
    practitioner_id: UUID
    institution_id: UUID


async def verify_foreign(
    database: Database, between: BetweenCities, *, text: str, practitioner_id: UUID, scanning: Scanning
) -> ForeignCode:
    """A code of another city, if that city's key signed it, it was good when it was scanned, and the practitioner may
    scan. A key that is not known is asked for at once."""
    name, kid = codes.said_of(text)
    async with database.transaction() as session:
        city = await trusted(session, between, name, database.now())
        known = await keys_of(session, city, database.now())
    if kid not in known:
        try:
            await fetch_statement(database, between, city)
        except CityAway as away:
            raise HomeCityAway(away_why(city, str(away)), RETRY_SECONDS, "text") from None
    async with database.transaction() as session:
        now = database.now()
        city = await trusted(session, between, name, now)
        claims = codes.read_foreign(text, await keys_of(session, city, now), name)
        scanned_at, _ = moment_of_scan(claims, scanning.scanned_at, now)
        if scanned_at < await check_scanner(session, practitioner_id):
            raise NotRegisteredThen("who scanned it then sends the scan in", "scanned_at")
        named = await store.cities.scanner(session, practitioner_id)
    if named is None:
        raise Unauthenticated("the practitioner is not registered any more")
    practitioner, institution = named
    scanner = Elsewhere(
        between.pack.name,
        str(practitioner.id),
        practitioner.name,
        practitioner.title,
        str(institution.id),
        institution.name,
    )
    return ForeignCode(city, claims, scanner, practitioner.id, institution.id)


async def check_scanner(session: AsyncSession, practitioner_id: UUID) -> datetime:
    """Since when a practitioner is registered, who may scan now and until we commit. Refused where they may not."""
    registered = await store.scans.registrations(session, [practitioner_id])
    frozen = await store.freezes.frozen_practitioners(session, [practitioner_id])
    return since_when(practitioner_id, registered, frozen)


def away_why(city: TrustedCity, why: str) -> str:
    return f"{why}; try again, or send the scan in within three days, with the moment it was made"


async def ask_home(
    database: Database, between: BetweenCities, code: ForeignCode, text: str, scanning: Scanning
) -> HomeAnswer:
    """Have a code honoured by its own city. Raises what that city refuses, or `HomeCityAway`."""
    own, nonce = between.pack.name, str(uuid4())
    claims = cities.request_claims(
        own=own,
        home=code.city.name,
        nonce=nonce,
        text=text,
        scanner=code.scanner,
        scanning=scanning,
        now=database.now(),
    )
    try:
        answer = await between.intercity.redeem(
            code.city, trust.signed(between.own_key.private, cities.REQUEST, claims)
        )
        return cities.read_answer(answer, code.city, own, nonce, database.now())
    except (CityAway, NotGenuine) as error:
        why = str(error) if isinstance(error, CityAway) else f"{code.city.name} answers what is not its: {error}"
        raise HomeCityAway(away_why(code.city, why), RETRY_SECONDS, "text") from None
    except Problem as problem:
        known = PASSED_ON.get(problem.code)
        if known is None:
            raise HomeCityRefused(f"{code.city.name} answers `{problem.code}`", "text") from None
        if issubclass(known, TooManyTries):
            raise HomeCityAway(f"{code.city.name} is asked too much", RETRY_SECONDS, "text") from None
        raise known(f"as {code.city.name} says", "text") from None


async def keep_foreign_scan(
    session: AsyncSession,
    between: BetweenCities,
    code: ForeignCode,
    answer: HomeAnswer,
    scanning: Scanning,
    now: datetime,
) -> ForeignScanRow:
    """Keep the receipt of a code that its own city honoured. Of a city that was removed meanwhile nothing is taken, nor
    of a practitioner who was frozen, or left, meanwhile."""
    await trusted(session, between, code.city.name, now)
    await check_scanner(session, code.practitioner_id)
    row = await store.cities.add_foreign_scan(
        session,
        ForeignScanRow(
            id=new_id(),
            city=code.city.name,
            token_id=code.claims.token_id,
            practitioner_id=code.practitioner_id,
            institution_id=code.institution_id,
            scanned_at=answer.scanned_at,
            received_at=now,
            late=answer.late,
            app=scanning.app,
            place=scanning.place,
            receipt=answer.receipt,
        ),
    )
    if row.practitioner_id != code.practitioner_id:
        raise codes.CodeUsed("each code is good for one scan; show a fresh one", "text")
    return row


async def take_request(database: Database, between: BetweenCities, request: str) -> CityRequest:
    """Another city's request to this one, used up. Refuses one that no trusted city signed for this one just now, one
    that was used before, and a city that asks too often."""
    now = database.now()
    async with database.transaction() as session:
        try:
            sender = await trusted(session, between, trust.issuer_said(request), now)
            city_request = cities.read_request(request, sender, between.pack.name, now)
        except NotGenuine as forged:
            raise CityRequestForged(str(forged), "request") from None
        if wait := await store.access.count_try(session, between.limit, hashed(sender.name)):
            raise TooManyTries(f"{sender.name} asks too often", wait)
        if not await store.cities.claim_request(session, sender.name, city_request.nonce, city_request.expires_at):
            raise CityRequestReplayed("ask with a request of its own", "request")
    return city_request


def presentation(request: CityRequest, claims: codes.CodeClaims, cause: Cause) -> Presentation:
    """A code of ours that is presented in another city."""
    return Presentation(claims, None, None, request.scanning, cause, request.scanner)
