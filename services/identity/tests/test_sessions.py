"""A session goes on by refresh tokens that are each used once, for as long as its role may; reuse ends it."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, cast

import httpx2
import pytest
from chassis.database import Database
from identity.domain.people import Role
from identity.domain.sessions import LIVES, LOST_ANSWER_WINDOW, refresh_token_sha256
from sqlalchemy import CursorResult, text

from services.identity.tests.callers import PASSWORD, Callers, claims, code
from services.identity.tests.test_api import soon_refused

pytestmark = pytest.mark.anyio
SERVICE = "identity"
TEN_MINUTES = 600
OPERATOR, OPERATORS_PASSWORD = "operator@yima.example.org", "an operator's unlikely words"


async def signed_in(callers: Callers) -> tuple[str, dict[str, Any]]:
    login = await callers.resident()
    return login, dict((await callers.sign_in(login)).json())


async def refreshed(callers: Callers, refresh_token: str) -> httpx2.Response:
    return await callers.post("/tokens/refresh", refresh_token=refresh_token)


async def in_database(callers: Callers, statement: str, **values: Any) -> Sequence[Any]:
    store = Database(callers.service.settings.database_url)
    try:
        async with store.transaction() as session:
            result = cast(CursorResult[Any], await session.execute(text(statement), values))
            return result.all() if result.returns_rows else []
    finally:
        await store.close()


async def aged(callers: Callers, answer: dict[str, Any], by: timedelta) -> None:
    """As if a session, and all that is kept of it, were so much older."""
    sid = claims(answer["accessToken"])["sid"]
    for statement in (
        """
        UPDATE access_session SET began_at = began_at - CAST(:by AS interval),
            lasts_until = lasts_until - CAST(:by AS interval)
        WHERE id = :sid
        """,
        """
        UPDATE refresh_token SET expires_at = expires_at - CAST(:by AS interval),
            used_at = used_at - CAST(:by AS interval)
        WHERE session_id = :sid
        """,
    ):
        await in_database(callers, statement, by=by, sid=sid)


async def test_an_access_token_is_good_for_ten_minutes_and_a_refresh_token_gives_the_next_two(callers: Callers) -> None:
    _, first = await signed_in(callers)
    said = claims(first["accessToken"])
    assert said["exp"] - said["iat"] == TEN_MINUTES
    second = (await refreshed(callers, first["refreshToken"])).json()
    assert claims(second["accessToken"])["sid"] == said["sid"], "it is the same session"
    assert second["refreshToken"] != first["refreshToken"]
    assert second["subjectId"] == first["subjectId"]
    assert await callers.me(second["accessToken"]) == 200
    assert (await refreshed(callers, second["refreshToken"])).status_code == 200


async def test_a_refresh_token_is_opaque_and_kept_as_a_hash(callers: Callers) -> None:
    _, first = await signed_in(callers)
    token = first["refreshToken"]
    assert re.fullmatch(r"yr_[A-Za-z0-9_-]{43}", token)
    kept = await in_database(callers, "SELECT to_jsonb(refresh_token)::text FROM refresh_token")
    assert token not in str(kept)
    hashes = await in_database(
        callers, "SELECT 1 FROM refresh_token WHERE sha256 = :sha256", sha256=refresh_token_sha256(token)
    )
    assert len(hashes) == 1


async def test_a_token_that_was_used_before_ends_the_session_for_everybody_who_has_one(callers: Callers) -> None:
    _, first = await signed_in(callers)
    second = (await refreshed(callers, first["refreshToken"])).json()
    third = (await refreshed(callers, second["refreshToken"])).json()
    reused = await refreshed(callers, first["refreshToken"])
    assert (reused.status_code, code(reused)) == (401, "refresh-token-reused")
    after = await refreshed(callers, third["refreshToken"])
    assert (after.status_code, code(after)) == (401, "refresh-refused"), "the newest is good no longer either"
    for answer in (first, second, third):
        await soon_refused(callers, answer["accessToken"])


async def test_reuse_ends_its_own_session_and_no_other(callers: Callers) -> None:
    login, first = await signed_in(callers)
    other = (await callers.sign_in(login)).json()
    second = (await refreshed(callers, first["refreshToken"])).json()
    await refreshed(callers, second["refreshToken"])
    assert code(await refreshed(callers, first["refreshToken"])) == "refresh-token-reused"
    assert (await refreshed(callers, other["refreshToken"])).status_code == 200


async def test_who_lost_the_answer_is_answered_again_and_only_the_last_answer_counts(callers: Callers) -> None:
    _, first = await signed_in(callers)
    lost = (await refreshed(callers, first["refreshToken"])).json()
    again = await refreshed(callers, first["refreshToken"])
    assert again.status_code == 200
    assert (await refreshed(callers, again.json()["refreshToken"])).status_code == 200
    assert code(await refreshed(callers, lost["refreshToken"])) == "refresh-token-reused"


async def test_two_who_have_one_token_never_both_go_on(callers: Callers) -> None:
    """A thief who is quick takes the place of who was first, and is found out by their next refresh."""
    _, first = await signed_in(callers)
    victims = (await refreshed(callers, first["refreshToken"])).json()
    thiefs = (await refreshed(callers, first["refreshToken"])).json()
    assert code(await refreshed(callers, victims["refreshToken"])) == "refresh-token-reused"
    assert code(await refreshed(callers, thiefs["refreshToken"])) == "refresh-refused"


async def test_an_answer_is_lost_for_two_minutes_only(callers: Callers) -> None:
    _, first = await signed_in(callers)
    await refreshed(callers, first["refreshToken"])
    await aged(callers, first, LOST_ANSWER_WINDOW + timedelta(seconds=1))
    assert code(await refreshed(callers, first["refreshToken"])) == "refresh-token-reused"


async def test_of_many_at_once_with_one_token_one_goes_on_at_most(callers: Callers) -> None:
    _, first = await signed_in(callers)
    answers = await asyncio.gather(*(refreshed(callers, first["refreshToken"]) for _ in range(20)))
    given = [answer.json()["refreshToken"] for answer in answers if answer.status_code == 200]
    assert len(set(given)) == len(given) == 20, "each is answered, since an answer may be lost"
    unused = await in_database(
        callers,
        "SELECT 1 FROM refresh_token WHERE session_id = :sid AND used_at IS NULL AND replaced_at IS NULL",
        sid=claims(first["accessToken"])["sid"],
    )
    assert len(unused) == 1
    codes = [code(answer) for token in given if (answer := await refreshed(callers, token)).status_code != 200]
    assert "refresh-token-reused" in codes
    assert len(codes) >= 19


@pytest.mark.parametrize("end", ["/sign-out", "/sign-out-everywhere"])
async def test_what_is_ended_is_not_continued(callers: Callers, end: str) -> None:
    _, first = await signed_in(callers)
    second = (await refreshed(callers, first["refreshToken"])).json()
    assert (await callers.post(end, first["accessToken"])).json() == {"sessions": 1}
    for answer in (second, first):
        refused = await refreshed(callers, answer["refreshToken"])
        assert (refused.status_code, code(refused)) == (401, "refresh-refused")
    await soon_refused(callers, second["accessToken"])


async def test_a_session_whose_access_token_is_over_is_ended_too(callers: Callers) -> None:
    login, first = await signed_in(callers)
    await in_database(
        callers,
        "UPDATE access_session SET expires_at = now() - interval '1 minute' WHERE id = :sid",
        sid=claims(first["accessToken"])["sid"],
    )
    other = (await callers.sign_in(login)).json()
    assert (await callers.post("/sign-out-everywhere", other["accessToken"])).json() == {"sessions": 2}
    assert code(await refreshed(callers, first["refreshToken"])) == "refresh-refused"


async def test_a_new_password_ends_the_others_refresh_tokens(callers: Callers) -> None:
    login, here = await signed_in(callers)
    there = (await callers.sign_in(login)).json()
    changed = await callers.post(
        "/password", here["accessToken"], current_password=PASSWORD, new_password="four entirely new words"
    )
    assert changed.status_code == 200
    assert code(await refreshed(callers, there["refreshToken"])) == "refresh-refused"
    assert (await refreshed(callers, here["refreshToken"])).status_code == 200


async def test_a_session_that_nobody_used_for_too_long_is_over(callers: Callers) -> None:
    _, first = await signed_in(callers)
    await aged(callers, first, LIVES[Role.RESIDENT].idle + timedelta(seconds=1))
    assert code(await refreshed(callers, first["refreshToken"])) == "refresh-refused"
    operators = (await callers.sign_in(OPERATOR, OPERATORS_PASSWORD)).json()
    await aged(callers, operators, LIVES[Role.OPERATOR].idle + timedelta(seconds=1))
    assert code(await refreshed(callers, operators["refreshToken"])) == "refresh-refused"


async def test_a_session_lasts_no_longer_than_its_role_may_however_it_is_used(callers: Callers) -> None:
    operators = (await callers.sign_in(OPERATOR, OPERATORS_PASSWORD)).json()
    life, step, passed = LIVES[Role.OPERATOR], timedelta(minutes=50), timedelta()
    answer = operators
    while passed + step < life.most:
        await aged(callers, answer, step)
        passed += step
        continued = await refreshed(callers, answer["refreshToken"])
        assert continued.status_code == 200, (passed, continued.text)
        answer = continued.json()
    left = life.most - passed
    until = datetime.fromisoformat(answer["refreshUntil"])
    expected = datetime.fromisoformat(operators["refreshUntil"]) - life.idle + left
    assert abs(until - expected) < timedelta(minutes=5), "a refresh token is over at the session's end at latest"
    await aged(callers, answer, left + timedelta(seconds=1))
    assert code(await refreshed(callers, answer["refreshToken"])) == "refresh-refused"


@pytest.mark.parametrize(
    "token", ["", "yr_", "yr_" + "A" * 43, "not one at all", "yk_" + "A" * 43, "\u202eyr_", "yr_%00"]
)
async def test_a_token_that_nobody_was_given_continues_nothing(callers: Callers, token: str) -> None:
    refused = await refreshed(callers, token)
    assert (refused.status_code, code(refused)) in {(401, "refresh-refused"), (400, "invalid")}


async def test_neither_an_access_token_nor_a_refresh_token_does_the_others_work(callers: Callers) -> None:
    _, first = await signed_in(callers)
    assert (await refreshed(callers, first["accessToken"])).status_code == 401
    assert await callers.me(first["refreshToken"]) == 401


async def test_for_whom_somebody_acts_is_as_it_is_at_the_refresh(callers: Callers) -> None:
    _, first = await signed_in(callers)
    child = await callers.post("/dependants", first["accessToken"], name="Child", birth_date="2024-02-29")
    second = (await refreshed(callers, first["refreshToken"])).json()
    assert claims(second["accessToken"])["dep"] == [child.json()["id"]]


async def test_what_is_over_is_deleted_and_what_is_not_stays(callers: Callers) -> None:
    from identity import store

    _, over = await signed_in(callers)
    _, going_on = await signed_in(callers)
    await aged(callers, over, LIVES[Role.RESIDENT].most + timedelta(days=2))
    database = Database(callers.service.settings.database_url)
    async with database.transaction() as session:
        await store.access.sweep(session)
    await database.close()
    left = await in_database(callers, "SELECT id::text FROM access_session")
    assert {claims(going_on["accessToken"])["sid"]} <= {row.id for row in left}
    assert claims(over["accessToken"])["sid"] not in {row.id for row in left}
    assert (await refreshed(callers, going_on["refreshToken"])).status_code == 200


async def test_however_many_sessions_are_over_they_go_in_pieces_and_their_tokens_before_them(
    callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a month's outage left over, or a restore of an old backup, would run into the limit for statements whole."""
    from identity import store
    from identity.app import sweep

    piece, sessions, tokens = 7, 30, 4
    _, kept = await signed_in(callers)
    used = kept["refreshToken"]
    going_on = (await refreshed(callers, used)).json()
    await in_database(
        callers,
        """
        WITH over AS (
            INSERT INTO access_session (id, subject_id, began_at, expires_at, lasts_until)
            SELECT gen_random_uuid(), gen_random_uuid(), now() - interval '90 days', now() - interval '60 days',
                CASE WHEN n % 2 = 0 THEN now() - interval '2 days' END
            FROM generate_series(1, :sessions) AS n RETURNING id
        ) INSERT INTO refresh_token (sha256, session_id, expires_at, used_at)
        SELECT sha256(convert_to(id::text || n, 'UTF8')), id, now() - interval '1 minute', now() - interval '60 days'
        FROM over CROSS JOIN generate_series(1, :tokens) AS n
        """,
        sessions=sessions,
        tokens=tokens,
    )
    monkeypatch.setattr(store.access.sweep, "__defaults__", (piece,))
    database = Database(callers.service.settings.database_url)

    async def counted() -> tuple[int, int]:
        (row,) = await in_database(
            callers,
            "SELECT (SELECT count(*) FROM access_session WHERE began_at < now() - interval '80 days') AS sessions, "
            "(SELECT count(*) FROM refresh_token WHERE used_at < now() - interval '50 days') AS tokens",
        )
        return row.sessions, row.tokens

    seen = [await counted()]
    more = True
    while more:
        more = await sweep(database, cast(Any, None))
        seen.append(await counted())
    await database.close()
    assert seen[0] == (sessions, sessions * tokens)
    assert seen[-1] == (0, 0)
    for (sessions_before, tokens_before), (sessions_after, tokens_after) in pairwise(seen):
        assert tokens_before - tokens_after <= piece and sessions_before - sessions_after <= 2 * piece
        assert sessions_before == sessions_after or tokens_after == 0, "no session took tokens with it"
    await aged(callers, going_on, LOST_ANSWER_WINDOW + timedelta(minutes=1))
    assert code(await refreshed(callers, used)) == "refresh-token-reused", "of a session that goes on all are known"


