"""`yima-connector`: run it, look at what goes, and mend what does not."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import wraps
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Concatenate

import click

from yima_connector import mapping as mappings
from yima_connector import running, signing
from yima_connector import settings as settings_of
from yima_connector.city import connect
from yima_connector.errors import CityAway, CityRefused, ConnectorError, NotMapped, SettingsWrong
from yima_connector.overview import overview
from yima_connector.resources import text_of
from yima_connector.running import MLLP, mapper_of, rows_of
from yima_connector.settings import Settings
from yima_connector.spool import Received, Spool
from yima_connector.view import DatabaseView

CLOCK_SECONDS_MAX = 60.0
RANGE_MAX = 10_000
REFUSED, UNREACHABLE, UNFORESEEN = 1, 2, 70
EPILOG = """\b
First ten minutes:
  yima-connector example --to .          # a connector.yaml and a mapping.yaml to change
  yima-connector key connector.key       # and register connector.key.public.json: yima keys create …
  yima-connector map mapping.yaml message.hl7
  yima-connector check
  yima-connector run

\b
Exit codes: 0 done; 1 refused, or something is wrong; 2 the city cannot be reached; 70 not foreseen.
"""


class Tool(click.Group):
    """Whatever goes wrong within a command ends in a sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            raise explained(error) from None


class Failure(click.ClickException):
    """What ends a command, for a person to read."""

    def __init__(self, message: str, exit_code: int = REFUSED) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc] # theirs is of the class, and read from the instance


