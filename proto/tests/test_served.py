"""Each service serves its whole contract once `app.py` is imported, as its process does."""

import importlib

import pytest
from yima.services import SERVICES


@pytest.mark.parametrize("name", SERVICES)
def test_every_method_of_the_contract_is_served(name: str) -> None:
    importlib.import_module(f"{name}.app")
    assert importlib.import_module(f"{name}.api").api.unserved() == []
