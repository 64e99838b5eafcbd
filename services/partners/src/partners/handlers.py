"""What partners hears: how good the data is that institutions send, which whoever reviews them sees."""

from collections.abc import Sequence

from chassis.consumer import Event, Subscription, Work, subscription
from yima.records.v1.events_pb2 import QualityGraded

from partners.commands import data_grades


async def on_quality_graded(work: Work[object], events: Sequence[Event[QualityGraded]]) -> None:
    await data_grades.note_grades(work.session, [event.message for event in events])


SUBSCRIPTIONS: Sequence[Subscription[object]] = [
    subscription("partners-data-grades", {QualityGraded: on_quality_graded}),
]
