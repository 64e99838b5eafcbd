"""Right to left by pictures: a page with its direction turned round is its own mirror image, but for its letters. And
what holds all journeys: a page that breaks its policy, or fails, fails them."""

import base64
import secrets
from typing import Any

import pytest
from devstack.stack import Stack
from ops.example_city import OPERATOR
from yima_client.caller import Caller

from e2e.browser import DESK, PHONE, inaccessible, nameless
from e2e.people import PASSWORD, Clinic, confirmed, place, registered
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,  # every page's pixels, twice
    NEEDS_PAGES,
]
RESIDENT = ("", "care", "orders", "consents", "looks", "record", "settings", "settings/notifications", "family/add")
PARTNER = ("", "orders", "money", "staff", "onboarding")
SUPERVISOR = ("", "partners", "money", "search", "health")
UNLIKE_MAX = 0.004  # of all pixels: letters that are cut off, the edges of what is rounded

# Neither letters nor pictures, which are not turned round, and nothing that moves.
BOXES = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`*, *::before, *::after {
    color: transparent !important; caret-color: transparent !important; text-decoration-color: transparent !important;
    transition: none !important; animation: none !important;
  } svg, progress { visibility: hidden !important; } option { display: none; }`);
  document.adoptedStyleSheets = [sheet];
}"""
# The share of pixels that differ between a picture and the mirror image of another, each a quarter of its size.
UNLIKE = """async ([one, other]) => {
  const pixels = async (text, mirrored) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${text}`)).blob());
    const [width, height] = [Math.floor(picture.width / 4), Math.floor(picture.height / 4)];
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    if (mirrored) canvas.setTransform(-1, 0, 0, 1, width, 0);
    canvas.drawImage(picture, 0, 0, width, height);
    return canvas.getImageData(0, 0, width, height);
  };
  const [left, right] = [await pixels(one, false), await pixels(other, true)];
  if (left.width !== right.width || left.height !== right.height) return 1;
  let unlike = 0;
  for (let at = 0; at < left.data.length; at += 4) {
    const far = [0, 1, 2].some((part) => Math.abs(left.data[at + part] - right.data[at + part]) > 24);
    if (far) unlike += 1;
  }
  return unlike / (left.data.length / 4);
}"""


async def unlike(page: Any, comparing: Any) -> float:
    """How much of the page that is shown is not mirrored with its direction."""
    await page.evaluate(BOXES)
    pictures = []
    for direction in ("ltr", "rtl"):
        await page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
        pictures.append(base64.b64encode(await page.screenshot(animations="disabled")).decode())
    await page.evaluate("() => { document.documentElement.dir = 'ltr'; }")
    return float(await comparing.evaluate(UNLIKE, pictures))


@pytest.mark.parametrize("role", ["resident", "partner", "operator"])
async def test_a_page_is_its_own_mirror_image_from_right_to_left(
    chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic, role: str
) -> None:
    login = f"mirror-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login, name="Lin Wanqiu")
    resident = await nobody.signed_in(login, PASSWORD)
    await confirmed(resident, (await place(resident, clinic))["id"])
    who, ways, size = {
        "resident": ((login, PASSWORD), RESIDENT, PHONE),
        "partner": ((clinic.login, PASSWORD), PARTNER, DESK),
        "operator": ((OPERATOR, stack.secrets["operator"]), SUPERVISOR, DESK),
    }[role]
    context = await chromium.new_context(viewport=size, locale="en")
    visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    comparing = await context.new_page()  # blank: no policy forbids it to read a picture
    await visitor.signs_in(*who)
    found = {}
    for way in ways:
        await visitor.goes(way)
        await visitor.page.wait_for_load_state("networkidle")
        found[way] = await unlike(visitor.page, comparing)
    assert {way: share for way, share in found.items() if share > UNLIKE_MAX} == {}

    await visitor.goes()
    await visitor.page.wait_for_load_state("networkidle")
    await visitor.page.evaluate("() => { document.querySelector('main').style.borderLeft = '4rem solid red'; }")
    assert await unlike(visitor.page, comparing) > UNLIKE_MAX, "what is not mirrored is not noticed"
    await context.close()
    assert visitor.faults == []


@pytest.mark.parametrize(
    ("breach", "said"),
    [
        (
            "const s = document.createElement('script'); s.textContent = '1'; document.body.append(s)",
            "Content Security",
        ),
        ("new Image().src = 'https://elsewhere.example.org/pixel.png'", "Content Security"),
        ("fetch('https://elsewhere.example.org/').catch(() => 0)", "Content Security"),
        ("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')", "Content Security"),
        ("setTimeout(() => { throw new Error('a page failed') })", "a page failed"),
    ],
    ids=["a script", "a picture", "a request", "a style", "an error"],
)
async def test_a_page_that_breaks_its_policy_or_fails_is_a_fault_of_its_journey(
    chromium: Any, stack: Stack, breach: str, said: str
) -> None:
    context = await chromium.new_context(viewport=PHONE, locale="en")
    visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    await visitor.goes("sign-in")
    assert visitor.faults == []
    await visitor.page.evaluate(f"() => {{ {breach}; }}")
    for _ in range(100):
        if visitor.faults:
            break
        await visitor.page.wait_for_timeout(50)
    await context.close()
    assert any(said in fault for fault in visitor.faults), visitor.faults


async def test_what_a_screen_reader_has_no_name_for_is_found(visitor: Visitor) -> None:
    await visitor.goes("sign-in")
    assert await nameless(visitor.page) == []
    await visitor.page.evaluate("() => document.querySelectorAll('label').forEach((each) => each.remove())")
    assert "textbox has no name" in await nameless(visitor.page)
    assert any("label" in rule for rule in await inaccessible(visitor.page))
