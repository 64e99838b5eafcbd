"""Files of codes: tables, and maps of local codes. Announced by an operation, then sent to the path that it answers."""

import hashlib
from typing import Any

from yima_client.caller import Caller, fresh_key


async def send(
    caller: Caller, content: bytes, *, as_csv: bool = False, url: str = "", version: str = "", title: str = ""
) -> dict[str, Any]:
    """Announce a file and send it; returns what was loaded. A FHIR resource says itself what it is of."""
    upload = await caller.run(
        "request-code-upload",
        format="CSV" if as_csv else "FHIR",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        url=url,
        version=version,
        title=title,
        key=fresh_key(),
    )
    return await caller.send(upload["path"], content)
