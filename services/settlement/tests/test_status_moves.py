"""Payments, payouts, refunds and disputes move as their rules say: in the domain and, by itself, in the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from settlement.domain import disputes, moves, payments, payouts, refunds
from settlement.tables import DisputeRow, JournalEntryRow, PayeeRow, PaymentRow, PayoutRow, RefundRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
NOW = datetime.now(UTC)
DEFINITION = text("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = :name")


@dataclass(frozen=True)
class Machine:
    """A table with a status, and the rules of it."""

    table: str
    column: str
    moves: Mapping[Any, frozenset[Any]]
    first: frozenset[Any]

    def rows(self) -> list[SQLModel]:
        """A row, after those it belongs to."""
        some = {"id": uuid4(), "partner_id": uuid4(), "amount_minor": 1, "currency": "CNY"}
        payment = PaymentRow(**some, order_id=uuid4(), resident_id=uuid4(), placed_by=uuid4(), status="authorising")
        match self.table:
            case "payment":
                return [payment]
            case "payout":
                payee = PayeeRow(partner_id=some["partner_id"], may_be_paid=True)
                return [payee, PayoutRow(**some, status="", entries_claimed=1, created_at=NOW)]
            case "refund":
                who = {"asked_by": uuid4(), "asked_at": NOW}
                return [payment, RefundRow(id=uuid4(), payment_id=payment.id, amount_minor=1, reason="r", **who)]
        entry = JournalEntryRow(id=uuid4(), kind="k", reference=str(uuid4()), recorded_at=NOW)
        of = {"payment_id": payment.id, "entry_id": entry.id}
        return [payment, entry, DisputeRow(**some | of, reason="r", opened_at=NOW, status="")]


MACHINES = [
    Machine("payment", "status", payments.MOVES, payments.FIRST),
    Machine("payout", "status", payouts.MOVES, frozenset({payouts.PayoutStatus.CLAIMED})),
    Machine("refund", "state", refunds.MOVES, refunds.FIRST),
    Machine("dispute", "status", disputes.MOVES, frozenset({disputes.DisputeStatus.OPEN})),
]
every_machine = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.table)


def statuses(definition: str) -> set[str]:
    """What a trigger's definition lists."""
    return set(re.search(r"'\{(.*?)\}'", definition)[1].split(","))  # type: ignore[index]


async def insert(session: AsyncSession, machine: Machine, status: StrEnum) -> UUID:
    """Insert a row of this status; returns its id."""
    *others, row = machine.rows()
    setattr(row, machine.column, str(status))
    if machine.table == "refund" and status == "done":
        row.paid_at = NOW  # type: ignore[attr-defined]
    for each in (*others, row):
        session.add(each)
        await session.flush()
    return row.id  # type: ignore[attr-defined,no-any-return]


async def watch(session: AsyncSession, machine: Machine, yes: bool) -> None:
    """Let the trigger where rows begin look, or look away."""
    how = "ENABLE" if yes else "DISABLE"
    await session.execute(text(f"ALTER TABLE {machine.table} {how} TRIGGER {machine.table}_begins"))


@every_machine
async def test_the_database_lists_the_moves_that_the_domain_does(owner_database: str, machine: Machine) -> None:
    owner = Database(owner_database)
    async with owner.transaction() as session:
        listed = await session.scalar(DEFINITION, {"name": f"{machine.table}_moves"})
        first = await session.scalar(DEFINITION, {"name": f"{machine.table}_begins"})
    await owner.close()
    assert statuses(listed) == moves.pairs(machine.moves)
    assert statuses(first) == {str(status) for status in machine.first}


@every_machine
async def test_the_database_refuses_every_move_that_the_domain_refuses(owner_database: str, machine: Machine) -> None:
    owner = Database(owner_database)
    paid = ", paid_at = CASE WHEN CAST(:after AS varchar) = 'done' THEN now() END" if machine.table == "refund" else ""
    change = f"UPDATE {machine.table} SET {machine.column} = :after{paid} WHERE id = :id"
    refused = set()
    for before in machine.moves:
        for after in machine.moves:
            with pytest.raises(LookupError):
                async with owner.transaction() as session:
                    await watch(session, machine, False)
                    row_id = await insert(session, machine, before)
                    await watch(session, machine, True)
                    try:
                        await session.execute(text(change), {"after": str(after), "id": row_id})
                    except DBAPIError as error:
                        assert "cannot become this" in str(error)
                        refused.add((before, after))
                    raise LookupError  # undone
    await owner.close()
    every = {(before, after) for before in machine.moves for after in machine.moves}
    allowed = {(before, after) for before, after in every if before == after or after in machine.moves[before]}
    assert refused == every - allowed


@every_machine
async def test_the_database_lets_a_row_begin_only_where_the_domain_does(owner_database: str, machine: Machine) -> None:
    owner = Database(owner_database)
    refused = set()
    for status in machine.moves:
        async with owner.transaction() as session:
            try:
                async with session.begin_nested():
                    await insert(session, machine, status)
                    raise LookupError
            except DBAPIError as error:
                assert "cannot become this" in str(error)
                refused.add(status)
            except LookupError:
                pass
    await owner.close()
    assert refused == machine.moves.keys() - machine.first


@every_machine
def test_the_domain_moves_a_status_only_to_one_that_follows_it(machine: Machine) -> None:
    for before in machine.moves:
        for after in machine.moves:
            if before == after or after in machine.moves[before]:
                assert moves.move(machine.moves, before, after) == after
            else:
                with pytest.raises(moves.CannotFollow):
                    moves.move(machine.moves, before, after)


@every_machine
def test_every_status_can_be_come_to(machine: Machine) -> None:
    reached = {after for following in machine.moves.values() for after in following}
    assert reached | machine.first == machine.moves.keys()
