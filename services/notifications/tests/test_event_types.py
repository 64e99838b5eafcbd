"""Each type of events: filled from an event that there is, thin, and as its JSON Schema says."""

import re
import tomllib
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from chassis.ids import Kind, new_id, shown
from chassis.pairwise import Pairwise
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st
from notifications.domain.event_types import (
    BY_EVENT,
    EVENT_TYPES,
    PARTNER_FIELDS,
    EventType,
    body_of,
    data_of,
    data_text,
    partner_of,
    schema_of,
    source_of,
    subject_of,
)
from notifications.handlers import SUBSCRIPTIONS
from yima.common.v1.types_pb2 import Interval, Money

PAIRWISE = Pairwise.of("x" * 40)
ROOT = Path(__file__).parents[3]
every_type = pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda kind: kind.name)
FROM_EVENTS = [kind for kind in EVENT_TYPES.values() if kind.event]
# A person's words, what a service was of, and what somebody measured: nothing of it is told.
NOT_THIN = re.compile(r"reason|text|words|item|value|code|resource|answer$|information_type|name|statement$")


def an_event(kind: EventType) -> Any:
    """What a type is filled from, with something in every field that it takes."""
    message = GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(kind.event))()
    for holder in {id(part): part for part in (message, source_of(message))}.values():
        for field in holder.DESCRIPTOR.fields:
            if field.type == FieldDescriptor.TYPE_STRING and field.name.endswith("_id"):
                setattr(holder, field.name, str(new_id()))
            elif field.message_type is Timestamp.DESCRIPTOR and not field.is_repeated:
                getattr(holder, field.name).FromDatetime(datetime.now(UTC))
            elif field.message_type is Money.DESCRIPTOR and not field.is_repeated:
                getattr(holder, field.name).CopyFrom(Money(currency="CNY", minor=12800))
            elif field.message_type is Interval.DESCRIPTOR:
                getattr(holder, field.name).start.FromDatetime(datetime.now(UTC))
            elif field.name.endswith("_ids"):
                getattr(holder, field.name).append(str(new_id()))
    return message


@every_type
def test_a_type_is_filled_from_an_event_that_somebody_publishes_and_takes_nothing_that_is_not_in_it(
    kind: EventType,
) -> None:
    assert kind.description.endswith("."), "a sentence, from the contract"
    assert kind.subject in {field.name for field in kind.contract.fields}
    if not kind.event:
        return
    event = an_event(kind)
    source = {**source_of(event).DESCRIPTOR.fields_by_name, **event.DESCRIPTOR.fields_by_name}
    for field in kind.contract.fields:
        same = source[field.name]
        assert (same.type, same.message_type, same.is_repeated) == (field.type, field.message_type, field.is_repeated)
    heard = {message.DESCRIPTOR.full_name for hears in SUBSCRIPTIONS for message in hears.handlers}
    assert kind.event in heard


