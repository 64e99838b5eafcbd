"""Residents, practitioners, sign-in and the health code."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from enum import IntEnum
from typing import Annotated, Any

import strawberry
from chassis.wire import moment
from strawberry.types import Info
from yima.common.v1.types_pb2 import LocalizedText as TextMessage
from yima.identity.v1 import api_pb2 as pb

from gateway.context import context
from gateway.errors import Refused, refusable
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import shows
from gateway.schema.scalars import DateTime, LocalizedText, text, typed_id


@strawberry.enum(description="Who a caller is.")
class Role(IntEnum):
    RESIDENT = 1
    PRACTITIONER = 2
    PARTNER = 3
    OPERATOR = 4
    REGULATOR = 5


@strawberry.type(description="A person with a health code.")
@shows(pb.Resident)
class Resident:
    id: strawberry.ID = typed_id(Kind.RESIDENT)
    name: str
    birth_date: str


@strawberry.type(description="An organisation of the city. Its id is its partner id, once it applies.")
@shows(pb.Institution)
class Institution:
    id: strawberry.ID = typed_id(Kind.PARTNER)
    name: str = text("name")


@strawberry.type(description="That a guardian acted for somebody.")
@shows(pb.Guardianship)
class Guardianship:
    guardian_id: strawberry.ID = typed_id(Kind.RESIDENT, "guardian_id")
    resident_id: strawberry.ID = typed_id(Kind.RESIDENT, "resident_id")
    ended_at: DateTime


@strawberry.type(description="A licensed person who treats residents at an institution.")
@shows(pb.Practitioner)
class Practitioner:
    id: strawberry.ID = typed_id(Kind.PRACTITIONER)
    name: str
    title: str
    licence_number: str


@strawberry.type(description="Send it as `Authorization: Bearer <accessToken>`.")
@shows(pb.AccessToken)
class AccessToken:
    access_token: str
    expires_at: DateTime
    role: Role


@strawberry.type(description="What was ended: no service takes these sessions' tokens any more.")
@shows(pb.AccessEnd)
class SessionsEnded:
    sessions: int = strawberry.field(description="How many.")


@strawberry.type(description="What to draw as a QR now. It is good for one scan, within a minute.")
@shows(pb.HealthCodeToken)
class HealthCode:
    text: str
    expires_at: DateTime


@strawberry.type(description="That a practitioner scanned a resident's code.")
@shows(pb.Scan)
class Scan:
    id: strawberry.ID = typed_id(Kind.SCAN)
    resident_id: strawberry.ID = typed_id(Kind.RESIDENT, "resident_id")
    scanned_at: DateTime
    receipt: str = strawberry.field(description="Proof of the scan, for `proveService`.")


@strawberry.type(description="The caller.")
class Me:
    role: Role

    @strawberry.field
    def resident(self: Any) -> Resident | None:
        return self.resident if self.HasField("resident") else None

    @strawberry.field
    def practitioner(self: Any) -> Practitioner | None:
        return self.practitioner if self.HasField("practitioner") else None

    @strawberry.field
    def institution(self: Any) -> Institution | None:
        return self.institution if self.HasField("institution") else None

    dependants: list[Resident] = strawberry.field(description="For whom the caller acts as guardian.")


@strawberry.type
class Query:
    @strawberry.field(description="The caller.")
    @asks("identity.GetMe")
    async def me(self, info: Info[Any, Any]) -> Me:
        here = context(info)
        _ = here.caller
        return await here.clients.identity.get_me(pb.GetMeRequest(), here.token)  # type: ignore[return-value]


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Register as a resident. `login` is an e-mail address or a telephone number.")
    @refusable
    @asks("identity.RegisterResident")
    async def register_resident(
        self, info: Info[Any, Any], login: str, password: str, name: str, birth_date: str
    ) -> Annotated[Resident | Refused, strawberry.union("RegisterResidentResult")]:
        request = pb.RegisterResidentRequest(login=login, password=password, name=name, birth_date=birth_date)
        return await context(info).clients.identity.register_resident(request)  # type: ignore[return-value]

    @strawberry.mutation(description="Add a dependant for whom the caller acts. Sign in again to act for them.")
    @refusable
    @asks("identity.AddDependant")
    async def add_dependant(
        self, info: Info[Any, Any], name: str, birth_date: str, idempotency_key: str | None = None
    ) -> Annotated[Resident | Refused, strawberry.union("AddDependantResult")]:
        here = context(info)
        request = pb.AddDependantRequest(name=name, birth_date=birth_date)
        return await here.clients.identity.add_dependant(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(
        description="End a guardianship: the caller's own, or as an operator anybody's. The guardian signs in again."
    )
    @refusable
    @asks("identity.EndGuardianship")
    async def end_guardianship(
        self,
        info: Info[Any, Any],
        resident_id: strawberry.ID,
        guardian_id: strawberry.ID | None = None,
        reason: str = "",
        idempotency_key: str | None = None,
    ) -> Annotated[Guardianship | Refused, strawberry.union("EndGuardianshipResult")]:
        here = context(info)
        request = pb.EndGuardianshipRequest(
            resident_id=given(Kind.RESIDENT, resident_id, "residentId"),
            guardian_id=given(Kind.RESIDENT, guardian_id, "guardianId") if guardian_id else "",
            reason=reason,
        )
        return await here.clients.identity.end_guardianship(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Register an institution and its first member of staff.")
    @refusable
    @asks("identity.RegisterInstitution")
    async def register_institution(
        self, info: Info[Any, Any], name: LocalizedText, login: str, password: str, staff_name: str
    ) -> Annotated[Institution | Refused, strawberry.union("RegisterInstitutionResult")]:
        request = pb.RegisterInstitutionRequest(
            name=TextMessage(text=name),  # type: ignore[arg-type]
            login=login,
            password=password,
            staff_name=staff_name,
        )
        return await context(info).clients.identity.register_institution(request)  # type: ignore[return-value]

    @strawberry.mutation(description="Register a practitioner at the caller's institution.")
    @refusable
    @asks("identity.RegisterPractitioner")
    async def register_practitioner(
        self,
        info: Info[Any, Any],
        login: str,
        password: str,
        name: str,
        licence_number: str,
        title: str,
        idempotency_key: str | None = None,
    ) -> Annotated[Practitioner | Refused, strawberry.union("RegisterPractitionerResult")]:
        here = context(info)
        request = pb.RegisterPractitionerRequest(
            login=login, password=password, name=name, licence_number=licence_number, title=title
        )
        return await here.clients.identity.register_practitioner(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Exchange a login and a password for an access token.")
    @refusable
    @asks("identity.SignIn")
    async def sign_in(
        self, info: Info[Any, Any], login: str, password: str
    ) -> Annotated[AccessToken | Refused, strawberry.union("SignInResult")]:
        request = pb.SignInRequest(login=login, password=password)
        return await context(info).clients.identity.sign_in(request)  # type: ignore[return-value]

    @strawberry.mutation(description="Exchange a partner's API key for an access token.")
    @refusable
    @asks("identity.ExchangeApiKey")
    async def exchange_api_key(
        self, info: Info[Any, Any], api_key: str
    ) -> Annotated[AccessToken | Refused, strawberry.union("ExchangeApiKeyResult")]:
        request = pb.ExchangeApiKeyRequest(api_key=api_key)
        return await context(info).clients.identity.exchange_api_key(request)  # type: ignore[return-value]

    @strawberry.mutation(description="Choose another password. The caller's other sessions end.")
    @refusable
    @asks("identity.ChangePassword")
    async def change_password(
        self,
        info: Info[Any, Any],
        current_password: str,
        new_password: str,
        idempotency_key: str | None = None,
    ) -> Annotated[SessionsEnded | Refused, strawberry.union("ChangePasswordResult")]:
        here = context(info)
        request = pb.ChangePasswordRequest(current_password=current_password, new_password=new_password)
        return await here.clients.identity.change_password(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="End the session this token belongs to.")
    @refusable
    @asks("identity.SignOut")
    async def sign_out(
        self, info: Info[Any, Any]
    ) -> Annotated[SessionsEnded | Refused, strawberry.union("SignOutResult")]:
        here = context(info)
        return await here.clients.identity.sign_out(pb.SignOutRequest(), here.token)  # type: ignore[return-value]

    @strawberry.mutation(description="End every session of the caller, this one too.")
    @refusable
    @asks("identity.SignOutEverywhere")
    async def sign_out_everywhere(
        self, info: Info[Any, Any]
    ) -> Annotated[SessionsEnded | Refused, strawberry.union("SignOutEverywhereResult")]:
        here = context(info)
        return await here.clients.identity.sign_out_everywhere(pb.SignOutEverywhereRequest(), here.token)  # type: ignore[return-value]

    @strawberry.mutation(description="End every session of somebody's account, e.g. of one who lost a telephone.")
    @refusable
    @asks("identity.EndSessions")
    async def end_sessions(
        self, info: Info[Any, Any], login: str, reason: str, idempotency_key: str | None = None
    ) -> Annotated[SessionsEnded | Refused, strawberry.union("EndSessionsResult")]:
        here = context(info)
        request = pb.EndSessionsRequest(login=login, reason=reason)
        return await here.clients.identity.end_sessions(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(
        description="A fresh health code for the caller, or for a dependant. It writes nothing: each call gets another."
    )
    @refusable
    @asks("identity.IssueHealthCodeToken")
    async def issue_health_code(
        self, info: Info[Any, Any], resident_id: strawberry.ID | None = None, idempotency_key: str | None = None
    ) -> Annotated[HealthCode | Refused, strawberry.union("IssueHealthCodeResult")]:
        here = context(info)
        whose = given(Kind.RESIDENT, resident_id, "residentId") if resident_id else ""
        request = pb.IssueHealthCodeTokenRequest(resident_id=whose)
        return await here.clients.identity.issue_health_code_token(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Redeem a scanned health code: once, within its minute, by a practitioner.")
    @refusable
    @asks("identity.RedeemHealthCodeToken")
    async def redeem_health_code(
        self, info: Info[Any, Any], text: str
    ) -> Annotated[Scan | Refused, strawberry.union("RedeemHealthCodeResult")]:
        here = context(info)
        request = pb.RedeemHealthCodeTokenRequest(text=text)
        return await here.clients.identity.redeem_health_code_token(request, here.token)  # type: ignore[return-value]


ROTATE_SECONDS = 10.0  # before a code expires, so that no scanner meets an expired one


@strawberry.type
class Subscription:
    @strawberry.subscription(description="The health code to show: now, and a new one before each expires.")
    @asks("identity.IssueHealthCodeToken")
    async def health_code(
        self, info: Info[Any, Any], resident_id: strawberry.ID | None = None
    ) -> AsyncGenerator[HealthCode]:
        here = context(info)
        whose = given(Kind.RESIDENT, resident_id, "residentId") if resident_id else ""
        while True:
            request = pb.IssueHealthCodeTokenRequest(resident_id=whose)
            code = await here.clients.identity.issue_health_code_token(request, here.token)
            yield code  # type: ignore[misc]
            lasts = (moment(code.expires_at) - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(max(1.0, lasts - ROTATE_SECONDS))
