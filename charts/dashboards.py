"""Grafana's dashboards, from what they ask: `python charts/dashboards.py` writes them, `--check` compares.

A dashboard is a table of questions here; the JSON that Grafana wants of it is the same every time.
"""

import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "yima" / "files" / "dashboards"
RATE = "rate({}[5m])"
REQUESTS = "sum by ({by}) (rate(yima_request_seconds_count{{{where}}}[5m]))"
SLOW = "histogram_quantile(0.99, sum by ({by}, le) (rate(yima_request_seconds_bucket{{{where}}}[5m])))"
HANDLED = "sum by (durable) (rate(yima_events_handled_total{{{where}}}[5m]))"


def asked(method: str, by: str = "status") -> str:
    return REQUESTS.format(by=by, where=f'method=~"{method}"')


def slow(method: str, by: str = "method") -> str:
    return SLOW.format(by=by, where=f'method=~"{method}"')


def heard(durable: str) -> str:
    return HANDLED.format(where=f'durable=~"{durable}"')


# Dashboard: title, and panels of a title, a query, a unit and what a line is called.
DASHBOARDS: dict[str, tuple[str, list[tuple[str, str, str, str]]]] = {
    "city": (
        "City",
        [
            ("Requests", REQUESTS.format(by="job", where=""), "reqps", "{{job}}"),
            ("Slowest hundredth", SLOW.format(by="job", where=""), "s", "{{job}}"),
            ("Faults of ours", REQUESTS.format(by="job", where='status=~"5.."'), "reqps", "{{job}}"),
            ("Orders placed", asked("OrderingApi/PlaceOrder"), "reqps", "{{status}}"),
            ("Health codes scanned", asked("IdentityApi/RedeemHealthCodeToken"), "reqps", "{{status}}"),
            (
                "Pods ready",
                'kube_deployment_status_replicas_available{deployment=~"yima-.*"}',
                "short",
                "{{deployment}}",
            ),
        ],
    ),
    "money": (
        "Money",
        [
            ("Orders heard by settlement", heard("settlement-.*"), "ops", "{{durable}}"),
            ("Refunds", asked("SettlementApi/RefundOrder"), "reqps", "{{status}}"),
            (
                "Since partners were last paid",
                'min(yima_ledger_age_seconds{what="swept"})',
                "s",
                "sweep",
            ),
            (
                "Since the ledger was last checked",
                'time() - max(kube_cronjob_status_last_successful_time{cronjob=~".*-settlement-check-ledge.*"})',
                "s",
                "check",
            ),
            (
                "Put aside",
                'sum by (durable) (increase(yima_events_buried_total{job="settlement"}[1h]))',
                "short",
                "{{durable}}",
            ),
        ],
    ),
    "orders": (
        "Orders",
        [
            ("Placed", asked("OrderingApi/PlaceOrder"), "reqps", "{{status}}"),
            ("Slowest hundredth", slow("OrderingApi/.*"), "s", "{{method}}"),
            (
                "Accepted, refused, proven, fulfilled, cancelled",
                asked("OrderingApi/(AcceptOrder|RefuseOrder|ProveService|FulfilOrder|CancelOrder)", "method"),
                "reqps",
                "{{method}}",
            ),
            ("Events heard", heard("ordering-.*"), "ops", "{{durable}}"),
        ],
    ),
    "consent": (
        "Consent and records",
        [
            ("Decisions", asked("ConsentApi/Decide"), "reqps", "{{status}}"),
            ("Slowest hundredth of decisions", slow("ConsentApi/Decide"), "s", "{{method}}"),
            (
                "Granted, denied, revoked",
                asked("ConsentApi/(GrantConsent|DenyConsent|RevokeConsent)", "method"),
                "reqps",
                "{{method}}",
            ),
            ("Records read", asked("RecordsApi/ReadRecords"), "reqps", "{{status}}"),
            ("Records taken in", asked("RecordsApi/IngestResources"), "reqps", "{{status}}"),
            ("Erasures not attested", "max by (late) (yima_erasures_open)", "short", "{{late}}"),
            ("Emergencies not reviewed", "max by (late) (yima_emergencies_unreviewed)", "short", "{{late}}"),
            ("Erasures attested", asked("ConsentApi/AttestErasure"), "reqps", "{{status}}"),
        ],
    ),
    "partners": (
        "Partners",
        [
            (
                "Applications and decisions",
                asked("PartnersApi/(Apply|DecideScreening|IssueCertificates|SignContract)", "method"),
                "reqps",
                "{{method}}",
            ),
            ("Suspended and reinstated", asked("PartnersApi/(Suspend|Reinstate)", "method"), "reqps", "{{method}}"),
            ("Offerings published", asked("CatalogApi/(SubmitOffering|DecideReview)", "method"), "reqps", "{{method}}"),
            (
                "Accepted and refused orders",
                asked("OrderingApi/(AcceptOrder|RefuseOrder)", "method"),
                "reqps",
                "{{method}}",
            ),
        ],
    ),
    "events": (
        "Events",
        [
            ("Waiting to be sent", "max by (job) (yima_outbox_unsent)", "short", "{{job}}"),
            ("Longest wait", "max by (job) (yima_outbox_oldest_seconds)", "s", "{{job}}"),
            ("Handled", heard(".*"), "ops", "{{durable}}"),
            ("Failed, coming again", "sum by (durable) (rate(yima_events_failed_total[5m]))", "ops", "{{durable}}"),
            ("Put aside", "sum by (durable) (increase(yima_events_buried_total[1h]))", "short", "{{durable}}"),
            (
                "Refused by the gateway",
                "sum by (reason) (rate(yima_gateway_rejections_total[5m]))",
                "reqps",
                "{{reason}}",
            ),
        ],
    ),
}


def dashboard(name: str) -> dict[str, Any]:
    title, panels = DASHBOARDS[name]
    return {
        "uid": f"yima-{name}",
        "title": f"Yima · {title}",
        "tags": ["yima"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": [
            {
                "id": number,
                "type": "timeseries",
                "title": what,
                "datasource": {"type": "prometheus", "uid": "${datasource}"},
                "gridPos": {"h": 8, "w": 12, "x": 12 * ((number - 1) % 2), "y": 8 * ((number - 1) // 2)},
                "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
                "targets": [{"refId": "A", "expr": query, "legendFormat": legend}],
            }
            for number, (what, query, unit, legend) in enumerate(panels, 1)
        ],
        "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]},
    }


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    stale = []
    for name in DASHBOARDS:
        path, fresh = FOLDER / f"{name}.json", json.dumps(dashboard(name), indent=1, ensure_ascii=False) + "\n"
        if "--check" not in sys.argv:
            path.write_text(fresh, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != fresh:
            stale.append(name)
    if stale:
        sys.stderr.write(f"dashboards are stale ({', '.join(stale)}): run `make charts`\n")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
