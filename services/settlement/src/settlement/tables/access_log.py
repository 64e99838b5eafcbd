"""The access log's checkpoints, kept away from the log itself."""

from datetime import datetime

from chassis.rights import only_added
from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, text
from sqlmodel import Field

from settlement.tables.base import Base


class KeptCheckpointRow(Base, table=True):
    """How large consent's access log was once, and its tree's root, as consent announced it."""

    __tablename__ = "kept_checkpoint"
    __table_args__ = (
        Index("kept_checkpoint_not_followed", "size", postgresql_where=text("NOT follows")),
        Index("kept_checkpoint_of_previous", "previous_size"),
        only_added("follows"),
    )

    size: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    root: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    note: str  # C2SP tlog-checkpoint
    previous_size: int = Field(sa_type=BigInteger)  # of the tree that was announced before
    path: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # hashes that lead here from it
    heard_at: datetime = Field(sa_type=DateTime(timezone=True))
    follows: bool = False  # it was compared with the one before, and goes on from it
