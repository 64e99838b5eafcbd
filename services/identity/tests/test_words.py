"""A code by text message is a resident's word for what a desk ordered: it says what that is, where and at what cost."""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from identity.domain.contacts import CODE_LIFE, CODE_TRIES_MAX, WORDS_TO_ADDRESS, MessageKind, OrderFacts, text_of

from services.identity.tests.callers import PASSWORD, Callers, code
from services.identity.tests.test_contacts import Reached, another, reached_by
from services.identity.tests.test_sessions import in_database

pytestmark = pytest.mark.anyio
SERVICE = "identity"
TITLE = {"zh-CN": "血压测量", "en": "Blood pressure"}


@dataclass
class Front:
    """A desk whose practitioner has scanned a resident."""

    reached: Reached
    token: str
    other_token: str  # of another institution's
    scan_id: str
    resident_id: UUID
    telephone: str = ""

    @property
    def callers(self) -> Callers:
        return self.reached.callers

    async def has_telephone(self) -> str:
        self.telephone = f"+86138{uuid4().int % 10**8:08}"
        await in_database(
            self.callers,
            "INSERT INTO contact (subject_id, address, confirmed_at) VALUES (:who, :address, now()) RETURNING address",
            who=self.resident_id,
            address=self.telephone,
        )
        return self.telephone

    async def send(self, token: str = "", **change: Any) -> httpx2.Response:
        body = {"word_id": str(uuid4()), "scan_id": self.scan_id, "title": {"text": TITLE}, "others": 1}
        body |= {"total": {"currency": "CNY", "minor": "1250"}} | change
        return await self.callers.post("/order-words", token or self.token, **body)

    async def check(self, word_id: str, given: str) -> httpx2.Response:
        return await self.callers.post(f"/order-words/{word_id}/check", self.token, code=given)


@pytest.fixture
async def front(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncGenerator[Front]:
    async with reached_by(database, monkeypatch, tmp_path) as reached:
        callers = reached.callers
        tokens, houses = [], []
        for place in PLACES:
            owner = f"{uuid4().hex}@clinic.example.org"
            made = await callers.post(
                "/institutions", login=owner, password=PASSWORD, name={"text": place}, staff_name="Owner"
            )
            assert made.status_code == 200, made.text
            houses.append(UUID(made.json()["id"]))
            tokens.append(await callers.token(owner))
        login, doctor, scan = await callers.resident(), uuid4(), uuid4()
        (who,) = await in_database(callers, "SELECT subject_id FROM account WHERE login = :login", login=login)
        await in_database(callers, PRACTITIONER, id=doctor, house=houses[0], licence=uuid4().hex)
        await in_database(
            callers, SCAN, id=scan, doctor=doctor, house=houses[0], who=who.subject_id, token=uuid4().bytes
        )
        yield Front(reached, tokens[0], tokens[1], str(scan), who.subject_id)


async def test_the_message_says_what_was_ordered_where_and_what_it_costs_and_its_code_is_good(front: Front) -> None:
    telephone, word_id = await front.has_telephone(), str(uuid4())
    sent = await front.send(word_id=word_id)
    assert sent.status_code == 200, sent.text
    assert telephone not in sent.text
    text = await front.reached.next(telephone)
    for part in ("Blood pressure (+1)", "Lake Hospital", "12.50 CNY", "血压测量", "大明湖医院", "10 minutes"):
        assert part in text
    given = code_in(text)
    assert given not in sent.text
    assert (await front.check(word_id, f" {given[:3]} {given[3:]}")).status_code == 200
    assert (await front.check(word_id, given)).status_code == 200, "ordering may ask again; it takes a word once"
    (kept,) = await in_database(front.callers, "SELECT facts FROM message WHERE address = :to", to=telephone)
    assert kept.facts is None, "what it said of the order goes when it is sent"


async def test_a_code_has_five_tries_and_ten_minutes_and_is_good_for_its_own_order(front: Front) -> None:
    telephone, words = await front.has_telephone(), [str(uuid4()) for _ in range(2)]
    codes = []
    for number, word_id in enumerate(words):
        await front.send(word_id=word_id)
        codes.append(code_in(await front.reached.next(telephone, number)))
    if codes[0] != codes[1]:
        assert code(await front.check(words[1], codes[0])) == "code-wrong"
    for _ in range(CODE_TRIES_MAX):
        refused = await front.check(words[0], another(codes[0]))
        assert (refused.status_code, code(refused)) == (403, "code-wrong")
    assert code(await front.check(words[0], codes[0])) == "code-wrong", "the right one comes too late"
    await in_database(
        front.callers,
        "UPDATE contact_code SET expires_at = expires_at - CAST(:life AS interval) WHERE id = CAST(:id AS uuid)",
        life=CODE_LIFE,
        id=words[1],
    )
    assert code(await front.check(words[1], codes[1])) == "code-wrong"
    assert code(await front.check(str(uuid4()), codes[1])) == "code-wrong"


async def test_who_has_no_telephone_gets_none_and_the_same_telephone_only_so_many(front: Front) -> None:
    refused = await front.send()
    assert (refused.status_code, code(refused)) == (409, "no-telephone")
    await front.has_telephone()
    answers = [await front.send() for _ in range(WORDS_TO_ADDRESS.free + 1)]
    assert [each.status_code for each in answers] == [200] * WORDS_TO_ADDRESS.free + [429]


async def test_another_institution_sends_none_and_an_id_is_used_once(front: Front) -> None:
    await front.has_telephone()
    assert (await front.send(front.other_token)).status_code == 404
    word_id = str(uuid4())
    assert (await front.send(word_id=word_id)).status_code == 200
    assert (await front.send(word_id=word_id)).json()["field"] == "word_id"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"title": {"text": {}}}, id="without a title"),
        pytest.param({"title": {"text": {"en": "x" * 201}}}, id="with an endless one"),
        pytest.param({"others": 20}, id="of more than an order has"),
        pytest.param({"total": {"currency": "XXQ", "minor": "1"}}, id="in no currency"),
        pytest.param({"word_id": "?"}, id="without an id"),
    ],
)
async def test_what_no_order_is_is_not_sent(front: Front, change: dict[str, Any]) -> None:
    assert (await front.send(**change)).status_code == 400


