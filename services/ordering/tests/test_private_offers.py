"""Private offers: one buyer, one order, until a day; nobody else learns of one, and no price is above the published."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound, Refusal
from hypothesis import given
from hypothesis import strategies as st
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.api.messages import to_message
from ordering.api.placing import check_published
from ordering.commands import booking, placing, private_offers
from ordering.commands.placing import PlaceRequest
from ordering.commands.private_offers import Addressee, Shown
from ordering.domain.agreement import ExpectedTotal, TermsChanged
from ordering.domain.desks import DeskScan
from ordering.domain.entitlements import TransferRefused
from ordering.domain.orders import LineRequest, OfferingWithdrawn, UnknownOffering
from ordering.domain.private_offers import (
    FIRST,
    MOVES,
    OfferLimits,
    PriceNotLower,
    PrivateOfferOver,
    PrivateOfferStatus,
    PrivateOfferUsed,
    TooManyPrivateOffers,
    UnknownPrivateOffer,
    check_price,
    code_sha256,
    ends_at,
    new_code,
)
from ordering.domain.process import OrderStatus
from ordering.domain.proofs import ScanUsed
from ordering.domain.standing import NotInGoodStanding
from ordering.store import private_offers as store
from ordering.store.private_offers import Beholder, PrivateOfferFilter
from ordering_scenario import ALL, DEADLINES, Scenario
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.catalog.v1.events_pb2 import OfferingPublished
from yima.catalog.v1.events_pb2 import OfferingWithdrawn as Withdrawn
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1 import events_pb2 as events_pb

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
LIMITS = OfferLimits()
PUBLISHED, PRIVATE = 100, 60


@dataclass
class Made:
    """A private offer, and the code that only its partner has."""

    shown: Shown
    code: str

    @property
    def id(self) -> UUID:
        return self.shown[0].id

    @property
    def offering_id(self) -> UUID:
        return self.shown[0].offering_id


async def make(scenario: Scenario, offering: UUID, price: int = PRIVATE, **more: Any) -> Made:
    values: dict[str, Any] = {"partner_id": scenario.partner, "addressee": None, "limits": LIMITS, "days": 3} | more
    until = DEADLINES.today(scenario.now) + timedelta(days=values.pop("days"))
    async with scenario.store.transaction() as session:
        shown, code = await private_offers.make_private_offer(
            session,
            by="staff",
            offering_id=offering,
            price_minor=price,
            currency=values.pop("currency", "CNY"),
            until_day=until.isoformat(),
            deadlines=DEADLINES,
            now=scenario.now,
            **values,
        )
    return Made(shown, code)


async def take(scenario: Scenario, code: str, buyer: UUID) -> Shown:
    async with scenario.store.transaction() as session:
        return await private_offers.take_private_offer(session, code=code, buyer_id=buyer, by=buyer, now=scenario.now)


async def withdraw(scenario: Scenario, made: Made, partner: UUID | None = None) -> Shown:
    async with scenario.store.transaction() as session:
        return await private_offers.withdraw_private_offer(
            session, private_offer_id=made.id, partner_id=partner or scenario.partner, now=scenario.now
        )


async def lapse(scenario: Scenario) -> None:
    while await private_offers.lapse_private_offers(scenario.store, scenario.now):
        continue


async def status(scenario: Scenario, made: Made) -> tuple[str, str | None]:
    ((status, because),) = await scenario.query(
        "SELECT status, ended_because FROM private_offer WHERE id = :id", id=made.id
    )
    return status, because


def ordering(
    made: Made, buyer: UUID, *, price: int = PRIVATE, revision: int = 1, key: str = "", **line: Any
) -> PlaceRequest:
    """An order by a private offer, agreeing to its price."""
    values: dict[str, Any] = {"private_offer_id": made.id, "revision": revision} | line
    request = LineRequest(values.pop("offering_id", made.offering_id), values.pop("quantity", 1), **values)
    return PlaceRequest(
        buyer, buyer, [request], "sandbox:ok", False, key or str(uuid4()), b"a" * 32, None, None, proven=True,
        expected=ExpectedTotal(price, "CNY"),
    )  # fmt: skip


async def placed(scenario: Scenario, requests: Sequence[PlaceRequest]) -> Sequence[Any]:
    async with scenario.store.transaction() as session:
        return await placing.place(session, requests, DEADLINES, scenario.now)


async def order(scenario: Scenario, request: PlaceRequest) -> OrderAggregate:
    """Its order; a refusal is raised."""
    (outcome,) = await placed(scenario, [request])
    if isinstance(outcome, Exception):
        raise outcome
    assert isinstance(outcome, OrderAggregate)
    return outcome


async def events_of(scenario: Scenario, kind: type[Any], made: Made) -> list[Any]:
    subject = f"{kind.DESCRIPTOR.full_name}.{made.id}"
    rows = await scenario.query("SELECT payload FROM outbox WHERE subject = :subject ORDER BY id", subject=subject)
    return [kind.FromString(row[0]) for row in rows]


async def revise(scenario: Scenario, offering: UUID, price: int) -> None:
    """Another price is published, for everybody."""
    published = catalog.Offering(
        id=str(offering), partner_id=str(scenario.partner), revision=2, version=2,
        manifest=catalog.OfferingManifest(price=Money(currency="CNY", minor=price)),
    )  # fmt: skip
    await scenario.hear(handlers.on_offering_published, OfferingPublished(offering=published))


async def test_its_buyer_orders_once_at_its_price_and_everything_goes_by_that(scenario: Scenario) -> None:
    offering, buyer = await scenario.offer(price=PUBLISHED), uuid4()
    made = await make(scenario, offering)
    await take(scenario, made.code, buyer)
    bought = await order(scenario, ordering(made, buyer))
    message = to_message(bought)
    assert (message.total.minor, message.lines[0].unit_price.minor) == (PRIVATE, PRIVATE)
    assert message.lines[0].published_price.minor == PUBLISHED
    assert message.lines[0].private_offer_id == str(made.id)
    (said,) = await scenario.published(events_pb.OrderPlaced, bought)
    assert (said.total.minor, said.lines[0].total.minor) == (PRIVATE, PRIVATE), "settlement divides what was paid"
    assert said.lines[0].private_offer_id == str(made.id)
    assert await status(scenario, made) == ("used", None)
    (used,) = await events_of(scenario, events_pb.PrivateOfferUsed, made)
    assert used.order_id == str(bought.row.id)
    after = await scenario.look(bought)
    assert after.lines[0].total_minor == PRIVATE, "as it is read back, too"
    with pytest.raises(PrivateOfferUsed):
        await order(scenario, ordering(made, buyer))


async def test_a_repeated_order_is_the_same_order(scenario: Scenario) -> None:
    buyer = uuid4()
    made = await make(scenario, await scenario.offer())
    await take(scenario, made.code, buyer)
    request = ordering(made, buyer, key="once")
    first = await order(scenario, request)
    assert (await order(scenario, request)).row.id == first.row.id


async def test_of_a_code_only_a_hash_is_kept_and_its_partner_is_shown_it_once(scenario: Scenario) -> None:
    made = await make(scenario, await scenario.offer())
    assert len(made.code) >= 32
    rows = await scenario.query("SELECT row_to_json(o)::text FROM private_offer AS o WHERE id = :id", id=made.id)
    assert made.code not in rows[0][0]
    assert made.shown[0].code_sha256 == code_sha256(made.code)
    assert new_code() != new_code()


async def test_who_takes_it_first_is_its_buyer_and_to_all_others_there_is_none(scenario: Scenario) -> None:
    made, first, other = await make(scenario, await scenario.offer()), uuid4(), uuid4()
    assert (await take(scenario, made.code, first))[0].buyer_id == first
    assert (await take(scenario, made.code, first))[0].buyer_id == first, "twice is once"
    assert len(await events_of(scenario, events_pb.PrivateOfferTaken, made)) == 1
    refusals = []
    for code in (made.code, new_code()):
        with pytest.raises(UnknownPrivateOffer) as refused:
            await take(scenario, code, other)
        refusals.append((refused.value.detail, refused.value.field))
    assert refusals[0] == refusals[1], "who guesses does not learn whether there is one"
    with pytest.raises(UnknownPrivateOffer):
        await order(scenario, ordering(made, other))
    with pytest.raises(UnknownPrivateOffer):
        await order(scenario, replace(ordering(made, first), resident_id=other))


async def test_of_many_who_take_it_at_once_one_is_its_buyer(scenario: Scenario) -> None:
    made = await make(scenario, await scenario.offer())
    buyers = [uuid4() for _ in range(6)]
    outcomes = await asyncio.gather(*(take(scenario, made.code, each) for each in buyers), return_exceptions=True)
    won = [each for each in outcomes if not isinstance(each, BaseException)]
    assert len(won) == 1
    assert all(isinstance(each, UnknownPrivateOffer) for each in outcomes if isinstance(each, BaseException))
    assert len(await events_of(scenario, events_pb.PrivateOfferTaken, made)) == 1


async def test_of_two_orders_at_once_one_uses_it(scenario: Scenario) -> None:
    made, buyer = await make(scenario, await scenario.offer()), uuid4()
    await take(scenario, made.code, buyer)
    apart = await asyncio.gather(*(order(scenario, ordering(made, buyer)) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, OrderAggregate) for each in apart) == 1
    assert sum(isinstance(each, PrivateOfferUsed) for each in apart) == 3
    another = await make(scenario, made.offering_id)
    await take(scenario, another.code, buyer)
    together = await placed(scenario, [ordering(another, buyer), ordering(another, buyer)])
    assert [type(each) for each in together] == [OrderAggregate, PrivateOfferUsed]


async def test_what_is_withdrawn_while_it_is_ordered_is_one_or_the_other(scenario: Scenario) -> None:
    for _ in range(4):
        made, buyer = await make(scenario, await scenario.offer()), uuid4()
        await take(scenario, made.code, buyer)
        bought, ended = await asyncio.gather(
            order(scenario, ordering(made, buyer)), withdraw(scenario, made), return_exceptions=True
        )
        if isinstance(bought, OrderAggregate):
            assert isinstance(ended, PrivateOfferUsed)
            assert await status(scenario, made) == ("used", None)
        else:
            assert isinstance(bought, PrivateOfferOver)
            assert await status(scenario, made) == ("withdrawn", "withdrawn")


async def test_what_was_ordered_by_it_is_not_withdrawn_while_it_is_paid(scenario: Scenario) -> None:
    made, buyer = await make(scenario, await scenario.offer()), uuid4()
    await take(scenario, made.code, buyer)
    bought = await order(scenario, ordering(made, buyer))
    with pytest.raises(PrivateOfferUsed):
        await withdraw(scenario, made)
    await scenario.pay(bought)
    assert await scenario.status(bought) == OrderStatus.CONFIRMED


async def test_a_price_that_changes_in_between_ends_it_and_nothing_is_ordered(scenario: Scenario) -> None:
    offering, buyer = await scenario.offer(price=PUBLISHED), uuid4()
    made, untaken = await make(scenario, offering), await make(scenario, offering)
    await take(scenario, made.code, buyer)
    await revise(scenario, offering, price=50)
    for revision in (1, 2):
        with pytest.raises(PrivateOfferOver):
            await order(scenario, ordering(made, buyer, revision=revision))
    with pytest.raises(UnknownPrivateOffer):
        await take(scenario, untaken.code, buyer)
    await lapse(scenario)
    for each in (made, untaken):
        assert await status(scenario, each) == ("lapsed", "offering_changed")
        (ended,) = await events_of(scenario, events_pb.PrivateOfferEnded, each)
        assert ended.end == pb.PRIVATE_OFFER_END_OFFERING_CHANGED


async def test_what_the_buyer_agrees_to_is_held_against_its_price(scenario: Scenario) -> None:
    made, buyer = await make(scenario, await scenario.offer(price=PUBLISHED, asks=True)), uuid4()
    await take(scenario, made.code, buyer)
    for price in (PUBLISHED, PRIVATE - 1):
        with pytest.raises(TermsChanged) as changed:
            await order(scenario, ordering(made, buyer, price=price, consent_hash=b"h" * 32))
        assert changed.value.data["total"]["minor"] == str(PRIVATE)
    with pytest.raises(TermsChanged):
        await order(scenario, ordering(made, buyer, consent_hash=b"x" * 32))
    assert await status(scenario, made) == ("taken", None), "a refused order uses nothing up"
    await order(scenario, ordering(made, buyer, consent_hash=b"h" * 32))


async def test_it_lapses_when_its_day_is_over_by_the_citys_clock(scenario: Scenario) -> None:
    made, buyer = await make(scenario, await scenario.offer(), days=0), uuid4()
    await take(scenario, made.code, buyer)
    scenario.now = made.shown[0].until - timedelta(seconds=1)
    await lapse(scenario)
    assert await status(scenario, made) == ("taken", None)
    scenario.now = made.shown[0].until
    with pytest.raises(PrivateOfferOver):
        await order(scenario, ordering(made, buyer))
    await lapse(scenario)
    assert await status(scenario, made) == ("lapsed", "day_over")


async def test_it_ends_with_what_it_is_of_and_with_its_partners_standing(scenario: Scenario) -> None:
    gone, kept = await scenario.offer(), await scenario.offer()
    of_gone, of_kept = await make(scenario, gone), await make(scenario, kept)
    await take(scenario, of_kept.code, buyer := uuid4())
    await scenario.hear(handlers.on_offering_withdrawn, Withdrawn(offering_id=str(gone), version=2))
    await lapse(scenario)
    assert await status(scenario, of_gone) == ("lapsed", "offering_changed")
    assert await status(scenario, of_kept) == ("taken", None)
    await scenario.suspend(1)
    with pytest.raises(NotInGoodStanding):
        await order(scenario, ordering(of_kept, buyer))
    await lapse(scenario)
    await scenario.reinstate(2)
    await lapse(scenario)
    assert await status(scenario, of_kept) == ("lapsed", "standing"), "reinstating brings nothing back"
    with pytest.raises(PrivateOfferOver):
        await withdraw(scenario, of_kept)
    with pytest.raises(PrivateOfferOver):
        await order(scenario, ordering(of_kept, buyer))


async def test_a_certificate_that_lapses_by_the_clock_ends_it(scenario: Scenario) -> None:
    offering = await scenario.offer()
    await scenario.stand(*range(1, 6), version=1, hours=1)
    made = await make(scenario, offering)
    scenario.later(hours=2)
    with pytest.raises(UnknownPrivateOffer):
        await take(scenario, made.code, uuid4())
    await lapse(scenario)
    assert await status(scenario, made) == ("lapsed", "standing")


async def test_withdrawing_ends_it_once_and_is_its_partners_alone(scenario: Scenario) -> None:
    made = await make(scenario, await scenario.offer())
    with pytest.raises(UnknownPrivateOffer):
        await withdraw(scenario, made, partner=uuid4())
    for _ in range(2):
        assert (await withdraw(scenario, made))[0].status == "withdrawn"
    assert len(await events_of(scenario, events_pb.PrivateOfferEnded, made)) == 1
    with pytest.raises(UnknownPrivateOffer):
        await take(scenario, made.code, uuid4())


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        pytest.param({"price": PUBLISHED}, PriceNotLower, id="the published price"),
        pytest.param({"price": PUBLISHED + 1}, PriceNotLower, id="above it"),
        pytest.param({"price": -1}, Invalid, id="below nothing"),
        pytest.param({"currency": "USD"}, Invalid, id="another currency"),
        pytest.param({"days": -1}, Invalid, id="a day that is over"),
        pytest.param({"days": LIMITS.days + 1}, Invalid, id="too long"),
        pytest.param({"partner_id": uuid4()}, UnknownOffering, id="another partner's offering"),
    ],
)
async def test_what_may_not_be_offered(scenario: Scenario, change: dict[str, Any], refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        await make(scenario, await scenario.offer(price=PUBLISHED), **change)


async def test_only_what_is_on_sale_is_offered_by_who_may_sell(scenario: Scenario) -> None:
    with pytest.raises(UnknownOffering):
        await make(scenario, uuid4())
    offering = await scenario.offer()
    await scenario.hear(handlers.on_offering_withdrawn, Withdrawn(offering_id=str(offering), version=2))
    with pytest.raises(OfferingWithdrawn):
        await make(scenario, offering)
    other = await scenario.offer()
    await scenario.suspend(1)
    with pytest.raises(NotInGoodStanding):
        await make(scenario, other)


async def test_so_many_may_be_open_of_a_partner_and_of_an_offering_even_at_once(scenario: Scenario) -> None:
    offering, another, limits = await scenario.offer(), await scenario.offer(), OfferLimits(3, 2, 90)
    outcomes = await asyncio.gather(
        *(make(scenario, offering, limits=limits) for _ in range(5)), return_exceptions=True
    )
    made = [each for each in outcomes if isinstance(each, Made)]
    assert len(made) == 2
    assert {type(each) for each in outcomes} == {Made, TooManyPrivateOffers}
    await make(scenario, another, limits=limits)
    with pytest.raises(TooManyPrivateOffers):
        await make(scenario, another, limits=limits)
    await withdraw(scenario, made[0])
    await make(scenario, another, limits=limits)


async def test_one_for_who_was_scanned_has_its_buyer_at_once_and_no_code(scenario: Scenario) -> None:
    buyer = uuid4()
    scan = DeskScan(uuid4(), scenario.partner, uuid4(), uuid4(), False)
    made = await make(scenario, await scenario.offer(), addressee=Addressee(buyer, scan))
    assert (made.code, made.shown[0].status, made.shown[0].buyer_id) == ("", "taken", buyer)
    (told,) = await events_of(scenario, events_pb.PrivateOfferAddressed, made)
    assert told.resident_id == str(buyer)
    with pytest.raises(ScanUsed):
        await make(scenario, made.offering_id, addressee=Addressee(buyer, scan))
    await order(scenario, ordering(made, buyer))


@pytest.mark.parametrize(
    "line", [{"quantity": 2}, {"offering_id": "another"}, {"private_offer_id": uuid4()}], ids=["two", "else", "none"]
)
async def test_a_line_is_of_what_was_offered_and_of_one(scenario: Scenario, line: dict[str, Any]) -> None:
    contents = [catalog.EntitledItem(code="visit", times=2)]
    offering = await scenario.offer(price=PUBLISHED, contents=contents, valid_days=30)
    made, buyer = await make(scenario, offering), uuid4()
    await take(scenario, made.code, buyer)
    if "offering_id" in line:
        line = {"offering_id": await scenario.offer()}
    with pytest.raises((Invalid, UnknownPrivateOffer)):
        await order(scenario, ordering(made, buyer, **line))


async def test_one_offer_is_not_in_an_order_twice_and_several_may_be(scenario: Scenario) -> None:
    first, second, buyer = (
        await make(scenario, await scenario.offer()),
        await make(scenario, await scenario.offer(), 30),
        uuid4(),
    )
    for made in (first, second):
        await take(scenario, made.code, buyer)
    request = ordering(first, buyer)
    twice = replace(request, lines=[*request.lines, *request.lines], expected=ExpectedTotal(120, "CNY"))
    with pytest.raises(Invalid):
        await order(scenario, twice)
    both = [*request.lines, *ordering(second, buyer).lines]
    bought = await order(scenario, replace(request, lines=both, expected=ExpectedTotal(90, "CNY")))
    assert [line.total_minor for line in bought.lines] == [60, 30]


async def test_a_fee_is_a_part_of_the_price_that_was_paid(scenario: Scenario) -> None:
    offering = await scenario.offer(
        price=PUBLISHED, booking_required=True,
        cancellation=[catalog.CancellationRule(hours_before=72, fee_basis_points=5_000)],
    )  # fmt: skip
    made, buyer = await make(scenario, offering), uuid4()
    await take(scenario, made.code, buyer)
    bought = await order(scenario, ordering(made, buyer, slot_ids=(await scenario.slot(offering),)))
    await scenario.pay(bought)
    await scenario.accept(bought)
    await scenario.cancel(bought)
    (cancelled,) = await scenario.published(events_pb.OrderCancelled, bought)
    assert [due.amount.minor for due in cancelled.dues] == [PRIVATE // 2]


async def test_what_was_offered_to_one_is_passed_on_to_nobody(scenario: Scenario) -> None:
    made, buyer = await make(scenario, await scenario.offer()), uuid4()
    await take(scenario, made.code, buyer)
    bought = await order(scenario, ordering(made, buyer))
    await scenario.pay(bought)
    async with scenario.store.transaction() as session:
        with pytest.raises(TransferRefused):
            await booking.transfer_order(
                session, order_id=bought.row.id, beneficiary_id=uuid4(), person=None, visibility=ALL,
                deadlines=DEADLINES, now=scenario.now,
            )  # fmt: skip


async def test_its_partner_its_buyer_and_who_supervises_see_it_and_nobody_else(scenario: Scenario) -> None:
    made, buyer = await make(scenario, await scenario.offer()), uuid4()
    await take(scenario, made.code, buyer)
    seeing = {
        "its partner": Beholder(partner_id=scenario.partner),
        "its buyer": Beholder(resident_ids=[buyer]),
        "who acts for them": Beholder(resident_ids=[uuid4(), buyer]),
        "who supervises": Beholder(everything=True),
    }
    blind = {"another partner": Beholder(partner_id=uuid4()), "another resident": Beholder(resident_ids=[uuid4()])}
    chosen = PrivateOfferFilter(offering_id=made.offering_id)
    async with scenario.store.transaction() as session:
        for who, beholder in (seeing | blind).items():
            rows = await store.page(session, beholder, chosen, beginning(10))
            assert [row.id for row, _ in rows] == ([made.id] if who in seeing else []), who
        for beholder in blind.values():
            with pytest.raises(NotFound):
                await private_offers.private_offer(session, made.id, beholder)
        filters = (
            PrivateOfferFilter("open"),
            PrivateOfferFilter(None, uuid4()),
            PrivateOfferFilter(None, None, uuid4()),
        )
        for other in filters:
            assert await store.page(session, seeing["its buyer"], other, beginning(10)) == []


def test_it_is_in_no_cart_and_at_no_desk() -> None:
    with pytest.raises(Invalid) as refused:
        check_published([pb.PlaceOrderLine(), pb.PlaceOrderLine(private_offer_id=str(uuid4()))], "order at once")
    assert refused.value.field == "lines[1].private_offer_id"


async def test_the_database_lets_nothing_of_it_change(scenario: Scenario) -> None:
    made, buyer = await make(scenario, await scenario.offer()), uuid4()
    await take(scenario, made.code, buyer)
    for change in (
        "price_minor = 1", "until = until + interval '1 day'", "buyer_id = gen_random_uuid()", "status = 'open'",
        "code_sha256 = '\\x00'", "status = 'used'", "status = 'lapsed'",
    ):  # fmt: skip
        with pytest.raises(DBAPIError):
            await scenario.query(f"UPDATE private_offer SET {change} WHERE id = :id RETURNING id", id=made.id)
    other = await scenario.place((made.offering_id, 1))
    with pytest.raises(DBAPIError):  # somebody else's order
        await scenario.query(
            "UPDATE private_offer SET status = 'used', order_id = :order, ended_at = now() WHERE id = :id RETURNING id",
            id=made.id, order=other.row.id,
        )  # fmt: skip
    for change in ("private_price_minor = 1, private_offer_id = :offer", "private_price_minor = 1"):
        with pytest.raises(DBAPIError):
            await scenario.query(
                f"UPDATE order_line SET {change} WHERE order_id = :id RETURNING id",
                id=other.row.id, **({"offer": made.id} if ":offer" in change else {}),
            )  # fmt: skip


async def test_the_database_allows_the_moves_of_the_rules_and_no_other(scenario: Scenario) -> None:
    (source,) = (await scenario.query("SELECT prosrc FROM pg_proc WHERE proname = 'private_offer_moves'"))[0]
    allowed = {f"{old}>{new}" for old, news in MOVES.items() for new in news}
    said = source[source.index("'{") + 2 : source.index("}'")].split(",")
    assert set(said) == allowed
    assert {PrivateOfferStatus.OPEN, PrivateOfferStatus.TAKEN} == FIRST


@given(st.integers(-10, 10**12), st.integers(0, 10**12))
def test_no_price_is_taken_that_is_not_below_the_published_one(price: int, published: int) -> None:
    if 0 <= price < published:
        check_price(price, "CNY", published, "CNY")
        return
    with pytest.raises(Refusal):
        check_price(price, "CNY", published, "CNY")


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(-400, 400))
def test_its_end_is_the_end_of_a_day_of_the_city(today: date, days: int) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    if not 0 <= days <= LIMITS.days:
        with pytest.raises(Invalid):
            ends_at((today + timedelta(days=days)).isoformat(), today, LIMITS, zone)
        return
    end = ends_at((today + timedelta(days=days)).isoformat(), today, LIMITS, zone).astimezone(zone)
    assert (end - timedelta(seconds=1)).date() == today + timedelta(days=days)
    assert end > datetime(today.year, today.month, today.day, tzinfo=UTC)


@pytest.mark.parametrize("code", ["", "x" * 65])
def test_what_is_no_code_is_refused_by_its_field(code: str) -> None:
    with pytest.raises(Invalid) as refused:
        code_sha256(code)
    assert refused.value.field == "code"
