"""Templates of queries, and their runs. What was approved stays as it is, and so does a result."""

from datetime import date, datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field

from records.tables.base import Base

STEPS = (
    "endorsed_by",
    "endorsed_at",
    "approved_by",
    "approved_at",
    "withdrawn_by",
    "withdrawn_at",
    "withdrawn_because",
)
PROGRESS = ("status", "attempts", "lease_until", "started_at", "finished_at", "failure", "result", "result_sha256")


class QueryTemplateRow(Base, table=True):
    """A query that a partner may run, once an operator and a regulator have approved it as it stands."""

    __tablename__ = "query_template"
    __table_args__ = (
        UniqueConstraint("partner_id", "code", "version", name="query_template_version"),
        CheckConstraint("cardinality(information_types) > 0", name="query_template_looks_at_something"),
        CheckConstraint("people_min >= 10", name="query_template_people"),
        CheckConstraint("runs_max > 0 AND version > 0", name="query_template_counts"),
        CheckConstraint("octet_length(seed) = 32 AND octet_length(query_sha256) = 32", name="query_template_digests"),
        CheckConstraint(
            "endorsed_by <> proposed_by AND approved_by <> proposed_by AND approved_by <> endorsed_by",
            name="query_template_takes_three",
        ),
        CheckConstraint("num_nulls(endorsed_by, endorsed_at) IN (0, 2)", name="query_template_endorsed_as_a_whole"),
        CheckConstraint("num_nulls(approved_by, approved_at) IN (0, 2)", name="query_template_approved_as_a_whole"),
        CheckConstraint("approved_at IS NULL OR endorsed_at IS NOT NULL", name="query_template_endorsed_first"),
        CheckConstraint(
            "num_nulls(withdrawn_by, withdrawn_at, withdrawn_because) IN (0, 3)",
            name="query_template_withdrawn_as_a_whole",
        ),
        Index(
            "query_template_waits_once", "partner_id", "code", unique=True,
            postgresql_where=text("approved_at IS NULL AND withdrawn_at IS NULL"),
        ),
        only_added(*STEPS),
    )  # fmt: skip

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    code: str
    version: int
    title: str
    why: str
    purpose: str
    information_types: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    project_id: UUID | None = None  # by consents to which; None: by those to no project
    people_min: int
    runs_max: int
    query: str  # JSON, its keys in order
    query_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    seed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # of residents' keys in its runs
    proposed_by: UUID
    proposed_at: datetime = Field(sa_type=DateTime(timezone=True))
    endorsed_by: UUID | None = None
    endorsed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    approved_by: UUID | None = None
    approved_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    withdrawn_by: UUID | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    withdrawn_because: str | None = None


class RunRow(Base, table=True):
    """A run of a template. It is over once, and stays so."""

    __tablename__ = "query_run"
    __table_args__ = (
        CheckConstraint("status BETWEEN 1 AND 5", name="query_run_status"),
        CheckConstraint("(status = 3) = (result IS NOT NULL)", name="query_run_released"),
        CheckConstraint("(result IS NULL) = (result_sha256 IS NULL)", name="query_run_digest"),
        CheckConstraint("(status IN (3, 4, 5)) = (finished_at IS NOT NULL)", name="query_run_over"),
        CheckConstraint("(status = 5) = (failure <> 0)", name="query_run_failed"),
        CheckConstraint("(status = 2) = (lease_until IS NOT NULL)", name="query_run_runs"),
        CheckConstraint("num_nulls(order_line_id, item) IN (0, 2)", name="query_run_counts_for"),
        CheckConstraint("data_from < data_until", name="query_run_period"),
        Index("query_run_of_template", "template_id", "id"),
        Index("query_run_of_partner", "partner_id", "id"),
        Index("query_run_waits", "id", postgresql_where=text("status IN (1, 2)")),
        only_added(*PROGRESS),
    )

    id: UUID = Field(primary_key=True)
    template_id: UUID = Field(foreign_key="query_template.id")
    partner_id: UUID
    project_id: UUID | None = None
    parameters: str  # JSON
    data_from: date | None = None
    data_until: date | None = None
    order_line_id: UUID | None = None  # of which order it is a use
    item: str | None = None
    requested_by: UUID
    requested_as: int  # the contract's Role
    requested_at: datetime = Field(sa_type=DateTime(timezone=True))
    status: int
    attempts: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    started_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    finished_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    failure: int = 0
    result: str | None = None  # a JWS, signed with the city's key of records
    result_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
