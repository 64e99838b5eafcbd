"""`make screens`: pictures of the pages from the city that `make up` runs, and how heavy and how fast they are.

Twenty pages, on a phone and at a desk, in three languages, into `docs/screens/`; what each role's first page weighs and
takes on a slow phone, into `docs/pages.md`.
"""

import asyncio
import gzip
import os
import secrets
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from devstack.stack import PAGES, load_secrets, running_state
from ops.demo import in_force, manifest_of
from ops.example_city import OPERATOR, REGULATOR
from yima_client.caller import Caller, connect, fresh_key

from e2e.audits import CATEGORIES, Audited, a_bare_page, a_browser_with_a_port, audit
from e2e.browser import DESK, PHONE, browser, with_fonts
from e2e.people import (
    PAIRWISE_SECRETS,
    PASSWORD,
    Clinic,
    a_clinic,
    confirmed,
    known_to,
    operator_of,
    place,
    registered,
    serve,
    until_status,
)
from e2e.visitors import Visitor

ROOT = Path(__file__).parents[1]
SCREENS = ROOT / "docs" / "screens"
TABLE = ROOT / "docs" / "pages.md"
BYTES_MAX = 3 * 1024 * 1024  # of all pictures together

# A slow phone, as Lighthouse takes one: a processor four times slower than here, and slow 4G.
SLOWER = 4
LATENCY_MS = 150
BYTES_A_SECOND = 1_638_400 // 8


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it; `way` may name what the scene has, such as `{order}`."""

    name: str
    role: str
    way: str
    locale: str
    size: dict[str, int]


PICTURES = (
    Picture("resident-home", "resident", "", "en", PHONE),
    Picture("resident-code", "resident", "code", "zh-CN", PHONE),
    Picture("resident-care", "resident", "care", "zh-CN", DESK),
    Picture("resident-offering", "resident", "care/{offering}", "en", PHONE),
    Picture("resident-order", "resident", "orders/{order}", "ar", PHONE),
    Picture("resident-record", "resident", "record", "en", PHONE),
    Picture("resident-consents", "resident", "consents", "zh-CN", PHONE),
    Picture("resident-looks", "resident", "looks", "ar", PHONE),
    Picture("resident-messages", "resident", "messages", "zh-CN", PHONE),
    Picture("practitioner-home", "practitioner", "", "en", PHONE),
    Picture("partner-home", "partner", "", "en", DESK),
    Picture("partner-money", "partner", "money", "en", DESK),
    Picture("operator-home", "operator", "", "en", DESK),
    Picture("operator-home-phone", "operator", "", "ar", PHONE),
    Picture("operator-screening", "operator", "partners/{applicant}", "zh-CN", DESK),
    Picture("operator-money", "operator", "money", "en", DESK),
    Picture("chain", "regulator", "chain/{order}", "en", DESK),
    Picture("chain-right-to-left", "regulator", "chain/{order}", "ar", DESK),
    Picture("regulator-log", "regulator", "log", "en", DESK),
    Picture("regulator-partners", "regulator", "partners", "zh-CN", DESK),
)


@dataclass(frozen=True)
class Scene:
    """Who signs in, by role, and the ids of what is shown."""

    origin: str
    logins: dict[str, tuple[str, str]]
    ids: dict[str, str]


@asynccontextmanager
async def a_scene() -> AsyncGenerator[Scene]:
    """People and things to be shown, made in the city that runs."""
    folder = Path(os.environ.get("YIMA_STATE", ".yima"))
    state = running_state(folder)
    if state is None or not PAGES.is_dir():
        sys.exit("no city with pages runs here: start one with `make up`, then do this in another terminal")
    secret = load_secrets(folder / "secrets.json")
    PAIRWISE_SECRETS[state["graphql"]] = secret["pairwise"]
    run = secrets.token_hex(5)
    async with connect(state["graphql"]) as nobody:
        clinic = await a_clinic(nobody, secret)
        resident = f"lin-wanqiu-{run}@residents.example.org"
        order = await a_visit(nobody, clinic, resident)
        operator = await operator_of(nobody, secret)
        await operator.run("run-payouts", partnerId=clinic.partner_id, key=fresh_key())
        applicant = await an_applicant(nobody, run)
        yield Scene(
            state["graphql"].removesuffix("/graphql"),
            {
                "resident": (resident, PASSWORD),
                "practitioner": (clinic.doctor, PASSWORD),
                "partner": (clinic.login, PASSWORD),
                "operator": (OPERATOR, secret["operator"]),
                "regulator": (REGULATOR, secret["regulator"]),
            },
            {"order": order, "offering": clinic.offering["id"], "applicant": applicant},
        )


async def a_visit(nobody: Caller, clinic: Clinic, login: str) -> str:
    """A resident with readings of their own and an order that went all the way, and one more; the first's id."""
    person = await registered(nobody, login, name="Lin Wanqiu")
    resident, resident_id = await nobody.signed_in(login, PASSWORD), person["id"]
    today = datetime.now(UTC)
    for days, systolic, diastolic in ((28, "151", "93"), (21, "146", "91"), (14, "141", "88"), (7, "136", "85")):
        taken = {"measuredAt": (today - timedelta(days=days)).isoformat(), "systolic": systolic, "diastolic": diastolic}
        about = {"residentId": resident_id, "kind": "BLOOD_PRESSURE", "values": taken}
        await resident.run("record-own-reading", **about, key=fresh_key())
    order_id = str((await place(resident, clinic))["id"])
    await confirmed(resident, order_id)
    await in_force(resident, order_id)
    known = known_to(clinic.practitioner, resident_id)
    await clinic.practitioner.run("records", residentId=known, informationTypes=["vital-signs"], purpose="TREAT")
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    await confirmed(resident, (await place(resident, clinic))["id"])
    return order_id


