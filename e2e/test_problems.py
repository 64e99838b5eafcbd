"""Refusals are a contract: each code is listed, answered with one status, and described in OpenAPI."""

import re
from pathlib import Path
from typing import Any

import httpx2
import jsonschema_rs
import pytest
from chassis.refusals import Refusal
from devstack.stack import Stack
from yima.services import SERVICES

from docs.generate import HERE, broken_promises, refusals

# Of these, each service says whose step it is, whose licence, which register, or who is not proven; no further one may
# be shared.
SHARED = {"not-their-step", "step-refused", "same-person", "not-proven", "licence-not-checked", "register-away"}


def test_a_service_answers_a_code_with_one_meaning() -> None:
    listed = [code for _, code in refusals()]
    assert {code for code in listed if listed.count(code) > 1} == SHARED


def test_every_refusal_is_answered_as_one() -> None:
    assert [named for named, (status, _) in refusals().items() if status not in range(400, 500) and status != 503] == []


def test_titles_are_sentences_and_codes_are_words() -> None:
    for (_, code), (_, title) in refusals().items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code), code
        assert title[0].isupper() and title.endswith("."), title


def test_a_refusal_without_a_code_of_its_own_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="Nameless needs its own code and title"):
        type("Nameless", (Refusal,), {})


def test_a_code_that_was_promised_is_neither_removed_nor_answered_otherwise(tmp_path: Path) -> None:
    promised = (HERE / "problems.md").read_text("utf-8")
    page = tmp_path / "problems.md"
    page.write_text(
        promised.replace("| `slot-taken` | 409 |", "| `slot-taken` | 410 |") + "| ordering | `gone` | 409 | - |\n"
    )
    assert broken_promises(HERE / "problems.md") == []
    assert broken_promises(page) == [
        "slot-taken of ordering was answered with 410, and is now with 409.",
        "gone of ordering is gone.",
    ]


async def test_what_a_service_answers_is_what_its_openapi_says(stack: Stack) -> None:
    """Without a token, with a body that is none, for what is not there: whatever each route refuses fits."""
    async with httpx2.AsyncClient(trust_env=False) as http:
        for name in SERVICES:
            url = stack.service_url(name)
            document = (await http.get(f"{url}/openapi.json")).json()
            refusal = {"$ref": "#/components/schemas/Refusal", "components": document["components"]}
            check = jsonschema_rs.Draft202012Validator(refusal)
            answers = [await _ask(http, url, path, verb) for path, verbs in document["paths"].items() for verb in verbs]
            refused = [answer for answer in answers if answer.is_error]
            assert refused, name
            for answer in refused:
                check.validate(answer.json())
            with pytest.raises(jsonschema_rs.ValidationError):
                check.validate(refused[0].json() | {"type": "urn:yima:problem:never-heard-of"})


async def _ask(http: httpx2.AsyncClient, url: str, path: str, verb: str) -> httpx2.Response:
    where = url + re.sub(r"{\w+}", "nobody", path)
    more: dict[str, Any] = {} if verb == "get" else {"content": b"{", "headers": {"idempotency-key": "once"}}
    return await http.request(verb, where, **more)
