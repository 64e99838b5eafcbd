"""Refusals as GraphQL clients see them: data of a mutation, or an error with a stable code; never an inside."""

import functools
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any

import strawberry
from chassis import errors as error_texts
from chassis.problems import Problem, kinds, retry_after_of
from chassis.refusals import Refusal
from graphql import GraphQLError

log = logging.getLogger("gateway")
# Of these kinds, which every service has, the detail is all there is to say; the title is not more than the code.
SAYS_ALL = {kind.code for kind in kinds("chassis")}
SAYS_ALL.add("persisted-query-not-found")  # whose message is a word of Apollo's protocol


@strawberry.type(description="The mutation was refused, and nothing was changed.")
class Refused:
    code: str = strawberry.field(description="Stable, for programs, e.g. `slot-taken`.")
    title: str = strawberry.field(description="For people: what every refusal of this code says.")
    message: str = strawberry.field(description="For people: why it was refused, and what to do next.")
    field: str | None = strawberry.field(description="The input's field at fault, where there is one.")
    retry_after_seconds: int | None = strawberry.field(
        default=None, description="After how many seconds to try again, where waiting helps."
    )


def refused(error: Problem | Refusal) -> Refused:
    """The refusal as data."""
    code, title = error.code, error.title
    field = camel(error.field)
    detail = error.detail
    if error.field and detail.startswith(f"{error.field}: "):
        detail = field + detail.removeprefix(error.field)
    message = detail or title
    if detail and code not in SAYS_ALL:
        message = f"{title} {detail[0].upper()}{detail[1:]}"
    return Refused(
        code=code,
        title=title,
        message=message,
        field=field or None,
        retry_after_seconds=retry_after_of(error) or None,
    )


def refusable[**P, A](mutation: Callable[P, Awaitable[A]]) -> Callable[P, Awaitable[A | Refused]]:
    """A mutation whose refusals are part of its answer: the schema shows a union of it and `Refused`."""

    @functools.wraps(mutation)
    async def answer(*args: P.args, **kwargs: P.kwargs) -> A | Refused:
        try:
            return await mutation(*args, **kwargs)
        except (Problem, Refusal) as error:
            return refused(error)

    camel_case = "".join(word.title() for word in mutation.__name__.split("_"))
    returns(answer, Annotated[answers_of(mutation) | Refused, strawberry.union(f"{camel_case}Result")])
    return answer


def refused_with[**P, A, M](
    code: str, kind: type[M], shown: Callable[[Problem], M]
) -> Callable[[Callable[P, Awaitable[A]]], Callable[P, Awaitable[A | M]]]:
    """Mutations that answer refusals of this code with a type of their own, made of what the refusal carries."""

    def decorate(mutation: Callable[P, Awaitable[A]]) -> Callable[P, Awaitable[A | M]]:
        @functools.wraps(mutation)
        async def answer(*args: P.args, **kwargs: P.kwargs) -> A | M:
            try:
                return await mutation(*args, **kwargs)
            except Problem as problem:
                if problem.code != code or not problem.data:
                    raise
                return shown(problem)

        returns(answer, answers_of(mutation) | kind)
        return answer

    return decorate


def answers_of(resolver: Callable[..., Any]) -> Any:
    """What a resolver declares to return."""
    return inspect.signature(resolver).return_annotation


def returns(resolver: Callable[..., Any], annotation: Any) -> None:
    """Declare that a resolver which wraps another returns something else."""
    changed: Any = resolver
    changed.__signature__ = inspect.signature(resolver).replace(return_annotation=annotation)


def formatted(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """Errors of an execution, with a code in `extensions`; what we did not foresee is logged and not shown."""
    shown = []
    for error in errors:
        form: dict[str, Any] = dict(error.formatted)
        cause = error.original_error
        while isinstance(cause, GraphQLError) and cause.original_error is not None:
            cause = cause.original_error
        if isinstance(cause, Problem | Refusal):
            refusal = refused(cause)
            form["message"] = refusal.message
            form["extensions"] = extensions(refusal)
        elif cause is not None and not isinstance(cause, GraphQLError):
            log.error("unexpected %s\n%s", type(cause).__name__, error_texts.render(cause))
            form["message"] = "Something went wrong on our side."
            form["extensions"] = {"code": "internal"}
        else:
            form.setdefault("extensions", {"code": "bad-request"})
        shown.append(form)
    return shown


def extensions(refusal: Refused) -> dict[str, Any]:
    """What an error says for programs."""
    entries = {
        "code": refusal.code,
        "title": refusal.title,
        "field": refusal.field,
        "retryAfterSeconds": refusal.retry_after_seconds,
    }
    return {name: value for name, value in entries.items() if value}


def camel(field: str) -> str:
    """A contract's field name as the schema spells it: `lines[0].offering_id` is `lines[0].offeringId`."""
    head, *rest = field.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)
