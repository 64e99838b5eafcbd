"""Pictures and documents are checked by what they are, served without what a camera wrote into them, said in words, and
for everybody only once they were reviewed."""

import asyncio
import hashlib
import io
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from attachments_scenario import announced, photograph, seller, sent, served, shown_as
from catalog.commands import attachments as commands
from catalog.commands import offerings
from catalog.domain.attachments import (
    LINK_LIFE,
    PIXELS_MAX,
    UNNAMED_FOR,
    AttachmentRefused,
    TooManyAttachments,
    served_of,
)
from catalog.store import attachments as store
from catalog_scenario import JINAN, NOW, drafted, manifest, words
from chassis.database import Database
from chassis.refusals import Invalid, NotFound
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from yima.catalog.v1 import api_pb2 as pb

SERVICE = "catalog"
HERE = (36.66, 117.02)


def leaflet() -> bytes:
    """A document with its author, a script that runs when it is opened, a file inside, and a photograph."""
    written = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        picture = pdf.make_stream(
            photograph(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=80, Height=60,
            ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
        pdf.pages[0].Contents = pdf.make_stream(b"q 80 0 0 60 0 0 cm /Im0 Do Q")
        pdf.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(2)"))
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.attachments["inside.txt"] = b"secret inside"
        with pdf.open_metadata() as about:
            about["dc:creator"] = ["Author of Fountain Road"]
        pdf.docinfo["/Author"] = "Author of Fountain Road"
        pdf.save(written, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_served_upright_and_without_where_and_by_what_it_was_taken(kind: str) -> None:
    shown = served(photograph(kind), f"image/{kind.lower()}")
    assert (shown.width, shown.height) == (60, 80)  # it lay on its side
    for told in (b"Telephone", b"Exif", b"script"):
        assert told not in shown.content
    with Image.open(io.BytesIO(shown.content)) as opened:
        assert (opened.format, dict(opened.getexif())) == (kind, {})
        red, green, blue = opened.convert("RGB").getpixel((30, 40))  # type: ignore[misc] # three of them
        assert abs(red - 200) < 8 and abs(green - 60) < 8 and abs(blue - 40) < 8


def test_a_document_keeps_its_pages_and_says_runs_and_holds_nothing_else() -> None:
    shown = served(leaflet(), "application/pdf")
    with pikepdf.open(io.BytesIO(shown.content)) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.pages[0].Resources.XObject.Im0.Width == 80
        assert not pdf.attachments
        plain = b"".join(
            bytes(each.unparse()) + (each.read_raw_bytes() if isinstance(each, pikepdf.Stream) else b"")
            for each in pdf.objects
        )
    for told in (b"Fountain", b"alert", b"secret", b"Telephone", b"Exif", b"JavaScript"):
        assert told not in plain + shown.content, told


def test_what_is_too_large_locked_moving_or_something_else_is_refused_with_what_to_do() -> None:
    moving = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in (0, 90, 180)]
    frames[0].save(moving, "WEBP", save_all=True, append_images=frames[1:])
    locked = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    vast = io.BytesIO()
    Image.new("1", (6_000, PIXELS_MAX // 6_000 + 1)).save(vast, "PNG")
    cases = [
        (moving.getvalue(), "image/webp", "stands still"),
        (locked.getvalue(), "application/pdf", "without one"),
        (vast.getvalue(), "image/png", "send a smaller one"),
        (photograph("PNG"), "image/jpeg", "announce what it is"),
        (b"\xff\xd8\xff<html>", "image/jpeg", "can be read"),
        (b"%PDF-1.7 and no more", "application/pdf", "can be read"),
        (b"<svg onload='alert(1)'/>", "image/webp", "can be read"),
    ]
    for content, media_type, remedy in cases:
        with pytest.raises(AttachmentRefused, match=remedy):
            served(content, media_type)
    with pytest.raises(AttachmentRefused, match="announced"):
        served_of(photograph(), "image/jpeg", b"\0" * 32)


@settings(max_examples=examples(80), deadline=None)
@given(data=st.data(), kind=st.sampled_from(["JPEG", "PNG", "WEBP", "PDF"]))
def test_whatever_is_broken_is_served_or_refused_and_nothing_else_happens(data: st.DataObject, kind: str) -> None:
    whole = leaflet() if kind == "PDF" else photograph(kind)
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + data.draw(st.integers(0, 8)) :]
    try:
        shown = served(broken, "application/pdf" if kind == "PDF" else f"image/{kind.lower()}")
    except AttachmentRefused:
        return
    assert b"Telephone of Fountain Road" not in shown.content


async def found(catalog_db: Database, sha256: bytes) -> tuple[str, bytes] | None:
    async with catalog_db.transaction() as session:
        return await store.published(session, sha256)


@pytest.mark.anyio
async def test_a_picture_is_for_everybody_once_its_offering_was_reviewed_and_stays_what_it_was(
    catalog_db: Database,
) -> None:
    partner_id = await seller(catalog_db)
    picture = await sent(catalog_db, partner_id)
    paper = await sent(catalog_db, partner_id, leaflet(), "application/pdf")
    terms = {
        "pictures": [shown_as(picture)],
        "leaflets": [{"attachment_id": str(paper), "title": words("How to prepare", "如何准备")}],
    }
    offering = (await drafted(catalog_db, partner_id, **terms)).offering
    async with catalog_db.transaction() as session:
        submitted = await offerings.submit_offering(
            session, offering_id=offering.id, partner_id=partner_id, city=JINAN, now=NOW
        )
    file = pb.OfferingManifest.FromString(submitted.revision.manifest).pictures[0].file
    assert (file.media_type, file.width, file.height) == ("image/jpeg", 60, 80)
    assert await found(catalog_db, file.sha256) is None  # nobody has looked at it yet
    async with catalog_db.transaction() as session:
        await offerings.decide_review(
            session, offering_id=offering.id, looked_at=1, approved=True, reasons=[], by=uuid4(), city=JINAN, now=NOW
        )
    published = await found(catalog_db, file.sha256)
    assert published is not None
    assert (published[0], hashlib.sha256(published[1]).digest()) == ("image/jpeg", file.sha256)
    for change in ("UPDATE attachment_content SET content = 'x'", "DELETE FROM attachment_content"):
        with pytest.raises(IntegrityError):
            async with catalog_db.transaction() as session:
                await session.execute(text(f"{change} WHERE attachment_id = :id"), {"id": picture})


@pytest.mark.anyio
async def test_terms_name_pictures_and_documents_of_the_partners_own_in_words_of_every_language(
    catalog_db: Database,
) -> None:
    partner_id, another = await seller(catalog_db), await seller(catalog_db)
    picture, theirs = await sent(catalog_db, partner_id), await sent(catalog_db, another)
    paper = await sent(catalog_db, partner_id, leaflet(), "application/pdf")
    awaited, _ = await announced(catalog_db, partner_id, photograph("PNG"), "image/png")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"pictures": [shown_as(theirs)]}, "manifest.pictures[0].attachment_id"),
        ({"pictures": [shown_as(awaited)]}, "manifest.pictures[0].attachment_id"),
        ({"pictures": [shown_as(paper)]}, "manifest.pictures[0].attachment_id"),
        ({"pictures": [shown_as(picture), shown_as(picture)]}, "manifest.pictures"),
        ({"pictures": [{"attachment_id": str(picture)}]}, "manifest.pictures[0].alt"),
        ({"pictures": [shown_as(picture) | {"alt": {"text": {"en": "A red door."}}}]}, "manifest.pictures[0].alt"),
        ({"leaflets": [{"attachment_id": str(paper)}]}, "manifest.leaflets[0].title"),
    ]
    for terms, field in cases:
        with pytest.raises(Invalid) as refused:
            await drafted(catalog_db, partner_id, **terms)
        assert refused.value.field == field
    drafted_terms = (await drafted(catalog_db, partner_id, pictures=[shown_as(picture)])).revision
    again = pb.OfferingManifest.FromString(drafted_terms.manifest)
    async with catalog_db.transaction() as session:  # a pipeline sends its file again: nothing changes
        same = await offerings.revise_offering(
            session, offering_id=drafted_terms.offering_id, partner_id=partner_id,
            manifest=manifest(again.reference, pictures=[shown_as(picture)]), city=JINAN, now=NOW,
        )  # fmt: skip
    assert same.revision.revision == 1


