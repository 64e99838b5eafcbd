"""A partner is paid by the operator's bank, over real HTTP and by the command line: file, breaks, documents."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest
from devstack.stack import Stack
from ops.example_city import OPERATOR
from yima_client.caller import Caller, fresh_key

from e2e.city import run
from e2e.people import PASSWORD, Clinic, a_clinic, a_resident, confirmed, operator_of, place, serve, until_status
from e2e.test_tasks import perform

pytestmark = pytest.mark.anyio

STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>1</MsgId><CreDtTm>{at}T20:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>{id}</Id><CreDtTm>{at}T20:00:00Z</CreDtTm><Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">10000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>{at}</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>{at}</Dt></Dt></Bal>{entries}</Stmt></BkToCstmrStmt></Document>
"""
ENTRY = """<Ntry><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>{at}</Dt></BookgDt><BkTxCd/><NtryDtls><TxDtls><Refs><EndToEndId>{id}</EndToEndId></Refs></TxDtls></NtryDtls>
</Ntry>"""


async def yima(stack: Stack, login: str, password: str, *arguments: str) -> tuple[int, str]:
    """Exit code and output of the command line tool, as whoever signs in."""
    settings = {**stack.supervisor.environment("settlement"), "YIMA_PASSWORD": password}
    return await run(
        "yima_cli.main", *arguments, "--json", "--login", login, "--url", stack.graphql, environment=settings
    )


def statement(stack: Stack, statement_id: str, booked: dict[str, str]) -> str:
    """What the bank says it booked: end-to-end ids to amounts that left."""
    at = datetime.now(UTC).date().isoformat()
    entries = "".join(ENTRY.format(at=at, id=escape(name), amount=amount) for name, amount in booked.items())
    closing = Decimal("10000.00") - sum(Decimal(amount) for amount in booked.values())
    account = stack.city.settings["bankAccounts"]["CNY"]["number"].replace(" ", "")
    return STATEMENT.format(at=at, id=statement_id, account=account, closing=closing, entries=entries)


@dataclass
class Desk:
    """The operator's, with a clinic that is paid by the bank and has earned something."""

    stack: Stack
    clinic: Clinic
    operator: Caller
    partner_id: str
    folder: Path

    async def does(self, *arguments: str) -> tuple[int, str]:
        return await yima(self.stack, OPERATOR, self.stack.secrets["operator"], *arguments)

    async def gets(self, *arguments: str) -> Any:
        code, said = await self.does(*arguments)
        assert code == 0, said
        return json.loads(said)

    async def payouts(self) -> list[str]:
        return [payout["status"] for payout in (await self.clinic.staff.run("payouts"))["nodes"]]

    async def take_statement(self, booked: dict[str, str]) -> None:
        path = self.folder / "statement.xml"
        path.write_text(statement(self.stack, fresh_key().replace("-", ""), booked), "utf-8")
        await self.gets("reconcile", "statement", str(path))


@pytest.fixture
async def desk(stack: Stack, nobody: Caller, tmp_path: Path) -> Desk:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    operator = await operator_of(nobody, stack.secrets)
    made = Desk(stack, clinic, operator, clinic.partner_id, tmp_path)
    await made.gets("payouts", "terms", made.partner_id, "--rail", "bank")
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    return made


