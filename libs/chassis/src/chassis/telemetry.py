"""Traces by hand: one span a request, one a handled event, joined through outbox and NATS by `traceparent` (W3C).

The ASGI instrumentation costs more than half of a server's throughput; these few lines cost a few microseconds.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from opentelemetry import context, metrics, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

PROPAGATOR = TraceContextTextMapPropagator()
MEASURE_MILLISECONDS = 15_000
LOG_LINES_MAX = 4096
SENDERS = ("opentelemetry", "urllib3", "requests")  # what they say of sending would be sent, and so on
tracer = trace.get_tracer("yima")


def configure(service: str, ratio: float, trace_file: str, otlp_endpoint: str) -> None:
    """Set the process's tracer up: spans go to OTLP where an endpoint is given, and to a file where one is named."""
    provider = TracerProvider(
        sampler=ParentBasedTraceIdRatio(ratio), resource=Resource.create({"service.name": service})
    )
    if otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 slow to import, rarely on
            OTLPSpanExporter,
        )

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        measure(service)
        send_logs(service)
    if trace_file:
        provider.add_span_processor(SimpleSpanProcessor(FileExporter(Path(trace_file))))
    trace.set_tracer_provider(provider)


def measure(service: str) -> None:
    """Send the process's measures to the same collector as its spans."""
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415

    reader = PeriodicExportingMetricReader(OTLPMetricExporter(), export_interval_millis=MEASURE_MILLISECONDS)
    metrics.set_meter_provider(MeterProvider([reader], resource=Resource.create({"service.name": service})))


def send_logs(service: str) -> None:
    """Send what the process logs there as well, each line with the trace it was written in.

    The queue is bounded: where the collector does not keep up, lines are dropped from it, not from standard error.
    """
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter  # noqa: PLC0415
    from opentelemetry.instrumentation.logging.handler import LoggingHandler  # noqa: PLC0415
    from opentelemetry.sdk._logs import LoggerProvider  # noqa: PLC0415
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor  # noqa: PLC0415

    provider = LoggerProvider(resource=Resource.create({"service.name": service}))
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(), max_queue_size=LOG_LINES_MAX))
    handler = LoggingHandler(logging.INFO, provider)
    handler.addFilter(lambda record: not record.name.startswith(SENDERS))
    logging.getLogger().addHandler(handler)


class FileExporter(SpanExporter):
    """Appends each span as one JSON line; several processes may share the file."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        for span in spans:
            span_context = span.context
            assert span_context is not None
            line = {
                "trace_id": f"{span_context.trace_id:032x}",
                "span_id": f"{span_context.span_id:016x}",
                "parent_id": f"{span.parent.span_id:016x}" if span.parent else "",
                "service": span.resource.attributes.get("service.name"),
                "name": span.name,
                "start": span.start_time,
                "end": span.end_time,
                "attributes": dict(span.attributes or {}),
                "ok": span.status.status_code is not StatusCode.ERROR,
            }
            self._file.write(json.dumps(line) + "\n")
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        self._file.close()


def traceparent() -> str:
    """The current span as a W3C header value; empty outside any span."""
    carrier: dict[str, str] = {}
    PROPAGATOR.inject(carrier)
    return carrier.get("traceparent", "")


@contextmanager
def span(name: str, kind: SpanKind, parent: str = "", attributes: Mapping[str, str] | None = None) -> Iterator[None]:
    """A span that is current for the block; `parent` is a traceparent, or empty for the current span's child."""
    current = unsampled(parent)
    if current is None:
        parent_context = PROPAGATOR.extract({"traceparent": parent}) if parent else None
        current = tracer.start_span(name, context=parent_context, kind=kind, attributes=attributes)
    token = context.attach(trace.set_span_in_context(current))
    try:
        yield
    except BaseException as error:
        # The type alone: a message might quote what the caller sent.
        current.set_status(Status(StatusCode.ERROR, type(error).__name__))
        raise
    finally:
        context.detach(token)
        current.end()


def unsampled(parent: str) -> Span | None:
    """The place of a parent that is not sampled, whose children are not either: there is nothing to start or end."""
    try:
        _, trace_id, span_id, flags = parent.split("-")
        span_context = SpanContext(int(trace_id, 16), int(span_id, 16), True, TraceFlags(int(flags, 16)))
    except ValueError:
        return None
    return NonRecordingSpan(span_context) if span_context.is_valid and not span_context.trace_flags.sampled else None


def note_span(name: str, parent: str, started_ns: int) -> str:
    """Record a span that has already happened below `parent`, if that was sampled; returns its traceparent."""
    if not parent or unsampled(parent) is not None:
        return parent
    parent_context = PROPAGATOR.extract({"traceparent": parent})
    done = tracer.start_span(name, context=parent_context, kind=SpanKind.CONSUMER, start_time=started_ns)
    done.end(time.time_ns())
    carrier: dict[str, str] = {}
    PROPAGATOR.inject(carrier, trace.set_span_in_context(done))
    return carrier["traceparent"]
