"""What every answer has around it, and which requests are not even read."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from chassis.settings import SettingUnfit
from gateway.app import Gateway, Settings
from gateway.edge import HEADER_BYTES_MAX, Edge, origins

CITY = str(Path(__file__).parents[2] / "charts" / "yima" / "cities" / "jinan.yaml")
pytestmark = pytest.mark.anyio
ELSEWHERE = "https://app.example.org"
QUERY = {"query": "{ city { title } }"}


def served(**settings: Any) -> httpx2.AsyncClient:
    edge: Any = Gateway(Settings(city_file=CITY, **settings)).edge()
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=edge), base_url="http://gateway.example.org")


@pytest.fixture(scope="module")
async def plain() -> AsyncGenerator[httpx2.AsyncClient]:
    async with served() as client:
        yield client


@pytest.fixture(scope="module")
async def open_to_an_app() -> AsyncGenerator[httpx2.AsyncClient]:
    async with served(cors_origins=f"{ELSEWHERE}, http://127.0.0.1:5173/", hsts_seconds=31_536_000) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/graphql"),
        ("GET", "/graphql"),
        ("GET", "/health/live"),
        ("GET", "/"),
        ("GET", "/nothing"),
        ("PUT", "/"),
    ],
)
async def test_every_answer_tells_browsers_to_be_careful(plain: httpx2.AsyncClient, method: str, path: str) -> None:
    answer = await plain.request(method, path, json=QUERY if method == "POST" else None)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "strict-transport-security" not in answer.headers


async def test_the_page_is_served_whole_from_here(plain: httpx2.AsyncClient) -> None:
    """It may load nothing from elsewhere, runs no script that stands in it, and keeps no token."""
    shown = await plain.get("/")
    policy = shown.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    script = (await plain.get("/console.js")).text
    verifying = [await plain.get(f"/verify{ending}") for ending in ("", ".js", ".css")]
    assert verifying[0].headers["content-security-policy"] == policy
    for text in (shown.text, script, (await plain.get("/console.css")).text, *(file.text for file in verifying)):
        assert "//unpkg" not in text
        assert "http://" not in text
        assert "https://" not in text
    for kept in ("localStorage", "sessionStorage", "indexedDB", "cookie"):
        assert kept not in script
    assert (await plain.get("/console.json")).json()[0]["document"]


async def test_the_page_can_be_turned_off() -> None:
    async with served(console=False) as client:
        assert [(await client.get(path)).status_code for path in ("/", "/console.js", "/console.json")] == [
            404,
            404,
            404,
        ]


async def test_no_page_of_another_origin_may_read_an_answer_unless_a_setting_says_so(plain: httpx2.AsyncClient) -> None:
    headers = {"origin": ELSEWHERE, "access-control-request-method": "POST"}
    before = await plain.options("/graphql", headers=headers)
    answer = await plain.post("/graphql", json=QUERY, headers={"origin": ELSEWHERE})
    for response in (before, answer):
        assert not [name for name in response.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("origin", [ELSEWHERE, "http://127.0.0.1:5173"])
async def test_pages_of_the_origins_in_the_setting_may_call(open_to_an_app: httpx2.AsyncClient, origin: str) -> None:
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    before = await open_to_an_app.options("/graphql", headers=headers)
    assert before.status_code == 204
    assert before.headers["access-control-allow-origin"] == origin
    assert "authorization" in before.headers["access-control-allow-headers"]
    assert "POST" in before.headers["access-control-allow-methods"]
    answer = await open_to_an_app.post("/graphql", json=QUERY, headers={"origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin
    assert "origin" in answer.headers["vary"]
    assert "retry-after" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_pages_of_other_origins_may_not(open_to_an_app: httpx2.AsyncClient) -> None:
    for origin in ("https://evil.example.org", "https://app.example.org.evil.example", "null", ELSEWHERE + ":444"):
        answer = await open_to_an_app.post("/graphql", json=QUERY, headers={"origin": origin})
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "setting", ["app.example.org", "https://", "https://app.example.org/path", "ftp://a.example.org"]
)
def test_an_origin_that_is_none_stops_the_start(setting: str) -> None:
    with pytest.raises(SettingUnfit, match="YIMA_CORS_ORIGINS"):
        Settings(city_file=CITY, cors_origins=setting).check()


def test_no_origin_and_any_origin_can_be_said() -> None:
    assert origins("") == frozenset()
    assert origins(" * ") == {b"*"}


@pytest.mark.parametrize(
    ("setting", "origin", "may"),
    [
        ("", None, True),
        ("", b"http://gateway.example.org", True),
        ("", b"https://GATEWAY.example.org", True),
        ("", b"https://evil.example.org", False),
        ("", b"null", False),
        (ELSEWHERE, ELSEWHERE.encode(), True),
        (ELSEWHERE, b"https://evil.example.org", False),
        ("*", b"https://anybody.example.org", True),
    ],
)
async def test_a_page_opens_sockets_to_its_own_origin_or_where_the_setting_lets_it(
    setting: str, origin: bytes | None, may: bool
) -> None:
    reached = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        reached.append(scope)

    sent = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"gateway.example.org"), *([(b"origin", origin)] if origin else [])]
    scope: Any = {"type": "websocket", "path": "/graphql", "headers": headers}
    await Edge(app, app, origins(setting), 0)(scope, receive, send)  # type: ignore[arg-type] # no posts here
    assert bool(reached) is may
    assert bool(sent) is not may


async def test_headers_have_a_bound(plain: httpx2.AsyncClient) -> None:
    assert (await plain.get("/health/live", headers={"x-padding": "a" * HEADER_BYTES_MAX})).status_code == 431


@pytest.mark.parametrize(("version", "status"), [("1.1", 400), ("1.0", 404), ("2", 404)])
async def test_a_request_of_http_1_1_says_which_host_it_is_for(version: str, status: int) -> None:
    edge: Any = Gateway(Settings(city_file=CITY)).edge()
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": version, "method": "GET", "scheme": "http",
        "path": "/nothing", "raw_path": b"/nothing", "query_string": b"", "root_path": "", "headers": [],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2), "state": {},
    }  # fmt: skip
    await edge(scope, receive, send)
    assert sent[0]["status"] == status


@pytest.mark.parametrize(
    ("host", "good"),
    [
        ("yima.example.org", True), ("yima.example.org:8443", True), ("127.0.0.1:1", True), ("[::1]:80", True),
        ("xn--fiq228c.example", True), ("a@b", False), ("a/b", False), ("a b", False), ("a,b", False), ("", False),
        ("a:b", False), ("a?b", False), ("a#b", False), ("[::1", False), ("a:80:80", False), ("http://a", False),
        ("x" * 253, True), ("x" * 254, False),
    ],
)  # fmt: skip
async def test_a_host_is_a_name_or_an_address_and_maybe_a_port(
    plain: httpx2.AsyncClient, host: str, good: bool
) -> None:
    assert (await plain.get("/health/live", headers={"host": host})).status_code == (200 if good else 400)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "x", "gzip, identity", "GZIP"])
async def test_a_body_that_is_encoded_is_refused_and_not_read(plain: httpx2.AsyncClient, encoding: str) -> None:
    headers = {"content-type": "application/json", "content-encoding": encoding}
    answer = await plain.post("/graphql", headers=headers, content=b'{"query": "{ __typename }"}')
    assert (answer.status_code, "unsupported-media-type" in answer.text) == (415, True)


async def test_two_authorisations_are_none(plain: httpx2.AsyncClient) -> None:
    """A proxy in front may have read the other one."""
    headers = [("authorization", "Bearer a"), ("authorization", "Bearer b"), ("content-type", "application/json")]
    answer = await plain.post("/graphql", json=QUERY, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (400, "authorization")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"])
async def test_a_body_says_that_it_is_json(plain: httpx2.AsyncClient, content_type: str) -> None:
    answer = await plain.post(
        "/graphql", content=b'{"query": "{ __typename }"}', headers={"content-type": content_type}
    )
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
)
async def test_json_is_known_however_it_is_written(plain: httpx2.AsyncClient, content_type: str) -> None:
    answer = await plain.post(
        "/graphql", content=b'{"query": "{ __typename }"}', headers={"content-type": content_type}
    )
    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})


async def test_graphqls_own_media_type_is_answered_to_who_asks_for_it(plain: httpx2.AsyncClient) -> None:
    accept = {"accept": "application/graphql-response+json, application/json;q=0.9"}
    for query, status, members in (
        ("{ __typename }", 200, {"data"}),
        ("{ nothing }", 400, {"errors"}),
        ("{", 400, {"errors"}),
        ("{ " + "me { role } " * 600 + "}", 400, {"errors"}),
    ):
        answer = await plain.post("/graphql", json={"query": query}, headers=accept)
        assert answer.headers["content-type"] == "application/graphql-response+json"
        assert (answer.status_code, set(answer.json())) == (status, members)
    assert (await plain.post("/graphql", json={"query": "{ __typename }"})).headers[
        "content-type"
    ] == "application/json"


async def test_who_asks_for_json_by_name_finds_graphqls_errors_in_an_answer_of_status_200(
    plain: httpx2.AsyncClient,
) -> None:
    for query in ("{ nothing }", "{", "query ($id: ID!) { order(id: $id) { id } }"):
        answer = await plain.post("/graphql", json={"query": query}, headers={"accept": "application/json"})
        assert (answer.status_code, set(answer.json()) <= {"errors", "data"}) == (200, True), answer.text
        assert answer.json()["errors"]


@pytest.mark.parametrize("extensions", ["text", 1, True, [1], ""])
async def test_extensions_are_an_object_or_refused(plain: httpx2.AsyncClient, extensions: object) -> None:
    answer = await plain.post("/graphql", json={"query": "{ __typename }", "extensions": extensions})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["field"] == "extensions"
