"""The main job, played through GraphQL: from a partner's application to its payout, and who looked at what.

Every run makes a partner, a practitioner and a resident of its own, so it can be run again and again.
"""

import secrets
from collections.abc import Callable

from devstack.cities import City
from yima_client.caller import connect

from ops.demo.caring import care
from ops.demo.counting import ask_how_many, learn_nothing_of_one
from ops.demo.course import take_a_course
from ops.demo.freezing import freeze_and_lift
from ops.demo.joining import become_partner, hire, offer
from ops.demo.looking_back import look_back
from ops.demo.manifests import manifest_of
from ops.demo.measuring import measure_at_home
from ops.demo.objection import object_to_a_statement
from ops.demo.readings import history
from ops.demo.receiving import ask_for_webhooks, receiving, see_webhooks
from ops.demo.serving import arrive, order, prove, read_records
from ops.demo.settling import afterwards, come_back, invite_bookkeeper, settle
from ops.demo.story import Step, Story
from ops.demo.telling import ask_for_messages, look_at_telephone
from ops.demo.trying_out import appeal, try_out
from ops.demo.visiting import visit
from ops.demo.waiting import in_force, reached
from ops.example_city import supervisors

__all__ = ["Step", "Story", "history", "in_force", "manifest_of", "play", "reached"]


async def play(
    url: str,
    secret: dict[str, str],
    city: City,
    tell: Callable[[Step], None],
    provider: str = "",
    carriers: str = "",
) -> Story:
    """Play the whole main job; with the sandbox provider's URL, a bank sends a payout back, too, and with that of the
    sandbox's carriers, the resident's telephone shows what it is sent.

    Raises `Refused` or `NeverHappened` where the system does not do its part.
    """
    story = Story(tell)
    async with connect(url, locale="en") as nobody:
        run = secrets.token_hex(4)
        password = secrets.token_urlsafe(16)
        operator, regulator = await supervisors(nobody, secret)
        staff, partner_id = await become_partner(story, nobody, operator, regulator, city, run, password)
        offering = await offer(story, operator, staff, city, run)
        practitioner, colleague = await hire(story, nobody, staff, run, password)
        resident = await arrive(story, nobody, practitioner, run, password)
        telephone = await ask_for_messages(story, resident, carriers, secret["carriers"]) if carriers else None
        async with receiving() as receiver:
            endpoint = await ask_for_webhooks(story, staff, receiver)
            order_id = await order(story, resident, staff, offering)
            await see_webhooks(story, staff, receiver, endpoint, order_id)
        if telephone is not None:
            await look_at_telephone(story, resident, telephone, order_id)
        resident_id = await prove(story, resident, practitioner, colleague, order_id)
        await read_records(story, resident, practitioner, order_id, resident_id)
        await measure_at_home(story, nobody, resident, practitioner, resident_id)
        await freeze_and_lift(story, regulator, operator, practitioner, resident_id, partner_id)
        run_id = await ask_how_many(story, staff, operator, regulator, resident, run)
        bookkeeper = await invite_bookkeeper(story, nobody, operator, regulator, run, password)
        await learn_nothing_of_one(story, staff, resident, run_id)
        paid = await settle(story, practitioner, staff, operator, bookkeeper, order_id, partner_id)
        if paid:
            await afterwards(story, resident, practitioner, staff, operator, offering, order_id, partner_id)
        if paid and provider:
            await come_back(story, staff, operator, partner_id, provider, secret["provider"])
        await take_a_course(story, operator, staff, practitioner, resident, run)
        await object_to_a_statement(story, resident, staff, operator, offering)
        await visit(story, nobody, url, (operator, regulator), city, (practitioner, colleague), run, password)
        await care(story, nobody, offering, run, password)
        await try_out(story, operator, staff, resident, city, run)
        await appeal(story, nobody, operator, regulator, run, password)
        await look_back(story, resident, regulator, url, partner_id)
    return story
