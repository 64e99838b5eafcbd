"""A manifest's faults are said with their lines, all of them at once, and nobody is asked."""

from collections.abc import Iterator
from functools import reduce
from importlib.resources import files
from operator import getitem
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from yima_cli.faults import faults_in, line_at
from yima_cli.main import cli
from yima_cli.offering import differences


def run(path: Path, *more: str) -> Result:
    return CliRunner().invoke(cli, ["offering", "validate", "-f", str(path), *more])


@pytest.mark.parametrize("name", ["offering", "course", "per-unit", "per-period"])
def test_the_examples_have_no_fault(tmp_path: Path, name: str) -> None:
    (tmp_path / "offering.yaml").write_text((files("yima_cli") / "manifests" / f"{name}.yaml").read_text("utf-8"))
    done = run(tmp_path / "offering.yaml", "--json")
    assert (done.exit_code, done.stdout) == (0, "[]\n"), done.output


FAULTY = """\
kind: Offering
spec:
  definition: family-doctor-package
  referense: mine
  kind: PAKAGE
  title: {en: A title}
  description: a text
  price: {amount: 360.00, currency: CNY}
  districts: lixia
  validDays: soon
  contents:
    - code: visit
      units: "3"
"""


def test_every_fault_is_said_with_its_line_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "offering.yaml"
    path.write_text(FAULTY)
    faults = {fault.field: (fault.line, fault.message) for _, fault in faults_in(path)}
    assert faults["referense"] == (4, "is no field; is it `reference`?")
    assert faults["reference"] == (3, "is missing")
    assert faults["kind"][0] == 5 and "PACKAGE" in faults["kind"][1]
    assert faults["description"] == (7, 'must be texts by language, such as {en: "…"}')
    assert faults["price.amount"][0] == 8 and "quotes" in faults["price.amount"][1]
    assert faults["districts"] == (9, "must be a list")
    assert faults["validDays"] == (10, "must be a whole number")
    assert {"title", "price.currency", "definition"}.isdisjoint(faults)
    done = run(path)
    assert done.exit_code == 1
    assert f"{path}:4: referense: is no field; is it `reference`?" in done.output


MARKED = "of-another-kind"


def example(name: str) -> Any:
    return yaml.safe_load((files("yima_cli") / "manifests" / f"{name}.yaml").read_text("utf-8"))


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each value of a manifest is, what leads to it among them."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield (*at, name)
        yield from places(inner, (*at, name))


def written(at: tuple[Any, ...]) -> str:
    return "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in at).removeprefix(".")


@pytest.mark.parametrize("name", ["offering", "course"])
def test_each_value_that_is_of_another_kind_is_a_fault_of_its_field_on_its_line(tmp_path: Path, name: str) -> None:
    path, count = tmp_path / "offering.yaml", 0
    for at in places(example(name)["spec"]):
        manifest = example(name)
        *way, last = at
        holder = reduce(getitem, way, manifest["spec"])
        holder[last] = MARKED if isinstance(holder[last], (dict, list, int)) else [{MARKED: "so"}]
        path.write_text(yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False))
        (fault,) = [fault for _, fault in faults_in(path)]
        assert fault.field == written(at)
        assert fault.message.startswith("must be"), fault
        lines = path.read_text().splitlines()
        marked = 1 + next(number for number, line in enumerate(lines) if MARKED in line)
        assert fault.line in (marked - 1, marked), "a list begins on the line below its name"
        count += 1
    assert count > 15


@pytest.mark.parametrize("name", ["offering", "course"])
def test_each_field_that_is_mistyped_is_no_field_and_each_that_has_to_be_there_is_missed(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "offering.yaml"
    for at in places(example(name)["spec"]):
        *way, last = at
        if isinstance(last, int) or {"title", "description"} & set(way):
            continue
        manifest = example(name)
        holder = reduce(getitem, way, manifest["spec"])
        holder[f"{last}x"] = holder.pop(last)
        path.write_text(yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False))
        faults = {fault.field: fault.message for _, fault in faults_in(path)}
        assert faults.pop(written((*way, f"{last}x"))) == f"is no field; is it `{last}`?"
        assert set(faults.items()) <= {(written(at), "is missing")}, (at, faults)


