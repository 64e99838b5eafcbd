"""`yima` itself: its help by who uses what, its version, and what becomes of a failure."""

import os
import sys
from importlib.metadata import version
from typing import Any

import click
from click.shell_completion import CompletionItem

from yima_cli import failures, registry

EPILOG = """\b
Examples:
  yima sign-in --login staff@clinic.example.org
  yima whoami
  yima offerings search hypertension --json

\b
Every command that answers has --json: GraphQL's names, camelCase. Without it there are tables, for people.
Exit codes: 0 done; 1 refused, or something does not hold; 2 could not be asked; 70 not foreseen.
"""


class Tool(click.Group):
    """The top commands, imported when they are run; whatever goes wrong within one ends in a sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(registry.table())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = registry.table().get(cmd_name)
        return entry.load() if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, entries in registry.sections():
            with formatter.section(section):
                formatter.write_dl([(entry.name, entry.help) for entry in entries])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        entries = [entry for entry in registry.table().values() if entry.name.startswith(incomplete)]
        commands = [CompletionItem(entry.name, help=entry.help) for entry in entries]
        return commands + (
            super(click.Group, self).shell_complete(ctx, incomplete) if incomplete.startswith("-") else []
        )

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click itself ends quietly where nobody reads on, as in `yima … | head`
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            raise failures.explained(error) from None


@click.group(
    cls=Tool, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option(
    "--profile", envvar="YIMA_PROFILE", help="Sign in, and ask, as this profile: each has a session of its own."
)
@click.option("--debug", is_flag=True, help="Show where a failure happened.")
@click.version_option(version("yima-cli"), prog_name="yima")
def cli(debug: bool, profile: str | None) -> None:
    """Yima: an open health-service marketplace for a city."""
    if profile:
        os.environ["YIMA_PROFILE"] = profile


if __name__ == "__main__":
    sys.exit(cli())
