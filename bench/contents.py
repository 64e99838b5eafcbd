"""What databases hold that grow: the rows of each, by their numbers."""

from collections.abc import Sequence
from hashlib import md5

from bench.filling import Rows, at, numbered

EACH = 100  # orders, records or entries of one resident
ACCOUNTS = 1_000  # of partners, in a ledger
DIGEST = "\\\\x" + "ab" * 32  # as COPY reads it
SCANNER, INSTITUTION = "00000000-0000-7000-9000-000000000002", "00000000-0000-7000-9000-000000000001"
ORDER = (
    "id resident_id placed_by partner_id status total_minor currency money_in deadline reason changed_by placed_at "
    "changed_at version idempotency_key request_sha256 process"
)
LINE = "id order_id place offering_id offering_revision quantity consented"


def id_of(number: int) -> str:
    return f"01800000-0000-7000-8000-{number:012x}"


def entries(count: int) -> Rows:
    """Of the access log, a hundred about each resident."""
    entry, institution = "\\\\x" + "ab" * 230, numbered("9000", 1)
    return Rows(
        "access_log_leaf", "index resident_id partner_id subject_id kind at entry", count,
        lambda number: (
            number, numbered("8000", number % (count // EACH)), institution, institution, 1, at(number), entry
        ),
    )  # fmt: skip


def ordered(count: int, partner: str, offering: str, revision: int) -> Sequence[Rows]:
    """Orders that are closed, a hundred of each resident, of one line each."""

    def order(number: int) -> Sequence[object]:
        who, when = numbered("8000", number % (count // EACH)), at(number)
        return (
            id_of(number), who, who, partner, "closed", 36_000, "CNY", True, "\\N", "", "settlement", when, when, 7,
            number, DIGEST, "single-visit/1",
        )  # fmt: skip

    def line(number: int) -> Sequence[object]:
        return id_of(number), id_of(number), 0, offering, revision, 1, False

    return Rows("orders", ORDER, count, order), Rows("order_line", LINE, count, line)


def posted(count: int, first: int = 0) -> Sequence[Rows]:
    """Entries of a posting each, of a thousand partners by turns."""

    def entry(number: int) -> Sequence[object]:
        return id_of(number), "order-fulfilled", f"grown:{number}", at(number)

    def posting(number: int) -> Sequence[object]:
        return id_of(number), f"partner:{number % ACCOUNTS}:pending", 36_000, "CNY"

    return (
        Rows("journal_entry", "id kind reference recorded_at", count, entry, first),
        Rows("posting", "entry_id account amount_minor currency", count, posting, first),
    )


def scanned(count: int, residents: int) -> Sequence[Rows]:
    """Scans by one practitioner, and whose they are."""
    long_ago, later = "2020-01-01", "2040-01-01"
    institution = INSTITUTION, '{"en": "A clinic"}', long_ago
    practitioner = SCANNER, INSTITUTION, "Someone", "LIC-1", "doctor", long_ago
    licence = SCANNER, "checked", later, long_ago, long_ago, 1

    def resident(number: int) -> Sequence[object]:
        return id_of(number), "Someone", "1970-01-01", id_of(number), long_ago

    def scan(number: int) -> Sequence[object]:
        token = "\\\\x" + md5(str(number).encode(), usedforsecurity=False).hexdigest()
        return id_of(number), token, id_of(number % residents), SCANNER, INSTITUTION, at(number)

    return (
        Rows("institution", "id name registered_at", 1, lambda _: institution),
        Rows("practitioner", "id institution_id name licence_number title registered_at", 1, lambda _: practitioner),
        Rows("licence_check", "practitioner_id state due_at checked_at changed_at version", 1, lambda _: licence),
        Rows("resident", "id name birth_date health_code_id registered_at", residents, resident),
        Rows("scan", "id token_id resident_id practitioner_id institution_id scanned_at", count, scan),
    )
