"""Whom a request has asked something of so far: what another service was asked cannot be taken back."""

from contextvars import ContextVar

ASKED_OF: ContextVar[list[str] | None] = ContextVar("asked_of", default=None)
