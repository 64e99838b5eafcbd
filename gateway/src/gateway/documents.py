"""Documents: parsed, validated, limited and weighed once, then kept. Trusted ones are known by their hash.

A client sends a document's text, or, after a first time, its SHA-256 alone: as an automatic persisted query
(`extensions.persistedQuery.sha256Hash`, Apollo's protocol) or as `documentId: "sha256:…"`. The operations that ship
with the gateway and those of the operator's own file are trusted: always known, and the only ones strangers may run
where the gateway is told so.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.refusals import Forbidden, Invalid, NotFound
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    MaxIntrospectionDepthRule,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql_compiled import InvalidDocumentError

from gateway import limits
from gateway.costs import Weigh, weigher
from gateway.policy import Policy

DOCUMENTS_MAX = 500  # about 70 KiB each
RULES = [*dict.fromkeys([*specified_rules, MaxIntrospectionDepthRule])]


class PersistedQueryNotFound(NotFound):
    """No document of this hash is known; send its text with it."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its kind, its cost, whether everybody gets the same answer, whether it asks about the schema."""

    kind: OperationType
    weigh: Weigh
    shared: bool
    introspects: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document within the limits."""

    source: str
    ast: DocumentNode
    operations: Mapping[str, Operation]
    trusted: bool

    def operation(self, name: str | None) -> Operation:
        """The operation of this name, or the only one."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name or "")
        if found is None:
            raise InvalidDocumentError(
                [GraphQLError("Say which of the document's operations to run: `operationName`.")]
            )
        return found


class Documents:
    """All documents the gateway knows: trusted ones for good, others while they are used."""

    def __init__(self, schema: GraphQLSchema, trusted: Mapping[str, str]) -> None:
        self._schema = schema
        self._trusted = {digest_of(source): self.made(source, trusted=True) for source in trusted.values()}
        self._by_source = {document.source: document for document in self._trusted.values()}
        self._others: OrderedDict[str, Document] = OrderedDict()
        self._by_digest: dict[str, str] = {}

    def get(self, source: str) -> Document:
        """The document of this text. Raises `InvalidDocumentError`, or a refusal that says which limit it exceeds."""
        if (known := self._by_source.get(source)) is not None:
            return known
        if (seen := self._others.get(source)) is not None:
            self._others.move_to_end(source)
            return seen
        made = self._others[source] = self.made(source, trusted=False)
        if len(self._others) > DOCUMENTS_MAX:
            oldest, _ = self._others.popitem(last=False)
            self._by_digest.pop(digest_of(oldest), None)
        return made

    def find(self, source: str | None, digest: str | None) -> Document:
        """The document of this text, of this hash, or of both, which are then remembered together."""
        if digest is None:
            return self.get(source or "")
        if source is None:
            if (trusted := self._trusted.get(digest)) is not None:
                return trusted
            if (known := self._by_digest.get(digest)) is not None:
                return self.get(known)
            raise PersistedQueryNotFound("PersistedQueryNotFound")
        if digest_of(source) != digest:
            raise Invalid("extensions.persistedQuery.sha256Hash", "is not the hash of `query`")
        document = self.get(source)
        if not document.trusted:
            self._by_digest[digest] = source
        return document

    def made(self, source: str, trusted: bool) -> Document:
        try:
            ast = parse(source, max_tokens=limits.TOKENS_MAX)
        except GraphQLError as error:
            raise InvalidDocumentError([error]) from error
        except RecursionError as error:
            raise limits.TooMuchAsked("nested too deeply") from error
        limits.check_nesting(ast)
        if errors := validate(self._schema, ast, RULES, max_errors=limits.ERRORS_MAX):
            raise InvalidDocumentError(errors)
        limits.check(ast)
        operations = {
            node.name.value if node.name else "": self._operation(ast, node)
            for node in ast.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        return Document(source, ast, operations, trusted)

    def _operation(self, ast: DocumentNode, node: OperationDefinitionNode) -> Operation:
        seen = seen_in(self._schema, ast)
        shared = node.operation is OperationType.QUERY and bool(seen.policies) and all(p.shared for p in seen.policies)
        return Operation(
            node.operation, weigher(self._schema, ast, node), shared and not seen.introspects, seen.introspects
        )


class Seen(Visitor):
    """What a document asks for: the policies of its fields, and whether it asks about the schema."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.policies: list[Policy] = []
        self.introspects = False

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        definition = self.types.get_field_def()
        if node.name.value in ("__schema", "__type"):
            self.introspects = True
        elif definition is not None and (policy := definition.extensions.get("policy")) is not None:
            self.policies.append(policy)


def seen_in(schema: GraphQLSchema, document: DocumentNode) -> Seen:
    seen = Seen(TypeInfo(schema))
    visit(document, TypeInfoVisitor(seen.types, seen))
    return seen


def policies(schema: GraphQLSchema, document: DocumentNode) -> list[Policy]:
    """The policies of all fields a document asks for."""
    return seen_in(schema, document).policies


def digest_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def asked_for(asked: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The text and the hash of the document a request names, of which at least one is there."""
    source, digest = asked.get("query"), None
    if source is not None and not isinstance(source, str):
        raise Invalid("query", "must be a GraphQL document")
    extensions = asked.get("extensions")
    if isinstance(extensions, dict) and isinstance(extensions.get("persistedQuery"), dict):
        digest = extensions["persistedQuery"].get("sha256Hash")
    if isinstance(identifier := asked.get("documentId"), str):
        algorithm, _, digest = identifier.partition(":")
        if algorithm != "sha256":
            raise Invalid("documentId", "looks like sha256:…")
    if digest is not None and not isinstance(digest, str):
        raise Invalid("extensions.persistedQuery.sha256Hash", "must be a SHA-256 in hexadecimal digits")
    if not source and not digest:
        raise Invalid("query", "must be a GraphQL document")
    return source or None, digest.lower() if digest else None


def own_trusted(path: str) -> dict[str, str]:
    """The operator's own trusted documents: a JSON object of name to text."""
    if not path:
        return {}
    found = json.loads(Path(path).read_text("utf-8"))
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise ValueError(f"{path} must hold a JSON object of names and GraphQL documents")
    return found


def refuse_strangers(document: Document) -> None:
    if not document.trusted:
        raise Forbidden("only trusted documents run here; ask the operator to add yours")