async def an_applicant(nobody: Caller, run: str) -> str:
    """A partner that waits to be screened."""
    manifest = manifest_of("partner.yaml") | {"registrationNumber": f"91370100{run.upper()}"}
    manifest["name"] = {"zh-CN": f"趵突社区门诊 {run}", "en": f"Baotu Community Clinic {run}"}
    login = f"staff-{run}@clinic.example.org"
    await nobody.run("register-institution", name=manifest["name"], login=login, password=PASSWORD, staffName="Staff")
    staff = await nobody.signed_in(login, PASSWORD)
    return str((await staff.run("apply-as-partner", manifest=manifest))["id"])


def has_pages(role: str | None) -> bool:
    """Whether a role has pages of its own; a stranger's are a resident's."""
    return any((PAGES / "assets").glob(f"{role or 'resident'}-*.js"))


async def drawn(chromium: Any, scene: Scene) -> int:
    """Draw every picture; returns how many bytes they have together."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for old in SCREENS.glob("*.png"):
        old.unlink()
    for picture in filter(lambda each: has_pages(each.role), PICTURES):
        context = await chromium.new_context(viewport=picture.size, locale=picture.locale)
        visitor = Visitor(await context.new_page(), scene.origin)
        await visitor.signs_in(*scene.logins[picture.role])
        await visitor.goes(picture.way.format(**scene.ids))
        await visitor.page.wait_for_load_state("networkidle")
        await visitor.page.screenshot(path=SCREENS / f"{picture.name}.png")
        print(f"{picture.name}: {picture.role}, {picture.locale}")
        await context.close()
    return sum(file.stat().st_size for file in SCREENS.glob("*.png"))


@dataclass(frozen=True)
class Weighed:
    """What a page asks for and how long it takes: bytes as they come over the network, milliseconds on a slow phone."""

    name: str
    requests: int
    scripts: int
    everything: int
    first_paint: int
    largest_paint: int
    blocked: int
    shift: float


MEASURED = """() => new Promise((done) => {
  const found = {largest: 0, shift: 0, blocked: 0};
  const watch = (type, heard) =>
    new PerformanceObserver((list) => list.getEntries().forEach(heard)).observe({type, buffered: true});
  watch("largest-contentful-paint", (entry) => { found.largest = entry.startTime; });
  watch("layout-shift", (entry) => { if (!entry.hadRecentInput) found.shift += entry.value; });
  watch("longtask", (entry) => { found.blocked += Math.max(0, entry.duration - 50); });
  setTimeout(() => {
    found.first = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
    done(found);
  }, 500);
})"""


async def weighed(chromium: Any, scene: Scene, name: str, role: str | None, way: str) -> Weighed:
    """A page as a slow phone gets it that has nothing of it yet, but for who is signed in."""
    context = await chromium.new_context(viewport=PHONE, locale="en", service_workers="block")
    page = await context.new_page()
    if role is not None:
        await Visitor(page, scene.origin).signs_in(*scene.logins[role])
    await page.goto("about:blank")
    devtools = await context.new_cdp_session(page)
    await devtools.send("Network.enable")
    await devtools.send("Network.clearBrowserCache")
    await devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    slow = {"offline": False, "latency": LATENCY_MS}
    slow |= {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND // 2}
    await devtools.send("Network.emulateNetworkConditions", slow)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    devtools.on("Network.responseReceived", lambda heard: kinds.update({heard["requestId"]: heard["type"]}))
    devtools.on("Network.loadingFinished", lambda heard: sizes.update({heard["requestId"]: heard["encodedDataLength"]}))
    await page.goto(f"{scene.origin}/app/{way}")
    await page.wait_for_selector("h1")
    await page.wait_for_load_state("networkidle")
    found = await page.evaluate(MEASURED)
    await context.close()
    return Weighed(
        name,
        len(sizes),
        int(sum(size for request, size in sizes.items() if kinds.get(request) == "Script")),
        int(sum(sizes.values())),
        round(found["first"]),
        round(found["largest"]),
        round(found["blocked"]),
        round(found["shift"], 3),
    )


PAGES_AUDITED = (
    ("Resident: first page", ""),
    ("Resident: find care", "care"),
    ("Resident: health code", "code"),
    ("Resident: record", "record"),
)


async def lighthouse(scene: Scene) -> list[Audited]:
    """What Lighthouse says of a resident's pages, and of a page with nothing on it, beside them."""
    async with a_browser_with_a_port() as (chromium, port):
        page = await chromium.contexts[0].new_page()
        await Visitor(page, scene.origin).signs_in(*scene.logins["resident"])
        await page.goto("about:blank")
        with a_bare_page() as bare:
            ways = [(name, f"{scene.origin}/app/{way}") for name, way in PAGES_AUDITED]
            return await audit(port, [("A bare page", bare), *ways])


