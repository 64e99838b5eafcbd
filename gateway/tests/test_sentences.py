"""Entries of the access log in plain words and as AuditEvents: each that there can be, in every language."""

import string
from datetime import UTC, datetime
from uuid import uuid4

import orjson
import pytest
from chassis.wire import timestamp
from fhir.resources.R4B.auditevent import AuditEvent
from gateway.audit_events import audit_event
from gateway.sentences import sentence
from yima.common.v1.enums import Role
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.enums import AccessAct, AccessKind, ConsentEnd, Reason

from gateway import sentences

DECISIONS = [(kind, permitted) for kind in (0, AccessKind.READ, AccessKind.INGEST) for permitted in (True, False)]
OF_ACTS = [
    pb.AccessLogEntry(kind=AccessKind.CONSENT, act=act, permitted=True, reason=Reason.NO_DECISION)
    for act in AccessAct
    if act not in (AccessAct.CONSENT_ENDED, AccessAct.REFUSED_AGAIN)  # these say why
]
OF_ACTS.append(pb.AccessLogEntry(kind=AccessKind.REFUSALS, act=AccessAct.REFUSED_AGAIN, reason=Reason.NO_CONSENT))
OF_DECISIONS = [
    pb.AccessLogEntry(kind=kind, permitted=permitted, reason=Reason(1))  # type: ignore[arg-type] # 0 is none of them
    for kind, permitted in DECISIONS
]
OF_REASONS = [pb.AccessLogEntry(kind=AccessKind(1), reason=reason) for reason in Reason if reason != Reason.NO_DECISION]
OF_ENDS = [
    pb.AccessLogEntry(kind=AccessKind(5), act=AccessAct.CONSENT_ENDED, ended_because=end, reason=Reason.NO_DECISION)
    for end in ConsentEnd
]
OF_THE_CITY = [
    pb.AccessLogEntry(kind=AccessKind.CITY, act=act, permitted=True, reason=Reason.NO_DECISION)
    for act in AccessAct
    if act >= AccessAct.LEGAL_BASIS_ENTERED
]
OF_ROLES = [pb.AccessLogEntry(kind=AccessKind(1), reason=Reason(2), role=role) for role in [0, *Role]]
ENTRIES = [*OF_THE_CITY, *OF_ACTS, *OF_DECISIONS, *OF_REASONS, *OF_ENDS, *OF_ROLES]


@pytest.fixture(params=range(len(ENTRIES)))
def entry(request: pytest.FixtureRequest) -> pb.AccessLogEntry:
    whole = pb.AccessLogEntry(
        decision_id=str(uuid4()), resident_id=str(uuid4()), subject_id=str(uuid4()), partner_id=str(uuid4()),
        consent_id=str(uuid4()), information_types=["vital-signs", "laboratory"], purpose="TREAT", times=3,
        decided_at=timestamp(datetime.now(UTC)),
    )  # fmt: skip
    whole.MergeFrom(ENTRIES[request.param])
    if whole.kind == AccessKind.CITY:
        whole.resident_id, whole.about_id = "", str(uuid4())
    return whole


def test_each_entry_has_a_sentence_in_each_language(entry: pb.AccessLogEntry) -> None:
    english, chinese, arabic = sentence(entry, "en"), sentence(entry, "zh-CN"), sentence(entry, "ar")
    assert english.isascii()
    assert english.endswith(".")
    assert chinese.endswith("。")
    assert not set(chinese) & set(string.ascii_letters)
    assert arabic.endswith(".")
    assert not set(arabic) & set(string.ascii_letters)
    assert not set(english + chinese + arabic) & set("{}"), "every place in the sentence is filled"
    assert ": ." not in english + arabic, "a reason that has words"
    assert "：。" not in chinese


def test_a_sentence_says_who_did_what_with_which_data_and_why() -> None:
    entry = pb.AccessLogEntry(
        kind=AccessKind.READ,
        role=Role.PRACTITIONER,
        information_types=["vital-signs", "laboratory"],
        purpose="TREAT",
        permitted=True,
        reason=Reason.CONSENT_IN_FORCE,
    )
    expected = "A practitioner read your vital signs, laboratory results for your treatment: your consent permits it."
    assert sentence(entry, "en") == expected
    assert sentence(entry, "zh-CN") == "一位医务人员读取了您的生命体征、检验结果，用于为您诊疗：您的授权同意允许。"
    assert sentence(entry, "ar") == (
        "قرأ بياناتك (العلامات الحيوية، نتائج المختبر) لعلاجك: ممارس صحي. السبب: موافقتك تسمح بذلك."
    )
    assert sentence(entry, "fr") == expected
    entry.note = "the words of a person: {who}"
    assert sentence(entry, "en").endswith('In their words: "the words of a person: {who}"')


def test_what_the_platform_notes_of_a_scan_is_said_in_the_residents_language() -> None:
    from consent.commands.scans import LATE, VOID

    for note in (LATE, VOID):
        entry = pb.AccessLogEntry(kind=AccessKind.SCAN, act=AccessAct.CODE_SCANNED, role=Role.PRACTITIONER, note=note)
        assert sentence(entry, "en") == f"A practitioner scanned your health code. {note}"
        assert sentence(entry, "zh-CN").count("。") == 2


def test_every_kind_of_information_and_purpose_has_words() -> None:
    from consent.domain.decisions import INFORMATION_TYPES, PURPOSES  # type: ignore[attr-defined] # as it reads them

    assert set(sentences.TYPES) == INFORMATION_TYPES
    assert set(sentences.PURPOSES) == PURPOSES


def test_each_entry_is_an_audit_event_of_fhir(entry: pb.AccessLogEntry) -> None:
    shown = orjson.loads(audit_event(entry))
    event = AuditEvent.model_validate(shown)
    assert event.outcome == ("0" if entry.permitted else "8")
    assert shown["agent"][0]["who"]["identifier"]["value"] == entry.subject_id
    about = shown["entity"][0]["what"]["identifier"]
    assert about == {
        "system": "urn:yima:resident" if entry.resident_id else "urn:yima:rule",
        "value": entry.resident_id or entry.about_id,
    }
    assert (".Patient" in shown["meta"]["profile"][0]) == bool(entry.resident_id), "who is no patient is not called one"
    assert [coding["code"] for coding in shown["purposeOfEvent"][0]["coding"]] == ["TREAT"]
    assert shown["meta"]["profile"][0].startswith("https://profiles.ihe.net/ITI/BALP/StructureDefinition/")
