"""E-mail by SMTP: RFC 5321, with STARTTLS (RFC 3207) or TLS from the first byte; messages after RFC 5322."""

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from enum import StrEnum

import aiosmtplib
from chassis import errors, tls

from notifications.carriers.port import AddressDead, Envelope, NotTaken

TIMEOUT_SECONDS = 15.0
CONNECTIONS_MAX = 4
NO_SUCH_ADDRESS = frozenset({511, 550, 551, 553, 556})  # the mailbox is none: not that it is full, or we are unwelcome
NO_SUCH_MAILBOX = "5.1."  # the same by RFC 3463, where a server says it


class Security(StrEnum):
    """How the connection is kept from others."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # to a server of this machine alone


@dataclass(frozen=True)
class Server:
    """The server that takes our e-mail, and as whom we write."""

    host: str
    port: int
    security: Security
    username: str
    password: str
    sender: str  # such as `Yima <no-reply@example.org>`


class Smtp:
    """E-mail by a server that relays for us."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._places = asyncio.Semaphore(CONNECTIONS_MAX)

    async def send(self, envelope: Envelope) -> None:
        message = composed(envelope, self._server.sender)
        server = self._server
        async with self._places:
            try:
                async with aiosmtplib.SMTP(
                    hostname=server.host,
                    port=server.port,
                    username=server.username or None,
                    password=server.password or None,
                    use_tls=server.security is Security.TLS,
                    start_tls=server.security is Security.STARTTLS,
                    tls_context=None if server.security is Security.NONE else tls.context(),
                    timeout=TIMEOUT_SECONDS,
                ) as client:
                    await client.send_message(message)
            except aiosmtplib.SMTPRecipientsRefused as refused:
                first = refused.recipients[0]
                raise undeliverable(first.code, first.message) from None
            except aiosmtplib.SMTPResponseException as refused:
                raise NotTaken(f"the server answered {refused.code}") from None
            except (aiosmtplib.SMTPException, OSError) as failed:
                raise NotTaken(errors.kind_of(failed)) from None

    async def close(self) -> None:
        """Each message has a connection of its own."""


def undeliverable(code: int, answer: str) -> AddressDead | NotTaken:
    """What a refused recipient means: there is none such, or not now."""
    if code in NO_SUCH_ADDRESS and (not answer.startswith("5.") or answer.startswith(NO_SUCH_MAILBOX)):
        return AddressDead(f"the server answered {code}")
    return NotTaken(f"the server answered {code}")


def composed(envelope: Envelope, sender: str) -> EmailMessage:
    """The message; its id is the same when it is sent again, so that a mailbox shows it once."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = envelope.to
    message["Subject"] = envelope.title
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{envelope.id}@{sender.rpartition('@')[2].rstrip('> ')}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it
    message["Content-Language"] = envelope.locale
    message.set_content(envelope.text)
    return message
