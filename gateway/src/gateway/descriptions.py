"""What the schema's names mean. What is said beside a field goes first, then what its contract says of it in a sentence
(`contracts`), then what is said here of its name, wherever the name stands. A test finds what has none.
"""

import re

from google.protobuf.descriptor import FieldDescriptor
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from gateway.contracts import comment_on_field, comments_on_enum
from gateway.policy import Policy, method_named
from gateway.reading import CONTRACTS

BACKREF = GraphQLCoreConverter.DEFINITION_BACKREF
MEANINGS: dict[str, str] = {
    # everywhere
    "id": "Opaque and typed: the first letters say of what it is.",
    "idempotencyKey": "A value of your own, e.g. a UUID: repeating the call with it changes nothing twice.",
    "locale": "BCP 47 tag of the language wanted; else that of the Accept-Language header.",
    # these stand beside every list: short, since tools read the schema whole
    "first": "How many at most, up to 100; 20 if not said.",
    "after": "Go on after it: `pageInfo.endCursor`.",
    "last": "As `first`, from the end.",
    "before": "With `last`: `pageInfo.startCursor`.",
    "edges": "The page's things, each with its cursor.",
    "cursor": "Where this stands; stays valid while others come and go.",
    "node": "The thing itself.",
    "nodes": "The page's things, without their cursors.",
    "pageInfo": "Where the page stands.",
    "hasNextPage": "Is there more after it?",
    "hasPreviousPage": "Is there more before it?",
    "startCursor": "The first thing's cursor; `before` takes it.",
    "endCursor": "The last thing's cursor; `after` takes it.",
    "status": "Where it stands.",
    "reason": "Why, in words for the people concerned.",
    "reasons": "Why, each in words for the people concerned.",
    "name": "What it is called.",
    "title": "What it is called.",
    "description": "What it is, for residents.",
    "amount": "The amount.",
    "currency": "ISO 4217.",
    "partner": "The partner it belongs to.",
    "partnerId": "The partner; one's own staff may leave it out.",
    "period": "A month of the city's calendar, e.g. `2026-11`; else the present one.",
    "interval": "When.",
    "start": "The first moment in it.",
    "end": "The first moment after it.",
    "expiresAt": "The first moment at which it is no longer in force.",
    "version": "Counts up with each change.",
    "sourceId": "The institution's system that sends.",
    "templateId": "The template of a query, in one version.",
    "runId": "The run of a query.",
    "deviceModelId": "The model of a device.",
    "deviceId": "The device.",
    "endpointId": "Where webhooks are sent.",
    "eventId": "The event that was sent.",
    "eventIds": "The events to be sent again.",
    "eventTypes": "Types of events, such as `order.confirmed`; all of them if none is named.",
    "newestFirst": "The newest first; else the oldest.",
    "since": "From this moment on.",
    "url": "A public address, by HTTPS.",
    "programme": "A programme of the city's, such as `hypertension`.",
    "patientNumberId": "The patient number it is about.",
    "patientLinkId": "The link it is about.",
    "districts": "Codes of the city's districts.",
    "category": "The kind of care, e.g. `chronic-care`: a code of `city.categories`.",
    "population": "For whom it is meant first.",
    "kind": "Of which kind it is.",
    "role": "As whom the caller acts.",
    "aspect": "What is certified.",
    "scope": "Categories of service definitions; `*` is all of them.",
    "login": "An e-mail address or telephone number, as signed in with.",
    "password": "10 to 128 characters, not easily guessed: several unrelated words do.",
    "newPassword": "10 to 128 characters, not easily guessed: several unrelated words do.",
    "currentPassword": "The one in use.",
    "resident": "The resident.",
    "residentId": "The resident it is about.",
    "practitioner": "The practitioner.",
    "practitionerId": "The practitioner.",
    "institution": "The institution.",
    "birthDate": "ISO 8601 date.",
    "licenceNumber": "Of the practitioner's licence.",
    "orderId": "The order it is about.",
    "orderLineId": "The order's line it is about.",
    "offeringId": "The offering it is about.",
    "payoutId": "The payout it is about.",
    "contractId": "The contract it is about.",
    "consentId": "The consent it is about.",
    "consentRequestId": "The request it is about.",
    "informationTypes": "Kinds of information, e.g. `vital-signs`, `laboratory`.",
    "purpose": "HL7 PurposeOfUse, e.g. `TREAT`.",
    "accessMode": "What may be done with it.",
    "validDays": "For how many days a consent given to it is in force.",
    "retentionDays": "For how many days after the consent's end the partner may keep what it received.",
    "template": "What is asked.",
    "manifest": "What a manifest file holds in `spec`.",
    "label": "What its owner calls it.",
    "reference": "Its owner's own name for it.",
    "definition": "The service definition's code.",
    "code": "Lower-case words joined by hyphens.",
    "item": "One of them.",
    "items": "What it contains.",
    "price": "What one of it costs.",
    "quantity": "How many.",
    "account": "E.g. `partner:<id>:payable`.",
    "party": "`platform`, `fund:…` or `partner:…`.",
    "text": "What the QR shows.",
    "recordedAt": "When it was written down.",
    "revokedAt": "When it was revoked.",
    "deadline": "When the present state ends by itself.",
    "failure": "Why it failed, where it did.",
    "splits": "How each line's money was divided.",
    "slotId": "The slot booked.",
    "free": "How many may still book it.",
    "order": "The order, as it is now.",
    # unions and roots
    "Query": "What can be asked. A field whose service is down is null, and the errors say which; the others answer.",
    "Mutation": "What can be changed. Each answers what it made, or `Refused` with a stable code.",
    "Subscription": "What can be followed, as server-sent events or over graphql-transport-ws.",
    # partners
    "validUntil": "ISO 8601 date of its last day.",
    "mediaType": "`application/pdf`, `image/jpeg` or `image/png`.",
    "uploaded": "Has it been sent?",
    "tiers": "A rate that changes as the gross grows, instead of one.",
    "above": "Of the first tier 0.",
    "basisPoints": "Hundredths of a percent of the gross.",
    "fixed": "An amount, whatever the gross.",
    "floor": "At least this.",
    "cap": "At most this.",
    # catalog
    "bookingRequired": "Does an order need a slot?",
    "consent": "What it asks of the resident's data.",
    "source": "Where the definition comes from.",
    "times": "How many times.",
    "timing": "When, in words, e.g. `every 3 months`.",
    "observationCode": "LOINC, where it yields a measurement.",
    "capacity": "How many may book it.",
    # orders
    "lines": "What it consists of.",
    "units": "How many.",
    "validateOnly": "Answer what would happen, and change nothing.",
    "feeBasisPoints": "The part of the price it then costs, in hundredths of a percent.",
    "ageFromMonths": "At least this many months old.",
    "ageBelowMonths": "Below this age in months.",
    "sex": "Only people of this sex; null: of any.",
    "contents": "What it contains, where it is more than one service.",
    "unused": "What becomes of what was not used in its time.",
    "cancellation": "What cancelling late costs the resident; none: nothing.",
    "eligibility": "Who may be served.",
    # carts and cases
    "rating": "From 1 to 5.",
    "appealId": "The appeal.",
    "reviewId": "The review.",
    "complaintId": "The complaint.",
    # settlement
    "caseId": "The case it is about.",
    "resolution": "What came of it.",
    "writeOff": "Is what a served order owes written off?",
    "openedAt": "When.",
    "disputeId": "The dispute it is about.",
    "forPartner": "Does the partner keep the money? Else the resident is refunded.",
    "issuedAt": "When.",
    "terms": "How it is to be paid.",
    "holdDays": "From the capture until the money is due: the time for disputes.",
    "minimumMinor": "Less is not paid out; in minor units of any currency.",
    "reserveBasisPoints": "Of each payout, hundredths of a percent that are kept back.",
    "reserveDays": "From the payout until what was kept back is released.",
    "frozen": "Why nothing is paid now.",
    "riskTier": "The tier of its risk; the tier's hold and reserve hold where they are stricter than the partner's.",
    "rail": "Who carries the payouts; else as agreed before.",
    "schedule": "When it is paid; else as agreed before.",
    "scheduleDay": "Of the week, 1 (Monday) to 7, or of the month, 1 to 28.",
    "reconciliationId": "The reconciliation it is about.",
    "digest": "SHA-256 of its result.",
    "holds": "Is it the same?",
    "recomputed": "What it comes to now.",
    "breakId": "The break it is about.",
    "breakIds": "The breaks that tell of the same money.",
    "ownerId": "An operator's account; else one's own.",
    "adjustmentId": "The adjustment it is about.",
    "rules": "In the order in which they are tried.",
    "byReference": "The reference agrees too; else it is the only one of its amount in the time.",
    "days": "That the two may lie apart.",
    "fileId": "The file it is about.",
    "month": "By the city's clock, e.g. `2026-10`.",
    "endsAt": "The first moment after it.",
    "closedAt": "When it was closed.",
    "sold": "What was given.",
    "bought": "What was got for it.",
    "rate": "How much of the bought currency one of the sold one got, e.g. `0.1385`.",
    "madeAt": "When.",
    "invoiceId": "The invoice it is about.",
    "bankReference": "The bank's own of the transfer; the same one is recorded once.",
    "periodEnd": "The first moment after the statement's period.",
    "proposalId": "The proposal it is about.",
    # statements
    "statementId": "The issued statement.",
    "sha256": "In hexadecimal digits.",
    # consent and records
    "requestedAt": "When.",
    "grantedAt": "When.",
    "decidedAt": "When.",
}


