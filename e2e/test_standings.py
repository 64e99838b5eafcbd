"""What a partner may do depends on how it stands: every route that partners may call, in every standing."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.client import http_client
from chassis.inside import HttpClient
from chassis.problems import Problem
from chassis.routes import needs_standing, policy
from chassis.wire import timestamp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from devstack.stack import Stack
from gateway.ids import Kind, parse_global_id
from gateway.policy import CONTRACTS
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from ops.demo import manifest_of
from ops.example_city import ASPECTS, activate, certified, let_through, turned_away
from yima.catalog.v1 import api_pb2 as catalog
from yima.catalog.v1.client import CatalogClient
from yima.common.v1.route_pb2 import Role, StandingNeeded
from yima.common.v1.types_pb2 import Interval
from yima.identity.v1 import api_pb2 as identity
from yima.partners.v1 import api_pb2 as partners
from yima_client.caller import Caller, connect, fresh_key, until

from e2e.people import PASSWORD, SHARES, Clinic, a_clinic, operator_of, regulator_of
from e2e.valid_requests import filled, ids_in_paths

pytestmark = pytest.mark.anyio

ASKED = ("identity", "partners", "catalog")  # they know how partners stand, and ask
REFUSALS = {"step-refused", "not-permitted", "partner-not-active", "partner-frozen"}
STANDINGS = ("never applied", "screening", "rejected", "certifying", "contracting", "lapsed", "suspended", "frozen")


def now_in(**later: int) -> Any:
    return timestamp(datetime.now(UTC) + timedelta(**later))


def weekly(offering_id: str) -> catalog.AddWeeklySlotsRequest:
    day = datetime.now(UTC).date()
    return catalog.AddWeeklySlotsRequest(
        offering_id=offering_id,
        from_date=str(day + timedelta(days=60)),
        until_date=str(day + timedelta(days=66)),
        weekdays=[1],
        times=["09:00"],
        minutes=30,
        capacity=1,
    )


def dearer(manifest: catalog.OfferingManifest) -> catalog.OfferingManifest:
    other = catalog.OfferingManifest()
    other.CopyFrom(manifest)
    other.price.minor += 1
    return other


def of_another_name(manifest: catalog.OfferingManifest) -> catalog.OfferingManifest:
    other = dearer(manifest)
    other.reference = f"other-{uuid4().hex[:8]}"
    return other


type Body = Callable[[str, catalog.OfferingManifest], Message]

# What needs a partner in good standing, with a body that is answered where it is one.
CHANGES: Mapping[str, Body] = {
    "identity.RegisterPractitioner": lambda *_: identity.RegisterPractitionerRequest(
        login=f"{uuid4().hex}@x.example.org",
        password=PASSWORD,
        name="Doctor",
        licence_number=f"LIC-{uuid4().hex[:8].upper()}",
        title="Doctor",
    ),
    "partners.CreateApiKey": lambda *_: partners.CreateApiKeyRequest(label="integration"),
    "partners.PutSigningKey": lambda *_: partners.PutSigningKeyRequest(
        public_key=Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    ),
    "catalog.DraftOffering": lambda _, manifest: catalog.DraftOfferingRequest(manifest=of_another_name(manifest)),
    "catalog.ReviseOffering": lambda offering_id, manifest: catalog.ReviseOfferingRequest(
        offering_id=offering_id, manifest=dearer(manifest)
    ),
    "catalog.SubmitOffering": lambda offering_id, _: catalog.SubmitOfferingRequest(offering_id=offering_id),
    "catalog.AddSlots": lambda offering_id, _: catalog.AddSlotsRequest(
        offering_id=offering_id,
        slots=[catalog.Slot(interval=Interval(start=now_in(days=90), end=now_in(days=90, hours=1)), capacity=1)],
    ),
    "catalog.AddWeeklySlots": lambda offering_id, _: weekly(offering_id),
    "catalog.AnnounceAttachment": lambda *_: catalog.AnnounceAttachmentRequest(
        media_type="image/png", size=9, sha256=bytes(32)
    ),
    "catalog.PutCalendar": lambda *_: catalog.PutCalendarRequest(
        calendar_code="room-1", kind=catalog.CALENDAR_KIND_ROOM, name="Room 1"
    ),
    "catalog.PutSite": lambda *_: catalog.PutSiteRequest(
        site_code="fountain",
        details=catalog.SiteDetails(
            name={"text": {"en": "By the fountain", "zh-CN": "泉边"}},
            address={"text": {"en": "1 Fountain Road", "zh-CN": "泉城路1号"}},
            position={"latitude_microdegrees": 36_661_500, "longitude_microdegrees": 117_016_200},
            district="lixia",
        ),
    ),
    "catalog.PutSitePictures": lambda *_: catalog.PutSitePicturesRequest(site_code="fountain"),
}

# What whoever is suspended may do still, with a body that is answered.
PROTECTS: Mapping[str, Callable[[str, str, str], Message]] = {
    "identity.CheckLicence": lambda _offering, _key, doctor_id: identity.CheckLicenceRequest(practitioner_id=doctor_id),
    "identity.EndPractitionerRegistration": lambda _offering, _key, doctor_id: (
        identity.EndPractitionerRegistrationRequest(practitioner_id=doctor_id)
    ),
    "catalog.WithdrawSlots": lambda offering_id, *_: catalog.WithdrawSlotsRequest(
        offering_id=offering_id, interval=Interval(start=now_in(), end=now_in(days=300)), reason="closed"
    ),
    "catalog.EndCalendar": lambda *_: catalog.EndCalendarRequest(
        calendar_code="room-1", from_day=str(datetime.now(UTC).date() + timedelta(days=9)), reason="closed"
    ),
    "catalog.CloseDay": lambda *_: catalog.CloseDayRequest(
        site_id=str(uuid4()), day=str(datetime.now(UTC).date() + timedelta(days=9)), reason="closed"
    ),
    "catalog.RetireOffering": lambda offering_id, *_: catalog.RetireOfferingRequest(
        offering_id=offering_id, reason="closed"
    ),
    "partners.RevokeApiKey": lambda _offering, key_id, _doctor: partners.RevokeApiKeyRequest(api_key_id=key_id),
    "partners.AddEvidence": lambda *_: partners.AddEvidenceRequest(
        evidence=[partners.Evidence(aspect=partners.ASPECT_LAW, title="t", reference="r", valid_until="2099-06-30")]
    ),
    "partners.RequestUpload": lambda *_: partners.RequestUploadRequest(
        media_type="image/png", size=9, sha256=bytes(32)
    ),
}
# These partners have none: they are refused for that, and not for how they stand.
OF_WHAT_THEY_HAVE_NOT = ("catalog.EndCalendar", "catalog.CloseDay")
# Each has rules of its own about how the partner stands, or is about the caller's own account.
OWN_RULES = {
    "identity.RedeemHealthCodeToken", "identity.RedeemForeignCode", "identity.RedeemPrintedCode",
    "identity.SendOrderWord", "identity.CheckOrderWord",  # asked by ordering, of an order that its desk placed
    "identity.ChangePassword",
    "identity.SignOut", "identity.SignOutEverywhere", "identity.EndSession",
    "partners.Apply", "partners.SignContract",
    "partners.ProposeBankAccount", "partners.ConfirmBankAccount", "partners.StopBankAccountChange",
    "partners.BeginOffboarding", "partners.AdvanceOffboarding", "partners.StopOffboarding",
    "partners.OpenAppeal",
    "identity.InviteAccount", "identity.RevokeInvitation",
    "identity.SetDuties", "identity.SuspendAccount", "identity.ReinstateAccount", "identity.RemoveAccount",
    "identity.Leave", "identity.RequestContactCode", "identity.ConfirmContact", "identity.AddPasskey",
    "identity.RenamePasskey", "identity.RemovePasskey", "identity.AddSecondFactor", "identity.EndSecondFactor",
    "identity.StepUp", "identity.BeginProviderLink", "identity.FinishProviderLink", "identity.UnlinkProvider",
}  # fmt: skip
# What somebody may do whose institution has registered and no more: apply, with its documents, and see to the accounts.
OF_WHO_REGISTERED = (
    OWN_RULES
    - {
        "identity.RedeemHealthCodeToken",
        "identity.RedeemForeignCode",
        "identity.RedeemPrintedCode",
        "identity.SendOrderWord",
        "identity.CheckOrderWord",
        "partners.SignContract",
        "partners.ProposeBankAccount",
        "partners.ConfirmBankAccount",
        "partners.StopBankAccountChange",
        "partners.BeginOffboarding",
        "partners.AdvanceOffboarding",
        "partners.StopOffboarding",
        "partners.OpenAppeal",
    }
) | {
    "notifications.MarkMessagesRead",  # of one's own
    "notifications.SetNotificationPreferences",
    "notifications.EndPushSubscription",
    "notifications.RegisterPushSubscription",
    "partners.RequestUpload",
    "ordering.RecordUsage",  # each record has an answer of its own; of orders that are not theirs none is counted
}


@dataclass
class Scene:
    stack: Stack
    http: HttpClient
    clinic: Clinic  # in good standing
    manifest: catalog.OfferingManifest  # of its offering
    staff: dict[str, Caller]  # by standing
    offerings: dict[str, str]  # of those who got so far as to have one
    keys: dict[str, str]
    doctors: dict[str, str]  # the practitioner of each clinic

    async def answer(self, name: str, request: Message, caller: Caller) -> str:
        """The code of the refusal, or nothing where it was answered."""
        service, _, method = name.partition(".")
        module = __import__(f"yima.{service}.v1.client", fromlist=["client"])
        client = getattr(module, f"{service.capitalize()}Client")(self.http, self.stack.service_url(service))
        kind = GetMessageClass(CONTRACTS[service].methods_by_name[method].output_type)
        token = caller.token
        try:
            await client.call(method, request, kind, token, uuid4().hex)
        except Problem as refused:
            return f"{refused.code}" if refused.code in REFUSALS else f"{refused.code}: {refused}"
        return ""


@pytest.fixture(scope="module")
async def scene(stack: Stack) -> AsyncGenerator[Scene]:
    async with connect(stack.graphql) as nobody:
        operator = await operator_of(nobody, stack.secrets)
        booked = {"bookingRequired": True}
        clinics = {
            name: await a_clinic(nobody, stack.secrets, **booked) for name in ("good", "lapsed", "suspended", "frozen")
        }
        keys = {
            name: parse_global_id(
                Kind.API_KEY, (await one.staff.run("create-api-key", label="k", scopes=["ORDERS"]))["id"], ""
            )
            for name, one in clinics.items()
        }
        staff = {name: one.staff for name, one in clinics.items()}
        for name in ("never applied", "screening", "rejected", "certifying", "contracting"):
            staff[name] = await brought_to(name, nobody, operator, await regulator_of(nobody, stack.secrets))
        await lapse(operator, clinics["lapsed"].partner_id)
        suspend = 'mutation ($id: ID!) { suspendPartner(partnerId: $id, reason: "complaints") { __typename } }'
        await operator.raw(suspend, id=clinics["suspended"].partner_id)
        frozen = {"targetId": clinics["frozen"].partner_id, "caseNumber": "WJW-1", "reason": "complaints"}
        await (await regulator_of(nobody, stack.secrets)).run("impose-freeze", **frozen, key=fresh_key())
        offerings = {name: parse_global_id(Kind.OFFERING, one.offering["id"], "") for name, one in clinics.items()}
        doctors = {name: await clinic.practitioner_id() for name, clinic in clinics.items()}
        http = http_client()
        asked = catalog.GetOfferingRequest(offering_id=offerings["good"])
        offering = await CatalogClient(http, stack.service_url("catalog")).get_offering(asked)
        made = Scene(stack, http, clinics["good"], offering.manifest, staff, offerings, keys, doctors)
        for name in ("lapsed", "suspended", "frozen"):  # catalog hears of it by event

            async def refused(name: str = name) -> str:
                body = CHANGES["catalog.AddWeeklySlots"](offerings[name], offering.manifest)
                return await made.answer("catalog.AddWeeklySlots", body, staff[name])

            await until(f"the {name} one's standing", refused, lambda code: code in REFUSALS)
        yield made


async def brought_to(standing: str, nobody: Caller, operator: Caller, regulator: Caller) -> Caller:
    """The staff of an institution that is on its way to be a partner, and no further."""
    run = uuid4().hex[:10]
    manifest = manifest_of("partner.yaml") | {"registrationNumber": f"91370100{run.upper()}"}
    login = f"staff-{run}@new.example.org"
    await nobody.run("register-institution", name=manifest["name"], login=login, password=PASSWORD, staffName="Staff")
    staff = await nobody.signed_in(login, PASSWORD)
    if standing == "never applied":
        return staff
    partner_id = (await staff.run("apply-as-partner", manifest=manifest))["id"]
    if standing == "screening":
        return staff
    decide = turned_away if standing == "rejected" else let_through
    await decide(operator, partner_id, ["looked at"])
    if standing == "contracting":
        until = (datetime.now(UTC) + timedelta(days=30)).isoformat()
        await certified(operator, regulator, partner_id, until)
    return staff


async def lapse(operator: Caller, partner_id: str) -> None:
    end = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    grants = [{"aspect": aspect, "scope": ["*"], "expiresAt": end} for aspect in ASPECTS]
    await operator.run("issue-certificates", partnerId=partner_id, grants=grants)
    await until(
        "the lapse", lambda: operator.run("partner", id=partner_id), lambda one: "SELL" not in one["capabilities"]
    )


def test_every_route_that_partners_may_call_says_what_standing_it_needs() -> None:
    """One that is new needs good standing until it says otherwise, and stands here in any case."""
    changing = {
        f"{service}.{method.name}": method
        for service in ASKED
        for method in CONTRACTS[service].methods
        if {Role.ROLE_PARTNER, Role.ROLE_PRACTITIONER} & set(policy(method)[2].roles) and policy(method)[0] != "GET"
    }
    need = {name for name, method in changing.items() if needs_standing(method)}
    assert need == CHANGES.keys() | {ROTATES, OF_A_RUN}
    assert changing.keys() - need == PROTECTS.keys() | OWN_RULES
    for name, method in changing.items():
        assert (policy(method)[2].standing == StandingNeeded.STANDING_NEEDED_NONE) == (name not in need)


ROTATES = "partners.RotateApiKey"  # about a key of the caller's own
OF_A_RUN = "partners.IssueConformanceResult"  # about a run that passed: services/partners/tests/test_conformance.py


async def test_keys_are_rotated_in_good_standing_alone(scene: Scene) -> None:
    for standing, key_id in scene.keys.items():
        request = partners.RotateApiKeyRequest(api_key_id=key_id)
        code = await scene.answer(ROTATES, request, scene.staff[standing])
        assert (code == "") == (standing == "good"), f"{standing} partners: {code or 'answered'}"


@pytest.mark.parametrize("standing", STANDINGS)
async def test_who_does_not_stand_well_changes_nothing(scene: Scene, standing: str) -> None:
    offering_id = scene.offerings.get(standing, scene.offerings["good"])
    codes = {
        name: await scene.answer(name, body(offering_id, scene.manifest), scene.staff[standing])
        for name, body in CHANGES.items()
    }
    assert {name: code or "answered" for name, code in codes.items() if code not in REFUSALS} == {}


async def test_who_stands_well_is_answered_the_same(scene: Scene) -> None:
    answers = {
        name: await scene.answer(name, body(scene.offerings["good"], scene.manifest), scene.staff["good"])
        for name, body in CHANGES.items()
    }
    assert answers == dict.fromkeys(CHANGES, "")


@pytest.mark.parametrize("standing", ["suspended", "lapsed", "frozen"])
async def test_what_protects_residents_and_answers_the_operator_stays_possible(scene: Scene, standing: str) -> None:
    answers = {
        name: await scene.answer(
            name, body(scene.offerings[standing], scene.keys[standing], scene.doctors[standing]), scene.staff[standing]
        )
        for name, body in PROTECTS.items()
    }
    absent = {name: answers.pop(name) for name in OF_WHAT_THEY_HAVE_NOT}
    assert [answer for answer in absent.values() if not answer.startswith("not-found")] == []
    assert answers == dict.fromkeys(PROTECTS.keys() - absent.keys(), "")
    partner = await scene.staff[standing].raw("{ me { institution { id } } }")
    assert partner["data"]["me"]["institution"]["id"]


async def test_reinstated_is_as_before(scene: Scene, stack: Stack) -> None:
    async with connect(stack.graphql) as nobody:
        operator = await operator_of(nobody, stack.secrets)
        staff = scene.staff["suspended"]
        partner_id = (await staff.run("me"))["institution"]["id"]
        lift = 'mutation ($id: ID!) { reinstatePartner(partnerId: $id, reason: "answered") { __typename } }'
        await operator.raw(lift, id=partner_id)
        key = CHANGES["partners.CreateApiKey"]("", scene.manifest)
        assert await scene.answer("partners.CreateApiKey", key, staff) == ""
        regulator = await regulator_of(nobody, stack.secrets)
        await activate(operator, regulator, staff, partner_id, {}, SHARES)  # it is active: nothing is asked again


def changes_of_partners() -> list[str]:
    """Every route of every contract by which a partner's staff changes something."""
    return [
        f"{service}.{method.name}"
        for service, contract in CONTRACTS.items()
        for method in contract.methods
        if Role.ROLE_PARTNER in policy(method)[2].roles and policy(method)[0] != "GET"
    ]


async def test_an_institution_that_has_only_registered_may_apply_and_nothing_else(scene: Scene) -> None:
    """With bodies about somebody else's things, as valid as can be made of the contract."""
    ids = {field: str(uuid4()) for field in ids_in_paths()} | {
        "offering_id": scene.offerings["good"],
        "api_key_id": scene.keys["good"],
        "practitioner_id": scene.doctors["good"],
        "partner_id": parse_global_id(Kind.PARTNER, scene.clinic.partner_id, ""),
    }
    answered = []
    for name in sorted(set(changes_of_partners()) - OF_WHO_REGISTERED):
        service, _, method = name.partition(".")
        request = filled(GetMessageClass(CONTRACTS[service].methods_by_name[method].input_type), ids)
        if not await scene.answer(name, request, scene.staff["never applied"]):
            answered.append(name)
    assert answered == []
