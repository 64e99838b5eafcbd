"""Sessions: how long they last, and the refresh tokens that continue them."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from chassis.refusals import Refusal

from identity.domain.people import Role

REFRESH_PREFIX = "yr_"
REFRESH_BYTES = 32
# A client whose answer was lost sends its refresh token once more. See docs/adr/0022.
LOST_ANSWER_WINDOW = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class SessionLife:
    """How long a session lasts: `idle` without a refresh, `most` in all."""

    idle: timedelta
    most: timedelta


# A resident's telephone stays signed in. Who handles other people's data signs in for each working day.
RESIDENTS_SESSION = SessionLife(timedelta(days=30), timedelta(days=90))
WORKING_SESSION = SessionLife(timedelta(hours=1), timedelta(hours=12))
LIVES = {
    Role.RESIDENT: RESIDENTS_SESSION,
    Role.PRACTITIONER: WORKING_SESSION,
    Role.PARTNER: WORKING_SESSION,
    Role.OPERATOR: WORKING_SESSION,
    Role.REGULATOR: WORKING_SESSION,
}


class RefreshRefused(Refusal):
    code = "refresh-refused"
    title = "The refresh token continues no session."


class RefreshTokenReused(Refusal):
    code = "refresh-token-reused"
    title = "The refresh token was used before, so its session was ended."


def new_refresh_token() -> str:
    return REFRESH_PREFIX + secrets.token_urlsafe(REFRESH_BYTES)


def refresh_token_sha256(token: str) -> bytes:
    """What is kept of a refresh token: whoever reads the database cannot continue a session."""
    return hashlib.sha256(token.encode()).digest()
