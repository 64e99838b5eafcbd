"""Act six, on a telephone: an app of a partner's asks, the resident ticks, it reads that alone, and is shut out."""

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import urlencode

import httpx2
from yima_client.caller import Caller, tls

from ops.demo.story import Story

BACK = "https://diary.example.org/back"
ASKS = ("patient/Observation.rs", "patient/MedicationRequest.rs")
TICKED = "patient/Observation.rs"


async def let_an_app_look(story: Story, staff: Caller, resident: Caller, url: str) -> None:
    """SMART App Launch as an app does it: scopes become a consent, a code becomes a token, and both end with it."""
    name = {"zh-CN": "健康日记", "en": "Health diary"}
    app = await staff.run(
        "register-app", label="diary", app={"name": name, "redirectUris": [BACK], "scope": " ".join(ASKS)}
    )
    origin = url.removesuffix("/graphql")
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    request = {
        "clientId": app["id"], "redirectUri": BACK, "responseType": "code", "scope": f"launch/patient {' '.join(ASKS)}",
        "codeChallenge": challenge, "codeChallengeMethod": "S256", "aud": f"{origin}/fhir",
    }  # fmt: skip
    asked = await resident.run("app-request", request=request)
    let = await resident.run("authorize-app", request=request, scopes=[TICKED], days=30)
    story.add(
        "resident", "is asked by an app of a partner's, and ticks one of the two things that it asks for",
        app=asked["name"], of=asked["partnerName"], asks=[each["scope"] for each in asked["scopes"]], ticked=TICKED,
        until=let["until"],
    )  # fmt: skip
    async with httpx2.AsyncClient(base_url=origin, trust_env=False, timeout=60, verify=tls()) as http:
        form = {"code": let["code"], "redirect_uri": BACK, "code_verifier": verifier, "client_id": app["id"]}
        token = (await http.post("/oauth/token", data={"grant_type": "authorization_code"} | form)).json()
        readings, medicines = [await count_of(http, token, kind) for kind in ("Observation", "MedicationRequest")]
        await resident.run("revoke-consent", consentId=let["consentId"], reason="that was enough")
        after = await count_of(http, token, "Observation")
    story.add(
        "app", "reads what was ticked and nothing else; once the resident takes it back, nothing",
        readings=readings, medicines=medicines, once_revoked=after,
    )  # fmt: skip


async def count_of(http: httpx2.AsyncClient, token: dict[str, Any], kind: str) -> str:
    """How many there are of a kind, as an app is told; or why it is told nothing."""
    query = urlencode({"patient": token["patient"], "_summary": "count"})
    answer = await http.get(f"/fhir/{kind}?{query}", headers={"authorization": f"Bearer {token['access_token']}"})
    content = answer.json()
    if answer.is_success:
        return str(content["total"])
    return str(content["issue"][0]["details"]["coding"][0]["code"])