def explained(error: Exception) -> Failure:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    match error:
        case ConnectorError() | NotMapped() | CityRefused():
            return Failure(str(error))
        case CityAway():
            return Failure(f"{error}. Look at city.url, and at what is between.", UNREACHABLE)
        case OSError():
            return Failure(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return Failure(
        f"{type(error).__name__}. This was not foreseen; `yima-connector --debug …` shows where it happened.",
        UNFORESEEN,
    )


@click.group(
    cls=Tool, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option(
    "--settings",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default="connector.yaml",
    show_default=True,
    envvar="YIMA_CONNECTOR_SETTINGS",
    help="The settings.",
)
@click.option("--debug", is_flag=True, help="Show where a failure happened.")
@click.version_option(version("yima-connector"), prog_name="yima-connector")
@click.pass_context
def cli(ctx: click.Context, path: Path, debug: bool) -> None:
    """Runs beside a hospital's systems, and sends what they say to a city's Yima."""
    ctx.obj = path


def with_spool[**P, R](
    command: Callable[Concatenate[Settings, Spool, P], R],
) -> Callable[P, R]:
    """A command on the spool of the settings, beside a connector that runs."""

    @click.pass_context
    @wraps(command)
    def called(ctx: click.Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
        settings = settings_of.read(ctx.obj)
        spool = Spool(settings.spool.folder, settings.spool.bytes_max)
        try:
            return command(settings, spool, *args, **kwargs)
        finally:
            spool.close()

    return called


as_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@cli.command()
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=".", help="Into this folder.")
def example(folder: Path) -> None:
    """Write a connector.yaml and a mapping.yaml to begin with. Nothing is replaced.

    \b
    Example:
      yima-connector example --to /etc/yima-connector
    """
    for name in ("connector.yaml", "mapping.yaml"):
        target = folder / name
        try:
            with target.open("x", encoding="utf-8") as file:
                file.write((files("yima_connector") / "examples" / name).read_text("utf-8"))
        except FileExistsError:
            raise SettingsWrong(f"{target}: is there already; it is not replaced") from None
        click.echo(f"wrote {target}")


@cli.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def key(file: Path) -> None:
    """Make a key of its own: the private part into FILE, the public part beside it, to be registered.

    \b
    Example:
      yima-connector key connector.key
      yima keys create connector --scope records --public-keys connector.key.public.json
    """
    made = signing.make(file)
    public = file.with_name(f"{file.name}.public.json")
    public.write_text(json.dumps(made.public(), indent=1) + "\n", "utf-8")
    click.echo(f"wrote {file} (keep it here), and {public} (register it)")


@cli.command("map")
@click.argument("mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rows", help="FILE is JSON of one row, of these rows of the mapping; else it is an HL7 v2 message.")
def try_mapping(mapping: Path, file: Path, rows: str | None) -> None:
    """Show what a message or a row becomes. Nothing is kept or sent.

    \b
    Example:
      yima-connector map mapping.yaml message.hl7
    """

    content = file.read_bytes().strip(b"\x0b\x1c\r\n")
    message = Received(0, "", "csv" if rows else MLLP, "", rows or "", content, True)
    for line in mapper_of(mappings.read(mapping))(message):
        click.echo(text_of(json.loads(line.text(1), parse_float=Decimal), indent=2))


@cli.command()
@with_spool
def check(settings: Settings, spool: Spool) -> None:
    """Look whether it would run: the settings, the mappings, the spool, the key, the clock and the city.

    \b
    Example:
      yima-connector check
    """
    problems = asyncio.run(checked(settings, spool, click.echo))
    if problems:
        raise Failure(f"{problems} of these are wrong")
    click.echo("all is well")


async def checked(settings: Settings, spool: Spool, say: Callable[[str], None]) -> int:
    """Say how each thing is; returns how many are wrong."""

    wrong = 0

    def note(what: str, why_not: str = "") -> None:
        nonlocal wrong
        wrong += bool(why_not)
        say(f"{'WRONG' if why_not else 'well '}  {what}{': ' if why_not else ''}{why_not}")

    note(f"spool {spool.folder}, {spool.bytes_used() / 1e6:.1f} MB")
    for name, source in settings.sources.items():
        try:
            rules = mappings.read(source.mapping)
            if source.csv:
                rows_of(name, source, rules, source.csv.rows)
                if not source.csv.folder.is_dir():
                    raise SettingsWrong(f"{source.csv.folder} is no folder")
            if source.view:
                reading = DatabaseView(name, source.view, rows_of(name, source, rules, source.view.rows), spool, print)
                await asyncio.to_thread(reading.check)
                reading.close()
            note(f"source {name}: mapping and inlets")
        except (ConnectorError, OSError) as error:
            note(f"source {name}", str(error))
        except Exception as error:  # of a driver, and none of ours
            note(f"source {name}", f"its view cannot be read ({type(error).__name__})")
    try:
        async with connect(settings.city) as city:
            ahead = await city.clock_difference()
            late = f"differs by {ahead:.0f} s from the city's; set it right, or nothing it signs is good"
            note("clock", late if abs(ahead) > CLOCK_SECONDS_MAX else "")
            await city.token()
            note(f"signs in at {settings.city.url}")
            for name, source in settings.sources.items():
                said = await city.source(source.id)
                status = str(said.get("status"))
                note(
                    f"source {name}: {said.get('name')}", "" if status == "APPROVED" else f"it is {status} at the city"
                )
    except (CityAway, CityRefused, ConnectorError) as error:
        note("city", str(error))
    return wrong


@cli.command()
@click.option("--status-file", type=click.Path(dir_okay=False, path_type=Path), help="Write ports and process id here.")
@with_spool
def run(settings: Settings, spool: Spool, status_file: Path | None) -> None:
    """Take in, keep and send, until it is stopped.

    \b
    Example:
      yima-connector --settings /etc/yima-connector/connector.yaml run
    """

    logging.basicConfig(
        level=settings.log.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("httpx2").setLevel(logging.WARNING)

    def started(at: running.Running) -> None:
        if status_file is not None:
            said = {"pid": os.getpid(), "mllp": dict(at.mllp_ports), "status": at.status_port}
            status_file.with_suffix(".new").write_text(json.dumps(said), "utf-8")
            status_file.with_suffix(".new").replace(status_file)

    asyncio.run(running.run(settings, spool, started))


@cli.command()
@as_json
@with_spool
def status(settings: Settings, spool: Spool, as_json: bool) -> None:
    """Show what goes: what came, waits, was sent and was refused. Exits with 1 where something is wrong.

    \b
    Example:
      yima-connector status
    """
    shown = overview(spool, settings)
    if as_json:
        click.echo(json.dumps(shown, indent=2))
    else:
        click.echo(f"{'runs' if shown['running'] else 'DOES NOT RUN'}; spool {shown['spoolBytes'] / 1e6:.1f} MB")
        for source in shown["sources"]:
            waiting, refused = source["waiting"], source["refused"]
            click.echo(f"{source['name']}: {source['problem'] or 'sends'}")
            click.echo(
                f"  received {source['received']}, waiting {waiting['messages'] + waiting['lines']} and"
                f" {waiting['batches']} batches (oldest {waiting['oldestSeconds'] or 0} s),"
                f" sent {source['sent']['lines']} lines up to batch {source['sent']['highestBatch']}"
            )
            click.echo(
                f"  refused here {refused['here']}, by the city {refused['byTheCity']}; missing {source['missing']}"
            )
            for reason in refused["reasons"]:
                click.echo(f"    {reason['count']} × {reason['where']} {reason['kind']}: {reason['reason']}")
    if not shown["running"] or any(source["problem"] for source in shown["sources"]):
        raise click.exceptions.Exit(REFUSED)


@cli.command()
@click.argument("source")
@click.option("--city", "by_city", is_flag=True, help="The lines that the city refused, and what they were made of.")
@click.option("--batch", "number", type=click.IntRange(1), help="Of this batch alone; with --city.")
@as_json
@with_spool
def refused(settings: Settings, spool: Spool, source: str, by_city: bool, number: int | None, as_json: bool) -> None:
    """List messages and rows that became nothing, with why; or lines that the city refused. The newest 100.

    \b
    Example:
      yima-connector refused laboratory
      yima-connector refused laboratory --city --batch 17
    """
    settings.source(source)
    rows = spool.refused_lines(source, number) if by_city else spool.refused(source)
    for row in rows:
        if as_json:
            click.echo(json.dumps(row))
        elif by_city:
            where = f"{row['field']}: " if row["field"] else ""
            click.echo(
                f"batch {row['batch']} line {row['position']}  {row['code']}  {where}{row['detail']}"
                f"  (message {row['message']})"
            )
        else:
            at = datetime.fromtimestamp(row["received_at"], UTC).isoformat(timespec="seconds")
            click.echo(f"{row['id']}  {at}  {row['inlet']} {row['kind']}  {row['name']}  {row['reason']}")
    if not rows and not as_json:
        click.echo("none")


@cli.command()
@click.argument("source")
@click.argument("message", type=int)
@with_spool
def show(settings: Settings, spool: Spool, source: str, message: int) -> None:
    """Show a message or row as it came. It is of a patient: mind who looks over your shoulder.

    \b
    Example:
      yima-connector show laboratory 4711
    """
    settings.source(source)
    content = spool.content(source, message)
    if content is None:
        raise Failure(f"there is no message {message} of {source}, or it is not kept any more")
    click.echo(content.replace(b"\r", b"\n"))


@cli.command()
@click.argument("source")
@click.argument("messages", nargs=-1, type=int)
@click.option("--all-refused", is_flag=True, help="All that became nothing.")
@with_spool
def replay(settings: Settings, spool: Spool, source: str, messages: tuple[int, ...], all_refused: bool) -> None:
    """Map messages again, by the mapping as it is now. What they become is sent, though it was sent before.

    \b
    Example:
      yima-connector replay laboratory --all-refused
      yima-connector replay laboratory 4711 4712
    """
    rules = settings.source(source).mapping
    mappings.read(rules)
    if bool(messages) == all_refused:
        raise click.UsageError("name messages, or say --all-refused")
    count = spool.map_again(source, None if all_refused else messages)
    click.echo(f"{count} will be mapped again, once the connector has this mapping: restart it where it was changed")
    if messages and count < len(set(messages)):
        raise Failure(f"{len(set(messages)) - count} are not there, or not kept any more")


@cli.command()
@click.argument("source")
@click.argument("messages", nargs=-1, type=int, required=True)
@with_spool
def drop(settings: Settings, spool: Spool, source: str, messages: tuple[int, ...]) -> None:
    """Forget messages that became nothing and will never be anything.

    \b
    Example:
      yima-connector drop laboratory 4711
    """
    settings.source(source)
    click.echo(f"{spool.drop(source, messages)} are forgotten")


@cli.command()
@click.argument("source")
@click.argument("numbers")
@with_spool
def rerun(settings: Settings, spool: Spool, source: str, numbers: str) -> None:
    """Send batches again, byte for byte: one number, or a range such as 12-20. What the city has it knows.

    \b
    Example:
      yima-connector rerun laboratory 12-20
    """
    settings.source(source)
    queued, gone = spool.send_again(source, range_of(numbers))
    click.echo(f"{len(queued)} batches are sent again")
    if gone:
        shown = ", ".join(map(str, gone[:20]))
        raise Failure(f"not kept any more, or never made: {shown}; replay their messages, or `yima sources give-up`")


def range_of(written: str) -> range:
    first, separator, last = written.partition("-")
    if not first.isdecimal() or (separator and not last.isdecimal()):
        raise click.BadParameter("is no number or range, such as 12 or 12-20", param_hint="NUMBERS")
    numbers = range(int(first), int(last or first) + 1)
    if not 0 < len(numbers) <= RANGE_MAX:
        raise click.BadParameter(f"must be 1 to {RANGE_MAX} batches", param_hint="NUMBERS")
    return numbers


if __name__ == "__main__":
    sys.exit(cli())
