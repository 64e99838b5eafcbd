"""An act of its own: a service is tried out in one district first, offered to one person for less, and an institution
that was turned away is heard by somebody else."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from devstack.cities import City
from yima_client.caller import Caller, fresh_key, retried

from ops.demo.freezing import refusal
from ops.demo.joining import apply
from ops.demo.manifests import manifest_of
from ops.demo.story import Story, money
from ops.example_city import publish, turned_away

ELSEWHERE = {"en": "Willow Lane Clinic", "zh-CN": "柳巷诊所"}


async def try_out(story: Story, operator: Caller, staff: Caller, resident: Caller, city: City, run: str) -> None:
    """A pilot: who lives elsewhere waits until it is for everybody. And an offer of it to one person."""
    here, elsewhere = (district["code"] for district in city.settings["districts"][:2])
    manifest = manifest_of("offering.yaml")
    manifest |= {"reference": f"pilot-{run}", "districts": [here, elsewhere], "pilot": {"districts": [here]}}
    del manifest["consent"]
    offering = await publish(operator, staff, manifest, {})
    await resident.run("set-home-district", district=elsewhere, key=fresh_key())
    answer = await retried(lambda: resident.run("eligibility", offeringId=offering["id"]), "unknown-offering")
    widened = await operator.run("widen-pilot", offeringId=offering["id"], reason="it went well", key=fresh_key())
    story.add(
        "operator",
        "publishes a service as a pilot in one district; then everybody may order it",
        pilot=here,
        who_lives_elsewhere=answer["code"],
        now=widened["pilot"] or "no pilot any more",
    )
    price = {**manifest["price"], "amount": "99.00"}
    until = datetime.now(ZoneInfo(city.settings["timeZone"])).date() + timedelta(days=7)
    asked = {"offeringId": offering["id"], "price": price, "untilDay": str(until)}
    made = await retried(
        lambda: staff.run("make-private-offer", input=asked, key=fresh_key()), "unknown-offering", "offering-withdrawn"
    )
    taken = await resident.run("take-private-offer", code=made["claimCode"], key=fresh_key())
    again = await refusal(resident, "take-private-offer", code=secrets.token_hex(8), key=fresh_key())
    story.add(
        "resident",
        "takes what the partner offers to them alone, by a code that is good once",
        everybody_pays=money(taken["publishedPrice"]),
        they_pay=money(taken["price"]),
        another_code=again.code,
    )


async def appeal(story: Story, nobody: Caller, operator: Caller, regulator: Caller, run: str, password: str) -> None:
    """Who turned an application away does not decide the appeal against it."""
    rejected = f"{int(run, 16) ^ 0xA99EA1:08x}"  # a number of its own in the register
    quiet = Story(lambda _step: None)
    staff, partner_id = await apply(quiet, nobody, rejected, password, ELSEWHERE)
    await turned_away(operator, partner_id, ["no licence was handed in"])
    appealed = await staff.run("open-appeal", reason="The licence is on page 3", key=fresh_key())
    voice: dict[str, Any] = {"appealId": appealed["id"], "granted": True, "reason": "It is on page 3"}
    own = await refusal(operator, "decide-appeal", **voice, key=fresh_key())
    heard = await regulator.run("decide-appeal", **voice, key=fresh_key())
    story.add(
        "regulator",
        "hears an institution that was turned away; who turned it away may not",
        against=appealed["against"].lower(),
        who_turned_it_away=own.code,
        voices=[each["reason"] for each in heard["voices"]],
        status=heard["status"].lower(),
    )
