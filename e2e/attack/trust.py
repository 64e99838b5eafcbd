"""Trust: the log's proofs, consents that come as documents, duties, second factors, corrections, one person's two
accounts, devices, questions about everybody."""

import asyncio
import base64
import json
import secrets
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.signing import b64
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from devstack.fictional import identity_number
from identity.domain.factors import STEP_SECONDS, code_at
from ops.demo import manifest_of
from yima_client.caller import Caller, fresh_key, until
from yima_client.devices import DeviceKey, body_of
from yima_client.transparency import NotProved, verify_one

from e2e.attack.agreements import a_registration
from e2e.attack.attacks import Outcome, attack, judge
from e2e.attack.scene import Scene, code_of
from e2e.attack.standing import reads, under_consent, unscreened
from e2e.people import PASSWORD, known_to
from e2e.valid_requests import A_YEAR_ON, HOW_MANY, consent_document


async def got(call: Any, faults: list[str], what: str) -> None:
    """Note it where somebody got what they should not have."""
    code = await code_of(call)
    if code in ("", "internal"):
        faults.append(f"{what}: {code or 'done'}")


@attack("N6", "the access log's proofs: another's entry, sizes that never were, a witness that is none")
async def proofs_of_the_log(scene: Scene) -> Outcome:
    clinic = await scene.clinic()
    resident, _, _ = await under_consent(scene, clinic)
    stranger, _ = await scene.resident()
    keys = (await scene.http().get(f"{scene.origin}/audit-keys.json")).json()
    entry = (await resident.run("access-log", first=1))["nodes"][0]
    position, faults = entry["position"], list[str]()
    newest = await until(
        "its place", lambda: stranger.run("access-log-checkpoint"), lambda note: note["size"] >= position
    )
    own = await resident.run("access-log-inclusion", position=position, size=newest["size"])
    if isinstance(flaw := verify_one(json.dumps(own), keys), NotProved):
        faults.append(f"the resident's own proof does not hold: {flaw}")
    for where in (position, 0, -1, newest["size"] + 1, 2**31 - 1):
        await got(stranger.run("access-log-inclusion", position=where), faults, f"a stranger's look at {where}")
    for changed in ({"entry": own["entry"][:-2] + "00"}, {"index": own["index"] + 1}, {"path": own["path"][1:]}):
        if not isinstance(verify_one(json.dumps(own | changed), keys), NotProved) and own | changed != own:
            faults.append(f"a changed proof holds: {[*changed]}")
    line = f"\u2014 witness.example.org {b64(secrets.token_bytes(4) + Ed25519PrivateKey.generate().sign(b'x'))}"
    for signature in (line, newest["note"].rstrip("\n").rpartition("\n")[2], "", "\u2014 x y"):
        cosigned = stranger.run("cosign-log-checkpoint", size=newest["size"], cosignature=signature)
        await got(cosigned, faults, "a signature of nobody's beneath a checkpoint")
    return judge(faults, "each sees their own, a changed proof fails, only a witness signs beneath")


