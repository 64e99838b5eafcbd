"""Payouts as a customer's credit transfer initiation, pain.001.001.09: one file, one currency, one debit each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from chassis.money import written
from lxml import etree
from lxml.builder import ElementMaker
from stdnum import bic, iban
from yima.common.v1.types_pb2 import Money

from settlement.bank import schemas
from settlement.domain.bank import BankAccount

MESSAGE = "pain.001.001.09"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{MESSAGE}"
E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})


@dataclass(frozen=True, slots=True)
class Transfer:
    """One credit transfer. The bank's statement names it by `end_to_end_id`."""

    end_to_end_id: str
    amount_minor: int
    creditor: BankAccount
    remittance: str


def credit_transfers(
    message_id: str, currency: str, debtor: BankAccount, transfers: Sequence[Transfer], made_at: datetime, on: date
) -> bytes:
    """The file, valid by the published message definition. Each transfer is booked by itself, so that each can be told
    from the others on the statement."""
    total = E.CtrlSum(decimal(sum(one.amount_minor for one in transfers), currency))
    count = E.NbOfTxs(str(len(transfers)))
    document = E.Document(
        E.CstmrCdtTrfInitn(
            E.GrpHdr(
                E.MsgId(message_id),
                E.CreDtTm(made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
                E.NbOfTxs(count.text or ""),
                E.CtrlSum(total.text or ""),
                E.InitgPty(E.Nm(debtor.holder)),
            ),
            E.PmtInf(
                E.PmtInfId(message_id),
                E.PmtMtd("TRF"),
                E.BtchBookg("false"),
                count,
                total,
                E.ReqdExctnDt(E.Dt(on.isoformat())),
                E.Dbtr(E.Nm(debtor.holder)),
                E.DbtrAcct(account(debtor), E.Ccy(currency)),
                E.DbtrAgt(agent(debtor)),
                E.ChrgBr("SHAR"),
                *(transfer(one, currency) for one in transfers),
            ),
        )
    )
    schemas.check(document, MESSAGE)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def transfer(one: Transfer, currency: str) -> etree._Element:
    return E.CdtTrfTxInf(
        E.PmtId(E.EndToEndId(one.end_to_end_id)),
        E.Amt(E.InstdAmt(decimal(one.amount_minor, currency), Ccy=currency)),
        E.CdtrAgt(agent(one.creditor)),
        E.Cdtr(E.Nm(one.creditor.holder)),
        E.CdtrAcct(account(one.creditor)),
        E.RmtInf(E.Ustrd(one.remittance)),
    )


def account(of: BankAccount) -> etree._Element:
    """An account by its IBAN where it has one, else by its number."""
    number = of.number.replace(" ", "")
    return E.Id(E.IBAN(number.upper())) if iban.is_valid(number) else E.Id(E.Othr(E.Id(number)))


def agent(of: BankAccount) -> etree._Element:
    """A bank by its BIC where that is what we know of it, else as a member of its country's clearing system."""
    code = of.bank_code.replace(" ", "")
    if bic.is_valid(code):
        return E.FinInstnId(E.BICFI(code.upper()))
    return E.FinInstnId(E.ClrSysMmbId(E.MmbId(code)))


def decimal(minor: int, currency: str) -> str:
    return written(Money(currency=currency, minor=minor))
