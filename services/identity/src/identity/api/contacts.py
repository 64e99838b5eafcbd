"""Forgotten passwords, and addresses that messages reach people at."""

from uuid import UUID

from chassis import texts
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.served import Resources, api
from identity.commands import contacts, passwords
from identity.domain.access import TryLimit, hashed, network_of
from identity.domain.contacts import (
    CONTACT_CODES_OF_ACCOUNT,
    CONTACT_CODES_TO_ADDRESS,
    RESETS_AT_LOGIN,
    RESETS_AT_LOGIN_FROM_KNOWN_ADDRESS,
    RESETS_FROM_ADDRESS,
    CodeWrong,
    MessagesNotSetUp,
    Purpose,
)
from identity.domain.passwords import new_password
from identity.hashing import Lane
from identity.tables import ContactCodeRow, ContactRow


def check_messages(call: Call[Resources]) -> None:
    if call.resources.messenger is None:
        raise MessagesNotSetUp("no code can be sent")


@api.serves_without_transaction
async def request_password_reset(request: pb.RequestPasswordResetRequest, call: Call[Resources]) -> pb.SentCode:
    check_messages(call)
    login, network = texts.login(request.login), network_of(call.address)
    async with call.resources.database.transaction() as session:
        account = await store.accounts.account(session, login)
        known = network and await store.access.known_address(
            session, account.subject_id if account is not None else UUID(int=0), hashed(network)
        )
    if network and not known:
        await count(call, RESETS_FROM_ADDRESS, network)
    limit, about = (RESETS_AT_LOGIN_FROM_KNOWN_ADDRESS, f"{login} {network}") if known else (RESETS_AT_LOGIN, login)
    await count(call, limit, about)
    async with call.resources.database.transaction() as session:
        code = contacts.request_code(session, purpose=Purpose.RESET, address=login, subject_id=None, now=call.now)
    return sent_code(code)


async def count(call: Call[Resources], limit: TryLimit, about: str) -> None:
    await passwords.count_try(
        call.resources.database, call.resources.passwords, limit, about, address=call.address, lane=Lane.REGISTRATION
    )


@api.serves_without_transaction
async def reset_password(request: pb.ResetPasswordRequest, call: Call[Resources]) -> pb.AccessEnd:
    """The password is hashed before the code is looked at, whatever code it is, so that the time does not tell."""
    reset_id = parse_id(request.reset_id, "reset_id")
    about = [call.resources.city, passwords.PRODUCT]
    chosen = new_password(request.new_password, about, "new_password")
    async with call.resources.passwords.admitted(call.address, Lane.REGISTRATION) as lane:
        new_hash = await call.resources.passwords.hash(chosen, lane)
    async with call.resources.database.transaction() as session:
        ended = await contacts.reset_password(
            session,
            reset_id=reset_id,
            code=request.code,
            new=chosen,
            new_hash=new_hash,
            about=about,
            keys=call.resources.contact_keys,
            now=call.now,
        )
    if isinstance(ended, CodeWrong):
        raise ended  # only now, when the try is committed
    return pb.AccessEnd(sessions=ended)


@api.serves_without_transaction
async def confirm_registration(request: pb.ConfirmRegistrationRequest, call: Call[Resources]) -> pb.Contact:
    async with call.resources.database.transaction() as session:
        confirmed = await contacts.confirm_registration(
            session,
            registered_id=parse_id(request.registered_id, "registered_id"),
            code=request.code,
            keys=call.resources.contact_keys,
            now=call.now,
        )
    if isinstance(confirmed, CodeWrong):
        raise confirmed  # only now, when the try is committed
    return contact_message(confirmed)


@api.serves_without_transaction
async def request_contact_code(request: pb.RequestContactCodeRequest, call: Call[Resources]) -> pb.SentCode:
    check_messages(call)
    address = texts.login(request.address, "address")
    await count(call, CONTACT_CODES_OF_ACCOUNT, call.principal.subject_id)
    await count(call, CONTACT_CODES_TO_ADDRESS, address)
    async with call.resources.database.transaction() as session:
        code = contacts.request_code(
            session,
            purpose=Purpose.CONFIRM,
            address=address,
            subject_id=UUID(call.principal.subject_id),
            now=call.now,
        )
    return sent_code(code)


@api.serves_without_transaction
async def confirm_contact(request: pb.ConfirmContactRequest, call: Call[Resources]) -> pb.Contact:
    async with call.resources.database.transaction() as session:
        confirmed = await contacts.confirm_contact(
            session,
            code_id=parse_id(request.code_id, "code_id"),
            code=request.code,
            subject_id=UUID(call.principal.subject_id),
            keys=call.resources.contact_keys,
            now=call.now,
        )
    if isinstance(confirmed, CodeWrong):
        raise confirmed  # only now, when the try is committed
    return contact_message(confirmed)


def sent_code(code: ContactCodeRow) -> pb.SentCode:
    return pb.SentCode(id=str(code.id), expires_at=timestamp(code.expires_at))


def contact_message(contact: ContactRow) -> pb.Contact:
    return pb.Contact(address=contact.address, confirmed_at=timestamp(contact.confirmed_at))
