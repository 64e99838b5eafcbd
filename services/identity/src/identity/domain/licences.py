"""A practitioner's licence: whether the register of licences confirms it, and does so still."""

from datetime import timedelta
from enum import StrEnum

from chassis.refusals import Refusal

FIELD = "licence_number"
RETRY_FIRST = timedelta(seconds=15)
RETRY_LAST = timedelta(hours=1)


class LicenceState(StrEnum):
    """The values are those of the contract's `LicenceState`, in lower case."""

    WAITING = "waiting"  # the register has not answered yet
    CHECKED = "checked"
    REFUSED = "refused"  # it was never this person's
    WITHDRAWN = "withdrawn"  # it was, and is no longer


class LicenceNotChecked(Refusal):
    code = "licence-not-checked"
    title = "The register of licences has not confirmed this practitioner's licence, or does so no longer."


class LicenceNotConfirmed(Refusal):
    code = "licence-not-confirmed"
    title = "The register of licences does not confirm that this licence is in force and this person's."


def state_after(before: LicenceState, confirmed: bool) -> LicenceState:
    """The state after the register has answered."""
    if confirmed:
        return LicenceState.CHECKED
    return LicenceState.WITHDRAWN if before in (LicenceState.CHECKED, LicenceState.WITHDRAWN) else LicenceState.REFUSED


def retry_after(attempts: int) -> timedelta:
    """How long to wait before the register is asked again, which has not answered so many times in a row."""
    return min(RETRY_LAST, RETRY_FIRST * (1 << min(attempts - 1, 10)))
