"""People are told what concerns them: once each, by the channels they want, in their language, and thin."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from carriers_process import SECRET, Carriers
from chassis.ids import new_id
from chassis.pages import beginning
from chassis.refusals import Invalid, Unavailable
from chassis.wire import timestamp
from notifications.carriers.http import HttpCarrier
from notifications.carriers.push import VapidKey, WebPush, subscription_of
from notifications.commands import messages as commands
from notifications.commands import notices, preferences
from notifications.commands.messages import Addresses, Reached
from notifications.commands.preferences import Choice
from notifications.domain.messages import KINDS, AudienceKind, Channel
from notifications.domain.templates import BadTexts, check_texts, read_templates, read_texts
from notifications.posting import Answer, AudienceOf, Courier
from notifications.receivers import Receivers
from notifications.store import messages as store
from notifications_scenario import HERE, Scenario
from sqlalchemy.exc import DBAPIError
from yima.common.v1.types_pb2 import Interval
from yima.consent.v1 import events_pb2 as consent
from yima.identity.v1 import events_pb2 as identity
from yima.ordering.v1 import events_pb2 as ordering
from yima.partners.v1 import events_pb2 as partners
from yima.partners.v1.api_pb2 import Contact
from yima.records.v1 import events_pb2 as records

pytestmark = pytest.mark.anyio
SERVICE = "notifications"
ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2027, 3, 1, 12, 0, tzinfo=ZONE)
LOCALES = ["en", "zh-CN", "ar"]


@pytest.fixture(scope="module")
def carriers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carriers]:
    running = Carriers.started(tmp_path_factory.mktemp("carriers"))
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def faultless(carriers: Carriers) -> None:
    carriers.faults()


@dataclass
class Office:
    """A courier with the sandbox's carriers, and the people that identity knows."""

    scenario: Scenario
    carriers: Carriers
    people: dict[UUID | AudienceKind, Reached] = field(default_factory=dict)  # by whom a notice is for
    away: bool = False

    def __post_init__(self) -> None:
        self.clock_at(NOON)
        self.receivers = Receivers(HERE)
        self.vapid = VapidKey.of("v" * 32, "mailto:no-reply@yima.example.org")
        self.courier = Courier(
            self.scenario.database,
            self.scenario.sealer,
            read_templates(LOCALES, {"en": "Jinan", "zh-CN": "济南"}, "https://yima.example.org"),
            ZONE,
            {
                Channel.EMAIL: HttpCarrier(f"{self.carriers.url}/emails", SECRET),
                Channel.SMS: HttpCarrier(f"{self.carriers.url}/sms", SECRET),
                Channel.PUSH: WebPush(self.vapid, self.receivers),
            },
            self.ask,
            Addresses(b"k" * 32),
        )

    def clock_at(self, moment: datetime) -> None:
        """The city's clock, from now on."""
        self.scenario.ahead = moment - datetime.now(UTC)

    async def ask(self, audiences: Sequence[AudienceOf]) -> Sequence[Answer]:
        if self.away:
            raise Unavailable("identity is away")
        return [
            Answer([self.people[key]] if (key := each.subject_id or each.kind) in self.people else [])
            for each in audiences
        ]

    def a_person(self, *addresses: str) -> Reached:
        person = Reached(new_id(), "ROLE_RESIDENT", addresses or (f"p-{secrets.token_hex(5)}@residents.example.org",))
        self.people[person.account_id] = person
        return person

    async def work(self) -> None:
        """Write and carry until nothing is due."""
        while await self.courier.write() or await self.courier.carry():
            pass

    async def of(self, person: Reached) -> list[str]:
        """Where somebody's messages stand, in the order in which they were written."""
        rows = await self.scenario.execute(
            "SELECT kind || ' ' || channel || ' ' || status AS stands FROM message_delivery WHERE person_id = :person"
            " ORDER BY created_at, id",
            person=person.account_id,
        )
        return [row.stands for row in rows]

    async def chooses(self, person: Reached, *choices: Choice, **settings: Any) -> None:
        async with self.scenario.database.transaction() as session:
            await preferences.choose(
                session,
                person_id=person.account_id,
                role=person.role,
                locale=settings.get("locale", ""),
                quiet=settings.get("quiet"),
                choices=choices,
                locales=LOCALES,
                now=self.scenario.database.now(),
            )


