"""Processes as data: every waiting state has a deadline with an exit, every walk ends, the right party moves."""

import tomllib
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ordering.domain.process import (
    AT_REST,
    Actor,
    Deadlines,
    MalformedProcess,
    NotTheirStep,
    OrderStatus,
    Process,
    Term,
    TransitionRefused,
    newest_for,
    processes,
    read,
)

DEADLINES = Deadlines(*[timedelta(hours=1)] * 4)
NOW = datetime(2026, 5, 1, tzinfo=UTC)
EVERY = st.sampled_from(list(processes().values()))
SOURCE = (files("ordering.domain") / "processes.toml").read_text("utf-8")


@pytest.mark.parametrize("name", processes())
def test_every_walk_through_a_process_ends_at_rest_and_none_waits_without_a_deadline(name: str) -> None:
    process = processes()[name]
    walks = [(OrderStatus.PLACED,)]
    ended = set()
    while walks:
        walk = walks.pop()
        state = process.states.get(walk[-1])
        waits = process.ends(walk[-1], NOW, DEADLINES, None) is not None
        assert waits == (walk[-1] not in AT_REST), walk
        following = {*state.moves, *([state.then] if state.then else [])} if state else set()
        if waits:
            assert state is not None
            assert state.then in following, f"{walk} has a deadline without an exit"
        if not following:
            ended.add(walk[-1])
        assert len(set(walk)) == len(walk), f"{walk} goes round in a circle"
        walks += [(*walk, status) for status in following]
    assert ended == {OrderStatus.CLOSED, OrderStatus.REFUSED, OrderStatus.CANCELLED, OrderStatus.EXPIRED}


def test_the_set_based_steps_do_what_every_process_declares() -> None:
    """`store.orders` confirms and closes in one statement for all kinds: they must all declare these steps alike."""
    for process in processes().values():
        assert process.advance(OrderStatus.PLACED, OrderStatus.CONFIRMED, Actor.SYSTEM) is OrderStatus.CONFIRMED
        assert process.states[OrderStatus.CONFIRMED].within is Term.ACCEPTANCE
        assert process.advance(OrderStatus.FULFILLED, OrderStatus.CLOSED, Actor.SYSTEM) is OrderStatus.CLOSED


@given(EVERY, st.sampled_from(OrderStatus), st.sampled_from(OrderStatus), st.sampled_from(Actor))
def test_a_step_is_taken_only_where_it_is_declared_and_by_whom(
    process: Process, current: OrderStatus, target: OrderStatus, actor: Actor
) -> None:
    state = process.states.get(current)
    declared = state is not None and actor in state.moves.get(target, ())
    by_itself = state is not None and actor is Actor.CLOCK and state.then is target
    try:
        assert process.advance(current, target, actor) is target
        assert declared or by_itself
    except (TransitionRefused, NotTheirStep):
        assert not declared
        assert not by_itself


@pytest.mark.parametrize(
    ("kinds", "process"),
    [
        ({"single-visit"}, "single-visit/3"),
        ({"single-visit", "package"}, "package/2"),
        ({"data-service"}, "data-service/2"),
        ({"subscription", "single-visit"}, "subscription/2"),
        ({"device-monitoring"}, "device-monitoring/2"),
        ({"unspecified"}, "single-visit/3"),
    ],
)
def test_an_order_follows_the_longest_process_its_lines_need(kinds: set[str], process: str) -> None:
    assert newest_for(frozenset(kinds)).name == process


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('then = "expired"\nbecause = "money', 'because = "money', "waits without a deadline or without an exit"),
        ('within = "acceptance"\n', "", "waits without a deadline or without an exit"),
        ("moves = { closed =", "moves = { cancelled =", "is closed, and nothing else"),
        ("moves = { accepted =", "moves = { placed =", "leads back"),
        ('fulfilling = ["practitioner", "partner", "resident"], ', "", "nothing leads to fulfilled, fulfilling"),
        (', cancelled = ["operator", "regulator", "system"] }', " }", "nobody could decide on an objection"),
        ('objection = ["partner"]', 'objection = ["usage"]', "nobody could decide on an objection"),
    ],
)
def test_a_process_that_would_leave_an_order_stuck_does_not_start(was: str, becomes: str, said: str) -> None:
    broken = SOURCE.replace(was, becomes, 1)
    assert broken != SOURCE
    with pytest.raises(MalformedProcess, match=said):
        read(tomllib.loads(broken))


def test_an_older_version_stays_in_force_for_the_orders_that_follow_it() -> None:
    document = tomllib.loads(SOURCE)
    document["process"].append({**document["process"][0], "version": 9})
    known = read(document)
    assert {"single-visit/1", "single-visit/9"} <= set(known)


def test_a_process_is_drawn_with_its_parties_and_deadlines() -> None:
    drawn = processes()["package/1"].mermaid()
    assert drawn.startswith("stateDiagram-v2\n    [*] --> placed")
    assert "confirmed --> accepted: partner" in drawn
    assert "fulfilling --> fulfilled: clock (window), the time to use it is over" in drawn
