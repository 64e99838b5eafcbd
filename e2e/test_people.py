"""People are who they say: what the unproven may do, and what the proven may."""

import random
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import orjson
import pytest
from devstack.fictional import identity_number
from devstack.stack import Stack
from ops.demo import history, in_force, manifest_of
from ops.example_city import ingest, let_through, of_resident, turned_away
from yima_client.caller import Caller, fresh_key, retried, until
from yima_client.errors import Refused

from e2e.people import (
    PASSWORD,
    a_clinic,
    a_dependant,
    a_resident,
    confirmed,
    known_to,
    operator_of,
    place,
    refusal,
    registered,
    regulator_of,
    serve,
)

pytestmark = pytest.mark.anyio
BORN = "1960-05-05"


@pytest.fixture
async def registers(stack: Stack) -> AsyncGenerator[httpx2.AsyncClient]:
    """The sandbox's registers, from outside; whatever goes wrong with them ends with the test."""
    headers = {"authorization": f"Bearer {stack.secrets['registers']}"}
    async with httpx2.AsyncClient(base_url=stack.registers_url, headers=headers, trust_env=False) as opened:
        yield opened
        (await opened.put("/faults", json={})).raise_for_status()


async def outcome(call: Any) -> str:
    """The refusal's code, or `done`."""
    try:
        await call
    except Refused as refused:
        return refused.code
    return "done"


async def test_who_is_not_proven_browses_and_orders_what_asks_for_no_data_and_the_proven_order_the_rest(
    stack: Stack, nobody: Caller
) -> None:
    asks, asks_nothing = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets, consent=None)
    login = f"unproven-{asks.login}"
    await registered(nobody, login, proven=False)
    resident = await nobody.signed_in(login, PASSWORD)
    assert (await resident.run("offerings", first=3))["edges"]
    refused = await refusal(place(resident, asks))
    assert (refused.code, refused.field) == ("not-proven", "lines[0].offeringId")
    assert "identity number" in str(refused)
    assert (await resident.run("orders", first=5))["nodes"] == [], "nothing is half ordered"
    order_id = (await place(resident, asks_nothing, consentGiven=False))["id"]
    await confirmed(resident, order_id)
    await serve(resident, asks_nothing, order_id)
    proven = await resident.run("prove-resident", identityNumber=identity_number(BORN))
    assert proven["provenAt"]
    resident = await nobody.signed_in(login, PASSWORD)
    await confirmed(resident, (await place(resident, asks))["id"])


async def test_a_cart_of_somebody_unproven_is_checked_out_without_what_asks_for_data(
    stack: Stack, nobody: Caller
) -> None:
    asks = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody, proven=False)
    lines = [{"offeringId": asks.offering["id"]}]
    version = (await retried(lambda: resident.run("put-cart", lines=lines, version=0), "unknown-offering"))["version"]
    look = {"version": version, "validateOnly": True}
    refused = await refusal(retried(lambda: resident.run("check-out", **look, key=fresh_key()), "unknown-offering"))
    assert refused.code == "not-proven"


