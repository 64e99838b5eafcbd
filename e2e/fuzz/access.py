"""Who somebody is: names and logins, guesses, tokens, sessions and keys that were ended, uploads, the bus."""

import asyncio
import base64
import hashlib
import json
import secrets
import time
import unicodedata
from dataclasses import replace
from typing import Any

import nats
import orjson
from devstack.authenticator import PRESENT, VERIFIED, Authenticator
from devstack.fictional import identity_number
from nats.errors import Error as NatsError
from yima.common.v1.route_pb2 import Role
from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.routes import call, methods, tree_of
from e2e.fuzz.scene import NOBODY, Person, a_new_resident
from e2e.people import PASSWORD
from e2e.valid_requests import filled

ENDED_SECONDS = 1.0  # after which what was revoked is refused by everybody
OPERATOR = "operator@yima.example.org"
COMMON = [
    "1234567890",
    "aaaaaaaaaa",
    "password12",
    " " * 10,
    "correct horse battery staple",
    "a password of some length",
]
DUTIES_OF = {
    "operator": {"ONBOARDING", "FINANCE", "SUPPORT", "ACCOUNTS", "QUALITY"},
    "regulator": {"SUPERVISE", "AUDIT"},
    "staff": {"OWNER", "DESK", "FINANCE", "DEVELOPER"},
    "rival": {"OWNER", "DESK", "FINANCE", "DEVELOPER"},
}
DUTIES = sorted(set().union(*DUTIES_OF.values()))
OPEN = {"GetKeys", "GetKeySet", "ListEndedSessions", "CheckApiKey"}


@generator("M1", "M2", "H6", "H13", weight=3)
async def registrations(operation: Operation) -> None:
    """People and institutions of hostile names and logins; who gets in has the name that was given, and nobody
    gets in as somebody else."""
    chance = operation.chance
    login = chance.choice(
        [words.look_alike(chance), words.name(chance), f"f-{secrets.token_hex(5)}@x.example.org", words.text(chance)]
    )
    name = chance.choice(
        [words.name(chance), words.look_alike(chance, "Yima Operator"), "Somebody", words.text(chance)]
    )
    password = chance.choice(
        [PASSWORD, f"{words.scalar(chance)}{secrets.token_hex(8)}", chance.choice(COMMON), "x" * 5_000]
    )
    if chance.random() < 0.4:
        texts = {"zh-CN": name, "en": chance.choice([name, "Clinic"])}
        await operation.run(NOBODY, "register-institution", name=texts, login=login, password=password, staffName=name)
        return
    born = chance.choice(["1990-01-01", words.moment(chance)[:10], words.moment(chance)])
    made = await operation.run(NOBODY, "register-resident", login=login, password=password, name=name, birthDate=born)
    if not made:
        return
    if unicodedata.normalize("NFKC", login).casefold().strip() == OPERATOR:
        operation.fault("somebody else has the operator's login", login)
    token = await operation.run(NOBODY, "sign-in", login=login, password=password)
    if token:
        me = await operation.run(Person("new", token["accessToken"], Role.ROLE_RESIDENT), "me")
        shown = ((me or {}).get("resident") or {}).get("name")
        if me and " ".join(unicodedata.normalize("NFC", name).split()) != shown:
            operation.fault(f"registered as {name!r}, and is called {shown!r}", name)


@generator("C5", "H6", "M2", weight=2)
async def guesses(operation: Operation) -> None:
    """Wrong passwords of a login that there is, of one that looks like it, and of one that there is not: never a
    token, and alike in words."""
    chance = operation.chance
    logins = [OPERATOR, words.look_alike(chance), f"nobody-{secrets.token_hex(4)}@x.example.org", words.text(chance)]
    password = chance.choice([*COMMON[:4], secrets.token_hex(8), words.text(chance), ""])
    answers = await asyncio.gather(
        *(operation.run(NOBODY, "sign-in", login=chance.choice(logins), password=password) for _ in range(3))
    )
    if any(answers):
        operation.fault("a guess was right", (logins, password))


