"""Which mutations the browsers of a test carried out: what the pages sent, and the gateway did and did not refuse."""

import asyncio
from typing import Any

_carried_out: set[str] = set()  # by name, in the test that runs
_reading: set[asyncio.Task[None]] = set()


def listen(context: Any) -> None:
    """Hear what the pages of a browser's context carry out from now on."""
    context.on("response", _answered)


def _answered(response: Any) -> None:
    if not response.url.endswith("/graphql") or response.status != 200:
        return
    name = str((response.request.post_data_json or {}).get("operationName"))
    task = asyncio.get_running_loop().create_task(_heard(name, response))
    _reading.add(task)
    task.add_done_callback(_reading.discard)


async def _heard(name: str, response: Any) -> None:
    try:
        answer = await response.json()
    except Exception:  # the page was left before its answer was there: nobody saw that it was done
        return
    done = (answer.get("data") or {}).values()
    if "errors" not in answer and not any(isinstance(it, dict) and it.get("__typename") == "Refused" for it in done):
        _carried_out.add(name)


def is_carried_out(name: str) -> bool:
    return name in _carried_out


def again(name: str) -> None:
    """What is to be heard once more."""
    _carried_out.discard(name)


def is_seen_done(name: str) -> None:
    """The system shows that it was done, though the page was left before its answer could be read."""
    _carried_out.add(name)


async def all_carried_out() -> set[str]:
    """What was carried out since this was asked last."""
    await asyncio.gather(*_reading)
    carried_out = {*_carried_out}
    _carried_out.clear()
    return carried_out
