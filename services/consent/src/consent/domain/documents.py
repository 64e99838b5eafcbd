"""A consent as a FHIR R4 Consent: written of what a resident signed, and read where somebody sends one as an offer.

Codes are HL7's where HL7 has them; what only this platform knows has a system that begins with `urn:yima:`. The root
provision permits what is labelled as normal. Of what is apart, each category has a provision of its own beneath it,
which permits or denies it; a category that is not named stays apart.

What is read is kept whole or not at all: an element that changes what is permitted, and that cannot be kept, is refused
by its path. Elements that only say where the document comes from are let pass, and are not kept.
"""

import base64
import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import moments, untrusted_json
from chassis.ids import Kind, parse_id, shown
from chassis.refusals import Invalid, Refusal
from city_pack.information import PURPOSES
from city_pack.sensitivity import ACT_CODE, CodesOf
from pydantic import BaseModel, ValidationError

from consent.domain.consents import AccessMode
from consent.domain.decisions import INFORMATION_TYPES
from consent.domain.frequency import Frequency, check_frequency
from consent.domain.reach import Reach

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
SCOPE = f"{TERMINOLOGY}consentscope"
ACTION = f"{TERMINOLOGY}consentaction"
ACT_REASON = f"{TERMINOLOGY}v3-ActReason"
CONFIDENTIALITY = f"{TERMINOLOGY}v3-Confidentiality"
PARTICIPATION = f"{TERMINOLOGY}v3-ParticipationType"
OBSERVATION_CATEGORY = f"{TERMINOLOGY}observation-category"
LOINC = "http://loinc.org"
OURS = "urn:yima"
INFORMATION_TYPE = f"{OURS}:information-type"
SENSITIVE = f"{OURS}:sensitive-category"
USES = (f"{OURS}:uses-per-day", f"{OURS}:uses-in-all")  # modifierExtensions: R4 has no element for how often

RECIPIENT = "IRCP"
NORMAL = "N"
CATEGORIES = {(LOINC, "59284-0"), (LOINC, "64292-6"), (ACT_CODE, "IDSCL")}
OBSERVED = frozenset({"vital-signs", "laboratory", "imaging", "activity"})  # HL7's code for them is the same as ours
ACTIONS = {
    AccessMode.VIEW: frozenset({"access"}),
    AccessMode.STORE: frozenset({"access", "collect"}),
    AccessMode.COMPUTE: frozenset({"use"}),
}
OFFERED_PURPOSES = PURPOSES - {"ETREAT"}  # nobody is asked in an emergency
OFFERED_STATUSES = ("draft", "proposed", "active")
VALID_MAX = timedelta(days=5 * 365)
DEPTH_MAX = 12
DOCUMENT = "consent"  # the field of the request, in which all paths lie
MICROSECOND = timedelta(microseconds=1)
UNKEPT = "cannot be kept, and would change what is permitted; leave it out"

ROOT = {
    *("resourceType", "id", "meta", "language", "text", "identifier", "status", "scope", "category", "patient"),
    *("dateTime", "performer", "organization", "sourceAttachment", "policyRule", "provision"),
}
PROVISION = {
    *("type", "period", "actor", "action", "securityLabel", "purpose", "class", "code", "dataPeriod", "provision"),
    *("id", "modifierExtension"),
}
EXCEPTION = {"id", "type", "securityLabel"}


class OfferOver(Refusal):
    code = "offer-over"
    title = "The offer's time is over: it cannot be answered any more."


class TooManyOffers(Refusal):
    code = "too-many-offers"
    title = "The resident was sent as many offers for this institution as one may be in a day."


class ResidentNotServed(Refusal):
    code = "resident-not-served"
    title = "The institution does not serve this resident now, so that it may ask them for nothing."


@dataclass(frozen=True, slots=True)
class Terms:
    """What a consent permits: to whom, of what, what for, until when."""

    grantee_id: UUID
    information_types: frozenset[str]
    purpose: str
    access_mode: AccessMode
    expires_at: datetime
    reach: Reach = field(default_factory=Reach)
    practitioner_id: UUID | None = None  # the only one it permits; None: all of the grantee's
    frequency: Frequency = field(default_factory=Frequency)