def describe(schema: GraphQLSchema) -> None:
    """Put each name's meaning where nothing else is said of it."""
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, GraphQLUnionType) and not kind.description and name.endswith("Result"):
            kind.description = f"What {spoken(name.removesuffix('Result'))} answers: what it made, or why it did not."
        if isinstance(kind, GraphQLEnumType):
            describe_enum(kind)
        kind.description = kind.description or MEANINGS.get(name)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in kind.fields.items():
                contract = CONTRACTS.get(f"{name}.{declared_name(field)}")
                field.description = field.description or meaning(field_name, contract)
                if isinstance(field, GraphQLField):
                    describe_arguments(field)


def describe_arguments(field: GraphQLField) -> None:
    """An argument is a field of the same name in what its method is asked with."""
    policy: Policy | None = field.extensions.get("policy")
    requests = [method_named(method).input_type for method in policy.methods] if policy is not None else []
    for name, argument in field.args.items():
        known = [request.fields_by_name.get(declared_name(argument)) for request in requests]
        contract = next((field for field in known if field is not None), None)
        argument.description = argument.description or meaning(name, contract)


def describe_enum(kind: GraphQLEnumType) -> None:
    """An enum of a contract has its descriptions from there."""
    definition: StrawberryEnumDefinition = kind.extensions[BACKREF]
    comments = comments_on_enum(definition.wrapped_cls)
    kind.description = kind.description or comments.get("")
    for name, value in kind.values.items():
        value.description = value.description or comments.get(name)


def declared_name(declared: GraphQLField | GraphQLInputField | GraphQLArgument) -> str:
    """As its class has it."""
    of_strawberry: StrawberryField | StrawberryArgument = declared.extensions[BACKREF]
    return of_strawberry.python_name


def meaning(name: str, contract: FieldDescriptor | None) -> str | None:
    """What its contract says of it, or what its name means everywhere."""
    return (comment_on_field(contract) if contract is not None else None) or MEANINGS.get(name)


def spoken(name: str) -> str:
    """`PlaceOrder` as `placeOrder`."""
    return re.sub(r"^[A-Z]", lambda match: match[0].lower(), name)


def undescribed(schema: GraphQLSchema) -> list[str]:
    """Every type, field, argument and enum value that says nothing of itself."""
    missing = []
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        if not kind.description:
            missing.append(name)
        for field_name, field in getattr(kind, "fields", {}).items():
            if not field.description:
                missing.append(f"{name}.{field_name}")
            arguments = getattr(field, "args", {}).items()
            missing += [f"{name}.{field_name}({a})" for a, argument in arguments if not argument.description]
        if isinstance(kind, GraphQLEnumType):
            missing += [f"{name}.{value}" for value, member in kind.values.items() if not member.description]
    return missing