@pytest.mark.anyio
async def test_a_link_sends_once_fetches_for_some_minutes_and_what_nobody_names_is_removed(
    catalog_db: Database,
) -> None:
    partner_id = await seller(catalog_db)
    content = photograph()
    attachment_id, secret = await announced(catalog_db, partner_id, content, "image/jpeg")
    for _ in range(2):  # after a lost answer, once more
        async with catalog_db.transaction() as session:
            await commands.keep(session, secret, served(content, "image/jpeg"), NOW)
    async with catalog_db.transaction() as session:
        _, path = await commands.link(session, attachment_id=attachment_id, partner_id=partner_id, now=NOW)
    async with catalog_db.transaction() as session:
        row, shown = await commands.fetch(session, path.rpartition("/")[2], NOW)
        assert hashlib.sha256(shown).digest() == row.served_sha256
    with pytest.raises(NotFound):
        async with catalog_db.transaction() as session:
            await commands.link(session, attachment_id=attachment_id, partner_id=uuid4(), now=NOW)
    with pytest.raises(NotFound):
        async with catalog_db.transaction() as session:
            await commands.awaited(session, secret, NOW + LINK_LIFE * 10)
    named = await sent(catalog_db, partner_id)
    await drafted(catalog_db, partner_id, pictures=[shown_as(named)])
    await commands.remove_unnamed(catalog_db, NOW + UNNAMED_FOR * 2)
    async with catalog_db.transaction() as session:
        left = (
            await session.scalars(text("SELECT id FROM attachment WHERE partner_id = :id"), {"id": partner_id})
        ).all()
    assert left == [named]