@dataclass(frozen=True, slots=True)
class SignedConsent:
    """A consent that a resident, or a guardian of theirs, has signed, and where it stands."""

    id: UUID
    resident_id: UUID
    granted_by: UUID
    granted_at: datetime
    status: str  # FHIR's: proposed, active, inactive
    terms: Terms
    receipt: str
    of: Mapping[str, UUID | None]  # what it comes from, such as an order, by kind
    ended_at: datetime | None = None  # before its time


def document(consent: SignedConsent, city: str, sensitive: Mapping[str, Sequence[CodesOf]]) -> dict[str, Any]:
    """The Consent of a signed consent."""
    terms = consent.terms
    patient = f"Patient/{shown(Kind.RESIDENT, consent.resident_id)}"
    guardian = consent.granted_by != consent.resident_id
    performer = f"RelatedPerson/{shown(Kind.RESIDENT, consent.granted_by)}" if guardian else patient
    named = [("consent", consent.id), *consent.of.items()]
    return {
        "resourceType": "Consent",
        "id": str(consent.id),
        "identifier": [{"system": f"{OURS}:{kind}", "value": str(value)} for kind, value in named if value],
        "status": consent.status,
        "scope": concept(SCOPE, "research" if terms.purpose == "HRESCH" else "patient-privacy"),
        "category": [concept(LOINC, "59284-0"), concept(ACT_CODE, "IDSCL")],
        "patient": {"reference": patient},
        "dateTime": instant(consent.granted_at),
        "performer": [{"reference": performer}],
        "organization": [{"display": f"Yima, {city}"}],
        "sourceAttachment": {
            "contentType": "application/jose",
            "data": base64.b64encode(consent.receipt.encode()).decode(),
            "title": "The receipt that the city has signed; /consent-keys.json verifies it",
        },
        "policyRule": concept(ACT_CODE, "OPTIN"),
        "provision": provision(consent, sensitive),
    }


def provision(consent: SignedConsent, sensitive: Mapping[str, Sequence[CodesOf]]) -> dict[str, Any]:
    """What is permitted, and of each category that is apart whether it is."""
    terms, reach = consent.terms, consent.terms.reach
    recipients = [f"Organization/{shown(Kind.PARTNER, terms.grantee_id)}"]
    if terms.practitioner_id is not None:
        recipients.append(f"Practitioner/{shown(Kind.PRACTITIONER, terms.practitioner_id)}")
    kinds = sorted(terms.information_types)
    permitted: dict[str, Any] = {
        "type": "permit",
        "period": {
            "start": instant(consent.granted_at),
            "end": instant(min(terms.expires_at, consent.ended_at or terms.expires_at)),
        },
        "actor": [
            {"role": concept(PARTICIPATION, RECIPIENT), "reference": {"reference": recipient}}
            for recipient in recipients
        ],
        "action": [concept(ACTION, code) for code in sorted(ACTIONS[terms.access_mode])],
        "securityLabel": [coding(CONFIDENTIALITY, NORMAL)],
        "purpose": [coding(ACT_REASON, terms.purpose)],
        "class": [coding(INFORMATION_TYPE, kind) for kind in kinds],
        "code": [{"coding": [coding(INFORMATION_TYPE, kind), *observed(kind)]} for kind in kinds],
        "provision": [
            {
                "type": "permit" if category in reach.sensitive_categories else "deny",
                "securityLabel": labels_of(category, sensitive[category]),
            }
            for category in sorted(sensitive)
        ],
    }
    period = {"start": reach.data_from, "end": reach.data_until and reach.data_until - MICROSECOND}
    if shown_period := {end: instant(at) for end, at in period.items() if at is not None}:
        permitted["dataPeriod"] = shown_period
    if terms.frequency.limited:
        uses = zip(USES, (terms.frequency.per_day, terms.frequency.in_all), strict=True)
        permitted["modifierExtension"] = [{"url": url, "valuePositiveInt": most} for url, most in uses if most]
    return permitted


