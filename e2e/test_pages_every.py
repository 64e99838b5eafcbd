"""Every page there is, in each language and at a telephone's, a tablet's and a desk's width: usable without seeing or
a mouse, no wider than the screen, and in the language that was asked for. The pages are the routes of the app."""

import re
import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from devstack.stack import Stack
from ops.demo import in_force, manifest_of
from ops.demo.readings import history
from ops.example_city import OPERATOR, REGULATOR, ingest
from yima_client.caller import connect, fresh_key, retried

from e2e.browser import DESK, PHONE, TABLET, inaccessible, nameless
from e2e.keyboard import unreached
from e2e.people import (
    PASSWORD,
    Clinic,
    a_clinic,
    confirmed,
    known_to,
    operator_of,
    place,
    registered,
    regulator_of,
    serve,
    until_status,
)
from e2e.test_apps import BACK, CHALLENGE
from e2e.test_apps import registered as an_app
from e2e.test_follow_ups import open_to
from e2e.test_own_record import encounter
from e2e.test_pages_desks import (
    City,
    a_code_map,
    a_device_model,
    a_guardianship,
    a_project,
    a_reviewed_visit,
    a_source,
    a_submitted_offering,
    a_template,
    an_account,
    an_alert_rule,
)
from e2e.test_statements import issued
from e2e.visitors import NEEDS_PAGES, Visitor

SOURCE = Path(__file__).parents[1] / "clients" / "web" / "src"
LOCALES = ("en", "zh-CN", "ar")
SIZES = (PHONE, TABLET, DESK)
PAGE = re.compile(r'^\s*\["/([^"]*)", \w+Page\],', re.MULTILINE)
IN_SHELL = re.compile(r'<Route path="/([^"]*)" component=\{\w+Page\}')
DESK_OF = re.compile(r'^  "?([\w-]+)"?: \w+,$', re.MULTILINE)
DESKS_IN = {  # whose desks the address names, by route
    "desk/:desk": "operator/desks.tsx",
    "money/:desk": "supervision/Money.tsx",
    "approvals/:desk": "regulator/approvals.tsx",
}
ROLES = ("stranger", "resident", "practitioner", "partner", "operator", "regulator")
EVERYBODYS = ("settings", "settings/notifications", "settings/security", "messages")
STEPS = ("", "/write", "/ask", "/order", "/offer", "/watch", "/emergency", "/next")

# What the routes with something to be filled in are tried with; a scene has the ids.
EXAMPLES: dict[str, dict[str, tuple[str, ...]]] = {
    "stranger": {"care/:id": ("care/{offering}",), "join": ("join#nothing",)},
    "resident": {
        "authorize": ("authorize?{authorize}",),
        "care/:id": ("care/{offering}", "care/{booked_offering}"),
        "orders/:id": ("orders/{order}", "orders/{booked}"),
        "orders/:id/complain": ("orders/{order}/complain",),
        "orders/:id/move/:booking": ("orders/{booked}/move/{booking}",),
        "orders/:id/review/:line": ("orders/{order}/review/{line}",),
        "record/items/:id": ("record/items/{result}", "record/items/{visit}"),
        "record/items/:id/wrong": ("record/items/{result}/wrong",),
        "record/visits/:id": ("record/visits/{visit}",),
        "record/trends": ("record/trends?code=8480-6",),
        "record/readings/:id": ("record/readings/{own}",),
    },
    "practitioner": {f"visits/:residentId{step}": (f"visits/{{known}}{step}",) for step in STEPS},
    "partner": {
        "orders/:id": ("orders/{order}", "orders/{waiting}"),
        "offerings/:id": ("offerings/{offering}",),
        "offerings/:id/private": ("offerings/{offering}/private",),
        "money/statements/:id": ("money/statements/{statement}",),
        "money/statements/:id/:position": ("money/statements/{statement}/1",),
        "data/sources/:id": ("data/sources/{source}",),
        "webhooks/:id": ("webhooks/{webhook}",),
        "sites/:code": ("sites/fountain",),
        "today/calendars/:code/end": ("today/calendars/room-1/end",),
    },
    "operator": {
        "search": ("search", "search?q=a"),
        "chain/:id": ("chain/{order}",),
        "partners/:id": ("partners/{partner}",),
        "partners/:id/review": ("partners/{partner}/review",),
        "partners/:id/private": ("partners/{partner}/private",),
        "pilots/:id": ("pilots/{pilot}",),
    },
    "regulator": {
        "freezes": ("freezes?show=all",),
        "chain/:id": ("chain/{order}",),
        "partners/:id": ("partners/{partner}",),
        "partners/:id/private": ("partners/{partner}/private",),
    },
}


def routes_of(role: str) -> list[str]:
    """The routes of a role as the app has them, without the first stroke; those of the settings are a resident's, and
    what is everybody's is everybody's."""
    own = "resident/strangers.tsx" if role == "stranger" else f"{role}/index.tsx"
    found = PAGE.findall((SOURCE / "pages" / own).read_text("utf-8"))
    if role == "stranger":
        return found + IN_SHELL.findall((SOURCE / "app" / "App.tsx").read_text("utf-8"))
    settings = PAGE.findall((SOURCE / "pages" / "settings" / "index.tsx").read_text("utf-8"))
    return found + (settings if role == "resident" else [each for each in settings if each in EVERYBODYS])


