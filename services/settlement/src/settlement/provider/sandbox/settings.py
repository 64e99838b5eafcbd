"""The sandbox's settings."""

from pathlib import Path

from chassis.settings import SettingsOrFiles

from settlement.provider.sandbox.books import Faults


class Settings(SettingsOrFiles):
    """Where the sandbox listens, what it remembers, and what goes wrong."""

    host: str = "127.0.0.1"  # the address to listen on
    port: int = 8708  # the port to listen on
    provider_state: Path = Path("provider.sqlite")  # the file it remembers in
    sandbox_pages_url: str = ""  # where browsers reach its pages; none: its own host and port
    settlement_url: str = "http://127.0.0.1:8705"  # where its webhooks go
    webhook_secret: str = ""  # signs its webhooks
    faults: Faults = Faults()  # what goes wrong, as JSON
    step_seconds: float = 600.0  # how long who pays has for a page, a code or an app

    @property
    def pages(self) -> str:
        """Where browsers reach its pages."""
        return self.sandbox_pages_url or f"http://{self.host}:{self.port}"
