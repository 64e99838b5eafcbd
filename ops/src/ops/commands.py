"""What is added to `yima` where the system itself is installed. Nothing is imported here that help does not need."""

from yima_cli.registry import SYSTEM, Entry

COMMANDS = (
    Entry("up", "ops.cli:up", SYSTEM, "Start everything on this machine, and load the example city."),
    Entry("demo", "ops.cli:demo", SYSTEM, "Play the main job, from an application to a payout."),
    Entry(
        "load",
        "ops.cli:load",
        SYSTEM,
        "Load fictional lives, as three hospitals would send them; or a market of partners.",
    ),
    Entry("dead-letters", "ops.cli:dead_letters", SYSTEM, "Events a consumer could not handle: list, replay."),
    Entry("streams", "ops.cli:streams", SYSTEM, "The bus's streams, one for each service."),
    Entry(
        "signing-keys",
        "ops.signing_keys:signing_keys",
        SYSTEM,
        "Keys that services sign with: list, rotate, withdraw.",
    ),
    Entry("nats-keys", "ops.nats_keys:nats_keys", SYSTEM, "Make an NKey for every process that speaks to NATS."),
    Entry(
        "tls-certificates",
        "ops.tls_certificates:tls_certificates",
        SYSTEM,
        "Make a certificate for every process of a release, and the authority of all.",
    ),
    Entry("process", "ops.processes:process", SYSTEM, "How orders move: states, who moves them, deadlines."),
    Entry("settle", "ops.simulation:settle", SYSTEM, "Try a split plan before anybody signs it."),
)


def explain(error: Exception) -> str | None:
    """The sentence for a failure that is known here; None where it is not."""
    from ops import failures

    return failures.explain(error)