@pytest.mark.anyio
async def test_a_partner_sends_so_much_and_no_more(catalog_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    partner_id = await seller(catalog_db)
    monkeypatch.setattr("catalog.domain.attachments.PARTNER_ATTACHMENTS_MAX", 2)
    for _ in range(2):
        await announced(catalog_db, partner_id, photograph(), "image/jpeg")
    with pytest.raises(TooManyAttachments):
        await announced(catalog_db, partner_id, photograph(), "image/jpeg")
    await announced(catalog_db, await seller(catalog_db), photograph(), "image/jpeg")


@pytest.mark.anyio
async def test_one_file_that_is_sent_twice_at_once_is_kept_once_and_both_are_answered(catalog_db: Database) -> None:
    for round_ in range(10):
        partner_id, content = await seller(catalog_db), photograph(size=(80 + round_, 60))
        attachment_id, secret = await announced(catalog_db, partner_id, content, "image/jpeg")

        async def keep(secret: str = secret, content: bytes = content) -> None:
            now = catalog_db.now()
            async with catalog_db.transaction() as session:
                await commands.keep(session, secret, served(content, "image/jpeg"), now)

        async def ask(secret: str = secret) -> None:
            async with catalog_db.transaction() as session:
                await commands.awaited(session, secret, catalog_db.now())

        await asyncio.gather(ask(), keep(), ask(), keep(), keep(), ask())
        async with catalog_db.transaction() as session:
            count = text("SELECT count(*) FROM attachment_content WHERE attachment_id = :id")
            assert await session.scalar(count, {"id": attachment_id}) == 1
