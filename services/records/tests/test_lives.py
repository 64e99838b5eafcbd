"""The fictional lives that a city is filled with are as a hospital's data would be: all of it can be taken."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
import pytest
from devstack.lives import UNTIL, Life, life, lives, subject_of
from records.domain import fhir, resources
from records.domain.kinds import KINDS
from records_scenario import RESIDENT

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(UNTIL.year, UNTIL.month, UNTIL.day, tzinfo=UTC) + timedelta(days=1)


@pytest.fixture(scope="module")
def told() -> list[Life]:
    return list(lives(1, 30))


def test_every_resource_of_a_life_can_be_taken_of_its_resident_and_none_is_from_before_a_birth(
    told: list[Life],
) -> None:
    types = Counter[str]()
    for each in told:
        for resource in (resource for history in each.histories for resource in history):
            kind = resource["resourceType"]
            assert KINDS[kind].subject == subject_of(kind)
            text = orjson.dumps(resource | {subject_of(kind): {"reference": f"Patient/{RESIDENT}"}}).decode()
            facts = resources.check(fhir.parse(text, "r"), "r", resident_id=RESIDENT, zone=ZONE, now=NOW)
            assert facts.effective_at.astimezone(ZONE).date().isoformat() > each.birth_date
            types[facts.information_type] += 1
    assert types.keys() == {"encounters", "vital-signs", "laboratory", "medications", "imaging"}


def test_a_thousand_lives_are_a_hundred_thousand_resources_at_three_institutions(told: list[Life]) -> None:
    assert sum(each.resources for each in told) >= 100 * len(told)
    assert sum(all(each.histories) for each in told) > len(told) / 2, "most have been to all three"
    ids = [resource["id"] for each in told for history in each.histories for resource in history]
    assert len(set(ids)) == len(ids)
    assert len({each.identity_number for each in told}) == len(told)


def test_the_same_seed_makes_the_same_life_whichever_others_are_made(told: list[Life]) -> None:
    assert life(1, 7) == told[7]
    assert life(2, 7) != told[7]
