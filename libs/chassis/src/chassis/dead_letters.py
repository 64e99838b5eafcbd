"""Dead letters: list what was buried, and replay it to the durable that could not handle it."""

from collections.abc import Sequence
from dataclasses import dataclass

from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from chassis.bus import DEAD_LETTERS
from chassis.ids import new_id

LISTED_MAX = 500


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A buried event."""

    sequence: int
    durable: str
    subject: str
    reason: str
    attempts: int
    event_id: str
    traceparent: str


async def list_dead(jet: JetStreamContext, most: int = LISTED_MAX) -> Sequence[DeadLetter]:
    """The oldest dead letters first."""
    try:
        state = (await jet.stream_info(DEAD_LETTERS)).state
    except NotFoundError:
        return []
    letters: list[DeadLetter] = []
    for sequence in range(max(state.first_seq, 1), state.last_seq + 1):
        if len(letters) == most:
            break
        try:
            message = await jet.get_msg(DEAD_LETTERS, sequence)
        except NotFoundError:
            continue  # replayed before
        headers = message.headers or {}
        letters.append(
            DeadLetter(
                sequence=sequence,
                durable=str(message.subject).removeprefix("deadletters."),
                subject=headers["dead-subject"],
                reason=headers["dead-reason"],
                attempts=int(headers["dead-attempts"]),
                event_id=headers.get("ce-id", ""),
                traceparent=headers.get("traceparent", ""),
            )
        )
    return letters


async def replay(jet: JetStreamContext, sequence: int) -> None:
    """Send a dead letter again under its own subject and event id, and take it off the list.

    Durables that handled it before drop it by their inbox; the one that could not has another try.
    """
    message = await jet.get_msg(DEAD_LETTERS, sequence)
    headers = {name: value for name, value in (message.headers or {}).items() if not name.startswith("dead-")}
    subject = (message.headers or {})["dead-subject"]
    await jet.publish(subject, message.data or b"", headers={**headers, "Nats-Msg-Id": str(new_id())})
    await jet.delete_msg(DEAD_LETTERS, sequence)
