"""What a dispute is decided on."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import CheckConstraint, Column, DateTime, LargeBinary
from sqlmodel import Field

from settlement.tables.base import Base


class EvidenceRow(Base, table=True):
    """What a dispute was decided on, as it was then."""

    __tablename__ = "dispute_evidence"
    __table_args__ = (CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="evidence_hash"), only_added())

    dispute_id: UUID = Field(primary_key=True, foreign_key="dispute.id")
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str
    made_at: datetime = Field(sa_type=DateTime(timezone=True))


class ConsentReceiptRow(Base, table=True):
    """That a resident consented for an order's line, as consent published it: the artefact is known by its hash."""

    __tablename__ = "consent_receipt"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_because = '')", name="receipt_ends_for_a_reason"),
        only_added("revoked_at", "ended_at", "ended_because"),
    )

    consent_id: UUID = Field(primary_key=True)
    order_id: UUID = Field(index=True)
    order_line_id: UUID
    artefact_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    granted_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    revoked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # with its order or a guardianship
    ended_because: str = Field(default="", sa_column_kwargs={"server_default": ""})  # as the contract names it


class DecisionsRow(Base, table=True):
    """Who was let at the resident's data for a disputed order, and who was not, as consent answered."""

    __tablename__ = "dispute_decisions"
    __table_args__ = only_added()

    dispute_id: UUID = Field(primary_key=True, foreign_key="dispute.id")
    told: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # DecisionsTold, after which it is called
    told_at: datetime = Field(sa_type=DateTime(timezone=True))


class ProofRow(Base, table=True):
    """That a line's service was given, as ordering published it: why it was owed."""

    __tablename__ = "proof"
    __table_args__ = only_added()

    order_line_id: UUID = Field(primary_key=True)
    proof_id: UUID
    scan_id: UUID | None = None
    proven_at: datetime = Field(sa_type=DateTime(timezone=True))
