"""Money: webhooks, proposals, statements and their periods, files of banks, refunds, months, amounts."""

import base64
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import orjson
from google.protobuf import json_format
from standardwebhooks import Webhook
from yima.settlement.v1.api_pb2 import ProposedAct, ProposeRequest
from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.routes import tree_of
from e2e.valid_requests import filled

KINDS = [
    "call.finished",
    "payout.returned",
    "refund.failed",
    "dispute.opened",
    "dispute.closed",
    "unheard.of",
    "",
    None,
]
LATE = [timedelta(0), timedelta(minutes=4), timedelta(minutes=6), -timedelta(minutes=6), timedelta(days=900)]
TOLERANCE = timedelta(minutes=5)
CALLS = "SELECT id::text, step FROM provider_call ORDER BY random() LIMIT 40"
BANKED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'
)


@generator("F6", "H4", "H14", weight=4)
async def webhooks(operation: Operation) -> None:
    """What the provider says: signed with another secret, late, early, changed after it was signed, doubled, of a call
    that is not, contradicting what it said before."""
    chance, stack = operation.chance, operation.scene.stack
    calls = await stack.postgres.fetch("settlement", CALLS)
    key = (
        str(chance.choice(calls)["id"])
        if calls and chance.random() < 0.5
        else chance.choice([str(uuid4()), words.text(chance)])
    )
    amount: Any = chance.choice([0, 1, -1, 12800, 2**63, "12800", 1.5, None, words.number(chance)])
    data = {
        "key": key,
        "approved": chance.choice([True, False, None, "yes"]),
        "pending": chance.choice([False, False, True]),
        "reference": words.text(chance)[:200],
        "reason": words.text(chance),
        "amount": amount,
        "currency": chance.choice(["CNY", "USD", "", "cny", None]),
        "dispute": words.text(chance)[:60],
        "won": chance.choice([True, False, 7]),
    }
    if chance.random() < 0.3:
        data.pop(chance.choice([*data]))
    body = orjson.dumps({"type": chance.choice(KINDS), "data": data})
    if chance.random() < 0.1:
        body = words.json_text(chance)
    forged, late = chance.random() < 0.3, chance.choice(LATE) if chance.random() < 0.3 else timedelta(0)
    at, webhook_id = datetime.now(UTC) - late, f"evt_{uuid4().hex}" if chance.random() < 0.9 else "x" * 500
    secret = "whsec_" + base64.b64encode(b"another secret of some length").decode() if forged else stack.webhook_secret
    signature = Webhook(secret).sign(webhook_id, at, body.decode("utf-8", "replace"))
    sent = body if chance.random() < 0.9 else body + b" "
    headers = {"webhook-id": webhook_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    if chance.random() < 0.1:
        headers[chance.choice([*headers])] = (
            words.scalar(chance).encode("utf-8", "ignore").decode("latin-1").strip("\0\n\r")
        )
    url = f"{stack.service_url('settlement')}/webhooks/{chance.choice(['provider', 'provider', 'provider', 'stripe'])}"
    first = await operation.send("POST", url, content=sent, headers=headers)
    if first.good and (forged or abs(late) > TOLERANCE or sent != body):
        operation.fault(f"a webhook that is not the provider's was believed (forged: {forged}, late: {late})", sent)
    again = await operation.send("POST", url, content=sent, headers=headers)
    if again.good and (again.content or {}).get("news"):
        operation.fault("the same webhook was news twice", sent)


@generator("H11", "L3", "H4", weight=3)
async def proposals(operation: Operation) -> None:
    """Proposals: of two acts at once, as JSON and as a message; of none; decided by who proposed them."""
    chance, people = operation.chance, operation.scene.people
    acts = [field.name for field in ProposedAct.DESCRIPTOR.fields]
    count = chance.choice([0, 1, 1, 2, 2, 3])
    chosen = chance.sample(acts, count)
    ids = operation.scene.some_ids(chance)
    whole = tree_of(filled(ProposedAct, ids)) if count == 0 else {}
    act = {name: tree_of(filled(message_of(name), ids)) for name in chosen} or whole
    body = orjson.dumps({"act": act, "reason": words.name(chance) if chance.random() < 0.3 else "because"})
    headers = {"idempotency-key": fresh_key()}
    if count > 1 and chance.random() < 0.5:  # in a message the last of them is the act, and alone is shown
        parts = [ProposeRequest(act=json_format.ParseDict({name: act[name]}, ProposedAct())) for name in chosen]
        body = (
            b"".join(part.SerializeToString() for part in parts) + ProposeRequest(reason="because").SerializeToString()
        )
        headers["content-type"] = "application/x-protobuf"
    url = f"{operation.scene.stack.service_url('settlement')}/proposals"
    answer = await operation.send("POST", url, people["operator"], content=body, headers=headers)
    if answer.good and count > 1 and "content-type" not in headers:
        operation.fault(f"{count} acts were proposed as one", body)
    if answer.good and len(answer.content["act"]) != 1:
        operation.fault(f"what is shown of a proposal is {answer.content['act']}", body)
    if answer.good:
        decided = await operation.send(
            "POST",
            f"{url}/{answer.content['id']}/decision",
            people["operator"],
            content=orjson.dumps({"approved": True}),
            headers={"idempotency-key": fresh_key()},
        )
        if decided.good:
            operation.fault("who proposed it approved it", body)


def message_of(act: str) -> Any:
    from google.protobuf.message_factory import GetMessageClass

    field: Any = ProposedAct.DESCRIPTOR.fields_by_name[act]
    return GetMessageClass(field.message_type)


@generator("F11", "M4", weight=3)
async def statements(operation: Operation) -> None:
    """Statements up to any moment, and what is issued is read as each of its documents; months of the books."""
    chance, people = operation.chance, operation.scene.people
    url = operation.scene.stack.service_url("settlement")
    partner_id = chance.choice(operation.scene.ids["partner_id"])
    end = chance.choice(
        [words.moment(chance), (datetime.now(UTC) + timedelta(days=chance.uniform(-60, 2))).isoformat()]
    )
    issued = await operation.send(
        "POST",
        f"{url}/partners/{partner_id}/statements",
        people["operator"],
        content=orjson.dumps({"period_end": end}),
        headers={"idempotency-key": fresh_key()},
    )
    if issued.good:
        form = chance.choice(["JSON", "CSV", "PDF"])
        params = {"format": f"DOCUMENT_FORMAT_{form}"}
        kept = f"{url}/issued-statements/{issued.content['id']}"
        for path in ("", "/check", "/document"):
            answer = await operation.send(
                "GET", kept + path, people["operator"], params=params if "doc" in path else None
            )
            if not answer.good:
                operation.fault(f"a statement that was issued is not read{path}: {answer.status}", end)
    month = chance.choice([words.segment, words.moment, words.scalar])(chance)
    document = "query ($m: String!) { accountingPeriod(month: $m) { __typename } }"
    await operation.graphql(people["operator"], document, m=month)
    closed = orjson.dumps({"month": chance.choice([month, words.moment(chance)[:7]])})
    await operation.send("POST", f"{url}/periods", people["operator"], content=closed)


@generator("M4", "H11", "L3", weight=3)
async def bank_files(operation: Operation) -> None:
    """Statements of the bank: of every version, of other accounts, with amounts and days that are none, cut, with
    entities, deep, and of money that never moved; what was taken in can be listed."""
    chance, people = operation.chance, operation.scene.people
    content = a_bank_file(chance, operation)
    if chance.random() < 0.4:
        at = chance.randrange(len(content))
        content = (
            content[:at]
            + chance.choice(["<", "&", "&#0;", "]]>", "\0", "<a>", words.text(chance)])
            + content[at + chance.randrange(9) :]
        )
    text = base64.b64encode(content.encode("utf-8", "replace")).decode()
    await operation.run(people["operator"], "ingest-bank-statements", content=text)
    listed = await operation.send(
        "GET", f"{operation.scene.stack.service_url('settlement')}/bank-statements", people["regulator"]
    )
    if not listed.good:
        operation.fault(f"the bank's statements cannot be listed: {listed.status}", content)


def a_bank_file(chance: random.Random, operation: Operation) -> str:
    account = operation.scene.stack.city.settings["bankAccounts"]["CNY"]["number"].replace(" ", "")
    version = chance.choice(["01", "02", "04", "06", "08", "10", "13", "14", "99"])
    head = BANKED.format(version=version)
    if chance.random() < 0.1:
        entities = "".join(f'<!ENTITY e{n + 1} "&e{n};&e{n};">' for n in range(40))
        head = head.replace(
            "<Document", f'<!DOCTYPE d [<!ENTITY e0 "x">{entities}<!ENTITY f SYSTEM "file:///etc/passwd">]><Document'
        )
    day = chance.choice([datetime.now(UTC).date().isoformat(), words.moment(chance)[:10], words.moment(chance)])
    entries, left = "", Decimal(10_000)
    for _ in range(chance.choice([0, 1, 3, 200])):
        amount = chance.choice(["12.00", "0.01", words.amount(chance)])
        currency = chance.choice(["CNY", "CNY", "CNY", "USD", "XYZ"])
        end_to_end = chance.choice([uuid4().hex, "NOTPROVIDED", words.name(chance), "x" * 80])
        entries += (
            f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{chance.choice(["DBIT", "CRDT", "X"])}</CdtDbtInd>'
            f"<Sts><Cd>{chance.choice(['BOOK', 'PDNG', ''])}</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><BkTxCd/>"
            f"<NtryDtls><TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>"
        )
    balance = (
        '<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )
    closing = chance.choice([str(left), words.amount(chance)])
    own = chance.choice([account, account, "DE00 0000", words.scalar(chance)])
    statement = (
        f"<Stmt><Id>{chance.choice([uuid4().hex[:30], words.scalar(chance)])}</Id><CreDtTm>{day}T20:00:00Z</CreDtTm>"
        f"<Acct><Id><Othr><Id>{own}</Id></Othr></Id></Acct>{balance.format('OPBD', '10000.00')}"
        f"{balance.format('CLBD', closing)}{entries}</Stmt>"
    )
    deep = "<a>" * 5_000 if chance.random() < 0.05 else ""
    group = f"<GrpHdr><MsgId>1</MsgId><CreDtTm>{day}T20:00:00Z</CreDtTm></GrpHdr>"
    return f"{head}<BkToCstmrStmt>{group}{deep}{statement * chance.choice([1, 1, 2])}</BkToCstmrStmt></Document>"


@generator("H4", "H11", "L3", "L8", weight=2)
async def refunds(operation: Operation) -> None:
    """Money back, disputes and their decisions: of amounts that are none, of others' orders, by who has nothing."""
    chance, people = operation.chance, operation.scene.people
    who = people[chance.choice(["staff", "rival", "suspended partner", "operator", "resident", "key for MONEY"])]
    money = {"amount": words.amount(chance), "currency": chance.choice(["CNY", "CNY", "USD", "XYZ"])}
    order_id = chance.choice([*operation.scene.shown[5:], words.identifier(chance)])
    act = chance.choice(["refund-order", "open-dispute"])
    done = await operation.run(who, act, orderId=order_id, amount=money, reason="because", key=fresh_key())
    if done and who.name in ("rival", "suspended partner", "resident"):
        operation.fault(f"{who.name} did {act} to another's order", (order_id, money))


@generator("F6", "H4", "L8")
async def contracts(operation: Operation) -> None:
    """Contracts with shares for whom the city's pack does not name, of more than there is, or of nothing."""
    chance, people = operation.chance, operation.scene.people
    rival = operation.scene.people["rival"].partner_id
    parties = [
        "platform",
        "fund:public-health",
        "partner",
        f"partner:{rival}",
        rival,
        "provider:cash",
        words.text(chance),
    ]
    points = [0, 1, 200, 800, 9_999, 10_000, 10_001, -1, 2**31 - 1]
    shares = [
        {"party": chance.choice(parties), "basisPoints": chance.choice(points)} for _ in range(chance.randint(0, 4))
    ]
    offered = await operation.run(people["operator"], "offer-contract", partnerId=rival, shares=shares, key=fresh_key())
    strange = {share["party"] for share in shares} - {"platform", "fund:public-health"}
    if offered and strange:
        operation.fault(f"a contract has shares of {strange}", shares)


@generator("L10", "H11")
async def sandbox_knobs(operation: Operation) -> None:
    """What the sandbox provider lets its operator turn: of nobody without the key, with whatever body."""
    chance = operation.chance
    method, path = chance.choice(
        [
            ("PUT", "/faults"),
            ("GET", "/report"),
            ("POST", "/disputes"),
            ("POST", "/refunds"),
            ("POST", "/payouts"),
            ("GET", f"/calls/{uuid4()}"),
            ("POST", f"/disputes/{uuid4()}/decision"),
        ]
    )
    guess = base64.b64encode(f"{words.scalar(chance)}:{words.scalar(chance)}".encode()).decode()
    headers = chance.choice([{}, {"authorization": f"Basic {guess}"}, {"authorization": "Basic ="}])
    body = chance.choice([b"{}", words.json_text(chance), b'{"refuse_refund": 1}'])
    answer = await operation.send(method, operation.scene.stack.provider_url + path, content=body, headers=headers)
    if answer.good:
        operation.fault(f"the sandbox did {method} {path} for a stranger", body)
