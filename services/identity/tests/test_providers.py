"""An OpenID provider's word: genuine, of now, for us and of this sign-in, or refused. Owners link their accounts.

The provider is `oidc-provider`, another implementation than ours; it is fetched from npm, and left out without it.
"""

import asyncio
import hmac
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
import pytest
from chassis.settings import SettingUnfit
from devstack import ports
from devstack.authenticator import b64
from identity.domain.providers import (
    LEEWAY_SECONDS,
    ProviderAway,
    ProviderRefused,
    Registered,
    authorization_url,
    endpoint_of,
    key_for,
    new_sign_in_values,
    sha256,
    subject_of,
)
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, RSAKey

from services.identity.tests.callers import PASSWORD, Callers, claims, code, opened
from services.identity.tests.test_factors import codes_of, enrolled, later
from services.identity.tests.test_sessions import in_database, refreshed

pytestmark = pytest.mark.anyio
SERVICE = "identity"
REDIRECT = "https://yima.example.org/signed-in"
SECRET = "a secret between the two: of some length & with signs"
US = Registered("https://id.city.example", "yima", SECRET, REDIRECT)
KEY = ECKey.generate_key("P-256", {"kid": "theirs", "use": "sig"})
NONCE = "a nonce of this sign-in"


def id_token(key: Key = KEY, alg: str = "ES256", kid: str | None = "theirs", **otherwise: Any) -> str:
    now = int(datetime.now(UTC).timestamp())
    said = {"iss": US.issuer, "aud": "yima", "sub": "wang-fang", "nonce": NONCE, "iat": now, "exp": now + 600}
    said = {name: value for name, value in (said | otherwise).items() if value is not None}
    header = {"alg": alg} | ({"kid": kid} if kid else {})
    return jwt.encode(header, said, key, algorithms=[alg])


def unsigned(**otherwise: Any) -> str:
    _, body, _ = id_token(**otherwise).split(".")
    return f"{b64(json.dumps({'alg': 'none', 'kid': 'theirs'}).encode())}.{body}."


def resigned(secret: bytes) -> str:
    """As whoever takes a public key for a shared secret would sign; by hand, since the library refuses to."""
    _, body, _ = id_token().split(".")
    signed = f"{b64(json.dumps({'alg': 'HS256', 'kid': 'theirs'}).encode())}.{body}"
    return f"{signed}.{b64(hmac.digest(secret, signed.encode(), 'sha256'))}"


def read(token: str, keys: list[Key] | None = None) -> str:
    key = key_for(token, [KEY] if keys is None else keys)
    if key is None:
        raise ProviderRefused("no such key")
    return subject_of(token, key, US, sha256(NONCE), datetime.now(UTC))


@pytest.mark.parametrize(
    "otherwise", [{}, {"aud": ["yima"]}, {"aud": ["yima", "other"], "azp": "yima"}, {"azp": "yima"}]
)
def test_a_genuine_id_token_says_who_it_is(otherwise: dict[str, Any]) -> None:
    assert read(id_token(**otherwise)) == "wang-fang"
    assert read(id_token(kid=None, **otherwise)) == "wang-fang", "where there is one key, it need not be named"


NOW = datetime.now(UTC).timestamp()
WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://id.city.example.evil.example"},
    "the issuer with a slash": {"iss": "https://id.city.example/"},
    "for another client": {"aud": "other"},
    "for nobody": {"aud": None},
    "for several, given to nobody": {"aud": ["yima", "other"]},
    "given to another": {"azp": "other"},
    "over": {"exp": int(NOW) - LEEWAY_SECONDS - 1},
    "without an end": {"exp": None},
    "an end that is no number": {"exp": "tomorrow"},
    "of long ago": {"iat": int(NOW) - 86_400},
    "of tomorrow": {"iat": int(NOW) + 86_400},
    "another nonce": {"nonce": "another"},
    "without a nonce": {"nonce": None},
    "a nonce that is no text": {"nonce": [NONCE]},
    "about nobody": {"sub": ""},
    "a subject that is no text": {"sub": 7},
    "a subject without end": {"sub": "x" * 256},
}


