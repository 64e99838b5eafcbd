"""How people want to be told."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from chassis.ids import new_id
from chassis.refusals import Invalid, NotFound
from chassis.sealing import Sealer
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.carriers.push import Subscription
from notifications.domain.messages import (
    PUSH_SUBSCRIPTIONS_MAX,
    QUIET_FROM,
    QUIET_UNTIL,
    Channel,
    TooManySubscriptions,
    check_minutes,
    kinds_for,
)
from notifications.store import preferences
from notifications.tables import MessageChoiceRow, MessageSettingsRow, PushSubscriptionRow


@dataclass(frozen=True, slots=True)
class Choice:
    """That somebody wants a kind of message by a channel, or does not."""

    kind: str
    channel: Channel
    is_on: bool


def sealed_as(subscription_id: UUID) -> str:
    return f"push subscription {subscription_id}"


async def settings_of(session: AsyncSession, person_id: UUID, locale: str, now: datetime) -> MessageSettingsRow:
    """What somebody chose, or what is usual: the city's first language, and quiet nights."""
    settings = await preferences.settings_of(session, [person_id])
    return settings.get(person_id) or MessageSettingsRow(
        person_id=person_id, locale=locale, quiet_from=QUIET_FROM, quiet_until=QUIET_UNTIL, changed_at=now
    )


async def choose(
    session: AsyncSession,
    *,
    person_id: UUID,
    role: str,
    locale: str,
    quiet: tuple[int, int] | None,
    choices: Sequence[Choice],
    locales: Sequence[str],
    now: datetime,
) -> None:
    """Change what is named. What is fixed is not switched off."""
    if locale and locale not in locales:
        raise Invalid("locale", f"must be one of the city's languages: {', '.join(locales)}")
    if quiet is not None:
        check_minutes(quiet[0], "quiet_hours.quiet_from")
        check_minutes(quiet[1], "quiet_hours.quiet_until")
    check_choices(choices, role)
    known = await settings_of(session, person_id, locales[0], now)
    if locale or quiet is not None:
        quiet_from, quiet_until = quiet or (known.quiet_from, known.quiet_until)
        changed = MessageSettingsRow(
            person_id=person_id,
            locale=locale or known.locale,
            quiet_from=quiet_from,
            quiet_until=quiet_until,
            changed_at=now,
        )
        await preferences.put_settings(session, changed)
    rows = {
        (choice.kind, choice.channel): MessageChoiceRow(
            person_id=person_id, kind=choice.kind, channel=choice.channel, is_on=choice.is_on
        )
        for choice in choices
    }
    await preferences.put_choices(session, list(rows.values()))


def check_choices(choices: Sequence[Choice], role: str) -> None:
    own = {kind.name: kind for kind in kinds_for(role)}
    for index, choice in enumerate(choices):
        kind = own.get(choice.kind)
        if kind is None:
            raise Invalid(f"choices[{index}].kind", "is nothing that the caller is told of")
        if kind.fixed and choice.channel in kind.channels and not choice.is_on:
            raise Invalid(f"choices[{index}].on", "cannot be switched off: it warns of what harms its reader")


async def subscribe(
    session: AsyncSession, person_id: UUID, subscription: Subscription, sealer: Sealer, now: datetime
) -> PushSubscriptionRow:
    """Have a browser show somebody's messages; one that does already has its keys put in the place of those before."""
    digest = hashlib.sha256(subscription.endpoint.encode()).digest()
    count = await preferences.count_subscriptions(session, person_id)
    known = await preferences.subscription_at(session, person_id, digest)
    if known is not None:
        known.sealed = sealer.seal(subscription.written().encode(), sealed_as(known.id))
        return known
    if count >= PUSH_SUBSCRIPTIONS_MAX:
        raise TooManySubscriptions(f"there may be {PUSH_SUBSCRIPTIONS_MAX}: end one that is not used any more")
    row_id = new_id()
    row = PushSubscriptionRow(
        id=row_id,
        person_id=person_id,
        endpoint_sha256=digest,
        service=urlsplit(subscription.endpoint).hostname or "",
        sealed=sealer.seal(subscription.written().encode(), sealed_as(row_id)),
        created_at=now,
    )
    session.add(row)
    return row


async def unsubscribe(session: AsyncSession, subscription_id: UUID, person_id: UUID) -> PushSubscriptionRow:
    row = await preferences.end_subscription(session, subscription_id, person_id)
    if row is None:
        raise NotFound("there is no such subscription", "push_subscription_id")
    return row
