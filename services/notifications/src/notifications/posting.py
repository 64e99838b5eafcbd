"""The courier: writes what was noticed to the people it is for, and carries messages to them, as long as the service
runs.

Who they are, and where messages reach them, identity says each time: nothing of it is kept here. A process that is
killed has claims that run out; what it may or may not have sent is sent again then, by the same id.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.database import Database
from chassis.refusals import Unavailable
from chassis.sealing import Sealer

from notifications.carriers.port import AddressDead, Carrier, Envelope, NotTaken
from notifications.commands import messages as commands
from notifications.commands.messages import Addresses, Reached
from notifications.commands.notices import sealed_as
from notifications.commands.preferences import sealed_as as subscription_sealed_as
from notifications.domain.messages import (
    ADDRESS_DEAD_FOR,
    KINDS,
    AudienceKind,
    Channel,
    MessageStatus,
    retry_at,
)
from notifications.domain.templates import Letter, Templates, values_of
from notifications.store import messages, notices, preferences
from notifications.store.messages import ClaimedMessage, Step
from notifications.tables import MessageRow, MessageSettingsRow, NoticeRow, PushSubscriptionRow

log = logging.getLogger("notifications.posting")

NOTICES_AT_ONCE = 100
AT_ONCE = 50  # messages of a channel
IDENTITY_AWAY = timedelta(seconds=5)  # until it is asked again


@dataclass(frozen=True, slots=True)
class AudienceOf:
    """Whom identity is asked for: of a notice, or one account."""

    kind: AudienceKind | None
    subject_id: UUID | None
    duties: Sequence[str] = ()
    act: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Who is behind an audience. `ended`: the account that was named is over for good."""

    people: Sequence[Reached]
    ended: bool = False


type AskIdentity = Callable[[Sequence[AudienceOf]], Awaitable[Sequence[Answer]]]
"""Asks who is behind audiences; raises `Unavailable`."""


@dataclass(slots=True)
class Group:
    """Messages that go as one: of one person, kind and channel."""

    claimed: list[ClaimedMessage]
    channel: Channel

    @property
    def id(self) -> UUID:
        return self.claimed[0].id


