"""Codes that are sent to people's addresses, what they are good for, and messages about accounts.

Whoever asks for a code is answered before anybody looks whether there is such an account: the code is made, and the
message sent, by a worker. So neither answer nor time tells.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from chassis.texts import TELEPHONE
from sqlalchemy.ext.asyncio import AsyncSession

from identity import events, store
from identity.commands import access
from identity.domain.contacts import (
    CODE_LIFE,
    CONTACTS_MAX,
    CodeWrong,
    MessageKind,
    NoTelephone,
    OrderFacts,
    Purpose,
    TooManyContacts,
    code_mac,
    is_code,
    new_code,
    text_of,
)
from identity.domain.passwords import new_password
from identity.domain.reach import Audience
from identity.messenger import Message, Messenger
from identity.tables import AccountRow, ContactCodeRow, ContactRow, InstitutionRow, MessageRow, ResidentRow

log = logging.getLogger("identity.contacts")

SEND_AT_ONCE_MAX = 20


CODE_MESSAGES = {
    Purpose.RESET: MessageKind.RESET_CODE,
    Purpose.CONFIRM: MessageKind.CONFIRM_CODE,
    Purpose.REGISTER: MessageKind.REGISTER_CODE,
    Purpose.WORD: MessageKind.ORDER_WORD,
}


def request_code(
    session: AsyncSession,
    *,
    purpose: Purpose,
    address: str,
    subject_id: UUID | None,
    now: datetime,
    code_id: UUID | None = None,
) -> ContactCodeRow:
    """Let a code be sent to an address."""
    code = ContactCodeRow(
        id=code_id or new_id(), purpose=purpose, address=address, subject_id=subject_id, expires_at=now + CODE_LIFE
    )
    session.add(code)
    session.add(MessageRow(id=new_id(), kind=CODE_MESSAGES[purpose], address=address, code_id=code.id, created_at=now))
    return code


async def confirm_registration(
    session: AsyncSession, *, registered_id: UUID, code: str, keys: Mapping[str, bytes], now: datetime
) -> ContactRow | CodeWrong:
    """Whoever registered may sign in from now on: they have shown that the login's address is theirs. Only now others
    hear of them."""
    used = await _use_code(session, registered_id, Purpose.REGISTER, code, keys, now)
    if isinstance(used, CodeWrong):
        return used
    account = await store.accounts.account_of(session, used.subject_id) if used.subject_id is not None else None
    if account is None:  # somebody else registered the login after them
        return CodeWrong("register once more", "code")
    account.awaits_code = False
    if account.institution_id is not None:
        institution = await session.get_one(InstitutionRow, account.institution_id)
        institution.awaits_code = False
        publish(session, events.institution_registered(institution), institution.id)
    else:
        resident = await session.get_one(ResidentRow, account.subject_id)
        resident.awaits_code = False
        publish(session, events.resident_registered(resident.id), resident.id)
    return await store.contacts.put_contact(session, account.subject_id, account.login, now)


async def notify(session: AsyncSession, account: AccountRow, kind: MessageKind, now: datetime) -> None:
    """Let somebody know about their account, at their login and wherever else messages reach them."""
    contacts = await store.contacts.contacts_of(session, account.subject_id)
    for address in sorted({account.login, *(contact.address for contact in contacts)}):
        session.add(MessageRow(id=new_id(), kind=kind, address=address, created_at=now))


async def _use_code(
    session: AsyncSession, code_id: UUID, purpose: Purpose, text: str, keys: Mapping[str, bytes], now: datetime
) -> ContactCodeRow | CodeWrong:
    """The code that was given, used now. A wrong one is returned as its refusal, so that the try is committed."""
    code = await store.contacts.try_code(session, code_id, purpose, now)
    if code is None or code.code_mac is None or not is_code(text, str(code_id), code.code_mac, keys.values()):
        return CodeWrong("look at the newest message, or ask for another code", "code")
    code.used_at = now
    return code


async def reset_password(
    session: AsyncSession,
    *,
    reset_id: UUID,
    code: str,
    new: str,
    new_hash: str,
    about: Sequence[str],
    keys: Mapping[str, bytes],
    now: datetime,
) -> int | CodeWrong:
    """Put a new password in the forgotten one's place, and end every session. Returns how many those were."""
    used = await _use_code(session, reset_id, Purpose.RESET, code, keys, now)
    if isinstance(used, CodeWrong):
        return used
    account = await store.accounts.account_of(session, used.subject_id) if used.subject_id is not None else None
    if account is None:
        return CodeWrong("the account is closed", "code")
    new_password(new, [account.login, account.name, *about], "new_password")
    account.password_hash = new_hash
    await notify(session, account, MessageKind.PASSWORD_CHANGED, now)
    return await access.end_sessions_of(session, account.subject_id)


