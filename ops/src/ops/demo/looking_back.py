"""Act seven: the resident sees who looked, the regulator that nothing was changed."""

from datetime import UTC, datetime

import httpx2
from yima_client.caller import Caller, tls
from yima_client.certificates import verify_registry
from yima_client.transparency import NotProved

from ops.demo.story import Story, money

NDJSON = "application/fhir+ndjson"


async def look_back(story: Story, resident: Caller, regulator: Caller, url: str, partner_id: str) -> None:
    """The resident sees who looked; the regulator sees that nothing was changed; a stranger verifies certificates."""
    everything = (await resident.run("access-log", first=100))["nodes"]
    entries = [entry for entry in everything if entry["act"] is None]
    story.add(
        "resident",
        "sees in the access log who asked, and the answer",
        log=[
            f"{entry['institution']['name']}, {entry['kind'].lower()}: {', '.join(entry['informationTypes'])} → "
            f"{'permitted' if entry['permitted'] else 'refused'} ({entry['reason'].lower().replace('_', ' ')})"
            for entry in entries
            if entry["institution"] is not None  # what they looked at themselves is in plain words below
        ],
        scans=[
            f"{entry['institution']['name']}: {entry['act'].lower().replace('_', ' ')} {entry['place'] or ''}".strip()
            for entry in entries
            if entry["kind"] == "SCAN"
        ],
        in_plain_words=[entry["sentence"] for entry in everything[:5]],
    )
    await take_away(story, resident)
    ledger = await regulator.run("ledger-check")
    log = await regulator.run("access-log-check")
    story.add(
        "regulator",
        "recomputes ledger and access log",
        ledger_holds=ledger["holds"],
        sum_of_all_postings=[money(total) for total in ledger["totals"]],
        access_log_holds=log["holds"],
    )
    await verify_certificates(story, url.removesuffix("/graphql"), partner_id)


async def verify_certificates(story: Story, origin: str, partner_id: str) -> None:
    """A stranger keeps the certificate registry and its keys, and needs nobody any more."""
    async with httpx2.AsyncClient(base_url=origin, trust_env=False, verify=tls()) as http:
        keys = (await http.get("/certificate-keys.json")).json()
        document = (await http.get("/certificates")).text
    registry = verify_registry(document, keys, datetime.now(UTC), locale="en")
    listed = [each for each in registry.certificates if each.partner_id == partner_id]
    try:
        verify_registry(document.replace("e", "f", 1), keys, datetime.now(UTC))
        changed = "holds"
    except NotProved as flaw:
        changed = str(flaw)
    story.add(
        "stranger",
        "verifies the city's certificate registry offline, without an account",
        partner=listed[0].partner,
        in_force=sorted(each.aspect.lower() for each in listed if each.in_force),
        partners=len({each.partner_id for each in registry.certificates}),
        good_until=registry.next_at.isoformat(),
        changed_in_a_letter=changed,
    )


async def take_away(story: Story, resident: Caller) -> None:
    """The resident takes all of their record with them, in the form that any hospital reads: FHIR R4."""
    begun = await resident.fhir("Patient/$export", prefer="respond-async")
    files = (await resident.fhir(begun.headers["content-location"])).json()["output"]
    lines = [line for each in files for line in (await resident.fhir(each["url"], accept=NDJSON)).text.splitlines()]
    story.add(
        "resident",
        "takes their whole record away as FHIR files",
        files={each["type"]: each["count"] for each in files},
        bytes=sum(len(line) for line in lines),
    )
