"""Compiles a GraphQL operation once to Python functions over the resolvers of a graphql-core schema."""

from .cache import CompiledCache, InvalidDocumentError
from .operation import CompiledOperation, NotCompiled, compile_operation
from .resolvers import Reader
from .response import to_json

__all__ = [
    "CompiledCache",
    "CompiledOperation",
    "InvalidDocumentError",
    "NotCompiled",
    "Reader",
    "compile_operation",
    "to_json",
]
