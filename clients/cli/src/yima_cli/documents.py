"""Commands about documents: a file that evidence or an appeal names."""

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import click

from yima_cli.failures import Failure
from yima_cli.person import OUTPUT, Person, fresh_key, signed_in
from yima_cli.registry import Group

if TYPE_CHECKING:
    import httpx2

MEDIA_TYPES = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
BYTES_MAX = 10 * 1024 * 1024


@click.group(cls=Group)
def documents() -> None:
    """Files that evidence and appeals name: send one, fetch one."""


@documents.command("send")
@click.argument("document", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@signed_in
def send(me: Person, document: Path) -> None:
    """Send a PDF, JPEG or PNG of 10 MiB at most, and print the id that evidence names it by.

    \b
    Examples:
      yima documents send licence.pdf
      yima add-evidence … --document "$(yima documents send licence.pdf --json | jq -r .documentId)"
    """
    media_type = MEDIA_TYPES.get(document.suffix.lower())
    if media_type is None:
        raise Failure(f"{document} must be a PDF, JPEG or PNG, as its name ends: {', '.join(MEDIA_TYPES)}")
    content = document.read_bytes()
    if not 0 < len(content) <= BYTES_MAX:
        raise Failure(f"{document} has {len(content)} bytes; a document has 1 to {BYTES_MAX}")
    announced = {"mediaType": media_type, "size": len(content), "sha256": sha256(content).hexdigest()}
    link = me.run("request-upload", **announced, key=fresh_key())
    answered(me, "PUT", link, content=content, headers={"content-type": media_type})
    me.show({"documentId": link["documentId"], "mediaType": media_type, "bytes": len(content)})


@documents.command("get")
@click.argument("document_id")
@OUTPUT
@signed_in
def get(me: Person, document_id: str, output: Path | None) -> None:
    """Fetch a document that was handed in, as its partner, an operator or a regulator.

    \b
    Example:
      yima documents get doc_019ab… -o licence.pdf
    """
    link = me.run("document", id=document_id)
    me.save(answered(me, "GET", link).content, output)


def answered(me: Person, method: str, link: dict[str, Any], **more: Any) -> "httpx2.Response":
    """What is answered below the path of a link. Raises `Failure` with the reason where it is none of 200 to 299."""
    import httpx2

    answer = httpx2.request(method, urljoin(me.url, link["path"]), **more)
    if not answer.is_success:
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        why = problem.get("detail") or problem.get("title") or f"status {answer.status_code}"
        raise Failure(f"{link['documentId']}: {why}")
    return answer
