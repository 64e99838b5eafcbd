"""Every asynchronous test runs on asyncio, on one loop for as long as a session's fixtures live."""

import pytest
from hypothesis import HealthCheck, settings

import gateway  # noqa: F401 the package, before pytest takes the folder of this name for it

# How long examples take to make says how busy the machine is, and nothing about what is tested.
for profile in ("default", "ci"):
    settings.register_profile(profile, settings.get_profile(profile), suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(settings.get_current_profile_name())


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
