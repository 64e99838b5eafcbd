"""Each service serves its whole contract once `app.py` is imported, as its process does."""

import importlib

import pytest
from chassis.routes import needs_standing
from yima.services import SERVICES


@pytest.mark.parametrize("name", SERVICES)
def test_a_standing_that_a_contract_asks_for_is_asked_for(name: str) -> None:
    """A service that does not know how partners stand has no route that says it needs a good one."""
    importlib.import_module(f"{name}.app")
    api = importlib.import_module(f"{name}.api").api
    if api.standing is None and api.standing_of_neighbour is None:
        assert [method.name for method in api.contract.methods if needs_standing(method)] == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_method_of_the_contract_is_served(name: str) -> None:
    importlib.import_module(f"{name}.app")
    assert importlib.import_module(f"{name}.api").api.unserved() == []
