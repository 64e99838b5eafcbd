"""Accounts, passwords, API keys and tokens."""

import asyncio
import base64
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from yima_client import trust_lists
from yima_client.caller import fresh_key

from e2e.attack.agreements import priced
from e2e.attack.attacks import Outcome, attack, judge
from e2e.attack.scene import Answer, Scene, ask, code_of, send, token_of
from e2e.people import PASSWORD

WEAK = ("1234567890", "aaaaaaaaaa", "password12", "qwertyuiop", "          ", "abcdefghij", "password\u200b\u200b")
SIGN_IN = (
    "mutation ($l: String!, $p: String!) { signIn(login: $l, password: $p) { __typename ... on Refused { code } } }"
)
MAKE_KEY = """mutation ($label: String!, $scopes: [ApiKeyScope!], $key: String) {
    createApiKey(label: $label, scopes: $scopes, idempotencyKey: $key) {
        __typename ... on ApiKey { id secret } ... on Refused { code message field } } }"""
EXCHANGE = """mutation ($key: String!) { exchangeApiKey(apiKey: $key) {
    __typename ... on AccessToken { accessToken } ... on Refused { code message field } } }"""
REFRESH = """mutation ($t: String!) { refreshAccess(refreshToken: $t) {
    __typename ... on AccessToken { accessToken refreshToken } ... on Refused { code message field } } }"""
REVOKE = "mutation ($id: ID!) { revokeApiKey(apiKeyId: $id) { __typename ... on Refused { code message field } } }"


def result(answer: Answer) -> dict[str, Any]:
    """A mutation's one value; empty where the request was refused as a whole."""
    data = answer.body.get("data") if isinstance(answer.body, dict) else None
    return next(iter(data.values())) or {} if data else {}


def claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return dict(orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


@attack("H6", "a hundred guesses at once at one login, from one address and from many")
async def guessing(scene: Scene) -> Outcome:
    login = f"victim-{secrets.token_hex(5)}@residents.example.org"
    await scene.caller().run(
        "register-resident", login=login, password=PASSWORD, name="Resident", birthDate="1960-05-05"
    )
    one_address = scene.http()
    checked = 0

    async def guess(number: int, http: Any) -> str:
        answer = await ask(http, scene, SIGN_IN, l=login, p=f"wrong-{number:06}-xyz")
        return next(iter(answer.codes), str(answer.status))

    codes = await asyncio.gather(*(guess(i, one_address) for i in range(100)))
    checked += codes.count("sign-in-refused")
    codes = await asyncio.gather(*(guess(i, scene.http()) for i in range(60)))
    checked += codes.count("sign-in-refused")
    aliases = " ".join(
        f'a{i}: signIn(login: "{login}", password: "guess-{i:08}") {{ __typename ... on Refused {{ code }} }}'
        for i in range(59)
    )
    batch = await send(scene.http(), "POST", scene.graphql, json={"query": f"mutation {{ {aliases} }}"})
    values = (batch.body.get("data") or {}).values() if isinstance(batch.body, dict) else ()
    checked += sum((value or {}).get("code") == "sign-in-refused" for value in values)
    faults = [f"{checked} of 219 guesses were looked at"] if checked > 60 else []
    return judge(faults, f"{checked} of 219 guesses were looked at, the rest refused unseen")


@attack("H6b", "passwords that everybody guesses first")
async def weak_passwords(scene: Scene) -> Outcome:
    faults = []
    for password in (*WEAK, ""):
        login = f"weak-{secrets.token_hex(6)}@residents.example.org"
        answer = await ask(
            scene.http(),
            scene,
            """mutation ($l: String!, $p: String!) { registerResident(login: $l, password: $p, name: "Resident",
                birthDate: "1990-01-01") { __typename ... on Refused { code field } } }""",
            l=login,
            p=password or login[:20],
        )
        if not answer.codes or "internal" in answer.codes:
            faults.append(f"{password or 'the login'!r} was taken")
    return judge(faults, f"{len(WEAK) + 1} refused")


@attack("H7", "an API key that makes keys, hires, replaces the signing key, and outlives its revocation")
async def api_keys(scene: Scene) -> Outcome:
    clinic = await scene.clinic(**priced("5.00"))
    staff, faults = token_of(clinic.staff), []
    again = fresh_key()
    made = result(await ask(scene.http(), scene, MAKE_KEY, staff, label="till", scopes=["ORDERS"], key=again))
    if "secret" not in made:
        return judge([f"no key was made: {made}"], "")
    repeated = result(await ask(scene.http(), scene, MAKE_KEY, staff, label="till", scopes=["ORDERS"], key=again))
    if repeated.get("secret"):
        faults.append("its secret was shown twice")
    exchanged = result(await ask(scene.http(), scene, EXCHANGE, key=made["secret"]))
    if "accessToken" not in exchanged:
        return judge([*faults, f"a fresh key is refused: {exchanged}"], "")
    token = exchanged["accessToken"]
    for what, document, variables in (
        ("made another key", MAKE_KEY, {"label": "child", "scopes": ["ORDERS"]}),
        (
            "hired a practitioner",
            """mutation ($l: String!, $p: String!) { registerPractitioner(login: $l, password: $p, name: "Doctor",
                licenceNumber: "LIC-K7K7K7", title: "Doctor") { __typename ... on Refused { code } } }""",
            {"l": f"doctor-{secrets.token_hex(5)}@clinic.example.org", "p": PASSWORD},
        ),
        (
            "replaced the signing key",
            "mutation ($k: String!) { registerSigningKey(publicKey: $k) { __typename ... on Refused { code } } }",
            {"k": base64.b64encode(secrets.token_bytes(32)).decode()},
        ),
        ("read money", "{ entries { nodes { id } } }", {}),
    ):
        answer = await ask(scene.http(), scene, document, token, **variables)
        if not answer.codes:
            faults.append(f"it {what}")
    orders = await ask(scene.http(), scene, "{ orders { nodes { id } } }", token)
    if orders.codes:
        faults.append(f"it may not do what it is for: {orders.codes}")
    await ask(scene.http(), scene, REVOKE, staff, id=made["id"])
    ended = False
    for _ in range(20):
        if (await ask(scene.http(), scene, "{ orders { nodes { id } } }", token)).codes:
            ended = True
            break
        await asyncio.sleep(0.1)
    if not ended:
        faults.append("its token works on after the revocation")
    return judge(faults, "one scope, one look at the secret, nothing after the revocation")


@attack("M2", "who has an account: by words and by time")
async def enumeration(scene: Scene) -> Outcome:
    known = f"known-{secrets.token_hex(5)}@residents.example.org"
    await scene.caller().run(
        "register-resident", login=known, password=PASSWORD, name="Resident", birthDate="1960-05-05"
    )
    words = set()
    for login in (known, f"nobody-{secrets.token_hex(5)}@residents.example.org", "not a login"):
        answer = await ask(scene.http(), scene, SIGN_IN, l=login, p="a wrong one of some length")
        words.add(tuple(sorted(answer.codes)))
    return judge([f"sign-in answers {words}"] if len(words) > 1 else [], f"one answer: {words}")


@attack("H7b", "a refresh token that somebody else has got, before and after its owner uses it")
async def stolen_refresh_token(scene: Scene) -> Outcome:
    faults = []
    login = f"robbed-{secrets.token_hex(5)}@residents.example.org"
    owner = scene.caller()
    await owner.run("register-resident", login=login, password=PASSWORD, name="Resident", birthDate="1960-05-05")

    async def refreshed(token: str) -> dict[str, Any]:
        return result(await ask(scene.http(), scene, REFRESH, t=token))

    for newest_first in (True, False):
        begun = await owner.run("sign-in", login=login, password=PASSWORD)
        one, other = await refreshed(begun["refreshToken"]), await refreshed(begun["refreshToken"])
        for answer in (other, one) if newest_first else (one, other):
            await refreshed(answer["refreshToken"])
        for answer in (begun, one, other):
            if (await refreshed(answer["refreshToken"])).get("accessToken"):
                faults.append("a session goes on whose refresh token two have used")
        await asyncio.sleep(1.0)
        for answer in (begun, one, other):
            if not (await ask(scene.http(), scene, "{ me { role } }", answer["accessToken"])).codes:
                faults.append("an access token of the ended session is good after a second")
    return judge(faults, "of two who have one refresh token neither goes on once both have used it")


@attack("M10", "what a token and a code say in clear")
async def tokens_in_clear(scene: Scene) -> Outcome:
    resident, _ = await scene.resident()
    said = claims(token_of(resident))
    faults = [f"the token says {said}"] if "1960-05-05" in orjson.dumps(said).decode() else []
    first, second = [(await resident.run("issue-health-code"))["text"] for _ in range(2)]
    shared = longest_common(first, second)
    # "YM1:" and the header are the same in every code of a city; an id would add 26 characters and more.
    other, _ = await scene.resident()
    header = longest_common(first, (await other.run("issue-health-code"))["text"])
    if shared > header + 12:
        faults.append(f"two codes of one person share {shared} characters, of two persons {header}")
    return judge(
        faults, f"ids only; two codes of one person share no more than two of two persons ({shared}, {header})"
    )


@attack("K1", "a screenshot of a health code, and the codes fetched ahead behind it")
async def stolen_screenshot(scene: Scene) -> Outcome:
    clinic, (resident, _) = await scene.clinic(), await scene.resident()
    thief = await scene.clinic()
    shown = (await resident.run("prefetch-health-codes", count=3))["codes"]
    await clinic.practitioner.run("redeem-health-code", text=shown[0]["text"])
    faults = []
    copy = await code_of(thief.practitioner.run("redeem-health-code", text=shown[0]["text"]))
    if copy != "code-used":
        faults.append(f"the copy was answered {copy}")
    ahead = await code_of(thief.practitioner.run("redeem-health-code", text=shown[1]["text"]))
    if ahead not in ("code-not-yet", "code-rotated"):
        faults.append(f"the next minute's code was answered {ahead}")
    alerts = await resident.every("code-alerts")
    if not alerts or not alerts[0]["rotated"]:
        faults.append("nobody told the resident")
    return judge(faults, "refused (code-used), the resident is told, codes fetched ahead are void")


@attack("K2", "a late scan that is made up")
async def made_up_scan(scene: Scene) -> Outcome:
    clinic, (resident, _) = await scene.clinic(), await scene.resident()
    shown = (await resident.run("prefetch-health-codes", count=60))["codes"]
    faults = []
    for days in (-9, -1, 1):
        moment = (datetime.now(UTC) + timedelta(days=days)).isoformat()
        answer = await code_of(clinic.practitioner.run("redeem-health-code", text=shown[30]["text"], scannedAt=moment))
        if answer != "code-not-yet":
            faults.append(f"a scan of {days} days was answered {answer}")
    return judge(faults, "a scan counts in its code's own minute alone")


@attack("K4", "whoever poses as another city, and a trust list of one's own")
async def posing_city(scene: Scene) -> Outcome:
    """Nobody but the authority says who is trusted, and nobody but a city of its list has a code redeemed."""
    (resident, _), key, faults = await scene.resident(), trust_lists.new_key(), []
    http, operator = scene.http(), await scene.operator()
    city = {"name": "tianjin", "url": "https://tianjin.example.org", "keys": [{"kid": key["kid"], "x": key["x"]}]}
    for authority in ("cities.example.org", "elsewhere.example.org"):
        own = trust_lists.sign(key, authority, 2**40, [city], datetime.now(UTC) + timedelta(days=1))
        answer = await code_of(operator.run("put-trust-list", document=own, key=fresh_key()))
        if answer not in ("trust-list-forged", "no-trust-list"):
            faults.append(f"a list of one's own was answered {answer}")
        code = (await resident.run("issue-health-code"))["text"]
        for request in (own, "a.b.c", "", code, own.replace(".", "", 1)):
            sent = await http.post(f"{scene.origin}/cities/scans", json={"request": request})
            if sent.status_code < 400 or sent.status_code >= 500:
                faults.append(f"a posing city was answered {sent.status_code}")
    if await resident.every("scans"):
        faults.append("a code was honoured")
    return judge(faults, "refused (trust-list-forged; 401, 403 or 409), and no code is honoured")


def longest_common(one: str, other: str) -> int:
    """The length of the longest run of characters that both texts have."""
    best, lengths = 0, [0] * (len(other) + 1)
    for left in one:
        row = [0]
        for index, right in enumerate(other):
            row.append(lengths[index] + 1 if left == right else 0)
        lengths, best = row, max(best, *row)
    return best
