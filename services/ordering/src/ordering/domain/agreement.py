"""What a resident agrees to when ordering: the total, each offering's revision, and what it asks of their data."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from chassis.money import written
from chassis.refusals import Invalid, Refusal
from yima.common.v1.types_pb2 import Money

from ordering.domain.orders import LineRequest, Terms, UnknownOffering

REMEDY = "a preview answers what to agree to"


class Difference(StrEnum):
    """In what terms differ from those that were agreed to."""

    PRICE = "price"
    DATA = "data"
    CANCELLATION = "cancellation"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ExpectedTotal:
    """The total the resident agrees to pay."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class CurrentLine:
    """A line on the terms that hold now, and in what they differ from those agreed to."""

    terms: Terms
    quantity: int
    differences: Sequence[Difference]


class TermsChanged(Refusal):
    code = "terms-changed"
    title = "The terms are not those that were agreed to."

    def __init__(self, detail: str, field: str, lines: Sequence[CurrentLine]) -> None:
        super().__init__(detail, field)
        self.lines = lines

    @property
    def data(self) -> dict[str, Any]:
        """A `yima.ordering.v1.TermsChanged`: the terms that hold now."""
        total = sum(line.quantity * line.terms.price_minor for line in self.lines)
        return {
            "total": amount(total, self.lines[0].terms.currency),
            "lines": [
                {
                    "offering_id": str(line.terms.offering_id),
                    "offering_revision": line.terms.revision,
                    "consent_hash": b64encode(line.terms.consent_hash).decode(),
                    "unit_price": amount(line.terms.price_minor, line.terms.currency),
                    "total": amount(line.quantity * line.terms.price_minor, line.terms.currency),
                    "differences": [f"TERMS_DIFFERENCE_{difference.upper()}" for difference in line.differences],
                }
                for line in self.lines
            ],
        }


def check_agreement(
    lines: Sequence[LineRequest],
    terms: Sequence[Terms],
    expected: ExpectedTotal | None,
    agreed: Mapping[tuple[UUID, int], Terms],
) -> None:
    """Refuse what the resident has not agreed to exactly as it stands now.

    `terms` are each line's present ones; `agreed` holds those of earlier revisions that lines name, as far as they are
    known, and serves only to say what has changed.
    """
    check_given(lines, terms, expected)
    assert expected is not None
    current = [
        CurrentLine(term, line.quantity, differences(line, term, agreed.get((term.offering_id, line.revision))))
        for line, term in zip(lines, terms, strict=True)
    ]
    total = ExpectedTotal(sum(line.quantity * line.terms.price_minor for line in current), terms[0].currency)
    changed = [index for index, line in enumerate(current) if line.differences]
    if changed:
        index = changed[0]
        line, term = lines[index], terms[index]
        field = "consent_hash" if line.revision == term.revision else "offering_revision"
        words = ", ".join(current[index].differences)
        before = agreed.get((term.offering_id, line.revision))
        price = f" The price was {spoken(before.price_minor, before.currency)}." if before is not None else ""
        raise TermsChanged(
            f"revision {term.revision} is on sale, other than agreed in: {words}.{price} "
            f"The total is now {spoken(total.minor, total.currency)}; agree to it, or leave it",
            f"{line.at}.{field}",
            current,
        )
    if expected != total:
        raise TermsChanged(
            f"it costs {spoken(total.minor, total.currency)}, not {spoken(expected.minor, expected.currency)}",
            "expected_total",
            current,
        )


def check_given(lines: Sequence[LineRequest], terms: Sequence[Terms], expected: ExpectedTotal | None) -> None:
    """Refuse an order that does not say what is agreed to, or that names terms from the future."""
    if expected is None:
        raise Invalid("expected_total", f"say what the resident agrees to pay; {REMEDY}")
    for line, term in zip(lines, terms, strict=True):
        if line.revision < 1:
            raise Invalid(f"{line.at}.offering_revision", f"say which terms the resident agrees to; {REMEDY}")
        if line.revision > term.revision:
            raise UnknownOffering(
                f"its revision {line.revision} is not known here yet; try again shortly", f"{line.at}.offering_revision"
            )
        if term.consent_hash and not line.consent_hash and line.revision == term.revision:
            raise Invalid(f"{line.at}.consent_hash", f"it asks for the resident's data; {REMEDY}")


def differences(line: LineRequest, now: Terms, agreed: Terms | None) -> Sequence[Difference]:
    """In what the terms that hold now differ from those a line names."""
    kinds = []
    if line.consent_hash != now.consent_hash:
        kinds.append(Difference.DATA)
    if line.revision == now.revision:
        return kinds
    if agreed is not None and (agreed.price_minor, agreed.currency) != (now.price_minor, now.currency):
        kinds.append(Difference.PRICE)
    if agreed is not None and agreed.cancellation != now.cancellation:
        kinds.append(Difference.CANCELLATION)
    return kinds or [Difference.OTHER]


def amount(minor: int, currency: str) -> Mapping[str, Any]:
    """A `yima.common.v1.Money` in proto3 JSON."""
    return {"minor": str(minor), "currency": currency}


def spoken(minor: int, currency: str) -> str:
    """An amount in words of a message, e.g. "128.00 CNY"."""
    return f"{written(Money(minor=minor, currency=currency))} {currency}"
