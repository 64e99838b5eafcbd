"""What a process tells a collector: its lines, in the trace they were written in, and never about the telling."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

PROCESS = """
import logging
from chassis import telemetry
from chassis.service import configure_process
from chassis.settings import Settings
from opentelemetry.trace import SpanKind

configure_process("records", Settings(trace_ratio=1.0))
log = logging.getLogger("records.store")
with telemetry.span("ReadRecords", SpanKind.SERVER):
    log.warning("%d rows", 3)
log.info("outside any span")
logging.getLogger("records.store").debug("too small to tell")
logging.getLogger("urllib3.connectionpool").error("about the sending")
"""


@pytest.fixture
def collector() -> Iterator[tuple[str, dict[str, list[bytes]]]]:
    """A collector's HTTP face: its address, and what it has heard by path."""
    heard: dict[str, list[bytes]] = {}

    class Face(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.setdefault(self.path, []).append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Face)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()


def run(endpoint: str) -> str:
    environment = os.environ | {"OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
    if endpoint:
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
    done = subprocess.run([sys.executable, "-c", PROCESS], env=environment, capture_output=True, timeout=60, check=True)
    return done.stderr.decode()


def test_lines_reach_the_collector_with_their_service_and_their_trace(
    collector: tuple[str, dict[str, list[bytes]]],
) -> None:
    endpoint, heard = collector
    said = run(endpoint)
    assert "3 rows" in said, "standard error says the same"
    lines: dict[str, Any] = {}
    services: set[str] = set()
    for body in heard["/v1/logs"]:
        for resource in ExportLogsServiceRequest.FromString(body).resource_logs:
            services |= {
                attribute.value.string_value
                for attribute in resource.resource.attributes
                if attribute.key == "service.name"
            }
            for scope in resource.scope_logs:
                lines |= {record.body.string_value: record for record in scope.log_records}
    assert services == {"records"}
    assert set(lines) == {"3 rows", "outside any span"}
    (span,) = [
        span
        for body in heard["/v1/traces"]
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    assert lines["3 rows"].trace_id == span.trace_id
    assert lines["3 rows"].span_id == span.span_id
    assert lines["outside any span"].trace_id == b""


def test_without_a_collector_nothing_is_sent_and_nothing_is_missed(
    collector: tuple[str, dict[str, list[bytes]]],
) -> None:
    _, heard = collector
    assert "3 rows" in run("")
    assert heard == {}


JOINING = """
import sys
from chassis import telemetry
from opentelemetry.trace import SpanKind

telemetry.configure("records", 0.0, sys.argv[1], "")
with telemetry.span("alone", SpanKind.CONSUMER, sys.argv[2]):
    print(telemetry.traceparent())
print(telemetry.note_span("together", sys.argv[2], 1))
"""


@pytest.mark.parametrize(("flags", "sampled"), [("01", True), ("03", True), ("00", False), ("02", False)])
def test_a_trace_goes_on_where_its_parent_is_sampled_and_nowhere_else(
    tmp_path: Path, flags: str, sampled: bool
) -> None:
    """The second bit says that the trace's id is random, not that it is sampled (W3C Trace Context, level 2)."""
    trace_id, file = "4bf92f3577b34da6a3ce929d0e0e4736", tmp_path / "spans"
    parent = f"00-{trace_id}-00f067aa0ba902b7-{flags}"
    done = subprocess.run(
        [sys.executable, "-c", JOINING, str(file), parent], capture_output=True, text=True, check=True
    )
    said = done.stdout.split()
    assert [json.loads(line)["name"] for line in file.read_text().splitlines()] == (
        ["alone", "together"] if sampled else []
    )
    assert all(line.split("-")[1] == trace_id for line in said)
    assert all((line == parent) != sampled for line in said)