def coding(system: str, code: str) -> dict[str, str]:
    return {"system": system, "code": code}


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [coding(system, code)]}


def observed(kind: str) -> list[dict[str, str]]:
    return [coding(OBSERVATION_CATEGORY, kind)] if kind in OBSERVED else []


def labels_of(category: str, systems: Sequence[CodesOf]) -> list[dict[str, str]]:
    """A category's security labels: ours, and HL7's where the city's pack has one."""
    labels = [coding(ACT_CODE, codes.codes[0]) for codes in systems if codes.system == ACT_CODE and codes.codes]
    return [coding(SENSITIVE, category), *labels]


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


@functools.cache
def model() -> type[BaseModel]:
    """The R4 (4.3) model; large, and imported with the first document that somebody sends."""
    from fhir.resources.R4B.consent import Consent  # noqa: PLC0415 large

    return Consent


@dataclass(frozen=True)
class Element:
    """An element of a document that somebody sent, and its path."""

    value: Any
    path: str

    def refuse(self, why: str) -> Invalid:
        return Invalid(self.path, why)

    def __getitem__(self, name: str) -> "Element":
        return Element(self.value.get(name) if isinstance(self.value, dict) else None, f"{self.path}.{name}")

    def __iter__(self) -> Iterator["Element"]:
        """The elements of a list; none where there is no list."""
        values = self.value if isinstance(self.value, list) else []
        return iter([Element(value, f"{self.path}[{index}]") for index, value in enumerate(values)])

    @property
    def absent(self) -> bool:
        return self.value is None

    def only(self, names: Collection[str]) -> None:
        """Refuse whatever else it has."""
        for name in self.value if isinstance(self.value, dict) else ():
            if name not in names:
                raise self[name].refuse(UNKEPT)


