"""Ids in what a partner sends and is shown in FHIR: found in any text, however it comes, and of no use to another."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from chassis import outcomes
from chassis.ids import Kind, new_id
from chassis.pairwise import Pairwise, PartnerView
from gateway.app import Gateway, Settings
from gateway.fhir import SENT, SHOWN, changed, form_inward, inward, outward, text_inward
from hypothesis import given
from hypothesis import strategies as st
from yima.records.v1 import api_pb2 as records

pytestmark = pytest.mark.anyio
RESIDENT, RECORD = uuid4(), uuid4()
CITY = str(Path(__file__).parents[2] / "charts" / "yima" / "cities" / "jinan.yaml")


def served(**settings: Any) -> httpx2.AsyncClient:
    edge: Any = Gateway(Settings(city_file=CITY, **settings)).edge()
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=edge), base_url="http://gateway.example.org")


def partner() -> PartnerView:
    return Pairwise.of("a secret that there was from the first").of_partner(str(new_id()))


def of_partner(view: PartnerView, kind: Kind, internal: UUID) -> UUID:
    return UUID(view.id_of(kind, str(internal)))


async def pieces(body: bytes, size: int) -> AsyncGenerator[bytes]:
    for at in range(0, len(body), size):
        yield body[at : at + size]


@given(st.integers(1, 80))
async def test_ids_are_changed_in_whichever_pieces_a_body_comes(size: int) -> None:
    view = partner()
    own = of_partner(view, Kind.RESIDENT, RESIDENT)
    inside = f'{{"subject":{{"reference":"Patient/res-{RESIDENT.hex}"}},"id":"rec-{RECORD.hex}"}}\n' * 3
    sent = f'{{"subject":{{"reference":"Patient/{own}"}},"id":"rec-{of_partner(view, Kind.RECORD, RECORD).hex}"}}\n' * 3
    understood = b"".join([each async for each in changed(pieces(sent.encode(), size), SENT, inward(view))]).decode()
    assert understood == inside
    shown = b"".join([each async for each in changed(pieces(inside.encode(), size), SHOWN, outward(view))]).decode()
    assert shown == sent.replace(f"Patient/{own}", f"Patient/res-{own.hex}")


def test_a_resident_is_meant_alike_by_whichever_form_of_the_partners_id() -> None:
    view = partner()
    own = of_partner(view, Kind.RESIDENT, RESIDENT)
    meant = f"Patient%2Fres-{RESIDENT.hex}"
    for form in (f"Patient/{own}", f"Patient/res-{own.hex}", f"Patient/res_{own.hex}", str(own), f"Patient/{own.hex}"):
        assert form_inward(view, f"patient={form}&code=a%7Cb") == f"patient={meant}&code=a%7Cb"
    assert text_inward(view, f"/fhir/Patient/{own}/$everything") == f"/fhir/Patient/res-{RESIDENT.hex}/$everything"
    assert form_inward(view, f"_id={own}", of_patients=True) == f"_id=res-{RESIDENT.hex}"
    assert form_inward(view, f"_id={own}") == f"_id={own}", "what an institution calls its own is its own"


def test_the_id_of_another_partner_or_the_residents_own_means_nobody() -> None:
    view, other = partner(), partner()
    for known in (RESIDENT, of_partner(other, Kind.RESIDENT, RESIDENT)):
        assert RESIDENT.hex not in text_inward(view, f"Patient/res-{known.hex}")


def test_another_institutions_resource_is_referred_to_by_the_partners_id_in_graphql_too() -> None:
    view, other = partner(), partner()
    request = records.ReadRecordsRequest(resident_id=str(RESIDENT))
    seen: list[Any] = []
    for each in (view, other):
        page = records.RecordPage(records=[records.Record(resource=f'"Encounter/rec-{RECORD.hex}"')])
        each.outward(request, page)
        seen.append(page.records[0].resource)
    assert seen[0] == f'"Encounter/rec-{of_partner(view, Kind.RECORD, RECORD).hex}"' != seen[1]


async def refused(http: httpx2.AsyncClient, path: str, **headers: str) -> tuple[int, str, bool]:
    """The status of a refusal, our code of it, and whether it says when to come again."""
    answer = await http.get(path, headers=headers)
    document = answer.json()
    assert (answer.headers["content-type"], document["resourceType"]) == (outcomes.MEDIA_TYPE, "OperationOutcome")
    code = document["issue"][0]["details"]["coding"][0]["code"]
    return answer.status_code, code, "retry-after" in answer.headers


async def test_the_gateways_own_refusals_are_operation_outcomes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMA_RECORDS_URL", "http://127.0.0.1:9")  # where nothing listens
    async with served() as http:
        assert await refused(http, "/fhir/metadata") == (503, "unavailable", True)
        assert await refused(http, "/fhir/metadata", authorization="Bearer " + "x" * 5_000) == (
            401,
            "unauthenticated",
            False,
        )
        assert await refused(http, "/fhir/Observation?patient=" + "x" * 9_000) == (400, "invalid", False)
    async with served(budget_per_minute=1) as http:
        assert await refused(http, "/fhir/metadata") == (429, "budget-spent", True)
