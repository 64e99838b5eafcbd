"""What operators and regulators are shown of people is noted, by what the contracts say of their answers."""

import pytest
from chassis.api import Api
from chassis.looks import people_in, shows_people
from chassis.routes import MalformedContract
from yima.ordering.v1 import api_pb2 as pb

CONTRACT = pb.DESCRIPTOR.services_by_name["OrderingApi"]


def test_people_are_found_wherever_an_answer_names_them() -> None:
    page = pb.OrderPage(orders=[pb.Order(id="o", resident_id="a", beneficiary_id="b"), pb.Order(resident_id="a")])
    assert set(people_in(page)) == {"a", "b"}
    assert set(people_in(pb.OrderPage())) == set()


@pytest.mark.parametrize(
    ("method", "shows"), [("GetOrder", True), ("ListOrders", True), ("ListComplaints", True), ("PlaceOrder", False)]
)
def test_the_contract_says_which_methods_show_people_to_those_who_supervise(method: str, shows: bool) -> None:
    assert shows_people(CONTRACT.methods_by_name[method]) is shows


def test_a_service_that_shows_people_and_notes_nobody_who_looks_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    api: Api[None] = Api(CONTRACT)
    monkeypatch.setattr(Api, "unserved", lambda _: [])
    with pytest.raises(MalformedContract, match=r"nobody notes who looks by .*GetOrder"):
        api.handlers(None, None, None)  # type: ignore[arg-type]
