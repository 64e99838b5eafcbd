"""Why an order ended is said to people in their language: what the services say of themselves has a translation."""

from pathlib import Path

import pytest
from catalog.commands import closing
from ordering.commands import cases, consents, desks, withdrawn_slots
from ordering.domain import absences, standing
from ordering.domain.process import processes

WEB = Path(__file__).parents[1] / "clients" / "web" / "src"
BY_NAME = {
    closing.LEFT,
    consents.DENIED,
    consents.REVOKED,
    withdrawn_slots.WITHDRAWN,
    withdrawn_slots.UNANSWERED,
    standing.SUSPENDED,
    cases.NOT_GIVEN,
    absences.ABSENT,
    desks.DISOWNED,
}
BY_PROCESS = {state.because for process in processes().values() for state in process.states.values() if state.because}
OF_A_PARTNER = {"cancelled", *(f"cancelled-by-{who}" for who in ("resident", "consent", "settlement"))}


@pytest.mark.parametrize("reason", sorted(BY_NAME | BY_PROCESS | OF_A_PARTNER))
def test_a_reason_of_the_services_own_is_said_in_three_languages(reason: str) -> None:
    table = (WEB / "app" / "reasons.ts").read_text("utf-8")
    key = reason if reason.isalpha() else f'"{reason}"'
    assert f"    {key}:" in table, f"{reason!r} would be read in English by everybody"
