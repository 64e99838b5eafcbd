"""Run by Alembic; everything is in the chassis."""

from catalog.tables import Base
from chassis.migrations import run

run(Base.metadata)