@pytest.fixture
async def office(scenario: Scenario, carriers: Carriers) -> AsyncGenerator[Office]:
    made = Office(scenario, carriers)
    await scenario.execute("DELETE FROM channel_rest")  # another test's carriers were away
    await scenario.execute(
        "UPDATE message_delivery SET status = 'cancelled', finished_at = now(), sealed_to = NULL,"
        " sealed_text = NULL WHERE status = 'waiting'"
    )
    yield made
    await made.courier.close()
    await made.receivers.close()


def accepted(person: Reached, version: int = 4) -> ordering.OrderAccepted:
    return ordering.OrderAccepted(
        order_id=str(new_id()), partner_id=str(uuid4()), resident_id=str(person.account_id), version=version
    )


async def test_a_resident_is_told_of_a_step_once_with_a_link_and_finds_it_in_the_inbox(office: Office) -> None:
    person, event_id = office.a_person(), new_id()
    event = accepted(person)
    await office.scenario.hear(event, ids=[event_id])
    await office.scenario.hear(event, ids=[event_id])  # heard again
    await office.work()
    (arrived,) = office.carriers.arrived(person.addresses[0])
    assert arrived["title"] == "Your order is accepted"
    assert "https://yima.example.org/app/orders/ord_" in arrived["text"]
    assert arrived["came"] == 1
    async with office.scenario.database.transaction() as session:
        (row,) = await store.of_person(session, person.account_id, unread=True, part=beginning(10))
        assert await store.mark_read(session, person.account_id, [row.id], None, NOON) == 1
        assert await store.unread(session, person.account_id) == 0


async def test_nothing_is_told_of_what_happened_days_ago(office: Office) -> None:
    """A stream that is read again from its beginning is no news."""
    person = office.a_person()
    async with office.scenario.database.transaction() as session:
        now = office.scenario.database.now()
        old = [(new_id(), now - timedelta(days=3), accepted(person))]
        assert not await notices.note(session, old, office.scenario.sealer, now)
    await office.work()
    assert await office.of(person) == []


async def test_each_is_told_in_their_language_and_by_the_channels_they_chose(office: Office) -> None:
    number = f"+86139{secrets.randbelow(10**8):08}"
    person = office.a_person(number, f"q-{secrets.token_hex(5)}@residents.example.org")
    email, sms = (Choice("order_accepted", channel, channel == Channel.SMS) for channel in (Channel.EMAIL, Channel.SMS))
    await office.chooses(person, email, sms, locale="zh-CN")
    await office.scenario.hear(accepted(person))
    await office.work()
    assert await office.of(person) == ["order_accepted sms sent"]
    (arrived,) = office.carriers.arrived(number)
    assert arrived["text"].startswith("【济南】合作机构已接受您的订单。")


async def test_what_warns_cannot_be_switched_off(office: Office) -> None:
    person = office.a_person()
    with pytest.raises(Invalid):
        await office.chooses(person, Choice("emergency_opened", Channel.EMAIL, is_on=False))


async def test_at_night_only_what_is_urgent_is_sent_by_the_citys_clock(office: Office) -> None:
    person = office.a_person()
    office.clock_at(NOON.replace(hour=23))
    opened = consent.EmergencyOpened(emergency_id=str(new_id()), resident_id=str(person.account_id))
    await office.scenario.hear(accepted(person), opened)
    await office.work()
    assert await office.of(person) == ["order_accepted email waiting", "emergency_opened email sent"]
    office.clock_at(NOON.replace(hour=7) + timedelta(days=1, minutes=1))
    await office.work()
    assert await office.of(person) == ["order_accepted email sent", "emergency_opened email sent"]


async def test_several_of_one_kind_become_one_and_the_first_waits_for_none(office: Office) -> None:
    person = office.a_person()
    await office.scenario.hear(accepted(person))
    await office.work()
    await office.scenario.hear(*(accepted(person) for _ in range(4)))
    await office.work()
    assert len(office.carriers.arrived(person.addresses[0])) == 1
    office.clock_at(NOON + timedelta(minutes=11))
    await office.work()
    first, together = office.carriers.arrived(person.addresses[0])
    assert (first["title"], together["title"]) == ("Your order is accepted", "Your order is accepted (4)")
    assert (await office.of(person)).count("order_accepted email sent") == 5