@dataclass(frozen=True)
class Reader:
    """What a document is read by."""

    resident_id: UUID
    sensitive: Mapping[str, Sequence[CodesOf]]
    zone: ZoneInfo
    now: datetime

    def read(self, text: str) -> Terms:
        """The terms that a Consent offers. Raises `Invalid`, by the path of what is unfit or cannot be kept."""
        root = parse(text)
        if root["status"].value not in OFFERED_STATUSES:
            raise root["status"].refuse(f"must be one of {', '.join(OFFERED_STATUSES)}: it is an offer")
        self.check_head(root)
        permitted = root["provision"]
        if permitted.absent:
            raise permitted.refuse("is needed: what is to be permitted")
        permitted.only(PROVISION)
        if permitted["type"].value != "permit":
            raise permitted["type"].refuse("must be permit; what is denied goes into provisions beneath it")
        for label in permitted["securityLabel"]:
            if codes(label) != {(CONFIDENTIALITY, NORMAL)}:
                raise label.refuse(f"must be {NORMAL} of {CONFIDENTIALITY}; what is apart goes into provisions beneath")
        grantee_id, practitioner_id = self.recipients(permitted["actor"])
        kinds = self.information_types(permitted)
        data_from, data_until = self.period(permitted["dataPeriod"])
        if data_from is not None and data_until is not None and data_from >= data_until:
            raise permitted["dataPeriod"]["end"].refuse("must not lie before the start")
        return Terms(
            grantee_id=grantee_id,
            information_types=kinds,
            purpose=one_code(permitted["purpose"], ACT_REASON, OFFERED_PURPOSES),
            access_mode=access_mode(permitted["action"]),
            expires_at=self.end(permitted["period"]),
            reach=Reach(self.categories(permitted["provision"]), data_from, data_until),
            practitioner_id=practitioner_id,
            frequency=frequency(permitted["modifierExtension"]),
        )

    def check_head(self, root: Element) -> None:
        """Refuse what the document says of whose consent it is, and under which rule, if it is something else."""
        research = codes(root["scope"]) == {(SCOPE, "research")}
        if not research and codes(root["scope"]) != {(SCOPE, "patient-privacy")}:
            raise root["scope"].refuse(f"must be patient-privacy or research of {SCOPE}")
        purposes = {code for purpose in root["provision"]["purpose"] for _, code in codes(purpose)}
        if research != (purposes == {"HRESCH"}):
            raise root["scope"].refuse("must be research where the purpose is HRESCH, and only there")
        for category in root["category"]:
            if not codes(category) & CATEGORIES:
                raise category.refuse("must be 59284-0 or 64292-6 of LOINC, or IDSCL")
        rule = root["policyRule"]
        if not rule.absent and codes(rule) != {(ACT_CODE, "OPTIN")}:
            raise rule.refuse("must be OPTIN: what is not permitted is denied")
        for who in (root["patient"], *root["performer"]):
            if not who.absent and self.referred(who, "Patient", Kind.RESIDENT) != self.resident_id:
                raise who["reference"].refuse("must be the resident who is asked")

    def referred(self, element: Element, resource_type: str, kind: Kind) -> UUID:
        """The id in a reference such as `Patient/res_…`."""
        reference = element["reference"]
        written, slash, identifier = str(reference.value or "").partition("/")
        if written != resource_type or not slash:
            raise reference.refuse(f"must be {resource_type}/<id>")
        return parse_id(identifier, reference.path, kind)

    def recipients(self, actors: Element) -> tuple[UUID, UUID | None]:
        """Who would be permitted: an institution, or one practitioner of it."""
        institutions: list[UUID] = []
        practitioners: list[UUID] = []
        for actor in actors:
            actor.only({"id", "role", "reference"})
            if codes(actor["role"]) != {(PARTICIPATION, RECIPIENT)}:
                raise actor["role"].refuse(f"must be {RECIPIENT} of {PARTICIPATION}")
            if str(actor["reference"]["reference"].value or "").startswith("Practitioner/"):
                practitioners.append(self.referred(actor["reference"], "Practitioner", Kind.PRACTITIONER))
            else:
                institutions.append(self.referred(actor["reference"], "Organization", Kind.PARTNER))
        if len(institutions) != 1 or len(practitioners) > 1:
            raise actors.refuse("must name one Organization, and at most one Practitioner of it")
        return institutions[0], practitioners[0] if practitioners else None

    def information_types(self, permitted: Element) -> frozenset[str]:
        """Which kinds of information, each named by our code or by HL7's for the same."""
        kinds: set[str] = set()
        for code in permitted["code"]:
            named = {value for system, value in codes(code) if system == INFORMATION_TYPE}
            named |= {value for system, value in codes(code) if system == OBSERVATION_CATEGORY and value in OBSERVED}
            if len(named) != 1 or not named <= INFORMATION_TYPES:
                known = ", ".join(sorted(INFORMATION_TYPES))
                raise code.refuse(f"must have one code of {INFORMATION_TYPE}: {known}")
            kinds |= named
        if not kinds:
            raise permitted["code"].refuse("name at least one kind of information")
        classes = {one_code_of(each, INFORMATION_TYPE) for each in permitted["class"]}
        if classes and classes != kinds:
            raise permitted["class"].refuse("must name the same kinds of information as the codes, or be left out")
        return frozenset(kinds)

    def categories(self, exceptions: Element) -> frozenset[str]:
        """Of what is apart, what is permitted; each category may be named once."""
        permitted: dict[str, bool] = {}
        for exception in exceptions:
            exception.only(EXCEPTION)
            if exception["type"].value not in ("permit", "deny"):
                raise exception["type"].refuse("must be permit or deny")
            labels = exception["securityLabel"]
            named = {self.category(label) for label in labels}
            if len(named) != 1:
                raise labels.refuse("name one category of what is apart")
            category = named.pop()
            if category in permitted:
                raise labels.refuse("is named twice")
            permitted[category] = exception["type"].value == "permit"
        return frozenset(category for category, permits in permitted.items() if permits)

    def category(self, label: Element) -> str:
        """Which of the city's categories a security label is of."""
        for system, code in codes(label):
            if system == SENSITIVE and code in self.sensitive:
                return code
            for category, systems in self.sensitive.items():
                if any(each.system == system == ACT_CODE and code in each.codes for each in systems):
                    return category
        raise label.refuse(f"must be a code of {SENSITIVE}: {', '.join(sorted(self.sensitive))}")

    def end(self, period: Element) -> datetime:
        """Until when it would be permitted. It begins when the resident grants it."""
        start, end = self.period(period)
        if start is not None and start > self.now:
            raise period["start"].refuse("must not be to come: it begins when the resident grants it")
        if end is None:
            raise period["end"].refuse("is needed: until when it is to be permitted")
        if not self.now < end <= self.now + VALID_MAX:
            raise period["end"].refuse(f"must be to come, within {VALID_MAX.days} days")
        return end

    def period(self, period: Element) -> tuple[datetime | None, datetime | None]:
        """From when, and until before when."""
        period.only({"id", "start", "end"})
        return self.moment(period["start"], ends=False), self.moment(period["end"], ends=True)

    def moment(self, element: Element, *, ends: bool) -> datetime | None:
        """A FHIR dateTime to the day or finer; of an end, which FHIR includes, the first moment after it."""
        if element.absent:
            return None
        text = str(element.value)
        if "T" in text:
            return moments.parse(text, element.path) + (MICROSECOND if ends else timedelta())
        day = moments.parse_day(text, element.path)
        return moments.start_of(day + timedelta(days=1) if ends else day, self.zone)


