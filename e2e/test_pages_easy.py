"""The easy mode: offered to whom it is for, larger, with fewer things on a page, and read aloud; and what a resident
takes away from a list."""

import csv
import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller

from e2e.browser import PHONE, inaccessible
from e2e.people import PASSWORD, Clinic, confirmed, place, registered
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]
WAYS = ("", "code", "care", "orders", "record", "looks", "consents", "settings")
OLD, YOUNG = "1950-03-03", "1990-03-03"
LETTERS_MIN, TAP_MIN, CHOICES_MAX = 20, 44, 14  # pixels, pixels, things to press on a page
TAKEN_AWAY = (("orders", "Ordered"), ("consents", "Agreed"), ("looks", "Line of the log"))

# A browser of a test has no voices: these say nothing, and keep what they were to say.
VOICES = """(() => {
  window.said = [];
  const voice = (lang) => ({lang, name: lang, localService: true});
  const speech = Object.assign(new EventTarget(), {
    cancel: () => undefined,
    getVoices: () => ["en-US", "zh-CN", "ar-SA"].map(voice),
    speak: (one) => window.said.push({lang: one.lang, text: one.text}),
  });
  Object.defineProperty(window, "speechSynthesis", {value: speech});
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
})()"""
LETTERS = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
CHOICES = """[...document.querySelectorAll("a, button, select, input, summary")]
  .filter((each) => each.checkVisibility() && !each.matches(".skip")).length"""
SMALL = """(least) => [...document.querySelectorAll("main button, main select, main summary, main .card, .bar a")]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < least)
  .map((each) => `${each.tagName} ${each.textContent.slice(0, 30)}`)"""


@pytest.mark.parametrize("locale", ["en", "zh-CN", "ar"])
async def test_who_is_old_is_offered_larger_letters_and_fewer_things_and_is_read_the_page(
    chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic, locale: str
) -> None:
    login = f"easy-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login, name="Lin Wanqiu", birth_date=OLD)
    resident = await nobody.signed_in(login, PASSWORD)
    await confirmed(resident, (await place(resident, clinic))["id"])
    context = await chromium.new_context(viewport=PHONE, locale=locale)
    await context.add_init_script(VOICES)
    visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    page = visitor.page
    await visitor.signs_in(login)

    async def looks() -> dict[str, int]:
        """How many things can be pressed, by page."""
        found = {}
        for way in WAYS:
            await visitor.goes(way)
            await page.wait_for_load_state("networkidle")
            found[way] = int(await page.evaluate(CHOICES))
        return found

    usual, letters = await looks(), await page.evaluate(LETTERS)
    await visitor.goes()
    await page.locator(".notice .react-aria-Button").first.click()  # yes, larger and simpler
    await page.wait_for_selector("html[data-easy=true]")
    assert await page.evaluate(LETTERS) >= max(LETTERS_MIN, letters * 1.1)
    easy = await looks()
    assert {way: (easy[way], many) for way, many in usual.items() if easy[way] >= many} == {}, "no fewer things"
    assert {way: many for way, many in easy.items() if many > CHOICES_MAX} == {}
    broken = {}
    for way in WAYS:
        await visitor.goes(way)
        await page.wait_for_load_state("networkidle")
        found = await inaccessible(page) + list(await page.evaluate(SMALL, TAP_MIN))
        if await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append("is wider than the screen")
        if found:
            broken[way] = found
    assert broken == {}

    await visitor.goes()
    title = await page.inner_text("h1")
    await page.locator("#page > p > button").first.click()  # read it aloud
    said = await page.evaluate("window.said")
    assert {each["lang"] for each in said} == {locale}
    assert said[0]["text"] == f"{title}."
    heard = " ".join(each["text"] for each in said)
    assert await page.locator(".tiles h2").first.inner_text() in heard
    assert await page.locator("#page > p > button").first.inner_text() not in heard, "what is pressed is not read"

    await page.locator("details.folded > summary").first.click()  # nothing is out of reach
    assert await page.locator(".tiles a[href$='/looks']").is_visible()
    await context.close()
    assert visitor.faults == []


async def test_who_is_young_or_said_no_is_not_asked(visitor: Visitor, nobody: Caller) -> None:
    young, old = (f"easy-{secrets.token_hex(5)}@residents.example.org" for _ in range(2))
    await registered(nobody, young, name="Lin Wanqiu", birth_date=YOUNG)
    await registered(nobody, old, name="Lin Wanqiu", birth_date=OLD)
    await visitor.signs_in(young)
    await visitor.page.wait_for_selector(".tiles")
    assert await visitor.page.get_by_text("larger and simpler").count() == 0
    await visitor.goes("settings")
    await visitor.presses("Sign out")
    await visitor.signs_in(old)
    await visitor.sees("Do you want it larger and simpler?")
    await visitor.presses("No, leave it")
    await visitor.page.reload()
    await visitor.page.wait_for_selector(".tiles")
    assert await visitor.page.get_by_text("larger and simpler").count() == 0


async def test_a_resident_takes_their_orders_consents_and_who_looked_away_as_files(
    visitor: Visitor, nobody: Caller, clinic: Clinic
) -> None:
    login = f"file-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login, name="Lin Wanqiu")
    resident = await nobody.signed_in(login, PASSWORD)
    many = 23  # more than a page of the list
    for _ in range(many):
        await place(resident, clinic, paymentMethod=None)
    await visitor.signs_in(login)
    for way, first in TAKEN_AWAY:
        await visitor.goes(way)
        await visitor.page.wait_for_selector("main li")
        async with visitor.page.expect_download() as download:
            await visitor.presses("Export as CSV")
        text = Path(await (await download.value).path()).read_text("utf-8-sig")
        lines = list(csv.reader(text.splitlines()))
        assert lines[0][0] == first
        async with visitor.page.expect_download() as download:
            await visitor.presses("Export as JSON")
        rows = json.loads(Path(await (await download.value).path()).read_text("utf-8"))
        assert len(rows) == len(lines) - 1 > 0
        if way == "orders":
            assert len(rows) == many
            assert {(row["amount"], row["currency"]) for row in rows} == {("360.00", "CNY")}
    await visitor.goes("orders?status=CLOSED")  # what is exported is what is shown
    async with visitor.page.expect_download() as download:
        await visitor.presses("Export as JSON")
    assert json.loads(Path(await (await download.value).path()).read_text("utf-8")) == []
