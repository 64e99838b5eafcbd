"""What settlement hears: each event is decoded here, and handed to a command."""

from collections.abc import Sequence

from chassis.consumer import Subscription

from settlement.commands.resources import Resources
from settlement.handlers import access_log, complaints, contracts, evidence, payments
from settlement.handlers.access_log import on_access_log_checkpointed
from settlement.handlers.complaints import on_complaint_decided, on_complaint_opened
from settlement.handlers.contracts import on_bank_account, on_contract_signed, on_standing
from settlement.handlers.evidence import (
    on_consent_ended,
    on_consent_granted,
    on_consent_revoked,
    on_decisions_told,
    on_service_proven,
)
from settlement.handlers.payments import (
    on_cancellation_settled,
    on_order_cancelled,
    on_order_ended,
    on_order_fulfilled,
    on_order_placed,
    on_payment_chosen,
)

SUBSCRIPTIONS: Sequence[Subscription[Resources]] = [
    *contracts.SUBSCRIPTIONS,
    *payments.SUBSCRIPTIONS,
    *evidence.SUBSCRIPTIONS,
    *complaints.SUBSCRIPTIONS,
    *access_log.SUBSCRIPTIONS,
]

__all__ = [
    "SUBSCRIPTIONS",
    "on_access_log_checkpointed",
    "on_bank_account",
    "on_cancellation_settled",
    "on_complaint_decided",
    "on_complaint_opened",
    "on_consent_ended",
    "on_consent_granted",
    "on_consent_revoked",
    "on_contract_signed",
    "on_decisions_told",
    "on_order_cancelled",
    "on_order_ended",
    "on_order_fulfilled",
    "on_order_placed",
    "on_payment_chosen",
    "on_service_proven",
    "on_standing",
]
