"""What settlement hears of consent's access log: it keeps what the log signed, in another database than the log's."""

from collections.abc import Sequence

from chassis.consumer import Event, Subscription, Work, subscription
from yima.consent.v1 import events_pb2 as consent

from settlement.commands.resources import Resources
from settlement.store import access_log
from settlement.tables import KeptCheckpointRow


async def on_access_log_checkpointed(
    work: Work[Resources], events: Sequence[Event[consent.AccessLogCheckpointed]]
) -> None:
    rows = [
        KeptCheckpointRow(
            size=event.message.size,
            root=event.message.root,
            note=event.message.note,
            previous_size=event.message.previous_size,
            path=b"".join(event.message.path),
            heard_at=event.time,
        )
        for event in events
    ]
    await access_log.keep_checkpoints(work.session, rows)


SUBSCRIPTIONS: Sequence[Subscription[Resources]] = [
    subscription("settlement-access-log", {consent.AccessLogCheckpointed: on_access_log_checkpointed}),
]
