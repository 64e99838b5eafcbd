"""What goes, for people and programs: per source what came, waits, was sent and was refused, and why. Nothing of a
patient is in it: reasons name places and rules, never values."""

import html
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from yima_connector.sending import state_of
from yima_connector.settings import Settings
from yima_connector.spool import Spool

BEAT, BEAT_SECONDS, SILENT_SECONDS = "heartbeat", 5.0, 30.0
REASONS_MAX = 20


def beat(spool: Spool) -> None:
    """Note that the connector runs."""
    spool.note("", BEAT, str(time.time()))


def last_beat(spool: Spool) -> float | None:
    written = spool.fact("", BEAT)
    return float(written) if written else None


def overview(spool: Spool, settings: Settings) -> Mapping[str, Any]:
    """All that the page and `yima-connector status` show."""
    last = last_beat(spool)
    return {
        "running": last is not None and time.time() - last < SILENT_SECONDS,
        "heartbeatAt": iso(last),
        "city": settings.city.url,
        "spoolBytes": spool.bytes_used(),
        "spoolBytesMax": settings.spool.bytes_max,
        "sources": [of_source(spool, name, source.id) for name, source in settings.sources.items()],
    }


def of_source(spool: Spool, name: str, source_id: str) -> Mapping[str, Any]:
    counts, state = spool.counts(name), state_of(spool, name)
    waits = counts.oldest_waiting_at
    return {
        "name": name,
        "id": source_id,
        "problem": state["problem"] or None,
        "problemSince": iso(state["since"]) if state["problem"] else None,
        "received": counts.received,
        "lastReceivedAt": iso(counts.last_received_at),
        "waiting": {
            "messages": counts.mapping,
            "lines": counts.lines_waiting,
            "batches": counts.batches_waiting,
            "oldestSeconds": None if waits is None else max(0, round(time.time() - waits)),
        },
        "sent": {
            "lines": counts.sent_lines,
            "highestBatch": counts.highest_number,
            "withoutOutcome": counts.batches_acknowledged,
            "lastAt": iso(counts.last_acknowledged_at),
        },
        "arrived": {
            "created": counts.created,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "heldUntilMatched": counts.held,
        },
        "refused": {
            "here": counts.refused_here,
            "byTheCity": counts.refused_there,
            "reasons": list(spool.reasons(name, REASONS_MAX)),
        },
        "missing": state["missing"],
        "notKept": state["lost"],
        "askedAt": iso(state["asked_at"] or None),
    }


