"""Somebody in a browser of their own, in the tests of the pages."""

import importlib.util
import re
from typing import Any

import pytest
from devstack.stack import PAGES, Stack

from e2e import pressing
from e2e.people import PASSWORD

PATIENCE_MS = 60_000  # of a busy machine
LOOK_AGAIN_MS = 100
NEEDS_PAGES = pytest.mark.skipif(
    not PAGES.is_dir() or importlib.util.find_spec("playwright") is None,
    reason="the pages are not built: run `make web`",
)


class Visitor:
    """Somebody in a browser of their own, whose page must neither fail nor break its policy."""

    def __init__(self, page: Any, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("console", self._heard)
        pressing.listen(page.context)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    async def goes(self, way: str = "") -> None:
        await self.page.goto(f"{self.origin}/app/{way}")
        await self.page.wait_for_selector("h1")

    async def sees(self, text: str) -> None:
        shown = self.page.get_by_text(text, exact=False).first
        try:
            await shown.wait_for()
        except Exception as error:
            raise AssertionError(f"{text!r} is not in: {await self.page.inner_text('body')}") from error

    async def presses(self, name: str) -> None:
        await self.page.get_by_role("button", name=re.compile(name)).first.click()

    async def fills(self, **fields: str) -> None:
        for name, value in fields.items():
            try:
                await self.page.fill(f"[name={name}]", value)
            except Exception as error:
                raise AssertionError(f"no {name!r} is in: {await self.page.inner_text('body')}") from error

    async def carries_out(self, *operations: str) -> None:
        """Waits until the gateway has done what was pressed."""
        for operation in operations:
            for _ in range(PATIENCE_MS // LOOK_AGAIN_MS):
                if pressing.is_carried_out(operation):
                    break
                await self.page.wait_for_timeout(LOOK_AGAIN_MS)
            else:
                raise AssertionError(f"{operation} was not done: {await self.page.inner_text('body')}")

    async def decides(self, case: str, name: str, operation: str, reason: str = "") -> None:
        """Presses a button of a case on a desk, says why where that is asked, and waits until it is done."""
        pressing.again(operation)
        card = self.page.locator(f"[data-case='{case}']")
        button = card.get_by_role("button", name=name, exact=True)
        await button.click()
        if reason:
            await card.locator("[name=reason]").fill(reason)
            await button.click()
        await self.carries_out(operation)

    async def acts(
        self, name: str, operation: str, reason: str = "", asked: bool = False, within: str = "body"
    ) -> None:
        """The same of a button of the page. `asked`: it asks whether it is meant, and for no reason."""
        pressing.again(operation)
        await self.page.locator(within).get_by_role("button", name=re.compile(name)).first.click()
        if reason:
            await self.page.locator(".ask [name=reason]").first.fill(reason)
        if reason or asked:
            await self.page.locator(".ask").get_by_role("button", name=re.compile(name)).first.click()
        await self.carries_out(operation)

    async def signs_in(self, login: str, password: str = PASSWORD) -> None:
        await self.goes("sign-in")
        await self.fills(login=login, password=password)
        await self.page.press("[name=password]", "Enter")
        await self.page.wait_for_selector(".bar nav")


async def a_visitor(chromium: Any, stack: Stack, size: dict[str, int], locale: str = "en") -> Visitor:
    """Somebody with a browser of their own, beside the one of the test."""
    context = await chromium.new_context(viewport=size, locale=locale)
    return Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
