"""Of whom messages are, and who is behind that."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

AUDIENCES_MAX = 200


@dataclass(frozen=True, slots=True)
class Audience:
    """A resident, a partner's staff, one account, the operators, or the regulators; of staff and operators those who
    have one of the duties, of guardians those who may do the act."""

    resident_id: UUID | None = None
    partner_id: UUID | None = None
    account_id: UUID | None = None
    operators: bool = False
    regulators: bool = False
    duties: Sequence[str] = ()
    act: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """An account that is in use, as what it signs in, and what its person confirmed, the newest first."""

    account_id: UUID
    role: str
    addresses: Sequence[str]