@generator("M10", "H9", "C3", weight=2)
async def tokens(operation: Operation) -> None:
    """Tokens with another claim, key, algorithm or end, and none of them lets anybody in."""
    chance = operation.chance
    person = operation.scene.anybody(chance)
    head, _, rest = (person.token or "a.b.c").partition(".")
    claims, _, signature = rest.partition(".")
    match chance.randrange(6):
        case 5:
            odd = chance.choice([b'["alg"]', b'"alg"', b'{"alg":"EdDSA","crit":7}', words.json_text(chance)])
            head = base64.urlsafe_b64encode(odd).rstrip(b"=").decode()
        case 0:
            algorithm = chance.choice(["none", "None", "", "HS256", "EdDSA", "Ed25519", None, 7])
            made: dict[str, Any] = {
                "alg": algorithm,
                "kid": chance.choice(["../x", "", None, [], "' OR 1=1", words.scalar(chance)]),
            }
            head = base64.urlsafe_b64encode(orjson.dumps(made)).rstrip(b"=").decode()
        case 1:
            known = orjson.loads(base64.urlsafe_b64decode(claims + "==")) if len(claims) > 2 else {}
            known |= {
                chance.choice(["role", "sub", "exp", "partner_id", "scopes"]): chance.choice(
                    [5, "ROLE_OPERATOR", 2**40, []]
                )
            }
            claims = base64.urlsafe_b64encode(orjson.dumps(known)).rstrip(b"=").decode()
        case 2:
            at = chance.randrange(max(1, len(signature) - 2))
            signature = signature[:at] + ("A" if signature[at : at + 1] != "A" else "B") + signature[at + 1 :]
        case 3:
            signature = chance.choice(["", ".", f"{signature}.{signature}"])
        case _:
            head, claims, signature = (words.scalar(chance).encode("ascii", "ignore").decode() for _ in range(3))
    token = f"{head}.{claims}.{signature}".replace("\0", "").replace("\n", "")
    stranger = replace(NOBODY, name="forger", token=token)
    if token == person.token:
        return
    service, method = chance.choice(
        [method for method in methods() if method[1].name in ("GetMe", "ListOrders", "ListEntries")]
    )
    answer = await call(operation, service, method, stranger, {})
    content = await operation.graphql(stranger, "{ me { role } }")
    if answer.good or b'"role":"' in content.body:
        operation.fault("a forged token was believed", token)


@generator("H7", "H6", "M5", weight=2)
async def ended_sessions(operation: Operation) -> None:
    """A session that was signed out, ended everywhere, ended by the operator or by a new password: a second later it
    is refused by every service and by the gateway."""
    chance = operation.chance
    person, login, _ = await a_new_resident(operation.scene)
    match chance.randrange(4):
        case 0:
            done = await operation.run(person, "sign-out")
        case 1:
            done = await operation.run(person, "sign-out-everywhere")
        case 2:
            other = await operation.run(NOBODY, "sign-in", login=login, password=PASSWORD)
            if other is None:
                return
            fresh = f"another {secrets.token_hex(8)}"
            done = await operation.run(person, "change-password", currentPassword=PASSWORD, newPassword=fresh)
            person = replace(person, token=other["accessToken"])  # every session ends but the one that changed it
        case _:
            done = await operation.run(operation.scene.people["operator"], "end-sessions", login=login, reason="lost")
    if done:
        await refused_everywhere(operation, person)


@generator("H7", "M10", weight=2)
async def refresh_tokens(operation: Operation) -> None:
    """Refresh tokens: changed, of somebody else's kind, sent twice at once, after they were used, after their session's
    end. Of all who have one of a session at most one goes on, and a session that one was reused of is over."""
    chance = operation.chance
    _, login, _ = await a_new_resident(operation.scene)
    begun = await operation.run(NOBODY, "sign-in", login=login, password=PASSWORD)
    if begun is None:
        return
    first = begun["refreshToken"]
    at = chance.randrange(3, len(first))
    wrong = chance.choice([words.scalar(chance), begun["accessToken"], first[:at], f"{first[:at]}~{first[at + 1 :]}"])
    if wrong != first and await operation.run(NOBODY, "refresh-access", refreshToken=wrong):
        operation.fault("a token that nobody was given continues a session", wrong)
    at_once = await asyncio.gather(
        *(operation.run(NOBODY, "refresh-access", refreshToken=first) for _ in range(chance.randrange(1, 4)))
    )
    given = [answer["refreshToken"] for answer in at_once if answer]
    chance.shuffle(given)
    going_on = [
        answer for token in given if (answer := await operation.run(NOBODY, "refresh-access", refreshToken=token))
    ]
    if len(going_on) > 1:
        operation.fault("two go on with what one refresh token was answered", given)
    if await operation.run(NOBODY, "refresh-access", refreshToken=first) and going_on:
        operation.fault("a refresh token was used before its follower was, and once more after that", first)
    for answer in going_on:
        if await operation.run(NOBODY, "refresh-access", refreshToken=answer["refreshToken"]):
            operation.fault("a session goes on after a refresh token of it was reused", first)
        await refused_everywhere(operation, Person("ended", answer["accessToken"], Role.ROLE_RESIDENT))


