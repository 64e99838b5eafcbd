"""Every mutation that the pages have is pressed in a browser, and done. By which journey says that journey's own mark:
it fails where it does not (`e2e/conftest.py`)."""

import ast
import re
from pathlib import Path

E2E = Path(__file__).parent
DOCUMENTS = E2E.parent / "clients" / "web" / "src" / "documents"
MUTATION = re.compile(r"^\s*mutation Page(\w+)", re.MULTILINE)

NOT_PRESSED: dict[str, str] = {}  # and why


def mutations() -> set[str]:
    found = {name for file in DOCUMENTS.glob("*.ts") for name in MUTATION.findall(file.read_text("utf-8"))}
    assert len(found) > 100
    return found


def journeys() -> dict[str, set[str]]:
    """What each journey presses, by its module and name."""
    found: dict[str, set[str]] = {}
    for file in sorted(E2E.glob("test_pages*.py")):
        for test in ast.parse(file.read_text("utf-8")).body:
            if isinstance(test, ast.AsyncFunctionDef):
                marks = [each for each in test.decorator_list if ast.unparse(each).startswith("pytest.mark.presses(")]
                named = {ast.literal_eval(name) for mark in marks if isinstance(mark, ast.Call) for name in mark.args}
                found[f"{file.stem}::{test.name}"] = named
    return found


def test_each_mutation_of_the_pages_has_a_journey_or_a_reason_why_it_has_none() -> None:
    pressed = set().union(*journeys().values())
    assert mutations() - pressed - {*NOT_PRESSED} == set(), "press it in a journey, and mark that with its name"
    assert pressed & {*NOT_PRESSED} == set(), "pressed by now: it needs no reason"
    assert (pressed | {*NOT_PRESSED}) - mutations() == set(), "the pages have no such mutation"
