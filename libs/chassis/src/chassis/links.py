"""Files that are sent and fetched as they are, by link: announced through the contract, then sent, and fetched again.

A link holds 32 random bytes, of which only the hash is kept; it lasts some minutes, and one for sending works once.
Whoever lost the answer sends the same file by the same link.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from litestar import Request, Response, get, head, put
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from chassis import problems
from chassis.bodies import read_body
from chassis.refusals import Invalid, NotFound, TooLarge

SECRET_BYTES = 32
SENT_AGAIN_WITHIN = timedelta(minutes=15)  # after a lost answer, the same file by the same link


class Linked(Protocol):
    """A row of a file: its link, and when it was sent; unset: it is awaited."""

    link_sha256: bytes
    link_expires_at: datetime
    uploaded_at: datetime | None


def digest(secret: str) -> bytes:
    """What is kept of a link."""
    return hashlib.sha256(secret.encode()).digest()


def fresh() -> tuple[str, bytes]:
    """A new link's secret, and what is kept of it."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return secret, digest(secret)


def renew(row: Linked, folder: str, now: datetime, life: timedelta) -> str:
    """Give a file a new link, in place of the one before it; returns its path."""
    secret, row.link_sha256 = fresh()
    row.link_expires_at = now + life
    return f"/{folder}/{secret}"


def check_announced(
    media_types: Collection[str], most: int, *, media_type: str, size: int, sha256: bytes, what: str
) -> None:
    """Refuse to await what would not be kept."""
    if media_type not in media_types:
        raise Invalid("media_type", f"must be one of {', '.join(media_types)}")
    if not 1 <= size <= most:
        raise Invalid("size", f"must be between 1 and {most}")
    if len(sha256) != hashlib.sha256().digest_size:
        raise Invalid("sha256", f"must be the 32 bytes of the {what}'s SHA-256")


async def awaited[R: Linked](session: AsyncSession, table: type[R], secret: str, now: datetime, what: str) -> R:
    """What a link is for sending, locked; or was sent by it just now: whoever lost the answer sends it again."""
    row = await locked(session, table, secret)
    if row is not None and may_be_sent(row, now):
        return row
    raise NotFound(f"the link has expired, or was used; announce the {what} again")


def may_be_sent(row: Linked, now: datetime) -> bool:
    """Is the link of this row for sending it, or was the file sent by it just now? A link for fetching lasts beyond the
    moment when the file was sent."""
    if row.uploaded_at is None:
        return row.link_expires_at > now
    return row.link_expires_at <= row.uploaded_at and row.uploaded_at > now - SENT_AGAIN_WITHIN


async def to_fetch[R: Linked](session: AsyncSession, table: type[R], secret: str, now: datetime) -> R:
    """What a link is for fetching, locked."""
    row = await locked(session, table, secret)
    if row is None or row.uploaded_at is None or row.link_expires_at <= now:
        raise NotFound("the link has expired; ask for another")
    return row


async def locked[R: Linked](session: AsyncSession, table: type[R], secret: str) -> R | None:
    """What a link is for, locked before anything is decided by it: another may have sent it meanwhile."""
    query = select(table).where(col(table.link_sha256) == digest(secret))
    return (await session.scalars(query.with_for_update())).one_or_none()


class Awaited(Protocol):
    """A file that is awaited: how many bytes were announced."""

    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it is answered."""

    content: bytes
    media_type: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Files[A: Awaited]:
    """The files of one kind, and what becomes of them. `find` says which a link awaits, `keep` takes what was sent by
    it and answers who sent it, `fetch` has what a link is for; without it, none are fetched.

    `what` they are in a refusal of more bytes than were announced, `refused` that refusal."""

    folder: str
    most: int  # bytes
    what: str
    refused: type[Invalid]
    find: Callable[[str], Awaitable[A]]
    keep: Callable[[A, str, bytes], Awaitable[Mapping[str, Any]]]
    fetch: Callable[[str], Awaitable[Fetched]] | None = None
    statuses: problems.Statuses = field(default_factory=dict)


def handlers[A: Awaited](files: Files[A]) -> Sequence[BaseRouteHandler]:
    """Sending and fetching by link."""
    path = f"/{files.folder}/{{secret:str}}"

    @head(path)
    async def ask(secret: FromPath[str]) -> Response[None]:
        """Is a file awaited by this link? Asked before it is sent."""
        try:
            await files.find(secret)
        except Exception as error:
            return Response(None, status_code=problems.answer_to(error, {}).status)
        return Response(None, status_code=200)

    @put(path, request_max_body_size=files.most)
    async def send(secret: FromPath[str], request: Request[Any, Any, Any]) -> Response[Any]:
        try:
            row = await files.find(secret)
            try:
                content = await read_body(request.receive, row.size)
            except TooLarge:
                raise files.refused(
                    "", f"{files.what} is longer than the {row.size} bytes that were announced"
                ) from None
            answer = await files.keep(row, secret, content)
        except Exception as error:
            return problems.answer_to(error, files.statuses).response()
        return Response(answer)

    @get(path)
    async def fetch(secret: FromPath[str]) -> Response[Any]:
        assert files.fetch is not None, "it is served where there is one"
        try:
            fetched = await files.fetch(secret)
        except Exception as error:
            return problems.answer_to(error, {}).response()
        return Response(fetched.content, media_type=fetched.media_type, headers=dict(fetched.headers))

    return [ask, send, fetch] if files.fetch is not None else [ask, send]
