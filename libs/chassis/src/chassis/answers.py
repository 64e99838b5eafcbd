"""An HTTP response, whole: of a method that was done as of one that was refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from litestar import Response
from litestar.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response, whole."""

    status: int
    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """It is an ASGI application: one that answers this."""
        headers = [(b"content-type", self.media_type.encode()), (b"content-length", str(len(self.body)).encode())]
        headers.extend((name.encode(), value.encode()) for name, value in self.headers.items())
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})

    def response(self) -> Response[bytes]:
        """The same for one of Litestar's own handlers."""
        return Response(self.body, status_code=self.status, media_type=self.media_type, headers=dict(self.headers))
