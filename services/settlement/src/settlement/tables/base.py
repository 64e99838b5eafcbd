"""Settlement's own tables, apart from any other service's."""

from chassis.rows import Row
from sqlalchemy.orm import registry
from sqlalchemy.types import UserDefinedType


class Xid8(UserDefinedType[int]):
    """PostgreSQL's full transaction id."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        return "xid8"


class Base(Row, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""
