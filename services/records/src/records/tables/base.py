"""What all tables of records stand on."""

from chassis.rows import Row
from sqlalchemy.orm import registry


class Base(Row, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""
