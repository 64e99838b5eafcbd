"""What the city signs and whom it believes: proofs of the access log, witnesses, trust lists, other cities."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

import orjson
from chassis.signing import b64, jose_key
from city_pack import trust
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey
from yima.consent.v1.api_pb2 import ACCESS_KIND_CITY, AccessLogEntry
from yima_client import trust_lists
from yima_client.caller import fresh_key
from yima_client.health_codes import unpadded
from yima_client.transparency import NotProved, Proved, check_consistency, opened, verify_one

from e2e.city import AUTHORITY, authority_key
from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.scene import NOBODY

NUMBERS = count(int(time.time()))  # of lists: each is higher than all before
NEIGHBOUR = "neighbour"  # a city that the fuzzer plays
SIZES = [0, -1, 1, 2**31 - 1]
SCANNER = "00000000-0000-7000-8000-000000000001"


@generator("N6", "M4", weight=2)
async def log_proofs(operation: Operation) -> None:
    """Proofs of places that are not and of sizes that never were, by everybody, and co-signatures of nobody's: what is
    answered verifies, the log only grows, and only what a witness has signed is kept."""
    chance, scene = operation.chance, operation.scene
    newest = await operation.run(NOBODY, "access-log-checkpoint")
    answer = await operation.send("GET", f"{scene.origin}/audit-keys.json")
    if newest is None or not answer.good:
        return
    keys, size = answer.content, int(newest["size"])
    odd = [*SIZES, size, size + 1, chance.randint(1, size)]
    who = scene.people[chance.choice(["resident", "regulator", "stranger", "nobody"])]
    proof = await operation.run(
        who, "access-log-inclusion", position=chance.choice(odd), size=chance.choice([None, size, *odd])
    )
    if proof and proof["checkpoint"] and isinstance(flaw := verify_one(orjson.dumps(proof).decode(), keys), NotProved):
        operation.fault(f"a proof that does not hold: {flaw}", proof)
    if proof and proof["entry"] and who.name != "regulator":
        entry = AccessLogEntry.FromString(bytes.fromhex(proof["entry"]))
        resident_id, stranger_id, child_id = scene.ids["resident_id"]
        theirs = {"resident": {resident_id, child_id}, "stranger": {stranger_id}}.get(who.name, set())
        if entry.kind != ACCESS_KIND_CITY and entry.resident_id not in theirs:
            operation.fault(f"{who.name} is shown somebody else's entry of the log", proof)
    scene.first_checkpoint = scene.first_checkpoint or newest["note"]
    before, now = (opened(note, keys["log"]) for note in (scene.first_checkpoint, newest["note"]))
    path = await operation.run(NOBODY, "access-log-consistency", oldSize=before.size, size=now.size)
    try:
        if path is not None:
            check_consistency(before, now, [bytes.fromhex(digest) for digest in path["path"]])
    except NotProved as flaw:
        operation.fault(f"the log did not only grow: {flaw}", path)
    await operation.run(NOBODY, "access-log-consistency", oldSize=chance.choice(odd), size=chance.choice(odd))
    asked = {"size": chance.choice([*map(str, odd), words.number(chance)]), "old": words.number(chance)}
    page = chance.choice(["checkpoint", "consistency"])
    shown = await operation.send("GET", f"{scene.origin}/access-log/{page}", params=asked, files=True)
    if page == "checkpoint" and shown.good and not isinstance(verify_one(shown.body.decode(), keys), Proved):
        operation.fault("a checkpoint that the published keys do not verify", asked)
    await witnessed_by_nobody(operation, newest)


async def witnessed_by_nobody(operation: Operation, checkpoint: dict[str, Any]) -> None:
    """Whoever is no witness puts a signature beneath a checkpoint: their own, the log's, or what is none."""
    chance = operation.chance
    key = Ed25519PrivateKey.generate()
    own = f"\u2014 witness.example.org {b64(chance.randbytes(4) + key.sign(checkpoint['note'].encode()))}"
    logs = checkpoint["note"].rstrip("\n").rpartition("\n")[2]
    line = chance.choice([own, logs, own[:-9], words.text(chance), "\n", own * 50])
    size = chance.choice([checkpoint["size"], checkpoint["size"] + 1, 0])
    if await operation.run(NOBODY, "cosign-log-checkpoint", size=size, cosignature=line):
        operation.fault("a signature of nobody's stands beneath a checkpoint", line)


@cache
def neighbours_key() -> dict[str, str]:
    return trust_lists.new_key()


def neighbours_jose() -> OKPKey:
    written = neighbours_key()
    seed = unpadded(written["d"])
    return jose_key(Ed25519PrivateKey.from_private_bytes(seed), written["kid"])


