"""The sandbox's page for who pays: what a bank's page, or a wallet's app, would be."""

from html import escape
from typing import Any

from chassis.money import from_minor
from chassis.refusals import NotFound
from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from settlement.provider.sandbox.books import AskedStep, Sandbox

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>The sandbox&#39;s bank</title>
<h1>The sandbox&#39;s bank</h1>
<p>This is a page to try things on: no money moves.</p>
<p>{what}</p>
{body}
</html>
"""
BUTTONS = """<form method="post">
<p><button name="answer" value="pay">Pay</button>
<button name="answer" value="decline">Decline</button>
<button name="answer" value="leave">Go back without an answer</button></p>
</form>"""
LATE = """<p>The time to pay was over.</p>
<form method="post"><p><button name="answer" value="late">Pay all the same</button></p></form>"""
HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
}


def page_of(step: AskedStep) -> str:
    what = f"To pay: {escape(step.currency)} {from_minor(step.amount, step.currency)}"
    if step.state == "over" or (step.state == "open" and step.expired):
        return PAGE.format(what=what, body=LATE)
    if step.state == "open":
        return PAGE.format(what=what, body=BUTTONS)
    back = f'<p><a href="{escape(step.return_to)}">Go back</a></p>' if step.return_to else ""
    return PAGE.format(what=what, body=f"<p>It is {escape(step.state)}.</p>{back}")


def handlers(sandbox: Sandbox) -> list[BaseRouteHandler]:
    """What a browser asks for. The page's address is known to who was sent there, and to nobody else."""

    def known(token: str) -> AskedStep:
        step = sandbox.step(token)
        if step is None:
            raise NotFound("there is nothing to pay here", "token")
        return step

    @get("/pay/{token:str}")
    async def page(token: FromPath[str]) -> Response[str]:
        return Response(page_of(known(token)), media_type="text/html; charset=utf-8", headers=HEADERS)

    @post("/pay/{token:str}", status_code=200)
    async def answer(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        step = known(token)
        said = (await request.form()).get("answer")
        if said in ("pay", "decline", "late"):
            sandbox.step_done(token, said != "decline", late=said == "late")
        if step.kind == "redirect" and step.return_to:
            return Response("", status_code=303, headers={**HEADERS, "location": step.return_to})
        return Response(page_of(known(token)), media_type="text/html; charset=utf-8", headers=HEADERS)

    return [page, answer]
