"""What an error says where others can read it: in a log, a dead letter, a span. Never what somebody's row holds.

PostgreSQL quotes rows: `Key (login)=(…) already exists`, `Failing row contains (…)`, `invalid input syntax: "…"`.
Drivers and parsers quote what they were given. So a database's error is stripped where it is caught (`strip`, for every
statement of every service), and any other error is written by its type and its place in the code; by its words only
where they are ours.
"""

import asyncio
import logging
import re
import ssl
import sys
import traceback
from types import TracebackType
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError, StatementError
from yima.services import SERVICES

DATA_EXCEPTIONS = "22"  # SQLSTATE's class of values that do not fit: its messages quote them
RAISE = "exec_stmt_raise"  # a trigger's own refusal, in words of ours and perhaps a reference or id
WORD = re.compile(r"[a-z',;:.()_]+")
ARGUMENT = re.compile(r"query argument \$[0-9]+")
LIBRARIES = ("chassis", "city_pack", "nats")
OWN = (*LIBRARIES, "gateway", *SERVICES)
QUOTING = ("detail", "hint", "context", "internal_query", "query")
STACKTRACE = "exception.stacktrace"  # OpenTelemetry's name for it


def strip[E: BaseException](error: E) -> E:
    """Take the values out of a database's error, and out of what it was raised from. It keeps its type, its SQLSTATE,
    and the names of the constraint, table and column."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if isinstance(current, StatementError):
            _strip_statement_error(current)
        elif isinstance(current, asyncpg.PostgresError | asyncpg.InterfaceError):
            _strip_driver_error(current)
            current.__cause__ = current.__context__ = None  # what did not fit, in a parser's own words
        current = current.__cause__ or current.__context__
    return error


def constraint(error: DBAPIError) -> str:
    """The name of the constraint that refused a row; empty when none did."""
    driver = _driver_error(error.orig) or error.orig if error.orig is not None else None
    return getattr(driver, "constraint_name", None) or ""


def _strip_statement_error(error: StatementError) -> None:
    error.hide_parameters, error.params = True, None
    if error.orig is not None:
        original = strip(error.orig)
        if (driver := _driver_error(original)) is not None:
            original.args = (f"{type(driver)}: {driver}",)  # as SQLAlchemy's dialect words it
        elif not isinstance(error, DBAPIError):
            original.args = ()
        error.args = (f"({type(original).__module__}.{type(original).__name__}) {original}",)


def _driver_error(error: BaseException) -> BaseException | None:
    if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError):
        return None  # it speaks for itself
    cause = error.__cause__
    return cause if isinstance(cause, asyncpg.PostgresError | asyncpg.InterfaceError) else None


def _strip_driver_error(error: Any) -> None:
    for name in QUOTING:
        if getattr(error, name, None) is not None:
            setattr(error, name, None)
    state = getattr(error, "sqlstate", None) or ""
    message = str(error.args[0]) if error.args else ""
    if getattr(error, "server_source_function", None) == RAISE:
        error.args = (" ".join(word if WORD.fullmatch(word) else "…" for word in message.split()),)
        error.message = error.args[0]
    elif isinstance(error, asyncpg.PostgresError) and not state.startswith(DATA_EXCEPTIONS):
        return
    elif isinstance(error, asyncpg.DataError | asyncpg.PostgresError):
        argument = ARGUMENT.search(message)
        message = f"{argument[0]} does not fit" if argument else f"a value does not fit ({state or 'client'})"
        error.args = (message,)
        if hasattr(error, "message"):
            error.message = message


def kind_of(error: BaseException) -> str:
    """An error by its type alone; of a certificate that is not believed, or does not believe us, also why."""
    name, seen = type(error).__name__, set[int]()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        # OpenSSL says why; an error that somebody else made of the same class may not.
        if isinstance(current, ssl.SSLCertVerificationError) and (why := getattr(current, "verify_message", "")):
            return f"{name}: the certificate is not believed: {why}"
        if isinstance(current, ssl.SSLError) and (reason := getattr(current, "reason", "")):
            return f"{name}: TLS fails: {reason.lower().replace('_', ' ')}"
        current = current.__cause__ or current.__context__
    return name


def describe(error: BaseException) -> str:
    """An error in one line: its type, and its words where they are the database's or our own."""
    kind = type(error).__name__
    if (why := kind_of(error)) != kind:
        return why
    if isinstance(error, StatementError):
        words = _first_line(strip(error).orig)
    elif isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError):
        words = _first_line(strip(error))
    elif type(error).__module__.partition(".")[0] in OWN:
        words = _first_line(error)
    elif isinstance(error, OSError) and error.strerror:
        words = error.strerror
    else:
        words = ""
    if not words and (location := _location(error.__traceback__)):
        words = f"at {location}"
    return f"{kind}: {words}" if words else kind


def render(error: BaseException | None) -> str:
    """An error with its stack, and those it came of, as a log has it."""
    parts: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        stack = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{stack}{describe(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nwhich came of:\n\n".join(parts)


def install() -> None:
    """Have every log record of this process, its loop's and its last words say of errors what `describe` does."""
    if logging.getLogRecordFactory() is not _record:
        _Factory.before = logging.getLogRecordFactory()
        logging.setLogRecordFactory(_record)
    sys.excepthook = _last_words


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Let the event loop log uncaught errors without quoting values."""
    loop.set_exception_handler(_uncaught)


class Described:
    """An error among a record's arguments."""

    def __init__(self, error: BaseException) -> None:
        self._words = describe(error)

    def __str__(self) -> str:
        return self._words

    __repr__ = __str__


class _Factory:
    before: Any = logging.LogRecord


def _record(*args: Any, **more: Any) -> logging.LogRecord:
    record: logging.LogRecord = _Factory.before(*args, **more)
    if isinstance(record.args, tuple) and any(isinstance(argument, BaseException) for argument in record.args):
        record.args = tuple(
            Described(argument) if isinstance(argument, BaseException) else argument for argument in record.args
        )
    if isinstance(record.msg, BaseException):
        record.msg = describe(record.msg)
    if record.exc_info and (error := record.exc_info[1]) is not None:
        record.exc_text = render(error)
        record.exc_info = None
        setattr(record, STACKTRACE, record.exc_text)
    return record


def _uncaught(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    logging.getLogger("asyncio").error(str(context.get("message", "")).splitlines()[0], exc_info=error)


def _last_words(kind: type[BaseException], error: BaseException, stack: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, stack)
        return
    sys.stderr.write(f"{render(error)}\n")


def _first_line(error: BaseException | None) -> str:
    lines = str(error).splitlines()
    return lines[0][:300] if lines else ""


def _location(stack: TracebackType | None) -> str:
    """Where in the code an error was raised: of our own code, if it came through it."""
    frames = traceback.extract_tb(stack)
    own_frames = [frame for frame in frames if "site-packages" not in frame.filename]
    if not frames:
        return ""
    last = (own_frames or frames)[-1]
    return f"{last.name} ({last.filename.rpartition('/src/')[2]}:{last.lineno})"
