"""Two partners have different ids of the same resident, in every field of the contracts that a partner sees."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from chassis.auth import ANYONE, Principal
from chassis.ids import Kind, kind_of_id, new_id
from chassis.pairwise import PAIRWISE, PARTNERS, Pairwise, PartnerView, view_of
from chassis.refusals import Invalid
from chassis.routes import policy as route_of
from chassis.settings import SettingUnfit
from gateway.ids import shown
from gateway.policy import CONTRACTS
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import given
from hypothesis import strategies as st
from yima.common.v1.limits_pb2 import length_max
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import PageInfo, PageRequest
from yima.common.v1.views_pb2 import PARTNER_VIEW_NAMES_RESIDENT
from yima.consent.v1 import api_pb2 as consent
from yima.ordering.v1 import api_pb2 as ordering
from yima.records.v1 import api_pb2 as records

FIRST, SECOND = "a secret that there was from the first", "and another that came years afterwards"
PEOPLE = re.compile(
    r"resident|guardian|dependant|beneficiary|granted_by|given_by|placed_by|set_by|cursors|after$|receipt$"
)
# Receipts that their service signs without the resident; and of whom a practitioner sees the code, as they must know
# who stands there (ADR 0606).
OTHERWISE = {
    "yima.identity.v1.Scan.receipt",
    "yima.ordering.v1.ProveServiceRequest.scan_receipt",
    "yima.ordering.v1.PlaceDeskOrderRequest.scan_receipt",
    "yima.ordering.v1.MakePrivateOfferRequest.scan_receipt",
    "yima.records.v1.IngestResourcesRequest.scan_receipt",
    "yima.consent.v1.DecideIngestRequest.scan_receipt",
    "yima.consent.v1.ConsentArtefact.receipt",
    "yima.consent.v1.Erasure.receipt",
    "yima.identity.v1.ScannedPerson.guardian_names",
    "yima.identity.v1.ReleasedContact.guardian_names",
    "yima.identity.v1.ForeignScan.receipt",
    "yima.identity.v1.ForeignScanEntry.receipt",
    "yima.records.v1.WriteResourceRequest.scan_receipt",
    "yima.records.v1.SubmitBundleRequest.scan_receipt",
}


def partner(secrets: str = FIRST) -> PartnerView:
    return Pairwise.of(secrets).of_partner(str(new_id()))


def methods_of_partners() -> list[MethodDescriptor]:
    return [
        method
        for contract in CONTRACTS.values()
        for method in contract.methods
        if not PARTNERS.isdisjoint(route_of(method)[2].roles) and not route_of(method)[2].public
    ]


def fields_in(message: Descriptor, above: frozenset[str] = frozenset()) -> Iterator[FieldDescriptor]:
    """Every field of a message and of those within it."""
    for field in message.fields:
        yield field
        inside = field.message_type
        if inside is not None and inside.full_name not in above:
            yield from fields_in(inside, above | {message.full_name})


@given(st.uuids(), st.sampled_from(sorted(PAIRWISE)))
def test_ids_are_one_partners_own_and_lead_back_for_it_alone(internal: UUID, kind: Kind) -> None:
    one, other = partner(), partner()
    theirs = one.id_of(kind, str(internal))
    assert one.id_of(kind, str(internal)) == theirs
    assert one.internal_id(kind, theirs) == str(internal)
    assert one.internal_id(kind, shown(kind, theirs)) == str(internal)
    assert len({str(internal), theirs, other.id_of(kind, str(internal))}) == 3
    assert other.internal_id(kind, theirs) != str(internal)
    assert one.internal_id(kind, str(internal)) != str(internal), "a resident's own id is no partner's id of them"


def test_the_same_number_is_another_id_of_each_kind_of_thing() -> None:
    view, internal = partner(), str(new_id())
    assert len({view.id_of(kind, internal) for kind in PAIRWISE}) == len(PAIRWISE)


@given(st.text(min_size=1, max_size=200))
def test_what_is_sealed_says_nothing_and_is_opened_for_its_partner_alone(text: str) -> None:
    one, other = partner(), partner()
    sealed = one.seal(text)
    assert one.unseal(sealed, "after") == text and one.seal(text) == sealed
    assert text not in sealed or len(text) < 4
    for who, sent in ((other, sealed), (one, sealed[:-2]), (one, f"{sealed}A")):
        with pytest.raises(Invalid, match="not given to your institution"):
            who.unseal(sent, "after")
    assert one.unseal("s0", "after") == "s0", "what is not sealed is for its service to refuse"


def test_a_later_secret_leaves_the_ids_of_partners_that_were_there_and_is_for_those_that_come() -> None:
    resident, there, comes = str(new_id()), str(new_id()), str(new_id())
    later = datetime.now(UTC).replace(year=2100).isoformat()
    before, after = Pairwise.of(FIRST), Pairwise.of(f"{FIRST},{SECOND}@{later}")
    assert before.of_partner(there).id_of(Kind.RESIDENT, resident) == after.of_partner(there).id_of(
        Kind.RESIDENT, resident
    )
    changed = Pairwise.of(f"{FIRST},{SECOND}@2020-01-01T00:00:00Z").of_partner(comes)
    assert changed.id_of(Kind.RESIDENT, resident) != before.of_partner(comes).id_of(Kind.RESIDENT, resident)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "at least 32"),
        ("short", "at least 32"),
        (f"{FIRST},{SECOND}", "from when on"),
        (f"{FIRST}@2027-01-01T00:00:00Z", "has no moment"),
        (f"{FIRST},{SECOND}@soon", "after @"),
        (f"{FIRST},{SECOND}@2028-01-01T00:00:00Z,{SECOND}@2027-01-01T00:00:00Z", "from when on"),
    ],
)
def test_secrets_that_cannot_be_used_are_refused_by_the_settings_name(written: str, why: str) -> None:
    with pytest.raises(SettingUnfit, match=f"YIMA_PAIRWISE_SECRETS.*{why}"):
        Pairwise.of(written)


@pytest.mark.parametrize("role", Role.values())
def test_partners_people_and_systems_see_their_own_ids_and_nobody_else_does(role: Any) -> None:
    caller = Principal(role, str(new_id()), partner_id=str(new_id()))
    assert (Pairwise.of(FIRST).view_of(caller) is not None) == (role in (Role.ROLE_PARTNER, Role.ROLE_PRACTITIONER))
    assert Pairwise.of(FIRST).view_of(ANYONE) is None


@pytest.mark.parametrize("method", methods_of_partners(), ids=lambda method: method.full_name)
def test_whatever_a_partner_sends_or_sees_of_a_person_says_how(method: MethodDescriptor) -> None:
    """A field that is named like one of a person's ids, or may hold one, is of a kind that is enciphered, or says what
    becomes of it. Add a new one to neither, and this fails."""
    for message in (method.input_type, method.output_type):
        for field in fields_in(message):
            if field.type != FieldDescriptor.TYPE_STRING or not PEOPLE.search(field.name):
                continue
            handled = kind_of_id(field) in PAIRWISE or view_of(field) or field.full_name in OTHERWISE
            assert handled, f"{field.full_name}: say in the contract how a partner sees it (partner_view)"


@pytest.mark.parametrize("method", methods_of_partners(), ids=lambda method: method.full_name)
def test_a_document_about_the_resident_of_a_request_is_translated_with_it(method: MethodDescriptor) -> None:
    names = [field.name for field in method.input_type.fields]
    documents = [field for field in method.input_type.fields if field.GetOptions().Extensions[length_max]]  # type: ignore[index] # stubs
    if "resident_id" in names:
        assert {view_of(field) for field in documents} <= {PARTNER_VIEW_NAMES_RESIDENT}


def full(kind: type[Message], value: str, depth: int = 0) -> Any:
    """A message with this value in every text of it."""
    message: Any = kind()
    field: Any
    for field in kind.DESCRIPTOR.fields:
        inside = field.message_type
        if field.type == FieldDescriptor.TYPE_STRING:
            setattr(message, field.name, value) if not field.is_repeated else getattr(message, field.name).append(value)
        elif inside is not None and not inside.GetOptions().map_entry and depth < 4:
            within = full(GetMessageClass(inside), value, depth + 1)
            if field.is_repeated:
                getattr(message, field.name).append(within)
            elif inside.full_name.startswith("yima."):
                getattr(message, field.name).CopyFrom(within)
    return message


@pytest.mark.parametrize("method", methods_of_partners(), ids=lambda method: method.full_name)
def test_no_id_of_a_resident_is_in_any_answer_to_a_partner(method: MethodDescriptor) -> None:
    """Each field that holds the id of a resident, of one of their rules, records or checkouts is filled with one."""
    internal, view = str(new_id()), partner()
    answer = full(GetMessageClass(method.output_type), internal)
    view.outward(GetMessageClass(method.input_type)(), answer)
    left = {path for path, value in texts(answer) if value == internal}
    assert not {path for path in left if PEOPLE.search(path.rpartition(".")[2]) and path not in OTHERWISE}
    assert not {path for path in left if path.endswith(("Record.id", "checkout_id", "visit_rule_id"))}


def texts(message: Message) -> Iterator[tuple[str, str]]:
    field: Any
    for field, value in message.ListFields():
        for each in value if field.is_repeated else [value]:
            if isinstance(each, Message) and not field.message_type.GetOptions().map_entry:
                yield from texts(each)
            elif isinstance(each, str) and field.type == FieldDescriptor.TYPE_STRING:
                yield field.full_name, each


def test_an_order_is_seen_by_its_partner_without_an_id_that_another_has() -> None:
    resident, checkout, order = (str(new_id()) for _ in range(3))
    views = [partner(), partner()]
    seen = []
    for view in views:
        message = ordering.Order(id=order, resident_id=resident, beneficiary_id=resident, checkout_id=checkout)
        message.placed_by = resident
        view.outward(ordering.GetOrderRequest(), message)
        seen.append(message)
    one, other = seen
    assert one.resident_id == one.beneficiary_id != other.resident_id
    assert one.checkout_id != other.checkout_id
    assert one.placed_by == "" and one.id == order, "an order is one partner's anyway"


def test_a_request_means_the_resident_whom_the_partner_knows_and_stays_as_it_is() -> None:
    view, resident = partner(), str(new_id())
    request = ordering.ListOrdersRequest(resident_id=view.id_of(Kind.RESIDENT, resident))
    sent = request.resident_id
    assert view.inward(request).resident_id == resident
    assert request.resident_id == sent
    assert view.inward(ordering.ListOrdersRequest()).resident_id == ""
    assert view.inward(ordering.ListOrdersRequest(resident_id="none")).resident_id == "none", "ordering refuses it"


def test_a_resource_names_the_resident_as_whoever_reads_it_knows_them() -> None:
    writer, reader, resident = partner(), partner(), str(new_id())
    known = writer.id_of(Kind.RESIDENT, resident)
    text = '{"subject": {"reference": "Patient/%s"}, "identifier": [{"value": "urn:uuid:%s"}, {"value": "MRN-1"}]}'
    sent = records.IngestResourcesRequest(
        resident_id=known, resources=[text % (shown(Kind.RESIDENT, known), known.upper()), "{}"]
    )
    stored = writer.inward(sent)
    assert list(stored.resources) == [text % (shown(Kind.RESIDENT, resident), resident), "{}"]
    own = records.IngestResourcesRequest(resident_id=known, resources=[text % (resident, resident)])
    assert resident not in writer.inward(own).resources[0], (
        "what a partner sends never means a resident by their own id"
    )
    page = records.RecordPage(records=[records.Record(id=str(new_id()), resource=stored.resources[0])])
    reader.outward(records.ReadRecordsRequest(resident_id=resident), page)
    theirs = reader.id_of(Kind.RESIDENT, resident)
    assert page.records[0].resource == text % (shown(Kind.RESIDENT, theirs), theirs)


def test_places_in_lists_come_back_as_they_were_and_to_nobody_else() -> None:
    view = partner()
    page = PageInfo(cursors=["one", "two"], has_next=True)
    view.outward(PageRequest(), page)
    assert "one" not in str(page)
    asked = consent.ListVisitsRequest(page=PageRequest(first=2, after=page.cursors[1]))
    assert view.inward(asked).page.after == "two"
    back = consent.ListVisitsRequest(page=PageRequest(last=2, before=page.cursors[0]))
    assert view.inward(back).page.before == "one"
    with pytest.raises(Invalid) as refused:
        partner().inward(asked)
    assert refused.value.field == "page.after"
    with pytest.raises(Invalid) as refused:
        partner().inward(back)
    assert refused.value.field == "page.before"
