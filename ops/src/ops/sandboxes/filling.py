"""What a new sandbox has in it: a city's definitions, fictional residents, and its partner, certified and on sale."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from chassis.refusals import Invalid
from devstack.cities import City
from devstack.lives import Resource, lives
from devstack.stack import Stack
from yima_client import enums
from yima_client.caller import AWAY, connect, retried

from ops import example_city as cities

SLUG = "sandbox"  # whose staff and practitioner sign in
OTHER = "neighbour"  # another institution, which has the residents' records, so that only a consent opens them
HOSPITAL = "HOSPITAL"  # its kind, where the city has one that the partner is not like
PASSWORD_BYTES = 18
OFFERINGS_MAX = 4
RESIDENTS = 12
OF_A_KIND = 2  # of a resident's resources of one kind and code, the newest
SEED = 1
ENDS_AT_ONCE = ("SINGLE_VISIT", "DATA_SERVICE")  # once it was given
SCOPES = list(enums.API_KEY_SCOPE)  # whoever is less trusted gets a key of their own


@dataclass(frozen=True)
class Filled:
    """What a sandbox was filled with: what is said once, and what faults need to know."""

    said: dict[str, Any]
    offering_id: str  # what residents order when something is to happen


def kinds(city: City) -> list[str]:
    """The kinds of partner that a sandbox of this city can be filled for."""
    return sorted({manifest["kind"] for manifest, offerings in city.partners().values() if offerings})


def example(city: City, kind: str, name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The manifest of a partner of this kind, under this name, and its offerings; the first needs no time, and is for
    anybody if something of such a partner is."""
    hinders = hindrances(city)
    offered = [(manifest, offerings) for manifest, offerings in city.partners().values() if offerings]
    alike = [(manifest, offerings) for manifest, offerings in offered if manifest["kind"] == kind]
    if not offered:
        raise Invalid("", f"{city.name} has no example partners to be like, so no sandboxes; run another city")
    if not alike:
        raise Invalid("kind", f"must be one of {', '.join(kinds(city))}")
    manifest, offerings = min(alike, key=lambda each: min(map(hinders, each[1])))
    called = dict.fromkeys(manifest["name"], f"{name} SANDBOX")
    at_once = min(offerings, key=hinders)
    if at_once.get("bookingRequired"):
        at_once = deepcopy(at_once) | {"bookingRequired": False, "reference": "sandbox-without-a-time"}
        at_once.pop("cancellation", None)
    others = [offering for offering in offerings if offering["reference"] != at_once["reference"]]
    return {**manifest, "name": called}, [at_once, *others[: OFFERINGS_MAX - 1]]


def hindrances(city: City) -> Callable[[dict[str, Any]], tuple[bool, bool, bool, bool]]:
    """Says what stands between anybody's order of an offering and its end, the worst first: that it is for children,
    or for some other people only, that it takes more than a visit, and a time to be chosen."""
    populations = city.settings["populations"]
    for_whom = {each["code"]: populations[each["population"]] for each in city.manifests("definitions")}

    def of(offering: dict[str, Any]) -> tuple[bool, bool, bool, bool]:
        whom = for_whom[offering["definition"]]
        for_some = "ageFromMonths" in whom or bool(offering.get("eligibility"))
        takes_long = offering["kind"] not in ENDS_AT_ONCE
        return "ageBelowMonths" in whom, for_some, takes_long, bool(offering.get("bookingRequired"))

    return of


def residents(city: City) -> list[dict[str, Any]]:
    """Fictional people, the same in each sandbox of a city, and a little of what each has been through."""
    known = [
        person | {"resources": few(chain.from_iterable(batch["resources"] for batch in city.records(slug_of(person))))}
        for person in city.residents()[:RESIDENTS]
    ]
    return known + [
        {
            "login": f"resident-{life.number}@example.org",
            "name": life.name,
            "birth_date": life.birth_date,
            "resources": few(chain.from_iterable(life.histories)),
        }
        for life in lives(SEED, RESIDENTS - len(known))
    ]


