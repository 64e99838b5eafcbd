"""Contracts and standings of partners, and their bank accounts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from chassis.wire import moment
from yima.partners.v1 import events_pb2 as partners
from yima.partners.v1.api_pb2 import CAPABILITY_BE_PAID

from settlement.commands import contracts
from settlement.commands.resources import Resources
from settlement.tables import ContractRow, PayeeRow


async def on_contract_signed(work: Work[Resources], events: Sequence[Event[partners.ContractSigned]]) -> None:
    """Keep signed plans; one that could not be applied is buried, before any order is split by it."""
    await contracts.keep_plans(
        work.session,
        [
            ContractRow(
                id=UUID(event.message.contract_id),
                partner_id=UUID(event.message.partner_id),
                version=event.message.split_plan.version,
                plan=event.message.split_plan.SerializeToString(deterministic=True),
                signed_at=moment(event.message.signed_at),
                effective_at=moment(event.message.effective_at) if event.message.HasField("effective_at") else None,
            )
            for event in events
        ],
    )


async def on_standing(work: Work[Resources], events: Sequence[Event[Any]]) -> None:
    """Any event that may carry a partner's standing."""
    carried = [event.message.standing for event in events if event.message.HasField("standing")]
    await contracts.keep_standings(work.session, [payee_row(standing) for standing in carried])


def payee_row(standing: partners.Standing) -> PayeeRow:
    """What a standing says of a partner as a payee."""
    cases = {freeze.case_number for freeze in standing.freezes if CAPABILITY_BE_PAID in freeze.capabilities}
    return PayeeRow(
        partner_id=UUID(standing.partner_id),
        may_be_paid=CAPABILITY_BE_PAID in standing.capabilities,
        frozen_case=", ".join(sorted(cases)),
        standing_version=standing.version,
    )


async def on_bank_account(work: Work[Resources], events: Sequence[Event[partners.BankAccountRegistered]]) -> None:
    await contracts.keep_bank_accounts(
        work.session,
        [
            PayeeRow(
                partner_id=UUID(event.message.partner_id),
                bank_account=event.message.account.SerializeToString(deterministic=True),
                account_version=event.message.version,
                returns_since=work.now,
            )
            for event in events
        ],
        work.now,
    )


SUBSCRIPTIONS: Sequence[Subscription[Resources]] = [
    subscription(
        "settlement-contracts",
        {
            partners.ContractSigned: on_contract_signed,
            partners.BankAccountRegistered: on_bank_account,
            partners.PartnerActivated: on_standing,
            partners.PartnerSuspended: on_standing,
            partners.PartnerReinstated: on_standing,
            partners.OffboardingChanged: on_standing,
            partners.PartnerCertified: on_standing,
            partners.CertificateLapsed: on_standing,
            partners.FreezeImposed: on_standing,
            partners.FreezeLifted: on_standing,
        },
    )
]
