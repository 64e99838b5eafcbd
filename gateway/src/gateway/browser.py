"""Sessions of our own pages. A page that asks with `yima-session: cookie` never sees its refresh token: the token is
kept in a cookie that no script can read, and that the browser sends to this origin alone.

The header is what makes it safe: a page of another origin cannot send it without asking first, and is refused then.
"""

import time
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from chassis.refusals import Unauthenticated
from yima.identity.v1 import api_pb2 as pb

HEADER = "yima-session"
COOKIE = "yima-refresh"
SAFE_COOKIE = f"__Host-{COOKIE}"  # browsers take it from HTTPS only, and from nobody who shares the domain
COOKIE_CHARACTERS_MAX = 8_192


@dataclass
class BrowserSession:
    """The session of the page that asks: the refresh token it came with, and the cookie it is answered with."""

    safe: bool  # whether the page is seen by HTTPS
    refresh_token: str = ""
    cookie: str = ""

    def keep(self, token: pb.AccessToken) -> pb.AccessToken:
        """The token without what goes on with it, which the browser keeps instead."""
        if token.refresh_token:
            self._set(token.refresh_token, max(0, token.refresh_until.seconds - int(time.time())))
            token.ClearField("refresh_token")
        return token

    def own_refresh_token(self) -> str:
        if not self.refresh_token:
            raise Unauthenticated("this browser has no session; sign in")
        return self.refresh_token

    def forget(self) -> None:
        self._set("", 0)

    def _set(self, value: str, seconds: int) -> None:
        name, more = (SAFE_COOKIE, "; Secure") if self.safe else (COOKIE, "")
        self.cookie = f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{more}"


def session_of(header: str, cookies: str, safe: bool) -> BrowserSession | None:
    """The session of a page of ours, by the headers of its request; None for every other client."""
    if header != "cookie":
        return None
    sent: SimpleCookie = SimpleCookie()
    try:
        sent.load(cookies[:COOKIE_CHARACTERS_MAX])
    except CookieError:
        sent.clear()
    known = sent.get(SAFE_COOKIE if safe else COOKIE)
    return BrowserSession(safe, known.value if known is not None else "")
