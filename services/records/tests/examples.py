"""HL7's examples of R4, each sent by a Bundle of its own, and what becomes of it: a part of
docs/conformance-fhir.md."""

import json
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chassis.refusals import Refusal
from devstack import published
from records.commands import writes
from records.commands.writes import Stored
from records.domain import bundles
from records.domain.bundles import BundleRefused
from records.domain.kinds import KINDS
from records_scenario import JINAN, NOON, RESIDENT, of_resident

PACKAGE, VERSION = "hl7.fhir.r4.examples", "4.0.1"
SHA256 = "dce87f1b5b9341867033f7d1f544fa1b5232503f6d62813887ac6b8a8b6cb682"


@dataclass(frozen=True, slots=True)
class Example:
    """One of HL7's examples, and why it is refused; empty where it is taken."""

    kind: str
    name: str
    field: str = ""
    why: str = ""

    @property
    def outcome(self) -> str:
        return f"`{self.field}` {self.why}" if self.why else "taken"


def examples() -> Iterator[Example]:
    """All of the kinds that are kept, in the order of their names. Raises `NotFetched`."""
    with tarfile.open(published.from_npm(PACKAGE, VERSION, SHA256)) as files:
        names = sorted(member.name for member in files if member.name.split("/")[1].split("-")[0] in KINDS)
        for name in names:
            file = files.extractfile(name)
            assert file is not None, "it is a file"
            yield sent(of_resident(file.read().decode()))


def sent(content: str) -> Example:
    """What becomes of an example that a hospital sends about our resident, as SubmitBundle has it."""
    resource = json.loads(content)
    kind, name = resource["resourceType"], resource["id"]
    request = {"method": "PUT", "url": f"{kind}/{name}"}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [{"request": request}]}
    text = json.dumps(bundle).replace('{"request"', f'{{"resource": {content}, "request"')  # its decimals stay
    try:
        entries = bundles.bundle(text, resident_id=RESIDENT).entries
        writes.plan(entries, Stored({}, {}), resident_id=RESIDENT, transaction=True, zone=JINAN, now=NOON)
    except BundleRefused as refused:
        return refused_for(kind, name, refused.refusals[0])
    except Refusal as refusal:
        return refused_for(kind, name, refusal)
    return Example(kind, name)


def refused_for(kind: str, name: str, refusal: Refusal) -> Example:
    field = refusal.field.removeprefix("Bundle.entry[0].resource").removeprefix(".")
    return Example(kind, name, field or "resource", refusal.detail.removeprefix(f"{refusal.field}: "))


def section(results: Sequence[Example]) -> list[str]:
    """The lines of the page about them."""
    refused = [each for each in results if each.why]
    reasons, taken = Counter(each.why for each in refused), len(results) - len(refused)
    return [
        "",
        "## HL7's examples",
        "",
        f"HL7's own examples (`{PACKAGE}` {VERSION}) of the kinds a record has, each sent in a Bundle",
        f"by a hospital for one resident: {taken} of {len(results)} are taken, the others refused",
        "for what a record needs of each resource.",
        "",
        "| why it is refused | examples |",
        "|---|---|",
        *(f"| {why} | {count} |" for why, count in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        "",
        "| kind | example | where it is refused, and why |",
        "|---|---|---|",
        *(
            f"| {each.kind} | {each.name} | {f'`{each.field}` {each.why}' if each.why else 'taken'} |"
            for each in results
        ),
    ]
