"""The sandbox's carriers in a process of their own, as its tests use them."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

SECRET = "carriers-of-tests"


@dataclass
class Carriers:
    """Carriers at work."""

    process: "subprocess.Popen[bytes]"
    url: str

    @staticmethod
    def started(folder: Path) -> "Carriers":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {
            **os.environ,
            "YIMA_PORT": str(port),
            "YIMA_CARRIERS_STATE": str(folder / "carriers.sqlite"),
            "YIMA_CARRIERS_SECRET": SECRET,
        }
        process = subprocess.Popen([sys.executable, "-m", "notifications.carriers"], env=environment)
        carriers = Carriers(process, f"http://127.0.0.1:{port}")
        deadline = time.monotonic() + 60
        while True:
            try:
                if httpx2.get(f"{carriers.url}/health/ready", trust_env=False).is_success:
                    return carriers
            except httpx2.HTTPError:
                assert time.monotonic() < deadline, "the carriers did not start"
                time.sleep(0.05)

    def call(self, method: str, path: str, **more: Any) -> Any:
        headers = {"authorization": f"Bearer {SECRET}"}
        response = httpx2.request(method, f"{self.url}{path}", headers=headers, trust_env=False, **more)
        response.raise_for_status()
        return response.json()

    def arrived(self, address: str) -> list[dict[str, Any]]:
        return list(self.call("GET", "/messages", params={"to": address})["messages"])

    def faults(self, **faults: Any) -> None:
        self.call("PUT", "/faults", json=faults)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
