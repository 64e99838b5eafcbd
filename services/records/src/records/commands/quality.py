"""What is found of stored resources. Each is looked at soon after it is stored; again when its codes are mapped, when
what it hangs on comes, and by newer rules when somebody says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis import moments
from chassis.database import Database
from chassis.ids import new_id
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from records.commands.judging import ComparePeople, PersonQuestion
from records.domain import examinations, quantities
from records.domain.examinations import Examined, Known, findings
from records.domain.measurements import measurements
from records.domain.quantities import SentQuantity
from records.domain.reviews import due_at
from records.domain.rule_packs import (
    BadRulePack,
    BirthRule,
    CodesRule,
    DeathRule,
    DiagnosisRule,
    DuplicateRule,
    NameRule,
    PairRule,
    RangeRule,
    RuleBook,
)
from records.domain.sensitivity import sensitivity
from records.domain.units import LOINC
from records.store import grades, grounds, reviews
from records.store import quality as store
from records.store.quality import ToExamine
from records.store.terminology import named_tables
from records.tables import FindingRow, MeasurementRow, RulePackRow, UnmappedCodeRow

EXAMINED_AT_ONCE_MAX = 500
AGAIN_AT_ONCE_MAX = 10_000
AFTER_DEATH = timedelta(days=1)  # results of a last day come in after it
WRONG = "entered-in-error"


async def examine(database: Database, book: RuleBook, city: City, compare: ComparePeople, now: datetime) -> int:
    """Look at some of what was stored; returns at how many."""
    async with grounds.working(database, "examine") as session:
        if not await store.alone(session):
            return 0
        taken = await store.take(session, EXAMINED_AT_ONCE_MAX)
        if taken:
            await examine_taken(session, taken, book, city, compare, now)
    return len(taken)


async def examine_taken(
    session: AsyncSession,
    taken: Sequence[ToExamine],
    book: RuleBook,
    city: City,
    compare: ComparePeople,
    now: datetime,
) -> None:
    known = await what_is_known(session, taken, book, city, compare, now)
    rows: list[FindingRow] = []
    unmapped: dict[tuple[object, ...], UnmappedCodeRow] = {}
    for each in taken:
        if each.institution_id is None or each.status == WRONG:
            continue  # nobody is told to mend what they sent themselves, nor what was taken back
        for finding in findings(each.examined, known):
            rows.append(
                FindingRow(
                    id=new_id(),
                    record_id=each.record_id,
                    version=each.version,
                    rule=finding.rule,
                    field=finding.field,
                    institution_id=each.institution_id,
                    detail=finding.detail,
                    found_at=now,
                    pack=finding.pack,
                    severity=finding.severity,
                )
            )
            for coding in finding.codings:
                unmapped[each.institution_id, finding.table, coding.system, coding.code] = UnmappedCodeRow(
                    id=new_id(),
                    institution_id=each.institution_id,
                    table_url=finding.table,
                    system=coding.system,
                    code=coding.code,
                    display=coding.display,
                    resource_type=each.examined.resource_type,
                    first_came_at=now,
                    last_came_at=now,
                )
    await store.keep_findings(session, [(each.record_id, each.version) for each in taken], rows, now)
    await reviews.queue_serious(
        session,
        sorted({row.record_id for row in rows if row.severity == "ERROR"}),
        month=moments.month_of(now, city.zone),
        digest=sensitivity(city.sensitive).digest,
        now=now,
        due_at=due_at(now, city.quality.review_days),
        limit=city.quality.serious_max,
    )
    await store.keep_unmapped(session, [*unmapped.values()])
    await store.keep_measured(session, [each.record_id for each in taken], measured(taken, book))
    await grades.make_due(session, [each.record_id for each in taken], city.time_zone, now)
    came = [each.record_id for each in taken if each.came]
    related = [rule.id for kind in examinations.RELATED for rule in book.of_type(kind)]
    await store.examine_related(session, came, related)


async def what_is_known(
    session: AsyncSession,
    taken: Sequence[ToExamine],
    book: RuleBook,
    city: City,
    compare: ComparePeople,
    now: datetime,
) -> Known:
    """What rules have to know of all these at once: one question each, however many they are."""
    examined = [each.examined for each in taken]
    versions = {table.url: table.version for table in book.tables}
    versions |= {table.url: table.version for table in city.code_tables}
    tables = await named_tables(session, versions)
    codes = await store.known_codes(session, tables, sorted(codes_of(examined, book))) if tables else frozenset()
    known = Known(
        book,
        city,
        now,
        loaded=frozenset(table.url for table in city.code_tables if table.url in tables),
        codes=codes,
        rule_tables=frozenset((table.url, table.version) for table in book.tables if table.url in tables),
        related=await related(session, examined, book, city),
    )
    return await with_people(taken, known, compare)


def codes_of(examined: Sequence[Examined], book: RuleBook) -> set[tuple[str, str]]:
    """The codes that any rule about codes looks at, as they were sent and as they are mapped."""
    codes = set()
    for each in examined:
        elements = {
            "",
            *(rule.element or "" for rule in book.of_type(CodesRule) if each.resource_type in rule.of_kinds),
        }
        for element in elements:
            codings = each.codings(element)
            codes |= {(coding.system, coding.code) for coding in (*codings, *each.mapped_from(codings))}
    return codes


async def related(
    session: AsyncSession, examined: Sequence[Examined], book: RuleBook, city: City
) -> Mapping[str, frozenset[UUID]]:
    """By rule, those of these resources that break it by what other resources of their institutions say or do not."""
    broken: dict[str, frozenset[UUID]] = {}
    by_id = {each.record_id: each for each in examined}
    for duplicate in book.of_type(DuplicateRule):
        broken[duplicate.id] = await store.duplicates(session, list(by_id), sorted(duplicate.of_kinds))
    lonely = {
        (rule.id, record_id, rule.needs)
        for rule in book.of_type(PairRule)
        for record_id, each in by_id.items()
        if each.resource_type == "Observation" and has_code(each, rule.code) and not has_code(each, rule.needs)
    }
    if lonely:
        having = await store.with_pair(session, sorted({(record_id, needs) for _, record_id, needs in lonely}))
        for pair in book.of_type(PairRule):
            broken[pair.id] = frozenset(
                record_id for rule, record_id, needs in lonely if rule == pair.id and (record_id, needs) not in having
            )
    for diagnosis in book.of_type(DiagnosisRule):
        visits = {
            record_id: visit
            for record_id, each in by_id.items()
            if each.resource_type in diagnosis.of_kinds and (visit := visit_of(each))
        }
        if visits:
            broken[diagnosis.id] = frozenset(visits) - await store.with_diagnosis(session, visits)
    for death in book.of_type(DeathRule):
        of_kinds = [record_id for record_id, each in by_id.items() if each.resource_type in death.of_kinds]
        broken[death.id] = frozenset(
            record_id
            for record_id, died in (await store.deaths(session, of_kinds) if of_kinds else ())
            if (at := examinations.moment_of(died, city.zone, ends=True)) is not None
            and (effective := by_id[record_id].effective_at) is not None
            and effective > at + AFTER_DEATH
        )
    return broken


def has_code(examined: Examined, code: str) -> bool:
    """Does an Observation, or a component of it, have this LOINC code?"""
    parts = [examined.resource, *(examined.resource.get("component") or ())]
    return any(
        coding.get("system") == LOINC and coding.get("code") == code
        for part in parts
        for coding in (part.get("code") or {}).get("coding") or ()
    )


def visit_of(examined: Examined) -> str:
    """The visit that a resource names, where it does not say itself why it is; empty: none."""
    if examined.resource.get("reasonCode") or examined.resource.get("reasonReference"):
        return ""
    reference = str((examined.resource.get("encounter") or {}).get("reference") or "")
    return reference.removeprefix("Encounter/") if reference.startswith("Encounter/") else ""


async def with_people(taken: Sequence[ToExamine], known: Known, compare: ComparePeople) -> Known:
    """The same with what identity says of the residents: yes or no, asked of an institution at once."""
    questions: dict[UUID, dict[UUID, PersonQuestion]] = {}
    book = known.book
    for each in taken:
        examined = each.examined
        if each.institution_id is None:
            continue
        ages = examinations.age_days(examined, known)
        births = {
            day
            for rule in book.for_kind(examined.resource_type)
            if isinstance(rule, BirthRule)
            for _, day in examinations.birth_days(rule, examined, known.zone)
        }
        names = any(isinstance(rule, NameRule) for rule in book.for_kind(examined.resource_type))
        person = examinations.named_person(examined) if names else None
        if ages or births or person:
            theirs = questions.setdefault(each.institution_id, {})
            question = theirs.setdefault(examined.resident_id, PersonQuestion(examined.resident_id))
            question.age_days.update(ages)
            question.birth_days.update(births)
            question.people.update({person} if person else ())
    born_by, other_person = dict(known.born_by), set(known.other_person)
    for institution_id, theirs in questions.items():
        for question, answer in zip(theirs.values(), await compare(institution_id, [*theirs.values()]), strict=True):
            born_by |= {(question.resident_id, day): born for day, born in answer.born_by.items()}
            other_person |= {(question.resident_id, person) for person in answer.others}
    return Known(
        book, known.city, known.now, known.loaded, known.codes, known.rule_tables, known.related, born_by,
        frozenset(other_person),
    )  # fmt: skip


def measured(taken: Sequence[ToExamine], book: RuleBook) -> Sequence[MeasurementRow]:
    """What these measured, in the units that it is made alike in."""
    rows: dict[tuple[UUID, str, str], MeasurementRow] = {}
    for each in taken:
        if each.examined.resource_type != "Observation":
            continue
        for sent in quantities.quantities(each.examined.resource):
            measurement = book.measurements.get(sent.code)
            value = quantities.canonical(sent, measurement) if measurement else None
            if measurement is not None and value is not None:
                rows[each.record_id, sent.path, sent.code] = MeasurementRow(
                    record_id=each.record_id, path=sent.path, code=sent.code, value=value, unit=measurement.unit
                )
    return [*rows.values()]


async def examine_all_again(database: Database) -> int:
    """Have all that is stored examined again, as after a newer pack of rules; returns how much that is. It goes on
    behind, after what comes."""
    after, count = UUID(int=0), 0
    while True:
        async with grounds.working(database, "examine again") as session:
            last, some = await store.examine_again(session, after, AGAIN_AT_ONCE_MAX)
        count += some
        if last is None:
            return count
        after = last


async def keep_packs(session: AsyncSession, book: RuleBook, now: datetime) -> None:
    """Keep the packs in force, to be read for ever. Raises `BadRulePack` where another content had that name."""
    if not book.packs:
        return
    rows = [
        RulePackRow(name=pack.name, sha256=pack.sha256, content=pack.text, first_used_at=now) for pack in book.packs
    ]
    kept = await store.keep_packs(session, rows)
    for pack in book.packs:
        if kept[pack.name] != pack.sha256:
            raise BadRulePack(f"{pack.name}: was another one when it was used first; give what changed another version")


def check_ranges(book: RuleBook) -> None:
    """Refuse packs by which what a body can have is another than by the table of what devices measure: a device's value
    would be refused as impossible that a hospital may send, or the other way round. A pack may say less of an age; of
    all ages together it says what the table does, in whatever unit."""
    for rule in book.of_type(RangeRule):
        measurement = measurements().get(rule.code)
        if measurement is None:
            continue
        mass = named.molar_mass if (named := book.measurements.get(rule.code)) else None
        low, high = (
            quantities.in_unit(SentQuantity("", rule.code, end, measurement.unit), rule.unit, mass)
            for end in measurement.possible
        )
        lowest, highest = min(each.low for each in rule.bounds), max(each.high for each in rule.bounds)
        if (low, high) != (lowest, highest):
            raise BadRulePack(
                f"{book.pack_of[rule.id]}: {rule.id}: bounds: what devices measure as {rule.code} is possible from"
                f" {low} to {high} {rule.unit}, and here from {lowest} to {highest}"
            )


def check_packs(book: RuleBook, city: City) -> None:
    """Refuse packs that name another version of a table than the city's pack does, or than one another."""
    versions = {table.url: table.version for table in city.code_tables}
    for rule in book.of_type(CodesRule):
        for table in rule.tables:
            if versions.setdefault(table.url, table.version) != table.version:
                raise BadRulePack(
                    f"{book.pack_of[rule.id]}: {rule.id}: names version {table.version} of {table.url}; the city's"
                    f" pack, or another rule, names {versions[table.url]}"
                )
