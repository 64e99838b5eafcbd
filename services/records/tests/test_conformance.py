"""Our verdicts on HL7's own cases for validators are those that docs/conformance-fhir.md says."""

import conformance
import pytest
from devstack import published

SERVICE = "records"


@pytest.mark.long
def test_hl7s_cases_for_validators_come_out_as_the_page_says() -> None:
    try:
        results, views = list(conformance.cases()), list(conformance.view_cases())
    except published.NotFetched as why:
        pytest.skip(str(why))
    assert conformance.page(results, views) == conformance.PAGE.read_text("utf-8")
    assert all(case.why != "not looked at" for case in results if not case.agreed)


def test_hl7s_cases_for_views_all_have_the_rows_that_they_expect() -> None:
    try:
        views = list(conformance.view_cases())
    except published.NotFetched as why:
        pytest.skip(str(why))
    assert [case for case in views if case.difference] == []
