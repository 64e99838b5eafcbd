"""The sandbox's webhooks on their way to settlement, as Standard Webhooks has them."""

import asyncio
from datetime import UTC, datetime

import httpx2
from chassis import tls
from standardwebhooks import Webhook

from settlement.provider.sandbox.books import DueWebhook, Sandbox

WEBHOOK_SECONDS = 5.0
PAUSE_SECONDS = 0.05


def signed(secrets: str, due: DueWebhook) -> dict[str, str]:
    """The headers of a webhook, as Standard Webhooks has them: signed with each of the secrets, as they are rotated."""
    now = datetime.now(UTC)
    signature = " ".join(Webhook(secret).sign(due.id, now, due.body.decode()) for secret in secrets.split())
    return {"webhook-id": due.id, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}


async def send_webhooks(sandbox: Sandbox, url: str, secret: str) -> None:
    """Send what is due, for ever; what is not taken is sent again."""
    async with httpx2.AsyncClient(timeout=WEBHOOK_SECONDS, trust_env=False, verify=tls.context_for(url)) as http:
        while True:
            for due in sandbox.due_webhooks():
                try:
                    answer = await http.post(f"{url}/webhooks/provider", content=due.body, headers=signed(secret, due))
                    answer.raise_for_status()
                    sandbox.webhook_sent(due.place)
                except tls.FAILURES:
                    sandbox.webhook_failed(due.place)
            await asyncio.sleep(PAUSE_SECONDS)
