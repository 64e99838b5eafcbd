"""A consent goes out as a FHIR R4 Consent, and one that somebody sends becomes an offer, which the resident answers."""

import base64
import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from chassis.auth import Principal
from chassis.ids import Kind, shown
from chassis.pages import beginning
from chassis.refusals import Invalid
from consent.api.consents import request_message
from consent.commands import consents as commands
from consent.commands import documents, receipts
from consent.commands.documents import OFFERS_A_DAY_MAX
from consent.domain.access_log import AccessAct
from consent.domain.consents import AccessMode, AlreadyAnswered, Origin
from consent.domain.decisions import INFORMATION_TYPES, Reason
from consent.domain.documents import (
    OFFERED_PURPOSES,
    OfferOver,
    Reader,
    ResidentNotServed,
    SignedConsent,
    Terms,
    TooManyOffers,
    document,
)
from consent.domain.frequency import Frequency
from consent.domain.reach import Reach
from consent.store import access_log, consents
from consent.tables import ArtefactRow, RequestRow
from consent_scenario import JINAN, Scenario
from devstack.samples import examples
from fhir.resources.R4B.consent import Consent
from hypothesis import given, settings
from hypothesis import strategies as some
from joserfc import jws
from sqlalchemy.exc import DBAPIError
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.events_pb2 import ConsentGranted, OfferAnswered, OfferClosed, OfferMade

pytestmark = pytest.mark.anyio
SERVICE = "consent"
NOW = datetime.now(UTC)
RESIDENT, PARTNER, DOCTOR = uuid4(), uuid4(), uuid4()
READER = Reader(RESIDENT, JINAN.sensitive, JINAN.zone, NOW)


def ahead(days: int) -> datetime:
    return NOW.replace(microsecond=0) + timedelta(days=days)


past, later = some.integers(-9000, -4000).map(ahead), some.integers(-3999, 900).map(ahead)
offered = some.builds(
    Terms,
    grantee_id=some.just(PARTNER),
    information_types=some.frozensets(some.sampled_from(sorted(INFORMATION_TYPES)), min_size=1),
    purpose=some.sampled_from(sorted(OFFERED_PURPOSES)),
    access_mode=some.sampled_from(AccessMode),
    expires_at=some.integers(1, 1000).map(ahead),
    reach=some.builds(
        Reach, some.frozensets(some.sampled_from(sorted(JINAN.sensitive))), some.none() | past, some.none() | later
    ),
    practitioner_id=some.none() | some.just(DOCTOR),
    frequency=some.builds(Frequency, some.integers(0, 9), some.integers(0, 9)),
)
TERMS = Terms(PARTNER, frozenset({"vital-signs", "encounters"}), "CAREMGT", AccessMode.STORE, ahead(30))


def written(terms: Terms, resident: UUID = RESIDENT, status: str = "active") -> dict[str, Any]:
    of = {"order": uuid4(), "scan": None}
    signed = SignedConsent(uuid4(), resident, resident, NOW, status, terms, "a.b.c", of)
    return document(signed, JINAN.name, JINAN.sensitive)


@settings(max_examples=examples(25), deadline=None)
@given(offered)
def test_what_is_written_is_fhir_and_is_read_as_the_same(terms: Terms) -> None:
    resource = written(terms)
    Consent.model_validate(resource)
    permitted = resource["provision"]
    excluded = [part["securityLabel"][0]["code"] for part in permitted["provision"] if part["type"] == "deny"]
    assert set(excluded) == set(JINAN.sensitive) - terms.reach.sensitive_categories
    read = READER.read(json.dumps(resource))
    ends = read.expires_at - timedelta(microseconds=1)  # FHIR includes the end of a period
    assert replace(read, expires_at=ends) == terms


def altered(path: str, value: Any) -> str:
    """A good document with one element put in, replaced or, where the value is None, taken out."""
    resource = copy.deepcopy(written(TERMS))
    *way, last = path.split(".")
    at: Any = resource
    for step in way:
        at = at[int(step)] if step.isdecimal() else at[step]
    if value is None:
        del at[last]
    elif isinstance(at, list):
        at[int(last)] = value
    else:
        at[last] = value
    return json.dumps(resource)


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