def ways_of(role: str) -> dict[str, tuple[str, ...]]:
    """What each route of a role is tried with."""
    ways = {}
    for route in routes_of(role):
        if route in DESKS_IN:
            source = (SOURCE / "pages" / DESKS_IN[route]).read_text("utf-8")
            table = source.partition("Record<string, () => React.JSX.Element>> = {")[2].partition("};")[0]
            ways[route] = tuple(route.replace(":desk", desk) for desk in DESK_OF.findall(table))
        else:
            ways[route] = EXAMPLES[role].get(route, () if ":" in route else (route,))
    return ways


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_the_app_is_tried(role: str) -> None:
    routes = routes_of(role)
    assert len(routes) > 5
    assert {route for route, ways in ways_of(role).items() if not ways} == set(), "give them an example"
    assert {*EXAMPLES[role]} - {*routes} == set(), "the app has no such page"


def test_every_folder_of_pages_is_a_roles() -> None:
    folders = {index.parent.name for index in (SOURCE / "pages").glob("*/index.tsx")}
    assert folders == {*ROLES, "settings"} - {"stranger"}


@dataclass(frozen=True)
class Scene:
    """Who signs in, by role, and the ids of what there is to be shown."""

    logins: dict[str, tuple[str, str]]
    ids: dict[str, str]


async def a_booked_order(city: City, resident: Any) -> dict[str, str]:
    """An order with a time of its own, which can be moved."""
    clinic = await a_clinic(city.nobody, city.stack.secrets, bookingRequired=True)
    begins = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
    slots = [
        {
            "interval": {"start": start.isoformat(), "end": (start + timedelta(minutes=30)).isoformat()},
            "capacity": 1,
        }
        for start in (begins, begins + timedelta(days=1))
    ]
    first, _ = (await clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=slots))["slotIds"]
    lines = [{"offeringId": clinic.offering["id"], "slotIds": [first]}]
    order = await retried(lambda: place(resident, clinic, lines=lines), "invalid", "unknown-offering")
    await confirmed(resident, order["id"])
    booking = (await resident.run("order", id=order["id"]))["lines"][0]["bookings"][0]["id"]
    return {"booked": order["id"], "booking": booking, "booked_offering": clinic.offering["id"]}


async def a_record(resident: Any, resident_id: str, clinic: Clinic) -> dict[str, str]:
    """What a clinic and the resident wrote, and ids of it."""
    mark = secrets.token_hex(4)
    within = history(mark)
    within[-1]["encounter"] = {"reference": f"Encounter/{mark}-visit"}
    await ingest(resident, clinic.practitioner, [encounter(f"{mark}-visit"), *within])
    taken = {"measuredAt": "2026-05-01T08:00:00+08:00", "value": "71.5"}
    await resident.run("record-own-reading", residentId=resident_id, kind="WEIGHT", values=taken, key=fresh_key())
    items = [node["item"] for node in (await resident.run("timeline", residentId=resident_id))["nodes"]]
    return {
        "own": next(item["id"] for item in items if item["selfReported"]),
        "result": next(item["id"] for item in items if item["kind"] == "RESULT" and item["institution"]),
        "visit": next(item["id"] for item in items if item["kind"] == "VISIT"),
    }


async def what_waits(city: City, resident: Any, known: str) -> None:
    """A case on each desk."""
    for made in (
        a_submitted_offering,
        a_reviewed_visit,
        a_guardianship,
        a_code_map,
        a_project,
        a_template,
        a_device_model,
        an_alert_rule,
        an_account,
    ):
        await made(city)
    law = {"statute": f"Notice {secrets.token_hex(4)}, article 3", "why": "reports of notifiable diseases"}
    what = {"informationTypes": ["laboratory"], "purpose": "PUBHLTH", "validDays": 30}
    await city.operator.run("enter-legal-basis", **law, **what, partnerId=city.clinic.partner_id)
    broken = {"residentId": known, "reason": "Found unconscious", "key": fresh_key()}
    await city.clinic.practitioner.run("break-glass", **broken)


