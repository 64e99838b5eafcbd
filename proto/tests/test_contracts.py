"""The contracts hold together: every route has a policy, every event an example that both sides read."""

import importlib
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from chassis import wire
from chassis.refusals import Invalid
from chassis.routes import DUTIES, MANAGERS, duties_needed, policy
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor, ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass
from yima.common.v1.route_pb2 import Duty, Role, Scope, secret
from yima.services import SERVICES

EXAMPLES = Path(__file__).parents[1] / "examples"
PARTS = {"Standing", "FreezeInForce", "PlacedLine", "LineDue", "ToldDecision", "KindGrade", "PlacedSession"}
OF_WHICH_THERE_IS_ONE = {"AccessLogCheckpointed", "TrustListPut"}  # a city has one access log, and goes by one list
# What a person's body or soul is about has no place on the bus; neither have names, birthdays and codes.
NEVER_ON_THE_BUS = {"resource", "birth_date", "value", "text", "password", "receipt", "diagnosis"}


def contract_of(service: str) -> ServiceDescriptor:
    (contract,) = importlib.import_module(f"yima.{service}.v1.api_pb2").DESCRIPTOR.services_by_name.values()
    return contract


def events() -> list[Descriptor]:
    return [
        message
        for service in SERVICES
        for name, message in importlib.import_module(
            f"yima.{service}.v1.events_pb2"
        ).DESCRIPTOR.message_types_by_name.items()
        if name not in PARTS
    ]


def fields(message: Descriptor) -> list[FieldDescriptor]:
    all_fields = []
    for field in message.fields:
        all_fields.append(field)
        if field.message_type is not None and not field.message_type.full_name.startswith(("google.", "yima.common.")):
            all_fields += fields(field.message_type)
    return all_fields


@pytest.mark.parametrize("event", events(), ids=lambda event: event.full_name)
def test_an_event_has_an_example_that_reads_back_as_it_is_written(event: Descriptor) -> None:
    text = (EXAMPLES / f"{event.full_name}.json").read_text("utf-8")
    message = json_format.Parse(text, GetMessageClass(event)())
    assert json_format.MessageToDict(message) == json.loads(text)
    assert GetMessageClass(event).FromString(message.SerializeToString()) == message


@pytest.mark.parametrize("event", events(), ids=lambda event: event.full_name)
def test_no_event_has_a_field_for_health_data(event: Descriptor) -> None:
    assert not {field.name for field in fields(event)} & NEVER_ON_THE_BUS


def test_every_example_is_of_an_event_there_is() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.json")} == {event.full_name for event in events()}


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_has_a_policy_and_a_path_of_its_own(service: str) -> None:
    module = importlib.import_module(f"yima.{service}.v1.api_pb2")
    (contract,) = module.DESCRIPTOR.services_by_name.values()
    routes = [policy(method)[:2] for method in contract.methods]
    assert len(set(routes)) == len(routes)
    for method in contract.methods:
        verb, _, rule = policy(method)
        assert bool(rule.roles) != rule.public
        assert not (rule.key_required and verb == "GET")


def is_number(message: Descriptor, name: str) -> bool:
    return message.fields_by_name[name].type != FieldDescriptor.TYPE_STRING