def parse(text: str) -> Element:
    """The document, if it is a Consent of FHIR R4."""
    try:
        resource = untrusted_json.loads(text, depth_max=DEPTH_MAX)
    except untrusted_json.Unreadable as unfit:
        raise Invalid(f"{DOCUMENT}.{unfit.path}" if unfit.path else DOCUMENT, unfit.reason) from None
    root = Element(resource, DOCUMENT)
    if root["resourceType"].value != "Consent":
        raise root["resourceType"].refuse("must be Consent")
    root.only(ROOT)
    try:
        model().model_validate(resource)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        path = ".".join(str(step) for step in first["loc"] if isinstance(step, int) or step.isidentifier())
        raise Invalid(f"{DOCUMENT}.{path}" if path else DOCUMENT, f"is not valid FHIR R4 ({first['type']})") from None
    return root


def codes(element: Element) -> set[tuple[str, str]]:
    """The systems and codes of a Coding or a CodeableConcept."""
    codings = [element] if not element["code"].absent else list(element["coding"])
    return {(str(each["system"].value), str(each["code"].value)) for each in codings}


def one_code_of(element: Element, system: str) -> str:
    pairs = codes(element)
    code = next((code for each, code in pairs if each == system), "")
    if len(pairs) != 1 or not code:
        raise element.refuse(f"must be one code of {system}")
    return code


def one_code(elements: Element, system: str, known: Collection[str]) -> str:
    """The only code of a list, of those that are known."""
    chosen = [one_code_of(element, system) for element in elements]
    if len(chosen) != 1:
        raise elements.refuse("must have exactly one")
    if chosen[0] not in known:
        raise Invalid(f"{elements.path}[0]", f"must be one of {', '.join(sorted(known))}")
    return chosen[0]


def frequency(extensions: Element) -> Frequency:
    """How often it may be used, as our own modifierExtensions say; every other one is refused."""
    uses: dict[str, int] = {}
    for extension in extensions:
        url, most = extension["url"].value, extension["valuePositiveInt"].value
        if url not in USES or url in uses:
            raise extension["url"].refuse(UNKEPT)
        if type(most) is not int or most < 1:
            raise extension["valuePositiveInt"].refuse("must be a number of uses, at least 1")
        uses[url] = most
    return check_frequency(uses.get(USES[0], 0), uses.get(USES[1], 0), (extensions.path, extensions.path))


def access_mode(actions: Element) -> AccessMode:
    """What may be done with data: looking at it, keeping it, or computing on it where it lies."""
    named = frozenset(one_code_of(action, ACTION) for action in actions)
    for mode, needed in ACTIONS.items():
        if named == needed:
            return mode
    choices = "; ".join(" and ".join(sorted(needed)) for needed in ACTIONS.values())
    raise actions.refuse(f"must be one of these: {choices}")