@dataclass(slots=True)
class Result:
    """What became of a group."""

    group: Group
    status: MessageStatus
    reason: str = ""
    took: bool = False
    failed: bool = False
    dead: list[str] = field(default_factory=list)  # addresses that nobody has
    gone: list[UUID] = field(default_factory=list)  # browsers
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a batch is carried by."""

    rows: Mapping[UUID, MessageRow]
    settings: Mapping[UUID, MessageSettingsRow]
    subscriptions: Mapping[UUID, Sequence[PushSubscriptionRow]]
    people: Mapping[UUID, Answer]
    dead: frozenset[bytes]


@dataclass
class Courier:
    """Writes and carries messages, from one process."""

    database: Database
    sealer: Sealer
    templates: Templates
    zone: ZoneInfo
    carriers: Mapping[Channel, Carrier]
    ask: AskIdentity
    addresses: Addresses

    async def write(self) -> bool:
        """Write what was noticed to the people it is for; True where there may be more."""
        async with self.database.transaction() as session:
            now = self.database.now()
            rows = await notices.waiting(session, now, NOTICES_AT_ONCE)
            over = [row.id for row in rows if row.expires_at is not None and row.expires_at <= now]
            await notices.finish(session, over, now)
            left = [row for row in rows if row.id not in over]
            if not left:
                return bool(over)
            try:
                answers = await self._people_of(left)
            except Unavailable:
                await notices.put_off(session, [row.id for row in left], now + IDENTITY_AWAY)
                return False
            await commands.write(session, answers, sealer=self.sealer, zone=self.zone, now=now)
        return len(rows) == NOTICES_AT_ONCE

    async def _people_of(self, rows: Sequence[NoticeRow]) -> Sequence[tuple[NoticeRow, Sequence[Reached]]]:
        asked = [row for row in rows if row.audience != AudienceKind.ADDRESS]
        answers: Sequence[Answer] = []
        if asked:
            answers = await self.ask(
                [
                    AudienceOf(AudienceKind(row.audience), row.audience_id, KINDS[row.kind].duties, KINDS[row.kind].act)
                    for row in asked
                ]
            )
        people = {row.id: answer.people for row, answer in zip(asked, answers, strict=True)}
        return [(row, people.get(row.id, ())) for row in rows]

    async def carry(self) -> bool:
        """Carry what is due; True where there may be more."""
        if not self.carriers:
            return False
        async with self.database.transaction() as session:
            claim_id, claimed = await commands.claim(session, list(self.carriers), AT_ONCE, self.database.now())
        if not claimed:
            return False
        try:
            known = await self._known(claimed)
        except Unavailable:
            async with self.database.transaction() as session:
                at = self.database.now() + IDENTITY_AWAY
                await messages.release(session, claim_id, [each.id for each in claimed], at)
            return False
        results = await asyncio.gather(*(self._send(group, known) for group in grouped(claimed)))
        await self._keep(claim_id, results, known)
        return True

    async def _known(self, claimed: Sequence[ClaimedMessage]) -> Known:
        """All that a batch needs. Raises `Unavailable` where identity is away."""
        people = list({each.person_id for each in claimed if each.person_id is not None})
        answers: Sequence[Answer] = []
        if people:
            answers = await self.ask([AudienceOf(None, person) for person in people])
        reached = dict(zip(people, answers, strict=True))
        written = [
            self.addresses.mac(address)
            for answer in answers
            for person in answer.people
            for address in person.addresses
        ]
        written += [self.addresses.mac(self._own(each)) for each in claimed if each.sealed_to is not None]
        async with self.database.transaction() as session:
            return Known(
                await messages.by_ids(session, [each.message_id for each in claimed if each.message_id is not None]),
                await preferences.settings_of(session, people),
                await preferences.subscriptions_of(session, people),
                reached,
                await preferences.dead_of(session, written, self.database.now() - ADDRESS_DEAD_FOR),
            )

    def _own(self, claimed: ClaimedMessage) -> str:
        """The address that a message itself has."""
        assert claimed.sealed_to is not None, "it has an address of its own"
        return self.sealer.unseal(claimed.sealed_to, sealed_as(claimed.id)).decode()

    async def _send(self, group: Group, known: Known) -> Result:
        """Carry a group to each address; what cannot be is said, and never raised."""
        now = self.database.now()
        first = group.claimed[0]
        if first.expires_at is not None and first.expires_at <= now:
            return Result(group, MessageStatus.CANCELLED, "it says nothing new any more")
        targets, why = self._targets(group, known)
        if not targets:
            return Result(group, MessageStatus.WITHHELD, why)
        locale, letter = self._letter(group, known)
        result = Result(group, MessageStatus.SENT)
        for address, subscription_id in targets:
            envelope = Envelope(
                str(group.id), address, letter.title, letter.text, letter.link, locale, urgent=first.urgent
            )
            try:
                await self.carriers[group.channel].send(envelope)
                result.took = True
            except AddressDead as dead:
                result.reason = str(dead)
                if subscription_id is None:
                    result.dead.append(address)
                else:
                    result.gone.append(subscription_id)
            except NotTaken as failure:
                result.failed, result.reason = True, str(failure)
            except Exception as error:  # a fault of ours, in one message: the others are carried
                log.error("message %s failed here: %s", group.id, type(error).__name__)
                result.failed, result.reason = True, type(error).__name__
        if result.failed:
            result.next_at = retry_at(max(each.attempt for each in group.claimed), now)
            result.status = MessageStatus.WAITING if result.next_at is not None else MessageStatus.FAILED
        elif not result.took:
            result.status = MessageStatus.FAILED
        else:
            result.reason = ""
        return result

    def _targets(self, group: Group, known: Known) -> tuple[Sequence[tuple[str, UUID | None]], str]:
        """Where a group goes, and why it goes nowhere."""
        first = group.claimed[0]
        if first.sealed_to is not None:
            own = self._own(first)
            return ([], "nobody has the address") if self.addresses.mac(own) in known.dead else ([(own, None)], "")
        assert first.person_id is not None, "it is for somebody, or for an address"
        people = known.people[first.person_id].people
        if not people:
            return [], "the account ended"
        if group.channel is Channel.PUSH:
            subscriptions = known.subscriptions.get(first.person_id, ())
            return [
                (self.sealer.unseal(row.sealed, subscription_sealed_as(row.id)).decode(), row.id)
                for row in subscriptions
            ], "no browser shows it"
        person = people[0]
        addresses = person.emails if group.channel is Channel.EMAIL else person.telephones
        living = [(address, None) for address in addresses if self.addresses.mac(address) not in known.dead]
        return living, "nobody has the address" if addresses else "there is no address"

    def _letter(self, group: Group, known: Known) -> tuple[str, Letter]:
        """What a group says, in its reader's language."""
        first = group.claimed[0]
        if first.sealed_text is not None:
            text = self.sealer.unseal(first.sealed_text, sealed_as(first.id)).decode()
            locale = self.templates.locale("")
            return locale, Letter(self.templates.city_name(locale), text, "")
        settings = known.settings.get(first.person_id) if first.person_id is not None else None
        locale = self.templates.locale(settings.locale if settings is not None else "")
        assert first.message_id is not None, "what is not carried for identity is a message"
        row = known.rows[first.message_id]
        values = values_of(row.facts, self.templates.city_name(locale), self.zone)
        return locale, self.templates.letter(group.channel, locale, row.kind, values, row.subject, len(group.claimed))

    async def _keep(self, claim_id: UUID, results: Sequence[Result], known: Known) -> None:
        now = self.database.now()
        took: dict[Channel, bool] = {}
        failures: dict[Channel, int] = {}
        for result in results:
            channel = result.group.channel
            if result.took or result.dead or result.gone:  # who says that nobody has an address works
                took[channel] = True
            elif result.failed:
                failures[channel] = failures.get(channel, 0) + 1
        async with self.database.transaction() as session:
            await commands.finish(
                session,
                claim_id,
                [
                    Step(each.id, result.status, result.next_at or now, result.reason)
                    for result in results
                    for each in result.group.claimed
                ],
                took=took,
                failures=failures,
                dead=[self.addresses.mac(address) for result in results for address in result.dead],
                gone=[gone for result in results for gone in result.gone],
                now=now,
            )
            for person_id, answer in known.people.items():
                if answer.ended:
                    await messages.forget(session, person_id)

    async def close(self) -> None:
        for carrier in self.carriers.values():
            await carrier.close()


def grouped(claimed: Sequence[ClaimedMessage]) -> Sequence[Group]:
    """What goes as one. What is urgent, or has an address of its own, goes by itself. What a process that was killed
    may have sent as one goes as the same one, by the same id, and not with what came since: it would come twice."""
    groups: dict[object, Group] = {}
    for each in sorted(claimed, key=lambda message: message.id, reverse=True):  # the newest says what it is about
        alone = each.urgent or each.sealed_to is not None
        key = each.id if alone else (each.person_id, each.kind, each.channel, each.claimed_before)
        groups.setdefault(key, Group([], Channel(each.channel))).claimed.append(each)
    return list(groups.values())
