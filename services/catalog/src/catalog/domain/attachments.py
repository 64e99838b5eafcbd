"""Pictures and documents of offerings and sites: what may be sent, and what is served of it.

Nothing is served as it was sent. A picture is decoded and encoded again: a camera writes into it where and by what it
was taken, and what is no picture does not come through. A document keeps its pages, and loses what says who made it
where, what runs, and what is attached to it.
"""

import hashlib
import io
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pikepdf
from chassis.links import check_announced
from chassis.refusals import Invalid, Refusal
from PIL import Image, ImageOps, UnidentifiedImageError

ATTACHMENT_BYTES_MAX = 5 * 1024 * 1024
PARTNER_ATTACHMENTS_MAX = 500
PARTNER_BYTES_MAX = 256 * 1024 * 1024
PIXELS_MAX = 24_000_000
SERVED_SIDE_MAX = 2_048  # pixels: a picture that is larger is made smaller
PAGES_MAX = 200
OBJECTS_MAX = 20_000  # of a document
UPLOAD_LIFE = timedelta(minutes=15)
LINK_LIFE = timedelta(minutes=5)
UNNAMED_FOR = timedelta(days=1)  # what nothing names is kept so long
ALT_LENGTH_MAX = 300
PDF = "application/pdf"
PICTURES: Mapping[str, str] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MEDIA_TYPES = (*PICTURES, PDF)
BEGINS: Mapping[str, bytes] = {PDF: b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
RUNS = ("/Launch", "/JavaScript", "/ImportData", "/SubmitForm", "/GoToE", "/RichMediaExecute", "/Rendition", "/Movie")
# What says who made a document, with what, and what of it runs; wherever it stands in one.
LEFT_OUT = ("/Metadata", "/PieceInfo", "/OpenAction", "/AA", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA")
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    SyntaxError,
    MemoryError,
    OverflowError,
    Warning,
)
JPEG_KEPT = frozenset({0xE0, 0xEE})  # of a JPEG's own segments: JFIF, and Adobe's, which says how its colours are meant


class AttachmentRefused(Invalid):
    code = "attachment-refused"
    title = "What was sent cannot be shown to people. It was not kept."


class TooManyAttachments(Refusal):
    code = "too-many-attachments"
    title = "The partner has as many pictures and documents as it may."


@dataclass(frozen=True, slots=True)
class Served:
    """What is served of a file."""

    content: bytes
    width: int = 0  # in pixels; 0 of what is no picture
    height: int = 0

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()


def check_announcement(media_type: str, size: int, sha256: bytes) -> None:
    """Refuse to await what would not be kept."""
    check_announced(MEDIA_TYPES, ATTACHMENT_BYTES_MAX, media_type=media_type, size=size, sha256=sha256, what="file")


def check_quota(count: int, size: int, more: int) -> None:
    """Refuse `more` bytes of a partner that has so many of so many bytes."""
    if count >= PARTNER_ATTACHMENTS_MAX or size + more > PARTNER_BYTES_MAX:
        raise TooManyAttachments(
            f"at most {PARTNER_ATTACHMENTS_MAX} of {PARTNER_BYTES_MAX} bytes together; send smaller ones, or use those"
            f" that are there: what no offering names is removed after {UNNAMED_FOR.days} day",
            "size",
        )


def served_of(content: bytes, media_type: str, sha256: bytes) -> Served:
    """What is served of an announced file. It takes a while: not for an event loop. Raises `AttachmentRefused`."""
    if hashlib.sha256(content).digest() != sha256:
        raise AttachmentRefused("", "its SHA-256 is not the one announced; send the file that was announced")
    if not content.startswith(BEGINS.get(media_type, b"")):
        raise AttachmentRefused("", f"this is no {media_type}; announce what it is")
    served = document(content) if media_type == PDF else picture(content, media_type)
    if len(served.content) > ATTACHMENT_BYTES_MAX:
        raise AttachmentRefused("", f"as it is served it is longer than {ATTACHMENT_BYTES_MAX} bytes; send less")
    return served


def picture(content: bytes, media_type: str) -> Served:
    """A picture drawn again, upright, with nothing but its pixels."""
    kind = PICTURES[media_type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            opened: Any = Image.open(io.BytesIO(content), formats=(kind,))
            if opened.width * opened.height > PIXELS_MAX:
                raise AttachmentRefused("", f"it has more than {PIXELS_MAX} pixels; send a smaller one")
            if getattr(opened, "n_frames", 1) > 1:
                raise AttachmentRefused("", "it moves; send a picture that stands still")
            upright = ImageOps.exif_transpose(opened)
    except AttachmentRefused:
        raise
    except UNREADABLE as error:
        raise AttachmentRefused("", f"this is no {media_type} that can be read") from error
    plain = upright.convert("RGBA" if upright.has_transparency_data and kind != "JPEG" else "RGB")
    plain.thumbnail((SERVED_SIDE_MAX, SERVED_SIDE_MAX))
    drawn = Image.frombytes(plain.mode, plain.size, plain.tobytes())  # and nothing that came along with it
    written = io.BytesIO()
    quality = {} if kind == "PNG" else {"quality": 85}
    drawn.save(written, kind, optimize=kind != "WEBP", **quality)
    return Served(written.getvalue(), *drawn.size)


def document(content: bytes) -> Served:
    """A document's pages, without what says who made it where, what runs, and what is attached to it."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > PAGES_MAX or len(pdf.objects) > OBJECTS_MAX:
                raise AttachmentRefused("", f"it has more than {PAGES_MAX} pages, or too much on them; send less")
            for each in pdf.objects:
                clear(each)
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            clear(pdf.Root)
            written = io.BytesIO()
            pdf.remove_unreferenced_resources()
            pdf.save(written, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError as error:
        raise AttachmentRefused("", "it is locked by a password; send it without one") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise AttachmentRefused("", "this is no PDF that can be read") from error
    return Served(written.getvalue())


def clear(each: Any, depth: int = 0) -> None:
    """Take out of a part of a document, and what stands in it, what is not to be served."""
    if depth > 50 or not isinstance(each, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
        return
    if isinstance(each, pikepdf.Array):
        for item in each.as_list():
            if not item.is_indirect if isinstance(item, pikepdf.Object) else False:
                clear(item, depth + 1)
        return
    for name in list(each.keys()):
        value = each.get(name)
        if name in LEFT_OUT or (isinstance(value, pikepdf.Dictionary) and str(value.get("/S", "")) in RUNS):
            del each[name]
        elif isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect:
            clear(value, depth + 1)
    if isinstance(each, pikepdf.Stream) and each.get("/Filter") == pikepdf.Name.DCTDecode:
        parameters: Any = each.get("/DecodeParms")
        each.write(plain_jpeg(each.read_raw_bytes()), filter=pikepdf.Name.DCTDecode, decode_parms=parameters)


def plain_jpeg(content: bytes) -> bytes:
    """A JPEG with nothing but what its pixels are made of."""
    return b"".join(segments(content))


def segments(content: bytes) -> Iterator[bytes]:
    """A JPEG's start and the segments that are kept of it, up to the pixels, and these."""
    if content[:2] != b"\xff\xd8":
        raise AttachmentRefused("", "a picture in it cannot be read")
    yield content[:2]
    at = 2
    while content[at : at + 1] == b"\xff":
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == 0xDA:  # from here on pixels, up to the end
            end = content.find(b"\xff\xd9", at)
            yield content[at : end + 2] if end > 0 else content[at:]
            return
        if length < 2:
            break
        if marker != 0xFE and (not 0xE0 <= marker <= 0xEF or marker in JPEG_KEPT):
            yield content[at : at + 2 + length]
        at += 2 + length
    raise AttachmentRefused("", "a picture in it cannot be read")
