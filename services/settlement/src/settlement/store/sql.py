"""What stands in our SQL and is no parameter: statuses and account names, which have their place in the domain."""

from collections.abc import Iterable

from settlement.domain import ledger


def literal(name: str) -> str:
    """A name as an SQL literal within `text()`, where a colon would begin a parameter."""
    return "'" + name.replace("'", "''").replace(":", "\\:") + "'"


def literals(names: Iterable[str]) -> str:
    """Names as SQL literals, for `IN`."""
    return ", ".join(map(literal, names))


def partner_account(partner_id: str, kind: str) -> str:
    """The account of this kind, of the partner whose id this SQL comes to."""
    before, after = ledger.partner_account("|", kind).split("|")
    return f"({literal(before)} || {partner_id} || {literal(after)})"


# Which chain of seals a posting is in: its partner's, or the city's.
CHAIN_OF_POSTING = f"""
    CASE WHEN posting.account LIKE {literal(ledger.chain_of(ledger.ANY))}
    THEN {literal(ledger.chain_of(""))} || split_part(posting.account, {literal(":")}, 2)
    ELSE {literal(ledger.CITY)} END
"""
