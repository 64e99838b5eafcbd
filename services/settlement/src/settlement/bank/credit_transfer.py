"""Payouts as a customer's credit transfer initiation (pain.001): one file, one currency, one debit each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from chassis.money import written
from lxml import etree
from lxml.builder import ElementMaker
from stdnum import bic, iban
from yima.common.v1.types_pb2 import Money

from settlement.bank import schemas
from settlement.domain.bank import CREDIT_TRANSFER, BankAccount

OLD_BIC = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?")  # what versions before .09 call one


@dataclass(frozen=True, slots=True)
class Transfer:
    """One credit transfer. The bank's statement names it by `end_to_end_id`."""

    end_to_end_id: str
    amount_minor: int
    creditor: BankAccount
    remittance: str


def credit_transfers(
    message_id: str,
    currency: str,
    debtor: BankAccount,
    transfers: Sequence[Transfer],
    made_at: datetime,
    on: date,
    message: str = CREDIT_TRANSFER,
) -> bytes:
    """The file, valid by the published definition of the message that the bank takes.

    Each transfer is booked by itself, so that each stands by itself on the statement.
    """
    write = Writer(message)
    make = write.element
    total = make.CtrlSum(decimal(sum(each.amount_minor for each in transfers), currency))
    count = make.NbOfTxs(str(len(transfers)))
    document = make.Document(
        make.CstmrCdtTrfInitn(
            make.GrpHdr(
                make.MsgId(message_id),
                make.CreDtTm(made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
                make.NbOfTxs(count.text or ""),
                make.CtrlSum(total.text or ""),
                make.InitgPty(make.Nm(debtor.holder)),
            ),
            make.PmtInf(
                make.PmtInfId(message_id),
                make.PmtMtd("TRF"),
                make.BtchBookg("false"),
                count,
                total,
                write.execution_day(on),
                make.Dbtr(make.Nm(debtor.holder)),
                make.DbtrAcct(write.account(debtor), make.Ccy(currency)),
                make.DbtrAgt(write.agent(debtor)),
                make.ChrgBr("SHAR"),
                *(write.transfer(each, currency) for each in transfers),
            ),
        )
    )
    schemas.check(document, message)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


class Writer:
    """The elements of a version: before .04 a bank's code has another name, before .08 a day stands alone."""

    def __init__(self, message: str) -> None:
        namespace = f"{schemas.NAMESPACE}{message}"
        self.version = int(message[-2:])
        self.element = ElementMaker(namespace=namespace, nsmap={None: namespace})

    def transfer(self, transfer: Transfer, currency: str) -> etree._Element:
        make = self.element
        return make.CdtTrfTxInf(
            make.PmtId(make.EndToEndId(transfer.end_to_end_id)),
            make.Amt(make.InstdAmt(decimal(transfer.amount_minor, currency), Ccy=currency)),
            make.CdtrAgt(self.agent(transfer.creditor)),
            make.Cdtr(make.Nm(transfer.creditor.holder)),
            make.CdtrAcct(self.account(transfer.creditor)),
            make.RmtInf(make.Ustrd(transfer.remittance)),
        )

    def execution_day(self, on: date) -> etree._Element:
        make = self.element
        return make.ReqdExctnDt(make.Dt(on.isoformat())) if self.version >= 8 else make.ReqdExctnDt(on.isoformat())

    def account(self, account: BankAccount) -> etree._Element:
        """An account by its IBAN where it has one, else by its number."""
        make, number = self.element, account.number.replace(" ", "")
        return make.Id(make.IBAN(number.upper())) if iban.is_valid(number) else make.Id(make.Othr(make.Id(number)))

    def agent(self, account: BankAccount) -> etree._Element:
        """A bank by its BIC where that is what we know of it, else as a member of its country's clearing system."""
        make, code = self.element, account.bank_code.replace(" ", "")
        if bic.is_valid(code) and (self.version >= 9 or OLD_BIC.fullmatch(code.upper())):
            return make.FinInstnId(make.BICFI(code.upper()) if self.version >= 4 else make.BIC(code.upper()))
        return make.FinInstnId(make.ClrSysMmbId(make.MmbId(code)))


def decimal(minor: int, currency: str) -> str:
    return written(Money(currency=currency, minor=minor))