@generator("H6", "M2", "C5", weight=2)
async def sent_codes(operation: Operation) -> None:
    """Resets and contacts: asked for by hostile logins and real ones, and guessed at with wrong codes, wrong ids and
    several at once: nobody gets in, and nobody is told who has an account."""
    chance = operation.chance
    there, login, _ = await a_new_resident(operation.scene)
    logins = [login, f"nobody-{secrets.token_hex(4)}@x.example.org"]
    asked = [await operation.run(NOBODY, "request-password-reset", login=one) for one in logins]
    if all(asked) and len({len(answer["id"]) for answer in asked}) > 1:
        operation.fault("the answer tells who has an account", asked)
    await operation.run(NOBODY, "request-password-reset", login=chance.choice([words.text(chance), words.name(chance)]))
    confirming = await operation.run(there, "request-contact-code", address=f"{secrets.token_hex(6)}@x.example.org")
    ids = [answer["id"] for answer in (*asked, confirming) if answer] or [secrets.token_hex(16)]
    guesses = [f"{chance.randrange(10**6):06}" for _ in range(chance.randrange(1, 4))]
    guesses.append(chance.choice(["", "000000", "１２３４５６", words.scalar(chance), "0" * 5_000]))
    fresh = f"guessed {secrets.token_hex(8)}"
    for guess in guesses:
        answers = await asyncio.gather(
            *(
                operation.run(NOBODY, "reset-password", resetId=chance.choice(ids), code=guess, newPassword=fresh)
                for _ in range(2)
            ),
            operation.run(there, "confirm-contact", codeId=chance.choice(ids), code=guess),
        )
        if any(answers):
            operation.fault("a guess at a code was right", guess)
    if await operation.run(NOBODY, "sign-in", login=login, password=fresh):
        operation.fault("somebody's password was reset by guesses", login)


@generator("H6", "M10", "M2", weight=2)
async def passkeys(operation: Operation) -> None:
    """Passkeys that are forged, copied, of another site or challenge, or sent twice: nobody signs in but its owner,
    once a challenge."""
    chance = operation.chance
    _, login, _ = await a_new_resident(operation.scene)
    authenticator = Authenticator(origin=operation.scene.origin.replace("127.0.0.1", "localhost"))
    begun = await operation.run(NOBODY, "begin-passkey", login=login, password=PASSWORD)
    if not begun:
        return
    credential = authenticator.create(begun["options"])
    name = chance.choice(["phone", words.text(chance), words.name(chance)])
    made = await operation.run(NOBODY, "finish-passkey", ceremonyId=begun["id"], name=name, credential=credential)
    if not made:  # for its name
        return
    forgeries: list[dict[str, Any]] = [
        {"client_data": {"origin": chance.choice(["https://evil.example", "null", words.text(chance)])}},
        {"client_data": {"challenge": words.text(chance)}},
        {"client_data": {"crossOrigin": True}},
        {"client_data": {"type": chance.choice(["webauthn.create", words.text(chance)])}},
        {"rp_id": chance.choice(["evil.example", "", "localhost."])},
        {"flags": chance.choice([0, PRESENT, VERIFIED, 0x3A])},
        {"signature": secrets.token_bytes(chance.randrange(90))},
        {"user_handle": secrets.token_bytes(16)},
        {"credential_id": secrets.token_bytes(chance.randrange(40))},
    ]
    asked = await operation.run(NOBODY, "begin-passkey-sign-in")
    if not asked:
        return
    otherwise = chance.choice(forgeries)
    forged = authenticator.get(asked["options"], **otherwise)
    text = chance.choice([forged, forged, forged[: chance.randrange(len(forged))], words.text(chance)])
    if await operation.run(NOBODY, "finish-passkey-sign-in", ceremonyId=asked["id"], credential=text):
        operation.fault("somebody was signed in by what is not genuine", otherwise)
    asked = await operation.run(NOBODY, "begin-passkey-sign-in")
    if not asked:
        return
    genuine = {"ceremonyId": asked["id"], "credential": authenticator.get(asked["options"])}
    answers = await asyncio.gather(*(operation.run(NOBODY, "finish-passkey-sign-in", **genuine) for _ in range(3)))
    if sum(bool(answer) for answer in answers) > 1:
        operation.fault("a challenge was good more than once", asked["id"])
    asked = await operation.run(NOBODY, "begin-passkey-sign-in")
    if any(answers) and asked:
        behind = authenticator.get(asked["options"], sign_count=chance.randrange(authenticator.sign_count))
        if await operation.run(NOBODY, "finish-passkey-sign-in", ceremonyId=asked["id"], credential=behind):
            operation.fault("a copy whose counter is behind signed in", authenticator.sign_count)


