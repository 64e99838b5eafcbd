"""A day at the bank, written as camt.053 of each version, and what reading it has to come to."""

from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from chassis.money import written
from settlement.bank.bank_statement import CHARGED
from yima.common.v1.types_pb2 import Money

RETURNED = "account closed by its holder"


@dataclass(frozen=True)
class Part:
    """A transaction of an entry; whether it leaves the account is the entry's to say."""

    minor: int
    end_to_end_id: str = ""
    remittance: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Entry:
    """What the bank booked at once. Charges are in it, and always the bank's."""

    parts: tuple[Part, ...]
    debit: bool = True
    charges: int = 0
    reference: str = ""

    @property
    def minor(self) -> int:
        """What the entry comes to."""
        total = sum(part.minor for part in self.parts)
        return -total - self.charges if self.debit else total - self.charges


@dataclass(frozen=True)
class BankDay:
    """What one statement says."""

    entries: tuple[Entry, ...]
    currency: str = "CNY"
    account: str = "3700 0001"
    on: date = date(2026, 11, 24)
    opening: int = 100_000

    def lines(self) -> list[tuple[int, str, str, str, str]]:
        """Amount, end-to-end id, bank's reference, remittance and reason of what was booked, in its order."""
        said = []
        for entry in self.entries:
            for part in entry.parts:
                reason = f"{part.reason} {RETURNED}" if part.reason else ""
                minor = -part.minor if entry.debit else part.minor
                said.append((minor, part.end_to_end_id, entry.reference, part.remittance, reason))
            if entry.charges:
                said.append((-entry.charges, "", entry.reference, CHARGED, ""))
        return said

    def xml(self, version: int) -> bytes:
        """The statement as this version writes it."""
        return Writer(self, version).document().encode()


class Writer:
    """What differs from version to version."""

    def __init__(self, day: BankDay, version: int) -> None:
        self.day, self.version = day, version

    def document(self) -> str:
        day, root = self.day, "BkToCstmrStmtV01" if self.version == 1 else "BkToCstmrStmt"
        account = f"<PrtryAcct><Id>{day.account}</Id></PrtryAcct>" if self.version == 1 else other(day.account)
        closing = day.opening + sum(entry.minor for entry in day.entries)
        return (
            f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{self.version:02}"><{root}>'
            "<GrpHdr><MsgId>m</MsgId><CreDtTm>2026-11-24T20:00:00Z</CreDtTm></GrpHdr>"
            f"<Stmt><Id>S1</Id><CreDtTm>2026-11-24T20:00:00Z</CreDtTm><Acct><Id>{account}</Id></Acct>"
            f"{self.balance('OPBD', day.opening)}{self.balance('CLBD', closing)}"
            f"{''.join(self.entry(entry) for entry in day.entries)}</Stmt></{root}></Document>"
        )

    def balance(self, code: str, minor: int) -> str:
        kind = f"<Cd>{code}</Cd>" if self.version == 1 else f"<CdOrPrtry><Cd>{code}</Cd></CdOrPrtry>"
        return f"<Bal><Tp>{kind}</Tp>{self.directed(minor)}<Dt><Dt>{self.day.on}</Dt></Dt></Bal>"

    def entry(self, entry: Entry) -> str:
        status = "<Sts><Cd>BOOK</Cd></Sts>" if self.version >= 7 else "<Sts>BOOK</Sts>"
        reference = f"<AcctSvcrRef>{entry.reference}</AcctSvcrRef>" if entry.reference else ""
        details = "".join(self.detail(part, entry) for part in entry.parts)
        return (
            f"<Ntry>{self.directed(entry.minor)}{status}<BookgDt><Dt>{self.day.on}</Dt></BookgDt>{reference}<BkTxCd/>"
            f"{self.charges(entry.charges)}{details if self.version == 1 else f'<NtryDtls>{details}</NtryDtls>'}</Ntry>"
        )

    def charges(self, minor: int) -> str:
        if not minor:
            return ""
        direction = "" if self.version == 1 else "<CdtDbtInd>DBIT</CdtDbtInd>"
        said = f"{self.amount(minor)}{direction}"
        return f"<Chrgs><Rcrd>{said}</Rcrd></Chrgs>" if self.version >= 3 else f"<Chrgs>{said}</Chrgs>"

    def detail(self, part: Part, entry: Entry) -> str:
        refs = f"<Refs><EndToEndId>{part.end_to_end_id}</EndToEndId></Refs>" if part.end_to_end_id else ""
        remittance = f"<RmtInf><Ustrd>{escape(part.remittance)}</Ustrd></RmtInf>" if part.remittance else ""
        if self.version >= 3:
            amount = self.directed(-part.minor if entry.debit else part.minor)
        else:
            amount = f"<AmtDtls><TxAmt>{self.amount(part.minor)}</TxAmt></AmtDtls>"
        return f"<TxDtls>{refs}{amount}{remittance}{self.returned(part.reason)}</TxDtls>"

    def returned(self, reason: str) -> str:
        if not reason:
            return ""
        reasons, words = ("RtrRsn", "AddtlRtrRsnInf") if self.version == 1 else ("Rsn", "AddtlInf")
        return f"<RtrInf><{reasons}><Cd>{reason}</Cd></{reasons}><{words}>{RETURNED}</{words}></RtrInf>"

    def directed(self, minor: int) -> str:
        return f"{self.amount(abs(minor))}<CdtDbtInd>{'DBIT' if minor < 0 else 'CRDT'}</CdtDbtInd>"

    def amount(self, minor: int) -> str:
        return f'<Amt Ccy="{self.day.currency}">{written(Money(currency=self.day.currency, minor=minor))}</Amt>'


def other(account: str) -> str:
    return f"<Othr><Id>{account}</Id></Othr>"
