"""Somebody who is registered acts for another: proposed by one, confirmed by the other, or decided by documents."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.errors import constraint
from chassis.ids import new_id
from chassis.refusals import Invalid, NotFound, Refusal
from city_pack.pack import read
from devstack.cities import City
from identity.commands import guardianships as commands
from identity.domain.guardianships import (
    ALL_ACTS,
    EVIDENCE_TERM_MAX,
    GUARDIANS_MAX,
    PROPOSAL_LIFE,
    PROPOSALS_MAX,
    Act,
    ActsNotYours,
    EndedByOperatorOnly,
    Evidence,
    EvidenceKind,
    EvidenceNeeded,
    GuardianInCare,
    GuardianMinor,
    GuardianshipExists,
    GuardianshipProposed,
    MinorDecides,
    OperatorDecides,
    OwnProposal,
    PersonConfirms,
    PersonNotProven,
    ProposalClosed,
    ProposalExpired,
    ProposalStatus,
    TermNeeded,
    TermTooLong,
    TooManyGuardians,
    TooManyProposals,
)
from identity.domain.people import OfAge
from identity.tables import AccountRow, GuardianRow, GuardianshipProposalRow, IdentityProofRow, MessageRow, ResidentRow
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from yima.identity.v1 import events_pb2

from services.identity.tests.callers import Callers, claims, code

pytestmark = pytest.mark.anyio
SERVICE = "identity"
JINAN = read(str(City.named("jinan").pack))
COURT = Evidence(EvidenceKind.COURT_DECISION, "(2026) 0042", "Jinan Shizhong court", date(2026, 1, 5))
OPERATOR = uuid4()


@dataclass
class Family:
    """People who are registered, and what they do about each other."""

    database: Database
    now: datetime

    async def person(self, years: float = 40, *, proven: bool = True, account: bool = True) -> UUID:
        """Somebody of this age."""
        born = JINAN.today(self.now) - timedelta(days=round(years * 365.25))
        resident = ResidentRow(
            id=new_id(), name="Lin", birth_date=born, health_code_id=new_id(), registered_at=self.now
        )
        async with self.database.transaction() as session:
            session.add(resident)
            await session.flush()
            if proven:
                session.add(
                    IdentityProofRow(
                        resident_id=resident.id,
                        number_hash=uuid4().bytes * 2,
                        reference="r",
                        proven_by=resident.id,
                        proven_at=self.now,
                    )
                )
            if account:
                login = f"{resident.id}@residents.example.org"
                session.add(
                    AccountRow(
                        login=login,
                        look_alike=login,
                        password_hash="none",
                        role="resident",
                        subject_id=resident.id,
                        name="Lin",
                        created_at=self.now,
                    )
                )
        return resident.id

    async def child(self, guardian: UUID, years: float = 5) -> UUID:
        """A minor whom somebody registered."""
        child = await self.person(years, account=False)
        async with self.database.transaction() as session:
            resident = await session.get_one(ResidentRow, child)
            await commands.register(session, guardian_id=guardian, dependant=resident, city=JINAN, now=self.now)
        return child

    async def propose(
        self,
        by: UUID,
        guardian: UUID,
        dependant: UUID,
        acts: Sequence[Act] = ALL_ACTS,
        until: timedelta | None = None,
        evidence: Sequence[Evidence] = (),
    ) -> UUID:
        async with self.database.transaction() as session:
            proposal = await commands.propose(
                session, by=by, guardian_id=guardian, dependant_id=dependant, acts=list(acts),
                until=self.now + until if until is not None else None, evidence=evidence, city=JINAN, now=self.now,
            )  # fmt: skip
        return proposal.id

    async def confirm(self, proposal_id: UUID, by: UUID) -> None:
        async with self.database.transaction() as session:
            await commands.confirm(session, proposal_id=proposal_id, by=by, city=JINAN, now=self.now)

    async def decline(self, proposal_id: UUID, by: UUID) -> None:
        async with self.database.transaction() as session:
            await commands.decline(session, proposal_id=proposal_id, by=by, reason="", city=JINAN, now=self.now)

    async def decide(self, proposal_id: UUID, *, approved: bool = True, by: UUID = OPERATOR) -> None:
        async with self.database.transaction() as session:
            await commands.decide(
                session,
                proposal_id=proposal_id,
                by=by,
                approved=approved,
                reason="I saw the papers",
                city=JINAN,
                now=self.now,
            )

    async def end(self, guardian: UUID, dependant: UUID, by: UUID) -> GuardianRow:
        async with self.database.transaction() as session:
            return await commands.end(
                session, guardian_id=guardian, dependant_id=dependant, by=by, reason="", now=self.now
            )

    async def agreed(self, guardian: UUID, dependant: UUID, **more: Any) -> None:
        await self.confirm(await self.propose(guardian, guardian, dependant, **more), dependant)

    async def by_documents(self, guardian: UUID, dependant: UUID) -> None:
        await self.decide(
            await self.propose(guardian, guardian, dependant, until=timedelta(days=365), evidence=[COURT])
        )

    async def rows(self, guardian: UUID, dependant: UUID) -> Sequence[GuardianRow]:
        async with self.database.transaction() as session:
            query = select(GuardianRow).where(
                GuardianRow.guardian_id == guardian, GuardianRow.dependant_id == dependant
            )
            return (await session.scalars(query.order_by(col(GuardianRow.version)))).all()

    async def proposal(self, proposal_id: UUID) -> GuardianshipProposalRow:
        async with self.database.transaction() as session:
            return await session.get_one(GuardianshipProposalRow, proposal_id)

    async def announced(self, kind: Any, guardian: UUID) -> list[Any]:
        async with self.database.transaction() as session:
            payloads = await session.scalars(
                text("SELECT payload FROM outbox WHERE type = :type ORDER BY position"),
                {"type": kind.DESCRIPTOR.full_name},
            )
            events = [kind.FromString(payload) for payload in payloads]
        return [event for event in events if event.guardian_id == str(guardian)]

    async def told(self, person: UUID) -> set[str]:
        """What messages somebody was sent."""
        async with self.database.transaction() as session:
            query = select(MessageRow.kind).where(MessageRow.address == f"{person}@residents.example.org")
            return set(await session.scalars(query))

    async def refuses(self, refusal: type[Exception], step: Awaitable[Any]) -> None:
        with pytest.raises(refusal):
            await step


@pytest.fixture
async def family(database: str) -> AsyncGenerator[Family]:
    store = Database(database)
    yield Family(store, store.now())
    await store.close()


async def test_an_adult_is_acted_for_once_they_have_confirmed_it_themselves(family: Family) -> None:
    daughter, mother = await family.person(), await family.person(70)
    proposal = await family.propose(daughter, daughter, mother, [Act.ORDERS, Act.CONSENTS])
    assert await family.rows(daughter, mother) == []
    assert await family.told(mother) == {"guardianship-proposed"}
    await family.confirm(proposal, mother)
    (row,) = await family.rows(daughter, mother)
    assert (row.ward, row.acts, row.until, row.ended_at) == ("adult", ["orders", "consents"], None, None)
    (event,) = await family.announced(events_pb2.GuardianshipBegan, daughter)
    assert (event.dependant_id, len(event.acts), event.version) == (str(mother), 2, 1)
    assert "guardianship-began" in await family.told(mother)


async def test_the_dependant_may_propose_and_the_guardian_to_be_confirms(family: Family) -> None:
    daughter, mother = await family.person(), await family.person(70)
    proposal = await family.propose(mother, daughter, mother)
    await family.refuses(OwnProposal, family.confirm(proposal, mother))
    await family.confirm(proposal, daughter)
    assert len(await family.rows(daughter, mother)) == 1


async def test_a_second_parent_asks_the_first_and_a_child_has_no_say(family: Family) -> None:
    first, second = await family.person(), await family.person()
    child = await family.child(first)
    proposal = await family.propose(second, second, child)
    assert await family.told(first) == {"guardianship-proposed"}
    await family.refuses(OwnProposal, family.confirm(proposal, second))
    await family.refuses(MinorDecides, family.confirm(proposal, child))
    await family.confirm(proposal, first)
    (row,) = await family.rows(second, child)
    assert row.ward == "minor"


async def test_the_first_parent_may_propose_the_second_with_no_more_than_they_may_do(family: Family) -> None:
    first, second, aunt = await family.person(), await family.person(), await family.person()
    child = await family.child(first)
    await family.confirm(await family.propose(first, second, child, [Act.ORDERS]), second)
    await family.refuses(ActsNotYours, family.propose(second, aunt, child, [Act.RECORDS]))
    asked = await family.propose(aunt, aunt, child, [Act.RECORDS])
    await family.refuses(ActsNotYours, family.confirm(asked, second))
    await family.confirm(asked, first)


async def test_a_child_whom_nobody_can_answer_for_takes_documents_that_an_operator_decides_by(family: Family) -> None:
    parent, teenager = await family.person(), await family.person(15)
    await family.refuses(EvidenceNeeded, family.propose(parent, parent, teenager))
    proposal = await family.propose(parent, parent, teenager, evidence=[COURT])
    await family.refuses(OperatorDecides, family.confirm(proposal, parent))
    for gains in (parent, teenager):
        with pytest.raises(IntegrityError, match="guardianship_proposal_by_another"):
            await family.decide(proposal, by=gains)
    await family.decide(proposal)
    assert len(await family.rows(parent, teenager)) == 1


async def test_documents_give_an_adult_a_guardian_for_a_time_alone(family: Family) -> None:
    son, father = await family.person(), await family.person(80, proven=False)
    await family.refuses(TermNeeded, family.propose(son, son, father, evidence=[COURT]))
    too_long = EVIDENCE_TERM_MAX + timedelta(days=1)
    await family.refuses(TermTooLong, family.propose(son, son, father, until=too_long, evidence=[COURT]))
    await family.refuses(Invalid, family.propose(son, son, father, until=-timedelta(1), evidence=[COURT]))
    await family.by_documents(son, father)
    assert "guardianship-began" in await family.told(father), "who claims it, does so in the open"
    await family.refuses(EndedByOperatorOnly, family.end(son, father, father))
    await family.end(son, father, OPERATOR)


async def test_what_documents_do_not_show_makes_nobody_a_guardian(family: Family) -> None:
    son, father = await family.person(), await family.person(80)
    proposal = await family.propose(son, son, father, until=timedelta(days=30), evidence=[COURT])
    await family.decide(proposal, approved=False)
    row = await family.proposal(proposal)
    assert (row.status, row.closed_by, row.reason) == (ProposalStatus.REFUSED, OPERATOR, "I saw the papers")
    assert await family.rows(son, father) == []
    assert await family.told(son) == {"guardianship-refused"}


async def test_nobody_is_made_a_guardian_of_a_child_who_came_of_age_meanwhile(family: Family) -> None:
    first, second = await family.person(), await family.person()
    child = await family.child(first, 17.99)
    proposal = await family.propose(second, second, child)
    family.now += timedelta(days=10)
    await family.refuses(Refusal, family.confirm(proposal, first))
    teenager = await family.person(17.99)
    by_documents = await family.propose(second, second, teenager, evidence=[COURT])
    family.now += timedelta(days=10)
    await family.refuses(OfAge, family.decide(by_documents))
    assert [*await family.rows(second, child), *await family.rows(second, teenager)] == []


async def test_people_of_a_guardianship_are_proven_and_of_age_and_answer_for_themselves(family: Family) -> None:
    adult, other, teenager = await family.person(), await family.person(), await family.person(16)
    unproven = await family.person(proven=False)
    await family.refuses(PersonNotProven, family.propose(unproven, unproven, adult))
    await family.refuses(PersonNotProven, family.confirm(await family.propose(adult, adult, unproven), unproven))
    await family.refuses(PersonNotProven, family.confirm(await family.propose(adult, unproven, adult), unproven))
    await family.refuses(MinorDecides, family.propose(teenager, teenager, adult))
    await family.refuses(MinorDecides, family.propose(teenager, adult, teenager))
    await family.refuses(MinorDecides, family.confirm(await family.propose(adult, teenager, adult), teenager))
    await family.refuses(Invalid, family.propose(adult, adult, adult))
    await family.refuses(NotFound, family.propose(adult, other, unproven))
    await family.refuses(NotFound, family.propose(adult, adult, uuid4()))
    child = await family.child(adult)
    await family.refuses(GuardianMinor, family.decide(await family.propose(adult, teenager, child, evidence=[COURT])))
    with pytest.raises(GuardianMinor):
        await family.child(teenager)


async def test_whom_documents_put_in_care_acts_for_nobody(family: Family) -> None:
    son, father, grandchild = await family.person(), await family.person(75), await family.person()
    await family.by_documents(son, father)
    await family.refuses(GuardianInCare, family.confirm(await family.propose(father, father, grandchild), grandchild))
    with pytest.raises(GuardianInCare):
        await family.child(father)


async def test_who_acts_for_an_adult_makes_nobody_else_do_so(family: Family) -> None:
    daughter, mother, friend = await family.person(), await family.person(70), await family.person()
    await family.agreed(daughter, mother)
    await family.refuses(NotFound, family.propose(daughter, friend, mother))
    proposal = await family.propose(friend, friend, mother)
    await family.refuses(NotFound, family.confirm(proposal, daughter))
    await family.refuses(NotFound, family.decline(proposal, daughter))


async def test_one_is_proposed_once_and_few_at_a_time(family: Family) -> None:
    daughter, mother = await family.person(), await family.person(70)
    await family.propose(daughter, daughter, mother)
    await family.refuses(GuardianshipProposed, family.propose(mother, daughter, mother))
    for _ in range(PROPOSALS_MAX - 1):
        await family.propose(daughter, daughter, await family.person())
    await family.refuses(TooManyProposals, family.propose(daughter, daughter, await family.person()))
    family.now += PROPOSAL_LIFE
    await family.confirm(await family.propose(daughter, daughter, mother), mother)
    await family.refuses(GuardianshipExists, family.propose(mother, daughter, mother))


async def test_a_dependant_has_so_many_guardians(family: Family) -> None:
    mother = await family.person(70)
    for _ in range(GUARDIANS_MAX):
        await family.agreed(await family.person(), mother)
    further = await family.person()
    await family.refuses(TooManyGuardians, family.confirm(await family.propose(further, further, mother), mother))


@pytest.mark.parametrize("ender", ["guardian", "dependant", "operator"])
async def test_what_was_agreed_is_ended_by_either_or_an_operator_and_may_begin_again(
    family: Family, ender: str
) -> None:
    daughter, mother = await family.person(), await family.person(70)
    await family.agreed(daughter, mother)
    by = {"guardian": daughter, "dependant": mother, "operator": OPERATOR}[ender]
    await family.end(daughter, mother, by)
    await family.refuses(NotFound, family.end(daughter, mother, by))
    await family.agreed(daughter, mother)
    assert [row.version for row in await family.rows(daughter, mother)] == [1, 3]
    (ended,) = await family.announced(events_pb2.GuardianshipEnded, daughter)
    assert (ended.version, ended.because) == (2, getattr(events_pb2, f"GUARDIANSHIP_END_BY_{ender.upper()}"))
    began = await family.announced(events_pb2.GuardianshipBegan, daughter)
    assert [event.version for event in began] == [1, 3]


async def test_a_minor_does_not_end_it_and_neither_does_a_stranger(family: Family) -> None:
    parent = await family.person()
    child = await family.child(parent, 16)
    await family.refuses(MinorDecides, family.end(parent, child, child))
    await family.refuses(NotFound, family.end(await family.person(), child, parent))


async def test_it_ends_by_its_term_and_an_adults_never_for_their_age(family: Family) -> None:
    daughter, mother, aunt = await family.person(), await family.person(70), await family.person()
    await family.agreed(daughter, mother, until=timedelta(hours=1))
    await family.agreed(aunt, mother)
    term = (await family.rows(daughter, mother))[0].until
    family.now += timedelta(hours=2)
    for _ in range(2):
        async with family.database.transaction() as session:
            await commands.end_what_is_over(session, city=JINAN, now=family.now)
    (ended,) = await family.announced(events_pb2.GuardianshipEnded, daughter)
    assert ended.because == events_pb2.GUARDIANSHIP_END_TERM
    assert [row.ended_at for row in await family.rows(daughter, mother)] == [term]
    assert [row.ended_at for row in await family.rows(aunt, mother)] == [None]


STATES = (
    "open",
    "expired",
    "confirmed",
    "declined",
    "withdrawn",
    "documents",
    "documents-expired",
    "refused",
    "decided",
)
ACTORS = ("guardian", "dependant", "stranger")
CLOSED = {"confirmed", "declined", "withdrawn", "refused", "decided"}


def outcome(state: str, step: str, actor: str) -> type[Refusal] | None:  # noqa: PLR0911 a table of who may when
    """What a step of somebody comes to, of a proposal by the guardian-to-be that stands so; None where it is theirs."""
    documents = state in {"documents", "documents-expired", "refused", "decided"}
    if step == "decide":
        if not documents:
            return PersonConfirms
        return ProposalClosed if state in CLOSED else ProposalExpired if state == "documents-expired" else None
    if actor == "stranger":
        return NotFound
    if documents and (step == "confirm" or actor == "dependant"):
        return OperatorDecides
    if state in CLOSED:
        return ProposalClosed
    if step == "decline":
        return None
    if state == "expired":
        return ProposalExpired
    return OwnProposal if actor == "guardian" else None


@pytest.mark.parametrize("state", STATES)
async def test_each_wrong_step_in_each_state_is_its_own_refusal_and_changes_nothing(family: Family, state: str) -> None:
    people = {
        "guardian": await family.person(),
        "dependant": await family.person(70),
        "stranger": await family.person(),
    }
    guardian, dependant = people["guardian"], people["dependant"]
    documents = {"until": timedelta(days=300), "evidence": [COURT]}
    by_documents = state in {"documents", "documents-expired", "refused", "decided"}
    proposal = await family.propose(guardian, guardian, dependant, **(documents if by_documents else {}))  # type: ignore[arg-type]
    if state in {"confirmed"}:
        await family.confirm(proposal, dependant)
    elif state in {"declined", "withdrawn"}:
        await family.decline(proposal, dependant if state == "declined" else guardian)
    elif state in {"refused", "decided"}:
        await family.decide(proposal, approved=state == "decided")
    elif state.endswith("expired"):
        family.now += PROPOSAL_LIFE
    before = (await family.proposal(proposal)).model_dump(), await family.rows(guardian, dependant)
    steps: dict[str, Callable[[UUID], Awaitable[None]]] = {
        "confirm": lambda by: family.confirm(proposal, by),
        "decline": lambda by: family.decline(proposal, by),
        "decide": lambda _: family.decide(proposal),
    }
    tried = 0
    for step, take in steps.items():
        for actor in ACTORS:
            if (refusal := outcome(state, step, actor)) is not None:
                tried += 1
                await family.refuses(refusal, take(people[actor]))
                assert (
                    (await family.proposal(proposal)).model_dump(),
                    await family.rows(guardian, dependant),
                ) == before
    assert tried >= 4


LAWS = {
    "guardian_proposed": "INSERT INTO guardian (guardian_id, dependant_id, since) VALUES (:other, :mother, now())",
    "guardian_as_proposed": """
        INSERT INTO guardian (guardian_id, dependant_id, ward, since, proposal_id)
        VALUES (:other, :mother, 'adult', now(), :proposal)
    """,
    "guardian_of_adult_proposed": """
        INSERT INTO guardian (guardian_id, dependant_id, ward, since) VALUES (:other, :fresh, 'adult', now())
    """,
    "guardian_of_adult_ends": "UPDATE guardian SET ended_at = now() WHERE dependant_id = :mother",
    "guardian_moves": "UPDATE guardian SET acts = '{records}' WHERE dependant_id = :mother",
    "guardianship_proposal_moves": "UPDATE guardianship_proposal SET status = 'open' WHERE id = :proposal",
    "guardianship_proposal_by_another": """
        UPDATE guardianship_proposal SET status = 'confirmed', closed_at = now(), closed_by = proposed_by
        WHERE id = :waiting
    """,
}


@pytest.mark.parametrize("law", LAWS)
async def test_the_database_itself_refuses_a_guardianship_that_nobody_confirmed(family: Family, law: str) -> None:
    daughter, mother, other = await family.person(), await family.person(70), await family.person()
    proposal = await family.propose(daughter, daughter, mother, [Act.ORDERS])
    await family.confirm(proposal, mother)
    values = {
        "mother": mother,
        "other": other,
        "proposal": proposal,
        "fresh": await family.person(account=False),
        "waiting": await family.propose(other, other, mother),
    }
    named = {name: value for name, value in values.items() if f":{name}" in LAWS[law]}
    with pytest.raises(IntegrityError) as refused:
        async with family.database.transaction() as session:
            await session.execute(text(LAWS[law]), named)
    assert constraint(refused.value) == law


async def registered(callers: Callers, database: str, born: str = "1960-05-05") -> tuple[str, str]:
    """The login and id of somebody who is registered and proven."""
    login = f"{uuid4().hex}@residents.example.org"
    answer = await callers.post(
        "/residents", login=login, password="a password of some length", name="Lin", birth_date=born
    )
    store = Database(database)
    async with store.transaction() as session:
        proof = IdentityProofRow(
            resident_id=UUID(answer.json()["id"]),
            number_hash=uuid4().bytes * 2,
            reference="r",
            proven_by=uuid4(),
            proven_at=store.now(),
        )
        session.add(proof)
    await store.close()
    return login, answer.json()["id"]


async def test_what_a_guardian_may_not_do_their_token_does_not_let_them(callers: Callers, database: str) -> None:
    """A daughter who may order and show her mother's code, and nothing else, over HTTP."""
    (daughter_login, daughter), (mother_login, mother) = [await registered(callers, database) for _ in range(2)]
    token, mothers = await callers.token(daughter_login), await callers.token(mother_login)
    acts = ["GUARDIAN_ACT_ORDERS", "GUARDIAN_ACT_HEALTH_CODE"]
    proposed = await callers.post("/guardianship-proposals", token, resident_id=mother, acts=acts)
    assert proposed.status_code == 200, proposed.text
    proposal = proposed.json()
    assert proposal["residentName"] == "", "who proposes learns nothing of the other by it"
    listed = await callers.http.get("/guardianship-proposals", headers={"authorization": f"Bearer {mothers}"})
    (asked,) = listed.json()["proposals"]
    assert (asked["guardianName"], asked["yoursToAnswer"]) == ("Lin", True)
    answer = await callers.post(f"/guardianship-proposals/{proposal['id']}/confirmation", mothers)
    assert answer.json()["status"] == "GUARDIANSHIP_PROPOSAL_STATUS_CONFIRMED"
    assert (await callers.post("/health-code-tokens", token, resident_id=mother)).status_code == 403, "not yet"
    fresh = await callers.token(daughter_login)
    assert claims(fresh)["lim"] == {mother: [1, 4]} and "dep" not in claims(fresh)
    assert (await callers.post("/health-code-tokens", fresh, resident_id=mother)).status_code == 200
    prove = await callers.post("/proofs", fresh, resident_id=mother, identity_number="x")
    assert prove.status_code == 403, "that needs RECORDS"
    me = (await callers.http.get("/me", headers={"authorization": f"Bearer {fresh}"})).json()
    assert [each["id"] for each in me["dependants"]] == [mother]
    (shown,) = (await callers.http.get("/guardianships", headers={"authorization": f"Bearer {mothers}"})).json()[
        "guardianships"
    ]
    assert (shown["guardianId"], shown["basis"]) == (daughter, "GUARDIANSHIP_BASIS_AGREEMENT")
    ended = await callers.post(f"/dependants/{mother}/end", mothers, guardian_id=daughter)
    assert ended.status_code == 200, ended.text
    deadline = time.monotonic() + 10  # without the bus, a process hears of ended sessions every few seconds
    while await callers.me(fresh) != 401:  # the guardian's session named her
        assert time.monotonic() < deadline
    last = await callers.token(daughter_login)
    assert (await callers.post("/health-code-tokens", last, resident_id=mother)).status_code == 403


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("acts", {"acts": []}),
        ("acts[0]", {"acts": [9]}),
        ("evidence[0].kind", {"evidence": [{"reference": "1", "issued_by": "A court", "issued_on": "2026-01-01"}]}),
        (
            "evidence[0].issued_on",
            {"evidence": [{"kind": 3, "reference": "1", "issued_by": "A", "issued_on": "2199-01-01"}]},
        ),
        ("evidence[0].reference", {"evidence": [{"kind": 3, "issued_by": "A court", "issued_on": "2026-01-01"}]}),
        ("evidence", {"evidence": [{"kind": 3}] * 6}),
        ("resident_id", {"resident_id": "ord_1"}),
        ("until", {"until": "1990-01-01T00:00:00Z"}),
    ],
)
async def test_a_malformed_proposal_is_refused_by_its_field(
    callers: Callers, database: str, field: str, body: dict[str, Any]
) -> None:
    (login, _), (_, mother) = [await registered(callers, database) for _ in range(2)]
    request = {"resident_id": mother, "acts": ["GUARDIAN_ACT_ORDERS"], **body}
    answer = await callers.post("/guardianship-proposals", await callers.token(login), **request)
    assert (code(answer), answer.json()["field"]) == ("invalid", field), answer.text
