"""Commands about the access log: what was done with one's data, and proofs that nothing of it was changed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import click

from yima_cli.choices import ACCESS_KINDS, code_of
from yima_cli.failures import Failure
from yima_cli.person import OUTPUT, Person, anybody, signed_in
from yima_cli.registry import Group

if TYPE_CHECKING:
    from yima_client.transparency import NotProved, Proved

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("log")
@click.option("--resident", "resident_id", help="Of a dependant of yours; of anybody for the regulator.")
@click.option("--practitioner", "practitioner_id", help="Only what this practitioner asked or did.")
@click.option("--partner", "partner_id", help="Only what this partner's people asked or did.")
@click.option("--kind", type=click.Choice(ACCESS_KINDS), help="Only entries of this kind.")
@click.option("--since", help="Only from this moment on, such as 2026-05-01T08:30:00+08:00.")
@click.option("--until", "until_", help="Only before this moment.")
@click.option("--fhir", is_flag=True, help="As FHIR AuditEvents (IHE BALP), a line each.")
@OUTPUT
@signed_in
def log(
    me: Person,
    resident_id: str | None,
    practitioner_id: str | None,
    partner_id: str | None,
    kind: str | None,
    since: str | None,
    until_: str | None,
    fhir: bool,
    output: Path | None,
) -> None:
    """Show what was asked and done with your data.

    Newest first; the regulator sees everybody's.

    \b
    Examples:
      yima log
      yima log --kind scan
      yima log --partner par_019ab… --since 2026-05-01T00:00:00+08:00
      yima log --fhir -o log.ndjson
    """
    filters = {
        "residentId": resident_id,
        "practitionerId": practitioner_id,
        "partnerId": partner_id,
        "kind": code_of(kind),
        "since": since,
        "until": until_,
    }
    if fhir:
        lines = [node["auditEvent"] + "\n" for node in me.every("audit-events", **filters)]
        me.save("".join(lines).encode(), output)
        return
    columns = ("position", "decidedAt", "kind", "sentence", "institution", "times")
    entries = me.every("access-log", **filters)
    me.show(entries if me.as_json else [{column: entry[column] for column in columns} for entry in entries])


@click.group(cls=Group)
def audit() -> None:
    """Verify that the access log is what was signed."""


@audit.command("keys")
@OUTPUT
@anybody
def fetch_keys(me: Person, output: Path | None) -> None:
    """Fetch the keys that verify checkpoints and receipts. Keep them: what is verified later rests on them.

    \b
    Example:
      yima audit keys -o keys.json
    """
    me.save(json.dumps(published_keys(me), indent=2).encode(), output)


@audit.command("checkpoint")
@OUTPUT
@anybody
def fetch_checkpoint(me: Person, output: Path | None) -> None:
    """Fetch the newest signed checkpoint. Keep it away from the system: nobody can cut off what it covers unnoticed.

    \b
    Example:
      yima audit checkpoint -o checkpoint.txt
    """
    me.save(me.run("access-log-checkpoint")["note"].encode(), output)


@audit.command("proof")
@click.argument("position", type=int)
@OUTPUT
@signed_in
def fetch_proof(me: Person, position: int, output: Path | None) -> None:
    """Fetch an entry of your log and the proof that it is in the tree: POSITION is as `yima log` shows it.

    \b
    Example:
      yima audit proof 1042 -o proof.json
    """
    me.save(json.dumps(me.run("access-log-inclusion", position=position), indent=2).encode(), output)


@audit.command("verify")
@click.argument("files", nargs=-1, type=FILE)
@click.option("--keys", "keys_file", type=FILE, help="What `yima audit keys` kept; else fetched now.")
@click.option("--against", type=FILE, help="A checkpoint kept before: the log must go on from it.")
@anybody
def verify(me: Person, files: tuple[Path, ...], keys_file: Path | None, against: Path | None) -> None:
    """Verify checkpoints, proofs and receipts; ends with 1 where something does not hold.

    FILES are what `yima audit checkpoint` and `proof` kept, receipts of consents, erasures and scans, and documents
    beside their receipts. With --keys nothing is asked of the system. With --against, or without FILES, the log's
    newest checkpoint is fetched and verified. The page /verify of the city's gateway says the same.

    \b
    Examples:
      yima audit verify --keys keys.json proof.json receipt.txt
      yima audit verify --against checkpoint.txt
    """
    from yima_client import transparency

    keys = json.loads(keys_file.read_text()) if keys_file else published_keys(me)
    outcomes = transparency.verify([file.read_text("utf-8") for file in files], keys)
    shown_files = [{"file": str(file), **shown(outcome)} for file, outcome in zip(files, outcomes, strict=True)]
    flaws = [outcome for outcome in outcomes if isinstance(outcome, transparency.NotProved)]
    try:
        if against is not None or not files:
            shown_files.append(compared(me, keys, against))
    except transparency.NotProved as flaw:
        flaws.append(flaw)
    if flaws and len(outcomes) > 1:
        me.show(shown_files)
    if flaws:
        raise Failure(f"it does not hold: {flaws[0]}")
    me.show(shown_files)


def published_keys(me: Person) -> dict[str, Any]:
    import httpx2

    answer = httpx2.get(urljoin(me.url, "/audit-keys.json"))
    if not answer.is_success:
        raise Failure(f"the keys cannot be had now ({answer.status_code}); try again shortly")
    return dict(answer.json())


def shown(outcome: "Proved | NotProved") -> dict[str, Any]:
    """What is said of a file."""
    from yima_client.transparency import NotProved

    if isinstance(outcome, NotProved):
        return {"holds": f"no: {outcome}"}
    match outcome.kind:
        case "entry":
            return {"holds": "the entry is in the log", "position": outcome.position, "entries": outcome.size}
        case "checkpoint":
            return {"holds": "the checkpoint is signed", "entries": outcome.size}
        case "document":
            return {"holds": "the document is what a receipt beside it signs"}
    return {"holds": "the receipt is signed", "receipt": json.dumps(outcome.says, ensure_ascii=False)}


def compared(me: Person, keys: dict[str, Any], against: Path | None) -> dict[str, Any]:
    """The log's newest checkpoint, once it is verified that it goes on from an earlier one."""
    from yima_client import transparency

    over = transparency.withdrawn_of(keys)
    newest = transparency.opened(me.run("access-log-checkpoint")["note"], keys["log"], over)
    signed = {"log": newest.origin, "entries": newest.size}
    if against is None:
        return {"holds": "the checkpoint is signed", **signed}
    old = transparency.opened(against.read_text("utf-8"), keys["log"], over)
    path: list[bytes] = []
    if old.size < newest.size:
        growth = me.run("access-log-consistency", oldSize=old.size, size=newest.size)
        path = [bytes.fromhex(digest) for digest in growth["path"]]
    transparency.check_consistency(old, newest, path)
    return {"holds": f"the log goes on from its first {old.size} entries", **signed}
