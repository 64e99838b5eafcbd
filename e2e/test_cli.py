"""The command line tool as a partner's engineer uses it, from nothing: register, apply, publish, keys, statements."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import pytest
import yaml
from click.testing import CliRunner, Result
from devstack.fictional import identity_number
from devstack.stack import Stack
from ops.demo import manifest_of
from ops.example_city import OPERATOR, activate
from yima_cli.main import cli
from yima_client.caller import Caller, until
from yima_client.devices import DeviceKey

from e2e.city import run
from e2e.people import PASSWORD, SHARES, a_clinic, a_resident, confirmed, known_to, operator_of, place, regulator_of

pytestmark = pytest.mark.anyio


async def yima(stack: Stack, login: str, *arguments: str, password: str = PASSWORD) -> tuple[int, str]:
    """Exit code and output of the command line tool."""
    who = {"YIMA_LOGIN": login, "YIMA_PASSWORD": password, "YIMA_URL": stack.graphql}
    return await run("yima_cli.main", *arguments, environment={**stack.supervisor.environment("gateway"), **who})


def written(folder: Path, kind: str, spec: dict[str, Any]) -> str:
    path = folder / f"{kind.lower()}.yaml"
    path.write_text(yaml.safe_dump({"kind": kind, "spec": spec}, allow_unicode=True), "utf-8")
    return str(path)


async def test_a_partners_engineer_goes_from_nothing_to_a_revised_offering(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    run = secrets.token_hex(5)
    login = f"staff-{run}@clinic.example.org"

    async def does(*arguments: str) -> Any:
        code, said = await yima(stack, login, *arguments, "--json")
        assert code == 0, said
        return json.loads(said)

    partner = manifest_of("partner.yaml") | {"registrationNumber": f"91370100{run.upper()}"}
    applied = written(tmp_path, "Partner", partner)
    code, said = await yima(stack, login, "apply", "-f", applied)
    assert (code, "do not belong together" in said, "[sign-in-refused]" in said) == (1, True, True), said
    names = [part for tag, name in partner["name"].items() for part in ("--name", f"{tag}={name}")]
    await does("register", *names, "--staff", "Wang Lin")
    me = await does("whoami")
    assert me["role"] == "PARTNER"
    assert [partner["status"] for partner in await does("apply", "-f", applied)] == ["SCREENING"]
    staff = await nobody.signed_in(login, PASSWORD)
    partner_id = me["institution"]["id"]
    refused = await screened(stack, partner_id, tmp_path, "NOT_MET")
    assert (refused["status"], refused["screening"]["passed"]) == ("REJECTED", False)
    mend = (await does("partners", "show"))["screening"]["toMend"]
    assert {item["reason"] for item in mend} == {"papers were seen"}
    assert [again["status"] for again in await does("apply", "-f", applied)] == ["SCREENING"]
    more = ("--aspect", "law", "--kind", "institution-licence", "--title", "Licence", "--reference", "L-1")
    await does("add-evidence", *more, "--until", "2099-06-30", "--document", await sent(does, tmp_path))
    passed = await screened(stack, partner_id, tmp_path, "MET")
    assert (passed["status"], passed["screening"]["score"]) == ("CERTIFYING", 10_000)
    operator = await operator_of(nobody, stack.secrets)
    regulator = await regulator_of(nobody, stack.secrets)
    await activate(operator, regulator, staff, me["institution"]["id"], partner, SHARES)

    offering = manifest_of("offering.yaml") | {"reference": f"offering-{run}"}
    published = written(tmp_path, "Offering", offering)
    first = await publish(does, published)
    assert first["status"] == "IN_REVIEW"
    looked_at = {"offeringId": first["id"], "revision": first["revision"]}
    await operator.run("decide-review", **looked_at, approved=True, reasons=[])
    (same,) = await does("offering", "publish", "-f", published)
    assert (same["id"], same["revision"], same["status"]) == (first["id"], 1, "PUBLISHED")
    assert await does("offering", "diff", "-f", published) == []
    written(tmp_path, "Offering", offering | {"price": {"amount": "350.00", "currency": "CNY"}})
    (change,) = await does("offering", "diff", "-f", published)
    assert (change["field"], change["stands"], change["file"]) == ("price.amount", "360.00", "350.00")
    assert change["line"] > 1
    (cheaper,) = await does("offering", "publish", "-f", published)
    assert (cheaper["id"], cheaper["revision"], cheaper["status"]) == (first["id"], 2, "PUBLISHED")
    assert await does("statements", "list") == []
    await looks_at_its_own(does, partner_id, first["id"])

    key = await does("keys", "create", "booking system", "--scope", "orders")
    assert key["secret"].startswith("yk_")
    (listed,) = await does("keys", "list")
    assert (listed["id"], listed.get("secret"), listed["scopes"]) == (key["id"], None, key["scopes"])
    assert (await does("keys", "revoke", key["id"]))["revokedAt"] is not None


async def sent(does: Callable[..., Awaitable[Any]], folder: Path) -> str:
    """The id of a document that was sent and came back as it was."""
    (folder / "licence.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    document = str((await does("documents", "send", str(folder / "licence.pdf")))["documentId"])
    await does("documents", "get", document, "-o", str(folder / "back.pdf"))
    assert (folder / "back.pdf").read_bytes() == (folder / "licence.pdf").read_bytes()
    return document


async def looks_at_its_own(does: Callable[..., Awaitable[Any]], partner_id: str, offering_id: str) -> None:
    """Without an id, commands are about one's own institution. Its offering is retired in the end."""
    own = (await does("funnel", "show"), await does("certificates", "list"), await does("leaving", "show"))
    assert [each.get("partnerId", each.get("id")) for each in own] == [partner_id] * len(own)
    assert (await does("contracts", "show"))[0]["status"] == "IN_FORCE"
    assert [each["id"] for each in await does("offering", "list")] == [offering_id]
    assert (await does("offering", "retire", offering_id, "--reason", "tried out"))["status"] == "RETIRED"


