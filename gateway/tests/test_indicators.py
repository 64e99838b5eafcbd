"""Every sum of the city's indicators is of numbers that may be said, whichever partners are chosen."""

from gateway.schema.indicators import level_counts, money_months, order_months
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1.indicators_pb2 import OrderIndicator
from yima.partners.v1.api_pb2 import PartnerLevel
from yima.partners.v1.enums import DataLevel
from yima.settlement.v1.indicators_pb2 import MoneyIndicator


def indicator(month: str, partner: str, ending: int, orders: int) -> OrderIndicator:
    return OrderIndicator(month=month, partner_id=partner, ending=ending, orders=orders, withheld=orders == 0)  # type: ignore[arg-type]


def test_what_is_withheld_is_in_no_sum_and_no_difference_of_sums() -> None:
    said = [indicator("2026-05", "a", 1, 40), indicator("2026-05", "b", 1, 0), indicator("2026-05", "b", 2, 12)]
    (every,) = order_months(said)
    assert (every.served, every.called_off, every.under_way, every.withheld) == (40, 12, 0, 1)
    (without_b,) = order_months([each for each in said if each.partner_id != "b"])
    assert every.served - without_b.served == 0


def test_months_come_in_their_order_and_a_partner_counts_on_each_level_it_is_on() -> None:
    months = order_months([indicator("2026-06", "a", 3, 10), indicator("2025-12", "a", 1, 10)])
    assert [month.month for month in months] == ["2025-12", "2026-06"]
    counts = level_counts(
        [PartnerLevel(levels=[DataLevel(1), DataLevel(4)]), PartnerLevel(levels=[DataLevel(4)]), PartnerLevel()]
    )
    assert [(count.level, count.partners) for count in counts] == [(1, 1), (2, 0), (3, 0), (4, 2)]


def test_money_is_summed_by_month_share_and_currency_and_what_is_withheld_is_in_no_sum() -> None:
    def booked(month: str, share: int, minor: int, currency: str = "CNY") -> MoneyIndicator:
        amount = Money(currency=currency, minor=minor)
        return MoneyIndicator(month=month, share=share, amount=amount, withheld=minor == 0)  # type: ignore[arg-type]

    said = [booked("2026-06", 1, 900), booked("2026-05", 2, 80), booked("2026-05", 2, 20), booked("2026-05", 2, 0)]
    months = money_months([*said, booked("2026-05", 2, 7, "USD")])
    assert [(each.month, each.share.value, str(each.amount.currency), each.withheld) for each in months] == [
        ("2026-05", 2, "CNY", 1),
        ("2026-05", 2, "USD", 0),
        ("2026-06", 1, "CNY", 0),
    ]
    assert [each.amount.minor for each in months] == [100, 7, 900]
