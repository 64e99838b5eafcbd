"""What partners hears: how good the data is that institutions send, which whoever reviews them sees; and that something
of a partner's is on sale."""

from collections.abc import Sequence
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from chassis.wire import moment
from yima.catalog.v1.events_pb2 import OfferingPublished
from yima.records.v1.events_pb2 import QualityGraded

from partners.commands import data_grades, funnel


async def on_quality_graded(work: Work[object], events: Sequence[Event[QualityGraded]]) -> None:
    await data_grades.note_grades(work.session, [event.message for event in events])


async def on_offering_published(work: Work[object], events: Sequence[Event[OfferingPublished]]) -> None:
    offerings = [event.message.offering for event in events]
    on_sale = [(UUID(each.partner_id), moment(each.published_at)) for each in offerings]
    await funnel.note_live(work.session, on_sale)


SUBSCRIPTIONS: Sequence[Subscription[object]] = [
    subscription("partners-data-grades", {QualityGraded: on_quality_graded}),
    subscription("partners-funnel", {OfferingPublished: on_offering_published}),
]