def booked(person: Reached, starts: datetime, **more: Any) -> ordering.SlotBooked:
    span = Interval(start=timestamp(starts), end=timestamp(starts + timedelta(hours=1)))
    values: dict[str, Any] = {"order_id": str(new_id()), "booking_id": str(new_id()), **more}
    return ordering.SlotBooked(
        **values, partner_id=str(uuid4()), resident_id=str(person.account_id), interval=span, version=5
    )


async def test_a_session_is_reminded_of_a_day_before_and_a_moved_one_no_more(office: Office) -> None:
    person = office.a_person()
    kept = booked(person, NOON + timedelta(days=3))
    moved = booked(person, NOON + timedelta(days=3))
    instead = booked(person, NOON + timedelta(days=9), order_id=moved.order_id, instead_of_booking_id=moved.booking_id)
    for each in (kept, moved):
        await office.scenario.hear(
            ordering.OrderConfirmed(order_id=each.order_id, resident_id=each.resident_id, version=3), each
        )
    await office.scenario.hear(instead)

    async def reminders_at(moment: datetime) -> int:
        office.clock_at(moment)
        async with office.scenario.database.transaction() as session:
            await notices.remind(session, office.scenario.sealer, office.scenario.database.now())
        await office.work()
        return (await office.of(person)).count("session_reminder email sent")

    assert await reminders_at(NOON + timedelta(days=1, hours=23)) == 0
    assert await reminders_at(NOON + timedelta(days=2, minutes=1)) == 1
    assert await reminders_at(NOON + timedelta(days=2, hours=3)) == 1, "each once"
    titles = [each["text"] for each in office.carriers.arrived(person.addresses[0])]
    assert any(f"{NOON + timedelta(days=3):%Y-%m-%d} 12:00" in each for each in titles), "by the city's clock"


async def test_a_reminder_that_waits_is_not_sent_once_its_order_is_over(office: Office) -> None:
    person = office.a_person()
    session = booked(person, NOON + timedelta(days=1, hours=11))  # its reminder falls into the night
    order: dict[str, Any] = {"order_id": session.order_id, "resident_id": session.resident_id}
    await office.scenario.hear(ordering.OrderConfirmed(**order, version=3), session)
    await office.work()
    office.clock_at(NOON + timedelta(hours=11, minutes=1))
    async with office.scenario.database.transaction() as opened:
        await notices.remind(opened, office.scenario.sealer, office.scenario.database.now())
    await office.work()
    assert "session_reminder email waiting" in await office.of(person)
    await office.scenario.hear(ordering.OrderCancelled(**order, version=6))
    office.clock_at(NOON + timedelta(days=1))
    await office.work()
    assert "session_reminder email cancelled" in await office.of(person)
    assert not [each for each in office.carriers.arrived(person.addresses[0]) if "near" in each["title"]]


async def test_nothing_goes_to_an_account_that_ended_and_nothing_is_lost_while_identity_is_away(
    office: Office,
) -> None:
    gone, here = office.a_person(), office.a_person()
    await office.scenario.hear(accepted(gone), accepted(here))
    await office.courier.write()
    del office.people[gone.account_id]
    office.away = True
    await office.work()
    assert await office.of(here) == ["order_accepted email waiting"]
    office.away = False
    office.clock_at(NOON + timedelta(seconds=6))
    await office.work()
    assert await office.of(gone) == ["order_accepted email withheld"]
    assert office.carriers.arrived(gone.addresses[0]) == []
    assert await office.of(here) == ["order_accepted email sent"]


