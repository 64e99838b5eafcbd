"""Act seven: the resident sees who looked, the regulator that nothing was changed."""

from yima_client.caller import Caller

from ops.demo.story import Story, money

NDJSON = "application/fhir+ndjson"


async def look_back(story: Story, resident: Caller, regulator: Caller) -> None:
    """The resident sees who looked; the regulator sees that nothing was changed."""
    everything = (await resident.run("access-log", first=100))["nodes"]
    entries = [entry for entry in everything if entry["act"] is None]
    story.add(
        "resident",
        "sees in the access log who asked, and the answer",
        log=[
            f"{entry['institution']['name']}, {entry['kind'].lower()}: {', '.join(entry['informationTypes'])} → "
            f"{'permitted' if entry['permitted'] else 'refused'} ({entry['reason'].lower().replace('_', ' ')})"
            for entry in entries
            if not entry["act"]
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
