"""Refusals as GraphQL clients see them: data of a mutation, or an error with a stable code; never an inside."""

import functools
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import strawberry
from chassis import errors as error_texts
from chassis.problems import Problem, code_of, retry_after_of
from chassis.refusals import Refusal
from graphql import GraphQLError

log = logging.getLogger("gateway")


@strawberry.type(description="The mutation was refused, and nothing was changed.")
class Refused:
    code: str = strawberry.field(description="Stable, for programs, e.g. `slot-taken`.")
    message: str = strawberry.field(description="For people.")
    field: str | None = strawberry.field(description="The input's field at fault, where there is one.")
    retry_after_seconds: int | None = strawberry.field(
        default=None, description="After how many seconds to try again, where waiting helps."
    )


def refused(error: Problem | Refusal) -> Refused:
    """The refusal as data."""
    code, message = (
        (error.code, error.detail or error.title)
        if isinstance(error, Problem)
        else (code_of(type(error)), error.detail)
    )
    return Refused(
        code=code,
        message=message,
        field=camel(error.field) or None,
        retry_after_seconds=retry_after_of(error) or None,
    )


def refusable[**P, A](mutation: Callable[P, Awaitable[A]]) -> Callable[P, Awaitable[A | Refused]]:
    """A mutation whose refusals are part of its answer."""

    @functools.wraps(mutation)
    async def answer(*args: P.args, **kwargs: P.kwargs) -> A | Refused:
        try:
            return await mutation(*args, **kwargs)
        except (Problem, Refusal) as error:
            return refused(error)

    return answer


def formatted(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """Errors of an execution, with a code in `extensions`; what we did not foresee is logged and not shown."""
    shown = []
    for error in errors:
        form: dict[str, Any] = dict(error.formatted)
        cause = error.original_error
        while isinstance(cause, GraphQLError) and cause.original_error is not None:
            cause = cause.original_error
        if isinstance(cause, Problem | Refusal):
            told = refused(cause)
            form["message"] = told.message
            form["extensions"] = extensions(told)
        elif cause is not None and not isinstance(cause, GraphQLError):
            log.error("unexpected %s\n%s", type(cause).__name__, error_texts.render(cause))
            form["message"] = "Something went wrong on our side."
            form["extensions"] = {"code": "internal"}
        else:
            form.setdefault("extensions", {"code": "bad-request"})
        shown.append(form)
    return shown


def extensions(told: Refused) -> dict[str, Any]:
    """What an error says for programs."""
    found = {"code": told.code, "field": told.field, "retryAfterSeconds": told.retry_after_seconds}
    return {name: value for name, value in found.items() if value}


def camel(field: str) -> str:
    """A contract's field name as the schema spells it: `lines[0].offering_id` is `lines[0].offeringId`."""
    head, *rest = field.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)
