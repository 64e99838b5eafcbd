"""How the system is, by its own measures: for operators."""

import strawberry

from gateway.context import Info
from gateway.policy import asks_services
from gateway.reading import field, shows
from gateway.system_health import DurableHealth as Durable
from gateway.system_health import ServiceHealth as Service


@shows(Durable, description="How far a service is behind with events of one kind.")
class DurableHealth:
    durable: str = field(description="The consumer by which it hears them.")
    events: int = field(description="That wait for it.")
    oldest_seconds: float = field(description="How long, at most, the oldest of them has waited.")
    silent_seconds: float = field(description="For how long it has heard none, though some wait.")


@shows(Service, description="How a service is, by what one of its processes says of itself.")
class ServiceHealth:
    name: str
    away: bool = field(description="It did not answer in time: nothing else is known of it.")
    ready: bool = field(description="It can do its work: its database answers and is migrated, and the bus is there.")
    why: str = field(description="Why it is not ready; else empty.")
    outbox_unsent: int = field(description="Events that wait to be sent.")
    outbox_oldest_seconds: float = field(description="How long the oldest of them has waited.")
    oldest_seconds: float = field(description="How long what has waited longest has, sent or not.")
    buried: int = field(description="Events it put among the dead letters since it began.")
    requests: int = field(description="Of the last five minutes.")
    p99_seconds: float = field(description="Within how many seconds 99 of 100 of them were answered.")
    failing: list[str] = field(description="What it does by itself, and fails at.")
    durables: list[DurableHealth] = field(description="What it hears, each kind of event by a consumer of its own.")


@strawberry.type
class Query:
    @strawberry.field(description="How each service is, by its own measures, some seconds old at most.")
    @asks_services
    async def system_health(self, info: Info) -> list[Service]:
        health = info.context.health
        return [] if health is None else list(await health.read())
