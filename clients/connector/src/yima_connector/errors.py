"""What goes wrong, as facts that a hospital's engineer reads."""

import ssl
import traceback
from pathlib import Path


def unforeseen(error: BaseException) -> str:
    """A fault of ours as a log may have it: its type and place. Its words may quote a patient's data."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, {Path(last.filename).name}:{last.lineno}"


def why_not(error: BaseException) -> str:
    """An error's type; of a certificate that is not believed also why, which is for a person to mend."""
    name, current = type(error).__name__, error.__cause__ or error.__context__
    while current is not None and not isinstance(current, ssl.SSLCertVerificationError):
        current = current.__cause__ or current.__context__
    return name if current is None else f"{name}: its certificate is not believed: {current.verify_message}"


class ConnectorError(Exception):
    """Something that a person has to see to; its text says what, and what to do."""


class SettingsWrong(ConnectorError):
    """A file of settings or of a mapping says something that it cannot say."""


class SpoolFull(ConnectorError):
    """Nothing more fits into the spool: what is in it has to be sent first."""


class SpoolInUse(ConnectorError):
    """Another connector runs out of this spool."""


class NoSuchSource(ConnectorError):
    """The settings have no source of this name."""


class CityAway(Exception):
    """The city cannot be reached, or has no room now. Try again, after `wait_seconds` where it said so."""

    def __init__(self, reason: str, wait_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds


class PatientsFirst(CityAway):
    """As many lines of a source wait for who their patients are as may: only what says who they are is taken now."""


class CityRefused(Exception):
    """The city refused what it was asked."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.status = status
        self.code = code
        self.detail = detail


class NotMapped(Exception):
    """A message or row says something that the mapping has no place for. `field` says where; never a value."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}" if field else why)
        self.field = field
        self.why = why
