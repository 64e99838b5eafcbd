"""Queries on records: templates of odd views, columns and parameters, approved by whoever, and their runs."""

import copy
import random
import secrets
from typing import Any

import orjson
from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.valid_requests import HOW_MANY

NOT_THEIRS = ["rival", "rival's doctor", "doctor", "resident", "frozen partner", "lapsed partner", "nobody"]
PATHS = [
    "code.coding.code.first()", "$this", "%resource.id", "subject.reference", "code.where(", "id & id & id", "@@",
    "code.coding.where(code.matches('(a+)+$'))", "(" * 300 + "id" + ")" * 300, "1 / 0", "id.substring(0, 9999999999)",
]  # fmt: skip
COLUMNS = ["conditions.code", "conditions.nosuch", 'code"; DROP TABLE record; --', "record.resource", "_person"]


def odd_query(chance: random.Random) -> str:
    """A query that is as it should be, or has something else in one place."""
    query: dict[str, Any] = copy.deepcopy(HOW_MANY)
    view = query["views"][0]["view"]
    match chance.randrange(8):
        case 0:
            view["select"][0]["column"][0]["path"] = chance.choice(PATHS)
        case 1:
            view["select"][0][chance.choice(["forEach", "repeat"])] = chance.choice([["$this"], "$this", 1, PATHS[-1]])
        case 2:
            query["groups"] = [{"name": "g", "column": chance.choice(COLUMNS)}]
        case 3:
            test = chance.choice(["is", "begins-with", "like", "at-least"])
            query["filters"] = [{"column": chance.choice(COLUMNS), "test": test, "values": [words.text(chance)]}]
        case 4:
            query["measures"] = [{"name": "m", "of": chance.choice(["residents", "mean", "rows", "sum"])}] * 2
        case 5:
            query[words.text(chance)] = words.text(chance)
        case 6:
            return str(words.json_text(chance).decode("utf-8", "replace"))
    return orjson.dumps(query, default=str).decode("utf-8", "replace")


@generator("M1", "M4", "M11", "L9", "N13", weight=2)
async def queries(operation: Operation) -> None:
    """Templates that are no queries, or ask for what is not there; steps by whoever proposed them; runs before any
    step, with odd parameters, by others. Nothing is run that two others have not approved."""
    chance, people = operation.chance, operation.scene.people
    staff = people["staff"]
    template = await operation.run(
        staff,
        "propose-query-template",
        code=chance.choice([f"q-{secrets.token_hex(4)}", words.segment(chance)]),
        title=chance.choice(["How many", words.text(chance)]),
        why="to plan",
        purpose=chance.choice(["HRESCH", "CAREMGT", words.text(chance)]),
        informationTypes=chance.choice([["encounters"], [], ["encounters"] * 3, [words.text(chance)]]),
        query=odd_query(chance),
        runsMax=chance.choice([1, 20, 0, -1, 2**31 - 1]),
        peopleMin=chance.choice([0, 0, 10, 9, 1, -1, 2**31 - 1]),
        projectId=chance.choice([None, None, words.identifier(chance)]),
        key=fresh_key(),
    )
    if template is None:
        return
    other = people[chance.choice(NOT_THEIRS)]
    for operation_name in ("endorse-query-template", "approve-query-template"):
        if await operation.run(staff, operation_name, templateId=template["id"], key=fresh_key()):
            operation.fault("a template was approved by whoever proposed it", template)
    for who in (staff, other):
        if await operation.run(who, "request-query-run", templateId=template["id"], key=fresh_key()):
            operation.fault("a template was run that nobody approved", template)
    steps = (("operator", "endorse-query-template"), ("regulator", "approve-query-template"))
    for name, step in steps:
        await operation.run(people[name], step, templateId=template["id"], key=fresh_key())
    if await operation.run(other, "request-query-run", templateId=template["id"], key=fresh_key()):
        operation.fault(f"{other.name} ran another's template", template)
    run = await operation.run(
        staff,
        "request-query-run",
        templateId=template["id"],
        parameters=chance.choice(["", "{}", '{"x": 1}', "[]", "{", words.text(chance)]),
        dataFrom=chance.choice(["", "2026-01-01", "2026-01-02", words.text(chance)]),
        key=fresh_key(),
    )
    if run and await operation.run(other, "run-result", runId=run["id"]):
        operation.fault(f"{other.name} read another's result", template)
    await operation.run(
        chance.choice([staff, other, people["operator"]]),
        "withdraw-query-template",
        templateId=template["id"], reason=words.text(chance), key=fresh_key(),
    )  # fmt: skip
