"""Input that is taken in and cannot be read back, or is shown as something it is not."""

import base64
import secrets
from typing import Any

import orjson

from e2e.attack.attacks import Outcome, attack, judge
from e2e.attack.scene import Scene, ask, code_of, token_of
from e2e.people import PASSWORD

MOMENTS = (
    "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59-23:59",
    "9999-12-31T23:59:59.999999999Z", "2999-01-01T00:00:00Z", "1701-01-01T00:00:00Z", "-0001-01-01T00:00:00Z",
    "+10000-01-01T00:00:00Z", "infinity", "1e18", "99999999999999999999", "2026-02-30T00:00:00Z",
)  # fmt: skip
CURSORS = (
    *(f"{moment}|00000000-0000-7000-8000-000000000001" for moment in MOMENTS),
    *("²", "１", "-1", "99999999999999999999", "1e400", "\u0000", "x|y", "|", "s²", "s-1", "s99999999999999999999"),
)
INVISIBLE = {
    "zero-width space": "a\u200bb", "right-to-left override": "a\u202eb", "soft hyphen": "a\u00adb", "bell": "a\u0007b",
    "byte order mark": "a\ufeffb", "private use": "a\ue000b", "line separator": "a\u2028b", "isolate": "a\u2066b",
}  # fmt: skip
LOGINS = {
    "Cyrillic о": "\u043eperator@yima.example.org",
    "full width": "ｏｐｅｒａｔｏｒ@yima.example.org",
    "zero-width space": "oper\u200bator@yima.example.org",
    "upper case": "OPERATOR@YIMA.EXAMPLE.ORG",
    "override": "operator@yima.example.org\u202e",
    "soft hyphen": "operator\u00ad@yima.example.org",
    "markup": "<script>alert(1)</script>@x.example.org",
    "Greek ο": "\u03bfperator@yima.example.org",
    "no-break space": "operator@yima.example.org\u00a0",
    "mixed": "p\u0430rtner@x.example.org",
}


def observation(number: str, **changes: Any) -> str:
    """A FHIR Observation of a blood pressure."""
    resource = {
        "resourceType": "Observation",
        "id": number,
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "vital-signs",
                    }
                ]
            }
        ],
        "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
        "effectiveDateTime": "2026-11-20T08:00:00Z",
        "valueQuantity": {"value": 120, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
    }
    return orjson.dumps(resource | changes).decode()


@attack("M4", "moments that leave the calendar, in every field that takes one")
async def moments(scene: Scene) -> Outcome:
    operator, clinic = await scene.operator(), await scene.clinic()
    slots = """mutation ($id: ID!, $start: DateTime!, $end: DateTime!) { addSlots(offeringId: $id, slots: [
        { interval: { start: $start, end: $end }, capacity: 1 } ]) { __typename ... on Refused { code field } } }"""
    certificates = """mutation ($id: ID!, $at: DateTime!) { issueCertificates(partnerId: $id, grants: [
        { aspect: LAW, scope: ["*"], expiresAt: $at } ]) { __typename ... on Refused { code field } } }"""
    keys = """mutation ($at: DateTime) { createApiKey(label: "k", expiresAt: $at) {
        __typename ... on Refused { code field } } }"""
    faults = []
    for moment in MOMENTS:
        for name, caller, document, variables in (
            ("a slot", clinic.staff, slots, {"id": clinic.offering["id"], "start": moment, "end": moment}),
            ("a certificate", operator, certificates, {"id": clinic.partner_id, "at": moment}),
            ("an API key", clinic.staff, keys, {"at": moment}),
        ):
            answer = await ask(scene.http(), scene, document, token_of(caller), **variables)
            if "internal" in answer.codes or answer.status >= 500 or not answer.codes:
                faults.append(f"{name} at {moment}: {str(answer.body)[:90]}")
    return judge(faults, f"{len(MOMENTS) * 3} refused by their field")


@attack("M4b", "cursors that nobody was given, on every list")
async def cursors(scene: Scene) -> Outcome:
    resident, _ = await scene.resident()
    clinic, operator = await scene.clinic(), await scene.operator()
    lists = (
        (resident, "{ orders(after: $after) { edges { cursor } } }"),
        (resident, "{ accessLog(after: $after) { edges { cursor } } }"),
        (resident, "{ consents(after: $after) { edges { cursor } } }"),
        (resident, "{ consentRequests(after: $after) { edges { cursor } } }"),
        (
            resident,
            '{ records(residentId: null, informationTypes: ["vital-signs"], purpose: "PATRQT", after: $after) '
            "{ edges { cursor } } }",
        ),
        (resident, "{ offerings(after: $after) { edges { cursor } } }"),
        (clinic.staff, "{ erasures(after: $after) { edges { cursor } } }"),
        (operator, "{ partners(after: $after) { edges { cursor } } }"),
        (operator, "{ entries(after: $after) { edges { cursor } } }"),
    )
    faults = []
    for caller, selection in lists:
        for text in CURSORS:
            for after in (
                text,
                base64.urlsafe_b64encode(text.encode()).decode(),
                base64.b64encode(text.encode()).decode(),
            ):
                answer = await ask(
                    scene.http(), scene, f"query ($after: String) {selection}", token_of(caller), after=after
                )
                if "internal" in answer.codes or answer.status >= 500:
                    faults.append(f"{selection[2:20]} after {text!r}: {str(answer.body)[:80]}")
    return judge(faults, f"{len(lists) * len(CURSORS) * 3} cursors, no failure of ours")