async def test_a_clinic_is_paid_by_the_bank_and_what_nobody_knows_of_is_a_break(desk: Desk) -> None:
    await desk.operator.run("run-payouts", partnerId=desk.clinic.partner_id, key=fresh_key())
    assert await desk.payouts() == ["CLAIMED"]
    files = await desk.gets("payouts", "files")
    path = desk.folder / "payouts.xml"
    code, said = await desk.does("payouts", "file", files[0]["id"], "-o", str(path))
    assert code == 0, said
    (end_to_end_id,) = re.findall(r"<EndToEndId>(\w+)</EndToEndId>", path.read_text("utf-8"))
    (amount,) = re.findall(r'<InstdAmt Ccy="CNY">([\d.]+)</InstdAmt>', path.read_text("utf-8"))
    assert await desk.payouts() == ["SUBMITTED"]

    wrong = desk.folder / "wrong.xml"
    wrong.write_text("<Document/>", "utf-8")
    code, said = await desk.does("reconcile", "statement", str(wrong))
    assert code == 1 and "line 1" in said.lower(), said
    await desk.take_statement({end_to_end_id: amount, "FEE": "12.00"})
    assert await desk.payouts() == ["PAID"]

    code, said = await perform(desk.stack, "settlement", "reconcile")
    assert code == 0, said
    breaks = await desk.gets("reconcile", "breaks", "--status", "open")
    fees = [break_ for break_ in breaks if break_["amount"]["amount"] == "-12.00"]
    assert [fee["kind"] for fee in fees] == ["NOT_IN_LEDGER"]
    proposed = await desk.gets(
        *("reconcile", "adjust", fees[0]["id"]), "--against", "platform:bank-fees", "--reason", "the bank's fee"
    )
    code, said = await desk.does("reconcile", "decide", proposed["id"], "--approve")
    assert code == 1 and "same-person" in said, said
    assert (await desk.operator.run("ledger-check"))["holds"]


async def test_a_clinic_keeps_a_signed_statement_whose_lines_say_why(desk: Desk) -> None:
    statement_id = (await desk.gets("statements", "issue", desk.partner_id))["id"]
    for form, starts in (("pdf", b"%PDF-"), ("csv", b"recorded_at,"), ("json", b'{"currencies"')):
        kept = desk.folder / f"kept.{form}"
        code, said = await desk.does("statements", "get", statement_id, "--format", form, "-o", str(kept))
        assert code == 0 and kept.read_bytes().startswith(starts), said
    line = json.loads((desk.folder / "kept.json").read_text("utf-8"))["currencies"][0]["lines"][0]
    why = await desk.gets("statements", "why", statement_id, str(line["position"]))
    assert why["splits"][0]["plan"]["shares"] and why["entry"]["kind"] == "payment-captured"
    assert [proof["orderLineId"] for proof in why["proofs"]] == [why["splits"][0]["orderLineId"]]
    assert (await desk.gets("statements", "check", statement_id))["holds"]
    account = json.loads((desk.folder / "kept.json").read_text("utf-8"))["partnerId"]
    assert (await desk.gets("statements", "list", "--partner", account))[0]["id"] == statement_id, (
        "a UUID is taken, too"
    )
    code, said = await desk.does("statements", "confirm", statement_id)
    assert code == 1 and "another role" in said, said
    for arguments, status in ((("dispute", statement_id, "--reason", "a session is missing"), "DISPUTED"),):
        code, said = await yima(desk.stack, desk.clinic.login, PASSWORD, "statements", *arguments)
        assert code == 0 and json.loads(said)["status"] == status, said
    assert (await desk.gets("statements", "resolve", statement_id, "--resolution", "it is in the next one"))[
        "resolution"
    ]
    city_clock = datetime.now(ZoneInfo(desk.stack.city.settings["timeZone"])).replace(microsecond=0)
    until = city_clock.replace(tzinfo=None).isoformat()
    following = (await desk.gets("statements", "issue", desk.partner_id, "--until", until))["id"]
    await desk.gets("statements", "get", following, "--format", "json", "-o", str(desk.folder / "following.json"))
    period = json.loads((desk.folder / "following.json").read_text("utf-8"))["period"]
    assert datetime.fromisoformat(period["end"]) == city_clock
    code, said = await desk.does("statements", "certificate")
    assert code == 0 and json.loads(said)["certificate"].startswith("-----BEGIN CERTIFICATE"), said
    code, said = await perform(desk.stack, "settlement", "statements")
    assert (code, "statements issued" in said) == (0, True), said
