"""Readings of devices over MQTT, which NATS speaks: a hub publishes `devices/<hub>/<device>/readings`, and is answered
at `answers/<hub>/<device>`.

A message is the device's signature in base64, a line's end, and the body to the byte, as over HTTP. Nothing of it stays
on the bus: a hub keeps it until its answer came, and sends it again where none did; a reading is known by its number.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable

import orjson
from chassis.ids import Kind, parse_id
from chassis.problems import Problem, answer_to
from chassis.refusals import Invalid, Refusal, TooLarge
from nats.aio.client import Client as Connection
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from yima.records.v1 import devices_pb2 as pb
from yima.records.v1.client import RecordsClient

from gateway.answers import rejected
from gateway.openings import Openings
from gateway.readings import BYTES_MAX, SIGNATURE_LENGTH_MAX, shown_receipt, signature_in

log = logging.getLogger("gateway.mqtt")
SUBJECT, QUEUE = "devices.*.*.readings", "readings"
OF_HUB_MAX, AT_ONCE_MAX = 8, 64
PENDING_MAX, PENDING_BYTES_MAX = 1_000, 16 * 1024 * 1024  # beyond, a hub gets no answer and sends again


class Readings:
    """Takes what hubs publish, as many at once as may be, through the checks that HTTP has."""

    def __init__(self, records: RecordsClient, spend: Callable[[str], None]) -> None:
        self._records = records
        self._spend = spend
        self._openings = Openings("readings", OF_HUB_MAX, AT_ONCE_MAX)
        self._taking: set[asyncio.Task[None]] = set()

    async def follow(self, connection: Connection) -> None:
        """Take readings from now on; of several gateways each message comes to one."""

        async def heard(message: Msg) -> None:
            task = asyncio.create_task(self._answer(connection, message))
            self._taking.add(task)
            task.add_done_callback(self._taking.discard)

        await connection.subscribe(
            SUBJECT, QUEUE, cb=heard, pending_msgs_limit=PENDING_MAX, pending_bytes_limit=PENDING_BYTES_MAX
        )

    async def _answer(self, connection: Connection, message: Msg) -> None:
        _, hub, device, _ = message.subject.split(".")
        said = await self.answered(hub, device, message.data)
        try:
            await connection.publish(f"answers.{hub}.{device}", said)
        except (NatsError, OSError) as error:
            log.warning("a hub gets no answer, and sends again: %s", type(error).__name__)

    async def answered(self, hub: str, device: str, payload: bytes) -> bytes:
        """What is said of a message: the receipt, or the problem that HTTP would have; and of which message it is."""
        about = {"sha256": hashlib.sha256(payload).hexdigest()}
        try:
            self._spend(f"hub {hub}")
            with self._openings.opened(f"hub {hub}"):
                receipt = await self._records.take_readings(read(device, payload))
            return orjson.dumps({**about, "status": 200, **shown_receipt(receipt)})
        except Refusal as refusal:
            return orjson.dumps({**about, **problem_of(rejected(refusal).body)})
        except Problem as problem:
            return orjson.dumps({**about, **problem_of(answer_to(problem, {}).body)})


def problem_of(body: bytes) -> dict[str, object]:
    """A problem, without what only clients of GraphQL look for."""
    return {name: value for name, value in orjson.loads(body).items() if name != "errors"}


def read(device: str, payload: bytes) -> pb.TakeReadingsRequest:
    """A message as records takes it."""
    signature, line, content = payload.partition(b"\n")
    if not line or len(signature) > SIGNATURE_LENGTH_MAX:
        raise Invalid("signature", "must be the first line, in base64; what was signed follows it")
    if len(content) > BYTES_MAX:
        raise TooLarge(f"at most {BYTES_MAX} bytes", "content")
    return pb.TakeReadingsRequest(
        device_id=str(parse_id(device, "device_id", Kind.DEVICE)),
        signature=signature_in(signature.decode("ascii", "replace"), "signature"),
        content=content,
    )
