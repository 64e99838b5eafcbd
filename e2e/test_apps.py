"""A resident's own app, by SMART App Launch: it asks, the resident answers, and their word is a consent like any."""

import asyncio
import base64
import hashlib
import secrets
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from devstack.stack import Stack
from fhirclient.client import FHIRClient
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient
from ops.demo import history
from ops.example_city import ingest
from yima_client.caller import Caller, connect, until
from yima_client.errors import Refused

from e2e import people
from e2e.people import Clinic, a_clinic, a_dependant, a_resident, operator_of, refusal
from e2e.test_fhir import entries, outcome

pytestmark = pytest.mark.anyio
BACK = "https://diary.example.org/back"
NAME = {"zh-CN": "健康日记", "en": "Health diary"}
SCOPE = "patient/Observation.rs patient/Patient.rs patient/MedicationRequest.rs"
VERIFIER = "a-verifier-of-an-app-that-is-long-enough-to-guess-nothing"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class App:
    """An app of a clinic's, and a resident of whom another clinic has said something."""

    http: httpx2.AsyncClient
    origin: str
    clinic: Clinic
    client_id: str
    resident: Caller
    resident_id: str

    def asks(self, **changes: str) -> dict[str, str]:
        return {
            "clientId": self.client_id,
            "redirectUri": BACK,
            "responseType": "code",
            "scope": "launch/patient offline_access patient/Observation.rs",
            "codeChallenge": CHALLENGE,
            "codeChallengeMethod": "S256",
            "aud": f"{self.origin}/fhir",
        } | changes

    async def answered(self, scopes: tuple[str, ...] = ("patient/Observation.rs",), **said: Any) -> dict[str, Any]:
        """The resident's answer, as the page sends it."""
        asked = {"request": self.asks(), "scopes": [*scopes], "days": 30} | said
        return dict(await self.resident.run("authorize-app", **asked))

    async def token(self, **form: str) -> httpx2.Response:
        return await self.http.post(f"{self.origin}/oauth/token", data={"client_id": self.client_id} | form)

    async def exchanged(self, code: str, **changes: str) -> httpx2.Response:
        form = {"code": code, "redirect_uri": BACK, "code_verifier": VERIFIER} | changes
        return await self.token(grant_type="authorization_code", **form)

    async def refreshed(self, refresh_token: str, **more: str) -> httpx2.Response:
        return await self.token(grant_type="refresh_token", refresh_token=refresh_token, **more)

    async def looks(self, token: Mapping[str, Any], query: str = "", **headers: str) -> httpx2.Response:
        query = query or f"Observation?patient={token['patient']}"
        sent = {"authorization": f"Bearer {token['access_token']}"} | headers
        return await self.http.get(f"{self.origin}/fhir/{query}", headers=sent)


async def registered(clinic: Clinic, scope: str = SCOPE) -> str:
    app = {"name": NAME, "redirectUris": [BACK], "scope": scope}
    key = await clinic.staff.run("register-app", label="diary", app=app)
    assert key["scopes"] == ["RECORDS", "STANDING"] and key["app"]["name"] == NAME["en"]
    return str(key["id"])


@pytest.fixture(scope="module")
async def app(stack: Stack) -> AsyncGenerator[App]:
    async with connect(stack.graphql) as nobody, httpx2.AsyncClient(trust_env=False, timeout=60) as http:
        writer, clinic = [await a_clinic(nobody, stack.secrets) for _ in range(2)]
        resident, resident_id = await a_resident(nobody)
        await ingest(resident, writer.practitioner, history(secrets.token_hex(4)))
        origin = stack.graphql.removesuffix("/graphql")
        yield App(http, origin, clinic, await registered(clinic), resident, resident_id)


