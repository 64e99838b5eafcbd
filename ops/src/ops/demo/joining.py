"""Act one: an institution becomes a partner, offers a service, and registers who gives it."""

from datetime import UTC, datetime
from typing import Any

from devstack.cities import City
from yima_client.caller import Caller, fresh_key

from ops.demo.manifests import manifest_of
from ops.demo.story import Story, money
from ops.example_city import CERTIFIED_FOR, answered, certified, let_through, publish

PLATFORM_BASIS_POINTS = 800
FUND_BASIS_POINTS = 200


async def become_partner(
    story: Story,
    nobody: Caller,
    operator: Caller,
    regulator: Caller,
    city: City,
    run: str,
    password: str,
    name: dict[str, str] | None = None,
) -> tuple[Caller, str]:
    """Application, screening, certification, contract; of an institution of this name, or that of the manifest."""
    staff, partner_id = await apply(story, nobody, run, password, name)
    await screen(story, operator, staff, partner_id)
    expires = (datetime.now(UTC) + CERTIFIED_FOR).isoformat()
    done = await certified(operator, regulator, partner_id, expires)
    story.add(
        "regulator",
        "co-signs the certificate that touches data; with the operator's it has all five",
        aspects=[certificate["aspect"] for certificate in done["certificates"]],
        status=done["status"],
    )
    await sign_contract(story, operator, staff, partner_id, city)
    return staff, partner_id


async def apply(
    story: Story, nobody: Caller, run: str, password: str, name: dict[str, str] | None
) -> tuple[Caller, str]:
    """Register an institution and apply for it: its staff, signed in, and its id."""
    manifest = manifest_of("partner.yaml")
    manifest["name"] = name or manifest["name"]
    manifest["registrationNumber"] = f"91370100MA{run.upper()}"
    login = f"staff-{run}@clear-spring.example.org"
    institution = await nobody.run(
        "register-institution",
        name=manifest["name"],
        login=login,
        password=password,
        staffName=manifest["contact"]["name"],
    )
    staff = await nobody.signed_in(login, password)
    partner = await staff.run("apply-as-partner", manifest=manifest, key=fresh_key())
    story.add(
        "partner",
        "applies with a manifest file",
        partner=partner["name"],
        kind=partner["kind"],
        status=partner["status"],
    )
    return staff, institution["id"]


async def screen(story: Story, operator: Caller, staff: Caller, partner_id: str) -> None:
    """The operator answers the city's checklist, and the partner reads what is not as it should be."""
    reasons = ["shared values and demand in the district", "evidence complete in all five aspects"]
    answers = await answered(operator, partner_id, "MET")
    answers["answers"][-1] |= {"verdict": "PARTLY_MET", "reason": "complaints are answered, but no time is promised"}
    screened = await let_through(operator, partner_id, reasons, answers)
    review = screened["screening"]
    story.add(
        "operator",
        "screens the application by the city's checklist",
        score=f"{review['score'] / 100:g} % of the points, {review['passAt'] / 100:g} % are enough",
        reasons=reasons,
        status=screened["status"],
    )
    shown = (await staff.run("application", id=partner_id))["screening"]
    story.add(
        "partner",
        "reads what it has to mend",
        asked=[item["item"]["question"] for item in shown["toMend"]],
        found=[item["reason"] for item in shown["toMend"]],
    )


async def sign_contract(story: Story, operator: Caller, staff: Caller, partner_id: str, city: City) -> None:
    """The operator offers a contract whose split plan has the city's fund in it, and the partner signs it."""
    tariff = city.settings["fees"]["default"]["shares"]
    fund = next(share["party"] for share in tariff if share["party"].startswith("fund:"))
    shares = [
        {"party": "platform", "basisPoints": PLATFORM_BASIS_POINTS},
        {"party": fund, "basisPoints": FUND_BASIS_POINTS},
    ]
    offered = await operator.run("offer-contract", partnerId=partner_id, shares=shares)
    signed = await staff.run("sign-contract", contractId=offered["contract"]["id"])
    story.add(
        "partner",
        "signs a contract with a split plan",
        split={
            "platform": f"{PLATFORM_BASIS_POINTS / 100:g} %",
            fund: f"{FUND_BASIS_POINTS / 100:g} %",
            "partner": "the rest",
        },
        status=signed["status"],
        may=signed["capabilities"],
    )


async def offer(story: Story, operator: Caller, staff: Caller, city: City, run: str) -> dict[str, Any]:
    """Draft, submit, review, publish; and find it in the catalog."""
    manifest = manifest_of("offering.yaml")
    manifest["reference"] = f"{manifest['reference']}-{run}"
    manifest["title"]["en"] += f" {run}"
    known = {definition["code"] for definition in city.manifests("definitions")}
    assert manifest["definition"] in known
    offering = await publish(operator, staff, manifest, {})
    story.add(
        "partner",
        "publishes a family-doctor package",
        title=manifest["title"]["en"],
        price=money(manifest["price"]),
        asks=manifest["consent"]["informationTypes"],
        status=offering["status"],
    )
    return {**offering, "title": manifest["title"]["en"], "run": run}


async def hire(story: Story, nobody: Caller, staff: Caller, run: str, password: str) -> tuple[Caller, Caller]:
    """The partner registers a practitioner, and a colleague of theirs."""
    signed_in: list[Caller] = []
    for name, title in (("Dr Tan Muyu", "Family doctor"), ("Bo Yan", "Nurse")):
        login = f"{title.split()[-1].lower()}-{run}@clear-spring.example.org"
        practitioner = await staff.run(
            "register-practitioner",
            login=login,
            password=password,
            name=name,
            licenceNumber=f"LIC-{run.upper()}-{len(signed_in) + 1}",
            title=title,
        )
        story.add("partner", "registers a practitioner", practitioner=practitioner["name"], title=practitioner["title"])
        signed_in.append(await nobody.signed_in(login, password))
    return signed_in[0], signed_in[1]
