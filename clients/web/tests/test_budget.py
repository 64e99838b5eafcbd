"""What pages weigh: the first page of who comes with a phone, before anything of it is on the phone."""

import gzip
import re
from pathlib import Path

import pytest

DIST = Path(__file__).parents[1] / "dist"
LINKED = re.compile(r'(?:src|href)="/app/(assets/[^"]+\.(?:js|css))"')
IMPORTED = re.compile(r'(?:from|import)\s*"\./([^"]+\.js)"')
FIRST_PAGE_MAX = 200_000  # bytes, compressed
FOR_A_CODE = "zxing"  # a reader of QR codes, which nobody loads but who scans

pytestmark = pytest.mark.skipif(not (DIST / "index.html").is_file(), reason="the pages are not built: run `make web`")


def needed(*first: Path) -> set[Path]:
    """These files, and all that they import at once."""
    reached: set[Path] = set()
    waiting = [*first]
    while waiting:
        file = waiting.pop()
        if file in reached:
            continue
        reached.add(file)
        if file.suffix == ".js":
            waiting += [file.parent / name for name in IMPORTED.findall(file.read_text("utf-8"))]
    return reached


def assets(name: str) -> list[Path]:
    found = list((DIST / "assets").glob(name))
    assert found, name
    return found


def first_page(role: str, locale: str) -> set[Path]:
    """What is loaded for the first page of a role: the shell, the role's chunk, and the texts of one language."""
    shell = [DIST / path for path in LINKED.findall((DIST / "index.html").read_text("utf-8"))]
    assert any(path.suffix == ".js" for path in shell)
    assert any(path.suffix == ".css" for path in shell)
    texts = [*assets(f"common-{locale}-*.js"), *assets(f"{role}-{locale}-*.js")]
    return needed(*shell, *texts, *assets(f"{role}-{role}-*.js"))


@pytest.mark.parametrize("locale", ["en", "zh-CN", "ar"])
@pytest.mark.parametrize("role", ["resident", "practitioner"])
def test_a_first_page_comes_over_a_slow_network_in_its_budget(role: str, locale: str) -> None:
    files = first_page(role, locale)
    sizes = {file.name: len(gzip.compress(file.read_bytes(), 9)) for file in files}
    sizes["index.html"] = len(gzip.compress((DIST / "index.html").read_bytes(), 9))
    assert len(sizes) > 5
    assert sum(sizes.values()) <= FIRST_PAGE_MAX, sizes


def test_a_residents_first_page_loads_nothing_of_other_roles_and_no_reader_of_codes() -> None:
    names = {file.name for file in first_page("resident", "en")}
    others = ("practitioner-", "partner-", "operator-", "regulator-", "supervision-", "settings-")
    assert {name for name in names if name.startswith(others) or FOR_A_CODE in name} == set()
