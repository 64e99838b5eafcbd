"""Second factors: an authenticator's codes (RFC 6238), and recovery codes for who lost it."""

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.refusals import Refusal
from chassis.sealing import Sealer
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from identity.domain.access import TryLimit

SECRET_BYTES = 20
STEP_SECONDS = 30
DIGITS = 6
DRIFT_STEPS = 1  # a telephone's clock may be off by so many
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
# Only who gave the right password gets so far: nobody else can use these up.
OF_SECOND_FACTOR = TryLimit("factor", 5, 600.0, 300.0)
PASSWORD, CODE = "pwd", "otp"  # as RFC 8176 names them


class SecondFactorNeeded(Refusal):
    code = "second-factor-needed"
    title = "A code of the second factor is needed."


class SecondFactorWrong(Refusal):
    code = "second-factor-wrong"
    title = "The code is not the second factor's, or was used before."


class SecondFactorNotSetUp(Refusal):
    code = "second-factor-not-set-up"
    title = "This account needs a second factor, and has none yet."


class SecondFactorThere(Refusal):
    code = "second-factor-there"
    title = "The account has a second factor already."


class LastFactor(Refusal):
    code = "last-factor"
    title = "This account needs a second factor, and this is its last."


class Used(StrEnum):
    """What was used in a second factor's place."""

    AUTHENTICATOR = "authenticator"
    RECOVERY_CODE = "recovery-code"


def is_recent(factor_at: datetime | None, life: timedelta, now: datetime) -> bool:
    """Was a factor used so recently that what is grave may be done?"""
    return factor_at is not None and now < factor_at + life


def stale_from(began_at: datetime, factor_at: datetime | None, life: timedelta, *, needed: bool) -> datetime | None:
    """From when on a session is asked for its factor again before what is grave: at once, where one is needed and none
    was used; never, where none is needed and none was used."""
    if factor_at is not None:
        return factor_at + life
    return began_at if needed else None


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def sealed(secret: bytes, subject_id: UUID, sealer: Sealer) -> bytes:
    """What is kept of an authenticator's secret: enciphered, for this account alone."""
    return sealer.seal(secret, about(subject_id))


def unsealed(kept: bytes, subject_id: UUID, sealer: Sealer) -> bytes:
    """An authenticator's secret; the release before this kept it as it is."""
    return kept if len(kept) == SECRET_BYTES else sealer.unseal(kept, about(subject_id))


def about(subject_id: UUID) -> str:
    return f"second factor {subject_id}"


def totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 what every authenticator has, and no digest of a text


def code_at(secret: bytes, step: int) -> str:
    return totp(secret).generate(step * STEP_SECONDS).decode()


def step_of(secret: bytes, text: str, now: datetime) -> int | None:
    """Which step of time a code is of, if it is one of now, or of a clock that is a little off."""
    code, here = "".join(text.split()), int(now.timestamp()) // STEP_SECONDS
    if len(code) != DIGITS or not code.isascii():
        return None
    steps = range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1)
    return next((step for step in steps if secrets.compare_digest(code_at(secret, step), code)), None)


def uri_of(secret: bytes, login: str, issuer: str) -> str:
    return totp(secret).get_provisioning_uri(login, issuer)


def shown(secret: bytes) -> str:
    return base64.b32encode(secret).decode()


def new_recovery_code() -> str:
    """Sixteen letters and digits, in groups of four."""
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
    return "-".join(text[index : index + 4] for index in range(0, len(text), 4))


def recovery_sha256(text: str) -> bytes:
    """What is kept of a recovery code; it is too long to be guessed from it. Case, blanks and dashes do not matter."""
    return hashlib.sha256("".join(text.split()).replace("-", "").upper().encode()).digest()
