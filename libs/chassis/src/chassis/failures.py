"""Which errors are the state of a server and pass, told by SQLSTATE: the one place that knows.

A driver's classes do not tell: asyncpg's errors reach SQLAlchemy as `DBAPIError`, whatever they are. What passes is
answered with 503, waited for by consumers, and never anybody's fault. The codes are PostgreSQL's (appendix A).
"""

from collections.abc import Iterator

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

PASSING_CLASSES = (
    "08",  # the connection broke, or could not be made
    "28",  # the role or its password is not taken: while they are being changed
    "53",  # disk full, out of memory, too many connections
    "57P",  # the server is shutting down, starting, or its session was ended
    "58",  # the system failed: input and output
)
PASSING = {
    "25006",  # the server only reads: it is, or has become, a standby
    "40001",  # two transactions could not be put in an order
    "40P01",  # two transactions waited for each other
    "55P03",  # a lock was not given in time
    "57014",  # a statement took too long
}
ENDED = ("08", "57P", "25006")  # the server is not, or no longer, the one to write to: its connections are of no use
AGAIN = {"25006", "40001", "40P01"}  # nothing was written, and the same transaction may well succeed at once
UNREACHABLE = (PoolTimeout, ConnectionError, TimeoutError)


def sqlstate(error: BaseException | None) -> str:
    """The SQLSTATE of the database's error in a chain of errors; empty where there is none."""
    return next((state for one in chain(error) if (state := getattr(one, "sqlstate", None))), "")


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came of."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        original = error.orig if isinstance(error, DBAPIError) else None
        error = original or error.__cause__ or error.__context__


def passes(error: BaseException) -> bool:
    """Is it the state of a server, which passes, rather than of what was asked of it?"""
    if state := sqlstate(error):
        return state.startswith(PASSING_CLASSES) or state in PASSING
    return isinstance(error, UNREACHABLE) or connection_lost(error)


def connection_lost(error: BaseException) -> bool:
    """Did the connection to a server end, or could none be made?"""
    found = list(chain(error))
    if any(isinstance(one, ValueError) for one in found):
        return False  # a value that does not fit: asyncpg calls that an `InterfaceError`, too
    return any(
        isinstance(one, asyncpg.InterfaceError | InterfaceError | OSError)
        or (isinstance(one, DBAPIError) and one.connection_invalidated)
        for one in found
    )


def server_ended(error: BaseException) -> bool:
    """Is the server no longer there, or no longer the one that is written to? Its other connections are of no use."""
    if state := sqlstate(error):
        return state.startswith(ENDED)
    return connection_lost(error) and not isinstance(error, TimeoutError)


def worth_repeating(error: BaseException) -> bool:
    """Might the very same transaction succeed now?"""
    return sqlstate(error) in AGAIN
