"""Documents: parsed, measured, validated, weighed and compiled once, then kept. Trusted ones are known by their hash.

A client sends a document's text, or, after a first time, its SHA-256 alone: as an automatic persisted query
(`extensions.persistedQuery.sha256Hash`, Apollo's protocol) or as `documentId: "sha256:…"`. The operations that ship
with the gateway and those of the operator's own file are trusted: always known, and the only ones strangers may run
where the gateway's settings say so. What is refused is remembered too, so that it is looked at once.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from chassis.refusals import Forbidden, Invalid, NotFound
from chassis.settings import SettingUnfit
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    MaxIntrospectionDepthRule,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql_compiled import CompiledOperation, InvalidDocumentError, NotCompiled, compile_operation

from gateway import limits, shape
from gateway.costs import FIELD_WEIGHT, INTERPRETED_WEIGHT, Weigh, weigher
from gateway.policy import Policy

BYTES_MAX = 64 * 1024 * 1024  # of all documents but the trusted ones
BYTES_A_TOKEN = 700  # of a parsed document
BYTES_A_FIELD = 3_000  # of a program made for one choice of its conditions
REFUSALS_MAX = 2_000
REFUSAL_CHARACTERS_MAX = 300
CONDITIONS_MAX = 4  # variables of @include and @skip; with more, not every choice has a program
RULES = [*dict.fromkeys([*specified_rules, MaxIntrospectionDepthRule])]


class PersistedQueryNotFound(NotFound):
    code = "persisted-query-not-found"
    title = "No document of this hash is known; send its text with it."


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its kind, its cost, whether everybody gets the same answer, whether it asks about the schema and
    nothing else, and what executes it."""

    kind: OperationType
    weigh: Weigh
    shared: bool
    introspects: bool
    compiled: CompiledOperation | NotCompiled
    program_bytes: int
    variables: frozenset[str]


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document within the limits."""

    source: str
    digest: str
    ast: DocumentNode
    operations: Mapping[str, Operation]
    trusted: bool
    bytes: int

    def operation(self, name: str | None) -> Operation:
        """The operation of this name, or the only one."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        operation = self.operations.get(name or "")
        if operation is None:
            raise InvalidDocumentError(
                [GraphQLError("Say which of the document's operations to run: `operationName`.")]
            )
        return operation


