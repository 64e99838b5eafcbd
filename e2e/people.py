"""People and partners the journeys need, made through the gateway."""

import base64
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from chassis.ids import Kind, parse_id, shown
from chassis.pairwise import Pairwise
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from devstack.fictional import identity_number
from devstack.stack import Stack
from ops.demo import manifest_of
from ops.example_city import ASPECTS, OPERATOR, REGULATOR, activate, paid_at_once, publish
from yima_client.caller import Caller, agreed, fresh_key, placed, retried, until
from yima_client.errors import Refused
from yima_client.tokens import Tokens

PASSWORD = "a password of some length"
LAPSES_AFTER = timedelta(seconds=3)
SHARES = [{"party": "platform", "basisPoints": 800}, {"party": "fund:public-health", "basisPoints": 200}]


@dataclass
class Clinic:
    """An active partner with its staff, a practitioner and an offering on sale."""

    partner_id: str
    staff: Caller
    practitioner: Caller
    offering: dict[str, Any]
    manifest: dict[str, Any]  # of the offering
    login: str  # of its staff, with PASSWORD
    doctor: str  # login of the practitioner, with PASSWORD

    async def practitioner_id(self) -> str:
        """The practitioner's id, as services have it."""
        told = await self.practitioner.raw("{ me { practitioner { id } } }")
        return str(parse_id(told["data"]["me"]["practitioner"]["id"], "", Kind.PRACTITIONER))


class Signer:
    """A partner's own key, and what it signs: a JWS as any library makes it, by hand (RFC 7515)."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    @property
    def public_key(self) -> str:
        """As a partner registers it."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def signed(self, claims: dict[str, Any], alg: str = "EdDSA") -> str:
        text = ".".join(base64url(orjson.dumps(part)) for part in ({"alg": alg}, claims))
        return f"{text}.{base64url(self._key.sign(text.encode()))}"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


PAIRWISE_SECRETS: dict[str, str] = {}  # what partners' ids of residents are made with, by the system's URL


def known_to(caller: Caller, resident_id: str) -> str:
    """A resident's id as this caller has it: a partner's people have one of their own, which a scan or an order tells
    them. Everybody else has the resident's."""
    return as_known(caller.token, resident_id, PAIRWISE_SECRETS[caller._url])


def as_known(token: str, resident_id: str, secrets: str) -> str:
    """The same of whoever the access token says."""
    claims = orjson.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    if claims["role"] not in ("ROLE_PARTNER", "ROLE_PRACTITIONER"):
        return resident_id
    view = Pairwise.of(secrets).of_partner(claims["pid"])
    return shown(Kind.RESIDENT, view.id_of(Kind.RESIDENT, resident_id))


_signed_in: dict[tuple[str, str, str], Tokens] = {}  # supervisors' tokens by system


async def operator_of(nobody: Caller, secret: dict[str, str]) -> Caller:
    """The operator, who signs in once for many tests: a password takes long to check."""
    return await _supervisor(nobody, OPERATOR, secret["operator"])


async def regulator_of(nobody: Caller, secret: dict[str, str]) -> Caller:
    return await _supervisor(nobody, REGULATOR, secret["regulator"])


async def _supervisor(nobody: Caller, login: str, password: str) -> Caller:
    who = (nobody._url, login, password)
    if who in _signed_in:
        known = nobody.with_tokens(_signed_in[who])
        with suppress(Refused):  # their session is over by now
            await known.current_token()
            return known
    token = await nobody.run("sign-in", login=login, password=password)
    _signed_in[who] = Tokens(token["accessToken"], token["refreshToken"])
    return nobody.with_tokens(_signed_in[who])


@dataclass
class Practice:
    """An active partner with its staff, and a practitioner."""

    run: str
    partner_id: str
    staff: Caller
    login: str  # of its staff, with PASSWORD
    doctor: str  # login of the practitioner, with PASSWORD


async def a_practice(
    nobody: Caller,
    secret: dict[str, str],
    *,
    agreed_terms: bool = True,
    shares: list[dict[str, Any]] | None = SHARES,
    **changes: Any,
) -> Practice:
    """An active partner; without agreed terms it waits for its money as every new one does. `changes` replace fields of
    its manifest."""
    run = secrets.token_hex(5)
    operator = await operator_of(nobody, secret)
    manifest = manifest_of("partner.yaml") | {"registrationNumber": f"91370100{run.upper()}"} | changes
    login = f"staff-{run}@clinic.example.org"
    await nobody.run("register-institution", name=manifest["name"], login=login, password=PASSWORD, staffName="Staff")
    staff = await nobody.signed_in(login, PASSWORD)
    partner_id = (await staff.run("me"))["institution"]["id"]
    await activate(operator, await regulator_of(nobody, secret), staff, partner_id, manifest, shares)
    if agreed_terms:
        await paid_at_once(operator, await regulator_of(nobody, secret), partner_id)
    doctor = await a_doctor(staff, run)
    return Practice(run, partner_id, staff, login, doctor)


async def a_doctor(staff: Caller, run: str) -> str:
    """The login of a practitioner of a partner."""
    doctor = f"doctor-{run}@clinic.example.org"
    await staff.run(
        "register-practitioner",
        login=doctor,
        password=PASSWORD,
        name="Doctor",
        licenceNumber=f"LIC-{run.upper()}",
        title="Doctor",
    )
    return doctor


