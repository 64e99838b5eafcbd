"""Which errors are the state of a server and pass, by SQLSTATE: decided here alone.

A driver's classes do not tell: asyncpg's errors reach SQLAlchemy as `DBAPIError`, whatever they are. What passes is
answered with 503, waited for by consumers, and never anybody's fault. The codes are PostgreSQL's (appendix A).
"""

import ssl
from collections.abc import Iterator

import asyncpg
from asyncpg.exceptions import InternalClientError, UnsupportedClientFeatureError, UnsupportedServerFeatureError
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

PASSING_CLASSES = (
    "08",  # the connection broke, or could not be made; a pooler in between has none left, too
    "28",  # the role or its password is not taken: while they are being changed
    "3D",  # there is no such database: it is being restored
    "40",  # the transaction was undone for another's sake, or nobody knows how it ended
    "53",  # disk full, out of memory, too many connections
    "57P",  # the server is shutting down, starting, or its session was ended
    "58",  # the system failed: input and output
)
PASSING = {
    "0A000 cached",  # a plan of before a migration; the driver makes another
    "25006",  # the server only reads: it is, or has become, a standby
    "25P03",  # the transaction idled for too long, and its session was ended
    "25P04",  # the transaction took too long
    "26000",  # a prepared statement is not there: a pooler led to another connection
    "42P05",  # a prepared statement is there already: the same
    "55P03",  # a lock was not given in time
    "57014",  # a statement took too long
    "72000",  # the snapshot is too old
}
# The server is not, or no longer, the one to write to, or a pooler mixed up its connections: those are of no use.
ENDED = ("08", "25006", "25P03", "26000", "3D", "42P05", "57P")
# Nothing was written, and the same transaction may well succeed at once.
AGAIN = {"0A000 cached", "25006", "26000", "40000", "40001", "40002", "40P01", "42P05", "72000"}
# Another one stored it between our look and our write: whoever looks again sees it, and answers by what it is.
LOST_RACES = {"23505", "23P01"}
UNREACHABLE = (PoolTimeout, ConnectionError, TimeoutError, EOFError)
NOT_SUPPORTED = (UnsupportedClientFeatureError, UnsupportedServerFeatureError)  # and never will be
CACHED = {"InvalidCachedStatementError"}  # of asyncpg, and of SQLAlchemy


def sqlstate(error: BaseException | None) -> str:
    """The SQLSTATE of the database's error in a chain of errors; empty where there is none.

    A plan that a migration made useless shares its state with what is not supported, and has a word more here.
    """
    for cause in chain(error):
        if type(cause).__name__ in CACHED:
            return "0A000 cached"
        if state := getattr(cause, "sqlstate", None):
            return str(state)
    return ""


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
    causes = list(chain(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return True  # a certificate that is not believed is a `ValueError`, too
    if any(isinstance(cause, (ValueError, *NOT_SUPPORTED)) for cause in causes):
        return False  # a value that does not fit: asyncpg calls that an `InterfaceError`, too
    return any(
        isinstance(cause, asyncpg.InterfaceError | InternalClientError | InterfaceError | OSError | EOFError)
        or (isinstance(cause, DBAPIError) and cause.connection_invalidated)
        for cause in causes
    )


def server_ended(error: BaseException) -> bool:
    """Is the server no longer there, or no longer the one that is written to? Its other connections are of no use."""
    if state := sqlstate(error):
        return state.startswith(ENDED)
    return connection_lost(error) and not isinstance(error, TimeoutError)


def worth_repeating(error: BaseException) -> bool:
    """Might the very same transaction succeed now?"""
    return sqlstate(error) in AGAIN or lost_race(error)


def lost_race(error: BaseException) -> bool:
    """Did what should be unique come there between our look and our write? A refusal that was made of this is one."""
    return isinstance(error, DBAPIError) and sqlstate(error) in LOST_RACES
