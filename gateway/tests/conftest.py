"""Fixtures that several modules of the gateway's tests share."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _pairwise() -> Iterator[None]:
    """What the gateway's settings need beside what a test says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YIMA_PAIRWISE_SECRETS", "what partners' ids are made with in tests")
        yield