async def screened(stack: Stack, partner_id: str, folder: Path, verdict: str) -> Any:
    """What an operator is answered who fills in a partner's form, each item the same."""

    async def does(*arguments: str) -> str:
        code, said = await yima(stack, OPERATOR, *arguments, password=stack.secrets["operator"])
        assert code == 0, said
        return said

    form = folder / "answers.yaml"
    await does("partners", "form", partner_id, "-o", str(form))
    filled = yaml.safe_load(form.read_text("utf-8"))
    assert filled["answers"]
    assert {answer["verdict"] for answer in filled["answers"]} == {None}
    answers = [answer | {"verdict": verdict, "reason": "papers were seen"} for answer in filled["answers"]]
    filled |= {"passed": verdict == "MET", "reasons": ["looked at"], "answers": answers}
    form.write_text(yaml.safe_dump(filled), "utf-8")
    alike = [doubt["partnerId"] for doubt in json.loads(await does("partners", "show", partner_id, "--json"))["doubts"]]
    compared = [part for other in alike for part in ("--compared", other)]
    return json.loads(await does("partners", "screen", partner_id, "-f", str(form), *compared, "--json"))


NEEDS_NO_GATEWAY = {
    "up", "demo", "load", "dead-letters list", "dead-letters replay", "streams update", "nats-keys", "process show",
    "tls-certificates",
    "trust-list key", "trust-list sign", "devices make-key",
    "settle simulate", "completion", "example", "code verify", "signing-keys list", "signing-keys rotate",
    "signing-keys withdraw", "offering validate", "certificates verify",
}  # fmt: skip
# Tried with words of their own.
SIGNS = {
    "sign-in", "sign-out", "join", "register", "reset-password", "second-factor", "accounts accept", "accounts leave",
    "accounts prove", "practitioners register",
    "prove-me", "emergency-slice put", "emergency-slice show", "emergency-slice withdraw",
}  # fmt: skip
AT_ANOTHER_DOOR = "sandbox "  # e2e/test_sandboxes.py asks there
VALUES = {
    "--amount": "1.00 CNY", "--sold": "1.00 CNY", "--bought": "1.00 USD", "--rate": "1", "--name": "en=A clinic",
    "--purpose": "TREAT", "MONTH": "2020-01", "POSITION": "1", "--reason": "to see what it says",
}  # fmt: skip