@pytest.mark.parametrize("otherwise", WRONG.values(), ids=WRONG)
def test_an_id_token_that_is_not_for_us_now_is_refused(otherwise: dict[str, Any]) -> None:
    with pytest.raises(ProviderRefused, match="id token: it"):
        read(id_token(**otherwise))


def test_an_id_token_is_signed_with_a_key_that_the_provider_publishes() -> None:
    other, rsa = ECKey.generate_key("P-256", {"kid": "theirs"}), RSAKey.generate_key(2048, {"kid": "theirs"})
    shared = OctKey.import_key(SECRET)
    encrypting = ECKey.import_key({**KEY.as_dict(private=True), "use": "enc"})
    for token in (
        id_token(other),
        id_token(rsa, "RS256"),
        id_token(shared, "HS256"),
        resigned(KEY.as_pem(private=False)),
        unsigned(),
        id_token()[:-4] + "AAAA",
        "not a token",
        "a.b.c",
        "",
    ):
        with pytest.raises(ProviderRefused):
            read(token)
    with pytest.raises(ProviderRefused, match="no such key"):
        read(id_token(kid="unheard-of"))
    with pytest.raises(ProviderRefused, match="no such key"):
        read(id_token(), [encrypting])
    with pytest.raises(ProviderRefused, match="no such key"):
        read(id_token(kid=None), [KEY, other])


def test_each_sign_in_asks_with_its_own_state_nonce_and_verifier() -> None:
    asked, other = new_sign_in_values(), new_sign_in_values()
    assert not {asked.state, asked.nonce, asked.verifier} & {other.state, other.nonce, other.verifier}
    query = parse_qs(urlsplit(authorization_url("https://id.city.example/auth?a=b", US, asked)).query)
    assert query["code_challenge_method"] == ["S256"] and asked.verifier not in str(query)
    assert (query["a"], query["redirect_uri"], query["response_type"]) == (["b"], [REDIRECT], ["code"])


@pytest.mark.parametrize(
    "settings",
    [
        ("http://id.city.example", "yima", "s", REDIRECT),
        ("https://id.city.example", "", "s", REDIRECT),
        ("https://id.city.example", "yima", "", REDIRECT),
        ("https://id.city.example", "yima", "s", ""),
        ("https://id.city.example", "yima", "s", "javascript:alert(1)"),
        ("id.city.example", "yima", "s", REDIRECT),
    ],
)
def test_a_provider_that_is_half_set_up_keeps_the_process_from_starting(settings: tuple[str, str, str, str]) -> None:
    with pytest.raises(SettingUnfit, match="YIMA_OPENID_"):
        Registered.of(*settings)
    assert Registered.of("", "", "", "") is None


def test_what_a_provider_says_of_itself_is_reached_as_safely_as_itself() -> None:
    for address in ("http://id.city.example/token", "file:///etc/passwd", 7, None):
        with pytest.raises(ProviderAway):
            endpoint_of({"token_endpoint": address}, "token_endpoint", US.issuer)


# With the real one.


