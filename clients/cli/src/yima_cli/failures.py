"""What a failure says to a person: what happened, and what to do.

Exit codes: 1 where the system refused or does not hold; 2 where it could not be asked (nothing answers at the address,
a setting is missing, nobody is signed in); 70 where we did not foresee what happened.
"""

import click
from yima_client.errors import NeverHappened, NotTheGateway, Refused

from yima_cli import registry

REFUSED, UNREACHABLE, UNFORESEEN = 1, 2, 70
TEXT_LENGTH_MAX = 300
GATEWAY = "http://127.0.0.1:8700/graphql"
# What to do about a refusal, where its own text does not say.
REMEDIES = {
    "unauthenticated": "Sign in with `yima sign-in`.",
    "not-signed-in": "Sign in with `yima sign-in`.",
    "token-expired": "Sign in again with `yima sign-in`.",
    "session-ended": "Sign in again with `yima sign-in`.",
    "refresh-refused": "Sign in again with `yima sign-in`.",
    "refresh-token-reused": "Sign in again with `yima sign-in`.",
    "step-up-needed": "Run this in a terminal: it asks for a code of your authenticator.",
    "sign-in-refused": "Sign in with another login with `yima sign-in --login …`, or ask the operator.",
    "not-permitted": "`yima whoami` shows as whom you asked; sign in as somebody who may.",
    "forbidden": "`yima whoami` shows as whom you asked; sign in as somebody who may.",
    "already-applied": "`yima partners show` shows it.",
    "unavailable": "Try again in a moment.",
    "internal": "Try again; if it stays so, tell the operator when it happened.",
}


class Failure(click.ClickException):
    """What ends a command, for a person to read."""

    def __init__(self, message: str, exit_code: int = REFUSED) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc] # theirs is of the class, and read from the instance


def explained(error: Exception) -> Failure:
    """The failure that tells a person what happened and what to do."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, Refused):
        return Failure(" ".join(filter(None, [str(error), REMEDIES.get(error.code, "")])))
    if isinstance(error, NeverHappened):
        return Failure(str(error))
    for plugin in registry.plugins():
        if (text := plugin.explain(error)) is not None:
            return Failure(text)
    if (remedy := unreachable(error)) is not None:
        return Failure(remedy, UNREACHABLE)
    text = " ".join(str(error).split())[:TEXT_LENGTH_MAX]
    return Failure(
        f"{type(error).__name__}: {text}. This was not foreseen; `yima --debug …` shows where it happened.", UNFORESEEN
    )


def unreachable(error: Exception) -> str | None:
    """What to do where something could not be asked; None where that is not what happened."""
    import httpx2

    remedy = "say where the gateway is with --url or YIMA_URL"
    match error:
        case NotTheGateway():
            return f"{error} Please {remedy}."
        case httpx2.InvalidURL() | httpx2.UnsupportedProtocol() | OverflowError():  # of a port
            return f"--url or YIMA_URL is not an address ({error}); one looks like {GATEWAY}"
        case httpx2.TimeoutException():
            return f"{address(error)} did not answer in time. Try again, or look at its logs."
        case httpx2.TransportError():
            start = "Start a system with `yima up`, or" if "up" in registry.table() else "Please"
            return f"nothing answers at {address(error)} ({error}). {start} {remedy}."
        case OSError():
            return f"{error.filename}: {error.strerror}" if error.filename else str(error) or type(error).__name__
    return None


def address(error: Exception) -> str:
    """Where a call went, without what may be secret in it."""
    try:
        url = error.request.url  # type: ignore[attr-defined] # an httpx2.TransportError, which is imported late
    except RuntimeError:
        return "the address"
    return str(url.copy_with(username=None, password=None, query=None))
