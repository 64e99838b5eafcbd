"""The resident's word for an order that a desk placed, by a code in a text message. Only ordering asks."""

from chassis import money
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from yima.identity.v1 import api_pb2 as pb

from identity.api.contacts import check_messages, count, sent_code
from identity.api.served import Resources, api
from identity.commands import contacts
from identity.domain.contacts import WORDS_TO_ADDRESS, CodeWrong, OrderFacts
from identity.tables import InstitutionRow, ScanRow

TITLES_MAX, TITLE_MAX, OTHERS_MAX = 10, 200, 19


@api.serves_without_transaction
async def send_order_word(request: pb.SendOrderWordRequest, call: Call[Resources]) -> pb.SentCode:
    check_messages(call)
    word_id = parse_id(request.word_id, "word_id")
    titles = dict(request.title.text)
    if not 1 <= len(titles) <= TITLES_MAX or any(not 1 <= len(title) <= TITLE_MAX for title in titles.values()):
        raise Invalid("title", f"must be 1 to {TITLES_MAX} texts of at most {TITLE_MAX} characters")
    if not 0 <= request.others <= OTHERS_MAX:
        raise Invalid("others", f"must be 0 to {OTHERS_MAX}")
    total = money.from_message(request.total, "total")
    async with call.resources.database.transaction() as session:
        scan = await session.get(ScanRow, parse_id(request.scan_id, "scan_id"))
        if scan is None or str(scan.institution_id) != call.principal.partner_id:
            raise NotFound("no scan of your institution has this id", "scan_id")
        institution = await session.get_one(InstitutionRow, scan.institution_id)
        facts = OrderFacts(
            titles, request.others, institution.name, f"{money.written(request.total)} {total.currency.code}"
        )
        subject_id, address = await contacts.telephone_for_orders(session, scan.resident_id, call.now)
    await count(call, WORDS_TO_ADDRESS, address)
    async with call.resources.database.transaction() as session:
        code = await contacts.send_word(
            session, word_id=word_id, subject_id=subject_id, address=address, facts=facts, now=call.now
        )
    return sent_code(code)


@api.serves_without_transaction
async def check_order_word(request: pb.CheckOrderWordRequest, call: Call[Resources]) -> pb.SentCode:
    async with call.resources.database.transaction() as session:
        code = await contacts.check_word(
            session,
            word_id=parse_id(request.word_id, "word_id"),
            code=request.code,
            keys=call.resources.contact_keys,
            now=call.now,
        )
    if isinstance(code, CodeWrong):
        raise code  # only now, when the try is committed
    return sent_code(code)