async def confirm_contact(
    session: AsyncSession, *, code_id: UUID, code: str, subject_id: UUID, keys: Mapping[str, bytes], now: datetime
) -> ContactRow | CodeWrong:
    """Messages reach somebody where the code was sent."""
    account = await store.accounts.account_of(session, subject_id)
    used = await _use_code(session, code_id, Purpose.CONFIRM, code, keys, now)
    if isinstance(used, CodeWrong):
        return used
    if account is None or used.subject_id != subject_id:
        return CodeWrong("it was sent for somebody else", "code")
    if await store.contacts.count_contacts(session, subject_id) >= CONTACTS_MAX:
        raise TooManyContacts(f"at most {CONTACTS_MAX}")
    await notify(session, account, MessageKind.CONTACT_ADDED, now)
    return await store.contacts.put_contact(session, subject_id, used.address, now)


async def telephone_for_orders(session: AsyncSession, resident_id: UUID, now: datetime) -> tuple[UUID, str]:
    """Whose word counts for a resident's orders and is asked for by text message, and where: the resident's, or, where
    they have no account, one's who acts for them in orders. Raises `NoTelephone`."""
    (people,) = await store.reach.people(session, [Audience(resident_id=resident_id, act="orders")], now)
    for person in people:
        for address in person.addresses:
            if TELEPHONE.fullmatch(address):
                return person.account_id, address
    raise NoTelephone("they confirmed no telephone number; they agree with a session of their own", "order_id")


async def send_word(
    session: AsyncSession, *, word_id: UUID, subject_id: UUID, address: str, facts: OrderFacts, now: datetime
) -> ContactCodeRow:
    """Let a code be sent for an order, with what it says of that."""
    code = ContactCodeRow(
        id=word_id, purpose=Purpose.WORD, address=address, subject_id=subject_id, expires_at=now + CODE_LIFE
    )
    if not await store.contacts.add_code(session, code):
        raise Invalid("word_id", "was used before")
    session.add(
        MessageRow(
            id=new_id(),
            kind=CODE_MESSAGES[Purpose.WORD],
            address=address,
            code_id=word_id,
            facts=dict(facts.dumps()),
            created_at=now,
        )
    )
    return code


async def check_word(
    session: AsyncSession, *, word_id: UUID, code: str, keys: Mapping[str, bytes], now: datetime
) -> ContactCodeRow | CodeWrong:
    """The code that was sent for an order, where this is it. Ordering takes a word once, and may ask about it again:
    a try counts, whatever it is. A wrong one is returned as its refusal, so that the try is committed."""
    row = await store.contacts.try_code(session, word_id, Purpose.WORD, now)
    if row is None or row.code_mac is None or not is_code(code, str(word_id), row.code_mac, keys.values()):
        return CodeWrong("ask them to read the newest message, or send another code", "code")
    return row


async def send_messages(
    session: AsyncSession,
    messenger: Messenger,
    *,
    locales: Sequence[str],
    key: bytes,
    set_by_settings: frozenset[str],
    now: datetime,
) -> int:
    """Send some messages; returns how many there were. A code is made now, and kept as a hash with its message's end:
    where sending fails, nothing is, and all of it is done again."""
    messages = await store.contacts.unsent_messages(session, SEND_AT_ONCE_MAX)
    for message in messages:
        code, kind = "", MessageKind(message.kind)
        if message.code_id is not None:
            code = await _code_to_send(session, message.code_id, key, set_by_settings, now)
            if not code and kind == MessageKind.REGISTER_CODE:
                kind = MessageKind.ALREADY_REGISTERED
        if code or message.code_id is None or kind == MessageKind.ALREADY_REGISTERED:
            order = OrderFacts.loads(message.facts) if message.facts is not None else None
            text = text_of(kind, locales, code, order)
            await messenger.send(Message(str(message.id), message.address, text))
        message.sent_at, message.facts = now, None
    return len(messages)


async def _code_to_send(
    session: AsyncSession, code_id: UUID, key: bytes, set_by_settings: frozenset[str], now: datetime
) -> str:
    """A fresh code; empty where none is to be sent: nobody has such a login, or it is too late."""
    row = await store.contacts.code_for_update(session, code_id)
    if row is None or row.expires_at <= now:
        return ""
    if row.purpose == Purpose.RESET:
        account = await store.accounts.account(session, row.address)
        if account is None or account.awaits_code or account.login in set_by_settings:
            return ""
        row.subject_id = account.subject_id
    elif row.subject_id is None:  # of a registration with a login that somebody has
        return ""
    code = new_code()
    row.code_mac = code_mac(code, str(code_id), key)
    return code
