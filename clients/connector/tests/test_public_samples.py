"""Messages that others published as samples of HL7 v2, and our own, become resources that a record takes, or are
refused with a reason. What others wrote is fetched from its registry; nothing of it is in the repository."""

import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from devstack import published
from records.domain import fhir
from yima_connector.errors import NotMapped
from yima_connector.hl7v2.mapped import mapped
from yima_connector.hl7v2.messages import Message, read

from .samples import LOCAL, admission, mapping, order, result

ARCHIVES = [
    ("simple-hl7", "3.3.0", "bc9e061c2488f057e2594ac7fb922296db4210271c595a0c81d05f4bee71e49b"),
    ("nodehl7", "2.0.0", "1edb7028520ea1e8ebf0916c48135bbc359846d989d52c1a1b60e023c34a5666"),
    ("hl7-standard", "1.0.4", "81c1637eed26ecf9a3e2405ef525046609c909d3b0d8f940220c38507e007337"),
]
# What each becomes, by its kind and control id; or the place that says why it becomes nothing.
EXPECTED = {
    "ADT^A04 1817457": "Patient Encounter",
    "ORU^R01 20010422GA03": "OBR-3",  # a report of an event, without a number
    "ORM^O01 MSGID20060307110114": "DiagnosticReport",
    "ORU^R01 Q335939501T337311002": "Observation DiagnosticReport",
    "ADT^A01 HL7MSG00001": "Patient Encounter",
    "ORU^R01 Q479004375T431430612": "OBX-5",  # its fields are shifted: a unit stands where the value should
    "ORU^R01 3629": "Observation DiagnosticReport",
    "ADT^A01 24553": "PID-3",  # its number is of the type EPI, which a mapping would say
    "RSP^K11 20171023134421": "MSH-9",
    "ACK^V01 5465156441.100178620": "PID",
    "ORU^R01 201103290820062979": "Observation DiagnosticReport",
}


def published_messages() -> Iterator[bytes]:
    """The files of messages in the archives, line ends as their authors' editors left them."""
    for archive in ARCHIVES:
        with tarfile.open(published.from_npm(*archive)) as packed:
            for member in packed:
                if member.isfile() and "node_modules" not in member.name and member.name.endswith((".hl7", ".adm")):
                    file = packed.extractfile(member)
                    content = file.read() if file else b""
                    if content.startswith(b"MSH"):
                        yield content


def becomes(message: Message) -> str:
    """The kinds of resource that a message becomes, each valid as records sees it; or the place that has none."""
    identity = {"patients": {"system": "urn:oid:2.16.840.1.113883.2.99.1", "type": "MR", "identity_types": []}}
    try:
        lines = mapped(message, mapping(**identity, codes={"local_system": LOCAL}))
    except NotMapped as refused:
        return refused.field
    kinds = [str(line.resource["resourceType"]) for line in lines]
    for line in lines:
        if line.resource["resourceType"] != "Patient":  # a line of a batch, and no resource of a record
            fhir.parse(line.text(1), "line")
    return " ".join(dict.fromkeys(kinds))


@pytest.mark.long
def test_published_messages_become_resources_or_are_refused_by_a_place() -> None:
    try:
        contents = list(published_messages())
    except published.NotFetched as why:
        pytest.skip(f"the samples cannot be had here: {why}")
    messages = [read(content, "utf-8") for content in contents]
    assert {f"{message.kind} {message.control_id}": becomes(message) for message in messages} == EXPECTED


def test_what_our_own_messages_become_is_valid_as_records_sees_it() -> None:
    at = f"{datetime.now(UTC) - timedelta(days=1):%Y%m%d%H%M%S}+0000"
    for content in (admission(at=at), admission(event="A03", at=at), result(at=at), order()):
        assert becomes(read(content, "utf-8")) in (
            "Patient Encounter",
            "Observation DiagnosticReport",
            "DiagnosticReport",
        )
