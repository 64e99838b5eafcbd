"""Ids in what a partner sends and is shown in FHIR: found in any text, however it comes, and of no use to another."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.ids import Kind, new_id
from gateway.fhir import SENT, SHOWN, changed, form_inward, inward, outward, text_inward
from gateway.pairwise import Pairwise, PartnerView
from hypothesis import given
from hypothesis import strategies as st
from yima.records.v1 import api_pb2 as records

pytestmark = pytest.mark.anyio
RESIDENT, RECORD = uuid4(), uuid4()


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
