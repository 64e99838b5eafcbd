"""Who acts for whom: guardianships that are proposed, confirmed, decided and ended by whoever has no say in them."""

from typing import Any

from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.scene import Person, a_new_resident, in_days

ACTS = ["ORDERS", "CONSENTS", "RECORDS", "HEALTH_CODE"]
OTHERS = ["resident", "stranger", "staff", "doctor", "rival", "operator", "regulator", "key for RECORDS", "nobody"]


@generator("N3", weight=2)
async def guardianships(operation: Operation) -> None:
    """Somebody proposes to act for another, with acts, terms and documents of any kind; whoever is not asked answers
    it. None but the two, or an operator where there are documents, makes a guardian, and their word binds nobody."""
    chance, people = operation.chance, operation.scene.people
    (guardian, _, guardian_id), (ward, _, ward_id) = [await a_new_resident(operation.scene) for _ in range(2)]
    proposer, asked = chance.choice([(guardian, ward), (ward, guardian)])
    documents = chance.choice([None, None, [document(operation)], [document(operation)] * chance.randrange(8)])
    proposal = await operation.run(
        proposer,
        "propose-guardianship",
        guardianId=chance.choice([guardian_id, guardian_id, words.identifier(chance)]),
        residentId=chance.choice([ward_id, ward_id, operation.scene.shown[4], words.identifier(chance)]),
        acts=chance.choice([ACTS, chance.sample(ACTS, 2), [], ["ORDERS"] * 50]),
        until=chance.choice([None, in_days(30), in_days(-1), in_days(9_000), words.moment(chance)]),
        evidence=documents,
        key=fresh_key(),
    )
    if not proposal:
        return
    answer = {"proposalId": proposal["id"]}
    for who in chance.sample([people[name] for name in OTHERS] + [proposer], 4):
        act, more = chance.choice(STEPS)
        decides = who.name == "operator" and act == "decide-guardianship" and proposal["evidence"]
        takes_back = who is proposer and act == "decline-guardianship"
        asked_too = who is people["resident"] and proposal["residentId"] == operation.scene.shown[4]
        done = await operation.run(who, act, **answer, **more)
        if done and not (decides or takes_back or asked_too):
            operation.fault(f"{who.name} did {act} of others' proposal", proposal)
        if done:
            return
    confirmed = await operation.run(asked, "confirm-guardianship", **answer, key=fresh_key())
    if confirmed and proposal["evidence"]:
        operation.fault("a person decided by documents", proposal)
    if confirmed:
        await ended_by_nobody_else(operation, guardian_id, ward_id, chance.choice([guardian, ward]))


STEPS: list[tuple[str, dict[str, Any]]] = [
    ("confirm-guardianship", {}),
    ("decline-guardianship", {"reason": "no"}),
    ("decide-guardianship", {"approved": True, "reason": "I saw the papers"}),
]


async def ended_by_nobody_else(operation: Operation, guardian_id: str, ward_id: str, ender: Person) -> None:
    """A guardianship between adults is ended by strangers, and then by one of the two."""
    pair = {"residentId": ward_id, "guardianId": guardian_id}
    stranger = operation.scene.people[operation.chance.choice(["stranger", "staff", "regulator", "nobody"])]
    if await operation.run(stranger, "end-guardianship", **pair, reason="mine"):
        operation.fault(f"{stranger.name} ended a guardianship of others", pair)
    if not await operation.run(ender, "end-guardianship", **pair, reason="it is over"):
        operation.fault(f"{ender.name} could not end their own guardianship", pair)


def document(operation: Operation) -> dict[str, Any]:
    """A document of a kind, number, issuer and day as strangers send them."""
    chance = operation.chance
    return {
        "kind": chance.choice(["COURT_DECISION", "BIRTH_CERTIFICATE", "NOTHING"]),
        "reference": chance.choice(["(2026) 0042", "", words.text(chance)]),
        "issuedBy": chance.choice(["A district court", words.name(chance)]),
        "issuedOn": chance.choice(["2026-01-05", "2026-02-30", words.moment(chance)]),
    }
