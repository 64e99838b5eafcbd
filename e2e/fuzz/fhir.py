"""FHIR clients: Bundles and patches in every odd form, systems with keys of others, and apps that nobody registered."""

import base64
import time
from typing import Any
from urllib.parse import urlencode

import orjson
from chassis.ids import Kind, parse_id
from joserfc import jwt
from joserfc.jwk import ECKey
from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.health import mutated, observation, scanned
from e2e.fuzz.operation import Operation

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
STRANGER = ECKey.generate_key("P-384", {"kid": "stranger"}, private=True)


def patch(operation: Operation) -> list[Any]:
    """A patch that may or may not be one."""
    chance = operation.chance
    paths = ["/status", "/subject/reference", "/id", "/note", "/note/-", "", "/", "/~2", "/a/b/c", words.text(chance)]
    operations: list[Any] = [
        {
            "op": chance.choice(["add", "remove", "replace", "move", "copy", "test", words.scalar(chance)]),
            "path": chance.choice([*paths, None, 7, []]),
            "from": chance.choice(paths),
            "value": chance.choice([words.text(chance), None, [], {}, 1.5, "final", words.moment(chance)]),
        }
        for _ in range(chance.choice([1, 1, 3, 120]))
    ]
    doubling = [{"op": "add", "path": "/note", "value": []}, *[{"op": "copy", "from": "/note", "path": "/note/-"}] * 40]
    return chance.choice([operations, operations, doubling, [None], []])


@generator("C2", "M12", weight=4)
async def fhir_writes(operation: Operation) -> None:
    """A doctor who has scanned a code sends Bundles and patches. Of a transaction all is stored or none."""
    chance, people = operation.chance, operation.scene.people
    scan = await scanned(operation, people["doctor"], people["resident"])
    if scan is None:
        return
    resident_id = str(parse_id(operation.scene.shown[2], "resident_id", Kind.RESIDENT))
    records = operation.scene.stack.service_url("records")

    async def ask(path: str, **said: object) -> Any:
        body = orjson.dumps(said | {"scan_receipt": scan["receipt"]}, default=str)
        answer = await operation.send(
            "POST", f"{records}{path}", people["doctor"], content=body, headers={"idempotency-key": fresh_key()}
        )
        return answer.content if answer.good else None

    good = observation(chance, resident_id)
    url = f"Observation/{good['id']}"
    if chance.random() < 0.4:
        stored = await ask("/resource-writes", method="PUT", url=url, content=orjson.dumps(good).decode())
        changed = await ask(
            "/resource-writes",
            method="PATCH",
            url=url,
            content=orjson.dumps(patch(operation), default=str).decode(),
            if_match=chance.choice(["", "", 'W/"1"', 'W/"2"', "*", words.text(chance)]),
        )
        if changed and (not stored or changed.get("version") not in (1, 2) or changed.get("content")):
            operation.fault("a patch made what it may not", changed)
        return
    kind = chance.choice(["transaction", "batch"])
    odd: dict[str, Any] = {"request": {"method": chance.choice(["POST", "PUT", "GET", "DELETE", words.scalar(chance)])}}
    odd["request"]["url"] = chance.choice(
        ["Observation", url, "Observation/other", "Observation?identifier=a|b", "Patient", words.text(chance)]
    )
    odd["fullUrl"] = chance.choice(["urn:uuid:1", "", words.text(chance)])
    entries = [orjson.dumps({"request": {"method": "PUT", "url": url}, "resource": good}).decode()]
    written = orjson.dumps(odd).decode()
    resource = (
        mutated(chance, observation(chance, resident_id)) if chance.random() < 0.7 else orjson.dumps(good).decode()
    )
    binary = {"resourceType": "Binary", "contentType": "application/json-patch+json"}
    data = base64.b64encode(orjson.dumps(patch(operation), default=str)).decode()
    resource = chance.choice([resource, resource, orjson.dumps(binary | {"data": data}).decode()])
    entries.append(f'{written[:-1]},"resource":{resource}}}' if chance.random() < 0.8 else written)
    done = await ask("/bundles", bundle=f'{{"resourceType":"Bundle","type":"{kind}","entry":[{",".join(entries)}]}}')
    if done and len(done["outcomes"]) != len(entries):
        operation.fault("a Bundle's entries have not an outcome each", done)
    if done and kind == "transaction" and any("issue" in outcome for outcome in done["outcomes"]):
        operation.fault("a transaction was stored in part", done)


