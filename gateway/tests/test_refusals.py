"""What a client reads of a refusal: what it is, why, and what to do next."""

import pytest
from chassis.problems import Problem
from chassis.refusals import Forbidden, Invalid, NotFound, Refusal
from gateway.errors import formatted, refused
from gateway.limits import TooMuchAsked
from graphql import GraphQLError


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (TooMuchAsked("ask for less"), "too-much-asked", f"{TooMuchAsked.title} Ask for less"),
        (TooMuchAsked(""), "too-much-asked", TooMuchAsked.title),
        (
            Problem(401, "sign-in-refused", "The login and the password do not belong together.", "try again", ""),
            "sign-in-refused",
            "The login and the password do not belong together. Try again",
        ),
        (NotFound("there is no such order"), "not-found", "there is no such order"),
        (Problem(403, "forbidden", "The caller may not do this.", "not yours", ""), "forbidden", "not yours"),
        (Forbidden("this needs another role"), "forbidden", "this needs another role"),
        (Invalid("lines[0].slot_id", "choose one"), "invalid", "lines[0].slotId: choose one"),
    ],
)
def test_a_refusal_says_what_it_is_and_what_to_do_next(error: Refusal | Problem, code: str, message: str) -> None:
    refusal = refused(error)
    assert (refusal.code, refusal.message) == (code, message)
    (shown,) = formatted([GraphQLError("inside", original_error=error)])
    assert shown["message"] == message
    assert shown["extensions"]["code"] == code
    assert shown["extensions"]["title"] == refusal.title
    assert refusal.title.endswith(".")
    assert shown["extensions"].get("field") == refusal.field
