"""`make attack`: try every attack on a running system, and print what it came to."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from devstack.stack import load_secrets, running_state
from rich.console import Console
from rich.table import Table

from e2e.attack.attacks import Attack, Outcome
from e2e.attack.catalogue import every_attack
from e2e.attack.scene import Scene, a_scene, a_system_of_its_own

ATTACK_SECONDS = 300.0


@asynccontextmanager
async def a_system(console: Console) -> AsyncGenerator[Scene]:
    """The system that runs out of the state folder; else one of its own, which ends with this."""
    folder = Path(os.environ.get("YIMA_STATE", ".yima"))
    state = running_state(folder)
    if state:
        console.print(f"the system at {state['graphql']} is attacked")
        async with a_scene(
            state["graphql"], state["services"], state["nats"], load_secrets(folder / "secrets.json")
        ) as scene:
            yield scene
        return
    console.print("starting a system of its own …")
    with tempfile.TemporaryDirectory() as own:
        async with a_system_of_its_own(Path(own)) as scene:
            yield scene


async def tried(attack: Attack, scene: Scene) -> tuple[Outcome, float]:
    """What an attack came to, and in how many seconds. One that fails in itself is not one that was held off."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(ATTACK_SECONDS):
            outcome = await attack.run(scene)
    except Exception as error:
        outcome = Outcome(False, f"could not be tried: {type(error).__name__}: {str(error)[:160]}")
    return outcome, time.monotonic() - began


async def run(chosen: Sequence[Attack], as_json: bool) -> int:
    console = Console(stderr=as_json, highlight=False)
    results: list[dict[str, Any]] = []
    async with a_system(console) as scene:
        for attack in chosen:
            outcome, seconds = await tried(attack, scene)
            mark = "[green]holds[/]" if outcome.holds else "[red]OPEN[/] "
            console.print(f"{mark} {attack.id:<4} {attack.what} [dim]({seconds:.0f} s)[/]")
            results.append({"id": attack.id, "what": attack.what, "holds": outcome.holds, "seen": outcome.seen})
    if as_json:
        print(orjson.dumps(results, option=orjson.OPT_INDENT_2).decode())
    else:
        console.print(table(results))
    opened = sum(not result["holds"] for result in results)
    console.print(f"{len(results)} attacks, {opened} doors open")
    return int(bool(opened))


def table(results: Sequence[dict[str, Any]]) -> Table:
    shown = Table(show_lines=False, box=None, padding=(0, 1))
    for column in ("", "what was tried", "what was seen"):
        shown.add_column(column, overflow="fold")
    for result in results:
        colour = "green" if result["holds"] else "red"
        shown.add_row(f"[{colour}]{result['id']}[/]", result["what"], result["seen"])
    return shown


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="examples: make attack · make attack ARGS='--only C1,H3' · make attack ARGS=--json"
    )
    parser.add_argument("--only", default="", help="ids of the attacks to try, with commas between")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    arguments = parser.parse_args()
    known = [attack.id for attack in every_attack()]
    chosen = [one for one in arguments.only.split(",") if one] or known
    if unknown := set(chosen) - set(known):
        parser.error(f"there is no attack {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return asyncio.run(run([attack for attack in every_attack() if attack.id in chosen], arguments.json))


if __name__ == "__main__":
    sys.exit(main())
