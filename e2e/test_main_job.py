"""The main job, as the demo plays it, and what it leaves behind."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from devstack.stack import Stack
from yima.services import SERVICES
from yima_client.caller import Caller, fresh_key, until

from e2e.people import a_clinic, a_resident, confirmed, operator_of, place, serve, until_status
from ops import demo

pytestmark = pytest.mark.anyio

type Steps = list[dict[str, Any]]


@pytest.mark.parametrize("again", [False, pytest.param(True, marks=pytest.mark.long)])
async def test_the_main_job_runs_from_application_to_payout(stack: Stack, played: Steps, again: bool) -> None:
    """By the command; among the long tests a second time, in this process."""
    stories = [played]
    if again:
        known = stack.secrets | {"provider": stack.webhook_secret}
        story = await demo.play(
            stack.graphql, known, stack.city, lambda _step: None, stack.provider_url, stack.carriers_url
        )
        stories.append(story.as_json())
    for steps in stories:
        facts = {step["title"]: step["facts"] for step in steps}
        assert facts["takes the money and splits it"]["paid"] == "360.00 CNY"
        assert facts["takes the money and splits it"]["parts"]["platform"] == "28.80 CNY"
        assert facts["takes the money and splits it"]["parts"]["fund:public-health"] == "7.20 CNY"
        assert facts["runs the payouts"]["amount"] == "324.00 CNY"
        assert facts["reads its statement"]["closing"] == "0.00 CNY"
        assert facts["refunds a part, after it was paid out"]["balance"] == "-54.00 CNY"
        assert facts["pays again: the refund is netted, the dispute held"]["amount"] == "216.00 CNY"
        assert facts["decides the dispute for the partner"]["balance"] == "54.00 CNY"
        assert facts["pays what was held; the bank sends it back"]["status"] == "RETURNED"
        assert facts["pays it again; the statement says all of it"]["closing"] == "0.00 CNY"
        assert facts["makes one of three visits and cancels the rest"]["taken"] == "33.33 CNY"
        assert facts["states by itself that a visit was made, and wants the money"]["refused"] == "objection-open"
        assert facts["objects: the order waits for the decision, and ends without it"]["taken"] == "0.00 CNY"
        by_two = facts["proposes that this partner is paid at once; another operator approves it"]
        assert (by_two["proposerApproves"], by_two["proposal"]) == ("same-person", "APPROVED")
        assert "duty" in facts["invites a bookkeeper, whom the regulator confirms"]["beyondThem"]
        assert facts["places the order, twice by mistake"]["orders"] == 1
        shown = facts["sees on their telephone that the order is confirmed; it says nothing of what, or by whom"]
        assert shown["shown"] in shown["inbox"] and shown["shown"] == "Your order is confirmed"
        assert shown["read"] == len(shown["inbox"])
        assert facts["finds it in the catalog"]["partner"] not in shown["text"]
        assert "emergency opened" in facts["has their telephone show what concerns them"]["cannotBeSwitchedOff"]
        assert facts["scans a screenshot of the same code"]["refused"] == "code-used"
        assert facts["asks for the laboratory results"]["refused"] == "consent-denied"
        assert len(facts["sees in the access log who asked, and the answer"]["log"]) == 9, (
            "what came, what was read, what was refused, what a rule and its flags needed before and after a reading "
            "was withdrawn, what a freeze stopped, what was read after it, and in what they were counted"
        )
        nothing = facts["learns nothing of one resident"]
        assert (nothing["run"], nothing["result"]) == ("withheld", "run-not-over")
        assert "your consent permits it" in nothing["theirLog"]
        assert facts["takes their whole record away as FHIR files"]["files"] == {
            "Patient": 1,
            "Observation": 5,
            "Device": 1,
        }
        offered, noted = (
            "scans a resident they have not met: the scan offers a visit consent, and opens nothing yet",
            "notes what is to be done next: the resident is told, books it, and is reminded when it is due",
        )
        assert (facts[offered]["refused"], facts[noted]["status"]) == ("consent-denied", "due")
        assert len(facts["reads the history of three institutions"]["institutions"]) == 3
        assert facts["makes a passkey on their telephone, and signs in with it alone"]["recoveryCodes"] == 10
        asked = facts["is asked on their telephone, by name, for what and until when"]
        assert (asked["status"], asked["information"]) == ("requested", facts[offered]["offers"])
        verified = next(said for title, said in facts.items() if title.startswith("verifies the consent's receipt"))
        assert (verified["document"], verified["receipt"]) == ("holds", "holds")
        assert "none of the receipts" in verified["changedInAWord"]
        closed = facts["takes it back: the next look is refused, and the log says so"]
        assert closed["refused"] == "consent-denied"
        assert [line.partition(": ")[2] for line in closed["log"]] == [
            "consent revoked",
            "consent in force",  # by which a follow-up was noted
            "consent in force",
            "visit offered",
        ]
        assert facts["recomputes ledger and access log"]["ledgerHolds"] is True
        assert facts["recomputes ledger and access log"]["accessLogHolds"] is True


async def test_a_reading_is_withdrawn_and_an_app_reads_what_was_ticked_until_it_is_revoked(played: Steps) -> None:
    facts = {step["title"]: step["facts"] for step in played}
    withdrawn = facts["withdraws the reading, which was their neighbour's; what it had flagged is cleared"]
    assert (withdrawn["reading"], withdrawn["flagsOpen"]) == ("Blood pressure panel 172", 0)
    looked = facts["reads what was ticked and nothing else; once the resident takes it back, nothing"]
    assert int(looked["readings"]) > 0, "what was ticked"
    assert looked["medicines"] == "forbidden"
    assert looked["onceRevoked"] in ("unauthenticated", "consent-denied")


async def test_a_pilot_is_widened_an_offer_taken_by_its_buyer_and_an_appeal_heard_by_another(played: Steps) -> None:
    facts = {step["title"]: step["facts"] for step in played}
    tried = facts["publishes a service as a pilot in one district; then everybody may order it"]
    assert (tried["whoLivesElsewhere"], tried["now"]) == ("pilot-elsewhere", "no pilot any more")
    private = facts["takes what the partner offers to them alone, by a code that is good once"]
    assert (private["theyPay"], private["anotherCode"]) == ("99.00 CNY", "unknown-private-offer")
    heard = facts["hears an institution that was turned away; who turned it away may not"]
    assert (heard["whoTurnedItAway"], heard["status"], heard["voices"]) == (
        "own-step",
        "waiting",
        ["It is on page 3"],
    )


@pytest.fixture(scope="module")
async def played(stack: Stack) -> Steps:
    """`yima demo --url`, as an operator plays it against a system elsewhere."""
    yima = str(Path(sys.executable).with_name("yima"))
    process = await asyncio.create_subprocess_exec(
        yima, "demo", "--json", "--url", stack.graphql, "--provider", stack.provider_url,
        "--carriers", stack.carriers_url, stdout=subprocess.PIPE,
        env=os.environ | {f"YIMA_{role.upper()}_PASSWORD": stack.secrets[role] for role in ("operator", "regulator")}
        | {"YIMA_WEBHOOK_SECRET": stack.webhook_secret, "YIMA_CARRIERS_SECRET": stack.secrets["carriers"]},
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0
    return list(json.loads(output))


async def test_one_trace_goes_from_the_mutation_to_the_payout(stack: Stack, nobody: Caller, trace_file: Path) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    for caller in (clinic.staff, clinic.practitioner):
        caller.traceparent = f"00-{trace_id}-00f067aa0ba902b7-01"
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    spans = [json.loads(line) for line in trace_file.read_text("utf-8").splitlines()]
    mine = [span for span in spans if span["trace_id"] == trace_id]
    assert {"gateway", "ordering", "settlement"} <= {span["service"] for span in mine}
    by_id = {span["span_id"]: span for span in mine}
    consumed = next(span for span in mine if span["name"] == "settlement-orders OrderFulfilled")
    path = []
    while consumed:
        path.append(consumed["service"])
        consumed = by_id.get(consumed["parent_id"], {})
    assert path[0] == "settlement" and "ordering" in path and path[-1] == "gateway"

    async def paid() -> list[str]:
        spans = [json.loads(line) for line in trace_file.read_text("utf-8").splitlines()]
        return [span["service"] for span in spans if (span["trace_id"], span["name"]) == (trace_id, "payout paid")]

    operator = await operator_of(nobody, stack.secrets)
    await operator.run("run-payouts", partnerId=clinic.partner_id, key=fresh_key())
    await until("the payout in the order's trace", paid, lambda values: values == ["settlement"])


async def test_a_suspended_partner_s_offerings_leave_the_catalog_and_come_back(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    offering_id = clinic.offering["id"]
    seen = '{ node(id: "%s") { ... on Offering { status } } }' % offering_id  # noqa: UP031 braces

    async def status() -> str:
        answer = await nobody.raw(seen)
        return str(answer["data"]["node"]["status"])

    await operator.raw(
        'mutation { suspendPartner(partnerId: "%s", reason: "complaints") { ... on Partner { status } } }'  # noqa: UP031
        % clinic.partner_id
    )
    await until("restriction", status, lambda value: value == "RESTRICTED")
    await operator.raw(
        'mutation { reinstatePartner(partnerId: "%s", reason: "answered") { ... on Partner { status } } }'  # noqa: UP031
        % clinic.partner_id
    )
    await until("restoration", status, lambda value: value == "PUBLISHED")


async def test_a_subscription_tells_of_each_change_until_the_order_ends(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    seen: list[str] = []
    async for order in resident.follow("order-status", orderId=order_id):
        if seen and seen[-1] == order["status"]:
            continue  # something else of it changed
        seen.append(order["status"])
        if seen[-1] == "CONFIRMED":
            await serve(resident, clinic, order_id)
    assert seen[-1] == "CLOSED"
    assert seen.index("CONFIRMED") < seen.index("CLOSED")


async def test_no_health_data_is_in_logs_spans_or_events(stack: Stack, played: Steps, trace_file: Path) -> None:
    """What the demo wrote about people's bodies must be found in records' database and nowhere else."""
    assert played
    secret_texts = [b"mm[Hg]", b"mmol/L", b"Systolic blood pressure", b"Fasting glucose", b"Wen Zhiyuan", b"Qiu Shiyan"]
    places = [trace_file, *(stack.folder / "logs").glob("*.log"), *stack.nats.folder.rglob("*.blk")]
    assert len(places) > len(SERVICES)
    for path in places:
        content = path.read_bytes()
        assert not [text for text in secret_texts if text in content], path


async def test_every_service_has_its_openapi_page(stack: Stack) -> None:
    import httpx2

    async with httpx2.AsyncClient(trust_env=False) as http:
        for name in SERVICES:
            page = await http.get(f"{stack.service_url(name)}/docs")
            document = (await http.get(f"{stack.service_url(name)}/openapi.json")).json()
            assert page.status_code == 200 and document["paths"]
        page = await http.get(stack.describe()["page"])
        assert "console.js" in page.text
