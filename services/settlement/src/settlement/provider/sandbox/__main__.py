"""`python -m settlement.provider.sandbox`."""

import asyncio
import signal
import sys
from contextlib import suppress

from chassis import settings
from chassis.service import background, run_alone, serve_until

from settlement.provider.sandbox.api import asgi
from settlement.provider.sandbox.books import Sandbox
from settlement.provider.sandbox.settings import Settings
from settlement.provider.sandbox.webhooks import send_webhooks


async def serve() -> None:
    port = Settings()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    sandbox = Sandbox(port.provider_state, port.faults, port.pages, port.step_seconds)
    sending = (
        background("send webhooks", lambda: send_webhooks(sandbox, port.settlement_url, port.webhook_secret))
        if port.webhook_secret
        else None
    )
    process = settings.Settings(host=port.host, port=port.port)
    await serve_until(asgi(sandbox, port.webhook_secret), process, stop, asyncio.Event())
    if sending is not None:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
    sandbox.close()


if __name__ == "__main__":
    sys.exit(run_alone(serve))