def slug_of(person: dict[str, Any]) -> str:
    return str(person["login"]).partition("@")[0]


def few(resources: Iterable[Resource]) -> list[Resource]:
    """Of each kind and code the newest; a history has its oldest first."""
    alike: dict[tuple[str, str], list[Resource]] = defaultdict(list)
    for resource in resources:
        coding = (resource.get("code") or {}).get("coding") or [{}]
        alike[resource["resourceType"], coding[0].get("code", "")].append(resource)
    return [resource for each in alike.values() for resource in each[-OF_A_KIND:]]


def neighbour(city: City, partner: dict[str, Any]) -> dict[str, Any]:
    """The manifest of an institution beside the partner: a general hospital, or what the city has."""
    lived_at = city.hospitals()
    others = [
        (slug not in lived_at, manifest["kind"] != HOSPITAL, slug, manifest)
        for slug, (manifest, _) in city.partners().items()
        if manifest["registrationNumber"] != partner["registrationNumber"]
    ]
    return min(others)[-1]


async def fill(stack: Stack, kind: str, name: str, tell: Callable[[str], None]) -> Filled:
    """Fill a system that has just started and is empty. Each step adds nothing when it is done again, so what a busy
    machine does not answer in time is asked again."""
    city, password = stack.city, secrets.token_urlsafe(PASSWORD_BYTES)
    manifest, offerings = example(city, kind, name)
    people = residents(city)
    async with connect(stack.graphql) as nobody:
        operator, regulator = await retried(lambda: cities.supervisors(nobody, stack.secrets), AWAY)
        await retried(lambda: cities.put_definitions(city, operator), AWAY)
        await retried(lambda: cities.load_codes(city, operator), AWAY)
        tell("definitions")
        partner = (city, nobody, operator, regulator, SLUG, manifest, offerings, password)
        await retried(lambda: cities.load_partner(*partner), AWAY)
        tell("partner")
        other = neighbour(city, manifest)
        await retried(lambda: cities.load_partner(city, nobody, operator, regulator, OTHER, other, [], password), AWAY)
        doctor = await retried(lambda: nobody.signed_in(cities.practitioner_login(OTHER), password), AWAY)
        for person in people:  # the other institution writes their records, with their codes before it
            me = await retried(partial(cities.register_resident, nobody, person, stack.secrets["residents"]), AWAY)
            await retried(partial(cities.ingest, me, doctor, person["resources"]), AWAY)
        tell("residents and their records")
        staff = await retried(lambda: nobody.signed_in(cities.staff_login(SLUG), password), AWAY)
        partner_id = (await staff.run("me"))["institution"]["id"]
        key = await retried(lambda: staff.run("create-api-key", label="sandbox", scopes=SCOPES), "not-permitted", AWAY)
        on_sale = await cities.published(staff)
    references = [offering["reference"] for offering in offerings]  # the first is ordered without a time
    said = {
        "partnerId": partner_id,
        "staff": {"login": cities.staff_login(SLUG), "password": password},
        "practitioner": {"login": cities.practitioner_login(SLUG), "password": password},
        "apiKey": {name: key[name] for name in ("id", "secret", "scopes", "expiresAt")},
        "operator": {"login": cities.OPERATOR, "password": stack.secrets["operator"]},
        "regulator": {"login": cities.REGULATOR, "password": stack.secrets["regulator"]},
        "neighbour": {"name": other["name"], "login": cities.practitioner_login(OTHER), "password": password},
        "residents": {
            "password": stack.secrets["residents"],
            "logins": [person["login"] for person in people],
        },
        "offerings": [{"id": on_sale[reference]["id"], "reference": reference} for reference in references],
    }
    return Filled(said, str(on_sale[references[0]]["id"]))