@attack("F11", "texts that, as a segment of a path, lead to another route")
async def segments(scene: Scene) -> Outcome:
    operator, faults, codes = await scene.operator(), [], set()
    for month in ("", ".", "..", "/", "../seals", "2026-11/seal", "?", "#", "%2f", " ", "\\"):
        answer = await operator.raw("query ($m: String!) { accountingPeriod(month: $m) { __typename } }", m=month)
        found = [error["extensions"].get("code") for error in answer.get("errors") or []]
        codes.update(found)
        if found not in (["invalid"], ["not-found"]):
            faults.append(f"{month!r}: {found or answer}")
    return judge(faults, ", ".join(sorted(codes)))


@attack("M1", "logins that look like another's")
async def logins(scene: Scene) -> Outcome:
    faults = []
    for name, login in LOGINS.items():
        try:
            await scene.caller().run(
                "register-resident", login=login, password=PASSWORD, name="Resident", birthDate="1990-01-01"
            )
        except Exception as refused:
            if getattr(refused, "code", "internal") == "internal":
                faults.append(f"{name}: {refused}")
        else:
            faults.append(f"{name}: an account was made")
    return judge(faults, f"{len(LOGINS)} refused")


async def named(scene: Scene, text: str) -> list[tuple[str, str]]:
    """The codes that registering an institution and a person of this name meets."""
    nobody, run = scene.caller(), secrets.token_hex(5)
    name = {"zh-CN": text, "en": text}
    institution = nobody.run(
        "register-institution", name=name, login=f"i-{run}@x.example.org", password=PASSWORD, staffName="Staff"
    )
    person = nobody.run(
        "register-resident", login=f"p-{run}@x.example.org", password=PASSWORD, name=text, birthDate="1990-01-01"
    )
    return [("an institution's", await code_of(institution)), ("a person's", await code_of(person))]


@attack("M1b", "names with characters that cannot be seen, with markup or as formulas")
async def names(scene: Scene) -> Outcome:
    faults = []
    faults += [f"{whose} good name: {code}" for whose, code in await named(scene, "安康 Clinic, Jinan") if code]
    hostile = INVISIBLE | {"markup": "<img src=x onerror=alert(1)>", "a formula": '=HYPERLINK("//x")', "blank": " \t "}
    for name, text in hostile.items():
        faults += [
            f"{whose} name with {name}: {code or 'taken'}"
            for whose, code in await named(scene, text)
            if code != "invalid"
        ]
    return judge(faults, f"{len(hostile) * 2} refused by their field, a good one taken")


SPOOFS = {
    "a Cyrillic letter": "Qilu Hоspital",
    "a Greek letter": "Qilu Hοspital",
    "a Cyrillic first letter": "Мaria Lopez",
    "letters of mathematics": "𝐂linic",
    "letters of full width": "Ｑilu Hospital",
    "a ligature": "Of\ufb01ce Clinic",
    "letters in circles": "Ⓒlinic",
    "letters struck through": "C\u0336linic",
    "marks in a pile": "Clinic\u0323\u0323\u0323",
    "the platform's name": "Yima",
    "the platform's people": "Yima Operator",
    "an operator": "0perator",
    "the platform's name in Chinese": "一码客服",
}
WRITTEN = (
    "Ngũgĩ wa Thiong'o",
    "阿不都热合曼·买买提",
    "Nguyễn Thị Minh",
    "أحمد بن علي",
    "ООО Клиника",
    "สำนัก",
    "北京ABC医院",
)


@attack("M1c", "names that pass for another's: mixed scripts, letters in disguise, the platform's own name")
async def spoofed_names(scene: Scene) -> Outcome:
    faults = []
    for name, text in SPOOFS.items():
        found = await named(scene, text)
        faults += [f"{whose} name with {name}: {code or 'taken'}" for whose, code in found if code != "invalid"]
    for text in WRITTEN:
        faults += [f"{whose} name {text}: {code}" for whose, code in await named(scene, text) if code]
    return judge(faults, f"{len(SPOOFS) * 2} refused by their field, {len(WRITTEN) * 2} of eight scripts taken")


AMOUNTS = ("1e1", "５.00", " 5.00", "5.00 ", "+5.00", "0x5", "5,00", "٥.00", "5_0.00", "NaN", "-0.00", "1." + "0" * 400)


@attack("L3", "amounts in other scripts, with signs, exponents and blanks")
async def amounts(scene: Scene) -> Outcome:
    clinic = await scene.clinic()

    async def drafted(amount: str) -> str:
        manifest = clinic.manifest | {"reference": f"n-{secrets.token_hex(4)}"}
        return await code_of(
            clinic.staff.run("draft-offering", manifest=manifest | {"price": {"amount": amount, "currency": "CNY"}})
        )

    faults = [
        f"the price {amount!r}: {code or 'taken'}" for amount in AMOUNTS if (code := await drafted(amount)) != "invalid"
    ]
    faults += [f"a price of 5.00 is refused: {code}" for code in [await drafted("5.00")] if code]
    return judge(faults, f"{len(AMOUNTS)} refused, 5.00 taken")
