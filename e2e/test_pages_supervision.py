"""What who runs and who watches the city look at, in a real browser: a partner that was let through is reviewed again,
and the indicators say to whom money goes and how data is used."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from chassis import moments
from chassis.database import Database
from devstack.stack import Stack
from gateway.ids import Kind, parse_global_id
from ops.example_city import OPERATOR, REGULATOR
from sqlalchemy import text
from yima_client.caller import Caller, until

from e2e.browser import DESK, PHONE, inaccessible
from e2e.people import Clinic
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]
LOGINS = {"operator": OPERATOR, "regulator": REGULATOR}


@asynccontextmanager
async def signed_in(
    chromium: Any, stack: Stack, role: str, locale: str = "en", size: dict[str, int] = DESK
) -> AsyncGenerator[Visitor]:
    context = await chromium.new_context(viewport=size, locale=locale, accept_downloads=True)
    visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    await visitor.signs_in(LOGINS[role], stack.secrets[role])
    yield visitor
    await context.close()
    assert visitor.faults == []


@pytest.mark.presses("ReviewPartner")
async def test_a_partner_that_was_let_through_is_reviewed_in_some_areas_and_reads_what_to_mend(
    chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic
) -> None:
    async with signed_in(chromium, stack, "operator") as operator:
        await operator.goes(f"partners/{clinic.partner_id}")
        await operator.page.get_by_role("link", name="Review it").click()
        await operator.page.wait_for_selector("[data-item] select")
        assert "Certificate: Law" in await operator.page.inner_text("main"), "what lapses when"
        assert await inaccessible(operator.page) == []
        every = await operator.page.locator("[data-item]").count()
        for area in ("Law", "Security", "Product", "Service"):
            await operator.page.get_by_text(area, exact=True).first.click()
        items = operator.page.locator("[data-item] select")
        assert 0 < await items.count() < every, "only technology is reviewed"
        for index in range(await items.count()):
            await items.nth(index).select_option("NOT_MET" if index == 0 else "MET")
        for reason in await operator.page.locator("[data-item] input").all():
            if not await reason.input_value():
                await reason.fill("no backups were shown")
        await operator.fills(reason="show the backups")
        await operator.page.get_by_role("button", name="Decide so").dblclick()
        await operator.carries_out("PageReviewPartner")
        await operator.sees("The review is kept")
        await operator.goes(f"partners/{clinic.partner_id}")
        await operator.sees("Reviews since it was let through")
        await operator.sees("no backups were shown")

    async def reviews() -> list[dict[str, Any]]:
        answer = await clinic.staff.raw(
            "query ($id: ID!) { partner(id: $id) { status reviews { kind reasons areas { area } } } }",
            id=clinic.partner_id,
        )
        partner = answer["data"]["partner"]
        assert partner["status"] == "ACTIVE", "nothing that is in force ends by a review"
        return [review for review in partner["reviews"] if review["kind"] == "PARTIAL"]

    (review,) = await until("the review", reviews, bool)
    assert (review["reasons"], review["areas"]) == (["show the backups"], [{"area": "TECHNOLOGY"}])


async def counted(stack: Stack, service: str, statement: str, **values: object) -> None:
    """As if this had been counted of a month."""
    database = Database(stack.postgres.url(service, f"{service}_app", stack.secrets["app"]))

    async def is_counted() -> bool:
        async with database.transaction() as session:
            query = text("SELECT EXISTS (SELECT FROM counted_month WHERE month = :month)")
            return bool((await session.execute(query, {"month": values["month"]})).scalar_one())

    await until("the months to be counted", is_counted, bool)
    async with database.transaction() as session:
        await session.execute(text(statement), values)
    await database.close()


@pytest.mark.parametrize(("locale", "size"), [("en", DESK), ("zh-CN", PHONE), ("ar", PHONE)])
async def test_indicators_say_to_whom_money_goes_and_how_data_is_used(
    chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic, locale: str, size: dict[str, int]
) -> None:
    zone = ZoneInfo((await nobody.run("city"))["timeZone"])
    month = moments.months_before(moments.month_of(datetime.now(UTC), zone), 2)
    partner_id = UUID(parse_global_id(Kind.PARTNER, clinic.partner_id, ""))
    money = "INSERT INTO money_month VALUES (:month, :partner, 1, 'CNY', 123456, 12) ON CONFLICT DO NOTHING"
    await counted(stack, "settlement", money, month=month, partner=partner_id)
    uses = (
        "INSERT INTO data_use_month VALUES (:month, 'TREAT', 'laboratory', 4321, 10),"
        " (:month, 'HRESCH', 'imaging', NULL, NULL) ON CONFLICT DO NOTHING"
    )
    await counted(stack, "consent", uses, month=month)
    async with signed_in(chromium, stack, "regulator", locale, size) as regulator:
        await regulator.goes("indicators")
        await regulator.page.wait_for_load_state("networkidle")
        assert await inaccessible(regulator.page) == []
        assert not await regulator.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        if locale != "en":
            return
        shown = await regulator.page.inner_text("main")
        assert "1,234.56" in shown and "4,321" in shown and "left out" in shown, shown
        async with regulator.page.expect_download() as taken:
            await regulator.page.get_by_role("button", name="Export as CSV: Money to whom").click()
        content = (await (await taken.value).path()).read_text("utf-8-sig")
        assert f"{month:%Y-%m},PARTNERS,1234.56,CNY,0" in content
        await regulator.goes("indicators?kind=INSURER")
        await regulator.page.wait_for_load_state("networkidle")
        shown = await regulator.page.inner_text("main")
        assert "1,234.56" not in shown and "4,321" in shown, "the use of data is the whole city's"