@attack("N7", "a FHIR Consent that grants itself, names what is apart, or is answered by who sent it")
async def consents_as_documents(scene: Scene) -> Outcome:
    clinic, rival = await scene.clinic(), await scene.clinic()
    resident, resident_id, _ = await under_consent(scene, clinic)
    partner = str(UUID(hex=rival.partner_id.rpartition("_")[2]))
    document, faults = consent_document(partner, A_YEAR_ON), list[str]()

    def offered(caller: Caller, **changed: Any) -> Any:
        return caller.run(
            "offer-consent",
            consent=json.dumps(document | changed),
            residentId=known_to(caller, resident_id),
            key=fresh_key(),
        )

    await got(offered(rival.staff), faults, "an institution that does not serve the resident offers")
    await got(offered(clinic.staff), faults, "an institution offers for another")
    said_active = await offered(resident, status="active")
    if said_active["status"] != "REQUESTED" or said_active["consentId"]:
        faults.append("a document that says it is active granted itself")
    for status in ("inactive", "entered-in-error", "rejected", ""):
        await got(offered(resident, status=status), faults, f"a document that says it is {status}")
    odd_ones: list[dict[str, Any]] = [
        {"provision": []},
        {"patient": {"reference": "Patient/x"}},
        {"sourceReference": {"reference": "x"}},
    ]
    for odd in odd_ones:
        await got(offered(resident, **odd), faults, f"a document with {next(iter(odd))} that cannot be kept")
    offer = await offered(resident)
    for what, caller in (("the institution", rival.staff), ("its practitioner", rival.practitioner)):
        await got(caller.run("grant-consent", consentRequestId=offer["id"]), faults, f"{what} answers for the resident")
    if await reads(rival.practitioner, resident_id) == "read" or offer["status"] != "REQUESTED":
        faults.append("an offer that nobody answered was read by")
    return judge(faults, "each is an offer at most, and only the resident answers it")


@attack("N8", "duties, freezes, certificates and the law, decided by who gains from it")
async def who_gains(scene: Scene) -> Outcome:
    clinic, operator, regulator = await scene.clinic(), await scene.operator(), await scene.regulator()
    faults: list[str] = []
    accounts = (await clinic.staff.run("accounts", first=5))["nodes"]
    own = {"accountId": accounts[0]["id"]}
    await got(
        clinic.staff.run("set-duties", **own, duties=["ONBOARDING"]), faults, "a partner's duty of the operator's"
    )
    await got(clinic.staff.run("confirm-account", **own), faults, "a partner confirms itself")
    freeze = await regulator.run(
        "impose-freeze",
        targetId=clinic.partner_id,
        caseNumber=f"WJW-{secrets.token_hex(6).upper()}",
        reason="sold",
        capabilities=["PUBLISH"],
        key=fresh_key(),
    )
    for what, caller in (("the frozen one", clinic.staff), ("the operator", operator)):
        lifted = caller.run("lift-freeze", freezeId=freeze["id"], reason="it is not so", key=fresh_key())
        await got(lifted, faults, f"{what} lifts a freeze")
    applicant = await unscreened(scene)
    manifest = manifest_of("partner.yaml") | {"registrationNumber": a_registration()}
    applied = await applicant.run("apply-as-partner", manifest=manifest, key=fresh_key())
    decision = {"partnerId": applied["id"], "passed": True, "reasons": ["we are good"], "answers": []}
    for caller, what in ((applicant, "the applicant"), (operator, "an operator without answers")):
        for act in ("decide-screening", "review-partner"):
            await got(caller.run(act, **decision, key=fresh_key()), faults, f"{what} does {act}")
    basis = await operator.run(
        "enter-legal-basis", statute="Law on statistics, article 7", why="counted", partnerId=clinic.partner_id,
        informationTypes=["maternal"], purpose="PUBHLTH", validDays=1, key=fresh_key(),
    )  # fmt: skip
    for what, caller in (("who entered a legal basis", operator), ("its institution", clinic.staff)):
        signed = caller.run("sign-legal-basis", legalBasisId=basis["id"], key=fresh_key())
        await got(signed, faults, f"{what} signs it")
    return judge(faults, "refused: nobody decides what they gain from")


