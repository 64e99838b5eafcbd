"""The connector's settings: one YAML file. Whatever it says that it cannot say is refused with the key's name."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from yima_connector.errors import NoSuchSource, SettingsWrong

LINES_MAX, BYTES_MAX = 5_000, 4 * 1024 * 1024  # of a batch, as the city takes it
MEBIBYTE = 1024 * 1024
NAME = r"^[a-z][a-z0-9-]{0,39}$"
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


class Part(BaseModel):
    """A part of the settings. A key that is not known is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def known_encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError("is no encoding that Python knows, such as utf-8 or gb18030") from None
    return name


Encoding = Annotated[str, AfterValidator(known_encoding)]


class City(Part):
    """The city, and as whom the connector signs in."""

    url: str = Field(pattern=r"^https?://[^/\s]+$")  # its origin, such as https://yima.example.org
    client_id: str = Field(min_length=1)  # the id of the API key with the connector's public key
    key_file: Path  # the private key: a JSON Web Key, or PEM
    ca_file: Path | None = None  # certificates to believe the city by, where it is not the system's
    proxy: str | None = None  # of the hospital's own, such as http://proxy.hospital:3128


class Retry(Part):
    """How long to wait for a city that cannot be reached."""

    first_seconds: float = Field(default=1.0, gt=0, le=60)
    longest_seconds: float = Field(default=60.0, gt=0, le=3600)
    stopped_seconds: float = Field(default=300.0, gt=0, le=86_400)  # after a refusal that only people can lift
    missing_seconds: float = Field(default=60.0, gt=0, le=3600)  # between questions for what has not come
    report_seconds: float = Field(default=60.0, gt=0, le=120)  # between words to the city that the connector runs
    outcome_seconds: float = Field(default=10.0, gt=0, le=3600)  # between questions for what became of batches


class Spool(Part):
    """Where everything lies until it has arrived."""

    folder: Path
    bytes_max: int = Field(default=10 * 1024 * MEBIBYTE, ge=16 * MEBIBYTE)  # then nothing more is taken
    keep_days: float = Field(default=30.0, ge=0)  # what arrived is kept so long, to be sent again if it is asked for


class Status(Part):
    """Where the page is served that says what goes."""

    host: str = "127.0.0.1"
    port: int = Field(default=8088, ge=0, le=65535)


class Batching(Part):
    """When lines become a batch: so many, so much, or after so long."""

    lines: int = Field(default=1000, ge=1, le=LINES_MAX)
    bytes: int = Field(default=2 * MEBIBYTE, ge=64 * 1024, le=BYTES_MAX)
    wait_seconds: float = Field(default=5.0, ge=0, le=3600)


class Tls(Part):
    certificate: Path
    key: Path
    clients: Path | None = None  # certificates of those who may connect; none: anybody


class Mllp(Part):
    """HL7 v2 messages over MLLP."""

    host: str = "0.0.0.0"  # noqa: S104 a hospital's systems are on other machines
    port: int = Field(ge=0, le=65535)
    from_networks: list[str] = []  # who may connect, such as 10.20.0.0/16; none: anybody
    tls: Tls | None = None
    message_bytes_max: int = Field(default=4 * MEBIBYTE, ge=1024, le=64 * MEBIBYTE)
    connections_max: int = Field(default=32, ge=1, le=1000)
    idle_seconds: float = Field(default=3600.0, gt=0)  # a connection on which nothing comes
    frame_seconds: float = Field(default=30.0, gt=0)  # a message that was begun
    processing: list[str] = ["P"]  # MSH-11 of what is taken: P production, T training, D debugging


class Csv(Part):
    """Files that are put into a folder."""

    folder: Path
    pattern: str = "*.csv"
    encoding: Encoding = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    settle_seconds: float = Field(default=5.0, ge=0)  # a file that has not changed for so long is complete
    poll_seconds: float = Field(default=5.0, gt=0)
    file_bytes_max: int = Field(default=1024 * MEBIBYTE, ge=1024)
    rows: str = Field(min_length=1)  # which rows of the mapping file these are