@generator("H7", "N1", weight=2)
async def api_keys(operation: Operation) -> None:
    """Keys with scopes, used and revoked: none makes keys or does what is not in its scope, none outlives its end."""
    chance, people = operation.chance, operation.scene.people
    scopes = chance.choice([["ORDERS"], ["MONEY", "RECORDS"], [], None])
    expires = chance.choice([None, None, words.moment(chance)])
    made = await operation.run(
        people["staff"], "create-api-key", label=words.name(chance)[:60], scopes=scopes, expiresAt=expires
    )
    if not made:
        return
    token = await operation.run(NOBODY, "exchange-api-key", apiKey=made["secret"])
    system = Person("a key", token["accessToken"], Role.ROLE_PARTNER) if token else NOBODY
    for act, asked in (
        ("create-api-key", {"label": "more", "scopes": ["ORDERS"]}),
        (
            "register-practitioner",
            {
                "login": "d@x.example.org",
                "password": PASSWORD,
                "name": "D",
                "title": "D",
                "licenceNumber": words.licence(chance),
            },
        ),
    ):
        if token and await operation.run(system, act, **asked):
            operation.fault(f"a key did {act}", scopes)
    if await operation.run(people["staff"], "revoke-api-key", id=made["id"]) and token:
        if await operation.run(NOBODY, "exchange-api-key", apiKey=made["secret"]):
            operation.fault("a revoked key was exchanged", scopes)
        await refused_everywhere(operation, system)


@generator("H6", "H7", "M1", "N11", weight=2)
async def invitations(operation: Operation) -> None:
    """Invitations into roles and duties that are the inviter's or not, accepted twice, late, by whom they were made by,
    with hostile names and logins: one account comes of each at most, with no duty that its inviter has not."""
    chance, people = operation.chance, operation.scene.people
    who = chance.choice(["operator", "regulator", "staff", "rival", "resident", "doctor", "key for ORDERS", "nobody"])
    duties = chance.sample(DUTIES, chance.choice([0, 1, 1, 2, 3]))
    made = await operation.run(
        people[who],
        "invite-account",
        note=chance.choice([words.name(chance), "a colleague", words.text(chance)]),
        duties=duties,
        role=chance.choice([None, None, "OPERATOR", "REGULATOR", "PARTNER", "RESIDENT"]),
        expiresAt=chance.choice([None, None, words.moment(chance)]),
        key=fresh_key(),
    )
    if not made:
        return
    if not set(duties) <= DUTIES_OF.get(who, set()):
        operation.fault(f"{who} gave duties that it has not", duties)
    token = made["token"]
    if chance.random() < 0.2:
        await operation.run(people[who], "revoke-invitation", invitationId=made["id"])
    login = chance.choice([words.look_alike(chance, OPERATOR), OPERATOR, f"i-{secrets.token_hex(5)}@x.example.org"])
    number = identity_number("1975-07-07") if who in ("operator", "regulator") or chance.random() < 0.05 else ""
    number = number if chance.random() < 0.8 else words.text(chance)
    chosen = {
        "login": login, "name": chance.choice(["Zhao Min", words.name(chance)]), "password": PASSWORD,
        "identityNumber": number,
    }  # fmt: skip
    tried = [token, token, chance.choice([token[:-1], token.upper(), f"{token} ", words.text(chance), made["id"]])]
    answers = await asyncio.gather(
        *(
            operation.run(
                chance.choice([NOBODY, people[who]]),
                "accept-invitation",
                **chosen | {"token": text, "login": login if number == 0 else f"{number}-{login}"},
            )
            for number, text in enumerate(tried)
        )
    )
    joined = [answer for answer in answers if answer]
    if len(joined) > 1:
        operation.fault("one invitation made two accounts", joined)
    for account in joined:
        if set(account["duties"]) - set(duties):
            operation.fault("an account has duties that nobody gave it", account)
        if who in ("operator", "regulator"):
            await second_account(operation, chosen)
        signed_in = await operation.run(NOBODY, "sign-in", login=account["login"], password=PASSWORD)
        if signed_in and who in ("operator", "regulator"):
            operation.fault("whom one person invited signed in before another confirmed them", account)
        await operation.run(people[who], "remove-account", accountId=account["id"])