def leaves(group: click.Group, *names: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, *names, name)
        else:
            yield " ".join((*names, name)), command


def something_for(command: click.Command, folder: Path) -> list[str]:
    """What a command must be given, of the right form and about nothing that there is."""
    given: list[str] = []
    for parameter in command.params:
        if not parameter.required:
            continue
        name = parameter.opts[-1] if isinstance(parameter, click.Option) else (parameter.name or "").upper()
        value = VALUES.get(name, "1")
        if isinstance(parameter.type, click.Choice):
            value = str(parameter.type.choices[0])
        elif isinstance(parameter.type, click.DateTime):
            value = "2030-01-31"
        elif isinstance(parameter.type, click.Path):
            if parameter.name == "document":
                value = str(folder / "licence.pdf")
                Path(value).write_bytes(b"%PDF-1.7")
            elif parameter.name == "key_file":
                value = str(folder / f"{uuid4()}.pem")
                DeviceKey().write(Path(value))
            elif command.name in ("screen", "review"):
                value = str(folder / "form.yaml")
                Path(value).write_text("passed: true\nreasons: [because]\nanswers: []\n", "utf-8")
            else:
                kind = {"apply": "Partner", "put": "Site"}.get(command.name or "", "Offering")
                value = written(folder, kind, manifest_of(f"{kind.lower()}.yaml"))
        if isinstance(parameter, click.Option):
            given += [parameter.opts[0]] if parameter.secondary_opts else [name, value]
        else:
            given.append(value)
    return given


async def test_every_command_answers_in_json_or_is_refused_with_a_code_and_what_to_do(
    stack: Stack, tmp_path: Path
) -> None:
    """Each command, with the least it takes, as the operator: an answer that parses, or a refusal that says why."""
    operator = {"YIMA_LOGIN": OPERATOR, "YIMA_PASSWORD": stack.secrets["operator"], "YIMA_URL": stack.graphql}
    answered, refused, silent = set(), set(), {}
    for name, command in leaves(cli):
        if name in NEEDS_NO_GATEWAY | SIGNS or name.startswith(AT_ANOTHER_DOOR):
            continue
        typed = [*name.split(), *something_for(command, tmp_path), "--json"]
        done = await asyncio.to_thread(CliRunner().invoke, cli, typed, env=operator)
        if done.exit_code not in (0, 1) or not (done.stdout or done.exit_code == 0):
            silent[name] = done.output or done.stderr
            continue
        if done.exit_code == 0:
            if {"-o"} & {option for parameter in command.params for option in parameter.opts}:
                continue  # a file
            json.loads(done.stdout)
            answered.add(name)
        elif done.stderr.startswith("Error: there are open breaks"):
            json.loads(done.stdout)
        else:
            refusal = json.loads(done.stdout)
            assert refusal.keys() == {"code", "message", "field"}
            assert refusal["code"] not in ("bad-request", "internal"), (name, refusal)
            assert done.stderr.startswith("Error: ") and f"[{refusal['code']}]" in done.stderr, name
            assert len(refusal["message"]) > 20, (name, refusal)  # a sentence
            refused.add(name)
    assert silent == {}
    assert {"whoami", "offerings search", "orders list", "payouts files", "ledger verify", "risk list"} <= answered
    assert {"orders show", "accept", "statements get", "reconcile assign", "apply"} <= refused


async def test_who_signs_in_once_is_known_to_the_commands_after_until_they_sign_out(
    stack: Stack, tmp_path: Path
) -> None:
    session = tmp_path / "session.json"

    async def does(*typed: str, password: str | None = None) -> Result:
        environment = {"YIMA_SESSION": str(session), "YIMA_LOGIN": None, "YIMA_PASSWORD": password, "YIMA_URL": None}
        return await asyncio.to_thread(CliRunner().invoke, cli, typed, env=environment)

    wrong = await does("sign-in", "--login", OPERATOR, "--url", stack.graphql, password="not the password")
    assert (wrong.exit_code, session.exists()) == (1, False)
    signed_in = await does("sign-in", "--login", OPERATOR, "--url", stack.graphql, password=stack.secrets["operator"])
    assert signed_in.exit_code == 0, signed_in.output
    assert "OPERATOR" in signed_in.output
    assert json.loads((await does("whoami", "--json")).output)["role"] == "OPERATOR"
    table = await does("risk", "list")
    assert table.output.splitlines()[0].split()[:2] == ["Name", "Hold"], table.output
    assert (await does("sign-out")).exit_code == 0
    assert not session.exists()
    assert "nobody is signed in" in (await does("whoami", "--url", stack.graphql)).output


