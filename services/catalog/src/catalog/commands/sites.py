"""Sites: put by their partner, and named by its offerings."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis import moments, texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb

from catalog import events
from catalog.domain import sites as rules
from catalog.domain.sites import SiteInUse, Span, TooManySites
from catalog.domain.terms import TITLE_LENGTH_MAX, check_slug
from catalog.store import sites as store
from catalog.tables import SiteRow


async def put_site(
    session: AsyncSession, *, partner_id: UUID, code: str, details: pb.SiteDetails, city: City
) -> SiteRow:
    """Add a site, or replace what is said of it. The same again changes nothing."""
    check_slug(code, "site_code")
    check_details(details, city, "details")
    message = details.SerializeToString(deterministic=True)
    await store.lock_sites(session, partner_id)
    site = await store.site(session, partner_id, code)
    if site is not None and site.details == message:
        return site
    position = details.position
    values: dict[str, Any] = {
        "details": message,
        "latitude_microdegrees": position.latitude_microdegrees,
        "longitude_microdegrees": position.longitude_microdegrees,
        "district": details.district,
        "closed": details.closed,
    }
    if site is None:
        if await store.count(session, partner_id) >= rules.SITES_MAX:
            raise TooManySites(f"at most {rules.SITES_MAX}; put another address to one that is closed", "site_code")
        site = SiteRow(id=new_id(), partner_id=partner_id, code=code, version=1, **values)
        session.add(site)
    else:
        if details.closed and await store.in_use(session, site.id):
            raise SiteInUse("revise or retire the offerings that name it, then close it", "details.closed")
        for name, value in values.items():
            setattr(site, name, value)
        site.version += 1
    await session.flush()
    publish(session, events.site_changed(site), site.id)
    return site


def check_details(details: pb.SiteDetails, city: City, at: str) -> None:
    """Refuse what is said of a site, naming the field."""
    for name, longest in (("name", TITLE_LENGTH_MAX), ("address", rules.ADDRESS_LENGTH_MAX)):
        words = getattr(details, name).text
        words.update(texts.localized(words, city.locales, f"{at}.{name}", texts.line, longest))
    position = details.position
    rules.check_position(position.latitude_microdegrees, position.longitude_microdegrees, f"{at}.position")
    if details.district not in city.districts:
        raise Invalid(f"{at}.district", f"there is no district {details.district!r} in this city")
    by_weekday: dict[int, list[Span]] = {}
    for index, hours in enumerate(details.hours):
        if not 1 <= hours.weekday <= 7:
            raise Invalid(f"{at}.hours[{index}].weekday", "must be 1 (Monday) to 7 (Sunday)")
        by_weekday.setdefault(hours.weekday, []).append(Span(hours.opens, hours.closes, f"{at}.hours[{index}]"))
    for spans in by_weekday.values():
        rules.check_spans(spans)
    days = set()
    for index, exception in enumerate(details.exceptions):
        field = f"{at}.exceptions[{index}]"
        days.add(moments.parse_day(exception.day, f"{field}.day"))
        if len(days) == index:
            raise Invalid(f"{field}.day", "is there twice; give all spans of a day together")
        rules.check_spans(
            [Span(span.opens, span.closes, f"{field}.spans[{number}]") for number, span in enumerate(exception.spans)]
        )
    rules.check_languages(details.languages, f"{at}.languages")


async def check_sites(session: AsyncSession, partner_id: UUID, codes: Sequence[str], field: str) -> Sequence[UUID]:
    """The ids of the sites that terms name. Refuse one that the partner has not, or has closed; none of them is closed
    before this transaction ends."""
    if len(set(codes)) < len(codes):
        raise Invalid(field, "none may be named twice")
    known: Mapping[str, SiteRow] = await store.by_codes(session, partner_id, codes) if codes else {}
    for index, code in enumerate(codes):
        site = known.get(code)
        if site is None:
            raise Invalid(f"{field}[{index}]", f"the partner has no site {code!r}; put it first")
        if site.closed:
            raise Invalid(f"{field}[{index}]", f"the site {code!r} is closed")
    return [known[code].id for code in codes]
