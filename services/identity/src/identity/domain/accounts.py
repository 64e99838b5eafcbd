"""Accounts of operators, regulators and partners' staff: which duties they have, and who invites, changes and ends
them. (Residents register themselves; practitioners are registered by their institution.)"""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from chassis.refusals import Invalid, Refusal

from identity.domain.people import Role

INVITATION_LIFE = timedelta(days=7)
INVITATION_LIFE_MAX = timedelta(days=30)
INVITATIONS_MAX = 50  # that are open, of one role and institution
TOKEN_PREFIX = "yi_"  # noqa: S105 what a token begins with
TOKEN_LENGTH_MAX = 100


class Duty(StrEnum):
    """What an account is for. The values are those of the contract's `Duty`, in lower case."""

    ONBOARDING = "onboarding"
    FINANCE = "finance"
    SUPPORT = "support"
    ACCOUNTS = "accounts"
    OWNER = "owner"
    DESK = "desk"
    DEVELOPER = "developer"
    SUPERVISE = "supervise"
    AUDIT = "audit"
    QUALITY = "quality"


DUTIES: Mapping[Role, Collection[Duty]] = MappingProxyType(
    {
        Role.OPERATOR: (Duty.ONBOARDING, Duty.FINANCE, Duty.SUPPORT, Duty.ACCOUNTS, Duty.QUALITY),
        Role.PARTNER: (Duty.OWNER, Duty.DESK, Duty.FINANCE, Duty.DEVELOPER),
        Role.REGULATOR: (Duty.SUPERVISE, Duty.AUDIT),
    }
)
"""The duties of each role that has some: the first account of each has all of them."""
MANAGER: Mapping[Role, Duty] = MappingProxyType(
    {Role.OPERATOR: Duty.ACCOUNTS, Role.PARTNER: Duty.OWNER, Role.REGULATOR: Duty.SUPERVISE}
)
"""Whoever has this duty says who else of the role there is. There is always somebody who has it."""


def all_duties(role: Role) -> list[str]:
    return sorted(DUTIES.get(role, ()))


class AccountStatus(StrEnum):
    """How an account stands. The values are those of the contract's `AccountStatus`, in lower case."""

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class AccountChange(StrEnum):
    """What changed about an account. The values are those of the contract's `AccountChangeKind`, in lower case."""

    JOINED = "joined"
    CONFIRMED = "confirmed"
    DUTIES = "duties"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    LEFT = "left"


CONFIRMED_ROLES = frozenset({Role.OPERATOR, Role.REGULATOR})
"""Whoever is invited in one of these waits until another person than the inviter has confirmed them: two accounts
decide over others' money and partners, so that nobody may make the second by themselves. For the same reason their
duties are in effect once it is proven whose account it is, and one person has one account of these roles."""


class InvitationUnknown(Refusal):
    code = "invitation-unknown"
    title = "There is no such invitation; ask for the whole link again."


class InvitationExpired(Refusal):
    code = "invitation-expired"
    title = "The invitation has expired or was taken back; ask for another."


class InvitationUsed(Refusal):
    code = "invitation-used"
    title = "The invitation was accepted before: sign in with the login that was chosen, or ask for another."


class TooManyInvitations(Refusal):
    code = "too-many-invitations"
    title = "Only so many invitations may be open at once; take back those that nobody will accept."


class DutyNotYours(Refusal):
    code = "duty-not-yours"
    title = "Nobody gives a duty that they do not have."


class SamePerson(Refusal):
    code = "same-person"
    title = "Whoever invited somebody does not confirm who they are; another person does."


class LastAccount(Refusal):
    code = "last-account"
    title = "This is the last account that can invite others; give another person its duty first."


class PersonHasAccount(Refusal):
    code = "person-has-account"
    title = "This person has an account of an operator or a regulator already, and one person has one."


class AccountUnconfirmed(Refusal):
    code = "account-unconfirmed"
    title = "Another person than who invited you has to confirm this account before it can be used."


class AccountSuspended(Refusal):
    code = "account-suspended"
    title = "This account is suspended."


def new_token() -> str:
    """The token of an invitation. Whoever has it may accept it."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token, and looked for. Refuses what is none."""
    token = token.strip()
    if not token.startswith(TOKEN_PREFIX) or len(token) > TOKEN_LENGTH_MAX or not token.isascii():
        raise InvitationUnknown(f"an invitation's token begins with {TOKEN_PREFIX}", "token")
    return hashlib.sha256(token.encode()).digest()


def invitation_end(expires_at: datetime | None, now: datetime) -> datetime:
    """Until when an invitation may be accepted."""
    if expires_at is None:
        return now + INVITATION_LIFE
    if not now < expires_at <= now + INVITATION_LIFE_MAX:
        raise Invalid("expires_at", f"must be in the future, within {INVITATION_LIFE_MAX.days} days")
    return expires_at


def check_duties(duties: Iterable[str], role: Role) -> list[str]:
    """The duties an account of this role may have, at least one, each once."""
    chosen = sorted(set(duties))
    known = DUTIES.get(role, ())
    if not chosen or any(duty not in known for duty in chosen):
        raise Invalid("duties", f"must be one or more of {', '.join(sorted(duty.upper() for duty in known))}")
    return chosen


def check_gives(duties: Iterable[str], own: Collection[str]) -> None:
    """Refuse to let somebody give duties that they do not have."""
    if lacking := sorted(duty.upper() for duty in set(duties) - set(own)):
        raise DutyNotYours(f"you do not have {', '.join(lacking)}; ask a colleague who has", "duties")


def check_admission(unconfirmed: bool, suspended: bool) -> None:
    """Refuse to let somebody in whose account is suspended, or waits to be confirmed."""
    if suspended:
        raise AccountSuspended("whoever manages your colleagues' accounts can reinstate it")
    if unconfirmed:
        raise AccountUnconfirmed("ask another operator with the duty ACCOUNTS, or a regulator with SUPERVISE")
