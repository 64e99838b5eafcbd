"""The gateway speaks GraphQL over HTTP as the specification's own audits have it."""

import asyncio
import shutil

import pytest
from devstack import published
from devstack.stack import Stack

from e2e import conformance

pytestmark = pytest.mark.anyio


@pytest.mark.long
async def test_every_audit_of_graphql_over_http_passes_as_the_page_says(stack: Stack) -> None:
    if shutil.which("node") is None:
        pytest.skip("node runs the audits")
    try:
        results = await asyncio.to_thread(conformance.audits, stack.graphql)
    except published.NotFetched as why:
        pytest.skip(str(why))
    assert [audit for audit in results if audit.status != "ok"] == []
    assert len(results) == 61
    assert conformance.page(results) == conformance.PAGE.read_text("utf-8")
