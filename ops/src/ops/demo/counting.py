"""Act two, in numbers: a hospital asks how many, and learns nothing of a group that is too small."""

import json

from yima_client.caller import Caller, fresh_key, until
from yima_client.errors import Refused

from ops.demo.readings import PRESSURE
from ops.demo.story import Story

PEOPLE_MIN = 10
HIGH_PRESSURE = {  # residents whose pressure was measured, by its mean
    "views": [
        {
            "name": "pressures",
            "view": {
                "resource": "Observation",
                "where": [{"path": f"code.coding.code.first() = '{PRESSURE}'"}],
                "select": [
                    {
                        "forEach": "component.where(code.coding.code.first() = '8480-6')",
                        "column": [{"name": "systolic", "path": "value.ofType(Quantity).value", "type": "decimal"}],
                    }
                ],
            },
        }
    ],
    "measures": [
        {"name": "residents", "of": "residents"},
        {"name": "mean", "of": "mean", "column": "pressures.systolic"},
    ],
}


async def ask_how_many(
    story: Story, staff: Caller, operator: Caller, regulator: Caller, resident: Caller, run: str
) -> str:
    """A project and its query, each of three people; a resident joins; a run is asked for. Returns the run's id."""
    asked = {"informationTypes": ["vital-signs"], "purpose": "HRESCH", "why": "to plan clinics for high pressure"}
    project = await staff.run(
        "propose-project", name=f"High blood pressure {run}", accessMode="COMPUTE", termDays=90, peopleMin=PEOPLE_MIN,
        ethicsApproval="IRB 2026-7", key=fresh_key(), **asked,
    )  # fmt: skip
    await operator.run("endorse-project", projectId=project["id"])
    await regulator.run("approve-project", projectId=project["id"])
    template = await staff.run(
        "propose-query-template", code=f"pressure-{run}", title="Blood pressure of residents", runsMax=12,
        query=json.dumps(HIGH_PRESSURE), projectId=project["id"], key=fresh_key(), **asked,
    )  # fmt: skip
    try:
        await staff.run("request-query-run", templateId=template["id"], key=fresh_key())
    except Refused as refused:
        story.add(
            "partner", "proposes to count residents' blood pressure, without seeing any", project=project["name"],
            query=template["title"], nobody_approved_it=refused.code,
        )  # fmt: skip
    await operator.run("endorse-query-template", templateId=template["id"], key=fresh_key())
    await regulator.run("approve-query-template", templateId=template["id"], key=fresh_key())
    consent = await resident.run("join-project", projectId=project["id"])
    asked_run = await staff.run("request-query-run", templateId=template["id"], key=fresh_key())
    story.add(
        "resident", "joins the project, once an operator and a regulator have approved it; the partner counts",
        may=consent["origin"].lower(), a_result_is_of_at_least=PEOPLE_MIN,
    )  # fmt: skip
    return str(asked_run["id"])


async def learn_nothing_of_one(story: Story, staff: Caller, resident: Caller, run_id: str) -> None:
    """The run is over: one resident is too few to say anything of, and reads that they were counted."""

    async def came_to() -> str:
        (run,) = (await staff.run("query-runs", runId=run_id))["nodes"]
        return str(run["status"])

    status = await until("the end of a run", came_to, lambda status: status not in ("ASKED", "RUNNING"))
    entries = (await resident.run("access-log", first=20))["nodes"]
    counted = next(entry["sentence"] for entry in entries if "counted" in entry["sentence"])
    try:
        await staff.run("run-result", runId=run_id)
    except Refused as refused:
        story.add(
            "partner", "learns nothing of one resident", run=status.lower(), result=refused.code, their_log=counted
        )