PAGES_WEIGHED = (
    ("Sign in", None, "sign-in"),
    ("Find care, without an account", None, "care"),
    ("Resident: first page", "resident", ""),
    ("Resident: health code", "resident", "code"),
    ("Practitioner: first page", "practitioner", ""),
    ("Partner: first page", "partner", ""),
    ("Operator: what waits", "operator", ""),
    ("Regulator: the chain of an order", "regulator", "chain/{order}"),
    ("Regulator: the access log", "regulator", "log"),
)


def lighthouse_table(rows: Sequence[Audited]) -> list[str]:
    lines = [
        "",
        "## Lighthouse",
        "",
        "A resident's pages as Lighthouse 13 measures them, signed in, in the browser that the tests use, one after",
        "the other beside a page with nothing on it: on a phone that it makes up (Moto G Power, a processor four",
        "times slower, slow 4G, nothing in the cache). Scores are of 100. What the machine had to do besides costs",
        "the bare page its points, too.",
        "",
        "| page | performance | accessibility | best practices | first paint, s | largest paint, s | speed index, s "
        "| blocked, ms | shift | kB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.name} | {' | '.join(str(row.scores[each]) for each in CATEGORIES)} | {row.first_paint / 1000:.1f} "
        f"| {row.largest_paint / 1000:.1f} | {row.speed_index / 1000:.1f} | {row.blocked} | {row.shift} "
        f"| {row.bytes / 1000:.0f} |"
        for row in rows
    ]
    faults = sorted({fault for row in rows[1:] for fault in row.failed})
    said = ", ".join(f"`{fault}`" for fault in faults) or "nothing"
    return [*lines, "", f"Of accessibility and best practices it finds wrong: {said}."]


def table_of(rows: Sequence[Weighed], audits: Sequence[Audited]) -> str:
    """`docs/pages.md`."""
    lines = [
        "# Pages: how heavy, how fast",
        "",
        "Made by `make screens`, with the city that `make up` runs. Each role's pages, measured over the browser's own",
        f"protocol as Lighthouse does for a phone: a processor {SLOWER} times slower than the machine's, slow 4G",
        f"({BYTES_A_SECOND * 8 // 1000} kbit/s, {LATENCY_MS} ms), nothing in the cache, no service worker. Bytes are",
        "as they come over the network. The machine had other work to do: times are what they were at most.",
        "",
        "| page | requests | scripts, kB | all, kB | first paint, s | largest paint, s | blocked, ms | layout shift |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.name} | {row.requests} | {row.scripts / 1000:.0f} | {row.everything / 1000:.0f} "
        f"| {row.first_paint / 1000:.1f} | {row.largest_paint / 1000:.1f} | {row.blocked} | {row.shift} |"
        for row in rows
    ]
    lines += lighthouse_table(audits)
    chunks = {"shell": 0, "resident": 0, "practitioner": 0, "partner": 0, "operator": 0, "regulator": 0}
    for file in (PAGES / "assets").glob("*.js"):
        role = file.name.split("-")[0]
        if "-zh-CN-" not in file.name and "-ar-" not in file.name:
            own = role if role in chunks else "shell"
            chunks[own] += len(gzip.compress(file.read_bytes(), 9))
    lines += ["", "All scripts of a role, compressed, with one language's texts:", "", "| chunk | kB |", "|---|---|"]
    lines += [f"| {name} | {size / 1000:.0f} |" for name, size in chunks.items() if size]
    lines += ["", "What each list does stands in [pages-lists.md](pages-lists.md)."]
    lines += ["", "## How they look", "", "Everybody in them is made up.", ""]
    for picture in PICTURES:
        if (SCREENS / f"{picture.name}.png").is_file():
            shown = f"{picture.role}, {picture.locale}"
            lines += [f"![{picture.name.replace('-', ' ')}: {shown}](screens/{picture.name}.png)", ""]
    return "\n".join(lines).rstrip() + "\n"


async def main() -> int:
    async with a_scene() as scene, browser(fonts=with_fonts()) as chromium:
        size = await drawn(chromium, scene)
        rows = [
            await weighed(chromium, scene, name, role, way.format(**scene.ids))
            for name, role, way in PAGES_WEIGHED
            if has_pages(role)
        ]
        audits = await lighthouse(scene)
    TABLE.write_text(table_of(rows, audits), "utf-8")
    print(
        f"{len(list(SCREENS.glob('*.png')))} pictures, {size / 1024 / 1024:.1f} MB, in {SCREENS}; measures in {TABLE}"
    )
    if size > BYTES_MAX:
        print(f"they have more than the {BYTES_MAX // 1024 // 1024} MB there is room for", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
