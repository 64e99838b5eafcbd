"""A browser without a mouse: from one thing to the next by the tabulator."""

import re
from typing import Any

from e2e.visitors import Visitor

STEPS_MAX = 80
PARTS_MAX = 8  # of one field, as a day and a time have
FOCUSED = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const {outlineStyle, outlineWidth} = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  return {
    number: at.dataset.walked ?? "",
    name: (at.getAttribute("aria-label") ?? "") || at.textContent || at.closest("label")?.textContent || at.name || "",
    shown: outlineStyle !== "none" && parseFloat(outlineWidth) > 0 || at.closest("[data-focus-visible]") !== null,
    within: box.bottom > 0 && box.top < window.innerHeight,
  };
}"""
# Numbers everything that somebody with a mouse can press or fill, and begins before the first. Of radio buttons of one
# name one is come to, and the arrows do the rest; the same of what a list, a menu or a row of tabs has.
TO_WALK = """() => {
  document.activeElement?.blur();
  const names = {};
  let number = 0;
  const many = "[role=tablist], [role=listbox], [role=menu], [role=radiogroup], [role=grid], [role=toolbar]";
  for (const at of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")) {
    const unreachable = at.disabled || at.type === "hidden" || at.getAttribute("tabindex") === "-1";
    if (unreachable || !at.checkVisibility({visibilityProperty: true}) || at.closest("[inert], " + many)) continue;
    if (at.type === "radio") {
      const group = `${at.form?.id ?? ""} ${at.name}`;
      if (group in names) continue;
      const checked = document.querySelector(`input[name="${CSS.escape(at.name)}"]:checked`);
      if (checked !== null && checked !== at) continue;
      names[group] = true;
    }
    at.dataset.walked = String(number);
    const name = at.getAttribute("aria-label") || at.textContent.trim() || at.closest("label")?.textContent || at.name;
    names[number++] = `${at.tagName.toLowerCase()} ${(name ?? "").trim().slice(0, 60)}`;
  }
  return Object.entries(names).filter(([key]) => /^[0-9]+$/.test(key));
}"""


async def focused(page: Any) -> dict[str, Any] | None:
    """What has the focus after one more step; None past the end of the page, where the browser's own bar has it."""
    await page.keyboard.press("Tab")
    found: dict[str, Any] | None = await page.evaluate(FOCUSED)
    return found


async def tabs_to(visitor: Visitor, name: str) -> None:
    """Presses the tabulator until what is called so has the focus; on the way everything that has it shows it."""
    for _ in range(STEPS_MAX):
        at = await focused(visitor.page)
        if at is None:
            continue
        assert at["shown"] and at["within"], f"the focus is not seen: {at}"
        if re.search(name, at["name"]):
            return
    raise AssertionError(f"{name!r} is not come to by the keyboard")


async def presses(visitor: Visitor, name: str, key: str = "Enter") -> None:
    await tabs_to(visitor, name)
    await visitor.page.keyboard.press(key)


async def unreached(page: Any) -> list[str]:
    """What is wrong for somebody who walks once around the page by the tabulator alone. They begin at its heading,
    where a page puts them, and come past its end to its top."""
    left = dict(await page.evaluate(TO_WALK))
    faults: list[str] = []
    last, times, ends = "", 0, 0
    for _ in range(2 * len(left) + STEPS_MAX):
        at = await focused(page)
        if at is None:
            ends += 1
            if ends == 2:
                break
            continue
        if not at["shown"] or not at["within"]:
            faults.append(f"does not show that it has the focus: {at['name'].strip()[:60]}")
        times = times + 1 if at["number"] == last else 1
        if at["number"] and times > PARTS_MAX:
            faults.append(f"lets nobody go: {at['name'].strip()[:60]}")
            break
        last = at["number"]
        left.pop(last, None)
        if not left:
            break
    return [*dict.fromkeys(faults), *(f"is not come to: {name}" for name in left.values())]
