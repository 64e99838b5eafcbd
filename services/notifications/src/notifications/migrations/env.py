"""Run by Alembic; everything is in the chassis."""

from chassis.migrations import run
from notifications.tables import Base

run(Base.metadata)
