"""A partner's contract is renewed: both agree, and it takes effect at its day and not before."""

from datetime import UTC, datetime, timedelta

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, fresh_key

from e2e.people import a_clinic, operator_of, refusal

pytestmark = pytest.mark.anyio


async def test_a_renewal_is_agreed_by_both_and_waits_for_its_day(nobody: Caller, stack: Stack) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    operator = await operator_of(nobody, stack.secrets)
    about = {"partnerId": clinic.partner_id}
    past = await refusal(operator.run("offer-contract", **about, effectiveOn="2020-01-01", key=fresh_key()))
    assert (past.code, past.field) == ("invalid", "effectiveOn")
    day = str(datetime.now(UTC).date() + timedelta(days=30))
    offered = await operator.run("offer-contract", **about, effectiveOn=day, key=fresh_key())
    contract = offered["contract"]
    assert (contract["status"], contract["effectiveOn"], contract["effectiveAt"]) == ("OFFERED", day, None)
    await refusal(operator.run("sign-contract", contractId=contract["id"], key=fresh_key()))
    other = await a_clinic(nobody, stack.secrets)
    assert (await refusal(other.staff.run("sign-contract", contractId=contract["id"]))).code == "not-found"
    await clinic.staff.run("sign-contract", contractId=contract["id"], key=fresh_key())
    versions = (await clinic.staff.run("contracts", id=clinic.partner_id))["contracts"]
    assert [version["status"] for version in versions] == ["AGREED", "IN_FORCE"]
    assert datetime.fromisoformat(versions[0]["effectiveAt"]) > datetime.now(UTC) + timedelta(days=28)
