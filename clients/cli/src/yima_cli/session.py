"""Who is signed in at this computer: tokens and what they are good for, in a file that its owner alone reads."""

import json
import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from yima_client.tokens import seconds_of

PRIVATE = 0o600
FOLDER_PRIVATE = 0o700
PROFILE = re.compile(r"[A-Za-z0-9_-]{1,40}")


class UnfitProfile(click.ClickException):
    """A profile's name that could be another file's."""


@dataclass(frozen=True)
class Session:
    """A session of `login` at the gateway `url`: its access token, good until `expires_at` (RFC 3339), and the refresh
    token that the next one is had for."""

    url: str
    login: str
    role: str
    token: str
    expires_at: str
    refresh_token: str = ""

    def over(self, now: datetime) -> bool:
        return datetime.fromisoformat(self.expires_at) <= now


def from_answer(url: str, login: str, answer: Mapping[str, Any]) -> Session:
    """The session that `sign-in` or `refresh-access` answered. How long the token is good counts from now, by the clock
    here: that of a sandbox may have been moved."""
    seconds = seconds_of(answer["accessToken"])
    until = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat() if seconds else answer["expiresAt"]
    return Session(url, login, answer["role"], answer["accessToken"], until, answer["refreshToken"])


def path() -> Path:
    """YIMA_SESSION, or a file where this user's settings are: one a profile, which YIMA_PROFILE names."""
    if named := os.environ.get("YIMA_SESSION"):
        return Path(named)
    profile = os.environ.get("YIMA_PROFILE", "")
    if profile and not PROFILE.fullmatch(profile):
        raise UnfitProfile(f"a profile's name has letters, digits, - and _, at most 40: {profile!r} is none")
    file = f"session-{profile}.json" if profile else "session.json"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "yima" / file


def read() -> Session | None:
    """The session there is, over or not; None where there is none, or the file is not one."""
    try:
        session = Session(**json.loads(path().read_bytes()))
        session.over(datetime.now(UTC))
    except (OSError, ValueError, TypeError):
        return None
    return session


def write(session: Session) -> None:
    """Keep a session instead of the one there was."""
    file = path()
    file.parent.mkdir(mode=FOLDER_PRIVATE, parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w", encoding="utf-8") as out:
        json.dump(asdict(session), out)
    fresh.rename(file)


@contextmanager
def locked() -> Generator[None]:
    """Alone among the commands of this computer: a refresh token is good once."""
    file = path().with_suffix(".lock")
    file.parent.mkdir(mode=FOLDER_PRIVATE, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, PRIVATE), "r+") as lock:
        with suppress(ImportError):  # where there are no such locks, who types one command at a time is safe
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def forget() -> None:
    path().unlink(missing_ok=True)