async def test_what_services_need_of_a_session_is_kept_for_as_long_as_its_tokens_are_good(callers: Callers) -> None:
    from identity import store

    _, ended = await signed_in(callers)
    _, idle = await signed_in(callers)
    said = {name: claims(answer["accessToken"])["sid"] for name, answer in (("ended", ended), ("idle", idle))}
    await in_database(callers, "UPDATE access_session SET ended_at = now() WHERE id = :sid", sid=said["ended"])
    await in_database(
        callers,
        "UPDATE access_session SET lasts_until = now() - interval '23 hours', expires_at = now() - interval '23 hours' "
        "WHERE id = :sid",
        sid=said["idle"],
    )
    database = Database(callers.service.settings.database_url)
    async with database.transaction() as session:
        assert not await store.access.sweep(session)
        listed, _ = await store.access.ended_sessions(session, None)
    await database.close()
    assert said["ended"] in {str(one.id) for one in listed}, "everybody who verifies its token has to hear of the end"
    left = {str(row.id) for row in await in_database(callers, "SELECT id FROM access_session")}
    assert set(said.values()) <= left, "it is kept for a day after its end"


async def test_the_database_lets_no_session_have_two_unused_tokens(callers: Callers) -> None:
    _, first = await signed_in(callers)
    with pytest.raises(Exception, match="refresh_token_current"):
        await in_database(
            callers,
            "INSERT INTO refresh_token (sha256, session_id, expires_at) VALUES (:sha256, :sid, now())",
            sha256=b"x" * 32,
            sid=claims(first["accessToken"])["sid"],
        )


async def test_somebody_sees_where_they_are_signed_in_and_ends_one_and_nobody_elses(callers: Callers) -> None:
    login, here = await signed_in(callers)
    there = dict((await callers.sign_in(login)).json())
    _, stranger = await signed_in(callers)

    async def shown(answer: dict[str, Any]) -> list[dict[str, Any]]:
        headers = {"authorization": f"Bearer {answer['accessToken']}"}
        return list((await callers.http.get("/sessions", headers=headers)).json()["sessions"])

    sids = [claims(each["accessToken"])["sid"] for each in (there, here)]
    listed = await shown(here)
    assert [(each["id"], each.get("current", False)) for each in listed] == [(sids[0], False), (sids[1], True)]
    assert {tuple(each["factors"]) for each in listed} == {("pwd",)}
    ending = f"/sessions/{sids[0]}/end"
    assert (await callers.post(ending, stranger["accessToken"])).status_code == 404
    assert (await callers.post(ending, here["accessToken"])).json() == {"sessions": 1}
    await soon_refused(callers, there["accessToken"])
    assert (await refreshed(callers, there["refreshToken"])).status_code == 401
    assert (await callers.post(ending, here["accessToken"])).status_code == 404
    assert [each["id"] for each in await shown(here)] == [sids[1]]
