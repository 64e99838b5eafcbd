"""What may be asked: by one document (counted once, when it is first seen) and by one client in a minute."""

import time
from collections import OrderedDict

from chassis.refusals import Refusal
from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode
from graphql.language import OperationDefinitionNode, SelectionSetNode

TOKENS_MAX = 4_000
DEPTH_MAX = 12
NESTING_MAX = 40  # of selection sets as they are written, before anything is known of their meaning
FIELDS_MAX = 500  # after fragments are spread
ALIASES_MAX = 60
OPERATIONS_MAX = 10
ERRORS_MAX = 20
COST_MAX = 5_000
CLIENTS_MAX = 50_000
DOCUMENT_BYTES_MAX = 10 * 1024 * 1024
BODY_BYTES_MAX = 512 * 1024
EXECUTION_SECONDS = 20.0


class TooMuchAsked(Refusal):
    """The document asks for more than one request may."""


class TooCostly(Refusal):
    """The operation costs more than one request may; ask for smaller pages."""


class BudgetSpent(Refusal):
    """The client has spent its budget of this minute."""

    def __init__(self, cost: int, budget: int, wait_seconds: int) -> None:
        super().__init__(f"this costs {cost} of {budget} a minute, which are spent; try again in {wait_seconds} s")
        self.cost = cost
        self.budget = budget
        self.wait_seconds = wait_seconds


class Budgets:
    """Each client's budget: full at first, filled up steadily, never more than a minute's worth."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, client: str, cost: int, now: float | None = None) -> None:
        """Take `cost` off the client's budget. Raises `BudgetSpent`, and takes nothing, when it does not suffice."""
        now = time.monotonic() if now is None else now
        left, at = self._left.pop(client, (float(self.per_minute), now))
        left = min(float(self.per_minute), left + (now - at) * self.per_minute / 60)
        enough = left >= cost
        self._left[client] = (left - cost if enough else left, now)
        if len(self._left) > CLIENTS_MAX:
            self._left.popitem(last=False)
        if not enough:
            raise BudgetSpent(cost, self.per_minute, max(1, round((cost - left) * 60 / self.per_minute)))


def check_nesting(document: DocumentNode) -> None:
    """Refuse what is nested so deeply that validating it would exhaust the stack."""
    todo = [(node.selection_set, 1) for node in document.definitions if hasattr(node, "selection_set")]
    while todo:
        selections, depth = todo.pop()
        if depth > NESTING_MAX:
            raise TooMuchAsked("nested too deeply")
        for node in selections.selections:
            inner = getattr(node, "selection_set", None)
            if inner is not None:
                todo.append((inner, depth + 1))


def check(document: DocumentNode) -> None:
    """Refuse a valid document that is too deep or too wide."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) > OPERATIONS_MAX:
        raise TooMuchAsked(f"at most {OPERATIONS_MAX} operations in a document")
    for operation in operations:
        fields = aliases = 0
        todo: list[tuple[SelectionSetNode, int]] = [(operation.selection_set, 1)]
        while todo:
            selections, depth = todo.pop()
            if depth > DEPTH_MAX:
                raise TooMuchAsked(f"at most {DEPTH_MAX} fields deep")
            for node in selections.selections:
                if isinstance(node, FieldNode):
                    if node.name.value.startswith("__"):
                        continue
                    fields += 1
                    aliases += node.alias is not None
                    if node.selection_set:
                        todo.append((node.selection_set, depth + 1))
                elif isinstance(node, InlineFragmentNode):
                    todo.append((node.selection_set, depth))
                elif isinstance(node, FragmentSpreadNode):
                    todo.append((fragments[node.name.value].selection_set, depth))
            if fields > FIELDS_MAX or aliases > ALIASES_MAX:
                raise TooMuchAsked(f"at most {FIELDS_MAX} fields and {ALIASES_MAX} aliases")