@pytest.fixture(scope="module")
async def scene(stack: Stack, clinic: Clinic) -> AsyncGenerator[Scene]:
    """A clinic and a resident who have one of everything."""
    async with connect(stack.graphql) as nobody:
        operator, regulator = await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets)
        city = City(stack, nobody, operator, regulator, clinic)
        login = f"every-{secrets.token_hex(5)}@residents.example.org"
        resident_id = (await registered(nobody, login, name="Lin Wanqiu"))["id"]
        resident = await nobody.signed_in(login, PASSWORD)
        known = known_to(clinic.practitioner, resident_id)
        order = await place(resident, clinic)
        await confirmed(resident, order["id"])
        await in_force(resident, order["id"])
        await clinic.practitioner.run("records", residentId=known, informationTypes=["vital-signs"], purpose="TREAT")
        await serve(resident, clinic, order["id"])
        await until_status(resident, order["id"], "CLOSED")
        waiting = (await confirmed(resident, (await place(resident, clinic))["id"]))["id"]
        await resident.run("complain", orderId=waiting, text="Nobody answered the telephone", key=fresh_key())
        ids = await a_booked_order(city, resident) | await a_record(resident, resident_id, clinic)
        await what_waits(city, resident, known)
        await open_to(clinic, resident)
        step = {"action": "VISIT", "reason": "CHECK", "dueOn": str((datetime.now(UTC) + timedelta(days=9)).date())}
        await clinic.practitioner.run(
            "note-follow-up", residentId=known, **step, note="Bring your diary", key=fresh_key()
        )
        await clinic.staff.run("put-site", **manifest_of("site.yaml"), key=fresh_key())
        await clinic.staff.run("put-calendar", code="room-1", kind="ROOM", name="Room 1")
        hook = {"url": "https://hooks.example.org/yima", "types": [], "key": fresh_key()}
        asked = {
            "client_id": await an_app(clinic),
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "launch/patient patient/Observation.rs",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "aud": f"http://127.0.0.1:{stack.base_port}/fhir",
            "state": "of the app",
        }
        tried_out = await a_clinic(
            nobody,
            stack.secrets,
            consent=None,
            pilot={"districts": ["lixia"], "endsAt": (datetime.now(UTC) + timedelta(days=9)).isoformat()},
        )
        ids |= {
            "pilot": tried_out.offering["id"],
            "order": order["id"],
            "line": order["lines"][0]["id"],
            "waiting": waiting,
            "offering": clinic.offering["id"],
            "partner": clinic.partner_id,
            "known": known,
            "source": await a_source(city),
            "statement": (await issued(stack, operator, clinic))["id"],
            "webhook": (await clinic.staff.run("create-webhook-endpoint", **hook))["id"],
            "authorize": urlencode(asked),
        }
        yield Scene(
            {
                "resident": (login, PASSWORD),
                "practitioner": (clinic.doctor, PASSWORD),
                "partner": (clinic.login, PASSWORD),
                "operator": (OPERATOR, stack.secrets["operator"]),
                "regulator": (REGULATOR, stack.secrets["regulator"]),
            },
            ids,
        )


async def faults_of(page: Any, locale: str) -> dict[str, list[str]]:
    """What is wrong with the page that is shown, by its width."""
    faults: dict[str, list[str]] = {}
    for size in SIZES:
        await page.set_viewport_size(size)
        found = await inaccessible(page) + await nameless(page)
        if await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append("is wider than the screen")
        title = await page.inner_text("h1")
        if await page.title() != f"{title} · Yima":
            found.append("is not named in its tab as at its top")
        if await page.evaluate("document.documentElement.lang") != locale:
            found.append("does not say its language")
        if title == "There is no such page":
            found.append("is not there")
        if found:
            faults[str(size["width"])] = found
    return faults


@pytest.mark.anyio
@NEEDS_PAGES
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("role", ["stranger", *(pytest.param(role, marks=pytest.mark.long) for role in ROLES[1:])])
async def test_every_page_is_accessible_in_each_language_at_each_width(
    chromium: Any, stack: Stack, scene: Scene, role: str, locale: str
) -> None:
    context = await chromium.new_context(viewport=PHONE, locale=locale)
    visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    if role in scene.logins:
        await visitor.signs_in(*scene.logins[role])
    else:
        await visitor.goes("sign-in")
    assert await visitor.page.evaluate("document.documentElement.dir") == ("rtl" if locale == "ar" else "ltr")
    broken = {}
    for way in (way.format(**scene.ids) for ways in ways_of(role).values() for way in ways):
        await visitor.page.set_viewport_size(PHONE)
        await visitor.goes(way)
        await visitor.page.wait_for_load_state("networkidle")
        broken[way] = await faults_of(visitor.page, locale)
    await context.close()
    assert {way: faults for way, faults in broken.items() if faults} == {}
    assert visitor.faults == []


@pytest.mark.anyio
@NEEDS_PAGES
@pytest.mark.parametrize("role", ["stranger", *(pytest.param(role, marks=pytest.mark.long) for role in ROLES[1:])])
async def test_everything_on_every_page_is_come_to_by_the_keyboard_alone(
    chromium: Any, stack: Stack, scene: Scene, role: str
) -> None:
    context = await chromium.new_context(viewport=DESK, locale="en")
    visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    if role in scene.logins:
        await visitor.signs_in(*scene.logins[role])
    broken = {}
    for way in (way.format(**scene.ids) for ways in ways_of(role).values() for way in ways):
        await visitor.goes(way)
        await visitor.page.wait_for_load_state("networkidle")
        broken[way] = await unreached(visitor.page)
    await context.close()
    assert {way: faults for way, faults in broken.items() if faults} == {}
