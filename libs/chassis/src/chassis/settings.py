"""What the environment sets for a process. Every variable starts with YIMA_."""

import os

from pydantic import Field, PrivateAttr
from pydantic_settings import BaseSettings, SettingsConfigDict
from yima.services import PORTS


class SettingUnfit(ValueError):
    """A setting is missing, or is not what it should be; the text names it."""


class BadFile(ValueError):
    """A file that a setting names cannot be used; the text says why, in a line a fault."""


class Settings(BaseSettings):
    """Settings every process has. What needs more has a subclass of this."""

    model_config = SettingsConfigDict(env_prefix="YIMA_", extra="ignore")

    host: str = "127.0.0.1"  # the address to listen on
    port: int = 8700  # the port to listen on
    database_url: str = ""  # of the application role, `postgresql+asyncpg://…`
    database_wait_seconds: float = Field(default=600.0, ge=0)  # how long a task or a migration waits for its database
    nats_url: str = "nats://127.0.0.1:4222"  # the bus
    nats_ca: str = ""  # certificates to believe the bus by, as PEM; with them, nothing but TLS is spoken
    nats_password: str = ""  # the process's own, where the bus asks for passwords
    nats_seed: str = ""  # the process's own NKey, `SU…`, where it asks for keys
    nats_replicas: int = Field(default=1, ge=1, le=5)  # how many nodes keep a stream

    drain_seconds: float = 0.0  # between turning unready and closing; as long as a load balancer needs to notice
    trace_ratio: float = 0.01  # which part of the requests that arrive without a decision is traced
    trace_file: str = ""  # append finished spans here as JSON lines, for tests and the demo

    _urls: dict[str, str] = PrivateAttr(default_factory=lambda: {name: url_of(name) for name in PORTS})

    def url(self, service: str) -> str:
        """Where a service is."""
        return self._urls[service]

    def check(self) -> None:
        """Raise `SettingUnfit` or `BadFile` where these cannot be used. It is called before anything is opened."""


def url_variable(service: str) -> str:
    """The environment variable that says where a service is."""
    return f"YIMA_{service.upper()}_URL"


def default_url(service: str) -> str:
    """Where a service is if nobody says: at its own port on this machine."""
    return f"http://127.0.0.1:{PORTS[service]}"


def url_of(service: str) -> str:
    return os.environ.get(url_variable(service)) or default_url(service)
