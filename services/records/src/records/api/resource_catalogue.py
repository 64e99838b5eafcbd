"""The resource catalogue: which data there is, for whoever may ask residents for it."""

from chassis import moments, pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.records.v1 import quality_pb2 as pb

from records.api.served import Resources, api
from records.domain.grades import written
from records.store import resource_catalogue as store
from records.store.resource_catalogue import CatalogueEntry


@api.serves
async def list_catalogue_entries(
    request: pb.ListCatalogueEntriesRequest, call: Call[Resources]
) -> pb.CatalogueEntryPage:
    part = pages.by_id(request.page)
    rows, page = part.cut(
        await store.page(
            call.session,
            institution_id=parse_id(request.institution_id, "institution_id") if request.institution_id else None,
            information_type=request.information_type,
            resource_type=request.resource_type,
            since=moments.parse_day(request.since, "since") if request.since else None,
            part=part,
        ),
        pages.at_id,
    )
    return pb.CatalogueEntryPage(entries=[entry_message(row) for row in rows], page=page)


def entry_message(row: CatalogueEntry) -> pb.CatalogueEntry:
    return pb.CatalogueEntry(
        id=str(row.id),
        institution_id=str(row.institution_id),
        information_type=row.information_type,
        resource_type=row.resource_type,
        resources_at_least=row.resources_at_least,
        first_day=row.first_day.isoformat(),
        newest_day=row.newest_day.isoformat(),
        letter=row.letter,
        letter_month=written(row.month) if row.month else "",
        counted_at=timestamp(row.counted_at),
    )