async def second_account(operation: Operation, person: dict[str, Any]) -> None:
    """The same person accepts another invitation, in either role."""
    duties = {"operator": ["FINANCE"], "regulator": ["AUDIT"]}
    who = operation.chance.choice([*duties])
    inviter = operation.scene.people[who]
    made = await operation.run(inviter, "invite-account", note="again", duties=duties[who], key=fresh_key())
    if not made:
        return
    another = person | {"token": made["token"], "login": f"again-{secrets.token_hex(5)}@x.example.org"}
    if account := await operation.run(NOBODY, "accept-invitation", **another):
        operation.fault("one person has two accounts of operators or regulators", account)
    await operation.run(inviter, "revoke-invitation", invitationId=made["id"])


async def refused_everywhere(operation: Operation, person: Person) -> None:
    """A moment after its end a token opens nothing, at any service."""
    chance, ended = operation.chance, time.monotonic()
    await asyncio.sleep(ENDED_SECONDS)
    asked = chance.sample([method for method in methods() if method[1].name not in OPEN], 8)
    for service, method in asked:
        body = tree_of(filled(type_of(method), operation.scene.some_ids(chance)))
        answer = await call(operation, service, method, person, body)
        if answer.status not in (0, 401, 400) and not is_public(method):
            operation.fault(
                f"{method.name} answered {answer.status} to what was ended {time.monotonic() - ended:.1f} s before",
                body,
            )
    content = await operation.graphql(person, "{ me { role } }")
    if b'"role":"' in content.body:
        operation.fault("the gateway answers who has ended their session", content.body)


def type_of(method: Any) -> Any:
    from google.protobuf.message_factory import GetMessageClass

    return GetMessageClass(method.input_type)


def is_public(method: Any) -> bool:
    from chassis.routes import policy

    return bool(policy(method)[2].public)


@generator("H10", "M1", weight=1)
async def numbers(operation: Operation) -> None:
    """Licences and registrations in spellings that look the same: at most one of them is somebody's."""
    chance, people = operation.chance, operation.scene.people
    base = f"LIC-O{secrets.randbelow(10**6):06}I"
    taken = []
    for _ in range(3):
        spelt = chance.choice(
            [base, words.look_alike(chance, base), base.replace("O", "0"), base.replace("-", " "), base.lower()]
        )
        done = await operation.run(
            people["staff"],
            "register-practitioner",
            login=f"d-{secrets.token_hex(5)}@x.example.org",
            password=PASSWORD,
            name="Doctor",
            title="Doctor",
            licenceNumber=spelt,
            key=fresh_key(),
        )
        if done:
            taken.append(spelt)
    if len(taken) > 1:
        operation.fault("one licence is two people's", taken)


ANNOUNCE_DOCUMENT = """mutation ($m: String!, $s: Int!, $h: String!) {
  requestUpload(mediaType: $m, size: $s, sha256: $h) {
    ... on DocumentLink { path } ... on Refused { code field message } } }"""
ANNOUNCE_ATTACHMENT = """mutation ($m: String!, $s: Int!, $h: String!) {
  announceAttachment(mediaType: $m, size: $s, sha256: $h) {
    ... on AttachmentLink { path } ... on Refused { code field message } } }"""
ANNOUNCED = ((ANNOUNCE_DOCUMENT, "documents", "partners"), (ANNOUNCE_ATTACHMENT, "attachments", "catalog"))


