"""The load beside a scenario, and what came of it."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from e2e.cluster.commands import INSIDE_IT, Failed, until
from e2e.cluster.folder import REPOSITORY
from e2e.cluster.kube import Kube
from e2e.cluster.load import CONFIRMED_SECONDS, READY

BEGIN_SECONDS = 300.0
SHOWN = 3


@dataclass
class Orders:
    """What a load was answered: whole once it has ended."""

    file: Path
    began: float = field(default_factory=time.time)
    answers: list[dict[str, Any]] = field(default_factory=list)
    placed: int = 0
    unconfirmed: list[str] = field(default_factory=list)

    @property
    def failed(self) -> list[dict[str, Any]]:
        return [answer for answer in self.answers if answer["error"]]

    @property
    def longest(self) -> float:
        return max((answer["took"] for answer in self.answers), default=0.0)

    def read(self) -> list[dict[str, Any]]:
        if not self.file.exists():
            return []
        return [orjson.loads(line) for line in self.file.read_bytes().splitlines()]

    def finish(self) -> None:
        lines = self.read()
        self.answers = [line for line in lines if "step" in line]
        ends = [line for line in lines if line.get("state") == "ended"]
        if not ends:
            raise Failed(f"the load ended before its time: {self.file.with_suffix('.log').read_text()[-1500:]}")
        self.placed, self.unconfirmed = ends[0]["orders"], ends[0]["unconfirmed"]

    def said(self) -> str:
        """In a sentence."""
        text = f"{len(self.answers)} calls, {len(self.failed)} failed, the longest {self.longest:.1f} s; "
        text += f"{self.placed} orders, all confirmed" if not self.unconfirmed else (
            f"{self.placed} orders, {len(self.unconfirmed)} NEVER CONFIRMED"
        )  # fmt: skip
        if self.failed:
            why = Counter(f"{answer['step']}: {answer['error'][:110]}" for answer in self.failed)
            text += "; " + "; ".join(f"{count} × {what}" for what, count in why.most_common(SHOWN))
            when = [answer["at"] - self.began for answer in self.failed]
            text += f" (at {min(when):.0f}-{max(when):.0f} s)"
        return text


def passwords(kube: Kube) -> dict[str, str]:
    named = {"OPERATOR": "operator-password", "REGULATOR": "regulator-password"}
    return {f"YIMA_{role}_PASSWORD": kube.secret("yima-accounts", key) for role, key in named.items()}


@contextmanager
def under_orders(kube: Kube, name: str) -> Iterator[Orders]:
    """People order from outside while the block runs; afterwards it says what they were answered."""
    file = kube.folder.running / "log" / f"orders-{name}.jsonl"
    file.unlink(missing_ok=True)
    url = f"http://{kube.address('yima-gateway')}/graphql"
    with file.with_suffix(".log").open("wb") as out:
        process = subprocess.Popen(
            [*INSIDE_IT, sys.executable, "-m", "e2e.cluster.load", url, str(file)],
            cwd=REPOSITORY, env={**os.environ, **passwords(kube)}, stdout=out, stderr=out,
        )  # fmt: skip
    orders = Orders(file)
    try:
        until("a load", lambda: is_ready(orders, process), BEGIN_SECONDS)
        orders.began = time.time()
        yield orders
        process.send_signal(signal.SIGTERM)
        process.wait(CONFIRMED_SECONDS * 3)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(20)
    orders.finish()


def is_ready(orders: Orders, process: "subprocess.Popen[bytes]") -> bool:
    if process.poll() is not None:
        said = orders.file.with_suffix(".log").read_text()[-1500:]
        raise SystemExit(f"the load could not begin: {said}")
    return any(line.get("state") == READY for line in orders.read())
