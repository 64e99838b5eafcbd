"""Points and what lies around them, WGS-84, in whole microdegrees and metres."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from chassis.refusals import Invalid

from catalog.domain.sites import LATITUDE_MAX, LONGITUDE_MAX, check_position

METRES_MAX = 20_040_000  # half around the earth: everything lies within
METRES_A_DEGREE = 111_000.0  # of latitude, at least
FIRST_METRES = 2_000
WIDER = 4
FULL_DEGREE = 1_000_000


@dataclass(frozen=True, slots=True)
class Area:
    """What lies around a point, up to so many metres from it."""

    latitude: int
    longitude: int
    metres: int = METRES_MAX

    @property
    def latitudes(self) -> tuple[int, int]:
        """From which to which parallel it reaches."""
        reach = math.ceil(self.metres / METRES_A_DEGREE * FULL_DEGREE)
        return max(self.latitude - reach, -LATITUDE_MAX), min(self.latitude + reach, LATITUDE_MAX)

    @property
    def longitudes(self) -> tuple[int, int]:
        """From which to which meridian it reaches; all of them where it has a pole in it or lies on both sides of the
        180th."""
        south, north = self.latitudes
        everywhere = -LONGITUDE_MAX, LONGITUDE_MAX
        if -LATITUDE_MAX in (south, north) or LATITUDE_MAX in (south, north):
            return everywhere
        narrowest = math.cos(math.radians(max(abs(south), abs(north)) / FULL_DEGREE))
        reach = math.ceil(self.metres / (METRES_A_DEGREE * narrowest) * FULL_DEGREE)
        west, east = self.longitude - reach, self.longitude + reach
        return everywhere if west < -LONGITUDE_MAX or east > LONGITUDE_MAX else (west, east)

    def widening(self, seen_metres: int) -> Iterator["Area"]:
        """Areas around the same point, each wider than the one before, the last of them this one. What lies within
        `seen_metres` was seen before."""
        metres = max(FIRST_METRES, 2 * seen_metres)
        while metres < self.metres:
            yield replace(self, metres=metres)
            metres *= WIDER
        yield self

    def nearer(self, metres: int | None) -> "Area":
        """The same area, as far as it lies within so many metres of its point."""
        return self if metres is None else replace(self, metres=min(self.metres, metres))


def area_around(latitude: int, longitude: int, metres: int, field: str) -> Area:
    """The area around a point that a search names; 0 metres is no bound."""
    check_position(latitude, longitude, f"{field}.position")
    if not 0 <= metres <= METRES_MAX:
        raise Invalid(f"{field}.within_metres", f"must be between 1 and {METRES_MAX}")
    return Area(latitude, longitude, metres or METRES_MAX)