@generator("N2", "H3", "M12", weight=2)
async def uploads(operation: Operation) -> None:
    """Documents that were not announced, of another size, type or hash, twice at once, by links that are made up."""
    chance, people = operation.chance, operation.scene.people
    who = people[chance.choice(["staff", "rival", "unscreened partner", "key for DOCUMENTS", "resident", "nobody"])]
    content = chance.choice(
        [b"%PDF-1.7 ", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"<svg onload=alert(1)>", b"PK\x03\x04"]
    ) + secrets.token_bytes(200)
    size = chance.choice([len(content), len(content), 0, -1, len(content) + 1, 2**31 - 1])
    digest = chance.choice([hashlib.sha256(content).hexdigest(), "ab" * 32, words.scalar(chance)])
    media = chance.choice(["application/pdf", "image/png", "text/html", words.scalar(chance)])
    document, kind, service = chance.choice(ANNOUNCED)
    link = (await operation.graphql(who, document, m=media, s=size, h=digest)).data
    path = link["path"] if link and "path" in link else f"/{kind}/{chance.choice([words.segment(chance), 'x' * 43])}"
    bases = [operation.scene.origin, operation.scene.stack.service_url(service)]
    sent = chance.choice([content, content, content + b"!", b"", content * 2_000])
    answers = await asyncio.gather(
        *(
            operation.send(
                "PUT",
                chance.choice(bases) + path,
                content=sent,
                headers={"content-type": media.encode("ascii", "ignore").decode().strip("\0\n") or "x/y"},
            )
            for _ in range(chance.choice([1, 3]))
        )
    )
    fits = link and size == len(sent) and digest == hashlib.sha256(sent).hexdigest()
    if sum(answer.good for answer in answers) > (1 if fits else 0):
        operation.fault("a document was taken in that was not announced so, or twice", (media, size, len(sent)))
    await operation.send("GET", chance.choice(bases) + path, files=True)


LOAD_CODES = """mutation ($f: CodeFileFormat!, $s: Int!, $h: String!, $u: String!, $v: String!, $t: String!) {
  requestCodeUpload(format: $f, size: $s, sha256: $h, url: $u, version: $v, title: $t) {
    ... on CodeUpload { path } ... on Refused { code field message } } }"""


@generator("N2", "H3", "M12")
async def code_files(operation: Operation) -> None:
    """Files of codes by whoever may not send them, of another size or hash, malformed, deep, twice at once."""
    chance, people = operation.chance, operation.scene.people
    name = chance.choice(["operator", "staff", "rival", "unscreened partner", "resident", "nobody"])
    who, url = people[name], f"urn:fuzz:{secrets.token_hex(4)}"
    codes: list[object] = [{"code": chance.choice([words.scalar(chance), "a", "", 7, None])} for _ in range(3)]
    table = {"resourceType": "CodeSystem", "url": url, "version": "1", "title": "T", "content": "complete"}
    target = {"code": "14771-0", "equivalence": chance.choice(["equal", "unmatched", words.scalar(chance)])}
    group = {"source": chance.choice([url, "http://loinc.org", words.scalar(chance)]), "target": "http://loinc.org"}
    maps = table | {"resourceType": "ConceptMap", "group": [group | {"element": [{"code": "a", "target": [target]}]}]}
    deep: object = {"code": "d"}
    for _ in range(chance.choice([3, 200])):
        deep = {"code": secrets.token_hex(2), "concept": [deep]}
    content = chance.choice(
        [
            json.dumps(table | {"concept": codes}).encode("utf-8", "surrogatepass"),
            json.dumps(table | {"concept": [deep]}).encode(),
            json.dumps(maps).encode("utf-8", "surrogatepass"),
            f"code,display\n{words.scalar(chance)},x\n".encode("utf-8", "surrogatepass"),
            b"code\n" + b"a\n" * 2_000,
            b"[" * 5_000,
            secrets.token_bytes(300),
        ]
    )
    size = chance.choice([len(content), len(content), 0, -1, len(content) + 1, 2**31 - 1])
    digest = chance.choice([hashlib.sha256(content).hexdigest(), hashlib.sha256(content).hexdigest(), "ab" * 32])
    asked = {"f": chance.choice(["CSV", "FHIR"]), "s": size, "h": digest, "u": url, "v": "1", "t": "Fuzz"}
    link = (await operation.graphql(who, LOAD_CODES, **asked)).data
    path = (
        link["path"] if link and "path" in link else f"/code-files/{chance.choice([words.segment(chance), 'x' * 43])}"
    )
    bases = [operation.scene.origin, operation.scene.stack.service_url("records")]
    sent = chance.choice([content, content, content + b"!", b""])
    answers = await asyncio.gather(
        *(operation.send("PUT", chance.choice(bases) + path, content=sent) for _ in range(chance.choice([1, 3])))
    )
    fits = link and size == len(sent) and digest == hashlib.sha256(sent).hexdigest()
    if any(answer.good for answer in answers) and not (
        fits and name in ("operator", "staff", "rival", "unscreened partner")
    ):
        operation.fault("codes were taken in that were not announced so, or of nobody who may", (name, len(sent)))


