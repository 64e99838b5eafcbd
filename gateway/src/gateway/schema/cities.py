"""Other cities: which are trusted, and their residents' codes."""

import strawberry
from chassis.ids import Kind
from chassis.wire import timestamp
from strawberry import ID
from yima.identity.v1 import cities_pb2 as pb

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request


@shows(pb.TrustKey)
class TrustKey:
    kid: str
    x: str


@shows(pb.TrustedCity)
class TrustedCity:
    name: str
    url: str
    statement: str | None
    keys_until: DateTime | None


@shows(pb.ProposedTrustList)
class ProposedTrustList:
    sequence: int
    issued_at: DateTime | None
    expires_at: DateTime | None
    cities: list[str]
    document: str
    proposed_by_id: ID
    proposed_at: DateTime


@shows(pb.TrustList)
class TrustList:
    authority: str | None
    authority_keys: list[pb.TrustKey]
    sequence: int
    issued_at: DateTime | None
    expires_at: DateTime | None
    in_force: bool
    document: str | None
    cities: list[pb.TrustedCity]
    own_key: pb.TrustKey | None
    proposed: pb.ProposedTrustList | None


@shows(pb.ForeignPerson)
class ForeignPerson:
    name: str
    birth_year: int
    proven: bool


@shows(pb.ForeignScan)
class ForeignScan:
    id: ID = field(kind=Kind.SCAN)
    city: str
    scanned_at: DateTime
    late: bool
    receipt: str
    person: ForeignPerson | None


@shows(pb.ForeignScanEntry, description="What is kept of a scan of another city's code: not whose it was.")
class ForeignScanEntry:
    scan_id: ID
    city: str
    practitioner_id: ID
    practitioner_name: str
    practitioner_title: str
    partner_id: ID
    partner_name: str
    scanned_at: DateTime
    received_at: DateTime
    late: bool
    app: str
    place: str
    receipt: str


@strawberry.type
class Query:
    @strawberry.field(
        description="Codes of other cities that were honoured for practitioners of this one, newest first: one's own, "
        "those of one's institution, any for who supervises."
    )
    @asks("identity.ListForeignScans")
    async def foreign_scans(
        self,
        info: Info,
        partner_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.ForeignScanEntry]:
        context = info.context
        request = pb.ListForeignScansRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.identity.list_foreign_scans(request, context.token)
        return connection(answer.scans, answer.page)

    @strawberry.field(description="Which cities' health codes are honoured here, and what verifies them offline.")
    @asks("identity.GetTrustList")
    async def trust_list(self, info: Info) -> pb.TrustList:
        context = info.context
        return await context.clients.identity.get_trust_list(pb.GetTrustListRequest(), context.token)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Redeem a health code of another city, which honours it once and writes it into its resident's "
        "log. It opens no record. While that city is away: later, with the moment it was scanned."
    )
    @refusable
    @asks("identity.RedeemForeignCode")
    async def redeem_foreign_code(
        self, info: Info, text: str, scanned_at: DateTime | None = None, app: str = "", place: str = ""
    ) -> pb.ForeignScan:
        context = info.context
        request = pb.RedeemForeignCodeRequest(text=text, app=app, place=place, scanned_at=timestamp(scanned_at))
        return await context.clients.identity.redeem_foreign_code(request, context.token)

    @strawberry.mutation(
        description="Propose a newer trust list, as the authority signed it. It is in force once another approves it."
    )
    @refusable
    @asks("identity.PutTrustList")
    async def put_trust_list(self, info: Info, document: str, idempotency_key: str | None = None) -> pb.TrustList:
        context = info.context
        request = pb.PutTrustListRequest(document=document)
        return await context.clients.identity.put_trust_list(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Approve the trust list of this number, which another person has proposed, or reject it."
    )
    @refusable
    @asks("identity.DecideTrustList")
    async def decide_trust_list(
        self, info: Info, sequence: int, approved: bool, reason: str = "", idempotency_key: str | None = None
    ) -> pb.TrustList:
        context = info.context
        request = pb.DecideTrustListRequest(sequence=sequence, approved=approved, reason=reason)
        return await context.clients.identity.decide_trust_list(request, context.token, idempotency_key or "")
