"""Consents as documents: FHIR Consents of odd forms that offer, and what comes of offers, receipts and erasures."""

from typing import Any
from uuid import UUID

import orjson
from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.health import mutated
from e2e.fuzz.operation import Operation
from e2e.fuzz.scene import in_days
from e2e.valid_requests import consent_document


@generator("N7", "M4", "M12", weight=3)
async def consent_documents(operation: Operation) -> None:
    """FHIR Consents with something in them that FHIR or the city does not allow, sent by everybody: one that is taken
    is an offer and no more than it says, and only whose data it is of answers it."""
    chance, people = operation.chance, operation.scene.people
    partner_id = str(UUID(hex=operation.scene.shown[0].rpartition("_")[2]))
    document = consent_document(partner_id, in_days(chance.choice([30, 300, -1]))[:10])
    sent = mutated(chance, document) if chance.random() < 0.7 else orjson.dumps(document).decode()
    names = ["resident", "resident", "staff", "doctor", "stranger", "rival", "rival's doctor", "operator", "nobody"]
    who = people[chance.choice(names)]
    whose = operation.scene.known_to(who, operation.scene.shown[2])
    offered = await operation.run(who, "offer-consent", consent=sent, residentId=whose, key=fresh_key())
    if not offered:
        return
    if who.name not in ("resident", "staff", "doctor"):
        operation.fault(f"{who.name} offered a consent of a resident they do not serve", sent)
    if offered["status"] != "REQUESTED" or offered["consentId"]:
        operation.fault("a document granted itself", offered)
    asked = {"consentRequestId": offered["id"]}
    stranger = people[chance.choice(["stranger", "staff", "doctor", "rival", "operator", "regulator", "nobody"])]
    for act in ("grant-consent", "deny-consent"):
        if await operation.run(stranger, act, **asked):
            operation.fault(f"{stranger.name} answered for the resident", offered)
    if chance.random() < 0.6:
        await operation.run(people["resident"], "deny-consent", **asked, key=fresh_key())
        if await operation.run(people["resident"], "grant-consent", **asked):
            operation.fault("an offer that was declined was granted", offered)
        return
    granted = await operation.run(people["resident"], "grant-consent", **asked)
    if granted:
        await shown_to_nobody_else(operation, granted)
        await operation.run(people["resident"], "revoke-consent", consentId=granted["id"], reason=words.name(chance))


async def shown_to_nobody_else(operation: Operation, consent: dict[str, Any]) -> None:
    """A consent's document is read by its two sides; a stranger does not see that it is."""
    stranger = operation.scene.people[operation.chance.choice(["stranger", "rival", "rival's doctor", "nobody"])]
    if await operation.run(stranger, "consent-document", consentId=consent["id"]):
        operation.fault(f"{stranger.name} reads a consent of others", consent)
    exported = await operation.run(operation.scene.people["resident"], "consent-document", consentId=consent["id"])
    if exported is None:
        operation.fault("a consent that was granted cannot be read as a document", consent)


@generator("N7", "N2", weight=1)
async def erasures(operation: Operation) -> None:
    """Erasures of what a partner kept, attested by others, of consents that are none, with odd protocols; and why
    somebody may see what, asked by everybody."""
    chance, people = operation.chance, operation.scene.people
    kept = await operation.run(people["staff"], "erasures", first=20)
    nodes = (kept or {}).get("nodes", [])
    consent_id = chance.choice([*(node["consentId"] for node in nodes), f"con_{chance.getrandbits(128):032x}"])
    word = {
        "method": chance.choice(["DELETED", "SHREDDED", "NOTHING"]),
        "protocolSha256": chance.choice(["", "ab" * 32, words.scalar(chance)]),
    }
    who = people[chance.choice(["rival", "resident", "doctor", "operator", "regulator", "nobody", "key for MONEY"])]
    if await operation.run(who, "attest-erasure", consentId=consent_id, **word, key=fresh_key()):
        operation.fault(f"{who.name} gave another partner's word that it erased", consent_id)
    asker = people[chance.choice(["resident", "stranger", "staff", "rival", "doctor", "regulator", "nobody"])]
    explained = await operation.run(
        asker,
        "explain-access",
        partnerId=operation.scene.shown[0],
        informationTypes=chance.choice([["vital-signs"], ["dreams"], []]),
        purpose=words.scalar(chance) or "TREAT",
        residentId=operation.scene.known_to(asker, operation.scene.shown[2]),
    )
    if explained and asker.name in ("stranger", "rival", "nobody"):
        operation.fault(f"{asker.name} is told why another partner may see a resident", explained)
    withdraw = people[chance.choice(["stranger", "doctor", "rival", "operator", "nobody"])]
    if await operation.run(withdraw, "withdraw-emergency-slice", residentId=operation.scene.shown[2], key=fresh_key()):
        operation.fault(f"{withdraw.name} withdrew what is read of somebody else in an emergency", withdraw.name)


@generator("N8", "N2")
async def projects(operation: Operation) -> None:
    """Projects of odd terms, endorsed, approved, joined and ended by whoever: each step is another's, and nobody joins
    what is not approved."""
    chance, people = operation.chance, operation.scene.people
    terms = {
        "name": chance.choice(["Salt and blood pressure", "", words.name(chance)]),
        "why": chance.choice(["To learn who gains from less salt.", words.text(chance)]),
        "informationTypes": chance.choice([["vital-signs"], [], ["dreams"], [words.text(chance)]]),
        "purpose": chance.choice(["HRESCH", "PUBHLTH", "TREAT", words.text(chance)]),
        "accessMode": chance.choice(["VIEW", "STORE", "COMPUTE"]),
        "termDays": chance.choice([90, 0, -1, 10**6]),
        "ethicsApproval": chance.choice(["(2026) 0042", "", words.text(chance)]),
        "peopleMin": chance.choice([0, 9, 10, 10**6]),
        "retentionDays": chance.choice([0, 30, -1, 10**6]),
    }
    proposer = chance.choice(["staff", "staff", "rival", "doctor", "resident", "operator", "nobody"])
    project = await operation.run(people[proposer], "propose-project", **terms, key=fresh_key())
    if project and proposer not in ("staff", "rival"):
        operation.fault(f"{proposer} proposed a project", terms)
    about = {"projectId": project["id"] if project else words.identifier(chance), "key": fresh_key()}
    if await operation.run(people[chance.choice(["resident", "stranger"])], "join-project", **about):
        operation.fault("a project was joined that nobody has approved", terms)
    endorser, approver = (chance.choice(["operator", "regulator", "staff", "rival", "resident"]) for _ in range(2))
    endorsed = await operation.run(people[endorser], "endorse-project", **about)
    approved = await operation.run(people[approver], "approve-project", **about | {"key": fresh_key()})
    if (endorsed and endorser != "operator") or (approved and (approver != "regulator" or not endorsed)):
        operation.fault(f"{endorser} endorsed and {approver} approved a project of {proposer}", terms)
    other = people["rival" if proposer == "staff" else "staff"]
    if await operation.run(other, "end-project", **about | {"reason": "no more", "key": fresh_key()}):
        operation.fault(f"{other.name} ended a project of {proposer}", terms)