async def test_records_take_in_and_give_out_nothing_of_who_is_not_proven(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    login = f"unproven-{clinic.login}"
    person = await registered(nobody, login, proven=False)
    resident = await nobody.signed_in(login, PASSWORD)

    async def shown_and_sent() -> str:
        """A doctor scans their code and sends readings."""
        return await outcome(ingest(resident, clinic.practitioner, history("a")))

    async def own() -> str:
        asked = {"residentId": person["id"], "informationTypes": ["vital-signs"], "purpose": "PATRQT"}
        return await outcome(resident.run("records", **asked))

    assert (await shown_and_sent(), await own()) == ("not-proven", "not-proven")
    await resident.run("prove-resident", identityNumber=identity_number(BORN))
    resident = await nobody.signed_in(login, PASSWORD)
    assert (await shown_and_sent(), await own()) == ("done", "done")


async def test_a_scan_says_whether_it_is_proven_who_stands_there(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=None)
    scan = "mutation ($t: String!) { redeemHealthCode(text: $t) { ... on Scan { person { name proven } } } }"
    for proven in (True, False):
        resident, _ = await a_resident(nobody, proven=proven)
        code = (await resident.run("issue-health-code"))["text"]
        told = await clinic.practitioner.raw(scan, t=code)
        assert told["data"]["redeemHealthCode"]["person"] == {"name": "Resident", "proven": proven}


async def test_a_guardian_orders_for_a_child_who_is_proven_as_well(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets, eligibility={"ageBelowMonths": 216})
    login = f"parent-{clinic.login}"
    await registered(nobody, login)
    parent = await nobody.signed_in(login, PASSWORD)
    unproven = (await parent.run("add-dependant", name="Second", birthDate="2024-03-03"))["id"]
    proven = await a_dependant(parent, "2022-01-01")
    parent = await nobody.signed_in(login, PASSWORD)
    assert (await refusal(place(parent, clinic, residentId=unproven))).code == "not-proven"
    order_id = (await place(parent, clinic, residentId=proven))["id"]
    await confirmed(parent, order_id)
    await in_force(parent, order_id)
    born = {person["id"]: person["provenAt"] for person in (await parent.run("me"))["dependants"]}
    assert (born[unproven], bool(born[proven])) == (None, True)


async def test_a_daughter_orders_for_her_mother_whom_she_did_not_register_and_reads_nothing_she_may_not(
    stack: Stack, nobody: Caller
) -> None:
    """Confirmed by the mother, for orders and consents; what was consented to ends with it, and nothing goes on."""
    clinic = await a_clinic(nobody, stack.secrets)
    login = f"daughter-{clinic.login}"
    await registered(nobody, login, birth_date="1985-03-03")
    daughter = await nobody.signed_in(login, PASSWORD)
    mother, mother_id = await a_resident(nobody)
    own = (await mother.run("guardianships"))["nodes"]
    assert own == [] and (await refusal(place(daughter, clinic, residentId=mother_id))).code == "not-your-resident"
    may = {"residentId": mother_id, "acts": ["ORDERS", "CONSENTS"]}
    proposal = await daughter.run("propose-guardianship", **may, key=fresh_key())
    assert proposal["residentName"] is None
    mine = {"proposalId": proposal["id"], "key": fresh_key()}
    assert (await refusal(daughter.run("confirm-guardianship", **mine))).code == "own-guardianship-proposal"
    (asked,) = (await mother.run("guardianship-proposals", status="OPEN"))["nodes"]
    await mother.run("confirm-guardianship", proposalId=asked["id"], key=fresh_key())
    daughter = await nobody.signed_in(login, PASSWORD)
    order_id = (await place(daughter, clinic, residentId=mother_id))["id"]
    await confirmed(daughter, order_id)
    consent = await in_force(daughter, order_id)
    assert (await refusal(daughter.run("issue-health-code", residentId=mother_id))).code == "forbidden"
    asks = {"residentId": mother_id, "informationTypes": ["vital-signs"], "purpose": "PATRQT"}
    assert await outcome(daughter.run("records", **asks)) != "done"
    (entry,) = (await mother.run("guardianships"))["nodes"]
    assert (entry["acts"], entry["basis"], entry["forMinor"]) == (["ORDERS", "CONSENTS"], "AGREEMENT", False)
    ended = {"residentId": mother_id, "guardianId": entry["guardianId"], "reason": "I manage", "key": fresh_key()}
    await mother.run("end-guardianship", **ended)
    await until(
        "the end of what she consented to",
        lambda: mother.run("consents"),
        lambda page: [node["status"] for node in page["nodes"] if node["id"] == consent["id"]] == ["ENDED"],
    )
    daughter = await nobody.signed_in(login, PASSWORD)
    assert (await refusal(place(daughter, clinic, residentId=mother_id))).code == "not-your-resident"


async def test_while_the_register_is_away_nobody_is_proven_and_nobody_is_refused_for_good(
    stack: Stack, nobody: Caller, registers: httpx2.AsyncClient
) -> None:
    resident, _ = await a_resident(nobody, proven=False)
    number = identity_number(BORN)
    for faults in ({"away": 1}, {"wrong": 1}, {"malformed": 1}):
        (await registers.put("/faults", json=faults)).raise_for_status()
        refused = await refusal(resident.run("prove-resident", identityNumber=number))
        assert refused.code == "register-away"
        assert number not in str(refused)
    (await registers.put("/faults", json={})).raise_for_status()
    assert (await resident.run("prove-resident", identityNumber=number))["provenAt"]


async def test_an_identity_number_is_in_no_log_span_or_database(stack: Stack, nobody: Caller, trace_file: Any) -> None:
    taken, own = identity_number(BORN), identity_number(BORN)
    who = {"login": f"{uuid4().hex}@x.example.org", "password": PASSWORD, "name": "Somebody", "birthDate": BORN}
    await nobody.run("register-resident", **who, identityNumber=taken)
    resident, _ = await a_resident(nobody, proven=False)
    for number in (taken, own[:-1] + ("1" if own[-1] == "0" else "0"), own):
        await outcome(resident.run("prove-resident", identityNumber=number))
    said = b"".join(path.read_bytes() for path in (stack.folder / "logs").iterdir()) + trace_file.read_bytes()
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    for row in await stack.postgres.fetch("identity", tables):
        query = f'SELECT CAST(kept AS text) AS row FROM "{row["tablename"]}" AS kept'
        rows = await stack.postgres.fetch("identity", query)
        said += "\n".join(kept["row"] for kept in rows).encode()
    assert taken[:-1].encode() not in said and own[:-1].encode() not in said


async def test_a_practitioner_whose_licence_is_withdrawn_at_its_register_is_out_at_once(
    stack: Stack, nobody: Caller, registers: httpx2.AsyncClient
) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    await confirmed(resident, (await place(resident, clinic))["id"])
    (listed,) = await clinic.staff.every("practitioners")
    assert (listed["licenceState"], listed["licenceCheckedAt"] is not None) == ("CHECKED", True)
    entry = {"number": listed["licenceNumber"], "state": "withdrawn"}
    (await registers.put("/licences", json=entry)).raise_for_status()
    assert (await refusal(other.staff.run("check-licence", practitionerId=listed["id"]))).code == "not-found"
    assert (await clinic.staff.run("check-licence", practitionerId=listed["id"]))["licenceState"] == "WITHDRAWN"

    code = (await resident.run("issue-health-code"))["text"]
    assert await outcome(clinic.practitioner.run("redeem-health-code", text=code)) in (
        "unauthenticated",
        "licence-not-checked",
    )
    doctor = await nobody.signed_in(clinic.doctor, PASSWORD)
    assert (await refusal(doctor.run("redeem-health-code", text=code))).code == "licence-not-checked"
    asked = {
        "residentId": known_to(doctor, resident_id),
        "informationTypes": ["vital-signs"],
        "purpose": "TREAT",
    }
    assert (await refusal(doctor.run("records", **asked))).code == "licence-not-checked"
    assert await outcome(ingest_of(doctor, resident_id)) == "licence-not-checked"

    (await registers.put("/licences", json=entry | {"state": "good"})).raise_for_status()
    assert (await clinic.staff.run("check-licence", practitionerId=listed["id"]))["licenceState"] == "CHECKED"
    doctor = await nobody.signed_in(clinic.doctor, PASSWORD)
    assert (await doctor.run("redeem-health-code", text=code))["receipt"]


async def ingest_of(practitioner: Caller, resident_id: str) -> Any:
    known = known_to(practitioner, resident_id)
    sent = [orjson.dumps(of_resident(resource, known)).decode() for resource in history("b")]
    return await practitioner.run("ingest-resources", residentId=known, resources=sent)


async def test_a_practitioner_of_whom_the_register_has_said_nothing_yet_waits_and_of_somebody_elses_licence_is_refused(
    stack: Stack, nobody: Caller, registers: httpx2.AsyncClient
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    run = uuid4().hex[:10]
    new = {"login": f"{run}@clinic.example.org", "password": PASSWORD, "title": "Nurse"}
    resident, _ = await a_resident(nobody)
    (await registers.put("/faults", json={"away": 1})).raise_for_status()
    hired = await clinic.staff.run("register-practitioner", **new, name="Bo Yan", licenceNumber=f"LIC-{run.upper()}")
    assert hired["licenceState"] == "WAITING"
    assert (await refusal(clinic.staff.run("check-licence", practitionerId=hired["id"]))).code == "register-away"
    nurse = await nobody.signed_in(new["login"], PASSWORD)
    code = (await resident.run("issue-health-code"))["text"]
    assert (await refusal(nurse.run("redeem-health-code", text=code))).code == "licence-not-checked"
    (await registers.put("/faults", json={})).raise_for_status()
    checked = await clinic.staff.run("check-licence", practitionerId=hired["id"])
    assert checked["licenceState"] == "CHECKED"
    another = await a_clinic(nobody, stack.secrets)
    thief = new | {"login": f"thief-{run}@clinic.example.org", "licenceNumber": f"LIC {run.upper()}"}
    refused = await refusal(another.staff.run("register-practitioner", **thief, name="Somebody Else"))
    assert (refused.code, refused.field) == ("licence-not-confirmed", "licenceNumber")
    assert await outcome(nobody.signed_in(thief["login"], PASSWORD)) == "sign-in-refused"


async def test_practitioners_are_listed_to_their_partner_and_to_who_supervises(stack: Stack, nobody: Caller) -> None:
    clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
    operator, regulator = await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets)
    for number in range(3):
        login = f"{uuid4().hex}@clinic.example.org"
        licence = f"LIC-{uuid4().hex[:10].upper()}"
        await clinic.staff.run(
            "register-practitioner",
            login=login,
            password=PASSWORD,
            name=f"Nurse {'ABC'[number]}",
            licenceNumber=licence,
            title="Nurse",
        )
    own = await clinic.staff.every("practitioners")
    assert [person["name"] for person in own] == ["Nurse C", "Nurse B", "Nurse A", "Doctor"]
    assert await operator.every("practitioners", partnerId=clinic.partner_id) == own
    page = await regulator.run("practitioners", partnerId=clinic.partner_id, first=2)
    rest = await regulator.run(
        "practitioners", partnerId=clinic.partner_id, first=2, after=page["pageInfo"]["endCursor"]
    )
    assert [*page["nodes"], *rest["nodes"]] == own
    assert (await refusal(other.staff.run("practitioners", partnerId=clinic.partner_id))).code == "not-found"
    assert (await refusal(operator.run("practitioners"))).code == "invalid"
    assert (await refusal(clinic.practitioner.run("practitioners"))).code == "forbidden"
    left = await clinic.staff.run("end-practitioner-registration", practitionerId=own[0]["id"], reason="elsewhere")
    assert left["id"] not in [person["id"] for person in await clinic.staff.every("practitioners")]
    assert left["id"] in [person["id"] for person in await clinic.staff.every("practitioners", endedToo=True)]


async def test_an_institution_passes_screening_only_where_its_register_confirms_it(
    stack: Stack, nobody: Caller, registers: httpx2.AsyncClient
) -> None:
    operator = await operator_of(nobody, stack.secrets)

    async def applicant(number: str, name: dict[str, str]) -> str:
        login = f"{uuid4().hex}@new.example.org"
        await nobody.run("register-institution", name=name, login=login, password=PASSWORD, staffName="Staff")
        staff = await nobody.signed_in(login, PASSWORD)
        manifest = manifest_of("partner.yaml") | {"registrationNumber": number, "name": name}
        return str((await staff.run("apply-as-partner", manifest=manifest))["id"])

    number = f"91370100{uuid4().hex[:10].upper()}"
    first = await applicant(number, a_name())
    (await registers.put("/faults", json={"wrong": 1})).raise_for_status()
    assert (await refusal(let_through(operator, first, ["fine"]))).code == "register-away"
    assert (await operator.run("partner", id=first))["status"] == "SCREENING"
    (await registers.put("/faults", json={})).raise_for_status()
    assert (await let_through(operator, first, ["fine"]))["status"] == "CERTIFYING"
    expiry = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    grants = [{"aspect": "LAW", "scope": ["*"], "expiresAt": expiry}]
    for state, refused in (("struck-off", "registration-not-confirmed"), ("good", "done")):
        (await registers.put("/institutions", json={"number": number, "state": state})).raise_for_status()
        renewed = operator.run("issue-certificates", partnerId=first, grants=grants)
        assert await outcome(renewed) == refused, "a certificate renews while the registration is in force"
    second = await applicant(number, a_name())
    assert (await refusal(let_through(operator, second, ["fine"]))).code == "registration-not-confirmed"
    assert (await operator.run("partner", id=second))["status"] == "SCREENING"
    assert (await turned_away(operator, second, ["the number is another's"]))["status"] == "REJECTED"


def a_name() -> dict[str, str]:
    """The name of an institution that nobody has."""
    own = "".join(random.choices("ABCDEFGHKMNPQRSTUVWXYZ", k=12))
    return {"zh-CN": f"Spring {own}", "en": f"Spring {own}"}