@generator("H6", weight=1)
async def systems(operation: Operation) -> None:
    """Whoever has no key of a system gets no token."""
    chance, now = operation.chance, int(time.time())
    ids = [words.text(chance), "", *operation.scene.shown[:3], "01890a5d-0000-774b-bcce-b302099a8057"]
    client = chance.choice(ids)
    url = f"{operation.scene.origin}/oauth/token"
    claims = {
        "iss": client,
        "sub": client,
        "aud": url,
        "jti": fresh_key(),
        "exp": now + chance.choice([60, 10**9, -60]),
    }
    name = chance.choice(sorted(claims))
    claims |= {name: chance.choice([None, [], {}, 7, words.text(chance), claims[name]])}
    signed = jwt.encode({"alg": "ES384", "kid": "stranger"}, claims, STRANGER, algorithms=["ES384"])
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": chance.choice([signed, signed, words.text(chance), f"{signed}.{signed}"]),
        "scope": chance.choice(["system/*.rs", "system/*.cruds", words.text(chance), ""]),
    }
    content = urlencode(form, errors="replace").encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await operation.send("POST", url, content=content, headers=headers)
    if answer.good:
        operation.fault("a stranger got a system's token", form)


BACK = "https://app.example.org/back"


@generator("H6", weight=1)
async def apps(operation: Operation) -> None:
    """Residents answer apps that ask in odd words, for addresses that are nobody's, and whoever has no code of an app's
    asks for its tokens: nobody is sent to a stranger, and nobody gets a token."""
    chance, people = operation.chance, operation.scene.people
    ids = [words.text(chance), "", *operation.scene.shown[:3], "key_01890a5d0000774bbcceb302099a8057"]
    client = chance.choice(ids)
    request = {
        "clientId": client,
        "redirectUri": chance.choice([BACK, f"{BACK}/..", "javascript:alert(1)", words.text(chance)]),
        "responseType": chance.choice(["code", "token", words.text(chance)]),
        "scope": chance.choice(["patient/*.rs", "patient/Observation.cruds", "system/*.rs", words.text(chance)]),
        "codeChallenge": chance.choice(["", "A" * 43, words.text(chance)]),
        "codeChallengeMethod": chance.choice(["S256", "plain", words.text(chance)]),
        "aud": chance.choice([f"{operation.scene.origin}/fhir", words.text(chance)]),
    }
    scopes = chance.choice([["patient/*.rs"], [], [words.text(chance)] * 3])
    days = chance.choice([0, 1, 365, 2**31 - 1, -1])
    if answered := await operation.run(
        people["resident"], "authorize-app", request=request, scopes=scopes, days=days, residentId=chance.choice(ids)
    ):
        operation.fault("an app that nobody registered was let see a record", answered)
    secret = chance.choice(["yc_", "yr_", "", words.text(chance)]) + "A" * 43
    form = {
        "grant_type": chance.choice(["authorization_code", "refresh_token", words.text(chance)]),
        "client_id": client,
        "code": secret,
        "refresh_token": secret,
        "code_verifier": chance.choice(["A" * 43, "", words.text(chance)]),
        "redirect_uri": BACK,
    }
    content = urlencode(form, errors="replace").encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await operation.send("POST", f"{operation.scene.origin}/oauth/token", content=content, headers=headers)
    if answer.good:
        operation.fault("a stranger got an app's token", form)
