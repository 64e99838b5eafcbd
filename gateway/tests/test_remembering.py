"""What is remembered of public answers, and that no answer outlives a change it should show."""

from gateway.invalidation import about
from gateway.responses import BYTES_MAX, ENTRIES_MAX, REQUESTS_MAX, SHOWN_BYTES, Shared, fingerprint
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule


def connected() -> Shared:
    shared = Shared()
    shared.connected = True
    return shared


def test_an_answer_is_forgotten_when_what_it_shows_changes_and_no_other_is() -> None:
    shared = connected()
    shared.keep("list", b"1", ["offerings", "partner:p"], shared.events)
    shared.keep("one", b"2", ["offering:a"], shared.events)
    shared.changed(["offering:b", "offerings"])
    assert shared.answer("list") is None
    assert shared.answer("one") is not None


def test_an_answer_begun_before_an_event_is_not_kept_after_it() -> None:
    shared = connected()
    before = shared.events
    shared.changed(["offering:a"])
    assert shared.keep("one", b"stale", ["offering:a"], before).body == b"stale"
    assert shared.answer("one") is None
    shared.keep_object("offering:a", object(), before)
    assert shared.object("offering:a") is None


def test_nothing_is_remembered_without_the_bus_nor_across_a_break() -> None:
    shared = Shared()
    shared.keep("one", b"1", ["offering:a"], shared.events)
    assert shared.answer("one") is None
    shared.connected = True
    shared.keep("one", b"1", ["offering:a"], shared.events)
    assert shared.answer("one") is not None
    shared.connected = False
    assert shared.answer("one") is None


def test_what_is_remembered_stays_within_its_bounds() -> None:
    shared = connected()
    for number in range(ENTRIES_MAX + 10):
        shared.keep(number, b"x", [f"offering:{number}"], shared.events)
    assert shared.answer(9) is None
    assert shared.answer(10) is not None
    shared.keep("large", b"x" * (BYTES_MAX - 2_000), ["offerings"], shared.events)
    assert shared.answer("large") is not None
    assert shared.answer(ENTRIES_MAX) is None


def test_what_an_answer_shows_counts_towards_the_bytes_kept() -> None:
    shared = connected()
    shown = [f"offering:{number}" for number in range(500)]
    for number in range(1_000):
        shared.keep(number, b"{}", shown, shared.events)
    assert len(shared._answers) * len(shown) * SHOWN_BYTES <= BYTES_MAX


def test_requests_that_mean_the_same_lead_to_one_answer_and_are_few() -> None:
    shared = connected()
    shared.keep("meant", b"{}", ["offerings"], shared.events)
    for number in range(REQUESTS_MAX + 10):
        shared.same(fingerprint(b"%d" % number), "meant")
    assert len(shared._requests) == REQUESTS_MAX
    last = fingerprint(b"%d" % (REQUESTS_MAX + 9))
    assert shared.answer_to(last) is shared.answer("meant")
    shared.changed(["offerings"])
    assert shared.answer_to(last) is None


def test_a_fingerprint_tells_what_belongs_to_which_part() -> None:
    assert fingerprint(b"ab", b"c") != fingerprint(b"a", b"bc")
    assert len(fingerprint(b"x" * 1_000_000)) == 16


def test_an_event_is_about_its_offering_and_every_list_or_about_its_partner() -> None:
    assert about("yima.catalog.v1.OfferingPublished.abc") == ["offering:abc", "offerings"]
    assert about("yima.catalog.v1.SlotsAdded.abc") == []
    assert about("yima.partners.v1.PartnerSuspended.p1") == ["partner:p1", "partners"]


class Remembering(RuleBasedStateMachine):
    """Readers read and keep while writers write: what is remembered is always what is true."""

    def __init__(self) -> None:
        super().__init__()
        self.shared = connected()
        self.truth = dict.fromkeys("abc", 0)
        self.reading: list[tuple[str, int, int]] = []

    @rule(name=st.sampled_from("abc"))
    def begin_to_read(self, name: str) -> None:
        self.reading.append((name, self.shared.events, self.truth[name]))

    @rule()
    def finish_reading(self) -> None:
        if self.reading:
            name, before, value = self.reading.pop(0)
            self.shared.keep(name, str(value).encode(), [f"offering:{name}"], before)

    @rule(name=st.sampled_from("abc"))
    def write(self, name: str) -> None:
        """The change and the event that tells of it, which comes a little later in life."""
        self.truth[name] += 1
        self.shared.changed([f"offering:{name}"])

    @rule()
    def lose_and_find_the_bus(self) -> None:
        self.shared.connected = False
        self.shared.connected = True

    @invariant()
    def what_is_remembered_is_true(self) -> None:
        for name, value in self.truth.items():
            answer = self.shared.answer(name)
            assert answer is None or answer.body == str(value).encode()


TestRemembering = Remembering.TestCase
