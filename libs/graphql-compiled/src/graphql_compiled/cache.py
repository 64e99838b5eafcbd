"""A bounded cache of compiled operations."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from .operation import CompiledOperation, NotCompiled, compile_operation

ENTRIES_MAX = 512


class InvalidDocumentError(Exception):
    """The document does not parse or is not valid for the schema."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


class CompiledCache:
    """Compiled operations by document string and operation name; the longest unused one makes room.

    `load` makes a validated document of a string and is only called for a string that is not in the cache; by default
    it parses and validates, and raises `InvalidDocumentError`. What it raises is not kept. Further arguments go to
    `compile_operation`.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        entries_max: int = ENTRIES_MAX,
        load: Callable[[str], DocumentNode] | None = None,
        **options: Any,
    ) -> None:
        self._schema = schema
        self._entries_max = entries_max
        self._load = load or self._parse_and_validate
        self._options = options
        self._entries: OrderedDict[tuple[str, str | None], CompiledOperation | NotCompiled] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, source: str, operation_name: str | None = None) -> CompiledOperation | NotCompiled:
        key = (source, operation_name)
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
                return entry
        entry = compile_operation(self._schema, self._load(source), operation_name, **self._options)
        with self._lock:
            self._entries[key] = entry
            if len(self._entries) > self._entries_max:
                self._entries.popitem(last=False)
        return entry

    def _parse_and_validate(self, source: str) -> DocumentNode:
        try:
            document = parse(source)
        except GraphQLError as error:
            raise InvalidDocumentError([error]) from error
        if errors := validate(self._schema, document):
            raise InvalidDocumentError(errors)
        return document