ELSEWHERE = {"reference": f"Patient/{shown(Kind.RESIDENT, uuid4())}"}
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
DENY_OF = {"type": "deny", "securityLabel": [{"system": "urn:yima:sensitive-category", "code": "hiv"}]}


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("resourceType", "Observation", "resourceType"),
        ("status", "rejected", "status"),
        ("status", "granted", "status"),
        ("scope", concept(f"{TERMINOLOGY}consentscope", "treatment"), "scope"),
        ("scope", concept(f"{TERMINOLOGY}consentscope", "research"), "scope"),
        ("category", [concept("http://loinc.org", "59284-0"), concept("http://loinc.org", "42348-3")], "category[1]"),
        ("category", None, "category"),
        ("patient", ELSEWHERE, "patient.reference"),
        ("patient", {"reference": "https://elsewhere.example/Patient/1"}, "patient.reference"),
        ("performer", [ELSEWHERE], "performer[0].reference"),
        ("policyRule", concept(f"{TERMINOLOGY}v3-ActCode", "OPTOUT"), "policyRule"),
        ("policy", [{"uri": "https://elsewhere.example/policy"}], "policy"),
        ("verification", [{"verified": True}], "verification"),
        ("modifierExtension", [{"url": "urn:x", "valueBoolean": True}], "modifierExtension"),
        ("sourceReference", {"reference": "Consent/1"}, "sourceReference"),
        ("provision", None, "provision"),
        ("provision.type", "deny", "provision.type"),
        ("provision.type", None, "provision.type"),
        ("provision.extension", [{"url": "urn:x", "valueBoolean": True}], "provision.extension"),
        ("provision.modifierExtension", [{"url": "urn:x", "valueBoolean": True}], "provision.modifierExtension[0].url"),
        ("provision.modifierExtension", [{"url": "urn:yima:uses-in-all", "valuePositiveInt": 10**6}],
         "provision.modifierExtension"),
        ("provision.data", [{"meaning": "instance", "reference": {"reference": "Observation/1"}}], "provision.data"),
        ("provision.period", {}, "provision.period.end"),
        ("provision.period.end", "2001-01-01", "provision.period.end"),
        ("provision.period.end", "2199-01-01", "provision.period.end"),
        ("provision.period.start", f"{NOW.year + 1}-01-01", "provision.period.start"),
        ("provision.actor", None, "provision.actor"),
        ("provision.actor.0.role", concept(f"{TERMINOLOGY}v3-ParticipationType", "CST"), "provision.actor[0].role"),
        (
            "provision.actor.0.reference",
            {"reference": "Device/1"},
            "provision.actor[0].reference.reference",
        ),
        ("provision.action", [concept(f"{TERMINOLOGY}consentaction", "correct")], "provision.action"),
        ("provision.action", None, "provision.action"),
        ("provision.securityLabel", [{"system": "urn:yima:sensitive-category", "code": "hiv"}],
         "provision.securityLabel[0]"),
        ("provision.purpose", [{"system": f"{TERMINOLOGY}v3-ActReason", "code": "ETREAT"}], "provision.purpose[0]"),
        ("provision.purpose", [{"system": f"{TERMINOLOGY}v3-ActReason", "code": "HMARKT"}], "provision.purpose[0]"),
        ("provision.purpose", None, "provision.purpose"),
        ("provision.class", [{"system": "http://hl7.org/fhir/resource-types", "code": "Encounter"}],
         "provision.class[0]"),
        ("provision.class", [{"system": "urn:yima:information-type", "code": "imaging"}], "provision.class"),
        ("provision.code", [concept("http://loinc.org", "8867-4")], "provision.code[0]"),
        ("provision.code", None, "provision.code"),
        ("provision.dataPeriod", {"start": "2026-02-01", "end": "2026-01-01"}, "provision.dataPeriod.end"),
        ("provision.dataPeriod", {"start": "2026"}, "provision.dataPeriod.start"),
        ("provision.provision.0", {"type": "deny", "purpose": []}, "provision.provision[0].purpose"),
        ("provision.provision.0", {"type": "deny"}, "provision.provision[0].securityLabel"),
        ("provision.provision", [DENY_OF, DENY_OF], "provision.provision[1].securityLabel"),
        ("provision.provision.0.securityLabel", [{"system": f"{TERMINOLOGY}v3-ActCode", "code": "ETH"}],
         "provision.provision[0].securityLabel[0]"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_by_its_field(path: str, value: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        READER.read(altered(path, value))
    assert refused.value.field == f"consent.{field}"


@settings(max_examples=examples(50), deadline=None)
@given(some.text(max_size=60) | some.recursive(some.none() | some.integers() | some.text(max_size=5),
       lambda inner: some.lists(inner, max_size=3) | some.dictionaries(
           some.sampled_from(["resourceType", "provision", "coding", "actor", "status"]), inner, max_size=4),
       max_leaves=8).map(json.dumps))  # fmt: skip
def test_whatever_else_is_sent_is_refused_and_never_a_fault(text: str) -> None:
    with pytest.raises(Invalid):
        READER.read(text)


def test_a_category_is_named_by_hl7s_label_too_and_days_are_the_citys() -> None:
    resource = written(TERMS)
    resource["provision"]["provision"] = [
        {"type": "permit", "securityLabel": [{"system": f"{TERMINOLOGY}v3-ActCode", "code": "HIV"}]}
    ]
    resource["provision"]["dataPeriod"] = {"start": "2026-01-01", "end": "2026-01-01"}
    read = READER.read(json.dumps(resource))
    assert read.reach.sensitive_categories == {"hiv"}
    assert read.reach.data_from is not None
    assert read.reach.data_until is not None
    assert read.reach.data_from.astimezone(JINAN.zone).isoformat()[:16] == "2026-01-01T00:00"
    assert read.reach.data_until - read.reach.data_from == timedelta(days=1)


@pytest.fixture(autouse=True)
def another_resident(request: pytest.FixtureRequest) -> None:
    if "scenario" in request.fixturenames:
        scenario = request.getfixturevalue("scenario")
        scenario.resident = uuid4()


async def offer(scenario: Scenario, by: Principal | None = None, **other: Any) -> RequestRow:
    how: dict[str, Any] = {"grantee_id": scenario.partner, "expires_at": ahead(30)} | other
    terms = Terms(
        **(
            {"information_types": frozenset({"vital-signs"}), "purpose": "CAREMGT", "access_mode": AccessMode.VIEW}
            | how
        )
    )
    text = json.dumps(written(terms, scenario.resident))
    reader = Reader(scenario.resident, JINAN.sensitive, JINAN.zone, datetime.now(UTC))
    async with scenario.database.transaction() as session:
        return await documents.offer(
            session,
            resident_id=scenario.resident,
            terms=reader.read(text),
            by=by or scenario.doctor(),
            city=JINAN,
            now=datetime.now(UTC),
        )


async def answer(scenario: Scenario, request: RequestRow, now: datetime | None = None, **how: Any) -> ArtefactRow:
    async with scenario.database.transaction() as session:
        return await commands.grant_consent(
            session,
            request_id=request.id,
            residents={scenario.resident: None},
            by=scenario.resident,
            keys=scenario.keys,
            now=now or datetime.now(UTC),
            **how,
        )


async def reason(scenario: Scenario, who: UUID | None = None) -> Reason:
    return Reason((await scenario.ask(scenario.doctor(practitioner=who), purpose="CAREMGT")).reason)


async def test_a_document_grants_nothing_until_the_resident_says_so_and_then_what_it_says(scenario: Scenario) -> None:
    await scenario.scan()
    sent = await offer(scenario, practitioner_id=DOCTOR, reach=Reach(frozenset({"hiv"}), None, later_than(2010)))
    assert await reason(scenario, DOCTOR) == Reason.NO_CONSENT
    artefact = await answer(scenario, sent)
    assert artefact.origin == Origin.OFFER
    assert await reason(scenario, DOCTOR) == Reason.CONSENT_IN_FORCE
    assert await reason(scenario, uuid4()) == Reason.OTHER_PRACTITIONER
    decision = await scenario.ask(scenario.doctor(practitioner=DOCTOR), purpose="CAREMGT")
    (release,) = decision.releases
    assert (list(release.sensitive_categories), release.HasField("data_until")) == (["hiv"], True)
    with pytest.raises(AlreadyAnswered):
        await answer(scenario, sent)
    async with scenario.database.transaction() as session:
        await commands.revoke_consent(
            session, artefact_id=artefact.id, residents=[scenario.resident], reason="", now=datetime.now(UTC)
        )
        page = await consents.asked_page(session, Origin.OFFER, scenario.partner, scenario.resident, None, beginning(9))
        ((row, granted),) = page
    assert request_message(row, datetime.now(UTC), granted).status == pb.CONSENT_STATUS_REVOKED
    mine = [
        [
            type(event).__name__
            for event in await scenario.published(kind)
            if event.resident_id == str(scenario.resident)
        ]
        for kind in (OfferMade, OfferAnswered, OfferClosed, ConsentGranted)
    ]
    assert mine == [["OfferMade"], ["OfferAnswered"], ["OfferClosed"], []], "who follows orders hears nothing of it"


def later_than(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


async def test_an_institution_asks_only_for_itself_and_only_whom_it_serves(scenario: Scenario) -> None:
    with pytest.raises(ResidentNotServed):
        await offer(scenario)
    await scenario.scan()
    with pytest.raises(Invalid) as another:
        await offer(scenario, grantee_id=uuid4())
    assert another.value.field == "consent.provision.actor"
    await scenario.stands(reads=False)
    with pytest.raises(ResidentNotServed):
        await offer(scenario)
    await scenario.stands()
    await offer(scenario)


async def test_a_residents_own_app_may_ask_them_and_whoever_gains_does_not_answer(scenario: Scenario) -> None:
    app = Principal(Role.ROLE_RESIDENT, str(scenario.resident))
    sent = await offer(scenario, by=app)
    assert await reason(scenario) == Reason.NO_CONSENT, "not even the resident's own document is a grant"
    async with scenario.database.transaction() as session:
        (entry,) = await entries_of(session, scenario)
    assert (entry.act, entry.subject_id) == (AccessAct.CONSENT_REQUESTED, str(scenario.resident))
    await answer(scenario, sent)
    assert await reason(scenario) == Reason.CONSENT_IN_FORCE


async def entries_of(session: Any, scenario: Scenario) -> list[pb.AccessLogEntry]:
    from consent.commands.tree import place_now

    await place_now(session)
    rows = await access_log.log_page(session, access_log.LogFilter(resident_id=scenario.resident), beginning(50))
    entries = [pb.AccessLogEntry.FromString(row.entry) for row in rows]
    return [entry for entry in entries if entry.act == AccessAct.CONSENT_REQUESTED]


async def test_nobody_is_asked_without_end_and_an_offer_ends_by_the_clock(scenario: Scenario) -> None:
    await scenario.scan()
    sent = [await offer(scenario) for _ in range(OFFERS_A_DAY_MAX)]
    with pytest.raises(TooManyOffers):
        await offer(scenario)
    with pytest.raises(OfferOver):
        await answer(scenario, sent[0], now=ahead(31))
    with pytest.raises(Invalid):
        await answer(scenario, sent[0], information_types=["vital-signs"])


async def test_the_database_keeps_what_is_granted_to_what_was_offered(scenario: Scenario) -> None:
    await scenario.scan()
    sent = await offer(scenario)
    artefact = receipts.grant(sent, receipts.Grant(scenario.resident), scenario.keys, datetime.now(UTC))
    for name, value in {
        "grantee_id": uuid4(),
        "practitioner_id": uuid4(),
        "expires_at": ahead(40),
        "data_from": ahead(-9),
    }.items():
        wrong = ArtefactRow(**(artefact.model_dump() | {name: value, "id": uuid4()}))
        with pytest.raises(DBAPIError) as refused:
            async with scenario.database.transaction() as session:
                session.add(wrong)
        assert isinstance(refused.value.orig.__cause__, asyncpg.CheckViolationError), name  # type: ignore[union-attr]


async def test_what_goes_out_holds_the_receipt_and_is_signed_itself(scenario: Scenario) -> None:
    await scenario.order()
    (artefact,) = await scenario.artefacts()
    resource = documents.document_of(artefact, "GRANTED", JINAN)
    Consent.model_validate(resource)
    kept = base64.b64decode(resource["sourceAttachment"]["data"]).decode()
    signed, _ = receipts.sign(resource, scenario.keys)
    for receipt in (kept, signed):
        opened = jws.deserialize_compact(receipt, scenario.keys.signing, algorithms=["EdDSA"])
        said = json.loads(opened.payload)
        assert said.get("id") == str(artefact.id)
    statuses = {
        status: documents.document_of(artefact, status, JINAN)["status"]
        for status in ("GRANTED", "AWAITING_ORDER", "REVOKED", "ENDED", "EXPIRED", "SUSPENDED")
    }
    assert list(statuses.values()) == ["active", "proposed", "inactive", "inactive", "inactive", "inactive"]