def test_a_refusal_s_field_is_found_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "offering.yaml"
    path.write_text(FAULTY)
    assert line_at(path, 0, ".price.currency") == 8
    assert line_at(path, 0, ".contents[0].units") == 13
    assert line_at(path, 0, ".cancellation[2].beforeHours") == 3, "where there is none, the spec"


def test_a_price_for_what_nobody_sells_by_is_a_fault_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "offering.yaml"
    path.write_text(FAULTY + "  pricedPer: MONTH\n  unitsMax: many\n")
    faults = {fault.field: (fault.line, fault.message) for _, fault in faults_in(path)}
    assert faults["pricedPer"] == (14, "must be one of ORDER, PACKAGE, USAGE, PERIOD")
    assert faults["unitsMax"] == (15, "must be a whole number")


STANDS: dict[str, Any] = {
    "reference": "mine",
    "kind": "PACKAGE",
    "price": {"amount": "360.00", "currency": "CNY"},
    "pricedPer": "PACKAGE",
    "unitsMax": None,
    "periodDays": None,
    "periodsMax": None,
    "districts": ["lixia"],
    "consent": None,
    "bookingRequired": False,
    "contents": [{"code": "visit", "kind": "VISIT", "times": 1, "title": "Visit"}],
    "validDays": 60,
    "sites": [{"code": "north"}],
    "title": "Follow-up",
}
WRITTEN: dict[str, Any] = {
    "reference": "mine",
    "kind": "PACKAGE",
    "price": {"amount": "360.00", "currency": "CNY"},
    "districts": ["lixia"],
    "contents": [{"code": "visit", "kind": "VISIT", "weight": 1, "title": {"en": "Visit", "zh-CN": "随访"}}],
    "validDays": 60,
    "sites": ["north"],
    "title": {"en": "Follow-up", "zh-CN": "随访"},
}
CHINESE = STANDS | {"title": "随访", "contents": [STANDS["contents"][0] | {"title": "随访"}]}
BOTH = {"en": STANDS, "zh-CN": CHINESE}


def test_a_file_that_says_what_stands_changes_nothing() -> None:
    assert list(differences(BOTH, WRITTEN)) == []
    assert list(differences(BOTH, WRITTEN | {"price": {"amount": "360", "currency": "CNY"}})) == []
    assert list(differences(BOTH, WRITTEN | {"pricedPer": "PACKAGE"})) == [], "it is one without saying so"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"price": {"amount": "350.00", "currency": "CNY"}}, ("price.amount", "360.00", "350.00")),
        ({"title": {"en": "Follow-up", "zh-CN": "复诊"}}, ("title.zh-CN", "随访", "复诊")),
        ({"bookingRequired": True}, ("bookingRequired", None, True)),
        ({"validDays": None}, ("validDays", 60, None)),
        ({"pricedPer": "USAGE"}, ("pricedPer", None, "USAGE")),
        ({"unitsMax": 90}, ("unitsMax", None, 90)),
        ({"pricedPer": "PERIOD"}, ("pricedPer", None, "PERIOD")),
        ({"periodsMax": 12}, ("periodsMax", None, 12)),
        ({"periodDays": 30}, ("periodDays", None, 30)),
        ({"sites": ["north", "south"]}, ("sites", ["north"], ["north", "south"])),
    ],
)
def test_what_a_file_changes_is_said_field_by_field(change: dict[str, Any], expected: tuple[str, Any, Any]) -> None:
    assert list(differences(BOTH, WRITTEN | change)) == [expected]


def test_what_is_not_there_yet_is_said_to_be_added() -> None:
    assert list(differences({}, WRITTEN)) == [("reference", None, "mine")]


@pytest.mark.parametrize(
    "text", ["", "- 1\n", "kind: Partner\nspec: {}\n", "kind: Offering\n", "a: [\n", "kind: Offering\nspec: 1\n"]
)
def test_what_is_no_file_of_offerings_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "offering.yaml"
    path.write_text(text)
    done = run(path)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
