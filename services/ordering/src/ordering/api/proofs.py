"""Proof over HTTP that services were given: scans, words, statements, usage. Routes and roles stand in the contract."""

from base64 import urlsafe_b64encode
from uuid import UUID

from chassis import jwts, untrusted_json
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import moment
from joserfc.jwk import OKPKey
from yima.ordering.v1 import api_pb2 as pb

from ordering.api.served import api, shown, visibility_of
from ordering.commands import proofs
from ordering.commands.proofs import UsageRecord
from ordering.domain import proofs as proof_rules
from ordering.domain.process import TransitionRefused
from ordering.resources import Resources
from ordering.store import offerings, orders

RECORDS_MAX = 1000


@api.serves
async def prove_service(request: pb.ProveServiceRequest, call: Call[Resources]) -> pb.Order:
    receipt = await call.resources.receipts.receipt(
        request.scan_receipt, "scan", call.now.timestamp(), field="scan_receipt"
    )
    return shown(
        call,
        await proofs.prove_service(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            line_id=request.order_line_id,
            item=request.item,
            receipt=receipt,
            visibility=visibility_of(call.principal),
            practitioner_id=UUID(call.principal.subject_id),
            deadlines=call.resources.deadlines,
            now=call.now,
        ),
    )


@api.serves
async def confirm_service(request: pb.ConfirmServiceRequest, call: Call[Resources]) -> pb.Order:
    return shown(
        call,
        await proofs.confirm_service(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            line_id=request.order_line_id,
            item=request.item,
            visibility=visibility_of(call.principal),
            by=call.principal.subject_id,
            deadlines=call.resources.deadlines,
            now=call.now,
        ),
    )


@api.serves
async def state_service(request: pb.StateServiceRequest, call: Call[Resources]) -> pb.Order:
    order = await orders.order(call.session, parse_id(request.order_id, "order_id"), visibility_of(call.principal))
    if order.row.accepted_at is None:
        raise TransitionRefused(f"an order that is {order.row.status} cannot be proven")
    claims = await verified(request.statement, order.row.key_version or 0, call)
    return shown(
        call,
        await proofs.state_service(
            call.session,
            order_id=parse_id(request.order_id, "order_id"),
            statement=proof_rules.statement(claims, call.now),
            signed=request.statement,
            visibility=visibility_of(call.principal),
            by=call.principal.subject_id,
            deadlines=call.resources.deadlines,
            now=call.now,
        ),
    )


async def verified(statement: str, key_version: int, call: Call[Resources]) -> dict[str, object]:
    """What a statement says, if the calling partner signed it with the key that was known of it when the order was
    accepted. By its version: no clock is asked which came first."""
    if len(statement) > proof_rules.STATEMENT_LENGTH_MAX:
        raise Invalid("statement", f"at most {proof_rules.STATEMENT_LENGTH_MAX} characters")
    signing_key = await offerings.signing_key(call.session, UUID(call.principal.partner_id), key_version)
    if signing_key is None:
        raise proof_rules.StatementRefused(
            "no signing key was known when the order was accepted; register one for later orders", "statement"
        )
    public_key, good = signing_key
    if not good:
        raise proof_rules.StatementRefused(
            "the key it had when the order was accepted was replaced as compromised; prove it by a scan, or ask the "
            "resident to confirm it",
            "statement",
        )
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": urlsafe_b64encode(public_key).rstrip(b"=").decode()})
    try:
        claims = untrusted_json.loads(jwts.signed_payload_of(statement, key))
    except ValueError as error:
        raise proof_rules.StatementRefused(f"it is not signed with the partner's key ({error})", "statement") from None
    if not isinstance(claims, dict):
        raise proof_rules.StatementRefused("its payload is not a JSON object", "statement")
    return claims


@api.serves
async def record_usage(request: pb.RecordUsageRequest, call: Call[Resources]) -> pb.RecordUsageResponse:
    if not 1 <= len(request.records) <= RECORDS_MAX:
        raise Invalid("records", f"must have 1 to {RECORDS_MAX} records")
    outcomes = await proofs.record_usage(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        records=[
            UsageRecord(
                record.key,
                parse_id(record.order_line_id, f"records[{index}].order_line_id"),
                record.item,
                record.units,
                moment(record.used_at),
            )
            for index, record in enumerate(request.records)
        ],
        deadlines=call.resources.deadlines,
        by=call.principal.subject_id,
        now=call.now,
    )
    return pb.RecordUsageResponse(
        outcomes=[
            pb.UsageOutcome(
                key=record.key, counted=record.counted, repeated_before=record.repeated, refusal=record.refusal
            )
            for record in outcomes
        ]
    )
