"""What is found of stored resources. Each is looked at soon after it is stored, and again when its codes are mapped."""

from datetime import datetime

from chassis.database import Database
from chassis.ids import new_id
from city_pack.pack import City

from records.domain.examinations import findings
from records.store import quality as store
from records.store.terminology import named_tables
from records.tables import FindingRow, UnmappedCodeRow

EXAMINED_AT_ONCE_MAX = 500


async def examine(database: Database, city: City, now: datetime) -> int:
    """Look at some of what was stored; returns at how many."""
    async with database.transaction() as session:
        taken = await store.take(session, EXAMINED_AT_ONCE_MAX)
        if not taken:
            return 0
        tables = await named_tables(session, {table.url: table.version for table in city.code_tables})
        sent = [each.examined.codings() for each in taken]
        codes = {
            (coding.system, coding.code)
            for each, codings in zip(taken, sent, strict=True)
            for coding in (*codings, *each.examined.mapped_from(codings))
        }
        known = await store.known_codes(session, tables, sorted(codes))
        rows: list[FindingRow] = []
        unmapped: dict[tuple[object, ...], UnmappedCodeRow] = {}
        for each in taken:
            for finding in findings(each.examined, city, frozenset(tables), known):
                rows.append(
                    FindingRow(
                        record_id=each.record_id,
                        version=each.version,
                        rule=finding.rule,
                        field=finding.field,
                        institution_id=each.institution_id,
                        detail=finding.detail,
                        found_at=now,
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
        await store.keep_findings(session, [(each.record_id, each.version) for each in taken], rows)
        await store.keep_unmapped(session, [*unmapped.values()])
    return len(taken)
