"""Passkeys, and using a factor again before what is grave."""

import strawberry
from strawberry import ID
from yima.identity.v1 import api_pb2
from yima.identity.v1 import passkeys_pb2 as pb

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime


@shows(pb.PasskeyCeremony, description="What a browser asks its authenticator with: good once, for five minutes.")
class PasskeyCeremony:
    id: str = field(description="Give it with what the authenticator answers.")
    options: str = field(
        description="JSON for `PublicKeyCredential.parseCreationOptionsFromJSON`, or `parseRequestOptionsFromJSON`."
    )
    expires_at: DateTime


@shows(pb.Passkey)
class Passkey:
    id: ID
    name: str
    created_at: DateTime
    last_used_at: DateTime | None
    synced: bool


@shows(pb.AddedPasskey)
class AddedPasskey:
    passkey: Passkey
    recovery_codes: list[str] = field(description="Once, with an account's first factor. Keep them apart from it.")


@strawberry.type
class Query:
    @strawberry.field(description="The caller's passkeys, the oldest first.")
    @asks("identity.ListPasskeys")
    async def passkeys(self, info: Info) -> list[pb.Passkey]:
        context = info.context
        answer = await context.clients.identity.list_passkeys(pb.ListPasskeysRequest(), context.token)
        return list(answer.passkeys)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Begin an account's first passkey, where it has no second factor. `finishPasskey` makes it."
    )
    @refusable
    @asks("identity.BeginPasskey")
    async def begin_passkey(self, info: Info, login: str, password: str) -> pb.PasskeyCeremony:
        request = pb.BeginPasskeyRequest(login=login, password=password)
        return await info.context.clients.identity.begin_passkey(request)

    @strawberry.mutation(
        description="Begin another passkey of the caller's, who has used a factor a few minutes ago. `finishPasskey` "
        "makes it."
    )
    @refusable
    @asks("identity.AddPasskey")
    async def add_passkey(self, info: Info) -> pb.PasskeyCeremony:
        context = info.context
        return await context.clients.identity.add_passkey(pb.AddPasskeyRequest(), context.token)

    @strawberry.mutation(
        description="Give what `navigator.credentials.create` made (`toJSON()`), and a name for it. From then on it "
        "signs the account in."
    )
    @refusable
    @asks("identity.FinishPasskey")
    async def finish_passkey(self, info: Info, ceremony_id: str, name: str, credential: str) -> pb.AddedPasskey:
        request = pb.FinishPasskeyRequest(ceremony_id=ceremony_id, name=name, credential=credential)
        return await info.context.clients.identity.finish_passkey(request)

    @strawberry.mutation(description="Begin to sign in, or to step up, with a passkey: nobody says whose.")
    @refusable
    @asks("identity.BeginPasskeySignIn")
    async def begin_passkey_sign_in(self, info: Info) -> pb.PasskeyCeremony:
        return await info.context.clients.identity.begin_passkey_sign_in(pb.BeginPasskeySignInRequest())

    @strawberry.mutation(
        description="Sign in with what `navigator.credentials.get` signed (`toJSON()`). No password is asked for."
    )
    @refusable
    @asks("identity.FinishPasskeySignIn")
    async def finish_passkey_sign_in(self, info: Info, ceremony_id: str, credential: str) -> api_pb2.AccessToken:
        request = pb.FinishPasskeySignInRequest(ceremony_id=ceremony_id, credential=credential)
        return info.context.kept(await info.context.clients.identity.finish_passkey_sign_in(request))

    @strawberry.mutation(description="Call one of the caller's passkeys something else.")
    @refusable
    @asks("identity.RenamePasskey")
    async def rename_passkey(
        self, info: Info, passkey_id: ID, name: str, idempotency_key: str | None = None
    ) -> pb.Passkey:
        context = info.context
        request = pb.RenamePasskeyRequest(passkey_id=parse_global_id(Kind.PASSKEY, passkey_id, "passkeyId"), name=name)
        return await context.clients.identity.rename_passkey(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Remove one of the caller's passkeys, who has used a factor a few minutes ago. The last factor of "
        "who needs one stays."
    )
    @refusable
    @asks("identity.RemovePasskey")
    async def remove_passkey(self, info: Info, passkey_id: ID, idempotency_key: str | None = None) -> pb.Passkey:
        context = info.context
        request = pb.RemovePasskeyRequest(passkey_id=parse_global_id(Kind.PASSKEY, passkey_id, "passkeyId"))
        return await context.clients.identity.remove_passkey(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Have an authenticator's secret made beside the caller's passkeys, who has used one a few minutes "
        "ago. Sign in with one of its codes to confirm it."
    )
    @refusable
    @asks("identity.AddSecondFactor")
    async def add_second_factor(self, info: Info) -> api_pb2.SecondFactor:
        context = info.context
        return await context.clients.identity.add_second_factor(api_pb2.AddSecondFactorRequest(), context.token)

    @strawberry.mutation(
        description="Use a factor again in a session that goes on, where something was refused with `step-up-needed`: "
        "a code, or what a passkey signed after `beginPasskeySignIn`. Use the access token of the answer from then on, "
        "and the refresh token that there is."
    )
    @refusable
    @asks("identity.StepUp")
    async def step_up(
        self, info: Info, code: str = "", ceremony_id: str = "", credential: str = ""
    ) -> api_pb2.AccessToken:
        context = info.context
        request = api_pb2.StepUpRequest(code=code, ceremony_id=ceremony_id, credential=credential)
        return await context.clients.identity.step_up(request, context.token)
