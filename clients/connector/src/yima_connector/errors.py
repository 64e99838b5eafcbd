"""What goes wrong, as facts that a hospital's engineer reads."""


class ConnectorError(Exception):
    """Something that a person has to see to; its text says what, and what to do."""


class SettingsWrong(ConnectorError):
    """A file of settings or of a mapping says something that it cannot say."""


class SpoolFull(ConnectorError):
    """Nothing more fits into the spool: what is in it has to be sent first."""


class SpoolInUse(ConnectorError):
    """Another connector runs out of this spool."""


class NoSuchSource(ConnectorError):
    """The settings have no source of this name."""


class CityAway(Exception):
    """The city cannot be reached, or has no room now. Try again, after `wait_seconds` where it said so."""

    def __init__(self, reason: str, wait_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds


class CityRefused(Exception):
    """The city refused what it was asked."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.status = status
        self.code = code
        self.detail = detail


class NotMapped(Exception):
    """A message or row says something that the mapping has no place for. `field` says where; never a value."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}" if field else why)
        self.field = field
        self.why = why