@generator("K4", "M1", "M4", weight=2)
async def trust_lists_and_cities(operation: Operation) -> None:
    """Trust lists that are forged, over, older or say odd things, put by everybody; and requests of a city that is on
    the list: forged, replayed, for another city, over. One that is right honours a code, once."""
    chance, people = operation.chance, operation.scene.people
    known = await operation.run(NOBODY, "trust-list")
    if known is None:
        return
    own = {"name": operation.scene.stack.city.name, "url": operation.scene.origin, "keys": [known["ownKey"]]}
    public = {name: neighbours_key()[name] for name in ("kid", "x")}
    neighbour: dict[str, Any] = {"name": NEIGHBOUR, "url": "http://127.0.0.1:9", "keys": [public]}
    genuine = chance.random() < 0.6
    key, authority, number, until = authority_key(), AUTHORITY, next(NUMBERS), datetime.now(UTC)
    until += timedelta(days=1)
    if not genuine:
        match chance.randrange(5):
            case 0:
                key = neighbours_key()
            case 1:
                authority = words.text(chance)
            case 2:
                number = chance.choice([0, -1, 1, 2**53, 2**63])
            case 3:
                until -= timedelta(days=2)
            case _:
                odd = {"name": words.text(chance), "url": words.text(chance), "keys": []}
                neighbour |= {name: odd[name] for name in chance.sample(sorted(odd), 1)}
    document = trust_lists.sign(key, authority, number, [own, neighbour], until)
    who = people[chance.choice(["operator", "operator", "regulator", "staff", "resident", "nobody"])]
    put = await operation.run(who, "put-trust-list", document=document, key=fresh_key())
    if put and (who.name not in ("operator", "regulator") or not genuine):
        operation.fault(f"{who.name} proposed a list that is not the authority's", document)
    await foreign_codes(operation)
    if put and put["proposed"] and await decided(operation, put, who.name) and genuine:
        await requests_of_a_neighbour(operation, str(own["name"]))


async def decided(operation: Operation, put: dict[str, Any], proposer: str) -> bool:
    """Everybody decides what one person proposed: another who supervises, and nobody else. Is it in force?"""
    chance, people = operation.chance, operation.scene.people
    number = put["proposed"]["sequence"]
    known = await operation.run(NOBODY, "trust-list")
    if known is None or known["sequence"] == number or known["proposed"]:
        operation.fault("what one person proposed is in force, or everybody sees it", known)
    for name in chance.sample(["operator", "regulator", "staff", "resident", "nobody"], 5):
        done = await operation.run(
            people[name],
            "decide-trust-list",
            sequence=number,
            approved=True,
            reason=words.text(chance),
            key=fresh_key(),
        )
        if done:
            if name == proposer or name not in ("operator", "regulator"):
                operation.fault(f"{name} approved a list that {proposer} proposed", number)
            return True
    return False


async def foreign_codes(operation: Operation) -> None:
    """Codes that no other city issued: our own, changed, or made up."""
    chance, people = operation.chance, operation.scene.people
    code = await operation.run(people["stranger"], "issue-health-code")
    own = code["text"] if code else "YM1:0"
    text = chance.choice([own, own[: chance.randrange(len(own))], own.swapcase(), words.text(chance)])
    who = people[chance.choice(["doctor", "rival's doctor", "staff", "suspended practitioner", "nobody"])]
    if await operation.run(who, "redeem-foreign-code", text=text):
        operation.fault("another city honoured a code that is not its own", text)


async def requests_of_a_neighbour(operation: Operation, home: str) -> None:
    """A city of the list asks for a code to be honoured: rightly, three times at once; and wrongly in one thing."""
    chance, now = operation.chance, int(time.time())
    code = await operation.run(operation.scene.people["stranger"], "issue-health-code")
    if code is None:
        return
    claims: dict[str, Any] = {
        "iss": NEIGHBOUR, "aud": home, "iat": now, "exp": now + 25, "jti": fresh_key(), "code": code["text"],
        "app": "fuzz", "place": "ward 3", "institution": {"id": SCANNER, "name": {"en": "Clinic"}},
        "practitioner": {"id": SCANNER, "name": "Doctor", "title": "Doctor"},
    }  # fmt: skip
    wrong = {
        "iss": chance.choice([home, "", words.text(chance)]),
        "aud": chance.choice([NEIGHBOUR, "", None]),
        "iat": chance.choice([now + 3_600, "now"]),
        "exp": chance.choice([now - 60, now + 10**6, None]),
        "jti": chance.choice(["", "short", 7, None]),
        "practitioner": chance.choice([None, [], {"id": "x"}]),
        "institution": chance.choice([None, {"id": SCANNER, "name": []}]),
        "code": chance.choice([None, [], "YM1:0"]),
        "scanned_at": chance.choice(["yesterday", "2026-01-01T00:00:00", 7]),
    }
    name = chance.choice(sorted(wrong))
    url, kind = f"{operation.scene.origin}/cities/scans", "yima-scan-request+jwt"

    async def ask(said: dict[str, Any], typ: str = kind) -> bool:
        request = trust.signed(neighbours_jose(), typ, said)
        return (await operation.send("POST", url, content=json.dumps({"request": request}).encode())).good

    if await ask(claims | {"jti": fresh_key(), name: wrong[name]}):
        operation.fault(f"a city's request was taken with a wrong {name}", wrong[name])
    if await ask(claims | {"jti": fresh_key()}, chance.choice(["JWT", "yima-trust-list+jwt", ""])):
        operation.fault("a text of another kind was taken for a city's request")
    if sum(await asyncio.gather(*(ask(claims) for _ in range(3)))) > 1:
        operation.fault("a city's request was good more than once", claims)
