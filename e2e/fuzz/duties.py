"""Who has a say in what: accounts and their duties, second factors, corrections, freezes, screening, the law."""

import asyncio
import base64
import secrets
import time
from typing import Any

from identity.domain.factors import STEP_SECONDS, code_at
from ops.demo import manifest_of
from yima.common.v1.route_pb2 import Role
from yima_client.caller import fresh_key

from e2e.fuzz import words
from e2e.fuzz.access import DUTIES
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.scene import NOBODY, Person, a_new_resident
from e2e.people import PASSWORD

EVERYBODY = ["nobody", "resident", "stranger", "staff", "doctor", "rival", "operator", "regulator", "key for ORDERS"]
CORRECTIONS_MAX = 3  # of who has not proven who they are
ASPECTS = ["LAW", "SECURITY", "TECHNOLOGY", "PRODUCT", "SERVICE"]


def others(operation: Operation, *but: str) -> Person:
    """Anybody but these."""
    return operation.scene.people[operation.chance.choice([name for name in EVERYBODY if name not in but])]


@generator("N8", "H6", weight=2)
async def accounts_of_others(operation: Operation) -> None:
    """A colleague of one partner is given duties, suspended, brought back and removed by everybody else, and gives
    themselves duties: only their own partner's owner has a say, and they may leave."""
    chance, rival = operation.chance, operation.scene.people["rival"]
    invited = await operation.run(rival, "invite-account", note="a colleague", duties=["DESK"], key=fresh_key())
    if not invited:
        return
    login = f"c-{secrets.token_hex(6)}@x.example.org"
    chosen = {"token": invited["token"], "login": login, "name": "Li Na", "password": PASSWORD}
    account = await operation.run(NOBODY, "accept-invitation", **chosen)
    begun = await operation.run(NOBODY, "sign-in", login=login, password=PASSWORD) if account else None
    if not begun:
        return
    colleague = Person("the colleague", begun["accessToken"], Role.ROLE_PARTNER, partner_id=rival.partner_id)
    about = {"accountId": account["id"]}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("set-duties", {"duties": chance.sample(DUTIES, 2), "reason": words.name(chance)}),
        ("suspend-account", {"reason": words.text(chance)}),
        ("reinstate-account", {"reason": "she is back"}),
        ("remove-account", {"reason": "gone"}),
        ("confirm-account", {}),
    ]
    for act, more in chance.sample(steps, 3):
        who = chance.choice([colleague, others(operation, "rival")])
        if await operation.run(who, act, **about, **more):
            operation.fault(f"{who.name} did {act} to a colleague at another partner", more)
    if await operation.run(rival, "set-duties", **about, duties=["OPERATOR", "ONBOARDING"]):
        operation.fault("a partner gave a duty of the operator's", about)
    if chance.random() < 0.5:
        if await operation.run(rival, "suspend-account", **about, reason="on leave") and (
            await operation.run(colleague, "api-keys") is not None
        ):
            operation.fault("a suspended account is answered", about)
        await operation.run(rival, "reinstate-account", **about)
        return
    gone = await operation.run(colleague, "leave", reason=words.name(chance))
    if gone and await operation.run(NOBODY, "sign-in", login=login, password=PASSWORD):
        operation.fault("who has left signs in", login)


