"""The pages for people: served as they were built, and with a session that no script can read."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from chassis.settings import SettingUnfit
from gateway.app import Gateway, Settings
from gateway.browser import BrowserSession, session_of
from gateway.documents import Documents, digest_of
from gateway.pages import built
from gateway.schema import core
from google.protobuf.timestamp_pb2 import Timestamp
from yima.identity.v1 import api_pb2 as pb

pytestmark = pytest.mark.anyio
CITY = str(Path(__file__).parents[2] / "charts" / "yima" / "cities" / "jinan.yaml")
DOCUMENT = "query PageTitle { city { title } }"
FIRST = "<!doctype html><title>pages</title>"
SCRIPT = "console.log('a page')\n" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(FIRST)
    (tmp_path / "sw.js").write_text("self")
    (tmp_path / "assets" / "index-1a2b.js").write_text(SCRIPT)
    (tmp_path / "documents.json").write_text(json.dumps({"PageTitle": DOCUMENT}))
    return tmp_path


@pytest.fixture
async def client(folder: Path) -> AsyncGenerator[httpx2.AsyncClient]:
    edge: Any = Gateway(Settings(city_file=CITY, pages=str(folder), trusted_only=True)).edge()
    transport = httpx2.ASGITransport(app=edge)
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway.example.org") as opened:
        yield opened


async def test_every_path_of_the_pages_shows_the_first_page_whose_script_shows_the_rest(
    client: httpx2.AsyncClient,
) -> None:
    assert (await client.get("/")).headers["location"] == "/app/"
    for path in ("/app", "/app/", "/app/orders/ord_1", "/app/../app/care", "/app/%2e%2e/secrets"):
        answer = await client.get(path)
        assert (answer.status_code, answer.text) == (200, FIRST)
        assert answer.headers["cache-control"] == "no-cache"
    assert (await client.get("/app/sw.js")).headers["content-type"].startswith("text/javascript")
    assert "/console.js" in (await client.get("/console")).text


async def test_the_pages_may_load_nothing_from_elsewhere_and_run_no_script_in_a_page(
    client: httpx2.AsyncClient,
) -> None:
    policy = (await client.get("/app/")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "unsafe" not in policy.replace("'wasm-unsafe-eval'", "")  # machine code of their own, and no text as script
    assert "frame-ancestors 'none'" in policy


async def test_a_file_with_a_hash_in_its_name_is_kept_for_good_and_sent_small(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/app/assets/index-1a2b.js", headers={"accept-encoding": "gzip"})
    assert (answer.text, answer.headers["content-encoding"]) == (SCRIPT, "gzip")
    assert "immutable" in answer.headers["cache-control"]
    assert int(answer.headers["content-length"]) < len(SCRIPT)
    again = await client.get("/app/assets/index-1a2b.js", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (
        "content-encoding"
        not in (await client.get("/app/assets/index-1a2b.js", headers={"accept-encoding": "identity"})).headers
    )


async def test_a_file_of_an_older_build_is_not_there_rather_than_a_page(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/app/assets/index-0000.js")).status_code == 404


async def test_strangers_may_run_what_the_pages_ask_for_and_nothing_else(client: httpx2.AsyncClient) -> None:
    asked = {"documentId": f"sha256:{digest_of(DOCUMENT)}"}
    assert (await client.post("/graphql", json=asked)).json()["data"]["city"]["title"]
    assert (await client.post("/graphql", json={"query": "{ city { currency } }"})).status_code == 403
    assert (await client.get("/app/documents.json")).text == FIRST


def test_a_folder_without_pages_is_refused_by_the_settings_name(tmp_path: Path) -> None:
    with pytest.raises(SettingUnfit, match="YIMA_PAGES"):
        built(str(tmp_path))
    assert not built("")


def access_token(refresh_token: str) -> pb.AccessToken:
    return pb.AccessToken(
        access_token="access", refresh_token=refresh_token, refresh_until=Timestamp(seconds=4_000_000_000)
    )


def test_a_page_gets_its_refresh_token_in_a_cookie_that_no_script_reads() -> None:
    session = session_of("cookie", "", safe=True)
    assert session is not None
    shown = session.keep(access_token("refresh"))
    assert (shown.access_token, shown.refresh_token) == ("access", "")
    name, *attributes = session.cookie.split("; ")
    assert name == "__Host-yima-refresh=refresh"
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"} <= set(attributes)
    plain = session_of("cookie", "", safe=False)
    assert plain is not None
    plain.keep(access_token("refresh"))
    assert plain.cookie.startswith("yima-refresh=refresh; ")
    assert "Secure" not in plain.cookie


@pytest.mark.parametrize(
    ("cookies", "token"),
    [
        ("__Host-yima-refresh=one", "one"),
        ("a=b; __Host-yima-refresh=one; c=d", "one"),
        ("yima-refresh=one", ""),  # over HTTPS the other is not taken: a neighbour of the domain could have set it
        ("a=b", ""),
        ('"\x00=;;;=', ""),
        ("x" * 100_000 + "; __Host-yima-refresh=one", ""),
    ],
)
def test_the_cookie_is_read_from_whatever_a_browser_sends(cookies: str, token: str) -> None:
    session = session_of("cookie", cookies, safe=True)
    assert session is not None
    assert session.refresh_token == token


def test_nothing_is_kept_for_a_client_that_does_not_ask_for_it() -> None:
    assert session_of("", "__Host-yima-refresh=one", safe=True) is None
    assert session_of("other", "__Host-yima-refresh=one", safe=True) is None


def test_a_session_that_was_ended_leaves_the_browser() -> None:
    session = BrowserSession(safe=True, refresh_token="one")
    session.forget()
    assert session.cookie.startswith("__Host-yima-refresh=; Path=/; Max-Age=0")


def test_pages_that_were_built_for_another_schema_are_named_and_how_to_mend_it() -> None:
    documents = {"PageCity": "query PageCity { city { title } }", "PageGone": "query PageGone { noSuchField }"}
    with pytest.raises(SettingUnfit, match=r"PageGone .*noSuchField.*make web"):
        Documents(core, documents)
