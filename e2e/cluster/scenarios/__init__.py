"""What is played, a scenario a module; in this order."""

from collections.abc import Callable
from dataclasses import dataclass

from e2e.cluster.scenarios import again, bus, crowd, database, installing, nodes, scaling, tasks, upgrading
from e2e.cluster.town import Town


@dataclass(frozen=True)
class Scenario:
    name: str
    about: str
    play: Callable[[Town], None]


SCENARIOS = {
    each.name: each
    for each in (
        Scenario("install", "the chart with two replicas, policies, measures, and the demo", installing.play),
        Scenario("tasks", "every CronJob, backup, drill and restore", tasks.play),
        Scenario("scaling", "an autoscaler comes, and takes no pod away", scaling.play),
        Scenario("upgrade", "N-1 to N, back, and N again, under orders", upgrading.play),
        Scenario("nodes", "each node is drained and killed under orders", nodes.play),
        Scenario("bus", "three nodes of NATS with TLS and keys", bus.play),
        Scenario("again", "uninstalled, and installed again under its name", again.play),
        Scenario("database", "PostgreSQL with a standby: CloudNativePG", database.play),
        Scenario("crowd", "a hundred nodes of kwok: spread, disruption budgets", crowd.play),
    )
}
