"""Sites of partners: where they are, and when they are open."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chassis.refusals import Invalid, Refusal

from catalog.domain.slots import CLOCK_TIME

SITES_MAX = 300  # of one partner
ADDRESS_LENGTH_MAX = 200
LATITUDE_MAX = 90_000_000  # microdegrees
LONGITUDE_MAX = 180_000_000
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
MIDNIGHT = "24:00"


class SiteInUse(Refusal):
    code = "site-in-use"
    title = "Offerings on sale name the site."


class TooManySites(Refusal):
    code = "too-many-sites"
    title = "The partner has as many sites as it may have."


class SiteChanged(Refusal):
    code = "site-changed"
    title = "The site is not as it was when it was looked at."


@dataclass(frozen=True, slots=True)
class Span:
    """A span of a day in which a site is open, as it was handed in."""

    opens: str
    closes: str
    field: str


def check_position(latitude: int, longitude: int, field: str) -> None:
    """Refuse a position, in microdegrees, that is none on the earth, or that nobody has filled in."""
    if not -LATITUDE_MAX <= latitude <= LATITUDE_MAX:
        raise Invalid(f"{field}.latitude_microdegrees", "must lie between -90 and 90 degrees")
    if not -LONGITUDE_MAX <= longitude <= LONGITUDE_MAX:
        raise Invalid(f"{field}.longitude_microdegrees", "must lie between -180 and 180 degrees")
    if latitude == longitude == 0:
        raise Invalid(field, "is where nobody lives: give latitude and longitude (WGS-84)")


def check_spans(spans: Sequence[Span]) -> None:
    """Refuse spans of one day that are no times of the clock, or that overlap."""
    for span in spans:
        if not CLOCK_TIME.fullmatch(span.opens):
            raise Invalid(f"{span.field}.opens", "must be a time of the city's clock, to the minute, like 08:30")
        if not CLOCK_TIME.fullmatch(span.closes) and span.closes != MIDNIGHT:
            raise Invalid(f"{span.field}.closes", "must be a time of the city's clock, up to 24:00")
        if span.closes <= span.opens:
            raise Invalid(
                f"{span.field}.closes", "must lie after it opens; write what is after midnight as the next day"
            )
    for earlier, later in pairwise(sorted(spans, key=lambda span: span.opens)):
        if later.opens < earlier.closes:
            raise Invalid(f"{later.field}.opens", f"overlaps with {earlier.opens} to {earlier.closes} of the same day")


def check_looked_at(version: int, looked_at: int) -> None:
    """Refuse a decision about a site that was looked at as it is not any more."""
    if version != looked_at:
        raise SiteChanged("look at its pictures again, and decide about its present version", "version")


def not_shown(pictures: Mapping[str, bytes], shown: Mapping[str, bytes]) -> list[str]:
    """Which of the pictures that a site is to have nobody has looked at with what is said of them, by their
    attachments."""
    return [attachment for attachment, alt in pictures.items() if shown.get(attachment) != alt]


def check_languages(languages: Sequence[str], field: str) -> None:
    for index, language in enumerate(languages):
        if not LANGUAGE.fullmatch(language):
            raise Invalid(f"{field}[{index}]", "must be a language's tag, like zh-CN or ar")
    if len(set(languages)) < len(languages):
        raise Invalid(field, "none may be named twice")