class View(Part):
    """A view of a database, read in the order of a column that only grows."""

    url: str = Field(min_length=1)  # SQLAlchemy's, such as postgresql+psycopg://reader:${PASSWORD}@db/his
    view: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?$")
    watermark: str = Field(min_length=1)  # the column that grows with each change
    key: str = Field(min_length=1)  # the column that tells rows of one watermark apart
    overlap: float = Field(
        default=300.0, ge=0
    )  # read again each round, for what is committed late: seconds, or numbers
    poll_seconds: float = Field(default=30.0, gt=0)
    rows_at_once: int = Field(default=500, ge=1, le=10_000)
    rows_a_minute: int = Field(default=6_000, ge=1)  # the database is never asked for more
    statement_seconds: float = Field(default=30.0, gt=0)
    rows: str = Field(min_length=1)  # which rows of the mapping file these are


class Source(Part):
    """A system that the city knows as one source, and how what it says comes in."""

    id: str = Field(pattern=r"^src_[0-9a-f]{32}$")
    mapping: Path
    batch: Batching = Batching()
    mllp: Mllp | None = None
    csv: Csv | None = None
    view: View | None = None

    @model_validator(mode="after")
    def has_an_inlet(self) -> Self:
        if not (self.mllp or self.csv or self.view):
            raise ValueError("needs mllp, csv or view: nothing comes in otherwise")
        return self


class Settings(Part):
    """All of it."""

    city: City
    spool: Spool
    status: Status = Status()
    retry: Retry = Retry()
    log: Literal["info", "debug", "warning"] = "info"
    sources: dict[Annotated[str, Field(pattern=NAME)], Source] = Field(min_length=1)

    @model_validator(mode="after")
    def has_each_source_once(self) -> Self:
        ids = [source.id for source in self.sources.values()]
        if len(set(ids)) < len(ids):
            raise ValueError("two sources have the same id: their batches would have the same numbers")
        return self

    def source(self, name: str) -> Source:
        try:
            return self.sources[name]
        except KeyError:
            raise NoSuchSource(f"there is no source {name!r}; there are {', '.join(sorted(self.sources))}") from None


def read(path: Path) -> Settings:
    """The settings in a file. Paths in it are from the folder it is in; `${NAME}` is the environment variable."""
    return parse(Settings, rooted(load(path), path.parent), path)


def load(path: Path) -> Any:
    """What a YAML file says."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise SettingsWrong(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsWrong(f"{path}: is not UTF-8") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise SettingsWrong(f"{path}{line}: is not YAML: {getattr(error, 'problem', error)}") from None


PATHS = frozenset({"key_file", "ca_file", "mapping", "certificate", "key", "clients", "folder"})


def rooted(value: Any, folder: Path, name: str = "", inside: str = "") -> Any:
    """The same with environment variables, and with paths from the folder of the file."""
    if isinstance(value, dict):
        return {key: rooted(each, folder, str(key), name) for key, each in value.items()}
    if isinstance(value, list):
        return [rooted(each, folder, "", name) for each in value]
    if not isinstance(value, str):
        return value
    text = VARIABLE.sub(environment, value)
    return str(folder / text) if name in PATHS and inside != "view" else text


def environment(written: re.Match[str]) -> str:
    if (value := os.environ.get(written[1])) is None:
        raise SettingsWrong(f"the environment variable {written[1]} is not set, which the settings name")
    return value


def parse[T: BaseModel](kind: type[T], value: Any, path: Path) -> T:
    """A file as what it should be. Refused with all that is wrong, each with its key and never with a value."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        wrongs = [
            f"  {'.'.join(map(str, each['loc'])) or '(all of it)'}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsWrong("\n".join([f"{path}:", *wrongs])) from None
