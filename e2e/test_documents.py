"""Evidence travels by link, beside GraphQL: announced, sent once, exactly as announced, fetched by who may."""

import hashlib
import secrets
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from devstack.stack import Stack
from ops.demo import manifest_of
from yima_client.caller import Caller

from e2e.people import PASSWORD, a_clinic, operator_of

pytestmark = pytest.mark.anyio
PDF = b"%PDF-1.7\n" + b"a certificate, as somebody might scan it " * 50
ANNOUNCE = """mutation ($type: String!, $size: Int!, $sha256: String!) {
  requestUpload(mediaType: $type, size: $size, sha256: $sha256) {
    ... on DocumentLink { documentId path uploaded } ... on Refused { code field }
  } }"""
FETCH = "query ($id: ID!) { document(id: $id) { path mediaType } }"


@pytest.fixture
async def http(stack: Stack) -> AsyncGenerator[httpx2.AsyncClient]:
    base = stack.graphql.removesuffix("/graphql")
    async with httpx2.AsyncClient(trust_env=False, timeout=30, base_url=base) as opened:
        yield opened


async def announce(caller: Caller, content: bytes = PDF, **changes: Any) -> dict[str, Any]:
    asked = {"type": "application/pdf", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()} | changes
    return dict((await caller.raw(ANNOUNCE, **asked))["data"]["requestUpload"])


async def an_applicant(nobody: Caller) -> Caller:
    run = secrets.token_hex(5)
    login, name = f"staff-{run}@clinic.example.org", manifest_of("partner.yaml")["name"]
    await nobody.run("register-institution", name=name, login=login, password=PASSWORD, staffName="Staff")
    return await nobody.signed_in(login, PASSWORD)


async def test_a_partner_sends_evidence_and_the_operator_reads_it(
    stack: Stack, nobody: Caller, http: httpx2.AsyncClient
) -> None:
    staff, operator = await an_applicant(nobody), await operator_of(nobody, stack.secrets)
    link = await announce(staff)
    assert (await http.put(link["path"], content=PDF)).status_code == 200
    manifest = manifest_of("partner.yaml") | {"registrationNumber": f"91370100{secrets.token_hex(5).upper()}"}
    manifest["evidence"][0]["documentId"] = link["documentId"]
    applied = await staff.run("apply-as-partner", manifest=manifest)
    answer = await operator.raw("query ($id: ID!) { partner(id: $id) { evidence { documentId } } }", id=applied["id"])
    document_id = answer["data"]["partner"]["evidence"][0]["documentId"]
    assert document_id == link["documentId"]
    found = (await operator.raw(FETCH, id=document_id))["data"]["document"]
    fetched = await http.get(found["path"])
    assert (fetched.status_code, fetched.content) == (200, PDF)
    assert fetched.headers["content-type"] == "application/pdf"
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert fetched.headers["x-content-type-options"] == "nosniff"


async def test_a_link_works_once_and_only_for_what_was_announced(nobody: Caller, http: httpx2.AsyncClient) -> None:
    staff = await an_applicant(nobody)
    link = await announce(staff)
    for wrong in (PDF + b"!", PDF[:-1] + b"!", b"GIF89a" + PDF[6:]):
        refused = await http.put(link["path"], content=wrong)
        assert (refused.status_code, refused.json()["type"]) == (400, "urn:yima:problem:document-refused")
    for _ in range(2):  # whoever lost the answer sends it again
        assert (await http.put(link["path"], content=PDF)).status_code == 200
    assert (await http.put(link["path"], content=PDF[:-1] + b"!")).status_code == 400
    assert (await http.put("/documents/" + "x" * 43, content=PDF)).status_code == 404
    assert (await http.get("/documents/..%2Fpartners")).status_code == 404


async def test_a_document_too_large_is_refused(nobody: Caller, http: httpx2.AsyncClient) -> None:
    staff = await an_applicant(nobody)
    link = await announce(staff)
    try:
        answer = await http.put(link["path"], content=b"%PDF-" + b" " * (11 * 1024 * 1024))
    except httpx2.TransportError:
        return
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "text/html"}, "mediaType"),
        ({"size": 0}, "size"),
        ({"size": 11 * 1024 * 1024}, "size"),
        ({"sha256": "abc"}, "sha256"),
        ({"sha256": "ab" * 31}, "sha256"),
    ],
)
async def test_what_would_not_be_kept_is_not_awaited(nobody: Caller, changes: dict[str, Any], field: str) -> None:
    staff = await an_applicant(nobody)
    assert (await announce(staff, **changes)) == {"code": "invalid", "field": field}


async def test_another_partners_document_does_not_exist(stack: Stack, nobody: Caller, http: httpx2.AsyncClient) -> None:
    staff, other = await an_applicant(nobody), await a_clinic(nobody, stack.secrets)
    link = await announce(staff)
    await http.put(link["path"], content=PDF)
    answer = await other.staff.raw(FETCH, id=link["documentId"])
    assert answer["errors"][0]["extensions"]["code"] == "not-found"
    manifest = manifest_of("partner.yaml") | {"registrationNumber": f"91370100{secrets.token_hex(5).upper()}"}
    manifest["evidence"][0]["documentId"] = link["documentId"]
    stranger = await an_applicant(nobody)
    with pytest.raises(Exception, match="not of a document you have uploaded"):
        await stranger.run("apply-as-partner", manifest=manifest)