# What names a partner and is told by no webhook, and why.
BEFORE_IT_SELLS = "who has applied has no endpoint yet"
UNSEEN = "of an order that is not confirmed its partner learns nothing"
OWN_DOING = "it is the answer to what the partner itself asked for"
LOG = "it is for the access log of whom it is about"
SCANS = "whoever scanned is answered at once; `visitChanges` tells the rest"
PROJECTS = "projects are followed where they are run"
NOT_TOLD = {
    "yima.ordering.v1.PrivateOfferAddressed": OWN_DOING,
    "yima.ordering.v1.OrderPlaced": UNSEEN,
    "yima.ordering.v1.OrderPaymentFailed": UNSEEN,
    "yima.consent.v1.ToldDecision": LOG,
    "yima.consent.v1.VisitOffered": SCANS,
    "yima.consent.v1.VisitAnswered": SCANS,
    "yima.consent.v1.VisitClosed": SCANS,
    "yima.consent.v1.OfferMade": OWN_DOING,
    "yima.consent.v1.OfferAnswered": SCANS,
    "yima.consent.v1.OfferClosed": SCANS,
    "yima.consent.v1.EmergencyOpened": OWN_DOING,
    "yima.consent.v1.EmergencyReviewed": "it is between people: `emergencies` lists it",
    "yima.consent.v1.EmergencyClosed": SCANS,
    "yima.consent.v1.LegalBasisSigned": "it is for authorities",
    "yima.consent.v1.LegalBasisEnded": "it is for authorities",
    "yima.consent.v1.ProjectApproved": PROJECTS,
    "yima.consent.v1.ProjectEnded": PROJECTS,
    "yima.consent.v1.ProjectJoined": PROJECTS,
    "yima.consent.v1.ProjectLeft": PROJECTS,
    "yima.partners.v1.Standing": "it is a part of others",
    "yima.partners.v1.PartnerApplied": BEFORE_IT_SELLS,
    "yima.partners.v1.PartnerScreened": BEFORE_IT_SELLS,
    "yima.partners.v1.BankAccountRegistered": "the change that it follows is told",
    "yima.partners.v1.PartnerAppealed": OWN_DOING,
    "yima.partners.v1.CertificateProposed": "it is a regulator's to co-sign; once it is in force, that is told",
    "yima.partners.v1.ApiKeyIssued": OWN_DOING,
    "yima.partners.v1.ApiKeyRevoked": OWN_DOING,
    "yima.partners.v1.SigningKeyRegistered": OWN_DOING,
    "yima.partners.v1.EvidenceEnding": "its people are told, who renew it",
    "yima.identity.v1.InstitutionRegistered": BEFORE_IT_SELLS,
    "yima.identity.v1.PractitionerRegistered": OWN_DOING,
    "yima.identity.v1.PractitionerRegistrationEnded": OWN_DOING,
    "yima.identity.v1.HealthCodeRedeemed": OWN_DOING,
    "yima.identity.v1.HealthCodeReplayed": "it is for whose code it is",
    "yima.catalog.v1.SlotsAdded": OWN_DOING,
    "yima.catalog.v1.SlotsWithdrawn": OWN_DOING,
    "yima.catalog.v1.PartnerRatingChanged": "reviews are told one by one",
    "yima.records.v1.RecordIngested": OWN_DOING,
    "yima.records.v1.QualityGraded": "the report is told",
    "yima.records.v1.RunEnded": PROJECTS,
    "yima.records.v1.ReadingWithdrawn": LOG,
    "yima.records.v1.PatientAsked": OWN_DOING,
    "yima.records.v1.PatientMatched": "an institution learns of a match by what it may then read",
    "yima.records.v1.PatientUnmatched": "an institution learns of a match by what it may then read",
    "yima.records.v1.FollowUpNoted": OWN_DOING,
    "yima.records.v1.FollowUpDue": "`dueFollowUps` lists what is left to do",
    "yima.records.v1.FollowUpClosed": "`dueFollowUps` lists what is left to do",
    "yima.notifications.v1.WebhookEndpointDisabled": "`webhook.disabled` is made by this service itself",
}


def test_all_that_names_a_partner_is_told_or_says_why_not() -> None:
    """Every step of an order, cancellations, complaints, disputes, refunds, payouts, statements, certificates, reviews:
    whatever a contract will have, too."""
    pool = descriptor_pool.Default()
    told = set()
    for service in tomllib.loads((ROOT / "services" / "services.toml").read_text("utf-8"))["services"]:
        import_module(f"yima.{service}.v1.events_pb2")
        for message in pool.FindFileByName(f"yima/{service}/v1/events.proto").message_types_by_name.values():
            if {"standing", *PARTNER_FIELDS} & set(message.fields_by_name):
                told.add(message.full_name)
    assert told - BY_EVENT.keys() == NOT_TOLD.keys()
    assert told >= BY_EVENT.keys()


@every_type
def test_what_is_told_is_thin(kind: EventType) -> None:
    assert [field.name for field in kind.contract.fields if NOT_THIN.search(field.name)] == []


@pytest.mark.parametrize("kind", FROM_EVENTS, ids=lambda kind: kind.name)
def test_a_body_is_as_its_schema_says_and_names_residents_as_their_partner_does(kind: EventType) -> None:
    event = an_event(kind)
    partner = partner_of(event)
    assert partner is not None
    view = PAIRWISE.of_partner(str(partner))
    data = data_of(kind, event)
    subject = subject_of(kind, data)
    resident = getattr(event, "resident_id", "")
    body = orjson.loads(body_of(new_id(), kind.name, datetime.now(UTC), subject, 1, data_text(data, view)))
    schema = schema_of(kind.name)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(body, schema, format_checker=jsonschema.FormatChecker())
    if resident and "residentId" in body["data"]:
        assert body["data"]["residentId"] == shown(Kind.RESIDENT, view.id_of(Kind.RESIDENT, resident))
    assert resident.replace("-", "") not in orjson.dumps(body).decode() or not resident


@given(st.sampled_from(FROM_EVENTS), st.integers(1, 2**40))
def test_the_same_event_makes_the_same_bytes(kind: EventType, sequence: int) -> None:
    event, event_id, at = an_event(kind), new_id(), datetime.now(UTC)
    view = PAIRWISE.of_partner(str(partner_of(event)))
    first, second = (
        body_of(event_id, kind.name, at, subject_of(kind, data), sequence, data_text(data, view))
        for data in (data_of(kind, event), data_of(kind, event))
    )
    assert first == second