class Documents:
    """All documents the gateway knows: trusted ones for good, others while they are used, within so many bytes."""

    def __init__(self, schema: GraphQLSchema, trusted: Mapping[str, str]) -> None:
        self._schema = schema
        self._trusted = trusted_documents(schema, tuple(trusted.items())) if trusted else {}
        self._others: OrderedDict[str, tuple[Document, int]] = OrderedDict()
        self._bytes = 0
        self._refusals: OrderedDict[str, InvalidDocumentError | limits.TooMuchAsked] = OrderedDict()

    def known(self, source: str | None, digest: str | None) -> Document | None:
        """The document of this text, of this hash, or of both; None for a text that nobody sent before.

        Raises what refused the same text before, and `PersistedQueryNotFound` for a hash without a text.
        """
        if source is not None:
            if len(source) > limits.DOCUMENT_CHARACTERS_MAX:
                raise limits.TooMuchAsked(f"at most {limits.DOCUMENT_CHARACTERS_MAX} characters in a document")
            own = digest_of(source)
            if digest is not None and digest != own:
                raise Invalid("extensions.persistedQuery.sha256Hash", "is not the hash of `query`")
        else:
            own = digest or ""
        if (trusted := self._trusted.get(own)) is not None:
            return trusted
        if (other := self._others.get(own)) is not None:
            self._others.move_to_end(own)
            return other[0]
        if (refusal := self._refusals.get(own)) is not None:
            self._refusals.move_to_end(own)
            raise lean(refusal)
        if source is None:
            raise PersistedQueryNotFound("PersistedQueryNotFound")
        return None

    def get(self, source: str, digest: str | None = None) -> Document:
        """The document of this text, looked at now if nobody sent it before. Raises `InvalidDocumentError`, or a
        refusal that says which limit it exceeds."""
        known = self.known(source, digest)
        return known if known is not None else self.keep(source, self.examined(source))

    def examined(self, source: str) -> Document | Exception:
        """What there is to say of a document: in another thread, if need be. Takes as long as it is long."""
        try:
            return self.document_of(source, trusted=False)
        except (InvalidDocumentError, limits.TooMuchAsked) as refusal:
            return lean(refusal)

    def keep(self, source: str, outcome: Document | Exception) -> Document:
        """Remember what was found, and return it or raise it."""
        if isinstance(outcome, Document):
            self._others[outcome.digest] = (outcome, 0)
            self._grow(outcome.digest, outcome.bytes)
            return outcome
        if isinstance(outcome, InvalidDocumentError | limits.TooMuchAsked):
            self._refusals[digest_of(source)] = outcome
            if len(self._refusals) > REFUSALS_MAX:
                self._refusals.popitem(last=False)
            raise lean(outcome)
        raise outcome

    def grown(self, document: Document, more: int) -> None:
        """A kept document takes so many bytes more."""
        if document.digest in self._others:
            self._grow(document.digest, more)

    def _grow(self, digest: str, more: int) -> None:
        document, held = self._others[digest]
        self._others[digest] = (document, held + more)
        self._bytes += more
        while self._bytes > BYTES_MAX:
            _, (_, freed) = self._others.popitem(last=False)
            self._bytes -= freed

    def document_of(self, source: str, trusted: bool) -> Document:
        """A document from its text. Each step is bounded by the one before: characters, tokens, what they spread to."""
        try:
            ast = parse(source, max_tokens=limits.TOKENS_MAX)
        except GraphQLError as error:
            raise InvalidDocumentError([error]) from error
        except RecursionError as error:
            raise limits.TooMuchAsked("nested too deeply") from error
        shape.check(ast)
        if errors := validate(self._schema, ast, RULES, max_errors=limits.ERRORS_MAX):
            raise InvalidDocumentError(errors)
        field_policies = policies(self._schema, ast)
        operations = {
            node.name.value if node.name else "": self._operation(ast, node, field_policies)
            for node in ast.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        programs = sum(operation.program_bytes for operation in operations.values())
        size = len(source) + tokens_in(ast) * BYTES_A_TOKEN + programs
        return Document(source, digest_of(source), ast, operations, trusted, size)

    def _operation(
        self, ast: DocumentNode, node: OperationDefinitionNode, field_policies: Sequence[Policy]
    ) -> Operation:
        roots = root_fields(ast, node)
        introspects = not roots.isdisjoint(shape.INTROSPECTION)
        if introspects and roots - shape.INTROSPECTION - {"__typename"}:
            raise limits.TooMuchAsked("ask about the schema in an operation of its own")
        shared = (
            node.operation is OperationType.QUERY
            and bool(field_policies)
            and all(policy.shared for policy in field_policies)
        )
        compiled = compile_operation(self._schema, ast, node.name.value if node.name else None)
        fast = isinstance(compiled, CompiledOperation) and compiled.conditions <= CONDITIONS_MAX
        return Operation(
            node.operation,
            weigher(self._schema, ast, node, FIELD_WEIGHT if fast else INTERPRETED_WEIGHT),
            shared and not introspects,
            introspects,
            compiled,
            program_bytes=compiled.selections * BYTES_A_FIELD if isinstance(compiled, CompiledOperation) else 0,
            variables=frozenset(definition.variable.name.value for definition in node.variable_definitions or ()),
        )


@lru_cache(maxsize=2)
def trusted_documents(schema: GraphQLSchema, named: tuple[tuple[str, str], ...]) -> Mapping[str, Document]:
    """Trusted documents, by name and text, worked out once a process: they are the same for every gateway in it, and
    never change. Raises `SettingUnfit` where one does not fit the schema."""
    documents = Documents(schema, {})
    known = {}
    for name, source in named:
        try:
            known[digest_of(source)] = documents.document_of(source, trusted=True)
        except (InvalidDocumentError, limits.TooMuchAsked) as refusal:
            why = refusal.detail if isinstance(refusal, limits.TooMuchAsked) else refusal.errors[0].message
            raise SettingUnfit(
                f"the trusted document {name} does not fit this gateway: {why}; if it is one of the pages', they were"
                " built for another version: build them again (make web)"
            ) from refusal
    return known


def lean(refusal: InvalidDocumentError | limits.TooMuchAsked) -> InvalidDocumentError | limits.TooMuchAsked:
    """The refusal without what it would keep alive: syntax trees, tracebacks, texts of any length."""
    if isinstance(refusal, limits.TooMuchAsked):
        return limits.TooMuchAsked(refusal.detail)
    errors = []
    for error in refusal.errors:
        short = GraphQLError(error.message[:REFUSAL_CHARACTERS_MAX])
        short.locations = error.locations
        errors.append(short)
    return InvalidDocumentError(errors)


def tokens_in(ast: DocumentNode) -> int:
    count, token = 0, ast.loc.start_token if ast.loc else None
    while token is not None:
        count, token = count + 1, token.next
    return count


def root_fields(ast: DocumentNode, operation: OperationDefinitionNode) -> set[str]:
    """The names of an operation's own fields."""
    fragments = {node.name.value: node for node in ast.definitions if isinstance(node, FragmentDefinitionNode)}
    names: set[str] = set()
    entered: set[str] = set()
    todo: list[SelectionSetNode] = [operation.selection_set]
    while todo:
        for node in todo.pop().selections:
            if isinstance(node, FieldNode):
                names.add(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                todo.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in entered:
                entered.add(node.name.value)
                todo.append(fragments[node.name.value].selection_set)
    return names


class PoliciesOfFields(Visitor):
    """Collects the policies of all fields of a document."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.policies: list[Policy] = []

    def enter_field(self, _node: FieldNode, *_: Any) -> None:
        definition = self.types.get_field_def()
        if definition is not None and (policy := definition.extensions.get("policy")) is not None:
            self.policies.append(policy)


def policies(schema: GraphQLSchema, document: DocumentNode) -> list[Policy]:
    """The policies of all fields a document asks for."""
    collector = PoliciesOfFields(TypeInfo(schema))
    visit(document, TypeInfoVisitor(collector.types, collector))
    return collector.policies


def digest_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def document_named(payload: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The text and the hash of the document a request names, of which at least one is there."""
    source, digest = payload.get("query"), None
    if source is not None and not isinstance(source, str):
        raise Invalid("query", "must be a GraphQL document")
    extensions = payload.get("extensions")
    if isinstance(extensions, dict) and isinstance(extensions.get("persistedQuery"), dict):
        digest = extensions["persistedQuery"].get("sha256Hash")
    if isinstance(identifier := payload.get("documentId"), str):
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
    documents = json.loads(Path(path).read_text("utf-8"))
    if not isinstance(documents, dict) or not all(isinstance(text, str) for text in documents.values()):
        raise ValueError(f"{path} must hold a JSON object of names and GraphQL documents")
    return documents


def refuse_strangers(document: Document | None) -> None:
    """Refuse what is not trusted, or not even known."""
    if document is None or not document.trusted:
        raise Forbidden("only trusted documents run here; ask the operator to add yours")