async def test_of_a_child_it_is_who_acts_for_them_in_orders_that_reads_it(front: Front) -> None:
    await front.has_telephone()
    child, scan = uuid4(), uuid4()
    await in_database(front.callers, CHILD, id=child, code=uuid4())
    await in_database(front.callers, GUARDIAN, id=child, mother=front.resident_id)
    await in_database(front.callers, SCAN_AS, id=scan, of=UUID(front.scan_id), who=child, token=uuid4().bytes)
    assert (await front.send(scan_id=str(scan))).status_code == 200
    await front.reached.next(front.telephone)


@pytest.mark.parametrize("locale", ["zh-CN", "en", "ar"])
def test_a_long_title_and_braces_are_shown_as_they_are(locale: str) -> None:
    facts = OrderFacts({"en": "{code} " + "x" * 200}, 0, {"en": "{Hospital}"}, "1.00 CNY")
    said = text_of(MessageKind.ORDER_WORD, [locale], "123456", facts)
    assert "{code} xx" in said and "{Hospital}" in said and "…" in said
    assert said.count("123456") == 1


def code_in(text: str) -> str:
    match = re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", text)
    assert match is not None
    return match[0]


PLACES = ({"zh-CN": "大明湖医院", "en": "Lake Hospital"}, {"zh-CN": "千佛山医院", "en": "Hill Hospital"})
PRACTITIONER = """
    INSERT INTO practitioner (id, institution_id, name, licence_number, title, registered_at)
    VALUES (:id, :house, 'Doctor', :licence, 'Doctor', now())
"""
SCAN = """
    INSERT INTO scan (id, token_id, resident_id, practitioner_id, institution_id, scanned_at)
    VALUES (:id, :token, :who, :doctor, :house, now())
"""
SCAN_AS = """
    INSERT INTO scan (id, token_id, resident_id, practitioner_id, institution_id, scanned_at)
    SELECT :id, :token, :who, practitioner_id, institution_id, now() FROM scan WHERE id = :of
"""
CHILD = """
    INSERT INTO resident (id, name, birth_date, health_code_id, registered_at)
    VALUES (:id, 'Child', '2018-01-01', :code, now())
"""
GUARDIAN = """
    INSERT INTO guardian (dependant_id, guardian_id, ward, acts, since)
    VALUES (:id, :mother, 'minor', '{orders}', now())
"""
