"""Our verdicts on HL7's own cases for validators are those that docs/conformance-fhir.md says."""

import conformance
import pytest
from devstack import published

import examples

SERVICE = "records"


@pytest.mark.long
def test_hl7s_cases_for_validators_come_out_as_the_page_says() -> None:
    try:
        results, views = list(conformance.cases()), list(conformance.view_cases())
        sent = list(examples.examples())
    except published.NotFetched as why:
        pytest.skip(str(why))
    assert conformance.page(results, views, sent) == conformance.PAGE.read_text("utf-8")
    assert all(case.why != "not looked at" for case in results if not case.agreed)


def test_hl7s_cases_for_views_all_have_the_rows_that_they_expect() -> None:
    try:
        views = list(conformance.view_cases())
    except published.NotFetched as why:
        pytest.skip(str(why))
    assert [case for case in views if case.difference] == []


def test_each_of_hl7s_examples_is_taken_or_refused_for_a_field_and_a_reason() -> None:
    try:
        sent = list(examples.examples())
    except published.NotFetched as why:
        pytest.skip(str(why))
    assert len(sent) > 150
    assert sum(not each.why for each in sent) > len(sent) / 2
    assert [each for each in sent if bool(each.why) != bool(each.field)] == []
