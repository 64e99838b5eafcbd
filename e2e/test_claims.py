"""The documents say only what is so: a test, page or file they name exists, and a decision has its form."""

import ast
import io
import re
import subprocess
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from chassis import relay

from e2e.screens import BYTES_MAX, PICTURES

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("*/*/README.md")]
)
PAGES = [page for page in PAGES if not {"node_modules", ".venv"} & {*page.parts}]
CHANGES = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
LINE_LENGTH_MAX = 120
PARTS = ["Context", "Decision", "Consequences", "Alternatives"]


def all_tests() -> set[str]:
    found: set[str] = set()
    for folder in ("libs", "services", "gateway", "e2e", "charts", "proto", "clients"):
        for path in (ROOT / folder).rglob("test_*.py"):
            if "node_modules" not in path.parts:
                found.update(re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_links_only_to_what_there_is(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_test_that_is_named_exists() -> None:
    known, missing = all_tests(), []
    for page in PAGES:
        named = re.findall(r"\b(test_\w+)`|::(test_\w+)", page.read_text("utf-8"))
        missing += [(page.name, name) for pair in named for name in pair if name and name not in known]
    assert missing == []


NAMED = re.compile(r"`((?:libs|services|gateway|e2e|charts|proto|clients)/[\w/-]+/?test_\w+\.py)(?:::(test_\w+))?")


def test_a_test_stands_in_the_file_that_is_named_with_it() -> None:
    missing = []
    for page in [page for page in PAGES if page.name != "CHANGELOG.md"]:  # which says what was so
        for path, name in NAMED.findall(page.read_text("utf-8")):
            source = (ROOT / path).read_text("utf-8") if (ROOT / path).exists() else ""
            if not source or (name and f"def {name}" not in source):
                missing.append((page.name, path, name))
    assert missing == []


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = Counter(page.stem[:4] for page in (ROOT / "docs/adr").glob("[0-9]*.md"))
    assert {number for number, pages in numbers.items() if pages > 1} == set()


@pytest.mark.parametrize("page", sorted((ROOT / "docs/adr").glob("[0-9]*.md")), ids=lambda page: page.stem[:4])
def test_a_decision_has_a_number_a_status_and_its_four_parts(page: Path) -> None:
    head, empty, status, *_ = page.read_text("utf-8").splitlines()
    assert head.startswith(f"# {page.name[:4]} ") and not empty
    assert re.fullmatch(r"Status: (accepted|superseded by \d{4}), \d{4}-\d\d-\d\d", status)
    assert [part for part in re.findall(r"^## (.+)$", page.read_text("utf-8"), re.MULTILINE) if part in PARTS] == PARTS


def test_the_changelog_has_releases_with_their_days_and_the_kinds_of_change_in_order() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first, *released = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert first == "Unreleased"
    assert [release for release in released if not re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", release)] == []
    for release in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        kinds = re.findall(r"^### (.+)$", release, re.MULTILINE)
        assert kinds == [kind for kind in CHANGES if kind in kinds], release.partition("\n")[0]
    assert [line for line in text.splitlines() if len(line) > LINE_LENGTH_MAX] == []


READERS = sorted((ROOT / "docs/readers").glob("*.md"))


@pytest.mark.parametrize("page", READERS, ids=lambda page: page.stem)
def test_a_readers_page_says_as_whom_they_sign_in_what_to_do_first_and_what_there_is_not_yet(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.search(r"^# You are ", text), page.name
    for part in (
        "**As whom.**",
        "**Example files.**",
        "## The first ten minutes",
        "## What is not there yet",
        "## Next",
    ):
        assert part in text, part
    for home in (ROOT / "README.md", ROOT / "docs/index.md"):
        assert f"readers/{page.name})" in home.read_text("utf-8")


def test_no_two_advisory_locks_of_a_database_have_one_number() -> None:
    """A service's locks stand in its `locks.py` and nowhere else; its database has the relay's, too."""
    for package in (ROOT / "services").glob("*/src/*"):
        numbers = [relay.LOCK]
        for path in [path for path in package.rglob("*.py") if "migrations" not in path.parts]:
            source = path.read_text("utf-8")
            if path.name == "locks.py":
                numbers += [int(number) for number in re.findall(r"^[A-Z_]+ = (\d+)", source, re.MULTILINE)]
            assert not re.search(r"advisory_\w*lock\w*\([^:)]*\b\d{2,}", source), f"{path}: give the lock a name"
        assert len(numbers) == len(set(numbers)), package.name


# Words that nobody else would search for: docs/glossary.md says what is used instead. The list only grows.
UNUSED_WORDS = {"Whole", "anew", "be_patient", "befalls", "farewell", "hurry", "patiently", "place_", "sensible"}


def test_no_name_in_the_code_is_a_word_that_is_not_used() -> None:
    unused = re.compile(rf"\b({'|'.join(UNUSED_WORDS)})\b")
    folders = ("libs", "services", "gateway", "clients", "ops", "docs", "charts", "e2e", "bench")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    used = []
    for path in sources:
        text = path.read_text("utf-8")
        if unused.search(text):  # a comment or a text may have them; a name may not
            names = [
                token.string
                for token in tokenize.generate_tokens(io.StringIO(text).readline)
                if token.type == tokenize.NAME
            ]
            used += [f"{path.relative_to(ROOT)}: {name}" for name in names if name in UNUSED_WORDS]
    assert used == []


# Words that say how a thing came to us rather than what it is. Tests and scripts have some left; what ships has none,
# but for a column and a field of the schema that clients know.
VAGUE_WORDS = {"told", "one", "found", "wanted", "bell", "news", "office", "bureau"}
ON_THE_WIRE = {
    "settlement/tables/evidence.py: told",
    "gateway/schema/reconciliation.py: told",
    "yima_client/api/reconciliation.py: told",
}


def names_made(tree: ast.AST) -> Iterator[str]:
    """What functions, classes, arguments and variables are called."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name


def test_what_ships_names_what_things_are() -> None:
    used, files = set(), 0
    for source in (*ROOT.glob("*/src"), *ROOT.glob("*/*/src")):
        for path in source.rglob("*.py"):
            if "migrations" not in path.parts:
                files += 1
                names = names_made(ast.parse(path.read_text("utf-8")))
                used |= {
                    f"{path.relative_to(source)}: {name}" for name in names if name.lower().strip("_") in VAGUE_WORDS
                }
    assert files > 500
    assert used - ON_THE_WIRE == set(), "name these after what they are: docs/glossary.md has words for most"
    assert ON_THE_WIRE - used == set()


OTHERS_FILES = {
    ".xsd",
    ".rng",
    ".dtd",
    ".wsdl",
    ".xsl",
    ".ttf",
    ".otf",
    ".woff",
    ".woff2",
    ".jar",
    ".whl",
    ".tgz",
    ".zip",
}
OTHERS_FILES |= {".gz", ".pdf", ".so", ".wasm", ".map"}
# What files that others wrote say of themselves.
OTHERS_WORDS = re.compile(
    rb"copyright\s+(\(c\)|\xc2\xa9|\d{4})|all rights reserved|SPDX-License"
    rb"|<xs:schema|<xsd:schema"
    rb'|"resourceType": ?"(StructureDefinition|SearchParameter|ImplementationGuide)"'
    rb"|[\w./-]+\.min\.(js|css)",
    re.IGNORECASE,
)
OURS = {"LICENSE", "e2e/test_claims.py"}
JSON_SCHEMAS = {
    f"charts/{chart}/values.schema.json" for chart in ("connector", "service", "yima")
}  # ours, of the charts' values
OWN_FILES = {f"docs/screens/{picture.name}.png" for picture in PICTURES}  # drawn by `make screens`
OWN_FILES |= {"docs/quality-report.pdf"}  # made by `services/records/tests/example_report.py`
MINIFIED = 600  # characters of a line that somebody has not written by hand


def files_of_the_tree() -> Sequence[Path]:
    done = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout: nobody says which files are the project's")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_nothing_that_others_wrote_lies_in_the_tree() -> None:
    """Schemas, examples, fonts and libraries of others come from registries, by name and digest."""
    others = []
    for path in files_of_the_tree():
        name, content = str(path.relative_to(ROOT)), path.read_bytes()
        if name in OWN_FILES:
            continue
        if path.suffix in OTHERS_FILES or b"\0" in content:
            others.append(f"{name}: a {path.suffix or 'binary'} file")
        elif name not in OURS and path.suffix != ".lock" and (words := OTHERS_WORDS.search(content)):
            others.append(f"{name}: {words[0].decode()}")
        elif path.suffix == ".json" and b'"$schema"' in content and name not in JSON_SCHEMAS:
            others.append(f"{name}: a JSON schema")
        elif path.suffix in (".js", ".css", ".html") and max(map(len, content.splitlines())) > MINIFIED:
            others.append(f"{name}: minified")
    assert others == []


def test_every_picture_of_a_page_is_one_that_is_made_and_all_are_small() -> None:
    pictures = sorted((ROOT / "docs/screens").glob("*.png"))
    assert {picture.stem for picture in pictures} <= {picture.name for picture in PICTURES}
    assert sum(picture.stat().st_size for picture in pictures) < BYTES_MAX
    for page in (ROOT / "README.md", ROOT / "docs/pages.md"):
        for path in re.findall(r"\]\(((?:docs/)?screens/[^)]+)\)", page.read_text("utf-8")):
            assert (page.parent / path).is_file(), f"{page.name} shows {path}, which is not there"
