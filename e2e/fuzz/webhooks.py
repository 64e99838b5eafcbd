"""Webhook endpoints at addresses that nobody should have us reach, and others' hands on endpoints that there are."""

from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.valid_requests import PUSH_KEY

INSIDE = (  # beside this machine, which the run lets webhooks reach
    "https://10.0.0.8/x", "https://169.254.169.254/latest/meta-data", "https://0xa000008/x", "https://167772168/x",
    "https://012.0.0.8/x", "https://[::ffff:10.0.0.8]/x", "https://[2002:a00:8::1]/x", "https://[64:ff9b::a00:8]/x",
    "https://[fd00::1]/x", "https://[::1]/x", "https://postgres/x", "https://metadata.google.internal/x",
    "http://example.org/x", "https://example.org:5432/x", "https://u:p@example.org/x", "ftp://example.org/x",
    "https://example.org@10.0.0.8/x", "https://example.org\\@10.0.0.8/x", "gopher://10.0.0.8:25/x",
)  # fmt: skip

ACTS = (
    "pause-webhook-endpoint", "resume-webhook-endpoint", "rotate-webhook-secret", "test-webhook-endpoint",
    "replay-deliveries", "update-webhook-endpoint", "end-webhook-endpoint",
)  # fmt: skip


@generator("M4", "H7", weight=2)
async def webhook_endpoints(operation: Operation) -> None:
    """Endpoints at addresses inside a network, in every form, and with odd types and texts, by everybody; what is there
    others neither see nor change, and no secret is shown twice."""
    chance, people = operation.chance, operation.scene.people
    who = operation.scene.anybody(chance)
    url = chance.choice([*INSIDE, words.scalar(chance)])
    types = chance.choice([[], ["order.confirmed"], [words.scalar(chance)], ["webhook.test"] * 300])
    made = await operation.run(
        who, "create-webhook-endpoint", url=url, types=types, description=words.name(chance), key=fresh_key()
    )
    if made:
        operation.fault("an endpoint was made where webhooks must not go", url)
    staff = people["staff"]
    own = await operation.run(
        staff,
        "create-webhook-endpoint",
        url="https://receiver.example.org/x",
        types=["review.published"],
        key=fresh_key(),
    )
    if not own:
        return
    listed = await operation.run(staff, "webhook-endpoints", first=50)
    if listed and own["secret"] in str(listed):
        operation.fault("a secret was shown twice", own["id"])
    stranger = people[
        chance.choice(["rival", "resident", "doctor", "operator", "regulator", "nobody", "key for ORDERS"])
    ]
    stolen = {"url": "https://other.example.org/x"} if (act := chance.choice(ACTS)) == "update-webhook-endpoint" else {}
    if await operation.run(stranger, act, id=own["id"], **stolen):
        operation.fault(f"{stranger.name} changed an endpoint of others", own["id"])
    inside = chance.choice(INSIDE)
    if await operation.run(staff, "update-webhook-endpoint", id=own["id"], url=inside, types=[], key=fresh_key()):
        operation.fault("an endpoint was moved to where webhooks must not go", inside)
    for act in chance.sample(ACTS[:4], 3):
        await operation.run(staff, act, id=own["id"])
    await operation.run(staff, "replay-deliveries", id=own["id"], events=[f"evt_{chance.getrandbits(128):032x}"])
    if await operation.run(staff, "end-webhook-endpoint", id=own["id"]) is None:
        operation.fault("an endpoint cannot be ended by its partner", own["id"])


STEPS = ("SIGNATURE", "ORDER", "PROOF", "ERASURE", "STATEMENT", "KEY_ROTATION")


@generator("H7")
async def conformance_runs(operation: Operation) -> None:
    """Runs of conformance begun by everybody, with checks about what is nobody's, anybody's or nothing; others neither
    see nor play what is somebody's, and what is not passed is signed for nobody."""
    chance, people = operation.chance, operation.scene.people
    staff = people["staff"]
    stranger = people[chance.choice(["rival", "resident", "doctor", "operator", "nobody", "key for ORDERS"])]
    endpoint = await operation.run(
        staff,
        "create-webhook-endpoint",
        url="https://receiver.example.org/x",
        types=["review.published"],
        key=fresh_key(),
    )
    if not endpoint:
        return
    if await operation.run(stranger, "start-conformance-run", id=endpoint["id"], key=fresh_key()):
        operation.fault(f"{stranger.name} began a run of another's endpoint", endpoint["id"])
    run = await operation.run(staff, "start-conformance-run", id=endpoint["id"], key=fresh_key())
    if run:
        about = chance.choice(["", f"ord_{chance.getrandbits(128):032x}", f"stm_{'0' * 32}", words.scalar(chance)])
        check = {"id": run["id"], "step": chance.choice(STEPS), "about": about}
        if await operation.run(stranger, "begin-conformance-check", **check, key=fresh_key()):
            operation.fault(f"{stranger.name} played a run of another's", run["id"])
        if await operation.run(stranger, "conformance-run", id=run["id"]):
            operation.fault(f"{stranger.name} sees a run of another's", run["id"])
        await operation.run(staff, "begin-conformance-check", **check, key=fresh_key())
        for who in (staff, stranger):
            if await operation.run(who, "issue-conformance-result", id=run["id"], key=fresh_key()):
                operation.fault("a run that is not passed was signed", run["id"])
    await operation.run(staff, "end-webhook-endpoint", id=endpoint["id"])


@generator("M4", "H7")
async def messages_to_people(operation: Operation) -> None:
    """Browsers at push services inside a network, odd keys and choices, by everybody; and others' hands on browsers and
    messages that there are."""
    chance, people = operation.chance, operation.scene.people
    who = operation.scene.anybody(chance)
    key = chance.choice([PUSH_KEY, words.scalar(chance), "A" * 87])
    auth = chance.choice(["A" * 22, words.scalar(chance), ""])
    made = await operation.run(
        who, "register-push-subscription", endpoint=chance.choice(INSIDE), publicKey=key, auth=auth, key=fresh_key()
    )
    if made:
        operation.fault("a browser's messages go where they must not", made["service"])
    resident = people["resident"]
    off = [{"kind": "EMERGENCY_OPENED", "channel": chance.choice(["EMAIL", "SMS", "PUSH"]), "on": False}]
    if await operation.run(resident, "set-notification-preferences", choices=off, key=fresh_key()):
        operation.fault("what warns was switched off", off)
    quiet = {"quietFrom": chance.choice([-1, 1440, 2**31 - 1, 60]), "quietUntil": chance.choice([0, -5])}
    await operation.run(
        who, "set-notification-preferences", locale=words.scalar(chance), quietHours=quiet, key=fresh_key()
    )
    own = await operation.run(
        resident,
        "register-push-subscription",
        endpoint="https://push.example.org/x",
        publicKey=PUSH_KEY,
        auth="A" * 22,
        key=fresh_key(),
    )
    stranger = people[chance.choice(["rival", "doctor", "operator", "regulator", "nobody"])]
    if own and await operation.run(stranger, "end-push-subscription", id=own["id"]):
        operation.fault(f"{stranger.name} ended a browser of others", own["id"])
    ids = [f"msg_{chance.getrandbits(128):032x}", words.scalar(chance)][: chance.randint(1, 2)]
    await operation.run(who, "mark-messages-read", ids=ids, key=fresh_key())
    await operation.run(who, "messages", first=chance.choice([1, 0, 101]), after=words.scalar(chance))
    if await operation.run(stranger if stranger.name != "operator" else resident, "message-counts"):
        operation.fault("somebody who runs nothing read how many messages there are", stranger.name)
