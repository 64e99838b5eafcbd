"""What a process is told by its environment. Every variable starts with YIMA_."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingUnfit(ValueError):  # noqa: N818 a fact, told to who starts a process
    """A setting is missing, or is not what it should be; the text names it."""


class BadFile(ValueError):  # noqa: N818 a fact, told to who starts a process
    """A file that a setting names cannot be used; the text says why, in a line a fault."""


class Settings(BaseSettings):
    """Settings every process has. What needs more has a subclass of this."""

    model_config = SettingsConfigDict(env_prefix="YIMA_", extra="ignore")

    host: str = "127.0.0.1"  # the address to listen on
    port: int = 8700  # the port to listen on
    database_url: str = ""  # of the application role, `postgresql+asyncpg://…`
    nats_url: str = "nats://127.0.0.1:4222"  # the bus
    nats_ca: str = ""  # certificates to believe the bus by, as PEM; with them, nothing but TLS is spoken
    nats_password: str = ""  # the process's own, where the bus asks for passwords
    nats_seed: str = ""  # the process's own NKey, `SU…`, where it asks for keys
    nats_replicas: int = Field(default=1, ge=1, le=5)  # how many nodes keep a stream

    identity_url: str = "http://127.0.0.1:8701"  # where identity is
    partners_url: str = "http://127.0.0.1:8702"  # where partners is
    catalog_url: str = "http://127.0.0.1:8703"  # where catalog is
    ordering_url: str = "http://127.0.0.1:8704"  # where ordering is
    settlement_url: str = "http://127.0.0.1:8705"  # where settlement is
    consent_url: str = "http://127.0.0.1:8706"  # where consent is
    records_url: str = "http://127.0.0.1:8707"  # where records is

    drain_seconds: float = 0.0  # between turning unready and closing; as long as a load balancer needs to notice
    trace_ratio: float = 0.01  # which part of the requests that arrive without a decision is traced
    trace_file: str = ""  # append finished spans here as JSON lines, for tests and the demo

    def check(self) -> None:
        """Raise `SettingUnfit` or `BadFile` where these cannot be used. It is called before anything is opened."""
