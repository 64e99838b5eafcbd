"""Who somebody claims to be: identity numbers that are guessed, or somebody else's."""

import secrets

from devstack.fictional import identity_number

from e2e import people
from e2e.attack.attacks import Outcome, attack, judge
from e2e.attack.scene import Scene, code_of
from e2e.people import PASSWORD

BORN = "1960-05-05"
ODD_NUMBERS = ("", "0" * 18, "1" * 17, "11010119600505999X", "' OR 1=1 --", "\u0661" * 18, f"{identity_number(BORN)}X")


@attack("P1", "identity numbers guessed, and somebody else's given")
async def identity_numbers(scene: Scene) -> Outcome:
    """A stranger who knows somebody's name and number, and one who tries numbers on."""
    faults = []
    number = identity_number(BORN)
    who = {"password": PASSWORD, "name": "Wen Zhiyuan", "birthDate": BORN}
    login = f"holder-{secrets.token_hex(5)}@residents.example.org"
    await scene.caller().run("register-resident", login=login, **who, identityNumber=number)
    thief = f"thief-{secrets.token_hex(5)}@residents.example.org"
    taken = await code_of(scene.caller().run("register-resident", login=thief, **who, identityNumber=number))
    if taken != "identity-number-taken":
        faults.append(f"the same name and number proved another: {taken or 'proven'}")
    guesser, _ = await people.a_resident(scene.caller(), name="Lin Xiao", proven=False)
    codes = [await code_of(guesser.run("prove-resident", identityNumber=number)) for _ in range(12)]
    if set(codes) != {"identity-not-confirmed", "too-many-tries"} or codes.count("identity-not-confirmed") > 6:
        faults.append(f"twelve tries at a stranger's number: {codes}")
    answers = {await code_of(guesser.run("prove-resident", identityNumber=text)) for text in ODD_NUMBERS}
    if answers - {"invalid", "too-many-tries"}:
        faults.append(f"what is no number: {answers}")
    return judge(faults, "taken, then not confirmed, then too many tries")
