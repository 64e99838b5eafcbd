"""Pilots: publications that are tried out in some districts, until a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.refusals import Invalid, Refusal
from city_pack.pack import Tree

from catalog.domain.terms import DISTRICTS_MAX, check_codes, check_served, check_slugs

LENGTH_MAX = timedelta(days=2 * 366)


class NoPilot(Refusal):
    code = "no-pilot"
    title = "The offering is not published as a pilot."


@dataclass(frozen=True, slots=True)
class Pilot:
    """Where who orders it has to live, and from when on it is not on sale; None: until it is widened or ended."""

    districts: Sequence[str]
    ends_at: datetime | None = None


def check_pilot(pilot: Pilot, served: Sequence[str], tree: Tree, now: datetime, at: str) -> Pilot:
    """Refuse a pilot in districts that the offering does not serve, or that has no time to come."""
    if not pilot.districts:
        raise Invalid(f"{at}districts", "name one at least")
    check_slugs(pilot.districts, f"{at}districts", DISTRICTS_MAX)
    check_codes(pilot.districts, tree, f"{at}districts", "district")
    check_served(pilot.districts, served, tree, f"{at}districts")
    if pilot.ends_at is not None and not now < pilot.ends_at <= now + LENGTH_MAX:
        raise Invalid(f"{at}ends_at", "must lie ahead, within two years")
    return pilot


def check_wider(before: Pilot, after: Pilot, tree: Tree, now: datetime) -> None:
    """Refuse to leave somebody out, or to end earlier, under the name of widening."""
    for district in before.districts:
        if district in tree and not set(after.districts).intersection(tree.lineage(district)):
            raise Invalid("districts", f"leave {district} out; a pilot is widened, or ended")
    over = before.ends_at is not None and before.ends_at <= now
    if not over and after.ends_at is not None and (before.ends_at is None or after.ends_at < before.ends_at):
        raise Invalid("ends_at", "is earlier than it is now; a pilot is widened, or ended")