async def test_smarts_own_client_launches_reads_what_the_resident_let_it_and_nothing_once_they_revoke(app: App) -> None:
    """The city's page is played; everything else is `fhirclient`'s, unchanged."""
    said = (await app.http.get(f"{app.origin}/fhir/.well-known/smart-configuration")).json()
    assert said["authorization_endpoint"] == f"{app.origin}/app/authorize"
    assert {"launch-standalone", "client-public", "context-standalone-patient", "permission-v2"} < {
        *said["capabilities"]
    }
    settings = {
        "app_id": app.client_id,
        "api_base": f"{app.origin}/fhir",
        "redirect_uri": BACK,
        "scope": "patient/Observation.read patient/Patient.read offline_access",
    }
    smart = FHIRClient(settings=settings)
    await asyncio.to_thread(smart.prepare)
    address = urlsplit(smart.authorize_url)
    assert address.path == "/app/authorize"
    sent = dict(parse_qsl(address.query))
    asked = app.asks(
        scope=sent["scope"], codeChallenge=sent["code_challenge"], aud=sent["aud"], redirectUri=sent["redirect_uri"]
    )
    review = await app.resident.run("app-request", request=asked)
    assert (review["name"], review["goesOn"], review["redirectUri"]) == (NAME["en"], True, BACK)
    scopes = {each["scope"]: each["informationTypes"] for each in review["scopes"]}
    assert scopes["patient/Observation.rs"] == ["activity", "encounters", "imaging", "laboratory", "vital-signs"]
    assert set(scopes) == {"patient/Observation.rs", "patient/Patient.rs"}
    let = await app.answered((*scopes,), request=asked)
    back = f"{let['redirectUri']}?{urlencode({'code': let['code'], 'state': sent['state']})}"
    await asyncio.to_thread(smart.handle_callback, back)
    assert smart.patient_id.startswith("res-") and app.resident_id[4:] not in smart.patient_id
    query = Observation.where(struct={"patient": smart.patient_id})
    found = await asyncio.to_thread(lambda: list(query.perform_resources_iter(smart.server)))
    assert len(found) == 4
    seen = await asyncio.to_thread(lambda: Patient.read(smart.patient_id, smart.server))
    assert seen.name[0].extension[0].valueCode == "masked"
    assert await asyncio.to_thread(smart.reauthorize)
    log = await app.resident.run("access-log", first=20)
    looked = [each for each in log["nodes"] if each["kind"] == "READ" and each["permitted"]]
    assert {each["purpose"] for each in looked} == {"PATRQT"}
    await app.resident.run("revoke-consent", consentId=let["consentId"], reason="")
    with pytest.raises(Exception, match=r"40[13]"):
        await asyncio.to_thread(lambda: list(query.perform_resources_iter(smart.server)))


async def test_a_token_is_for_what_was_ticked_of_one_resident_and_writes_nothing(app: App) -> None:
    let = await app.answered(
        ("patient/MedicationRequest.rs",), request=app.asks(scope=f"{SCOPE} launch/patient openid fhirUser")
    )
    token = (await app.exchanged(let["code"])).json()
    assert token["scope"] == "patient/MedicationRequest.rs" and "refresh_token" not in token
    assert (await app.looks(token, f"MedicationRequest?patient={token['patient']}")).status_code == 200
    assert outcome(await app.looks(token)) == (403, "forbidden")
    assert outcome(await app.looks(token, f"Patient/{token['patient']}/$everything")) == (403, "forbidden")
    stranger = f"MedicationRequest?patient=res-{'0' * 32}"
    assert outcome(await app.looks(token, stranger)) == (403, "consent-denied")
    stored = await app.looks(token, f"MedicationRequest?patient={token['patient']}", **{"access-mode": "STORE"})
    assert outcome(stored) == (403, "consent-denied")
    authorization = {"authorization": f"Bearer {token['access_token']}"}
    written = await app.http.post(f"{app.origin}/fhir/MedicationRequest", json={}, headers=authorization)
    assert outcome(written) == (403, "forbidden")
    graphql = await app.http.post(f"{app.origin}/graphql", json={"query": "{ me { role } }"}, headers=authorization)
    assert graphql.status_code == 403