async def test_all_of_somebody_is_erased_once_their_account_is_over_for_good(office: Office) -> None:
    person = office.a_person()
    await office.chooses(person, locale="ar")
    await office.scenario.hear(accepted(person))
    await office.courier.write()

    async def over(audiences: Sequence[AudienceOf]) -> Sequence[Answer]:
        return [Answer([], ended=True) for _ in audiences]

    office.courier.ask = over
    await office.courier.carry()
    for table in ("message", "message_delivery", "message_settings"):
        count = await office.scenario.execute(
            f"SELECT count(*) FROM {table} WHERE person_id = :person",
            person=person.account_id,
        )
        assert count.scalar() == 0, table


async def test_an_address_that_nobody_has_is_tried_once_and_then_left_alone(office: Office) -> None:
    person = office.a_person()
    office.carriers.faults(absent=[person.addresses[0]])
    await office.scenario.hear(accepted(person))
    await office.work()
    assert await office.of(person) == ["order_accepted email failed"]
    office.carriers.faults()
    await office.scenario.hear(
        ordering.OrderRefused(order_id=str(new_id()), resident_id=str(person.account_id), version=4)
    )
    await office.work()
    assert await office.of(person) == ["order_accepted email failed", "order_refused email withheld"]
    assert office.carriers.arrived(person.addresses[0]) == []
    count = await office.scenario.execute(
        "SELECT count(*) FROM dead_address WHERE position(:address IN encode(address_mac, 'escape')) > 0",
        address=person.addresses[0],
    )
    assert count.scalar() == 0, "it is kept as a keyed hash"


async def test_a_message_whose_answer_was_lost_comes_again_by_its_id(office: Office) -> None:
    person = office.a_person()
    office.carriers.faults(lost_answer=1)
    await office.scenario.hear(accepted(person))
    await office.work()
    assert await office.of(person) == ["order_accepted email waiting"]
    office.carriers.faults()
    office.clock_at(NOON + timedelta(minutes=1))
    await office.work()
    (arrived,) = office.carriers.arrived(person.addresses[0])
    assert arrived["came"] == 2, "at least once, and one message to its reader"


async def test_a_channel_that_fails_rests_and_then_all_that_waited_arrives(office: Office) -> None:
    people = [office.a_person() for _ in range(8)]
    office.carriers.faults(away=1)
    await office.scenario.hear(*map(accepted, people))
    await office.work()
    office.clock_at(NOON + timedelta(minutes=2))
    await office.work()  # one is tried; the channel rests again, and longer
    rest = await office.scenario.execute("SELECT failures FROM channel_rest WHERE channel = 'email'")
    assert rest.scalar() == 6
    office.carriers.faults()
    office.clock_at(NOON + timedelta(hours=1))
    await office.work()
    assert [await office.of(person) for person in people] == [["order_accepted email sent"]] * 8


async def test_a_message_is_tried_a_few_times_and_then_given_up(office: Office) -> None:
    person = office.a_person()
    office.carriers.faults(away=1)
    await office.scenario.hear(accepted(person))
    for hours in range(1, 7):
        await office.work()
        office.clock_at(NOON + timedelta(hours=hours))
    assert await office.of(person) == ["order_accepted email failed"]


async def test_of_somebody_for_whom_too_much_waits_the_rest_is_in_the_inbox_alone(office: Office) -> None:
    person = office.a_person()
    office.clock_at(NOON.replace(hour=23))
    await office.scenario.hear(*(accepted(person) for _ in range(55)))
    await office.courier.write()
    stands = await office.of(person)
    assert (stands.count("order_accepted email waiting"), stands.count("order_accepted email withheld")) == (50, 5)


async def test_a_browser_is_shown_what_was_enciphered_for_it_alone(office: Office) -> None:
    phone = office.carriers.call("POST", "/phones")
    person = office.a_person("nobody-reads@residents.example.org")
    async with office.scenario.database.transaction() as session:
        subscription = subscription_of(phone["endpoint"], phone["publicKey"], phone["auth"])
        await preferences.subscribe(session, person.account_id, subscription, office.scenario.sealer, NOON)
    await office.scenario.hear(
        identity.HealthCodeRedeemed(scan_id=str(new_id()), resident_id=str(person.account_id), version=1)
    )
    await office.work()
    assert await office.of(person) == ["code_scanned push sent"]
    (shown,) = office.carriers.arrived(phone["id"])
    assert shown["title"] == "Your health code was scanned"
    assert shown["link"] == "https://yima.example.org/app/looks"