@attack("N9", "a second factor's code twice at once, somebody else's, and passkeys that are not the caller's")
async def second_factors(scene: Scene) -> Outcome:
    login, faults = f"factor-{secrets.token_hex(5)}@residents.example.org", list[str]()
    who = {"login": login, "password": PASSWORD}
    await scene.caller().run("register-resident", **who, name="Resident", birthDate="1960-05-05")
    factor = await scene.caller().run("begin-second-factor", **who)
    code = code_at(base64.b32decode(factor["secret"]), int(time.time()) // STEP_SECONDS)
    codes = await asyncio.gather(*(code_of(scene.caller().run("sign-in", **who, code=code)) for _ in range(10)))
    if codes.count("") != 1:
        faults.append(f"one code signed in {codes.count('')} times: {codes}")
    await got(scene.caller().run("sign-in", **who), faults, "the password alone")
    (thief, _), (owner, _) = await scene.resident(), await scene.resident()
    for caller in (thief, owner):
        for act in ("step-up", "end-second-factor"):
            await got(caller.run(act, code=code), faults, f"{act} with somebody else's code")
    reset = {"login": login, "reason": "lost it", "key": fresh_key()}
    await got(thief.run("reset-second-factor", **reset), faults, "a resident resets another's factor")
    theirs = f"psk_{secrets.token_hex(16)}"
    await got(thief.run("rename-passkey", passkeyId=theirs, name="mine", key=fresh_key()), faults, "another's passkey")
    begun = await scene.caller().run("begin-passkey-sign-in")
    forged = {"ceremonyId": begun["id"], "credential": "{}"}
    await got(scene.caller().run("finish-passkey-sign-in", **forged), faults, "a passkey that is none")
    answer = {"signInId": "x" * 40, "code": "x" * 40, "state": "x" * 40}
    await got(scene.caller().run("finish-provider-sign-in", **answer), faults, "a provider's answer nobody asked for")
    return judge(faults, "a code counts once and for its owner alone; what is made up signs nobody in")


@attack("N10", "a name corrected into somebody else's, again and again, and somebody else's corrected")
async def corrected_into_another(scene: Scene) -> Outcome:
    proven, resident_id = await scene.resident()
    thief, _ = await scene.resident()
    faults: list[str] = []
    await got(proven.run("correct-resident", name="Lin Xiao", key=fresh_key()), faults, "a proven name, by no number")
    stranger = thief.run("correct-resident", name="Thief", residentId=resident_id, key=fresh_key())
    await got(stranger, faults, "a stranger's correction")
    login = f"new-{secrets.token_hex(5)}@residents.example.org"
    await scene.caller().run(
        "register-resident", login=login, password=PASSWORD, name="Somebody", birthDate="1960-05-05"
    )
    fresh = await scene.caller().signed_in(login, PASSWORD)
    codes = [await code_of(fresh.run("correct-resident", name=f"Name {i}o", key=fresh_key())) for i in range(8)]
    if codes.count("") > 3:
        faults.append(f"corrected {codes.count('')} times")
    return judge(faults, f"with the number once it is proven; before, three times ({codes.count('')} of 8)")


@attack("N11", "one operator who becomes two, to approve what they propose")
async def one_who_becomes_two(scene: Scene) -> Outcome:
    operator, faults = await scene.operator(), list[str]()
    number, born = identity_number("1980-03-03"), secrets.token_hex(5)
    invited = await operator.run("invite-account", note="a colleague", duties=["FINANCE"], key=fresh_key())
    chosen = {"name": "Somebody", "password": PASSWORD, "identityNumber": number}
    first = chosen | {"token": invited["token"], "login": f"self-{born}@yima.example.org"}
    await got(operator.run("accept-invitation", **first), faults, "the inviter accepts")
    account = await scene.caller().run("accept-invitation", **first)
    await got(operator.run("confirm-account", accountId=account["id"]), faults, "the inviter confirms")
    await got(scene.caller().signed_in(first["login"], PASSWORD), faults, "an account that nobody confirmed signs in")
    again = await operator.run("invite-account", note="another", duties=["SUPPORT"], key=fresh_key())
    second = chosen | {"token": again["token"], "login": f"twin-{born}@yima.example.org"}
    await got(scene.caller().run("accept-invitation", **second), faults, "one person accepts twice")
    await got(scene.caller().run("accept-invitation", **first), faults, "an invitation is accepted twice")
    guessed = [code_of(scene.caller().run("accept-invitation", **first | {"token": words})) for words in ("", "x" * 43)]
    if "" in await asyncio.gather(*guessed):
        faults.append("an invitation that nobody made is accepted")
    return judge(faults, "another person confirms it, and one person has one account")


@attack("N12", "readings that no device signed, of another's device, again, and after its end")
async def readings_of_nobody(scene: Scene) -> Outcome:
    (owner, _), (thief, _) = await scene.resident(), await scene.resident()
    key, faults = DeviceKey(), list[str]()
    model = (await owner.run("device-models", kind="BLOOD_PRESSURE", first=1))["nodes"][0]["id"]
    serial = f"SN-{secrets.token_hex(6)}"
    terms = {"deviceModelId": model, "serial": serial, "publicKey": key.public, "proof": key.proof(model, serial)}
    copied = {**terms, "publicKey": DeviceKey().public}
    await got(thief.run("bind-device", **copied, key=fresh_key()), faults, "a proof by another key")
    device = (await owner.run("bind-device", **terms, key=fresh_key()))["id"]
    await got(thief.run("bind-device", **terms, key=fresh_key()), faults, "another's device is bound again")
    at = datetime.now(UTC).isoformat()
    values = [{"code": "8480-6", "value": 131, "unit": "mm[Hg]"}, {"code": "8462-4", "value": 82, "unit": "mm[Hg]"}]
    sent = body_of([{"sequence": 1, "measuredAt": at, "measurements": values}])
    await got(thief.send_readings(device, DeviceKey(), sent), faults, "readings signed by another key")
    first, again = [await scene.caller().send_readings(device, key, sent) for _ in range(2)]
    if (first["outcomes"][0]["result"], again["outcomes"][0]["result"]) != ("STORED", "KNOWN"):
        faults.append(f"a reading sent twice was {first['outcomes']} and {again['outcomes']}")
    ending = {"deviceId": device, "reason": "LOST", "key": fresh_key()}
    await got(thief.run("end-device", **ending), faults, "another's device is ended")
    await owner.run("end-device", **ending)
    await got(scene.caller().send_readings(device, key, sent), faults, "a device that was lost sends")
    return judge(faults, "taken once, signed by the device that is bound, until it ends")


@attack("N13", "a question about everybody that its asker approves, narrows to one person, or reads for another")
async def questions_about_one(scene: Scene) -> Outcome:
    clinic, rival = await scene.clinic(), await scene.clinic()
    faults: list[str] = []
    terms = {"title": "How many", "why": "to plan", "purpose": "HRESCH", "informationTypes": ["encounters"]}
    asked = terms | {"query": json.dumps(HOW_MANY), "runsMax": 20}
    few = clinic.staff.run(
        "propose-query-template", **asked, code=f"few-{secrets.token_hex(4)}", peopleMin=1, key=fresh_key()
    )
    await got(few, faults, "a result about one person is proposed")
    template = await clinic.staff.run(
        "propose-query-template", **asked, code=f"many-{secrets.token_hex(4)}", peopleMin=0, key=fresh_key()
    )
    wanted = {"templateId": template["id"]}
    for step in ("endorse-query-template", "approve-query-template"):
        await got(clinic.staff.run(step, **wanted, key=fresh_key()), faults, f"the asker does {step}")
    await got(clinic.staff.run("request-query-run", **wanted, key=fresh_key()), faults, "a run that nobody approved")
    operator, regulator = await scene.operator(), await scene.regulator()
    await operator.run("endorse-query-template", **wanted, key=fresh_key())
    await got(operator.run("approve-query-template", **wanted, key=fresh_key()), faults, "who endorsed it approves it")
    await regulator.run("approve-query-template", **wanted, key=fresh_key())
    await got(rival.staff.run("request-query-run", **wanted, key=fresh_key()), faults, "another partner runs it")
    run = await clinic.staff.run("request-query-run", **wanted, key=fresh_key())
    await got(rival.staff.run("run-result", runId=run["id"]), faults, "another partner reads the result")
    return judge(faults, "two others approve it, of ten people at least, and only who asked reads the answer")
