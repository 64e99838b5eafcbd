"""Who somebody claims to be: identity numbers, right, wrong, odd, and somebody else's."""

from chassis.ids import Kind
from devstack.fictional import identity_number

from e2e.fuzz import words
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.scene import NOBODY, a_new_resident
from e2e.people import PASSWORD

BORN = "1960-05-05"


@generator("P1", weight=2)
async def identity_numbers(operation: Operation) -> None:
    """Identity numbers with a character wrong, in odd spellings, of other days, and of somebody who is proven: only
    one's own proves, and one number proves one."""
    chance, taken = operation.chance, identity_number(BORN)
    login = f"holder-{operation.seed}-{operation.number}-{chance.getrandbits(40):x}@residents.example.org"
    holder = {"login": login, "password": PASSWORD, "name": "Holder", "birthDate": BORN, "identityNumber": taken}
    if not await operation.run(NOBODY, "register-resident", **holder):
        return
    at = chance.randrange(18)
    number = chance.choice(
        [
            taken,
            taken[:at] + chance.choice("0123456789X") + taken[at + 1 :],
            identity_number(f"19{chance.randrange(10, 99)}-01-01"),
            f" {taken} ",
            words.text(chance),
            words.number(chance),
        ]
    )
    name = chance.choice(["Holder", words.look_alike(chance, "Holder"), "Somebody"])
    thief = holder | {"login": f"thief-{login}", "name": name, "identityNumber": number}
    if await operation.run(NOBODY, "register-resident", **thief) and number:
        operation.fault("a number of somebody else proved somebody", (number, name))
    person, _, _ = await a_new_resident(operation.scene)
    others = f"{Kind.RESIDENT.value}_{chance.getrandbits(122):032x}"
    for whose in (None, chance.choice([others, words.identifier(chance)])):
        proven = await operation.run(person, "prove-resident", identityNumber=number, residentId=whose)
        if proven:
            operation.fault("a second number, or somebody else's, proved a resident", (number, whose))