async def test_the_old_contact_hears_of_another_bank_account_and_its_address_is_kept_nowhere(office: Office) -> None:
    owner = office.a_person()
    contact = f"money-{secrets.token_hex(5)}@clinic.example.org"
    await office.scenario.hear(
        partners.BankAccountChangeConfirmed(
            bank_account_change_id=str(new_id()),
            partner_id=str(owner.account_id),
            new_ending="4321",
            contact=Contact(email=contact),
            effective_at=timestamp(NOON + timedelta(days=3)),
            version=2,
        )
    )
    waiting = await office.scenario.execute(
        "SELECT count(*) FROM notice WHERE notice::text LIKE :it", it=f"%{contact}%"
    )
    assert waiting.scalar() == 0, "it is enciphered while it waits"
    await office.work()
    (arrived,) = office.carriers.arrived(contact)
    assert "4321" in arrived["text"] and "2027-03-04 12:00" in arrived["text"]
    left = await office.scenario.execute(
        "SELECT (SELECT count(*) FROM notice WHERE sealed_to IS NOT NULL AND done_at IS NOT NULL)"
        " + (SELECT count(*) FROM message_delivery WHERE sealed_to IS NOT NULL AND status <> 'waiting')"
    )
    assert left.scalar() == 0
    assert len(office.carriers.arrived(owner.addresses[0])) == 1


async def test_an_owner_hears_that_a_contract_waits_for_their_signature(office: Office) -> None:
    owner = office.a_person()
    offered = partners.ContractOffered(
        contract_id=str(new_id()), partner_id=str(owner.account_id), effective_on="2027-05-01", version=2
    )
    await office.scenario.hear(offered)
    await office.work()
    (arrived,) = office.carriers.arrived(owner.addresses[0])
    assert "sign it" in arrived["text"]


async def test_who_was_rejected_reads_until_when_they_may_appeal_and_that_they_may_apply_again(office: Office) -> None:
    owner = office.a_person()
    standing = partners.Standing(partner_id=str(owner.account_id), version=2)
    until = timestamp(NOON + timedelta(days=30))
    await office.scenario.hear(
        partners.PartnerScreened(standing=standing, passed=False, appeal_until=until),
        partners.PartnerScreened(standing=standing, passed=True),
    )
    await office.work()
    (arrived,) = office.carriers.arrived(owner.addresses[0])
    assert "2027-03-31 12:00" in arrived["text"] and "apply again" in arrived["text"]
    assert "/app/onboarding" in arrived["text"], "where the reasons are"


async def test_regulators_hear_of_what_waits_for_them_and_operators_not_of_what_only_a_regulator_decides(
    office: Office,
) -> None:
    regulator, operator = (office.a_person() for _ in range(2))
    office.people |= {AudienceKind.REGULATORS: regulator, AudienceKind.OPERATORS: operator}
    appealed: dict[str, Any] = {"partner_id": str(new_id()), "version": 1}
    await office.scenario.hear(partners.PartnerAppealed(appeal_id=str(new_id()), by_regulator=True, **appealed))
    until = timestamp(NOON + timedelta(days=300))
    proposed: dict[str, Any] = {"partner_id": str(new_id()), "expires_at": until, "version": 1}
    await office.scenario.hear(
        *(partners.CertificateProposed(certificate_id=str(new_id()), **proposed) for _ in range(2))
    )
    await office.work()
    assert await office.of(regulator) == ["appeal_waits email sent", "cosignature_waits email sent"]
    assert await office.of(operator) == []
    await office.scenario.hear(partners.PartnerAppealed(appeal_id=str(new_id()), **appealed))
    await office.work()
    assert await office.of(operator) == ["appeal_opened email sent"]


async def test_what_comes_into_the_record_together_is_told_once(office: Office) -> None:
    person, hospital = office.a_person(), str(new_id())
    same: dict[str, Any] = {"resident_id": str(person.account_id), "version": 1}
    await office.scenario.hear(
        *(records.RecordIngested(record_id=str(new_id()), institution_id=hospital, **same) for _ in range(20)),
        records.RecordIngested(record_id=str(new_id()), **same),  # what they entered themselves
    )
    await office.work()
    assert await office.of(person) == ["record_added email sent"]


