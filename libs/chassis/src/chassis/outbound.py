"""The services that a request has called so far: what another service has done cannot be rolled back here."""

from contextvars import ContextVar

CALLED_SERVICES: ContextVar[list[str] | None] = ContextVar("called_services", default=None)
