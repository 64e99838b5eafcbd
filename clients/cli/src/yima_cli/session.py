"""Who is signed in at this computer: a token and what it is good for, in a file that its owner alone reads."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

PRIVATE = 0o600
FOLDER_PRIVATE = 0o700


@dataclass(frozen=True)
class Session:
    """A token of `login` at the gateway `url`, until `expires_at` (RFC 3339)."""

    url: str
    login: str
    role: str
    token: str
    expires_at: str

    def over(self, now: datetime) -> bool:
        return datetime.fromisoformat(self.expires_at) <= now


def path() -> Path:
    """YIMA_SESSION, or a file where this user's settings are."""
    if named := os.environ.get("YIMA_SESSION"):
        return Path(named)
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "yima" / "session.json"


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


def forget() -> None:
    path().unlink(missing_ok=True)
