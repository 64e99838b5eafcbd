"""What records measures: rows that no page can show, reports that institutions should have answered, and how what
sources send comes in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from records.domain.connectors import silent_for as connector_silent_for
from records.domain.sources import silent_for
from records.store.batches import Queue
from records.store.connectors import MeasuredConnector
from records.store.sources import MeasuredIntake, MeasuredSource

meter = metrics.get_meter("yima")
_unreadable: dict[str, int] = {}
_overdue: dict[str, int] = {}
_reviews: dict[str, int] = {}


def set_unreadable(rows: int) -> None:
    """Set how many rows cannot be read back. Every replica sets the same."""
    _unreadable["rows"] = rows


def set_overdue(error_reports: int) -> None:
    """Set how many error reports should have been answered by now. Every replica sets the same."""
    _overdue["error reports"] = error_reports


def set_reviews_overdue(reviews: int) -> None:
    """Set how many reviews of resources should have been settled by now. Every replica sets the same."""
    _reviews["overdue"] = reviews


def _observing(values: dict[str, int]) -> Callable[[CallbackOptions], Iterable[Observation]]:
    return lambda _options: [Observation(value) for value in values.values()]


meter.create_observable_gauge(
    "yima_records_unreadable",
    [_observing(_unreadable)],
    description="Records whose moment cannot be read back: no page shows them.",
)
meter.create_observable_gauge(
    "yima_error_reports_overdue",
    [_observing(_overdue)],
    description="Error reports that institutions should have answered by now.",
)

meter.create_observable_gauge(
    "yima_quality_reviews_overdue",
    [_observing(_reviews)],
    description="Reviews of resources that two people should have settled by now.",
)


_gauges: dict[str, Sequence[Observation]] = {}


def set_collection(
    queue: Queue,
    unmatched: int,
    sources: Sequence[MeasuredSource],
    intake: Sequence[MeasuredIntake],
    connectors: Sequence[MeasuredConnector],
    now: datetime,
) -> None:
    """Set how what sources send comes in. Every replica sets the same."""
    named = {source.id: source_labels(source) for source in sources}
    _gauges["waiting"] = [Observation(queue.batches)]
    _gauges["unmatched"] = [Observation(unmatched)]
    _gauges["oldest"] = [Observation(queue.oldest_seconds)]
    _gauges["missing"] = [Observation(source.missing, source_labels(source)) for source in sources]
    _gauges["silent"] = [
        Observation(silent_for(source.last_at, source.every_minutes, now).total_seconds(), source_labels(source))
        for source in sources
    ]
    _gauges["connector_silent"] = [
        Observation(connector_silent_for(each.heard_at, now).total_seconds(), source_labels(each))
        for each in connectors
    ]
    _gauges["connector_oldest"] = [
        Observation((now - (each.oldest_waiting_at or now)).total_seconds(), source_labels(each)) for each in connectors
    ]
    _gauges["age"] = [
        Observation((now - each.last_received_at).total_seconds(), kind_labels(each, named))
        for each in intake
        if each.source_id in named and each.information_type
    ]
    _gauges["refused"] = [
        Observation(each.refused / (each.taken + each.refused), kind_labels(each, named))
        for each in intake
        if each.source_id in named and each.taken + each.refused
    ]


def source_labels(source: MeasuredSource | MeasuredConnector) -> Mapping[str, str]:
    return {"source": str(source.id), "partner": str(source.partner_id)}


def kind_labels(each: MeasuredIntake, named: Mapping[UUID, Mapping[str, str]]) -> Mapping[str, str]:
    return {**named[each.source_id], "information_type": each.information_type or "none"}


def _gauge(name: str, _options: CallbackOptions) -> Iterable[Observation]:
    return _gauges.get(name, ())


for _name, _metric, _unit, _description in (
    ("waiting", "yima_batches_waiting", "1", "Batches that came and are not processed."),
    ("unmatched", "yima_lines_unmatched", "1", "Lines that wait, invisible, for whose patient number it is."),
    ("oldest", "yima_batches_oldest_seconds", "s", "For how long the oldest of them has waited."),
    ("missing", "yima_source_missing_batches", "1", "Batches of a source that have not come, though a later one has."),
    ("silent", "yima_source_silent_seconds", "s", "For how long a source has been silent beyond what it said."),
    (
        "connector_silent",
        "yima_source_connector_silent_seconds",
        "s",
        "For how long nothing was heard of a source's connector.",
    ),
    (
        "connector_oldest",
        "yima_source_connector_behind_seconds",
        "s",
        "For how long something waits in a connector.",
    ),
    ("age", "yima_source_age_seconds", "s", "How long ago a line of this type of information came from a source."),
    ("refused", "yima_source_refused_ratio", "1", "Which part of a source's lines of this type was refused, in all."),
):
    meter.create_observable_gauge(_metric, [partial(_gauge, _name)], unit=_unit, description=_description)
