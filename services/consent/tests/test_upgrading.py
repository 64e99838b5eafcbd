"""STORE consents from before there were erasures have one after the upgrade, whoever granted them."""

from datetime import datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from chassis import migrations
from devstack.postgres import Postgres

pytestmark = pytest.mark.anyio
NAME = "consent_before_erasures"
VIEW, STORE = 1, 2
# As the release before wrote them: it knows nothing of a retention.
REQUEST = """
    INSERT INTO consent_request (id, resident_id, grantee_id, order_id, order_line_id, template, template_hash, status,
        requested_at)
    VALUES ($1, $2, $2, $2, $1, '', '', 'granted', now())
"""
ARTEFACT = """
    INSERT INTO consent_artefact (id, consent_request_id, resident_id, granted_by, grantee_id, order_id, order_line_id,
        information_types, purpose, access_mode, granted_at, expires_at, revoked_because, receipt, artefact_hash)
    SELECT id, id, resident_id, resident_id, grantee_id, order_id, order_line_id, '{imaging}', 'TREAT', $2,
        now() - interval '90 days', now() + $3, '', 'r', '' FROM consent_request WHERE id = $1
"""


async def test_consents_of_the_release_before_have_erasures_and_those_it_grants_meanwhile(
    postgres_server: Postgres,
) -> None:
    await postgres_server.ensure_database(NAME, "consent_owner", "owner", "consent_app", "app")
    url = postgres_server.url(NAME, "consent_owner", "owner")
    await migrations.upgrade("consent", url, "0001")
    old = await asyncpg.connect(
        host=str(postgres_server.socket_folder),
        port=postgres_server.port,
        user="consent_app",
        password="app",
        database=NAME,
    )

    async def grant(mode: int, left: timedelta) -> str:
        id_ = str(uuid4())
        await old.execute(REQUEST, id_, str(uuid4()))
        await old.execute(ARTEFACT, id_, mode, left)
        return id_

    async def due() -> dict[str, datetime]:
        rows = await old.fetch("SELECT consent_id, due_at FROM erasure")
        return {str(row["consent_id"]): row["due_at"] for row in rows}

    ended, running = await grant(STORE, timedelta(days=-40)), await grant(STORE, timedelta(days=5))
    await grant(VIEW, timedelta(days=-40))
    before = await old.fetchval("SELECT now()")
    await migrations.upgrade("consent", url)
    expires_at = await old.fetchval("SELECT expires_at FROM consent_artefact WHERE id = $1", running)
    after = await due()
    assert set(after) == {ended, running}
    assert after[running] == expires_at
    assert before <= after[ended] <= await old.fetchval("SELECT now()"), "not overdue on the day it is first asked for"

    meanwhile = await grant(STORE, timedelta(days=5))
    await grant(VIEW, timedelta(days=5))
    await old.execute("UPDATE consent_artefact SET revoked_at = now() WHERE id = $1", meanwhile)
    after = await due()
    assert set(after) == {ended, running, meanwhile}
    assert after[meanwhile] == await old.fetchval("SELECT revoked_at FROM consent_artefact WHERE id = $1", meanwhile)
    await old.close()
    await postgres_server.drop_database(NAME)
