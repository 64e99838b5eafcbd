"""Residents, practitioners, sign-in and the health code."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import strawberry
from chassis.wire import moment, timestamp
from strawberry import ID
from yima.common.v1.enums import Duty, GuardianAct, Role
from yima.common.v1.types_pb2 import LocalizedText as TextMessage
from yima.identity.v1 import api_pb2 as pb
from yima.identity.v1.enums import DistrictSource, LicenceState
from yima.identity.v1.events_pb2 import HealthCodeReplayed

from gateway import streams
from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id, resident_or_caller
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime, LocalizedText
from gateway.schema.common import AfterOfFeed, Connection, connection, page_request


@shows(pb.Resident)
class Resident:
    id: ID
    name: str
    birth_date: str
    confirm_until: DateTime | None = field(
        description="Of a registration: until when to give `confirmRegistration` the code that was sent; else null."
    )
    proven_at: DateTime | None = field(description="Since when it is proven who they are; null while it is not.")
    district: str | None = field(description="The city's district they live in, by its code; null: nobody has said it.")
    district_source: DistrictSource | None
    district_said_at: DateTime | None


@shows(pb.Institution, description="An organisation of the city. Its id is its partner id, once it applies.")
class Institution:
    id: ID
    name: str
    confirm_until: DateTime | None = field(
        description="Of a registration: until when to give `confirmRegistration` the code that was sent; else null."
    )


@shows(pb.Guardianship, description="That a guardian acted for somebody.")
class Guardianship:
    guardian_id: ID
    resident_id: ID
    ended_at: DateTime


@shows(pb.Practitioner)
class Practitioner:
    id: ID
    name: str
    title: str
    licence_number: str
    licence_state: LicenceState = field(description="What the register of licences says.")
    licence_checked_at: DateTime | None = field(description="When it said so last; null where it has not yet.")
    ended_at: DateTime | None = field(description="When the registration ended; null while it is in force.")


@shows(pb.AccessToken, description="Send it as `Authorization: Bearer <accessToken>`.")
class AccessToken:
    access_token: str
    expires_at: DateTime
    role: Role
    refresh_token: str | None = field(description="For `refreshAccess`, once. Null for API keys: exchange them again.")
    refresh_until: DateTime | None
    recovery_codes: list[str] = field(description="Once, when a second factor is confirmed. Keep them apart from it.")


@shows(pb.SecondFactor, description="What an authenticator takes. Sign in with one of its codes to confirm it.")
class SecondFactor:
    secret: str
    uri: str = field(description="To be shown as a QR.")


@shows(pb.AccessEnd, description="What was ended: no service takes these sessions' tokens any more.")
class SessionsEnded:
    sessions: int = field(description="How many.")


@shows(pb.Session, description="Where somebody is signed in.")
class Session:
    id: ID = field(kind=Kind.SESSION)
    began_at: DateTime
    lasts_until: DateTime
    factors: list[str]
    current: bool


@shows(pb.HealthCodeToken, description="What to draw as a QR: good for one scan, within a minute of its own.")
class HealthCode:
    text: str
    expires_at: DateTime
    not_before: DateTime


@shows(pb.HealthCodeTokens, description="Codes to show without a network, one after another, a minute each.")
class HealthCodes:
    codes: list[HealthCode] = field("tokens")


@shows(pb.HealthCodeRotation, description="That every code issued before is void.")
class HealthCodeRotation:
    resident_id: ID
    rotated_at: DateTime


@shows(pb.ScanEntry, description="That a code was scanned, as its resident sees it.")
class ScanEntry:
    scan_id: ID
    resident_id: ID
    practitioner_id: ID
    practitioner_name: str
    practitioner_title: str
    partner_id: ID
    partner_name: str
    scanned_at: DateTime
    received_at: DateTime | None
    late: bool
    app: str
    place: str
    city: str | None
    printed: bool


@shows(pb.PrintedCode)
class PrintedCode:
    resident_id: ID
    text: str | None
    printed_at: DateTime
    expires_at: DateTime


@shows(pb.EndedPrintedCode)
class EndedPrintedCode:
    resident_id: ID
    ended_at: DateTime


@shows(pb.CodeAlert, description="That a practitioner was shown a code which another had scanned: a copy is about.")
class CodeAlert:
    alert_id: ID
    scan_id: ID
    resident_id: ID
    practitioner_id: ID
    practitioner_name: str
    practitioner_title: str
    partner_id: ID
    partner_name: str
    presented_at: DateTime
    rotated: bool
    app: str
    place: str
    city: str | None


@strawberry.type(description="An alert, and where to go on after it.")
class CodeAlertEvent:
    cursor: str
    alert: pb.CodeAlert = strawberry.field(description="Where a copy was shown.")


@shows(pb.Key, description="A public key (RFC 8037) that verifies health codes, receipts of scans and access tokens.")
class VerificationKey:
    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


@shows(pb.ScannedPerson, description="Whose code was scanned, for who scanned it.")
class ScannedPerson:
    name: str
    birth_date: str
    age: int
    guardian_names: list[str]
    proven: bool


@shows(pb.Scan, description="That a practitioner scanned a resident's code.")
class Scan:
    id: ID
    resident_id: ID
    scanned_at: DateTime
    receipt: str = field(
        description="Proof of the scan, for `proveService`. It names no resident: JWS, with a hash of who it was."
    )
    person: ScannedPerson | None
    late: bool


@shows(pb.SentCode, description="A code of six digits is on its way, if there is where to send it.")
class SentCode:
    id: str = field(description="Give it with the code.")
    expires_at: DateTime


@shows(pb.Contact, description="An e-mail address or telephone number that messages reach the caller at.")
class ConfirmedContact:
    address: str
    confirmed_at: DateTime


@shows(pb.Me, description="The caller.")
class Me:
    role: Role
    duties: list[Duty]
    dependants: list[Resident] = field(description="For whom the caller acts as guardian.")
    resident: Resident | None
    practitioner: Practitioner | None
    institution: Institution | None
    contacts: list[ConfirmedContact] = field(description="Confirmed by a code.")


@strawberry.type
class Query:
    @strawberry.field(description="The caller.")
    @asks("identity.GetMe")
    async def me(self, info: Info) -> pb.Me:
        context = info.context
        _ = context.caller
        return await context.clients.identity.get_me(pb.GetMeRequest(), context.token)

    @strawberry.field(description="Where the caller is signed in, the sign-in last made first.")
    @asks("identity.ListSessions")
    async def sessions(self, info: Info) -> list[pb.Session]:
        context = info.context
        answer = await context.clients.identity.list_sessions(pb.ListSessionsRequest(), context.token)
        return list(answer.sessions)

    @strawberry.field(description="Who scanned the caller's code, or a dependant's; newest first.")
    @asks("identity.ListScans")
    async def scans(
        self,
        info: Info,
        resident_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.ScanEntry]:
        context = info.context
        whose = resident_or_caller(resident_id)
        request = pb.ListScansRequest(resident_id=whose, page=page_request(first, after, last, before))
        answer = await context.clients.identity.list_scans(request, context.token)
        return connection(answer.scans, answer.page)

    @strawberry.field(description="Where copies of the caller's codes were shown, or of a dependant's; newest first.")
    @asks("identity.ListCodeAlerts")
    async def code_alerts(
        self,
        info: Info,
        resident_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.CodeAlert]:
        context = info.context
        whose = resident_or_caller(resident_id)
        request = pb.ListCodeAlertsRequest(resident_id=whose, page=page_request(first, after, last, before))
        answer = await context.clients.identity.list_code_alerts(request, context.token)
        return connection(answer.alerts, answer.page)

    @strawberry.field(description="The keys that verify health codes and receipts of scans, also without a network.")
    @asks("identity.GetKeys")
    async def health_code_keys(self, info: Info) -> list[pb.Key]:
        answer = await info.context.clients.identity.get_keys(pb.GetKeysRequest())
        return list(answer.keys)

    @strawberry.field(description="The printed code in force, of the caller or a dependant; without its text.")
    @asks("identity.GetPrintedCode")
    async def printed_code(self, info: Info, resident_id: ID | None = None) -> pb.PrintedCode | None:
        context = info.context
        request = pb.GetPrintedCodeRequest(resident_id=resident_or_caller(resident_id))
        printed = await context.clients.identity.get_printed_code(request, context.token)
        return printed if printed.resident_id else None

    @strawberry.field(
        description="Who practises at a partner, the latest first: a partner's own; of any for operator and regulator."
    )
    @asks("identity.ListPractitioners")
    async def practitioners(
        self,
        info: Info,
        partner_id: ID | None = None,
        ended_too: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Practitioner]:
        context = info.context
        request = pb.ListPractitionersRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            ended_too=ended_too,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.identity.list_practitioners(request, context.token)
        return connection(answer.practitioners, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Register as a resident. `login` is an e-mail address or a telephone number. An identity number "
        "proves at once who it is; without one, `proveResident` does so later."
    )
    @refusable
    @asks("identity.RegisterResident")
    async def register_resident(
        self, info: Info, login: str, password: str, name: str, birth_date: str, identity_number: str = ""
    ) -> pb.Resident:
        request = pb.RegisterResidentRequest(
            login=login, password=password, name=name, birth_date=birth_date, identity_number=identity_number
        )
        return await info.context.clients.identity.register_resident(request)

    @strawberry.mutation(description="Give the code that was sent to who registered: from now on they sign in.")
    @refusable
    @asks("identity.ConfirmRegistration")
    async def confirm_registration(self, info: Info, registered_id: ID, code: str) -> pb.Contact:
        kind = Kind.PARTNER if registered_id.startswith(Kind.PARTNER.value) else Kind.RESIDENT
        request = pb.ConfirmRegistrationRequest(
            registered_id=parse_global_id(kind, registered_id, "registeredId"), code=code
        )
        return await info.context.clients.identity.confirm_registration(request)

    @strawberry.mutation(
        description="Prove who the caller or a dependant is, by an identity number, of which no copy is kept. What "
        "asks for health data is ordered, and records are kept, of proven people only. Sign in again afterwards."
    )
    @refusable
    @asks("identity.ProveResident")
    async def prove_resident(
        self, info: Info, identity_number: str, resident_id: ID | None = None, idempotency_key: str | None = None
    ) -> pb.Resident:
        context = info.context
        whose = resident_or_caller(resident_id)
        request = pb.ProveResidentRequest(resident_id=whose, identity_number=identity_number)
        return await context.clients.identity.prove_resident(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Correct a name or a birth date that was mistyped, the caller's or a dependant's: a few times, "
        "until it is proven who they are; afterwards with the identity number. What is empty stays."
    )
    @refusable
    @asks("identity.CorrectResident")
    async def correct_resident(
        self,
        info: Info,
        name: str = "",
        birth_date: str = "",
        identity_number: str = "",
        resident_id: ID | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Resident:
        context = info.context
        request = pb.CorrectResidentRequest(
            resident_id=resident_or_caller(resident_id),
            name=name,
            birth_date=birth_date,
            identity_number=identity_number,
        )
        return await context.clients.identity.correct_resident(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Say in which of the city's districts the caller or a dependant lives, where the register of "
        "people does not say it: once in thirty days."
    )
    @refusable
    @asks("identity.SetHomeDistrict")
    async def set_home_district(
        self, info: Info, district: str, resident_id: ID | None = None, idempotency_key: str | None = None
    ) -> pb.Resident:
        context = info.context
        request = pb.SetHomeDistrictRequest(resident_id=resident_or_caller(resident_id), district=district)
        return await context.clients.identity.set_home_district(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Add a dependant for whom the caller acts; an identity number proves at once who it is. Sign in "
        "again to act for them."
    )
    @refusable
    @asks("identity.AddDependant")
    async def add_dependant(
        self, info: Info, name: str, birth_date: str, identity_number: str = "", idempotency_key: str | None = None
    ) -> pb.Resident:
        context = info.context
        request = pb.AddDependantRequest(name=name, birth_date=birth_date, identity_number=identity_number)
        return await context.clients.identity.add_dependant(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="End a guardianship: as its guardian, as an adult dependant who agreed to it (name the guardian), "
        "or as an operator. The guardian signs in again."
    )
    @refusable
    @asks("identity.EndGuardianship")
    async def end_guardianship(
        self,
        info: Info,
        resident_id: ID,
        guardian_id: ID | None = None,
        reason: str = "",
        idempotency_key: str | None = None,
    ) -> pb.Guardianship:
        context = info.context
        request = pb.EndGuardianshipRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            guardian_id=parse_global_id(Kind.RESIDENT, guardian_id, "guardianId") if guardian_id else "",
            reason=reason,
        )
        return await context.clients.identity.end_guardianship(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Register an institution and its first member of staff.")
    @refusable
    @asks("identity.RegisterInstitution")
    async def register_institution(
        self, info: Info, name: LocalizedText, login: str, password: str, staff_name: str
    ) -> pb.Institution:
        request = pb.RegisterInstitutionRequest(
            name=TextMessage(text=name),
            login=login,
            password=password,
            staff_name=staff_name,
        )
        return await info.context.clients.identity.register_institution(request)

    @strawberry.mutation(description="Register a practitioner at the caller's institution.")
    @refusable
    @asks("identity.RegisterPractitioner")
    async def register_practitioner(
        self,
        info: Info,
        login: str,
        password: str,
        name: str,
        licence_number: str,
        title: str,
        idempotency_key: str | None = None,
    ) -> pb.Practitioner:
        context = info.context
        request = pb.RegisterPractitionerRequest(
            login=login, password=password, name=name, licence_number=licence_number, title=title
        )
        return await context.clients.identity.register_practitioner(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="End the registration of a practitioner who leaves: their sessions end at once. Operators may, too."
    )
    @refusable
    @asks("identity.EndPractitionerRegistration")
    async def end_practitioner_registration(
        self, info: Info, practitioner_id: ID, reason: str = "", idempotency_key: str | None = None
    ) -> pb.Practitioner:
        context = info.context
        request = pb.EndPractitionerRegistrationRequest(
            practitioner_id=parse_global_id(Kind.PRACTITIONER, practitioner_id, "practitionerId"), reason=reason
        )
        return await context.clients.identity.end_practitioner_registration(
            request, context.token, idempotency_key or ""
        )

    @strawberry.mutation(
        description="Have the register of licences asked about a practitioner's now. It is asked by itself, too."
    )
    @refusable
    @asks("identity.CheckLicence")
    async def check_licence(
        self, info: Info, practitioner_id: ID, idempotency_key: str | None = None
    ) -> pb.Practitioner:
        context = info.context
        request = pb.CheckLicenceRequest(
            practitioner_id=parse_global_id(Kind.PRACTITIONER, practitioner_id, "practitionerId")
        )
        return await context.clients.identity.check_licence(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Exchange a login and a password for an access token.")
    @refusable
    @asks("identity.SignIn")
    async def sign_in(self, info: Info, login: str, password: str, code: str = "") -> pb.AccessToken:
        request = pb.SignInRequest(login=login, password=password, code=code)
        return info.context.kept(await info.context.clients.identity.sign_in(request))

    @strawberry.mutation(description="Have a second factor made, where the account has none.")
    @refusable
    @asks("identity.BeginSecondFactor")
    async def begin_second_factor(self, info: Info, login: str, password: str) -> pb.SecondFactor:
        request = pb.BeginSecondFactorRequest(login=login, password=password)
        return await info.context.clients.identity.begin_second_factor(request)

    @strawberry.mutation(description="Take the caller's own second factor away, with one of its codes.")
    @refusable
    @asks("identity.EndSecondFactor")
    async def end_second_factor(self, info: Info, code: str) -> pb.AccessEnd:
        context = info.context
        request = pb.EndSecondFactorRequest(code=code)
        return await context.clients.identity.end_second_factor(request, context.token)

    @strawberry.mutation(description="Take somebody's second factor away who lost it. Their sessions end.")
    @refusable
    @asks("identity.ResetSecondFactor")
    async def reset_second_factor(
        self, info: Info, login: str, reason: str, idempotency_key: str | None = None
    ) -> pb.AccessEnd:
        context = info.context
        request = pb.ResetSecondFactorRequest(login=login, reason=reason)
        return await context.clients.identity.reset_second_factor(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="The session's next access token, for its newest refresh token. One that was used before ends it."
    )
    @refusable
    @asks("identity.RefreshAccess")
    async def refresh_access(self, info: Info, refresh_token: str) -> pb.AccessToken:
        request = pb.RefreshAccessRequest(refresh_token=info.context.refresh_token(refresh_token))
        return info.context.kept(await info.context.clients.identity.refresh_access(request))

    @strawberry.mutation(description="Exchange a partner's API key for an access token.")
    @refusable
    @asks("identity.ExchangeApiKey")
    async def exchange_api_key(self, info: Info, api_key: str) -> pb.AccessToken:
        request = pb.ExchangeApiKeyRequest(api_key=api_key)
        return await info.context.clients.identity.exchange_api_key(request)

    @strawberry.mutation(description="Choose another password. The caller's other sessions end.")
    @refusable
    @asks("identity.ChangePassword")
    async def change_password(
        self,
        info: Info,
        current_password: str,
        new_password: str,
        idempotency_key: str | None = None,
    ) -> pb.AccessEnd:
        context = info.context
        request = pb.ChangePasswordRequest(current_password=current_password, new_password=new_password)
        return await context.clients.identity.change_password(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Have a code sent, to choose another password with. The answer is the same for a login nobody has."
    )
    @refusable
    @asks("identity.RequestPasswordReset")
    async def request_password_reset(self, info: Info, login: str) -> pb.SentCode:
        request = pb.RequestPasswordResetRequest(login=login)
        return await info.context.clients.identity.request_password_reset(request)

    @strawberry.mutation(description="Choose another password with the code that was sent. Every session ends.")
    @refusable
    @asks("identity.ResetPassword")
    async def reset_password(self, info: Info, reset_id: str, code: str, new_password: str) -> pb.AccessEnd:
        request = pb.ResetPasswordRequest(reset_id=reset_id, code=code, new_password=new_password)
        return await info.context.clients.identity.reset_password(request)

    @strawberry.mutation(description="Have a code sent to an address or number, to confirm that messages arrive there.")
    @refusable
    @asks("identity.RequestContactCode")
    async def request_contact_code(self, info: Info, address: str) -> pb.SentCode:
        context = info.context
        request = pb.RequestContactCodeRequest(address=address)
        return await context.clients.identity.request_contact_code(request, context.token)

    @strawberry.mutation(description="Give the code: from now on messages about the account go there, too.")
    @refusable
    @asks("identity.ConfirmContact")
    async def confirm_contact(self, info: Info, code_id: str, code: str) -> pb.Contact:
        context = info.context
        request = pb.ConfirmContactRequest(code_id=code_id, code=code)
        return await context.clients.identity.confirm_contact(request, context.token)

    @strawberry.mutation(description="End the session this token belongs to.")
    @refusable
    @asks("identity.SignOut")
    async def sign_out(self, info: Info) -> pb.AccessEnd:
        context = info.context
        ended = await context.clients.identity.sign_out(pb.SignOutRequest(), context.token)
        context.forget_session()
        return ended

    @strawberry.mutation(description="End every session of the caller, this one too.")
    @refusable
    @asks("identity.SignOutEverywhere")
    async def sign_out_everywhere(self, info: Info) -> pb.AccessEnd:
        context = info.context
        ended = await context.clients.identity.sign_out_everywhere(pb.SignOutEverywhereRequest(), context.token)
        context.forget_session()
        return ended

    @strawberry.mutation(description="End one session of the caller, e.g. of a telephone that was lost.")
    @refusable
    @asks("identity.EndSession")
    async def end_session(self, info: Info, session_id: ID, idempotency_key: str | None = None) -> pb.AccessEnd:
        context = info.context
        request = pb.EndSessionRequest(session_id=parse_global_id(Kind.SESSION, session_id, "sessionId"))
        return await context.clients.identity.end_session(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="End every session of somebody's account, e.g. of one who lost a telephone.")
    @refusable
    @asks("identity.EndSessions")
    async def end_sessions(
        self, info: Info, login: str, reason: str, idempotency_key: str | None = None
    ) -> pb.AccessEnd:
        context = info.context
        request = pb.EndSessionsRequest(login=login, reason=reason)
        return await context.clients.identity.end_sessions(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="A fresh health code for the caller, or for a dependant. It writes nothing: each call gets another."
    )
    @refusable
    @asks("identity.IssueHealthCodeToken")
    async def issue_health_code(
        self, info: Info, resident_id: ID | None = None, idempotency_key: str | None = None
    ) -> pb.HealthCodeToken:
        context = info.context
        whose = resident_or_caller(resident_id)
        request = pb.IssueHealthCodeTokenRequest(resident_id=whose)
        return await context.clients.identity.issue_health_code_token(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Health codes to show without a network, for the caller or a dependant: `count` minutes from now, "
        "1 to 60. Show each in its minute only."
    )
    @refusable
    @asks("identity.PrefetchHealthCodeTokens")
    async def prefetch_health_codes(
        self, info: Info, count: int, resident_id: ID | None = None, idempotency_key: str | None = None
    ) -> pb.HealthCodeTokens:
        context = info.context
        whose = resident_or_caller(resident_id)
        request = pb.PrefetchHealthCodeTokensRequest(resident_id=whose, count=count)
        return await context.clients.identity.prefetch_health_code_tokens(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Make every health code void that was issued until now, the caller's or a dependant's: for a phone "
        "that was lost."
    )
    @refusable
    @asks("identity.RotateHealthCode")
    async def rotate_health_code(
        self, info: Info, resident_id: ID | None = None, idempotency_key: str | None = None
    ) -> pb.HealthCodeRotation:
        context = info.context
        whose = resident_or_caller(resident_id)
        request = pb.RotateHealthCodeRequest(resident_id=whose)
        return await context.clients.identity.rotate_health_code(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Print a code for somebody without a phone, the caller or a dependant: good for half a year, with "
        "their identity card alone. The one before is void."
    )
    @refusable
    @asks("identity.PrintHealthCode")
    async def print_health_code(self, info: Info, resident_id: ID | None = None) -> pb.PrintedCode:
        context = info.context
        request = pb.PrintHealthCodeRequest(resident_id=resident_or_caller(resident_id))
        return await context.clients.identity.print_health_code(request, context.token)

    @strawberry.mutation(description="Make a printed code void, the caller's or a dependant's: one that was lost.")
    @refusable
    @asks("identity.EndPrintedCode")
    async def end_printed_code(
        self, info: Info, resident_id: ID | None = None, idempotency_key: str | None = None
    ) -> pb.EndedPrintedCode:
        context = info.context
        request = pb.EndPrintedCodeRequest(resident_id=resident_or_caller(resident_id))
        return await context.clients.identity.end_printed_code(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Scan a printed code with the number on the identity card of who stands there. It opens no record "
        "and proves no service; five numbers that are not theirs end it."
    )
    @refusable
    @asks("identity.RedeemPrintedCode")
    async def redeem_printed_code(
        self, info: Info, text: str, identity_number: str, app: str = "", place: str = ""
    ) -> pb.Scan:
        context = info.context
        request = pb.RedeemPrintedCodeRequest(text=text, identity_number=identity_number, app=app, place=place)
        return await context.clients.identity.redeem_printed_code(request, context.token)

    @strawberry.mutation(
        description="Redeem a scanned health code: once, within its minute, by a practitioner. Who scanned it without "
        "a network says when, and sends it within three days: such a scan proves a service and opens nothing."
    )
    @refusable
    @asks("identity.RedeemHealthCodeToken")
    async def redeem_health_code(
        self, info: Info, text: str, scanned_at: DateTime | None = None, app: str = "", place: str = ""
    ) -> pb.Scan:
        context = info.context
        request = pb.RedeemHealthCodeTokenRequest(text=text, app=app, place=place, scanned_at=timestamp(scanned_at))
        return await context.clients.identity.redeem_health_code_token(request, context.token)


ROTATE_SECONDS = 10.0  # before a code expires, so that no scanner meets an expired one


@strawberry.type
class Subscription:
    @strawberry.subscription(description="The health code to show: now, and a new one before each expires.")
    @asks("identity.IssueHealthCodeToken")
    async def health_code(self, info: Info, resident_id: ID | None = None) -> AsyncGenerator[pb.HealthCodeToken]:
        context = info.context
        whose = resident_or_caller(resident_id)
        while True:
            request = pb.IssueHealthCodeTokenRequest(resident_id=whose)
            code = await context.clients.identity.issue_health_code_token(request, context.token)
            yield code
            lasts = (moment(code.expires_at) - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(max(1.0, lasts - ROTATE_SECONDS))

    @strawberry.subscription(description="Copies of the caller's codes, or a dependant's, as they are shown.")
    @asks("identity.ListCodeAlerts")
    async def code_alerts(self, info: Info, after: AfterOfFeed = None) -> AsyncGenerator[CodeAlertEvent]:
        context = info.context
        async for feed_event in streams.feed(context, (HealthCodeReplayed,), after):
            event = feed_event.message
            if not context.acts_for(event.resident_id, GuardianAct.HEALTH_CODE):
                continue
            request = pb.ListCodeAlertsRequest(resident_id=event.resident_id)
            answer = await context.clients.identity.list_code_alerts(request, context.token)
            for alert in answer.alerts:
                if alert.alert_id == event.alert_id:
                    yield CodeAlertEvent(cursor=feed_event.cursor, alert=alert)
