"""Run by Alembic; everything is in the chassis."""

from chassis.migrations import run
from consent.tables import Base

run(Base.metadata)
