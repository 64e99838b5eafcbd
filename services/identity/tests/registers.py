"""The sandbox's registers as a process of their own, and what goes wrong with them."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from devstack import ports

SECRET = "what registers are asked with"
PATIENCE_SECONDS = 30.0


@dataclass
class Registers:
    """Where they are asked, and by what secret."""

    url: str

    def go_wrong(self, **faults: float) -> None:
        """What goes wrong from now on; nothing where nothing is said."""
        headers = {"authorization": f"Bearer {SECRET}"}
        httpx2.put(f"{self.url}/faults", json=faults, headers=headers, trust_env=False).raise_for_status()

    def put_licence(self, number: str, state: str) -> None:
        """What becomes of a licence at its register: good, withdrawn, absent."""
        headers = {"authorization": f"Bearer {SECRET}"}
        entry = {"number": number, "state": state}
        httpx2.put(f"{self.url}/licences", json=entry, headers=headers, trust_env=False).raise_for_status()

    def put_home(self, number: str, district: str) -> None:
        """Where the register of people says from now on that whose number this is lives; empty: it says nothing."""
        headers = {"authorization": f"Bearer {SECRET}"}
        home = {"number": number, "district": district}
        httpx2.put(f"{self.url}/people", json=home, headers=headers, trust_env=False).raise_for_status()

    @property
    def settings(self) -> dict[str, str]:
        return {"YIMA_REGISTERS_URL": self.url, "YIMA_REGISTERS_SECRET": SECRET}


@contextmanager
def running(folder: Path) -> Generator[Registers]:
    """The registers, out of this folder."""
    port = ports.free()
    settings = {
        "YIMA_PORT": str(port),
        "YIMA_REGISTERS_STATE": str(folder / "registers.sqlite"),
        "YIMA_REGISTERS_SECRET": SECRET,
    }
    process = subprocess.Popen([sys.executable, "-m", "identity.registers"], env=os.environ | settings)
    registers = Registers(f"http://127.0.0.1:{port}")
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not answers(registers.url):
            assert time.monotonic() < deadline and process.poll() is None, "the registers do not start"
            time.sleep(0.05)
        yield registers
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/health/ready", trust_env=False).is_success
    except httpx2.HTTPError:
        return False
