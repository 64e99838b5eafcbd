"""Pictures and documents of offerings: sent by link, reviewed with the terms that name them, and for everybody after
that, by an address that says what they are."""

import hashlib
import io
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from devstack.stack import Stack
from PIL import Image
from yima_client.caller import Caller, fresh_key

from e2e.people import Clinic, operator_of

pytestmark = pytest.mark.anyio
WHERE = {1: "N", 2: (36.0, 39.0, 36.0), 3: "E", 4: (117.0, 1.0, 12.0)}
FILES = 'query ($id: ID!) { offering(id: $id) { pictures { alt(locale: "zh-CN") file { url width height } } } }'


def photograph() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "Telephone of Fountain Road", WHERE
    written = io.BytesIO()
    Image.new("RGB", (64, 48), (20, 120, 200)).save(written, "JPEG", exif=exif)
    return written.getvalue()


@pytest.fixture
async def http(stack: Stack) -> AsyncGenerator[httpx2.AsyncClient]:
    base = stack.graphql.removesuffix("/graphql")
    async with httpx2.AsyncClient(trust_env=False, timeout=30, base_url=base) as opened:
        yield opened


async def announced(caller: Caller, content: bytes) -> dict[str, Any]:
    asked = {"mediaType": "image/jpeg", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return dict(await caller.run("announce-attachment", **asked, key=fresh_key()))


async def test_a_picture_is_sent_reviewed_and_then_everybodys_without_where_it_was_taken(
    stack: Stack, nobody: Caller, clinic: Clinic, http: httpx2.AsyncClient
) -> None:
    content = photograph()
    link = await announced(clinic.staff, content)
    assert (await http.put(link["path"], content=content[:-9])).status_code == 400
    assert (await http.put(link["path"], content=content)).status_code == 200
    manifest = clinic.manifest | {
        "reference": f"with-a-picture-{link['attachmentId'][-8:].lower()}",
        "pictures": [
            {"attachmentId": link["attachmentId"], "alt": {"en": "The door of the clinic.", "zh-CN": "诊所的门。"}}
        ],
    }
    drafted = await clinic.staff.run("draft-offering", manifest=manifest, key=fresh_key())
    await clinic.staff.run("submit-offering", offeringId=drafted["id"], key=fresh_key())

    operator = await operator_of(nobody, stack.secrets)
    to_review = await operator.run("attachment", id=link["attachmentId"])
    assert (await http.get(to_review["file"]["url"])).status_code == 404  # not everybody's yet
    seen = await http.get(to_review["path"])
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    decision = {"offeringId": drafted["id"], "revision": 1, "approved": True, "reasons": []}
    await operator.run("decide-review", **decision, key=fresh_key())

    (picture,) = (await nobody.raw(FILES, id=drafted["id"]))["data"]["offering"]["pictures"]
    assert (picture["alt"], picture["file"]["width"], picture["file"]["height"]) == ("诊所的门。", 64, 48)
    served = await http.get(picture["file"]["url"])
    assert served.status_code == 200
    assert picture["file"]["url"].endswith(hashlib.sha256(served.content).hexdigest())
    assert b"Telephone" not in served.content
    assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in served.headers["content-security-policy"]
    again = await http.get(picture["file"]["url"], headers={"if-none-match": served.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for wrong in ("0" * 64, "..%2Foffering-facets", "A" * 64, ""):
        assert (await http.get(f"/attached/{wrong}")).status_code == 404