async def test_a_resident_joins_orders_pays_and_cancels_at_a_terminal(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=None)
    login = f"resident-{secrets.token_hex(5)}@residents.example.org"

    async def does(*arguments: str, who: str = login) -> Any:
        code, said = await yima(stack, who, *arguments, "--json")
        assert code == 0, said
        return json.loads(said)

    await does("join", "--name", "Wen Zhiyuan", "--born", "1957-04-12")
    assert (await does("prove-me", "--number", identity_number("1957-04-12")))["provenAt"] is not None
    dry = await does("orders", "place", clinic.offering["id"], "--dry-run")
    assert await does("orders", "list") == []
    placed = await does("orders", "place", clinic.offering["id"])
    assert placed["total"] == dry["total"]
    assert [order["id"] for order in await does("orders", "list", "--status", "placed")] == [placed["id"]]
    await does("orders", "pay", placed["id"], "--method", "sandbox:ok")
    await until("the confirmation", lambda: does("orders", "show", placed["id"]), lambda o: o["status"] == "CONFIRMED")
    assert (await does("accept", placed["id"], who=clinic.login))["status"] == "ACCEPTED"
    cancelled = await does("orders", "cancel", placed["id"], "--reason", "I am away")
    assert cancelled["status"] == "CANCELLED"
    assert (await does("health-code"))["text"].startswith("YM1:")


async def test_a_front_desk_sees_whom_it_scanned_and_what_it_has_to_do_for_them(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=None)
    resident, resident_id = await a_resident(nobody)
    _, another = await a_resident(nobody)
    known = known_to(clinic.practitioner, resident_id)

    async def does(*arguments: str) -> Any:
        code, said = await yima(stack, clinic.doctor, *arguments, "--json")
        assert code == 0, said
        return json.loads(said)

    order = await confirmed(resident, (await place(resident, clinic, consentGiven=False))["id"])
    assert [(step["party"], step["action"]) for step in order["nextSteps"]] == [("PARTNER", "ACCEPT")]
    await clinic.staff.run("accept-order", orderId=order["id"])
    waiting = await does("orders", "list", "--resident", known, "--waits-for", "partner")
    assert [(one["id"], one["nextSteps"][0]["action"]) for one in waiting] == [(order["id"], "SERVE")]
    assert await does("orders", "list", "--resident", known_to(clinic.practitioner, another)) == []
    assert await does("orders", "list", "--resident", known, "--waits-for", "resident") == []

    scanned = await does("scan", (await resident.run("issue-health-code"))["text"])
    assert scanned["residentId"] == known
    assert scanned["person"].items() >= {"name": "Resident", "birthDate": "1960-05-05", "guardianNames": []}.items()
    assert [order["id"] for order in scanned["orders"]] == [order["id"]]

    code, table = await yima(stack, clinic.doctor, "orders", "list", "--resident", known)
    assert code == 0
    assert "partner: serve until" in table
    await does("prove", order["id"], "--receipt", scanned["receipt"])
    (served,) = await does("orders", "list", "--resident", known)
    assert [step["action"] for step in served["nextSteps"]] == ["DECLARE_FULFILLED"]


async def publish(does: Any, path: str) -> Any:
    """Published once the catalog has heard that the partner is active."""
    for _ in range(50):
        try:
            (offering,) = await does("offering", "publish", "-f", path)
            return offering
        except AssertionError as refused:
            if "not-permitted" not in str(refused):
                raise
            await asyncio.sleep(0.1)
    raise AssertionError("the partner never became active")