async def test_codes_of_identity_are_carried_once_and_kept_nowhere(office: Office) -> None:
    address, message_id = f"code-{secrets.token_hex(5)}@residents.example.org", new_id()
    for expected in (1, 0):
        async with office.scenario.database.transaction() as session:
            now = office.scenario.database.now()
            count = await commands.carry(session, [(message_id, address, "123456 is it")], office.scenario.sealer, now)
        assert count == expected
    await office.work()
    (arrived,) = office.carriers.arrived(address)
    assert (arrived["text"], arrived["came"]) == ("123456 is it", 1)
    kept = await office.scenario.execute(
        "SELECT sealed_to, sealed_text FROM message_delivery WHERE id = :id", id=message_id
    )
    assert tuple(kept.one()) == (None, None)


async def test_the_database_refuses_to_send_again_what_is_over(office: Office) -> None:
    person = office.a_person()
    await office.scenario.hear(accepted(person))
    await office.work()
    with pytest.raises(DBAPIError):
        await office.scenario.execute(
            "UPDATE message_delivery SET status = 'waiting', finished_at = NULL WHERE person_id = :person",
            person=person.account_id,
        )


async def test_couriers_at_work_together_carry_each_message_once(office: Office) -> None:
    people = [office.a_person() for _ in range(30)]
    await office.scenario.hear(*map(accepted, people))

    async def until_idle(step: Callable[[], Awaitable[bool]]) -> None:
        while await step():
            pass

    await asyncio.gather(*(until_idle(office.courier.write) for _ in range(3)))
    await asyncio.gather(*(until_idle(office.courier.carry) for _ in range(3)))
    arrived = [office.carriers.arrived(person.addresses[0]) for person in people]
    assert [[each["came"] for each in messages] for messages in arrived] == [[1]] * 30


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("channel", Channel)
def test_every_kind_can_be_said_in_every_language_by_every_channel(locale: str, channel: Channel) -> None:
    templates = read_templates(LOCALES, {"en": "Jinan"}, "https://yima.example.org")
    for kind in KINDS.values():
        values = dict.fromkeys(kind.places, "2027-03-01 12:00") | {"city": "Jinan"}
        for count in (1, 3):
            letter = templates.letter(channel, locale, kind.name, values, "ord_1", count)
            assert letter.title and letter.text and "{" not in letter.title + letter.text
            assert "\n" not in letter.title
            if channel == Channel.SMS:
                assert len(letter.text) <= 300


@pytest.mark.parametrize(
    ("entry", "put"),
    [
        ("title", "Hello {name}"), ("title", ""), ("text", "one {"), ("text", "two\nlines"), ("text", "x" * 301),
        ("text", "{when!r}"), ("text", "{city.__class__}"), ("more", "too many"),
    ],
)  # fmt: skip
def test_texts_that_nobody_could_fill_in_stop_the_start(entry: str, put: str) -> None:
    tables = {kind: dict(entries) for kind, entries in read_texts("en", "").items()}
    check_texts("en.toml", tables)
    tables["order_accepted"][entry] = put
    with pytest.raises(BadTexts, match="order_accepted"):
        check_texts("en.toml", tables)


def test_a_language_without_texts_or_without_one_kind_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadTexts, match=r"fr\.toml"):
        read_texts("fr", "")
    tables = {kind: entries for kind, entries in read_texts("en", "").items() if kind != "code_copied"}
    with pytest.raises(BadTexts, match="code_copied"):
        check_texts("en.toml", tables)
    (tmp_path / "en.toml").write_text("[order")
    with pytest.raises(BadTexts, match=r"en\.toml"):
        read_texts("en", str(tmp_path))


def test_every_kind_is_for_somebody_who_can_choose_it_or_is_told_anyway() -> None:
    assert {kind.audience for kind in KINDS.values()} == {*AudienceKind} - {AudienceKind.ADDRESS}
    assert {"emergency_opened", "code_copied", "bank_account_changed"} <= {
        kind.name for kind in KINDS.values() if kind.fixed and kind.urgent
    }