ELSEWHERE = ["", ".", "..", "/", "//", "a/b", "../x", "%2f", "%2F..", "?", "?x=1", "#", "a#b", ";", "\\", " ", "%", "+"]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("value", ELSEWHERE)
def test_no_value_in_a_path_leads_to_another_route(service: str, value: str) -> None:
    """It is refused by its field, or arrives as it is at the route it was meant for."""
    (contract,) = importlib.import_module(f"yima.{service}.v1.api_pb2").DESCRIPTOR.services_by_name.values()
    routes = [policy(method)[:2] for method in contract.methods]
    tried = 0
    for method in contract.methods:
        verb, template, _ = policy(method)
        for name in (names := re.findall(r"{(\w+)}", template)):
            if is_number(method.input_type, name):
                continue  # no number is a part of a path
            tried += 1
            values = {each: 1 if is_number(method.input_type, each) else "x" for each in names} | {name: value}
            try:
                path, _ = wire.fill_path(template, GetMessageClass(method.input_type)(**values))
            except Invalid as refused:
                assert refused.field == name and (value in ("", ".", "..") or "/" in value)
                continue
            assert not set("?#;\\ ") & set(path)
            reached = unquote(path)  # as a server reads it
            overlaps = {
                other: match.groupdict()
                for path, other in routes
                if path == verb and (match := re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", other), reached))
            }
            assert overlaps[template] == {each: str(held) for each, held in values.items()}
    assert tried or not any("{" in template for _, template in routes)


@pytest.mark.parametrize("event", events(), ids=lambda event: event.full_name)
def test_every_event_carries_the_version_and_the_id_of_what_it_is_about(event: Descriptor) -> None:
    """Or it carries the whole thing, which has both: an older event must never undo a newer one."""
    wholes = [field.message_type for field in event.fields if field.message_type is not None and not field.is_repeated]
    about = [event, *(message for message in wholes if message.full_name.startswith("yima."))]
    versioned = [message for message in about if "version" in message.fields_by_name]
    assert versioned, "has no version"
    if event.name in OF_WHICH_THERE_IS_ONE:
        return
    assert any(field.name == "id" or field.name.endswith("_id") for message in versioned for field in message.fields)


TEXTS = (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES)
SECRETIVE = re.compile(r"(^|_)(secret|password|api_key|access_token|token|pin|credential)($|_)")


def messages(service: str) -> list[Descriptor]:
    all_messages = []
    for module in ("api", "events"):
        file = importlib.import_module(f"yima.{service}.v1.{module}_pb2").DESCRIPTOR
        all_messages += file.message_types_by_name.values()
    return all_messages


@pytest.mark.parametrize("service", SERVICES)
def test_every_field_that_is_named_like_a_secret_is_marked_as_one(service: str) -> None:
    """What is marked is kept for no idempotency key; see chassis.api."""
    named = [
        field
        for message in messages(service)
        for field in message.fields
        if SECRETIVE.search(field.name) and field.message_type is None and field.type in TEXTS
    ]
    ids = ("_id", "_ids")  # of a key: it says which, and opens nothing
    assert [field.full_name for field in named if not field.name.endswith(ids) and not is_secret(field)] == []


def is_secret(field: FieldDescriptor) -> bool:
    return bool(field.GetOptions().Extensions[secret])


@pytest.mark.parametrize("service", SERVICES)
def test_no_route_for_api_keys_makes_accounts_keys_or_terms(service: str) -> None:
    """A key may not do what would let it outlive its end, or bind its partner."""
    (contract,) = importlib.import_module(f"yima.{service}.v1.api_pb2").DESCRIPTOR.services_by_name.values()
    people_only = {
        "Apply", "SignContract", "CreateApiKey", "RevokeApiKey", "ListApiKeys", "PutSigningKey", "RegisterPractitioner",
        "EndPractitionerRegistration", "ChangePassword", "SignOutEverywhere", "RotateApiKey",
    }  # fmt: skip
    for method in contract.methods:
        route = policy(method)[2]
        if method.name in people_only:
            assert route.scope == Scope.SCOPE_UNSPECIFIED, method.name
        if route.scope != Scope.SCOPE_UNSPECIFIED:
            assert Role.ROLE_PARTNER in route.roles, f"{method.name} has a scope, and no partner may call it"


@pytest.mark.parametrize("service", SERVICES)
def test_an_owner_may_do_all_that_a_partners_staff_may_and_an_auditor_changes_nothing(service: str) -> None:
    (contract,) = importlib.import_module(f"yima.{service}.v1.api_pb2").DESCRIPTOR.services_by_name.values()
    own_account = {
        "SignOut", "SignOutEverywhere", "EndSession", "Leave", "ChangePassword", "RequestContactCode", "ConfirmContact",
        "EndSecondFactor", "AddSecondFactor", "AddPasskey", "RenamePasskey", "RemovePasskey", "StepUp",
        "BeginProviderLink", "FinishProviderLink", "UnlinkProvider", "ProveAccount", "MarkMessagesRead",
        "SetNotificationPreferences", "RegisterPushSubscription", "EndPushSubscription",
    }  # fmt: skip
    for method in contract.methods:
        verb, _, route = policy(method)
        assert set(route.duties) <= frozenset().union(*(DUTIES.get(role, frozenset()) for role in route.roles)), (
            f"{method.name} takes a duty that nobody has who may call it"
        )
        if needed := duties_needed(route.duties, Role.ROLE_PARTNER) if Role.ROLE_PARTNER in route.roles else ():
            assert Duty.DUTY_OWNER in needed, method.name
        if verb != "GET" and Role.ROLE_REGULATOR in route.roles and method.name not in own_account:
            assert duties_needed(route.duties, Role.ROLE_REGULATOR) == {Duty.DUTY_SUPERVISE}, method.name


OWN_ACCOUNT = "it is about the caller's own account"
# Routes for which everybody of a partner's staff or of the operator is let in, whatever their duty, and why.
NEEDS_NO_DUTY = {
    **dict.fromkeys(
        (
            "ChangePassword", "RequestContactCode", "ConfirmContact", "SignOut", "SignOutEverywhere", "Leave", "GetMe",
            "EndSecondFactor", "AddSecondFactor", "AddPasskey", "ListPasskeys", "RenamePasskey", "RemovePasskey",
            "StepUp", "ProveAccount", "BeginProviderLink", "FinishProviderLink", "ListProviderLinks", "UnlinkProvider",
            "ListSessions", "EndSession", "ListMessages", "MarkMessagesRead", "GetNotificationPreferences",
            "SetNotificationPreferences", "RegisterPushSubscription", "EndPushSubscription",
        ),
        OWN_ACCOUNT,
    ),
    "GetInstitutions": "what everybody may know of an institution",
    "GetPartner": "how the partner stands is everybody's work there; operators' duties all begin with it",
    "ListPartners": "operators' duties all begin with who the partners are",
    "ListPartnerLevels": "operators' duties all begin with who the partners are",
    "GetPartnerFunnel": "how far the partner has come is everybody's work there, as how it stands is",
    "GetCityFunnel": "operators' duties all begin with who the partners are",
    **dict.fromkeys(
        ("ListOrderIndicators", "ListMoneyIndicators", "ListDataIndicators"),
        "numbers of ten residents or more are about nobody",
    ),
    "ListFreezes": "what may not be done is for everybody to know who would do it",
    "RequestUpload": "any of the staff scans papers; what counts as evidence an owner hands in",
    "GetDocument": "a partner's own papers; the operator's duties all rest on them",
    "ListPartnerOfferings": "what a partner sells is no secret among its staff, nor to the operator",
    "GetOrder": "desk, finance and support all work on orders; health data is not in them",
    "ListOrders": "desk, finance and support all work on orders; health data is not in them",
    "GetPrivateOffer": "they are orders to be: desk, finance and support all work on those",
    "ListPrivateOffers": "they are orders to be: desk, finance and support all work on those",
    "ListComplaints": "desk answers them, finance refunds them, support decides them",
    "GetPayments": "what an order cost is in the order, which all of them see",
    "ListErasures": "the operator watches that partners erase; it says no more than that",
    "ListLegalBases": "what the law lets whom see is public",
    "ListProjects": "what residents may join is public; what was only proposed is of its institution",
    "CheckAccessLog": "that the log holds is for everybody to know",
    **dict.fromkeys(
        ("ListCodeTables", "LookUpCode", "ValidateCode"), "what codes mean is public, as the tables they are from"
    ),
    "ListQualityRules": "what is looked for in data is public, as the packs it stands in",
    "ListCatalogueEntries": "which data there is, is for whoever may ask residents for it to know; it counts nobody",
    **dict.fromkeys(
        ("ListCodeMaps", "ListCodeMapEntries", "TranslateCode"), "a partner's own codes; no resident is in them"
    ),
    "ListDeviceModels": "models of devices are the same for everybody",
    "ListPaymentMethods": "how may be paid is the same for everybody",
}  # fmt: skip


def test_every_route_of_a_role_with_duties_names_one_or_says_why_it_needs_none() -> None:
    """A regulator's reading needs none: both of their duties read everything."""
    without = {
        method.name
        for service in SERVICES
        for method in contract_of(service).methods
        for role in policy(method)[2].roles
        if role in DUTIES
        and not duties_needed(policy(method)[2].duties, role)
        and not (role == Role.ROLE_REGULATOR and policy(method)[0] == "GET")
    }
    assert without == NEEDS_NO_DUTY.keys()


# What operators and regulators change: who of them does not take the step (docs/adr/0306).
BY_ANOTHER = {  # held by a constraint on the row that has both people
    "EndorseTemplate": "query_template_takes_three",
    "ApproveTemplate": "query_template_takes_three",
    "CosignCertificate": "certificate_by_two",
    "ImposeFreeze": "freeze_by_another",
    "LiftFreeze": "freeze_by_another",
    "ConfirmAccount": "account_confirmed_by_another",
    "DecideGuardianship": "guardianship_proposal_by_another",
    "SignLegalBasis": "legal_basis_takes_two",
    "EndorseProject": "project_takes_three",
    "ApproveProject": "project_takes_three",
    "ReviewEmergency": "emergency_reviewed_by_somebody_else",
    "DecideCodeMap": "code_map_two_people",
    "DecideAdjustment": "adjustment_by_two",
    "DecideProposal": "proposal_by_two",
    "RefundOrder": "refund_by_two",
    "IssueInvoice": "invoice_by_two",
    "IngestBankStatements": "payout_return_by_two",
    "DecideSource": "source_decided_by_another",
    "DecideDeviceModel": "device_model_decided_by_another",
    "DecideAlertRule": "alert_rule_decided_by_another",
    "JudgeResource": "review_judgement_each",
    "DecideAppeal": "appeal_voice_by_another",
    "PutTrustList": "trust_list_by_two",
    "DecideTrustList": "trust_list_by_two",
}
BY_COMMAND = {  # held by the command, which knows more than a row does: how much, whose, how loose
    "SetPayoutTerms", "PutRiskTier", "ExchangeMoney", "OpenDispute", "DecideDispute", "RecordInvoicePayment",
    "ResolveStatement", "SettleMoneyCase", "RetryMoneyCase", "ResetSecondFactor", "SetDuties", "InviteAccount",
    "SuspendAccount", "ReinstateAccount", "RemoveAccount", "Leave", "Suspend", "Reinstate",
}  # fmt: skip
GAINS_NOBODY_HERE = {  # about partners and residents, whose accounts are none of an operator's or a regulator's
    "DecideScreening", "ReviewPartner", "IssueCertificates", "OfferContract", "PutServiceDefinition", "DecideReview",
    "DecideSitePictures", "RetireOffering", "WidenPilot", "EndPilot", "DecideReviewText", "DecideComplaint",
    "CancelOrder", "CheckLicence", "EndPractitionerRegistration", "EndGuardianship", "EndSessions",
    "EnterLegalBasis", "EndLegalBasis", "EndProject", "WithdrawTemplate",
    "LearnStanding", "LearnFreezes", "RunPayouts", "ExportBankFile", "ReadProviderReport", "Reconcile", "AssignBreak",
    "MatchBreaks", "PutMatchRules", "IssueStatement", "ClosePeriod", "AssignMoneyCase", "ProposeAdjustment", "Propose",
    "RevokeInvitation", "EndSource", "RequestCodeUpload", "ReleaseSerial", "ProposeAlertRule",
    "EndAlertRule",
    "EndPatientLink", "RevokeCertificate", "StopBankAccountChange", "LookAtReview",
    "AdvanceOffboarding", "StopOffboarding",
}  # fmt: skip


def test_no_step_of_an_operator_or_a_regulator_is_taken_by_who_gains_from_it() -> None:
    changing = {
        method.name
        for service in SERVICES
        for method in contract_of(service).methods
        if {Role.ROLE_OPERATOR, Role.ROLE_REGULATOR} & set(policy(method)[2].roles) and policy(method)[0] != "GET"
    } - {name for name, why in NEEDS_NO_DUTY.items() if why == OWN_ACCOUNT and name != "Leave"}
    classified = [*BY_ANOTHER, *BY_COMMAND, *GAINS_NOBODY_HERE]
    assert sorted(classified) == sorted(changing)
    laws = {
        str(constraint.name)
        for service in ("identity", "partners", "consent", "settlement", "records")
        for table in importlib.import_module(f"{service}.tables").Base.metadata.tables.values()
        for constraint in table.constraints
    }
    assert set(BY_ANOTHER.values()) <= laws


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_grave_changes_something_and_is_done_by_people_alone(service: str) -> None:
    (contract,) = importlib.import_module(f"yima.{service}.v1.api_pb2").DESCRIPTOR.services_by_name.values()
    for method in contract.methods:
        verb, _, route = policy(method)
        if route.step_up:
            assert (verb != "GET", route.public, route.scope) == (True, False, Scope.SCOPE_UNSPECIFIED), method.name


def test_each_role_with_duties_has_one_that_says_who_has_it() -> None:
    assert set(MANAGERS) == set(DUTIES)
    assert all(MANAGERS[role] in duties for role, duties in DUTIES.items())
    assert set(Duty.values()) - {Duty.DUTY_UNSPECIFIED} == set().union(*DUTIES.values())


# About a resident, and answered by the database: a guardianship is the people's own matter, whatever a guardian may do.
PEOPLES_OWN = {"EndGuardianship", "ProposeGuardianship", "ListGuardianships"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_route_about_a_resident_says_which_act_of_a_guardian_it_is(service: str) -> None:
    """Without one nobody acts for a dependant there: a guardian's token is narrowed to what the route is for."""
    module = importlib.import_module(f"yima.{service}.v1.api_pb2")
    (contract,) = module.DESCRIPTOR.services_by_name.values()
    for method in contract.methods:
        _, _, rule = policy(method)
        names = {field.name for field in method.input_type.fields}
        if Role.ROLE_RESIDENT in rule.roles and names & {"resident_id", "order_id", "consent_id", "cart"}:
            assert rule.acts or method.name in PEOPLES_OWN, method.full_name
        assert not rule.acts or Role.ROLE_RESIDENT in rule.roles, method.full_name
