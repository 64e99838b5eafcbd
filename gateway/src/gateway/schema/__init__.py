"""The schema: a module per context, put together."""

from functools import cache

import strawberry
from google.protobuf.message import Message
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from yima.catalog.v1 import api_pb2 as catalog_pb
from yima.ordering.v1 import api_pb2 as ordering_pb
from yima.partners.v1 import api_pb2 as partners_pb
from yima.records.v1 import collection_pb2 as records_pb
from yima.settlement.v1 import statement_pb2 as statement_pb

from gateway.context import Info
from gateway.descriptions import describe
from gateway.ids import Kind, kind_of, parse_global_id
from gateway.policy import asks, check, declare
from gateway.reading import make_readers, tell_members
from gateway.scalars import SCALARS
from gateway.schema import (
    accounts,
    alert_rules,
    appeals,
    apps,
    bank_accounts,
    books,
    calendars,
    cases,
    catalog,
    cities,
    city,
    computing,
    consent,
    days,
    device_models,
    devices,
    error_reports,
    follow_ups,
    freezes,
    funnel,
    guardianships,
    identity,
    indicators,
    messages,
    money_cases,
    offboarding,
    order_events,
    ordering,
    own_readings,
    partners,
    passkeys,
    patients,
    private_offers,
    projects,
    proposals,
    providers,
    quality,
    reconciliation,
    records,
    settlement,
    sources,
    statements,
    system_health,
    terminology,
    timeline,
    webhooks,
)
from gateway.schema.common import Node


@strawberry.type
class Query(
    identity.Query,
    passkeys.Query,
    guardianships.Query,
    providers.Query,
    apps.Query,
    accounts.Query,
    cities.Query,
    partners.Query,
    appeals.Query,
    bank_accounts.Query,
    freezes.Query,
    funnel.Query,
    catalog.Query,
    calendars.Query,
    city.Query,
    system_health.Query,
    ordering.Query,
    private_offers.Query,
    days.Query,
    cases.Query,
    settlement.Query,
    statements.Query,
    reconciliation.Query,
    books.Query,
    money_cases.Query,
    proposals.Query,
    consent.Query,
    projects.Query,
    records.Query,
    computing.Query,
    error_reports.Query,
    sources.Query,
    device_models.Query,
    devices.Query,
    alert_rules.Query,
    follow_ups.Query,
    indicators.Query,
    patients.Query,
    terminology.Query,
    quality.Query,
    timeline.Query,
    webhooks.Query,
    messages.Query,
):
    @strawberry.field(
        description="Anything that can be found by its id alone; null where it is of another kind.",
        graphql_type=Node | None,
    )
    @asks(
        "catalog.GetOffering",
        "ordering.GetOrder",
        "partners.GetPartner",
        "settlement.GetIssuedStatement",
        "records.GetSource",
    )
    async def node(self, info: Info, id: strawberry.ID) -> Message | None:
        context = info.context
        match kind_of(id, "id"):
            case Kind.OFFERING:
                internal_id = parse_global_id(Kind.OFFERING, id, "id")
                return await context.clients.catalog.get_offering(
                    catalog_pb.GetOfferingRequest(offering_id=internal_id)
                )
            case Kind.ORDER:
                internal_id = parse_global_id(Kind.ORDER, id, "id")
                return await context.clients.ordering.get_order(
                    ordering_pb.GetOrderRequest(order_id=internal_id), context.token
                )
            case Kind.PARTNER:
                internal_id = parse_global_id(Kind.PARTNER, id, "id")
                request = partners_pb.GetPartnerRequest(partner_id=internal_id)
                return await context.clients.partners.get_partner(request, context.token)
            case Kind.STATEMENT:
                internal_id = parse_global_id(Kind.STATEMENT, id, "id")
                return await context.clients.settlement.get_issued_statement(
                    statement_pb.GetIssuedStatementRequest(statement_id=internal_id), context.token
                )
            case Kind.SOURCE:
                internal_id = parse_global_id(Kind.SOURCE, id, "id")
                return await context.clients.records.get_source(
                    records_pb.GetSourceRequest(source_id=internal_id), context.token
                )
        return None


@strawberry.type
class Mutation(
    identity.Mutation,
    quality.Mutation,
    passkeys.Mutation,
    guardianships.Mutation,
    providers.Mutation,
    apps.Mutation,
    accounts.Mutation,
    cities.Mutation,
    partners.Mutation,
    appeals.Mutation,
    bank_accounts.Mutation,
    offboarding.Mutation,
    freezes.Mutation,
    catalog.Mutation,
    calendars.Mutation,
    ordering.Mutation,
    private_offers.Mutation,
    days.Mutation,
    cases.Mutation,
    settlement.Mutation,
    statements.Mutation,
    reconciliation.Mutation,
    books.Mutation,
    money_cases.Mutation,
    proposals.Mutation,
    consent.Mutation,
    projects.Mutation,
    records.Mutation,
    computing.Mutation,
    error_reports.Mutation,
    own_readings.Mutation,
    sources.Mutation,
    device_models.Mutation,
    devices.Mutation,
    alert_rules.Mutation,
    follow_ups.Mutation,
    patients.Mutation,
    terminology.Mutation,
    webhooks.Mutation,
    messages.Mutation,
):
    pass


@strawberry.type
class Subscription(
    identity.Subscription,
    ordering.Subscription,
    order_events.Subscription,
    consent.Subscription,
    webhooks.Subscription,
):
    pass


class Names(NameConverter):
    """GraphQL's names of ours, each made once: arguments are asked for theirs in every request."""

    apply_naming_config = cache(NameConverter.apply_naming_config)


declare(Query, nullable=True)
declare(Mutation)
declare(Subscription)
schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(name_converter=Names(), scalar_map=SCALARS),
)
core: GraphQLSchema = schema._schema
check(core)
make_readers(core)
tell_members(core)
describe(core)
