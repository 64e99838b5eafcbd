"""What stays open is counted for each client and altogether, and is given back."""

import pytest
from gateway.openings import Openings, TooManyOpen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

EACH, ALL = 3, 7


def test_each_client_has_its_own_and_all_together_have_theirs() -> None:
    openings = Openings("sockets", EACH, ALL)
    held = [openings.open("a") for _ in range(EACH)]
    with pytest.raises(TooManyOpen, match="at most 3 sockets"):
        openings.open("a")
    held += [openings.open(client) for client in "bbcc"]
    with pytest.raises(TooManyOpen, match="no more sockets"):
        openings.open("d")
    held[0].close()
    openings.open("d")


def test_what_turns_out_to_be_anothers_counts_for_them() -> None:
    openings = Openings("sockets", EACH, ALL)
    mine = [openings.open("address") for _ in range(EACH)]
    mine[0].move("account")
    openings.open("address")
    for opening in mine[1:]:
        opening.move("account")
    with pytest.raises(TooManyOpen):
        openings.open("address").move("account")


class Opening(RuleBasedStateMachine):
    """Whatever is opened, moved and closed, the count is that of what is open."""

    def __init__(self) -> None:
        super().__init__()
        self.openings = Openings("sockets", EACH, ALL)
        self.held: list[tuple[object, str]] = []

    @rule(client=st.sampled_from("abcd"))
    def open(self, client: str) -> None:
        mine = sum(owner == client for _, owner in self.held)
        if mine < EACH and len(self.held) < ALL:
            self.held.append((self.openings.open(client), client))
        else:
            with pytest.raises(TooManyOpen):
                self.openings.open(client)

    @rule(client=st.sampled_from("abcd"))
    def move(self, client: str) -> None:
        if self.held:
            opening, owner = self.held.pop()
            try:
                opening.move(client)  # type: ignore[attr-defined]
                owner = client
            except TooManyOpen:
                pass
            self.held.append((opening, owner))

    @rule()
    def close(self) -> None:
        if self.held:
            opening, _ = self.held.pop(0)
            opening.close()  # type: ignore[attr-defined]
            opening.close()  # type: ignore[attr-defined] # once more changes nothing

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.openings.count == len(self.held)


TestOpening = Opening.TestCase
