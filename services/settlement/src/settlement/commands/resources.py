"""What settlement's functions need beside the database."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from chassis.sealing import Sealer
from yima.partners.v1.client import PartnersClient

from settlement.domain.bank import NO_BANK, OwnBank
from settlement.domain.next_steps import Ways
from settlement.domain.proposals import Bounds
from settlement.provider.port import Provider

NO_SEALER = Sealer(())


@dataclass(frozen=True)
class Resources:
    """What settlement's functions need: the provider, and what wakes up whoever calls it."""

    provider: Provider
    webhook_secret: str = ""  # without one, no webhook is believed
    bank: OwnBank = NO_BANK
    issuer: str = "Yima settlement"  # of statements
    promised_for: timedelta = timedelta(days=6)  # then money is taken in advance
    bounds: Bounds = field(default_factory=Bounds)  # of what one operator may decide alone
    ways: Ways = field(default_factory=Ways)  # where a provider may send who pays, and whence they come back
    sealer: Sealer = NO_SEALER  # of the keys that sign documents; without keys nothing is signed
    partners: PartnersClient | None = None  # who says how one stands at this moment
    wake_up: asyncio.Event = field(default_factory=asyncio.Event)

    def provider_is_needed(self) -> None:
        """Something is due at the provider, from this transaction's commit on."""
        self.wake_up.set()