async def a_clinic(nobody: Caller, secret: dict[str, str], *, agreed_terms: bool = True, **changes: Any) -> Clinic:
    """An active partner with an offering on sale. `changes` replace fields of its manifest."""
    practice = await a_practice(nobody, secret, agreed_terms=agreed_terms)
    operator, run, staff = await operator_of(nobody, secret), practice.run, practice.staff
    offering = manifest_of("offering.yaml") | {"reference": f"offering-{run}"} | changes
    offered = await publish(operator, staff, offering, {})
    practitioner = await nobody.signed_in(practice.doctor, PASSWORD)
    return Clinic(
        practice.partner_id, staff, practitioner, offering | offered, offering, practice.login, practice.doctor
    )


async def standing_otherwise(nobody: Caller, secret: dict[str, str], operator: Caller) -> dict[str, Caller]:
    """People of partners that stand otherwise: one suspended, one lapsed, one frozen, one that nobody has screened."""
    suspended, lapsed = await a_clinic(nobody, secret), await a_clinic(nobody, secret)
    frozen = await a_clinic(nobody, secret)
    await (await regulator_of(nobody, secret)).run(
        "impose-freeze", targetId=frozen.partner_id, caseNumber="WJW-1", reason="complaints", key=fresh_key()
    )
    await operator.raw(
        'mutation ($id: ID!) { suspendPartner(partnerId: $id, reason: "complaints") { __typename } }',
        id=suspended.partner_id,
    )
    expiry = (datetime.now(UTC) + LAPSES_AFTER).isoformat()
    grants = [{"aspect": aspect, "scope": ["*"], "expiresAt": expiry} for aspect in ASPECTS]
    await operator.run("issue-certificates", partnerId=lapsed.partner_id, grants=grants)
    await until(
        "the lapse",
        lambda: operator.run("partner", id=lapsed.partner_id),
        lambda partner: "SELL" not in partner["capabilities"],
    )
    login, name = f"staff-{secrets.token_hex(8)}@new.example.org", {"zh-CN": "新来的", "en": "Just Arrived"}
    await nobody.run("register-institution", name=name, login=login, password=PASSWORD, staffName="Staff")
    return {
        "suspended partner": suspended.staff,
        "suspended practitioner": suspended.practitioner,
        "frozen partner": frozen.staff,
        "frozen practitioner": frozen.practitioner,
        "lapsed partner": lapsed.staff,
        "lapsed practitioner": lapsed.practitioner,
        "unscreened partner": await nobody.signed_in(login, PASSWORD),
    }


async def registered(
    nobody: Caller,
    login: str,
    *,
    name: str = "Resident",
    birth_date: str = "1960-05-05",
    proven: bool = True,
    number: str = "",
) -> Any:
    """Register a resident, who proves at once who they are, unless they are not to."""
    who = {"login": login, "password": PASSWORD, "name": name, "birthDate": birth_date}
    number = number or identity_number(birth_date)
    return await nobody.run("register-resident", **who, identityNumber=number if proven else "")


async def a_resident(nobody: Caller, **who: Any) -> tuple[Caller, str]:
    """A new resident, signed in, and their id."""
    login = f"resident-{secrets.token_hex(5)}@residents.example.org"
    person = await registered(nobody, login, **who)
    return await nobody.signed_in(login, PASSWORD), person["id"]


async def a_dependant(guardian: Caller, birth_date: str, name: str = "Child") -> str:
    """A dependant of a guardian who is proven, proven as well; the guardian signs in again to act for them."""
    number = identity_number(birth_date)
    return str((await guardian.run("add-dependant", name=name, birthDate=birth_date, identityNumber=number))["id"])


async def an_order(resident: Caller, clinic: Clinic, **more: Any) -> dict[str, Any]:
    """What to place: an order of the clinic's offering, paid and consented to at once."""
    order = {
        "lines": [{"offeringId": clinic.offering["id"]}],
        "paymentMethod": "sandbox:ok",
        "consentGiven": True,
    } | more
    return dict(await retried(lambda: agreed(resident, order), "unknown-offering"))


async def place(resident: Caller, clinic: Clinic, key: str = "", **more: Any) -> dict[str, Any]:
    """An order of the clinic's offering, placed; a consent that did not arrive is sent again."""
    return await placed(resident, await an_order(resident, clinic, **more), key)


async def confirmed(resident: Caller, order_id: str) -> dict[str, Any]:
    return dict(await until_status(resident, order_id, "CONFIRMED"))


async def until_status(caller: Caller, order_id: str, status: str) -> dict[str, Any]:
    return dict(
        await until(
            f"{status} of {order_id}", lambda: caller.run("order", id=order_id), lambda order: order["status"] == status
        )
    )


async def serve(resident: Caller, clinic: Clinic, order_id: str) -> None:
    """Accept, prove by a scan, fulfil."""
    await clinic.staff.run("accept-order", orderId=order_id)
    code = await resident.run("issue-health-code")
    scan = await clinic.practitioner.run("redeem-health-code", text=code["text"])
    await clinic.practitioner.run("prove-service", orderId=order_id, scanReceipt=scan["receipt"], key=fresh_key())
    await clinic.practitioner.run("fulfil-order", orderId=order_id)


async def refusal(call: Any) -> Refused:
    """The refusal a call meets; an answer instead is a failure."""
    try:
        answer = await call
    except Refused as refused:
        return refused
    raise AssertionError(f"was not refused: {answer}")


async def code_sent_to(stack: Stack, address: str, before: int = 0) -> str:
    """The newest code that was sent there, as the sandbox keeps it."""

    async def messages() -> list[str]:
        lines = stack.messages_file.read_text("utf-8").splitlines() if stack.messages_file.exists() else []
        return [message["text"] for message in map(orjson.loads, lines) if message["to"] == address]

    sent = await until(f"a message to {address}", messages, lambda texts: len(texts) > before)
    match = re.search(r"(?<![0-9A-Za-z])[0-9]{6}(?![0-9A-Za-z])", sent[-1])
    assert match is not None
    return match[0]
