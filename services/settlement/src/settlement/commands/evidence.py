"""What the chain says of a disputed order: from the split plan to the payout, with proofs, receipts of
consent and who was let at the resident's data."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.consumer import NotYet
from chassis.wire import moment
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import AccessMode
from yima.consent.v1.api_pb2 import Reason
from yima.consent.v1.events_pb2 import DecisionsTold
from yima.settlement.v1.split_pb2 import SplitPlan

from settlement.domain.disputes import DisputeStatus
from settlement.domain.evidence import ConsentEnding
from settlement.store import disputes, ledger, payments, splits
from settlement.store import evidence as store
from settlement.tables import ConsentReceiptRow, DecisionsRow, DisputeRow, EvidenceRow, PaymentRow, ProofRow

ENTRIES_MAX = 500


async def keep_proofs(session: AsyncSession, rows: Sequence[ProofRow]) -> None:
    await store.add_proofs(session, rows)


async def keep_receipts(session: AsyncSession, rows: Sequence[ConsentReceiptRow]) -> None:
    if rows:
        await store.add_receipts(session, rows)


async def revoke(session: AsyncSession, moments: Mapping[UUID, datetime]) -> None:
    """Note when consents were revoked. Raises `NotYet` where one has not arrived yet."""
    if moments and await store.revoke(session, moments) < len(moments):
        raise NotYet("a consent was revoked before it arrived")


async def end(session: AsyncSession, ends: Mapping[UUID, ConsentEnding]) -> None:
    """Note when and why consents ended. Raises `NotYet` where one has not arrived yet."""
    if ends and await store.end(session, ends) < len(ends):
        raise NotYet("a consent ended before it arrived")


async def keep_decisions(session: AsyncSession, rows: Sequence[DecisionsRow]) -> None:
    await store.add_decisions(session, rows)


async def evidence_of(
    session: AsyncSession, *, dispute_id: UUID, partner_id: UUID | None, now: datetime
) -> tuple[EvidenceRow, bool]:
    """A dispute's evidence: what it was decided on, or, while it is open, what there is now. Says which it is."""
    dispute = await disputes.dispute(session, dispute_id, partner_id)
    frozen = await store.frozen(session, dispute.id)
    return (frozen, True) if frozen else (await gather(session, dispute, now), False)


async def freeze(session: AsyncSession, dispute: DisputeRow, now: datetime) -> None:
    """Keep what a dispute is decided on. Called before the decision is written, so that it is not part of it."""
    assert dispute.status == DisputeStatus.OPEN
    session.add(await gather(session, dispute, now))
    await session.flush()


async def gather(session: AsyncSession, dispute: DisputeRow, now: datetime) -> EvidenceRow:
    payment = (await payments.payments_by_id_for_update(session, [dispute.payment_id]))[dispute.payment_id]
    evidence = {
        "dispute": {
            **fields(dispute, "id", "amount_minor", "currency", "claimed_minor", "claimed_currency", "excess_minor"),
            **fields(dispute, "reason", "opened_by", "opened_at"),
        },
        "payment": fields(
            payment, "id", "order_id", "partner_id", "status", "amount_minor", "captured_minor", "refunded_minor",
            "currency", "provider_reference",
        ),
        "lines": await lines(session, payment),
        "decisions": await decisions(session, dispute.id),
        "entries": [
            {
                **fields(entry, "id", "kind", "reference", "reverses", "recorded_at", "effective_at", "late_for"),
                "postings": [fields(row, "position", "account", "amount_minor", "currency") for row in postings],
            }
            for entry, postings in await ledger.entries(session, payment.order_id, None, ENTRIES_MAX)
        ],
        "refunds": [
            {
                **fields(row, "id", "amount_minor", "reason", "order_line_id", "asked_at", "paid_at"),
                # A partner holds this: it names no resident by an id that another partner sees, too (ADR 0617).
                "asked_by": "resident" if row.asked_by == payment.placed_by else row.asked_by,
            }
            for row in await store.refunds(session, payment.id)
        ],
        "provider": await store.provider_said(session, payment.id),
        "payouts": [str(row) for row in await store.paid_by(session, payment.order_id)],
        "sealed": await store.sealed(session, payment.order_id),
    }  # fmt: skip
    content = json.dumps(evidence, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=plain).encode()
    return EvidenceRow(dispute_id=dispute.id, content=content, sha256=hashlib.sha256(content).hexdigest(), made_at=now)


async def lines(session: AsyncSession, payment: PaymentRow) -> list[dict[str, Any]]:
    """Each line: what it cost, by which plan it was split, what proves it, and what was consented to for it."""
    stored = (await splits.splits(session, [payment.id]))[payment.id]
    proofs = {row.order_line_id: row for row in await store.proofs(session, [line.order_line_id for line, _ in stored])}
    receipts = await store.receipts(session, payment.order_id)
    answer = []
    for line, parts in stored:
        proof = proofs.get(line.order_line_id)
        answer.append(
            {
                **fields(line, "order_line_id", "offering_id", "offering_revision", "certificate_ids"),
                **fields(line, "gross_minor", "fulfilled"),
                "plan_version": SplitPlan.FromString(line.plan).version,
                "plan_sha256": hashlib.sha256(line.plan).hexdigest(),
                "parts": [fields(part, "party", "account", "amount_minor", "refunded_minor") for part in parts],
                "proof": fields(proof, "proof_id", "scan_id", "proven_at") if proof else None,
                "consents": [
                    fields(
                        row,
                        "consent_id",
                        "artefact_hash",
                        "granted_at",
                        "expires_at",
                        "revoked_at",
                        "ended_at",
                        "ended_because",
                    )
                    for row in receipts
                    if row.order_line_id == line.order_line_id
                ],
            }
        )
    return answer


async def decisions(session: AsyncSession, dispute_id: UUID) -> Mapping[str, Any]:
    """Each decision by its place in the access log and its hash there; or that consent has not answered yet."""
    row = await store.decisions(session, dispute_id)
    if row is None:
        return {"answered": False}
    message = DecisionsTold.FromString(row.told)
    log = [
        {
            **fields(decision, "position", "hash", "permitted", "purpose", "grantee_id"),
            "decided_at": moment(decision.decided_at),
            "reason": code_of(Reason, decision.reason, "REASON_"),
            "access_mode": code_of(AccessMode, decision.access_mode, "ACCESS_MODE_"),
            "consent_id": decision.consent_id or None,
        }
        for decision in message.decisions
    ]
    return {"answered": True, "told_at": row.told_at, "left_out": message.left_out, "log": log}


def fields(row: object, *names: str) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in names}


def plain(value: object) -> str:
    """An id, a moment or a hash as JSON has it."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def code_of(kind: EnumTypeWrapper, number: int, prefix: str) -> str:
    """A code of the contract; one that is newer than this release stays a number."""
    return kind.Name(number).removeprefix(prefix) if number in kind.values() else str(number)
