"""Accounts that payouts go to: their check digits, and how one takes the place of another."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from chassis import texts
from chassis.refusals import Invalid, Refusal
from city_pack.pack import PayoutAccounts
from stdnum import bic, iban, luhn
from stdnum.iso7064 import mod_11_10
from yima.partners.v1.api_pb2 import BankAccount

from partners.domain.codes import check_form

ACCOUNT = re.compile(r"[0-9A-Z]{6,34}")
CNAPS = re.compile(r"[0-9]{12}")
HOLDER_LENGTH_MAX = 140  # what a payment file carries
ENDING = 4  # characters of a number that tell accounts apart


class BankAccountChangeOpen(Refusal):
    code = "bank-account-change-open"
    title = "Another change of the partner's bank account is under way."


class BankAccountChangeOver(Refusal):
    code = "bank-account-change-over"
    title = "The change was confirmed, stopped, or is in force."


class ChangeStatus(StrEnum):
    """Where a change stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    IN_FORCE = "in_force"
    STOPPED = "stopped"


# Each says whether a text is well formed, its check digits included. CNAPS codes end in a digit of ISO 7064 MOD 11,10.
NUMBERS: Mapping[str, Callable[[str], bool]] = {"IBAN": iban.is_valid, "LUHN": luhn.is_valid}
BANK_CODES: Mapping[str, Callable[[str], bool]] = {
    "BIC": bic.is_valid,
    "CNAPS": lambda code: CNAPS.fullmatch(code) is not None and mod_11_10.is_valid(code),
}


def check_account(account: BankAccount, rules: PayoutAccounts, at: str) -> None:
    """Refuse an account that no payment could reach, naming the field. The holder gets the form that it is kept in."""
    account.holder = texts.name(account.holder, f"{at}.holder", HOLDER_LENGTH_MAX)
    check_form(account.number, ACCOUNT, f"{at}.number", "6200000000000018, without blanks")
    check_form(account.bank_code, ACCOUNT, f"{at}.bank_code", "102451000019, without blanks")
    if rules.number in NUMBERS and not NUMBERS[rules.number](account.number):
        raise Invalid(
            f"{at}.number", f"is no {rules.number} number: a digit is wrong; copy it from the bank's own paper"
        )
    if rules.bank_code in BANK_CODES and not BANK_CODES[rules.bank_code](account.bank_code):
        raise Invalid(f"{at}.bank_code", f"is no {rules.bank_code} code: a digit is wrong; ask the bank for it")


def effective_at(confirmed_at: datetime, days: int, zone: tzinfo) -> datetime:
    """When a change confirmed now is in force: as the day begins in the city after `days` whole ones."""
    day = confirmed_at.astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), zone)


def ending(number: str) -> str:
    """The end of a number: at most `ENDING` characters, and a third of it."""
    return number[len(number) - min(ENDING, len(number) // 3) :]