async def test_a_code_is_good_once_for_its_app_its_address_and_its_verifier(app: App) -> None:
    other = App(app.http, app.origin, app.clinic, await registered(app.clinic), app.resident, app.resident_id)
    code = (await app.answered())["code"]
    for answer in (
        await app.exchanged(code, code_verifier="another-verifier-that-is-just-as-long-as-the-first"),
        await app.exchanged(code, redirect_uri=f"{BACK}/"),
        await app.exchanged("yc_made-up"),
        await other.exchanged(code),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant"), answer.text
    token = (await app.exchanged(code)).json()
    assert len(entries((await app.looks(token)).json())) == 4
    assert (await app.exchanged(code)).json()["error"] == "invalid_grant"

    async def status() -> int:
        return (await app.looks(token)).status_code

    assert await until("the end of what the code began", status, lambda seen: seen == 401) == 401
    assert (await app.refreshed(token["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_refresh_token_is_used_once_and_a_second_use_ends_all_of_its_family(app: App) -> None:
    first = (await app.exchanged((await app.answered())["code"])).json()
    second = (await app.refreshed(first["refresh_token"])).json()
    third = (await app.refreshed(second["refresh_token"])).json()
    assert (third["scope"], third["patient"]) == (first["scope"], first["patient"])
    assert (await app.looks(third)).status_code == 200
    assert (await app.refreshed(third["refresh_token"], scope="patient/Condition.rs")).json()[
        "error"
    ] == "invalid_scope"
    assert (await app.refreshed(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await app.refreshed(third["refresh_token"])).json()["error"] == "invalid_grant"

    async def status() -> int:
        return (await app.looks(third)).status_code

    assert await until("the end of the family", status, lambda seen: seen == 401) == 401


async def test_what_is_wrong_with_a_request_is_said_on_our_page_and_nobody_is_sent_anywhere(app: App) -> None:
    for changes, code, field in (
        ({"redirectUri": "https://thief.example.org/back"}, "app-refused", None),
        ({"redirectUri": f"{BACK}/../else"}, "app-refused", None),
        ({"clientId": "key_0197f0a0e4b07c3a8f3e5d2c1b0a9f8e"}, "app-refused", "clientId"),
        ({"codeChallengeMethod": "plain"}, "invalid", "codeChallengeMethod"),
        ({"codeChallenge": VERIFIER}, "invalid", "codeChallenge"),
        ({"responseType": "token"}, "invalid", "responseType"),
        ({"aud": "https://another.example.org/fhir"}, "invalid", "aud"),
        ({"scope": "patient/Condition.rs"}, "scope-refused", "scope"),
        ({"scope": "patient/Observation.cud openid"}, "scope-refused", "scope"),
    ):
        refused = await refusal(app.resident.run("app-request", request=app.asks(**changes)))
        assert (refused.code, refused.field) == (code, field), changes
        refused = await refusal(app.answered(request=app.asks(**changes)))
        assert refused.code == code, changes
    refused = await refusal(app.answered(("patient/MedicationRequest.rs",)))
    assert refused.field == "scopes[0]"
    assert (await refusal(app.answered(days=0))).field == "days"


async def test_a_guardian_answers_for_a_child_and_nobody_for_a_stranger(app: App, nobody: Caller) -> None:
    login = f"guardian-{secrets.token_hex(5)}@residents.example.org"
    await people.registered(nobody, login)
    guardian = await nobody.signed_in(login, people.PASSWORD)
    child = await a_dependant(guardian, "2018-06-01")
    guardian = await nobody.signed_in(login, people.PASSWORD)
    word = {"request": app.asks(), "scopes": ["patient/Observation.rs"], "days": 1}
    let = await guardian.run("authorize-app", residentId=child, **word)
    token = (await app.exchanged(let["code"])).json()
    assert entries((await app.looks(token)).json()) == []
    own = (await app.exchanged((await guardian.run("authorize-app", **word))["code"])).json()
    assert token["patient"] != own["patient"]
    assert outcome(await app.looks(token, f"Observation?patient={own['patient']}")) == (403, "consent-denied")
    assert (await refusal(app.answered(residentId=child))).code == "not-found"


async def test_an_app_of_a_suspended_partner_asks_nobody_and_sees_nothing(
    app: App, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    own = App(app.http, app.origin, clinic, await registered(clinic), app.resident, app.resident_id)
    token = (await own.exchanged((await own.answered())["code"])).json()
    assert (await own.looks(token)).status_code == 200
    operator = await operator_of(nobody, stack.secrets)
    suspend = 'mutation ($id: ID!) { suspendPartner(partnerId: $id, reason: "complaints") { __typename } }'
    done = await operator.raw(suspend, id=clinic.partner_id)
    assert done["data"]["suspendPartner"]["__typename"] == "Partner", done

    async def status() -> int:
        return (await own.looks(token)).status_code

    assert await until("the app's end", status, lambda seen: seen in (401, 403)) in (401, 403)
    assert (await refusal(own.resident.run("app-request", request=own.asks()))).code == "app-refused"
    assert (await own.refreshed(token["refresh_token"])).json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"redirectUris": ["http://diary.example.org/back"]}, "app.redirectUris[0]"),
        ({"redirectUris": [f"{BACK}#part"]}, "app.redirectUris[0]"),
        ({"redirectUris": []}, "app.redirectUris"),
        ({"name": {"en": "Health diary"}}, "app.name"),
        ({"scope": "patient/Observation.cud system/*.rs"}, "app.scope"),
    ],
    ids=["unsafe", "fragment", "none", "one-language", "writes"],
)
async def test_an_app_is_registered_with_safe_addresses_all_languages_and_scopes_that_read(
    app: App, changes: dict[str, Any], field: str
) -> None:
    said = {"name": NAME, "redirectUris": [BACK], "scope": SCOPE} | changes
    with pytest.raises(Refused) as refused:
        await app.clinic.staff.run("register-app", label="diary", app=said)
    assert refused.value.field == field
