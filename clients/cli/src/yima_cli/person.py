"""Who types a command: where the gateway is, as whom it is asked, and how answers are shown.

    @group.command("list")
    @signed_in
    def list_orders(me: Person) -> None:
        me.show(me.every("orders"))

`signed_in` and `anybody` give a command its options; nothing is imported for them but click.
"""

import asyncio
import functools
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate

import click
from yima_client.errors import Refused

from yima_cli import session
from yima_cli.failures import GATEWAY, UNREACHABLE, Failure

if TYPE_CHECKING:
    from yima_client.caller import Caller

COMMAND_TIME = timedelta(minutes=2)  # an access token is good for so long when a command begins
OVER = ("refresh-refused", "refresh-token-reused")

type Command[**P] = Callable[Concatenate[Person, P], None]


@dataclass(frozen=True)
class Person:
    """Somebody at a terminal. Without a login it is whoever signed in with `yima sign-in`, or nobody in particular."""

    url: str
    login: str = ""
    password: str = ""
    nobody: bool = False
    as_json: bool = False

    def ask[T](self, work: Callable[["Caller"], Awaitable[T]]) -> T:
        """Do `work` with a caller who is this person. A refusal is JSON too, where that was asked for."""
        known = None if self.nobody else self._known_session()
        try:
            return asyncio.run(self._asked(work, known))
        except Refused as refused:
            raise self.refusing(refused) from None

    def refusing(self, refused: Refused) -> Refused:
        """The refusal to be raised, shown as JSON first where that was asked for."""
        if self.as_json:
            self.show({"code": refused.code, "message": refused.message, "field": refused.field})
        return refused

    def run(self, operation: str, /, **variables: Any) -> Any:
        """The answer to a shipped operation."""
        return self.ask(lambda caller: caller.run(operation, **variables))

    def every(self, operation: str, /, **variables: Any) -> list[Any]:
        """All that a shipped operation lists, page by page."""
        return self.ask(lambda caller: caller.every(operation, **variables))

    def ask_about[T](self, partner_id: str | None, work: Callable[["Caller", str], Awaitable[T]]) -> T:
        """Do `work` about the partner that is named, else about this person's own institution."""

        async def asked(caller: "Caller") -> T:
            return await work(caller, partner_id or await own_institution(caller))

        return self.ask(asked)

    def show(self, answer: Any) -> None:
        """As JSON for programs, else as a table for people."""
        from yima_cli import tables

        tables.show(answer, self.as_json)

    def save(self, content: bytes, output: Path | None) -> None:
        """To a file, or to standard output as it is."""
        if output is None:
            sys.stdout.buffer.write(content)
        else:
            output.write_bytes(content)
            self.show({"file": str(output), "bytes": len(content)})

    async def _asked[T](self, work: Callable[["Caller"], Awaitable[T]], known: session.Session | None) -> T:
        from yima_client.caller import connect

        async with connect(self.url) as nobody:
            if self.nobody:
                return await work(nobody)
            if known is None:
                return await work(with_code(await nobody.signed_in(self.login, self.password)))
            caller = with_code(nobody.with_token(await current_token(nobody, known)))
            before = caller.token
            try:
                return await work(caller)
            finally:
                if caller.token != before:  # the next command need not ask for a code
                    keep_token(caller.token)

    def _known_session(self) -> session.Session | None:
        """The session of who signed in here, where no login is named."""
        if self.login:
            return None
        known = session.read()
        if known is None or known.url != self.url:
            raise Failure(
                f"nobody is signed in at {self.url}. Sign in with `yima sign-in --login …`, or give --login and "
                "--password, or YIMA_LOGIN and YIMA_PASSWORD.",
                UNREACHABLE,
            )
        if known.over(datetime.now(UTC)) and not known.refresh_token:
            raise over(known)
        return known


async def own_institution(caller: "Caller") -> str:
    """The id of the institution that the caller is of. Raises `Refused` where there is none."""
    institution = (await caller.run("me"))["institution"]
    if institution is None:
        why = "partnerId: say which partner, by its id; your account is of none. `yima partners list` has them"
        raise Refused("me", "invalid", why, "partnerId")
    return str(institution["id"])


def over(known: session.Session) -> Failure:
    return Failure(f"the session of {known.login} is over. Sign in again with `yima sign-in`.", UNREACHABLE)


async def current_token(nobody: "Caller", known: session.Session) -> str:
    """An access token of the session, which is refreshed where the one there is will not do for a command."""
    soon = datetime.now(UTC) + COMMAND_TIME
    if not known.over(soon) or not known.refresh_token:
        return known.token
    with session.locked():
        known = session.read() or known  # another command may have refreshed it meanwhile
        if known.over(soon):
            try:
                answer = await nobody.run("refresh-access", refreshToken=known.refresh_token)
            except Refused as refused:
                if refused.code not in OVER:
                    raise
                raise over(known) from None
            known = session.from_answer(known.url, known.login, answer)
            session.write(known)
    return known.token


def with_code(caller: "Caller") -> "Caller":
    """The caller, who is asked at the terminal for a code where something grave needs the second factor again."""
    if sys.stdin.isatty():
        caller.ask_code = ask_code
    return caller


def ask_code() -> str:
    text: str = click.prompt("This is grave. Code of your authenticator, or a recovery code", err=True)
    return text


def keep_token(access_token: str) -> None:
    """Keep a newer access token of the session there is."""
    with session.locked():
        if (known := session.read()) is not None:
            session.write(replace(known, token=access_token))


def default_url() -> str:
    """The gateway of the session there is; else of a system on this machine."""
    known = session.read()
    return known.url if known else GATEWAY


URL = click.option(
    "--url", envvar="YIMA_URL", default=default_url, help="The gateway; or YIMA_URL. [default: where you signed in]"
)
LOGIN = click.option("--login", envvar="YIMA_LOGIN", default="", help="Ask as this login, for this command alone.")
PASSWORD = click.option("--password", envvar="YIMA_PASSWORD", default="", help="Its password; else it is asked for.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, with GraphQL's names.")
FILE = click.option(
    "-f",
    "--file",
    "path",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A manifest file; `yima example` prints one to begin with.",
)
PARTNER = click.argument("partner_id", required=False)
OUTPUT = click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to; else stdout.")


def signed_in[**P](command: Command[P]) -> Callable[..., None]:
    """A command that asks the gateway as somebody; its first argument is who."""

    @functools.wraps(command)
    def run(url: str, login: str, password: str, as_json: bool, *args: P.args, **kwargs: P.kwargs) -> None:
        if login and not password:
            password = click.prompt("Password", hide_input=True)
        command(Person(url, login, password, as_json=as_json), *args, **kwargs)

    return URL(LOGIN(PASSWORD(JSON(run))))


def anybody[**P](command: Command[P]) -> Callable[..., None]:
    """A command that needs nobody to be signed in; its first argument is who."""

    @functools.wraps(command)
    def run(url: str, as_json: bool, *args: P.args, **kwargs: P.kwargs) -> None:
        command(Person(url, nobody=True, as_json=as_json), *args, **kwargs)

    return URL(JSON(run))


def with_json[**P](command: Callable[P, Any]) -> Callable[..., None]:
    """A command that asks no gateway; what it returns is shown."""

    @functools.wraps(command)
    def run(as_json: bool, *args: P.args, **kwargs: P.kwargs) -> None:
        from yima_cli import tables

        tables.show(command(*args, **kwargs), as_json)

    return JSON(run)


def fresh_key() -> str:
    """An idempotency key for something new."""
    from uuid import uuid4

    return str(uuid4())
