"""A partner's system: what it does with a city from its first offering to its statement.

async with Partner.connect("https://yima.example.org/graphql", api_key="yk_…") as clinic:
    await clinic.publish(manifest)
    async for event in clinic.order_events(after=cursor):
        if event.kind == "CONFIRMED":
            await clinic.accept(event.order_id)
        cursor = event.cursor  # kept, once the event is dealt with
"""

import base64
import json
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from yima_client.caller import Caller, connect
from yima_client.keys import PrivateKey

if TYPE_CHECKING:
    from yima_client.api.inputs import OfferingManifestInput, OfferingStatus, OrderParty, OrderStatus, UsageRecordInput
    from yima_client.api.order_events import OrderEventsOrderEvent
    from yima_client.api.ordering import Order, OrdersOrder, RecordUsageUsageRecorded
    from yima_client.api.statements import IssuedStatementsIssuedStatement
    from yima_client.paging import Pages

OLDEST = "s0"  # the cursor before the oldest event that is kept: a week


class StatementKey(PrivateKey):
    """What a partner signs with that it gave a service."""

    @property
    def public(self) -> str:
        """The public key as `registerSigningKey` takes it: in Base64."""
        return base64.b64encode(self.public_bytes).decode()

    def statement(self, order_id: str, order_line_id: str, id_: str, given_at: datetime | None = None) -> str:
        """The signed statement that a line's service was given: a JWS in compact form (RFC 7515). `id_` is the
        partner's own: one statement of it counts. `given_at` is by the city's clock (`Partner.now`)."""
        given = (given_at or datetime.now(UTC)).isoformat()
        claims = {"id": id_, "order_id": order_id, "order_line_id": order_line_id, "given_at": given}
        return self.signed(claims)

    def signed(self, claims: Mapping[str, Any]) -> str:
        """Claims as a JWS in compact form."""
        parts = (base64url(json.dumps(part, separators=(",", ":")).encode()) for part in ({"alg": "EdDSA"}, claims))
        text = b".".join(parts)
        return (text + b"." + base64url(self.sign(text))).decode()


@dataclass(frozen=True)
class Published:
    """An offering as it stands once it was handed in: IN_REVIEW, or PUBLISHED where nobody has to look at it."""

    id: str
    reference: str
    revision: int
    status: "OfferingStatus"


class Partner:
    """A partner's system that is signed in. `api` has every other operation, typed."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.api = caller.api

    def now(self) -> datetime:
        """What time it is where the city is: what is stated is by its clock, and a sandbox's may be weeks ahead."""
        return self.caller.now()

    @classmethod
    @asynccontextmanager
    async def connect(cls, url: str, api_key: str, locale: str = "en") -> AsyncGenerator["Partner"]:
        """Sign in with an API key. Tokens last minutes: the key is exchanged again as they run out."""
        async with connect(url, locale) as nobody:
            yield cls(await nobody.with_api_key(api_key))

    async def publish(self, manifest: "OfferingManifestInput | dict[str, Any]") -> Published:
        """Draft an offering, or revise the one of this reference, and submit it where that changed it. What changes
        nothing but the price, and that not by too much, is on sale at once; an operator looks at the rest."""
        (published,) = await self.publish_all([manifest])
        return published

    async def publish_all(self, manifests: Iterable["OfferingManifestInput | dict[str, Any]"]) -> list[Published]:
        """`publish` for several; what there is already is asked for once."""
        known = {offering.reference: offering.id async for offering in self.api.catalog.partner_offerings()}
        return [await self._published(manifest, known.get(manifest.get("reference", ""))) for manifest in manifests]

    async def _published(
        self, manifest: "OfferingManifestInput | dict[str, Any]", offering_id: str | None
    ) -> Published:
        catalog, manifest = self.api.catalog, cast("OfferingManifestInput", manifest)  # as it is in a file
        if offering_id is None:
            drafted = await catalog.draft_offering(manifest)
            offering = Published(drafted.id, drafted.reference, drafted.revision, drafted.status)
        else:
            revised = await catalog.revise_offering(offering_id, manifest)
            offering = Published(revised.id, revised.reference, revised.revision, revised.status)
        if offering.status != "DRAFT":
            return offering
        return replace(offering, status=(await catalog.submit_offering(offering.id)).status)

    def orders(
        self, status: "OrderStatus | None" = None, waits_for: "OrderParty | None" = None
    ) -> "Pages[OrdersOrder]":
        """The partner's orders, newest first."""
        return self.api.ordering.orders(status=status, waits_for=waits_for)

    def order_events(self, after: str | None = None) -> AsyncGenerator["OrderEventsOrderEvent"]:
        """Every step of the partner's orders. Without a cursor from now on; after one nothing is left out, over lost
        connections and restarts: keep each event's cursor once it is dealt with. `OLDEST` begins a week ago."""
        return self.api.order_events.order_events(after=after)

    async def order(self, order_id: str) -> "Order | None":
        """An order with its lines and payment; None where there is none of this id for the partner."""
        return await self.api.ordering.order(order_id)

    async def accept(self, order_id: str) -> None:
        """Accept a confirmed order."""
        await self.api.ordering.accept_order(order_id)

    async def refuse(self, order_id: str, reason: str) -> None:
        """Refuse a confirmed order; its resident reads the reason."""
        await self.api.ordering.refuse_order(order_id, reason)

    async def prove(self, order_id: str, scan_receipt: str, line_id: str | None = None) -> None:
        """Prove with a scan's receipt that a service was given; the line is named where several are open."""
        await self.api.ordering.prove_service(order_id, scan_receipt, line_id=line_id)

    async def state(self, order_id: str, statement: str) -> None:
        """Prove with a signed statement (`StatementKey.statement`) that a service was given."""
        await self.api.ordering.state_service(order_id, statement)

    async def fulfil(self, order_id: str) -> None:
        """Say that all of an order was given; its money is due."""
        await self.api.ordering.fulfil_order(order_id)

    async def record_usage(self, records: "list[UsageRecordInput]") -> "RecordUsageUsageRecorded":
        """Record units of metered services, up to 1,000 records at once. Each counts once by its own key."""
        return await self.api.ordering.record_usage(records)

    def statements(self) -> "Pages[IssuedStatementsIssuedStatement]":
        """The statements issued to the partner, newest first."""
        return self.api.statements.issued_statements()

    async def statement_document(self, statement_id: str, form: Literal["PDF", "CSV", "JSON"] = "PDF") -> bytes:
        """A statement as a file, as it was signed."""
        document = await self.api.statements.statement_document(statement_id, form)
        if document is None:
            raise LookupError(f"there is no statement {statement_id}, or not for this partner")
        return base64.b64decode(document.content)


def base64url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
