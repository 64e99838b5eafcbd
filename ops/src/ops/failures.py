"""What may fail while a system is started or kept, and what is said of it."""

from chassis.refusals import Refusal
from city_pack.pack import BadPack
from devstack.cities import UnknownCity
from devstack.nats import NatsFailed
from devstack.ports import PortTaken
from devstack.postgres import PostgresFailed
from devstack.stack import AlreadyRunning, MigrationFailed
from devstack.supervisor import NotReady
from pydantic import ValidationError

# Each says by itself what happened and what to do.
KNOWN = (
    AlreadyRunning,
    BadPack,
    MigrationFailed,
    NatsFailed,
    NotReady,
    PortTaken,
    PostgresFailed,
    Refusal,
    UnknownCity,
)


def explain(error: Exception) -> str | None:
    """The sentence for a failure that is known here; None where it is not."""
    if isinstance(error, KNOWN):
        return str(error)
    if isinstance(error, ValidationError) and error.title.endswith("Settings"):
        names = ", ".join(f"YIMA_{'_'.join(map(str, fault['loc'])).upper()}" for fault in error.errors())
        return f"a setting is missing or wrong: {names}"
    return None
