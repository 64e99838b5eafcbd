"""Whom a process trusts when it speaks TLS to others."""

import ssl
from functools import cache

import httpx2


@cache
def context() -> ssl.SSLContext:
    """The authorities everybody trusts. Reading them takes thirty milliseconds, and a process has several clients."""
    return httpx2.create_ssl_context(trust_env=False)
