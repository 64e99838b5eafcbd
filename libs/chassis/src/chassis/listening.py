"""Where a process is asked. Its listener is replaced by another when its certificate is renewed, and nobody notices."""

import asyncio
import contextlib
import ctypes
import logging
import os
import socket
import struct
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.net import SocketSpec  # type: ignore[attr-defined]
from granian.server.embed import Server
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from chassis import tls
from chassis.bodies import closing_what_is_unread, closing_what_leaves
from chassis.settings import Settings

log = logging.getLogger("chassis.listening")

BACKLOG_MAX = 1024
LEAVING_SECONDS = 30.0  # longer than callers keep a connection that nothing is sent on, and than a call may take
SETTLED_SECONDS = 0.2  # a new listener has its socket at once, and its server's threads soon after
PROBES = frozenset({"/health/live", "/health/ready", "/health/started"})
SO_ATTACH_REUSEPORT_CBPF = 51  # Linux: which of the sockets at one port gets what comes
RETURN = 0x06  # the program's one instruction: BPF_RET with a constant


class Listener(Server):
    """A server whose socket we know, with the task it serves in and the word that it leaves."""

    def __init__(self, app: ASGIApp, host: str, port: int, **more: Any) -> None:
        self._socket: Any = None
        self.leaving = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        super().__init__(
            closing_what_leaves(closing_what_is_unread(app), self.leaving),
            address=host,
            port=port,
            interface=Interfaces.ASGINL,  # an app has nothing to begin or to end: several listeners may serve it
            backlog=BACKLOG_MAX,
            log_level=LogLevels.warning,
            **more,
        )

    def _init_shared_socket(self) -> None:
        self._socket = SocketSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._shd, self._ssp = self._socket, None

    def open(self) -> None:
        self.task = asyncio.create_task(self.serve())

    def lead(self, place: int) -> None:
        """Let what comes to the port come here from now on, and not to the listener from before, which can go then with
        nothing on its way to it. `place` is this one's among those at the port, by their age."""
        instruction = ctypes.create_string_buffer(struct.pack("HBBI", RETURN, 0, 0, place))
        program = struct.pack("HP", 1, ctypes.addressof(instruction))
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(self._socket.get_fd())) as listening:
            # Where there is no such thing, what comes is shared, and a call that meets the end is sent again.
            listening.setsockopt(socket.SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, program)


class Listening:
    """The listeners of a process: at its port, and for probes at another where one is set."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._own = tls.own()
        self._current = self._made()
        self._probes: Listener | None = None
        self._before: Listener | None = None
        self._left: asyncio.Task[None] | None = None
        self.ended = asyncio.Event()  # the listener, by itself: it could not be opened, or its server failed

    def _made(self) -> Listener:
        own, settings = self._own, self._settings
        if own is None or settings.tls_listen == "plain":
            return Listener(self._app, settings.host, settings.port)
        certificate, key, authority = own.files()
        return Listener(
            self._app,
            settings.host,
            settings.port,
            http=HTTPModes.http1,  # as in plain: a connection that ends says so with its last answer
            ssl_cert=certificate,
            ssl_key=key,
            ssl_ca=authority if settings.tls_listen == "mutual" else None,
            ssl_client_verify=settings.tls_listen == "mutual",
        )

    def open(self) -> None:
        self._open(self._current)
        if self._settings.health_port:
            self._probes = Listener(probes_alone(self._app), self._settings.host, self._settings.health_port)
            self._open(self._probes)

    def _open(self, listener: Listener) -> None:
        listener.open()
        assert listener.task is not None
        listener.task.add_done_callback(lambda _: None if listener.leaving.is_set() else self.ended.set())

    async def look_after(self) -> None:
        """Take a certificate that was renewed, for as long as the process serves."""
        while self._own is not None:
            await asyncio.sleep(tls.LOOK_SECONDS)
            if self._left is not None and not self._left.done():
                continue  # one at a time: the kernel counts them by their places
            if self._own.look() and self._settings.tls_listen != "plain":
                self._renew()

    def _renew(self) -> None:
        self._before, self._current = self._current, self._made()
        self._open(self._current)
        self._left = asyncio.create_task(self._leave(self._before, self._current))

    async def _leave(self, before: Listener, after: Listener) -> None:
        await asyncio.sleep(SETTLED_SECONDS)
        after.lead(1)
        before.leaving.set()
        await asyncio.sleep(LEAVING_SECONDS)
        await stopped(before)
        self._before = None

    def leave(self) -> None:
        """End each connection with its next answer from now on."""
        for listener in filter(None, (self._before, self._current, self._probes)):
            listener.leaving.set()

    async def close(self) -> None:
        """Close, once what is being answered was. Raises what a listener failed of."""
        if self._left is not None:
            self._left.cancel()
            await asyncio.gather(self._left, return_exceptions=True)
        for listener in filter(None, (self._before, self._current, self._probes)):
            await stopped(listener)


async def stopped(listener: Listener) -> None:
    """Stop it, and raise what it failed of."""
    if listener.task is not None:
        listener.stop()  # type: ignore[no-untyped-call]
        await listener.task


def probes_alone(app: ASGIApp) -> ASGIApp:
    """The probes of `app`, in plain, for a kubelet, which has no certificate; nothing else answers."""

    async def probing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["path"] in PROBES:
            await app(scope, receive, send)
        elif scope["type"] == ScopeType.HTTP:
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": ""})

    return probing
