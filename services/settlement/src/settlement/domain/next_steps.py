"""What a payment provider asks of who pays, before it promises the money: to go to a page of its own, to scan a code,
or to confirm in an app."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

TARGET_LENGTH_MAX = 1024
SCHEMES = frozenset({"http", "https"})  # http for trials on one's own machine: what is not listed is refused anyway


class StepKind(StrEnum):
    """What is asked of who pays."""

    REDIRECT = "redirect"
    SCAN = "scan"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the provider asks, and until when. `target` is the page to go to, what the code to scan says, or a link that
    opens the app, which may be empty."""

    kind: StepKind
    target: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a provider may send who pays, and where it sends them back to: an address of ours, which proves nothing."""

    origins: frozenset[str] = frozenset()
    pages_url: str = ""

    def back_to(self, order: str) -> str:
        """The page of an order, by its id as clients see it; empty where there are no pages."""
        return f"{self.pages_url.rstrip('/')}/orders/{order}" if self.pages_url else ""


def origin_of(url: str) -> str:
    """Scheme, host and port of an address; empty where it has none of these, or says who is to be signed in."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in SCHEMES or not parts.hostname or parts.username is not None or parts.password is not None:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")


def fault_of(step: NextStep, ways: Ways) -> str:
    """Why nobody is shown this step; empty where it may be shown."""
    if not 0 < len(step.target) <= TARGET_LENGTH_MAX and not (step.kind == StepKind.CONFIRM and not step.target):
        return f"the provider's next step has a target of {len(step.target)} characters"
    if not step.target.isprintable() or "\\" in step.target:
        return "the provider's next step has a target that is no text of one line"
    if step.kind != StepKind.SCAN and step.target and origin_of(step.target) not in ways.origins:
        return "the provider sends to an address that is not among YIMA_REDIRECT_ORIGINS"
    return ""
