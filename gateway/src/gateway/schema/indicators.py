"""Indicators of the city, for operators and regulators: partners by level, and by month what orders come to, to whom
their money goes, and how data is used."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Annotated

import strawberry
from yima.common.v1.types_pb2 import Money as MoneyMessage
from yima.consent.v1 import indicators_pb2 as data_pb
from yima.ordering.v1 import indicators_pb2 as orders_pb
from yima.partners.v1 import api_pb2 as partners_pb
from yima.partners.v1.enums import DataLevel, PartnerKind
from yima.settlement.v1 import indicators_pb2 as money_pb
from yima.settlement.v1.enums import MoneyShare

from gateway.context import Info
from gateway.policy import asks


@strawberry.type(description="How many partners take part on a level of data. One may be on several.")
class LevelCount:
    level: DataLevel = strawberry.field(description="The level.")
    partners: int = strawberry.field(description="How many active partners are on it now.")


@strawberry.type(
    description="Orders that were placed in a month, by what had become of them when it was over. Each number is the "
    "sum of what may be said: a partner's orders of fewer than ten residents are in none, and no total has them."
)
class OrderMonth:
    month: str = strawberry.field(description="Such as `2026-05`, by the city's clock.")
    served: int = strawberry.field(description="All of them was given.")
    called_off: int = strawberry.field(description="Refused, cancelled or expired.")
    under_way: int = strawberry.field(description="Not over then.")
    withheld: int = strawberry.field(description="How many numbers of partners are left out, each of fewer than ten.")


@strawberry.type(
    description="What a share of orders came to in a month, in one currency, less what was given back: the sum of what "
    "may be said."
)
class MoneyMonth:
    month: str = strawberry.field(description="Such as `2026-05`, by the city's clock.")
    share: MoneyShare = strawberry.field(description="To whom it goes.")
    amount: MoneyMessage = strawberry.field(description="As it was booked.")
    withheld: int = strawberry.field(description="How many numbers of partners are left out, each of fewer than ten.")


@strawberry.type(description="How often a kind of information was read for a purpose in a month.")
class DataUse:
    month: str = strawberry.field(description="Such as `2026-05`, by the city's clock.")
    purpose: str = strawberry.field(description="HL7's code.")
    information_type: str = strawberry.field(description="A reading of several kinds counts once for each.")
    uses: int | None = strawberry.field(description="Null where it is of fewer than ten residents.")


@strawberry.type(description="How the city does.")
class Indicators:
    partners: int = strawberry.field(description="How many active partners there are.")
    levels: list[LevelCount] = strawberry.field(description="Partners by the four levels of data.")
    order_months: list[OrderMonth] = strawberry.field(description="Months that are over, the earliest first.")
    money_months: list[MoneyMonth] = strawberry.field(description="The earliest first, by share and currency.")


ENDINGS = {
    orders_pb.ORDER_ENDING_SERVED: "served",
    orders_pb.ORDER_ENDING_CALLED_OFF: "called_off",
    orders_pb.ORDER_ENDING_UNDER_WAY: "under_way",
}


def order_months(indicators: Iterable[orders_pb.OrderIndicator]) -> list[OrderMonth]:
    """By month, the sum of what may be said."""
    months: dict[str, OrderMonth] = {}
    for each in indicators:
        month = months.setdefault(
            each.month, OrderMonth(month=each.month, served=0, called_off=0, under_way=0, withheld=0)
        )
        ending = ENDINGS.get(each.ending)
        if each.withheld or ending is None:
            month.withheld += 1
        else:
            setattr(month, ending, getattr(month, ending) + each.orders)
    return [months[month] for month in sorted(months)]


def money_months(indicators: Iterable[money_pb.MoneyIndicator]) -> list[MoneyMonth]:
    """By month, share and currency, the sum of what may be said."""
    sums: dict[tuple[str, int, str], tuple[int, int]] = {}
    for each in indicators:
        key = (each.month, each.share, each.amount.currency)
        minor, withheld = sums.get(key, (0, 0))
        sums[key] = (minor + each.amount.minor, withheld + each.withheld)
    return [
        MoneyMonth(
            month=month,
            share=MoneyShare(share),
            amount=MoneyMessage(currency=currency, minor=minor),
            withheld=withheld,
        )
        for (month, share, currency), (minor, withheld) in sorted(sums.items())
    ]


def level_counts(partners: Sequence[partners_pb.PartnerLevel]) -> list[LevelCount]:
    return [
        LevelCount(level=level, partners=sum(level in partner.levels for partner in partners)) for level in DataLevel
    ]


@strawberry.type
class Query:
    @strawberry.field(
        description="How the city does, for operators and regulators: of all partners, or those of a kind or district."
    )
    @asks("partners.ListPartnerLevels", "ordering.ListOrderIndicators", "settlement.ListMoneyIndicators")
    async def indicators(
        self,
        info: Info,
        kind: Annotated[PartnerKind | None, strawberry.argument(description="Only of partners of this kind.")] = None,
        district: Annotated[str | None, strawberry.argument(description="Only of partners in this district.")] = None,
        since: Annotated[
            str | None, strawberry.argument(description="From this month on, such as `2026-05`; else the last twelve.")
        ] = None,
    ) -> Indicators:
        clients, token = info.context.clients, info.context.token
        levels, orders, money = await asyncio.gather(
            clients.partners.list_partner_levels(partners_pb.ListPartnerLevelsRequest(district=district or ""), token),
            clients.ordering.list_order_indicators(orders_pb.ListOrderIndicatorsRequest(since=since or ""), token),
            clients.settlement.list_money_indicators(money_pb.ListMoneyIndicatorsRequest(since=since or ""), token),
        )
        partners = [partner for partner in levels.partners if kind is None or partner.kind == kind]
        every = kind is None and not district
        chosen = {partner.partner_id for partner in partners}
        return Indicators(
            partners=len(partners),
            levels=level_counts(partners),
            order_months=order_months(each for each in orders.indicators if every or each.partner_id in chosen),
            money_months=money_months(each for each in money.indicators if every or each.partner_id in chosen),
        )

    @strawberry.field(
        description="How residents' data is used in the whole city, for operators and regulators: permitted readings "
        "by month, purpose and kind of information, the earliest first."
    )
    @asks("consent.ListDataIndicators")
    async def data_use(
        self,
        info: Info,
        since: Annotated[
            str | None, strawberry.argument(description="From this month on, such as `2026-05`; else the last twelve.")
        ] = None,
    ) -> list[DataUse]:
        clients, token = info.context.clients, info.context.token
        answer = await clients.consent.list_data_indicators(data_pb.ListDataIndicatorsRequest(since=since or ""), token)
        return [
            DataUse(
                month=each.month,
                purpose=each.purpose,
                information_type=each.information_type,
                uses=None if each.withheld else each.uses,
            )
            for each in answer.indicators
        ]