def keys_of(*kids: str) -> str:
    keys = [ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"}) for kid in kids]
    return json.dumps({"keys": [key.as_dict(private=True) for key in keys]})


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The provider's program, with what it needs fetched from npm."""
    if shutil.which("npm") is None:
        pytest.skip("oidc-provider needs node and npm")
    folder = tmp_path_factory.mktemp("openid")
    for file in (Path(__file__).parent / "openid_provider").iterdir():
        if file.is_file():
            shutil.copy(file, folder / file.name)
    done = subprocess.run(["npm", "ci", "--no-progress"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"npm has no oidc-provider for us: {done.stderr[-200:]}")
    return folder


@contextmanager
def provider_at(program: Path, port: int, keys: str) -> Iterator[None]:
    environment = os.environ | {"PORT": str(port), "KEYS": keys, "REDIRECT": REDIRECT, "CLIENT_SECRET": SECRET}
    with subprocess.Popen(
        ["node", "server.js"], cwd=program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().strip() == b"listening"
            yield
        finally:
            process.terminate()


@dataclass
class Browser:
    """Somebody's browser, which signs in with the provider: fills its forms in, and stops where it is sent back."""

    who: str
    cookies: httpx2.Cookies = field(default_factory=httpx2.Cookies)

    async def goes(self, url: str) -> dict[str, str]:
        """What the provider sends along."""
        async with httpx2.AsyncClient(cookies=self.cookies, timeout=60) as http:
            answer = await http.get(url)
            while True:
                if answer.is_redirect:
                    url = urljoin(url, answer.headers["location"])
                    if url.startswith(REDIRECT):
                        self.cookies = http.cookies
                        query = parse_qs(urlsplit(url).query)
                        return {"code": query["code"][0], "state": query["state"][0], "issuer": query["iss"][0]}
                    answer = await http.get(url)
                    continue
                action = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
                assert action, answer.text
                form = dict(re.findall(r'name="(prompt)" value="([^"]*)"', answer.text))
                url = unescape(action[1])
                answer = await http.post(url, data={"login": self.who, "password": "any", **form})


@dataclass
class City:
    callers: Callers
    program: Path
    port: int


@pytest.fixture
async def city(database: str, monkeypatch: pytest.MonkeyPatch, program: Path) -> AsyncGenerator[City]:
    port = ports.free()
    settings = {
        "YIMA_OPENID_ISSUER": f"http://127.0.0.1:{port}",
        "YIMA_OPENID_CLIENT_ID": "yima",
        "YIMA_OPENID_CLIENT_SECRET": SECRET,
        "YIMA_OPENID_REDIRECT": REDIRECT,
    }
    async with opened(database, monkeypatch, **settings) as callers:
        yield City(callers, program, port)


async def begun(callers: Callers) -> dict[str, Any]:
    answer = await callers.post("/provider-sign-ins")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def finished(callers: Callers, begun: dict[str, Any], sent: dict[str, str], **more: str) -> httpx2.Response:
    return await callers.post(f"/provider-sign-ins/{begun['id']}", **{**sent, **more})


async def linked(callers: Callers, token: str, browser: Browser) -> httpx2.Response:
    begin = await callers.post("/provider-links", token, password=PASSWORD)
    assert begin.status_code == 200, begin.text
    sent = await browser.goes(begin.json()["url"])
    return await callers.post(f"/provider-links/{begin.json()['id']}", token, **sent)


async def signs_in(callers: Callers, browser: Browser) -> httpx2.Response:
    begin = await begun(callers)
    return await finished(callers, begin, await browser.goes(begin["url"]))


@pytest.mark.long
async def test_an_account_is_signed_in_to_by_whom_its_owner_linked_and_nobody_else(city: City) -> None:
    callers = city.callers
    with provider_at(city.program, city.port, keys_of("one")):
        login = await callers.resident()
        mine, other = Browser(login), Browser("somebody-else")
        assert code(await signs_in(callers, mine)) == "provider-not-linked", "an equal address links nobody"
        token = await callers.token(login)
        wrong = await callers.post("/provider-links", token, password="wrong")
        assert (wrong.status_code, code(wrong)) == (403, "password-wrong")
        link = await linked(callers, token, mine)
        assert link.status_code == 200, link.text
        answer = await signs_in(callers, mine)
        assert answer.status_code == 200, answer.text
        said = claims(answer.json()["accessToken"])
        assert (said["amr"], said["sub"]) == (["fed"], claims(token)["sub"])
        assert (await refreshed(callers, answer.json()["refreshToken"])).status_code == 200
        assert code(await signs_in(callers, other)) == "provider-not-linked"
        stranger = await callers.token(await callers.resident())
        assert code(await linked(callers, stranger, mine)) == "provider-link-taken"
        assert code(await linked(callers, token, other)) == "provider-link-taken", "one link an account"
        path = f"/provider-links/{link.json()['id']}/end"
        assert (await callers.post(path, stranger)).status_code == 404
        assert (await callers.post(path, token)).status_code == 200
        assert code(await signs_in(callers, mine)) == "provider-not-linked"


@pytest.mark.long
async def test_what_the_provider_sends_is_good_once_for_the_sign_in_that_asked_for_it(city: City) -> None:
    callers = city.callers
    with provider_at(city.program, city.port, keys_of("one")):
        login = await callers.resident()
        mine = Browser(login)
        await linked(callers, await callers.token(login), mine)
        first, second = await begun(callers), await begun(callers)
        sent = await mine.goes(first["url"])
        assert code(await finished(callers, second, sent)) == "provider-refused", "of another page's state"
        answers = await asyncio.gather(*(finished(callers, first, sent) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [200, 410, 410]
        refusals = {}
        for name, more in {
            "another issuer": {"issuer": "https://evil.example"},
            "no code": {"code": ""},
            "a code that is none": {"code": "guessed"},
            "another state": {"state": "guessed"},
        }.items():
            begin = await begun(callers)
            refusals[name] = code(await finished(callers, begin, await mine.goes(begin["url"]), **more))
        assert set(refusals.values()) == {"provider-refused"}, refusals
        for column in ("nonce_sha256", "verifier"):
            begin, another = await begun(callers), await begun(callers)
            sent = await mine.goes(begin["url"])
            await in_database(
                callers,
                f"UPDATE provider_sign_in SET {column} = (SELECT {column} FROM provider_sign_in WHERE id = :other)"
                " WHERE id = :id",
                id=begin["id"],
                other=another["id"],
            )
            if column == "nonce_sha256":
                assert "another sign-in" in (await finished(callers, begin, sent)).json()["detail"]
            else:
                assert (await finished(callers, begin, sent)).status_code >= 400, "a verifier is its sign-in's alone"
        begin = await begun(callers)
        sent = await mine.goes(begin["url"])
        await in_database(callers, "UPDATE provider_sign_in SET expires_at = now() - interval '1 second'")
        assert code(await finished(callers, begin, sent)) == "provider-sign-in-over"


@pytest.mark.long
async def test_the_second_factor_is_asked_for_as_at_any_sign_in(city: City) -> None:
    callers = city.callers
    with provider_at(city.program, city.port, keys_of("one")):
        login, secret, answer = await enrolled(callers)
        mine = Browser(login)
        assert (await linked(callers, answer["accessToken"], mine)).status_code == 200
        begin = await begun(callers)
        sent = await mine.goes(begin["url"])
        assert code(await finished(callers, begin, sent)) == "second-factor-needed"
        assert code(await finished(callers, begin, sent, factor_code="000000")) == "second-factor-wrong"
        stolen = await finished(callers, begin, sent | {"state": "guessed"}, factor_code=codes_of(secret))
        assert code(stolen) == "provider-sign-in-over"
        right = await finished(callers, begin, sent, factor_code=codes_of(secret))
        assert right.status_code == 200, right.text
        assert claims(right.json()["accessToken"])["amr"] == ["fed", "otp"]
        await later(callers)
        again = await finished(callers, begin, sent, factor_code=codes_of(secret))
        assert code(again) == "provider-sign-in-over"
        await in_database(callers, "UPDATE access_session SET factor_at = factor_at - interval '1 hour'")
        stale = await callers.post("/provider-links", right.json()["accessToken"], password=PASSWORD)
        assert code(stale) == "step-up-needed"


@pytest.mark.long
async def test_the_providers_keys_rotate_and_while_it_is_away_it_is_said(city: City) -> None:
    callers = city.callers
    login = await callers.resident()
    mine = Browser(login)
    away = await callers.post("/provider-sign-ins")
    assert (away.status_code, code(away)) == (503, "provider-away")
    assert (await callers.sign_in(login)).status_code == 200
    with provider_at(city.program, city.port, keys_of("one")):
        await linked(callers, await callers.token(login), mine)
        assert (await signs_in(callers, mine)).status_code == 200
    with provider_at(city.program, city.port, keys_of("two")):
        deadline = time.monotonic() + 60
        while (answer := await signs_in(callers, Browser(login))).status_code != 200:
            assert "does not publish" in answer.json()["detail"], answer.text
            assert time.monotonic() < deadline, "a new key is looked for every few seconds"
            await asyncio.sleep(0.5)
    begin = await begun(callers)
    gone = await finished(callers, begin, {"code": "a", "state": parse_qs(urlsplit(begin["url"]).query)["state"][0]})
    assert code(gone) == "provider-away"
