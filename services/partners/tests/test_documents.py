"""What an institution hands in is bounded, and what no application names does not stay."""

import hashlib
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.links import SENT_AGAIN_WITHIN
from chassis.refusals import NotFound
from partners.commands import documents
from partners.domain.documents import (
    DOCUMENT_BYTES_MAX,
    QUOTA,
    QUOTA_BEFORE_SCREENING,
    UNNAMED_FOR,
    UPLOAD_LIFE,
    DocumentRefused,
    TooManyDocuments,
    check_quota,
)
from partners.domain.standing import PartnerStatus
from partners.store.documents import name_documents
from partners.tables import DocumentRow
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from yima.partners.v1 import api_pb2 as pb

pytestmark = pytest.mark.anyio
SERVICE = "partners"
NOW = datetime.now(UTC)
PDF = b"%PDF-1.7 a licence"


@pytest.fixture
async def db(own_database: str) -> AsyncGenerator[Database]:
    opened = Database(own_database)
    yield opened
    await opened.close()


async def announced(db: Database, partner_id: UUID, size: int = len(PDF), now: datetime = NOW) -> str:
    request = pb.RequestUploadRequest(media_type="application/pdf", size=size, sha256=hashlib.sha256(PDF).digest())
    async with db.transaction() as session:
        _, path = await documents.announce(session, partner_id=partner_id, request=request, now=now)
    return path.removeprefix("/documents/")


async def sent(db: Database, partner_id: UUID, now: datetime = NOW) -> UUID:
    secret = await announced(db, partner_id, now=now)
    async with db.transaction() as session:
        row = await documents.document_to_send(session, secret, now)
        await documents.keep(session, secret, PDF, now)
    return row.id


async def kept(db: Database, partner_id: UUID) -> set[UUID]:
    async with db.transaction() as session:
        return set((await session.scalars(select(DocumentRow.id).where(DocumentRow.partner_id == partner_id))).all())


async def test_whoever_lost_the_answer_sends_the_document_again_and_nothing_else(db: Database) -> None:
    partner_id, later = uuid4(), NOW + SENT_AGAIN_WITHIN
    secret = await announced(db, partner_id)
    for content, now in ((PDF, NOW), (PDF, NOW + timedelta(minutes=1))):
        async with db.transaction() as session:
            await documents.keep(session, secret, content, now)
    async with db.transaction() as session:
        with pytest.raises(DocumentRefused):
            await documents.keep(session, secret, PDF[:-1] + b"E", NOW)
    async with db.transaction() as session:
        with pytest.raises(NotFound):
            await documents.keep(session, secret, PDF, later)
    (document_id,) = await kept(db, partner_id)
    async with db.transaction() as session:
        _, path = await documents.link(session, document_id=document_id, partner_id=partner_id, now=NOW)
        with pytest.raises(NotFound):  # a link to fetch it is none to send it
            await documents.keep(session, path.removeprefix("/documents/"), PDF, later)


async def test_whoever_has_not_been_screened_announces_so_many_bytes_and_no_more(db: Database) -> None:
    partner_id, most = uuid4(), DOCUMENT_BYTES_MAX
    for _ in range(QUOTA_BEFORE_SCREENING.size // most):
        await announced(db, partner_id, most)
    with pytest.raises(TooManyDocuments, match="apply with those that are there") as refused:
        await announced(db, partner_id, most)
    assert refused.value.field == "size"
    await announced(db, uuid4(), most)  # each has a quota of its own
    await announced(db, partner_id, most, NOW + UPLOAD_LIFE + timedelta(seconds=1))  # nothing was sent


async def test_nor_more_than_so_many_documents(db: Database) -> None:
    partner_id = uuid4()
    for _ in range(QUOTA_BEFORE_SCREENING.documents):
        await announced(db, partner_id)
    with pytest.raises(TooManyDocuments):
        await announced(db, partner_id)


@pytest.mark.parametrize("status", [None, *PartnerStatus])
def test_who_passed_screening_may_hand_in_more(status: PartnerStatus | None) -> None:
    low = status in (None, PartnerStatus.SCREENING, PartnerStatus.REJECTED)
    quota = QUOTA_BEFORE_SCREENING if low else QUOTA
    check_quota(status, quota.documents - 1, quota.size - 1, 1)
    for documents_, size, more in ((quota.documents, 0, 1), (0, quota.size, 1), (1, 1, quota.size)):
        with pytest.raises(TooManyDocuments):
            check_quota(status, documents_, size, more)


async def test_what_nobody_names_for_a_day_is_removed_and_what_is_named_or_opened_stays(db: Database) -> None:
    partner_id, long_ago = uuid4(), NOW - UNNAMED_FOR - timedelta(minutes=1)
    forgotten, named, opened = [await sent(db, partner_id, long_ago) for _ in range(3)]
    fresh = await sent(db, partner_id)
    await announced(db, partner_id, now=long_ago)  # and never sent
    async with db.transaction() as session:
        assert await name_documents(session, partner_id, [named, uuid4()], NOW) == {named}
        assert await name_documents(session, uuid4(), [forgotten], NOW) == set(), "it is another's"
        await documents.link(session, document_id=opened, partner_id=None, now=NOW)
    assert await documents.remove_unnamed(db, NOW) == 2
    assert await kept(db, partner_id) == {named, opened, fresh}
    assert await documents.remove_unnamed(db, NOW) == 0


async def test_the_database_removes_no_document_that_was_named(db: Database) -> None:
    document_id = await sent(db, uuid4(), NOW - timedelta(days=30))
    async with db.transaction() as session:
        await session.execute(text("UPDATE document SET named_at = now() WHERE id = :id"), {"id": document_id})
    for statement in ("DELETE FROM document_content", "UPDATE document_content SET content = ''"):
        with pytest.raises(DBAPIError):
            async with db.transaction() as session:
                await session.execute(text(statement))