@generator("H9")
async def the_bus(operation: Operation) -> None:
    """Strangers on the bus, without a password, with a wrong one, under a service's name."""
    chance = operation.chance
    users = [
        {},
        {
            "user": chance.choice(["identity", "operator", "gateway", words.scalar(chance)]),
            "password": secrets.token_hex(8),
        },
    ]
    address = operation.scene.stack.nats.url
    try:
        bus = await nats.connect(address, allow_reconnect=False, error_cb=ignore, **chance.choice(users))
    except (NatsError, OSError, TimeoutError):
        operation.ended("bus: refused")
        return
    await bus.close()
    operation.fault("a stranger is on the bus")


async def ignore(_error: Exception) -> None:
    """What goes wrong on a connection to the bus is raised, too."""


@generator("H14")
async def old_events(operation: Operation) -> None:
    """An event that was, once more: as the bus's operator may send it, and a replayed dead letter is."""
    chance, stack = operation.chance, operation.scene.stack
    try:
        bus = await nats.connect(stack.nats.url_for("operator"), allow_reconnect=False, error_cb=ignore)
    except (NatsError, OSError, TimeoutError) as error:  # it gives a caller two seconds
        operation.ended(f"bus: {type(error).__name__}")
        return
    try:
        streams = [stream for stream in await bus.jetstream().streams_info() if stream.state.messages]
        stream = chance.choice(sorted(streams, key=lambda value: str(value.config.name)))
        number = chance.randint(stream.state.first_seq, stream.state.last_seq)
        old = await bus.jetstream().get_msg(str(stream.config.name), number)
        headers = dict(old.headers or {}) | {"Nats-Msg-Id": fresh_key()}
        await bus.jetstream().publish(str(old.subject), old.data or b"", headers=headers, timeout=10)
    except NatsError as error:  # it is no more, or nobody may say it again
        operation.ended(f"bus: {type(error).__name__}")
    finally:
        await bus.close()


@generator("C1", "N8", weight=1)
async def quality_reviews(operation: Operation) -> None:
    """Reviews looked at and judged by whoever, such as there are not, twice, and without having looked."""
    chance, people = operation.chance, operation.scene.people
    page = await operation.run(people["operator"], "quality-reviews", first=5, alsoJudged=chance.random() < 0.5)
    review = chance.choice(
        [each["id"] for each in (page or {"nodes": []})["nodes"]] or ["qrv_" + secrets.token_hex(16)]
    )
    verdict = chance.choice(["SOUND", "WRONG"])
    for name in ("staff", "doctor", "resident", "regulator", "nobody"):
        who = people[name]
        if await operation.run(who, "look-at-review", qualityReviewId=review, key=fresh_key()):
            operation.fault(f"{who.name} was shown a resource that operators judge", review)
        if await operation.run(who, "judge-resource", qualityReviewId=review, verdict=verdict, key=fresh_key()):
            operation.fault(f"{who.name} judged a resource", review)
    if chance.random() < 0.5:
        await operation.run(people["operator"], "look-at-review", qualityReviewId=review, key=fresh_key())
    note = chance.choice(["", words.text(chance), "x" * 600])
    again = {"qualityReviewId": review, "verdict": verdict}
    first = await operation.run(people["operator"], "judge-resource", **again, note=note, key=fresh_key())
    if first and await operation.run(people["operator"], "judge-resource", **again, key=fresh_key()):
        operation.fault("one person judged a resource twice", review)
