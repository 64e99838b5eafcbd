"""Act seven: the resident sees who looked, the regulator that nothing was changed."""

from yima_client.caller import Caller

from ops.demo.story import Story, money


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
    ledger = await regulator.run("ledger-check")
    log = await regulator.run("access-log-check")
    story.add(
        "regulator",
        "recomputes ledger and access log",
        ledger_holds=ledger["holds"],
        sum_of_all_postings=[money(total) for total in ledger["totals"]],
        access_log_holds=log["holds"],
    )
