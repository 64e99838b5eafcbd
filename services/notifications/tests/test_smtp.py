"""E-mail goes out by SMTP, to a real server: encrypted, once by its id, and to nobody who is not there."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from notifications.carriers import smtp
from notifications.carriers.port import AddressDead, Envelope, NotTaken
from notifications.carriers.smtp import Security, Server, Smtp

pytestmark = pytest.mark.anyio
TITLE, TEXT = "您的订单已接单", "合作机构已接受您的订单。\n\nhttps://yima.example.org/app/orders/ord_1"


class Mailboxes:
    """What a server was sent; it has no mailbox `absent@…`, and is busy for `busy@…`."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.encrypted: list[bool] = []

    async def handle_RCPT(  # noqa: N802 aiosmtpd calls it so
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address.startswith("absent@"):
            return "550 5.1.1 there is no such mailbox"
        if address.startswith("busy@"):
            return "450 4.2.1 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 likewise
        self.messages.append(cast(EmailMessage, message_from_bytes(envelope.content, policy=policy.default)))
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"yima", b"a long password")
    return AuthResult(success=known, handled=False)


@pytest.fixture(scope="module")
def mailboxes() -> Mailboxes:
    return Mailboxes()


@pytest.fixture(scope="module")
def server(mailboxes: Mailboxes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("smtp")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(
        mailboxes, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True, auth_required=True,
        authenticator=authenticate,
    )  # fmt: skip
    controller.start()
    yield Server("localhost", port, Security.STARTTLS, "yima", "a long password", "Yima <no-reply@yima.example.org>")
    controller.stop()


@pytest.fixture(autouse=True)
def believed(server: Server, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = next(Path(tmp_path_factory.getbasetemp()).glob("smtp*/certificate.pem"))
    monkeypatch.setattr(smtp.tls, "context", lambda: ssl.create_default_context(cafile=str(certificate)))


def envelope(to: str, number: str = "1") -> Envelope:
    return Envelope(number, to, TITLE, TEXT, "", "zh-CN", urgent=False)


async def test_a_message_arrives_encrypted_in_chinese_with_the_id_it_has_each_time(
    server: Server, mailboxes: Mailboxes
) -> None:
    for _ in range(2):
        await Smtp(server).send(envelope("lin@residents.example.org", "0192-a"))
    first, again = mailboxes.messages
    assert first["Message-ID"] == again["Message-ID"] == "<0192-a@yima.example.org>"
    assert (first["Subject"], first["To"]) == (TITLE, "lin@residents.example.org")
    assert first.get_content().split() == TEXT.split()
    assert first["Auto-Submitted"] == "auto-generated"
    assert mailboxes.encrypted == [True, True]


async def test_a_mailbox_that_is_not_there_is_told_apart_from_one_that_is_busy(server: Server) -> None:
    with pytest.raises(AddressDead):
        await Smtp(server).send(envelope("absent@residents.example.org"))
    with pytest.raises(NotTaken):
        await Smtp(server).send(envelope("busy@residents.example.org"))


async def test_nothing_is_sent_to_a_server_that_nobody_vouches_for_or_that_refuses_us(
    server: Server, mailboxes: Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(mailboxes.messages)
    wrong = Server(server.host, server.port, server.security, "yima", "wrong", server.sender)
    with pytest.raises(NotTaken):
        await Smtp(wrong).send(envelope("lin@residents.example.org"))
    away = Server("localhost", 9, server.security, "", "", server.sender)
    with pytest.raises(NotTaken):
        await Smtp(away).send(envelope("lin@residents.example.org"))
    monkeypatch.setattr(smtp.tls, "context", ssl.create_default_context)  # which does not know its certificate
    with pytest.raises(NotTaken):
        await Smtp(server).send(envelope("lin@residents.example.org"))
    assert len(mailboxes.messages) == before