def iso(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def metrics(shown: Mapping[str, Any]) -> str:
    """The same for Prometheus, in its text format."""
    heartbeat = datetime.fromisoformat(shown["heartbeatAt"]).timestamp() if shown["heartbeatAt"] else 0
    lines = [f"yima_connector_heartbeat_seconds {heartbeat:.0f}", f"yima_connector_spool_bytes {shown['spoolBytes']}"]
    for source in shown["sources"]:
        waiting, refused, arrived = source["waiting"], source["refused"], source["arrived"]
        values = {
            "received_total": source["received"],
            "sent_lines_total": source["sent"]["lines"],
            "stored_lines_total": arrived["created"] + arrived["updated"],
            "held_lines_total": arrived["heldUntilMatched"],
            "refused_lines_total": refused["byTheCity"],
            "refused_messages": refused["here"],
            "waiting": waiting["messages"] + waiting["lines"],
            "waiting_batches": waiting["batches"],
            "oldest_waiting_seconds": waiting["oldestSeconds"] or 0,
            "missing_batches": source["missing"],
            "sends": int(not source["problem"]),
        }
        lines += [f'yima_connector_{name}{{source="{source["name"]}"}} {value}' for name, value in values.items()]
    return "\n".join(lines) + "\n"


STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1b1b; }
table { border-collapse: collapse; margin: 0 0 1.5rem; } caption { text-align: left; font-weight: 600; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #767676; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.problem { border-left: .4rem solid #b00020; padding-left: .8rem; }
.well { border-left: .4rem solid #1b6e3c; padding-left: .8rem; }
a:focus-visible { outline: 3px solid #1a4fb4; } .scroll { overflow-x: auto; }
@media (prefers-color-scheme: dark) { body { background: #161616; color: #eee; } a { color: #9cc2ff; } }
"""


def page(shown: Mapping[str, Any]) -> str:
    """The same as a page."""
    parts = [
        "<!doctype html><html lang=en><head><meta charset=utf-8>",
        '<meta name=viewport content="width=device-width, initial-scale=1"><title>What goes: Yima connector</title>',
        f"<style>{STYLE}</style></head><body><main><h1>What goes</h1>",
        f"<p>To <strong>{escaped(shown['city'])}</strong>. The connector "
        f"{'runs' if shown['running'] else '<strong>does not run</strong>'}; "
        f"its last heartbeat was at {escaped(shown['heartbeatAt'] or 'no time yet')}. "
        f"The spool holds {megabytes(shown['spoolBytes'])} of {megabytes(shown['spoolBytesMax'])}. "
        '<a href="/">Look again</a> · <a href="/status.json">as JSON</a></p>',
        *map(section, shown["sources"]),
        "</main></body></html>",
    ]
    return "".join(parts)


def section(source: Mapping[str, Any]) -> str:
    """One source."""
    waiting, sent, arrived, refused = (source[name] for name in ("waiting", "sent", "arrived", "refused"))
    name = escaped(source["name"])
    state = (
        f"<p class=problem><strong>Nothing is sent now:</strong> {escaped(source['problem'])} "
        f"(since {escaped(source['problemSince'])})</p>"
        if source["problem"]
        else "<p class=well>It sends.</p>"
    )
    rows = [
        ("Received", source["received"], f"last at {source['lastReceivedAt'] or 'no time yet'}"),
        (
            "Waiting",
            waiting["messages"] + waiting["lines"],
            f"and {waiting['batches']} batches; the oldest for {waiting['oldestSeconds'] or 0} s",
        ),
        ("Sent", sent["lines"], f"up to batch {sent['highestBatch']}, last at {sent['lastAt'] or 'no time yet'}"),
        (
            "Stored",
            arrived["created"] + arrived["updated"],
            f"{arrived['unchanged']} were known as they are; {sent['withoutOutcome']} batches have no outcome yet",
        ),
        ("Held", arrived["heldUntilMatched"], "invisible until the city knows who the patient is"),
        ("Refused here", refused["here"], "messages and rows that become nothing; see `yima-connector refused`"),
        ("Refused by the city", refused["byTheCity"], "lines; see `yima-connector refused --city`"),
        ("Missing", source["missing"], f"batches that the city has not got; {len(source['notKept'])} are not kept"),
    ]
    table = "".join(
        f"<tr><th scope=row>{label}</th><td class=number>{count}</td><td>{escaped(text)}</td></tr>"
        for label, count, text in rows
    )
    return (
        f"<section aria-labelledby=source-{name}><h2 id=source-{name}>{name}</h2>{state}"
        f"<div class=scroll><table><caption>What came of {name}, and where it is</caption>{table}</table></div>"
        f"{reasons(name, refused['reasons'])}</section>"
    )


def reasons(name: str, listed: list[Mapping[str, Any]]) -> str:
    """Why things are refused."""
    if not listed:
        return ""
    rows = "".join(
        f"<tr><td class=number>{each['count']}</td><td>{escaped(each['where'])}</td>"
        f"<td>{escaped(each['kind'])}</td><td>{escaped(each['reason'])}</td></tr>"
        for each in listed
    )
    head = "".join(f"<th scope=col>{each}</th>" for each in ("How often", "Where", "What", "Why"))
    return (
        f"<div class=scroll><table><caption>Why something of {name} is refused</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB"


def escaped(value: Any) -> str:
    return html.escape(str(value))
