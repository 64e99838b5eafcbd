"""Passkeys, and stepping up."""

from collections.abc import Sequence
from uuid import UUID

from chassis import texts
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, Unauthenticated
from chassis.wire import timestamp
from yima.identity.v1 import api_pb2
from yima.identity.v1 import passkeys_pb2 as pb

from identity import store
from identity.api.access import session_of, tokens
from identity.api.served import Resources, api
from identity.commands import factors, passkeys, passwords, sessions
from identity.domain.access import hashed, network_of
from identity.domain.factors import OF_SECOND_FACTOR, SecondFactorWrong
from identity.domain.passkeys import CEREMONIES_FROM_ADDRESS, WEBAUTHN, PasskeyCopied, PasskeysNotSetUp, Purpose, Site
from identity.hashing import Lane
from identity.tables import CeremonyRow, PasskeyRow


def site_of(call: Call[Resources]) -> Site:
    if call.resources.site is None:
        raise PasskeysNotSetUp("use an authenticator's codes")
    return call.resources.site


@api.serves_without_transaction
async def begin_passkey(request: pb.BeginPasskeyRequest, call: Call[Resources]) -> pb.PasskeyCeremony:
    begun = await passwords.begin_first_passkey(
        call.resources.database,
        call.resources.passwords,
        login=request.login,
        password=request.password,
        address=call.address,
        site=site_of(call),
        now=call.now,
    )
    return ceremony_message(*begun)


@api.serves_without_transaction
async def add_passkey(request: pb.AddPasskeyRequest, call: Call[Resources]) -> pb.PasskeyCeremony:
    async with call.resources.database.transaction() as session:
        begun = await passkeys.begin_another(
            session,
            UUID(call.principal.subject_id),
            session_of(call),
            site=site_of(call),
            life=call.resources.step_up_life,
            now=call.now,
        )
    return ceremony_message(*begun)


@api.serves_without_transaction
async def finish_passkey(request: pb.FinishPasskeyRequest, call: Call[Resources]) -> pb.AddedPasskey:
    name = texts.label(request.name, "name")
    ceremony = await take_ceremony(call, request.ceremony_id, [Purpose.FIRST, Purpose.ANOTHER])
    async with call.resources.database.transaction() as session:
        passkey, codes = await passkeys.make(session, ceremony, request.credential, name, site_of(call), call.now)
        return pb.AddedPasskey(passkey=passkey_message(passkey), recovery_codes=codes)


@api.serves_without_transaction
async def begin_passkey_sign_in(request: pb.BeginPasskeySignInRequest, call: Call[Resources]) -> pb.PasskeyCeremony:
    site = site_of(call)
    if network := network_of(call.address):
        await passwords.count_try(
            call.resources.database,
            call.resources.passwords,
            CEREMONIES_FROM_ADDRESS,
            network,
            address=call.address,
            lane=Lane.STRANGER,
        )
    async with call.resources.database.transaction() as session:
        return ceremony_message(*await passkeys.begin_use(session, site, call.now))


@api.serves_without_transaction
async def finish_passkey_sign_in(request: pb.FinishPasskeySignInRequest, call: Call[Resources]) -> api_pb2.AccessToken:
    ceremony = await take_ceremony(call, request.ceremony_id, [Purpose.USE])
    network = network_of(call.address)
    async with call.resources.database.transaction() as session:
        account = await passkeys.use(session, ceremony, request.credential, site_of(call), call.now)
        if not isinstance(account, PasskeyCopied):
            await store.access.put_known_address(session, account.subject_id, network, call.now, signed_in=True)
            signed_in = await sessions.begin(
                session,
                account=account,
                shown=factors.Shown([WEBAUTHN]),
                city=call.resources.pack,
                access_life=call.resources.access_life,
                now=call.now,
            )
    if isinstance(account, PasskeyCopied):
        raise account  # only now, when the message about it is committed
    if network:
        call.resources.passwords.meet(hashed(network))
    return tokens(call, signed_in)


@api.serves_without_transaction
async def list_passkeys(request: pb.ListPasskeysRequest, call: Call[Resources]) -> pb.Passkeys:
    async with call.resources.database.transaction() as session:
        known = await store.passkeys.passkeys_of(session, UUID(call.principal.subject_id))
    return pb.Passkeys(passkeys=[passkey_message(passkey) for passkey in known])


@api.serves
async def rename_passkey(request: pb.RenamePasskeyRequest, call: Call[Resources]) -> pb.Passkey:
    passkey_id = parse_id(request.passkey_id, "passkey_id")
    renamed = await passkeys.rename(call.session, UUID(call.principal.subject_id), passkey_id, request.name)
    return passkey_message(renamed)


@api.serves
async def remove_passkey(request: pb.RemovePasskeyRequest, call: Call[Resources]) -> pb.Passkey:
    removed = await passkeys.remove(
        call.session,
        UUID(call.principal.subject_id),
        session_of(call),
        parse_id(request.passkey_id, "passkey_id"),
        needing=call.resources.factor_roles,
        life=call.resources.step_up_life,
        now=call.now,
    )
    return passkey_message(removed)


@api.serves_without_transaction
async def step_up(request: api_pb2.StepUpRequest, call: Call[Resources]) -> api_pb2.AccessToken:
    subject_id, session_id = UUID(call.principal.subject_id), session_of(call)
    if bool(request.code) == bool(request.credential):
        raise Invalid("code", "give a code, or what a passkey signed with `ceremony_id`")
    ceremony = await take_ceremony(call, request.ceremony_id, [Purpose.USE]) if request.credential else None
    if ceremony is None:
        await passwords.count_try(
            call.resources.database,
            call.resources.passwords,
            OF_SECOND_FACTOR,
            call.principal.subject_id,
            address=call.address,
            lane=Lane.STRANGER,
        )
    refusal: SecondFactorWrong | PasskeyCopied | None = None
    async with call.resources.database.transaction() as session:
        account = await store.accounts.account_of(session, subject_id)
        row = await store.sessions.session_for_update(session, session_id)
        if account is None or row is None or row.subject_id != subject_id:
            raise Unauthenticated("this session was ended; sign in again")
        if ceremony is None:
            refusal = await factors.step_up(session, account, row, request.code, call.resources.sealer, call.now)
        else:
            refusal = await passkeys.step_up(
                session, ceremony, request.credential, row=row, site=site_of(call), now=call.now
            )
        if refusal is None:
            stepped_up = await sessions.stepped_up(
                session,
                row,
                account,
                city=call.resources.pack,
                access_life=call.resources.access_life,
                now=call.now,
            )
    if refusal is not None:
        raise refusal  # only now, when what was counted is committed
    return tokens(call, stepped_up)


async def take_ceremony(call: Call[Resources], ceremony_id: str, purposes: Sequence[Purpose]) -> CeremonyRow:
    """What an authenticator was asked, which is good no longer from now on."""
    async with call.resources.database.transaction() as session:
        return await passkeys.take(session, parse_id(ceremony_id, "ceremony_id"), purposes, call.now)


def ceremony_message(ceremony: CeremonyRow, options: str) -> pb.PasskeyCeremony:
    return pb.PasskeyCeremony(id=str(ceremony.id), options=options, expires_at=timestamp(ceremony.expires_at))


def passkey_message(passkey: PasskeyRow) -> pb.Passkey:
    return pb.Passkey(
        id=str(passkey.id),
        name=passkey.name,
        created_at=timestamp(passkey.created_at),
        last_used_at=timestamp(passkey.last_used_at),
        synced=passkey.synced,
    )
