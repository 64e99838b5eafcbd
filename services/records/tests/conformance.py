"""HL7's own cases for validators and for views, and what we say of them: run as a program, this writes
docs/conformance-fhir.md.

The cases are fetched, and their verdicts are those of HL7's validator. Each of a kind that is kept here is made a
resource of our resident first, with an id, a date and a category where it has none: what a record needs beside is no
matter of theirs.
"""

import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devstack import published
from records.domain.fhirpath import PathMismatch
from records.domain.kinds import KINDS
from records.domain.views import ViewInvalid, compile_view
from records_scenario import DAY, RESIDENT, check, of_resident

import examples
from examples import Example

PAGE = Path(__file__).parents[3] / "docs" / "conformance-fhir.md"
WITHIN = "org/hl7/fhir/testcases/validator"
VIEWS_WITHIN = "org/hl7/fhir/testcases/sql-on-fhir"
VERSION = "1.7.69"
# Why a case that HL7's validator refuses is taken here, by what it says; the first that is said counts.
MISSES = (
    ("", "QuestionnaireResponse", "its form is not known here"),
    ("No code provided", "", "an extension may stand in a code's place"),
    ("fixed to|magic LOINC|slice", "", "a rule of a profile that the resource does not name, or that is not R4's"),
    ("Wrong Display|Unknown code|value set|CodeSystem|not found", "", "needs a terminology server"),
    ("[Ee]xtension", "", "the extension's definition is not known here"),
    ("per-1", "", "a day and a moment within it: the day may have begun before"),
    ("Example URLs", "", "what a link leads to is not looked at"),
    ("implied by the reference", "", "the subject is made the resident for this table; any other is refused"),
    ("entity", "", "HTML's entities are taken: a narrative is cleaned where it is shown"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One of HL7's cases: what is wrong with it in HL7's words, and at which field we refuse it."""

    kind: str
    name: str
    faults: Sequence[str]
    refused_at: str

    @property
    def agreed(self) -> bool:
        return bool(self.faults) == bool(self.refused_at)

    @property
    def why(self) -> str:
        """Why we differ."""
        if not self.faults:
            at_reference = self.refused_at.endswith(".reference")
            return "it names another patient" if at_reference else "HL7 runs it with the fault in its name ignored"
        said = " ".join(self.faults)
        for pattern, kind, reason in MISSES:
            if kind in ("", self.kind) and re.search(pattern, said):
                return reason
        return "not looked at"


def cases() -> Iterator[Case]:
    """Those of R4 in JSON, of a kind that is kept here. Raises `NotFetched`."""
    jar = published.from_maven("org.hl7.fhir.testcases", "fhir-test-cases", VERSION, SHA256)
    with zipfile.ZipFile(jar) as files:

        def read(name: str) -> Any:
            return json.loads(files.read(f"{WITHIN}/{name}").decode("utf-8-sig"))

        names = frozenset(files.namelist())
        for case in read("manifest.json")["test-cases"]:
            if case.get("version") != "4.0" or f"{WITHIN}/{case['file']}" not in names or case["file"][-5:] != ".json":
                continue
            text = files.read(f"{WITHIN}/{case['file']}").decode("utf-8-sig", "replace")
            try:
                resource = json.loads(text)
            except ValueError:
                continue
            if not isinstance(resource, dict) or resource.get("resourceType") not in KINDS:
                continue
            outcome = case["java"] if isinstance(case["java"], dict) else read(f"outcomes/{case['java']}")
            issues = outcome.get("outcome", outcome).get("issue", [])
            faults = [issue["details"]["text"] for issue in issues if issue["severity"] in ("error", "fatal")]
            refused = check(of_resident(ours(text, resource)))
            yield Case(resource["resourceType"], case["name"], faults, refused if isinstance(refused, str) else "")


@dataclass(frozen=True, slots=True)
class ViewCase:
    """One of HL7's cases for views: of which group, and how ours differs; empty where it does not."""

    group: str
    title: str
    difference: str


def view_cases() -> Iterator[ViewCase]:
    """The cases of SQL on FHIR. Raises `NotFetched`."""
    jar = published.from_maven("org.hl7.fhir.testcases", "fhir-test-cases", VERSION, SHA256)
    with zipfile.ZipFile(jar) as files:
        for name in json.loads(files.read(f"{VIEWS_WITHIN}/manifest.json")):
            group = json.loads(files.read(f"{VIEWS_WITHIN}/{name}"))
            for case in group["tests"]:
                yield ViewCase(group["title"], case["title"], view_difference(case, group["resources"]))


def view_difference(case: dict[str, Any], resources: Sequence[dict[str, Any]]) -> str:
    """How the rows of a case are not those that it expects."""
    try:
        view = compile_view(case["view"])
        names = [column.name for column in view.columns]
        rows = [dict(zip(names, row, strict=True)) for resource in resources for row in view.rows(resource)]
    except (ViewInvalid, PathMismatch) as refusal:
        return "" if case.get("expectError") else f"refused: {refusal}"
    if case.get("expectError"):
        return "is to be refused"
    if case.get("expectColumns", names) != names:
        return "other columns"
    return "" if in_any_order(rows) == in_any_order(case["expect"]) else "other rows"


def in_any_order(rows: Sequence[dict[str, Any]]) -> Sequence[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def ours(text: str, resource: dict[str, Any]) -> str:
    """The case as a resource that a record could have."""
    rules = KINDS[resource["resourceType"]]
    needed: dict[str, Any] = {"id": "case", "category": [{"coding": [{"code": "exam"}]}]}
    needed[rules.subject] = {"reference": f"Patient/{RESIDENT}"}
    if not any(path.partition(".")[0] in resource for path in rules.dates):
        first, _, second = rules.dates[0].partition(".")
        needed[first] = {second: f"{DAY}T08:00:00Z"} if second else f"{DAY}T08:00:00Z"
    if resource["resourceType"] not in ("Observation", "DiagnosticReport"):
        del needed["category"]
    if all(name in resource for name in needed) and "Patient/" in json.dumps(resource.get(rules.subject)):
        return text
    return json.dumps(needed | resource | {rules.subject: needed[rules.subject]})


def page(results: Sequence[Case], views: Sequence[ViewCase], sent: Sequence[Example]) -> str:
    valid = [case for case in results if not case.faults]
    invalid = [case for case in results if case.faults]
    differ = [case for case in results if not case.agreed]
    reasons = Counter(case.why for case in differ)
    groups = Counter(case.group for case in views)
    alike = Counter(case.group for case in views if not case.difference)
    lines = [
        "# Conformance to FHIR R4",
        "",
        "Generated by `services/records/tests/conformance.py`; do not edit. HL7 publishes cases for validators",
        f"(`org.hl7.fhir.testcases` {VERSION}), each with the verdict of its own.",
        "Of the cases in R4 and JSON that are of a kind a record has:",
        "",
        f"- {sum(case.agreed for case in valid)} of {len(valid)} that HL7's validator takes are taken;",
        f"- {sum(case.agreed for case in invalid)} of {len(invalid)} that it refuses are refused.",
        "",
        "| why we differ | cases |",
        "|---|---|",
        *(f"| {reason} | {count} |" for reason, count in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        "",
        "| kind | case | HL7 | Yima | why we differ |",
        "|---|---|---|---|---|",
        *(
            f"| {case.kind} | {case.name} | {verdict(bool(case.faults))} | {case.refused_at or 'taken'} |"
            f" {'' if case.agreed else case.why} |"
            for case in results
        ),
        "",
        "## Views: SQL on FHIR v2",
        "",
        f"The same package has HL7's cases for ViewDefinitions. Of {len(views)}, {alike.total()} have the rows that",
        "they expect, or are refused where that is expected. `repeat` and `%rowIndex` are newer than the package;",
        "`services/records/tests/test_views.py` holds them.",
        "",
        "| group | cases | as expected |",
        "|---|---|---|",
        *(f"| {group} | {count} | {alike[group]} |" for group, count in groups.items()),
        *(f"\n{case.group}, {case.title}: {case.difference}" for case in views if case.difference),
        *examples.section(sent),
    ]
    return "\n".join(lines) + "\n"


def verdict(refused: bool) -> str:
    return "refused" if refused else "taken"


SHA256 = "827a559099ae3297c3f96ab5749b419a24600d74b6a09e23620881a9c17df741"

if __name__ == "__main__":
    try:
        PAGE.write_text(page(list(cases()), list(view_cases()), list(examples.examples())), "utf-8")
    except published.NotFetched as why:
        sys.exit(str(why))