@generator("N9", "H6", "C5", weight=2)
async def second_factors(operation: Operation) -> None:
    """Authenticators' codes that are wrong, old, another's or used before, several at once, to sign in, to step up, and
    to end the factor; and whoever is not asked resets it: only its owner's code counts, and each once."""
    chance, scene = operation.chance, operation.scene
    _, login, _ = await a_new_resident(scene)
    factor = await operation.run(NOBODY, "begin-second-factor", login=login, password=PASSWORD)
    if not factor:
        return
    key = base64.b32decode(factor["secret"])

    def code(step: int = 0) -> str:
        return code_at(key, int(time.time()) // STEP_SECONDS + step)

    guesses = [f"{chance.randrange(10**6):06}", code(-60), code(60), "0", "١٢٣٤٥٦", words.text(chance)]
    for guess in {*chance.sample(guesses, 2)} - {code(-1), code(), code(1), ""}:
        if await operation.run(NOBODY, "sign-in", login=login, password=PASSWORD, code=guess):
            operation.fault("a guess at a code signed in", guess)
    now = code()
    answers = await asyncio.gather(
        *(operation.run(NOBODY, "sign-in", login=login, password=PASSWORD, code=now) for _ in range(3))
    )
    begun = [answer for answer in answers if answer]
    if len(begun) > 1:
        operation.fault("one code of an authenticator signed in twice", login)
    stranger = others(operation, "operator")
    if await operation.run(stranger, "reset-second-factor", login=login, reason="lost it", key=fresh_key()):
        operation.fault(f"{stranger.name} took somebody's second factor away", login)
    if not begun:
        return
    owner = Person("the owner", begun[0]["accessToken"], Role.ROLE_RESIDENT)
    thief, _, _ = await a_new_resident(scene)
    for who, what, tried in ((owner, "code that was used", now), (thief, "code of somebody else", code(1))):
        for act in ("step-up", "end-second-factor"):
            if await operation.run(who, act, code=tried):
                operation.fault(f"{who.name} did {act} with a {what}", tried)
    for session in await operation.run(owner, "sessions") or []:
        if await operation.run(
            chance.choice([thief, stranger]), "end-session", sessionId=session["id"], key=fresh_key()
        ):
            operation.fault("somebody ended another's session", session)
    await passkeys_of_nobody(operation, owner, [owner, thief, stranger])


async def passkeys_of_nobody(operation: Operation, owner: Person, people: list[Person]) -> None:
    """A step-up by a passkey that is none, and changes to one that nobody has."""
    chance = operation.chance
    if chance.random() < 0.3:
        await operation.run(owner, "add-second-factor")
        await operation.run(owner, "add-passkey")
    forged = {"ceremonyId": words.identifier(chance), "credential": words.text(chance)}
    if await operation.run(owner, "step-up", **forged):
        operation.fault("a passkey that is none stepped up", forged)
    named = {"passkeyId": chance.choice([words.identifier(chance), f"psk_{chance.getrandbits(128):032x}"])}
    for act, more in (("rename-passkey", {"name": words.name(chance)}), ("remove-passkey", {})):
        if await operation.run(chance.choice(people), act, **named, **more, key=fresh_key()):
            operation.fault(f"{act} of a passkey that nobody has", named)


@generator("N9", "M10", weight=1)
async def providers_answers(operation: Operation) -> None:
    """Answers of an OpenID provider that nobody asked: with made-up ids, codes and states, to sign in or to link."""
    chance, scene = operation.chance, operation.scene
    begun = await operation.run(NOBODY, "begin-provider-sign-in")
    odd = [words.text(chance), words.identifier(chance), "x" * 5_000, ""]
    answer = {
        "signInId": begun["id"] if begun and chance.random() < 0.5 else chance.choice(odd),
        "code": chance.choice(odd),
        "state": chance.choice(odd),
        "issuer": chance.choice(["", "https://evil.example", words.text(chance)]),
    }
    if await operation.run(NOBODY, "finish-provider-sign-in", **answer, factorCode=chance.choice(["", "000000"])):
        operation.fault("somebody was signed in by an answer that nobody gave", answer)
    who = scene.people[chance.choice(["resident", "staff", "nobody", "key for ORDERS"])]
    await operation.run(who, "begin-provider-link", password=chance.choice([PASSWORD, "wrong", words.text(chance)]))
    if await operation.run(who, "finish-provider-link", **answer):
        operation.fault("an account was linked by an answer that nobody gave", answer)
    if await operation.run(who, "unlink-provider", providerLinkId=words.identifier(chance), key=fresh_key()):
        operation.fault("a link was ended that is nobody's", who.name)


@generator("N10", "P1", "M1", weight=2)
async def corrections(operation: Operation) -> None:
    """A name and a birth date are corrected to odd ones, too often, and by others; dependants are added of any name and
    age; registrations are confirmed by guesses: whoever is shown afterwards is who was taken in last."""
    chance, scene = operation.chance, operation.scene
    person, _, resident_id = await a_new_resident(scene)  # who is not proven, and may correct a few times
    me = await operation.run(person, "me")
    name, taken = ((me or {}).get("resident") or {}).get("name"), 0
    for _ in range(CORRECTIONS_MAX + 2):
        changed = {
            "name": chance.choice(["", "Wen Zhiyuan", words.name(chance), words.look_alike(chance, "Yima Operator")]),
            "birthDate": chance.choice(["", "1961-02-03", words.moment(chance)[:10], words.moment(chance)]),
        }
        done = await operation.run(person, "correct-resident", **changed, key=fresh_key())
        if done:
            taken, name = taken + 1, done["name"]
    if taken > CORRECTIONS_MAX:
        operation.fault(f"corrected {taken} times", name)
    homes = [words.identifier(chance), *chance.sample(["lixia", "lixia-yaojia", "shizhong", "huaiyin"], 3)]
    said = [home for home in homes if await operation.run(person, "set-home-district", district=home, key=fresh_key())]
    if homes[0] in said or len(said) > 1:
        operation.fault("moved too often, or to where nobody lives", said)
    thief = others(operation)
    if await operation.run(thief, "set-home-district", district="lixia", residentId=resident_id, key=fresh_key()):
        operation.fault(f"{thief.name} said where somebody else lives", resident_id)
    if await operation.run(thief, "correct-resident", name="Thief", residentId=resident_id, key=fresh_key()):
        operation.fault(f"{thief.name} corrected somebody else", resident_id)
    born = chance.choice(["2019-05-05", words.moment(chance)[:10], words.moment(chance)])
    added = await operation.run(person, "add-dependant", name=words.name(chance), birthDate=born, key=fresh_key())
    guess = {"registeredId": chance.choice([resident_id, words.identifier(chance)]), "code": words.number(chance)}
    if await operation.run(NOBODY, "confirm-registration", **guess):
        operation.fault("a registration was confirmed by a guess", guess)
    shown = await operation.run(person, "me")
    if shown and shown["resident"]["name"] != name:
        operation.fault(f"is called {shown['resident']['name']!r}, and was corrected to {name!r}", name)
    if added and shown and added["id"] not in [child["id"] for child in shown["dependants"]]:
        operation.fault("a dependant that was added is not shown", added)


@generator("N8", "C3", "M1", weight=2)
async def freezes(operation: Operation) -> None:
    """Freezes by everybody, with odd numbers of cases, reasons and capabilities, and of what there is not; lifted by
    whom they hit and by whoever else is no regulator."""
    chance, people = operation.chance, operation.scene.people
    case = f"WJW-{secrets.token_hex(6).upper()}"
    made_up = f"{chance.choice(['acc', 'par', 'off', 'pra'])}_{chance.getrandbits(128):032x}"
    asked = {
        "caseNumber": chance.choice([case, case, "", words.text(chance)]),
        "reason": chance.choice(["records were sold", words.text(chance)]),
        "capabilities": chance.choice([None, None, [], ["SELL", "SELL"], ["READ_DATA"], ["FLY"]]),
    }
    for target in (operation.scene.shown[0], operation.scene.shown[1], made_up, words.identifier(chance)):
        who = others(operation, "regulator")
        if await operation.run(who, "impose-freeze", targetId=target, **asked, key=fresh_key()):
            operation.fault(f"{who.name} froze", (target, asked))
    if await operation.run(people["regulator"], "impose-freeze", targetId=made_up, **asked, key=fresh_key()):
        operation.fault("what there is not was frozen", made_up)
    in_force = await operation.run(people["regulator"], "freezes", inForce=True, first=20)
    for freeze in chance.sample((in_force or {}).get("nodes", []), 1 if in_force and in_force["nodes"] else 0):
        names = [*[name for name in EVERYBODY if name != "regulator"], "frozen partner", "frozen practitioner"]
        who = people[chance.choice(names)]
        if await operation.run(who, "lift-freeze", freezeId=freeze["id"], reason="it is not so", key=fresh_key()):
            operation.fault(f"{who.name} lifted a freeze", freeze)
    if await operation.run(people["regulator"], "lift-freeze", freezeId=made_up, reason="none", key=fresh_key()):
        operation.fault("a freeze was lifted that there is not", made_up)


SUSPEND = "mutation ($p: ID!, $r: String!) { suspendPartner(partnerId: $p, reason: $r) { ... on Partner { id } } }"
REINSTATE = "mutation ($p: ID!, $r: String!) { reinstatePartner(partnerId: $p, reason: $r) { ... on Partner { id } } }"


@generator("N8", "H10", "M1", weight=1)
async def screenings(operation: Operation) -> None:
    """An institution applies with odd papers; its answers to the checklist, its certificates and its standing are
    decided by everybody who has no say, the applicant first, and by an operator whose answers do not fit."""
    chance, people = operation.chance, operation.scene.people
    login = f"a-{secrets.token_hex(6)}@x.example.org"
    manifest = manifest_of("partner.yaml") | {"registrationNumber": f"91370100{secrets.token_hex(5).upper()}"}
    manifest |= chance.choice(
        [{}, {"kind": "BANK"}, {"name": {"en": words.name(chance)}}, {"districts": [words.text(chance)]}]
    )
    await operation.run(
        NOBODY, "register-institution", name={"en": "Clinic"}, login=login, password=PASSWORD, staffName="Li Na"
    )
    begun = await operation.run(NOBODY, "sign-in", login=login, password=PASSWORD)
    if not begun:
        return
    applicant = Person("the applicant", begun["accessToken"], Role.ROLE_PARTNER, in_standing=False)
    applied = await operation.run(applicant, "apply-as-partner", manifest=manifest, key=fresh_key())
    if not applied:
        return
    about = {"partnerId": applied["id"]}
    evidence = [{"aspect": chance.choice(ASPECTS), "title": words.name(chance), "reference": words.text(chance),
                 "validUntil": chance.choice(["2099-06-30", words.moment(chance)])}]  # fmt: skip
    await operation.run(applicant, "add-evidence", evidence=evidence * chance.choice([1, 1, 300]), key=fresh_key())
    answers = [{"item": words.text(chance), "verdict": "MET", "reason": "papers were seen"}]
    decided = about | {"passed": True, "reasons": ["looked at"], "answers": chance.choice([[], answers, answers * 300])}
    grants = [{"aspect": chance.choice(ASPECTS), "scope": ["*"], "expiresAt": words.moment(chance)}]
    for who in (applicant, others(operation, "operator")):
        steps = [("decide-screening", decided), ("review-partner", decided)]
        for act, more in [*steps, ("issue-certificates", about | {"grants": grants})]:
            if await operation.run(who, act, **more, key=fresh_key()):
                operation.fault(f"{who.name} did {act} of an applicant", applied)
        for document in (SUSPEND, REINSTATE):
            answer = await operation.graphql(who, document, p=applied["id"], r="because")
            if who.name != "regulator" and answer.data:
                operation.fault(f"{who.name} changed how an applicant stands", document)
    for act in ("decide-screening", "review-partner"):
        if await operation.run(people["operator"], act, **decided, key=fresh_key()):
            operation.fault(f"{act} passed without the checklist's answers", decided)
    who = others(operation, "regulator")
    made_up = f"cer_{chance.getrandbits(128):032x}"
    if await operation.run(who, "cosign-certificate", certificateId=made_up, key=fresh_key()):
        operation.fault(f"{who.name} co-signed a certificate", made_up)
    await change_of_account(operation, applicant)
    await leaving_of_others(operation, applicant, applied["id"])
    await appeals_of_others(operation, applicant)
    revoked = {"certificateId": made_up, "reason": words.text(chance), "key": fresh_key()}
    if await operation.run(chance.choice(list(people.values())), "revoke-certificate", **revoked):
        operation.fault("a certificate that there is not was revoked", made_up)


async def leaving_of_others(operation: Operation, applicant: Person, applicant_id: str) -> None:
    """Who is not active begins to leave; everybody takes steps of partners that do not leave, or stops them."""
    chance, people = operation.chance, operation.scene.people
    if await operation.run(applicant, "begin-offboarding", reason=words.text(chance), key=fresh_key()):
        operation.fault("an applicant began to leave", applicant_id)
    about = {
        "partnerId": chance.choice([applicant_id, operation.scene.shown[0], f"par_{chance.getrandbits(128):032x}"])
    }
    who = chance.choice([applicant, *people.values()])
    for act, more in (("advance-offboarding", {}), ("stop-offboarding", {"reason": words.text(chance)})):
        if await operation.run(who, act, **about, **more, key=fresh_key()):
            operation.fault(f"{who.name} did {act} of a partner that does not leave", about)


async def appeals_of_others(operation: Operation, applicant: Person) -> None:
    """Who was neither rejected nor suspended appeals; everybody decides appeals that there are not."""
    chance, people = operation.chance, operation.scene.people
    about = {
        "reason": words.text(chance),
        "documentIds": chance.choice([None, [f"doc_{chance.getrandbits(128):032x}"]]),
    }
    if await operation.run(applicant, "open-appeal", **about, key=fresh_key()):
        operation.fault("an applicant that nobody decided on appealed", about)
    made_up = {"appealId": f"apl_{chance.getrandbits(128):032x}", "granted": chance.random() < 0.5}
    who = chance.choice([applicant, *people.values()])
    if await operation.run(who, "decide-appeal", **made_up, reason=words.text(chance), key=fresh_key()):
        operation.fault(f"{who.name} decided an appeal that there is not", made_up)


async def change_of_account(operation: Operation, applicant: Person) -> None:
    """An applicant, a stranger and whoever proposed an account of odd numbers, who confirm it themselves."""
    chance, people = operation.chance, operation.scene.people
    account = {"holder": words.name(chance), "number": chance.choice(["6200000000000026", words.scalar(chance)]),
               "bankCode": chance.choice(["102451000019", "102451000018", words.scalar(chance)])}  # fmt: skip
    account = {name: str(value) for name, value in account.items()}
    made_up = f"bac_{chance.getrandbits(128):032x}"
    for who in (applicant, chance.choice(list(people.values()))):
        proposed = await operation.run(who, "propose-bank-account", account=account, key=fresh_key())
        change_id = proposed["id"] if proposed else made_up
        if await operation.run(who, "confirm-bank-account", bankAccountChangeId=change_id, key=fresh_key()):
            operation.fault(f"{who.name} confirmed an account of their own", change_id)
        stopped = {"bankAccountChangeId": change_id, "reason": words.text(chance), "key": fresh_key()}
        await operation.run(who, "stop-bank-account-change", **stopped)


@generator("N8", "N7", "M1", weight=1)
async def laws(operation: Operation) -> None:
    """Legal bases that are entered by who is no operator, signed by whoever entered them, ended by strangers, of odd
    statutes, kinds and terms."""
    chance, people = operation.chance, operation.scene.people
    basis = {
        "statute": chance.choice(["Law on statistics, article 7", "", words.name(chance)]),
        "why": chance.choice(["counted once a year", words.text(chance)]),
        "partnerId": operation.scene.shown[0],
        "informationTypes": chance.choice([["maternal"], ["dreams"], [], ["maternal"] * 300]),
        "purpose": chance.choice(["PUBHLTH", "PUBHLTH", "HMARKT", words.scalar(chance)]),
        "validDays": chance.choice([1, 30, 0, -1, 2**31 - 1]),
        "sensitiveCategories": chance.choice([None, [], ["hiv"], ["dreams"]]),
    }
    stranger = others(operation, "operator")
    if await operation.run(stranger, "enter-legal-basis", **basis, key=fresh_key()):
        operation.fault(f"{stranger.name} entered a legal basis", basis)
    entered = await operation.run(people["operator"], "enter-legal-basis", **basis, key=fresh_key())
    if not entered:
        return
    about = {"legalBasisId": entered["id"]}
    stranger = others(operation, "regulator")
    if await operation.run(stranger, "sign-legal-basis", **about, key=fresh_key()):
        operation.fault(f"{stranger.name} signed a legal basis", entered)
    if chance.random() < 0.3:
        await operation.run(people["regulator"], "sign-legal-basis", **about, key=fresh_key())
    stranger = others(operation, "operator", "regulator")
    if await operation.run(stranger, "end-legal-basis", **about, reason="it is over", key=fresh_key()):
        operation.fault(f"{stranger.name} ended a legal basis", entered)
    await operation.run(people["operator"], "end-legal-basis", **about, reason="it is over", key=fresh_key())


@generator("N8", "H10", "M1", weight=1)
async def practitioners_of_others(operation: Operation) -> None:
    """A practitioner's registration ended, or licence asked about, by who does not employ them; and an API key rotated
    by another partner, and by itself."""
    chance, people = operation.chance, operation.scene.people
    listed = await operation.run(people["staff"], "practitioners", first=5)
    for practitioner in (listed or {}).get("nodes", [])[:1]:
        about = {"practitionerId": chance.choice([practitioner["id"], words.identifier(chance)])}
        who = others(operation, "staff", "operator")
        if await operation.run(who, "end-practitioner-registration", **about, reason="gone", key=fresh_key()):
            operation.fault(f"{who.name} ended a registration at another partner", about)
        if await operation.run(who, "check-licence", **about, key=fresh_key()) and who.name not in (
            "doctor",
            "regulator",
        ):
            operation.fault(f"{who.name} asked about a licence at another partner", about)
    made = await operation.run(people["rival"], "create-api-key", label="rotated", scopes=["ORDERS"])
    if not made:
        return
    who = others(operation, "rival")
    if await operation.run(who, "rotate-api-key", id=made["id"], oldUntil=words.moment(chance)):
        operation.fault(f"{who.name} rotated another partner's key", made["id"])
    rotated = await operation.run(
        people["rival"], "rotate-api-key", id=made["id"], oldUntil=chance.choice([None, words.moment(chance)])
    )
    for key_id in (made["id"], (rotated or made)["id"]):
        await operation.run(people["rival"], "revoke-api-key", id=key_id)
    if rotated and await operation.run(NOBODY, "exchange-api-key", apiKey=rotated["secret"]):
        operation.fault("a key was exchanged that was rotated in and revoked", made["id"])
