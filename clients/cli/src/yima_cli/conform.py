"""`yima conform`: real steps on a running system, by which the city decides whether a partner's system deals with them.

This tool places the orders, cancels, refunds and revokes. What it sees decides nothing: notifications observes what was
sent, answered and done, and partners signs the result (docs/conform.md).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from yima_client.errors import NeverHappened

from yima_cli import trials
from yima_cli.failures import Failure
from yima_cli.person import OUTPUT, Person, fresh_key, signed_in

if TYPE_CHECKING:
    from yima_client.caller import Caller

LOOK_SECONDS = 1.0
DECIDED_WITHIN_SECONDS = 150.0
DECIDED = ("PASSED", "FAILED")
# Checks that nothing can be begun for where an earlier one failed.
NEEDS = {
    "PROOF": ("ORDER",),
    "DOUBLE_DELIVERY": ("ORDER", "PROOF"),
    "REFUND": ("ORDER", "PROOF"),
    "CONSENT_REVOKED": ("ORDER", "PROOF"),
    "ERASURE": ("CONSENT_REVOKED",),
    "STATEMENT": ("ORDER", "PROOF"),
}


@dataclass
class Run:
    """A run as it is played: who acts in it, and how its checks stand."""

    partner: trials.Patient
    resident: trials.Patient
    operator: trials.Patient
    endpoint_id: str
    offering_id: str
    secrets_file: Path | None
    say: Callable[[str], None]
    run_id: str = ""
    checks: dict[str, dict[str, Any]] = field(default_factory=dict)
    secret: str = ""
    began: float = field(default_factory=time.monotonic)

    async def play(self) -> None:
        """Play the checks in order, each once what it needs is passed."""
        started = await self.partner.run("start-conformance-run", id=self.endpoint_id, key=fresh_key())
        self.run_id = started["id"]
        self.note(started)
        await self.check("SIGNATURE")
        served = await trials.an_order(self.resident, self.offering_id)
        await self.check("ORDER", served)
        await self.check("PROOF", served)
        await self.check("DOUBLE_DELIVERY", served)
        await self.check("CANCELLATION", act=self.cancelled)
        await self.check("REFUND", served, lambda: self.refunded(served))
        await self.check("STATEMENT", act=self.stated)
        await self.check("CONSENT_REVOKED", act=self.revoked)
        await self.check("ERASURE", self.checks["CONSENT_REVOKED"]["about"])
        await self.check("KEY_ROTATION", act=self.rotated)

    async def check(self, step: str, about: str = "", act: Callable[[], Awaitable[str]] | None = None) -> None:
        """Make happen what a check is about, begin it, and wait until it is decided."""
        if any(self.checks[needed]["status"] != "PASSED" for needed in NEEDS.get(step, ())):
            self.say(f"{self.shown(step)} not played: {' and '.join(NEEDS[step]).lower()} before it did not pass")
            return
        try:
            about = (await act() if act else "") or about
        except NeverHappened as error:
            self.say(f"{self.shown(step)} not played: {error}")
            return
        variables = {"id": self.run_id, "step": step, "about": about, "key": fresh_key()}
        self.note(await self.partner.run("begin-conformance-check", **variables))
        until = time.monotonic() + DECIDED_WITHIN_SECONDS
        while self.checks[step]["status"] not in DECIDED and time.monotonic() < until:
            await asyncio.sleep(LOOK_SECONDS)
            self.note(await self.partner.run("conformance-run", id=self.run_id))
        self.say(f"{self.shown(step)} {self.checks[step]['status'].lower()}")

    def note(self, run: dict[str, Any]) -> None:
        self.checks = {check["step"]: check for check in run["checks"]}

    def shown(self, step: str) -> str:
        done = sum(check["status"] in DECIDED for check in self.checks.values())
        words = step.lower().replace("_", " ")
        return f"{time.monotonic() - self.began:6.1f} s  {done:2}/{len(self.checks)}  {words:16}"

    async def cancelled(self) -> str:
        """An order that is cancelled while the endpoint is paused: it is told of both at once."""
        await self.partner.run("pause-webhook-endpoint", id=self.endpoint_id)
        try:
            order_id = await trials.an_order(self.resident, self.offering_id)
            await trials.until_order(self.resident, order_id, "CONFIRMED")
            await self.resident.run("cancel-order", orderId=order_id, reason="a trial", key=fresh_key())
            await trials.until_order(self.resident, order_id, "CANCELLED")
        finally:
            await self.partner.run("resume-webhook-endpoint", id=self.endpoint_id)
        return order_id

    async def refunded(self, order_id: str) -> str:
        """The resident says that it was served, its money is taken, and the partner gives it back."""
        from yima_client.caller import until
        from yima_client.errors import Refused

        try:
            await self.resident.run("confirm-service", orderId=order_id, key=fresh_key())
        except Refused as refused:
            self.say(f"{'':18}  the service needs nobody's word: {refused.code}")
        await until(
            f"the money of {order_id}",
            lambda: self.resident.run("order", id=order_id),
            lambda order: order["payment"] and order["payment"]["status"] == "CAPTURED",
        )
        await self.partner.run("refund-order", orderId=order_id, reason="a trial", key=fresh_key())
        return order_id

    async def revoked(self) -> str:
        """Another order, served, whose resident revokes while it is open: with its end its consent ends, too."""
        order_id = await trials.an_order(self.resident, self.offering_id)
        await trials.until_order(self.resident, order_id, "FULFILLING")
        for consent in await self.resident.every("consents", orderId=order_id):
            await self.resident.run("revoke-consent", consentId=consent["id"], reason="a trial")
        return order_id

    async def stated(self) -> str:
        """The operator issues a statement up to now."""
        partner_id = (await self.partner.run("me"))["institution"]["id"]
        now = self.partner.caller.now().isoformat()
        issued = await self.operator.run("issue-statement", partnerId=partner_id, periodEnd=now, key=fresh_key())
        return str(issued["id"])

    async def rotated(self) -> str:
        """A second secret; the one before goes on beside it. A system that reads the file has both."""
        made = await self.partner.run("rotate-webhook-secret", id=self.endpoint_id)
        self.secret = made["secret"] or ""
        if self.secrets_file is not None and self.secret:
            before = self.secrets_file.read_text("utf-8").split()[:1]
            self.secrets_file.write_text("\n".join([self.secret, *before]) + "\n", "utf-8")
        return ""


@click.command()
@click.argument("endpoint_id")
@click.option("--offering", "offering_id", required=True, help="What is ordered: a data service that is on sale.")
@click.option("--operator-login", envvar="YIMA_OPERATOR_LOGIN", required=True, help="Who issues a statement.")
@click.option("--operator-password", envvar="YIMA_OPERATOR_PASSWORD", required=True, help="Theirs.")
@click.option("--resident-login", envvar="YIMA_RESIDENT_LOGIN", default="", help="Who orders. [default: somebody new]")
@click.option("--resident-password", envvar="YIMA_RESIDENT_PASSWORD", default="", help="Theirs.")
@click.option(
    "--secrets-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Where your system reads its secrets, one a line; else the new one is shown at the end.",
)
@OUTPUT
@signed_in
def conform(
    me: Person,
    endpoint_id: str,
    offering_id: str,
    operator_login: str,
    operator_password: str,
    resident_login: str,
    resident_password: str,
    secrets_file: Path | None,
    output: Path | None,
) -> None:
    """Play the checks of conformance against your endpoint, and have the city sign that it passed.

    Real orders on a system of trials: signature, order, proof, double delivery, cancellation, refund,
    statement, consent revoked, erasure, key rotation. The city observes and decides; the signed result
    is evidence of technology for your certificate. Ends with 1 where a check failed, and says why.

    \b
    Examples:
      yima conform whe_019ab… --offering off_019ab… --operator-login operator@city.example.org
      yima conform whe_019ab… --offering off_019ab… --secrets-file webhook-secrets -o conformance.jws --json
    """

    async def work(caller: "Caller") -> tuple[Run, dict[str, Any] | None]:
        from yima_client.caller import connect

        async with connect(me.url) as nobody:
            partner = trials.Patient(caller)
            run = Run(
                partner,
                await trials.a_resident(nobody, resident_login, resident_password),
                trials.Patient(await nobody.signed_in(operator_login, operator_password)),
                endpoint_id,
                offering_id,
                secrets_file,
                lambda line: click.echo(line, err=True),
            )
            await run.play()
            passed = all(check["status"] == "PASSED" for check in run.checks.values())
            return run, await partner.run(
                "issue-conformance-result", id=run.run_id, key=fresh_key()
            ) if passed else None

    run, result = me.ask(work)
    if result is not None and output is not None:
        output.write_text(result["document"], "utf-8")
    if run.secret and secrets_file is None:
        click.echo(f"The secret that signs from now on: {run.secret}", err=True)
    checks = list(run.checks.values())
    if me.as_json:
        me.show({"runId": run.run_id, "passed": result is not None, "checks": checks, "result": result})
    else:
        me.show([{name: check[name] for name in ("step", "status", "about")} for check in checks])
    if result is None:
        raise Failure("\n\n".join(explained(check) for check in checks if check["status"] != "PASSED"))
    if not me.as_json:
        click.echo(f"\nSigned by the city, evidence of technology until {result['validUntil']}.")


def explained(check: dict[str, Any]) -> str:
    """A check that is not passed, for whoever mends the system."""
    words = check["step"].lower().replace("_", " ")
    if check["status"] != "FAILED":
        return f"{words}: not played"
    sent, expected, answered = (check[name] for name in ("sent", "expected", "answered"))
    return f"{words}: failed\n  sent:     {sent}\n  expected: {expected}\n  answered: {answered}"
