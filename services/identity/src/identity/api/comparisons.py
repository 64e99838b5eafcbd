"""What records asks about residents for its rules."""

from uuid import UUID

from chassis import moments
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from yima.identity.v1 import api_pb2 as pb

from identity.api.served import Resources, api
from identity.commands import comparisons
from identity.commands.comparisons import Person, Question
from identity.domain.comparisons import DAYS_MAX, PEOPLE_MAX

QUESTIONS_MAX = 500
EXAMINATION = "examination"
SAID = {None: pb.AGREEMENT_UNSPECIFIED, True: pb.AGREEMENT_YES, False: pb.AGREEMENT_NO}


@api.serves_without_transaction
async def compare_residents(request: pb.CompareResidentsRequest, call: Call[Resources]) -> pb.ResidentComparisons:
    if not 1 <= len(request.questions) <= QUESTIONS_MAX:
        raise Invalid("questions", f"must be 1 to {QUESTIONS_MAX}")
    claims = await call.resources.senders.receipt(request.sender, EXAMINATION, call.now.timestamp(), field="sender")
    questions = [question_of(each, f"questions[{index}]") for index, each in enumerate(request.questions)]
    if len({question.resident_id for question in questions}) < len(questions):
        raise Invalid("questions", "must be of different residents")
    compared = await comparisons.compare(
        call.resources.database,
        call.resources.passwords,
        questions,
        institution_id=UUID(claims["pid"]),
        address=call.address,
    )
    return pb.ResidentComparisons(
        comparisons=[
            pb.ResidentComparison(
                born_by_age_days=[SAID[said] for said in each.born_by_age_days],
                born_by_birth_days=[SAID[said] for said in each.born_by_birth_days],
                same_people=[SAID[said] for said in each.same_people],
            )
            for each in compared
        ]
    )


def question_of(question: pb.ResidentQuestion, at: str) -> Question:
    if len(question.age_days) + len(question.birth_days) > DAYS_MAX or len(question.people) > PEOPLE_MAX:
        raise Invalid(at, f"at most {DAYS_MAX} days and {PEOPLE_MAX} people")
    return Question(
        parse_id(question.resident_id, f"{at}.resident_id"),
        [moments.parse_day(day, f"{at}.age_days[{index}]") for index, day in enumerate(question.age_days)],
        [moments.parse_day(day, f"{at}.birth_days[{index}]") for index, day in enumerate(question.birth_days)],
        [Person(person.name, person.birth_date) for person in question.people],
    )
