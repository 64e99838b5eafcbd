"""A page of what a search found, put together as it is sent: a manifest is stored encoded, and nobody reads it here."""

from collections.abc import Sequence

from chassis.statements import NamedRow
from chassis.wire import Encoded, part, put_moment
from yima.catalog.v1 import api_pb2 as pb
from yima.common.v1.types_pb2 import PageInfo

from catalog.domain.offerings import OfferingStatus
from catalog.domain.search import Search
from catalog.store.finding import Hit
from catalog.store.orders import Sort

SORT_PREFIX = "OFFERING_SORT_"
STATUSES = {status: pb.OfferingStatus.Value(f"OFFERING_STATUS_{status.upper()}") for status in OfferingStatus}


def page_of(hits: Sequence[Hit], info: PageInfo, sort: Sort, search: Search | None) -> Encoded[pb.OfferingPage]:
    """The page. What encodes a message, followed by what encodes more of it, encodes all of it."""
    common = explanation_of(sort, search).SerializeToString()
    parts = [part(pb.OfferingPage.OFFERINGS_FIELD_NUMBER, offering_of(hit, common)) for hit in hits]
    parts.append(part(pb.OfferingPage.PAGE_FIELD_NUMBER, info.SerializeToString()))
    return Encoded(pb.OfferingPage, b"".join(parts))


def explanation_of(sort: Sort, search: Search | None) -> pb.SearchExplanation:
    """What a page's explanations have in common."""
    explanation = pb.SearchExplanation(sort=f"{SORT_PREFIX}{sort.upper()}")
    if search is not None:
        explanation.words.extend(search.words)
        for word in search.corrections:
            explanation.corrections.add(word=word.word, searched=word.searched)
    return explanation


def offering_of(hit: Hit, common: bytes) -> bytes:
    """An offering of a page, as `offering_message` has it, with why it stands where it does."""
    explained = common + own_explanation(hit).SerializeToString()
    return (
        shown(hit.shown).SerializeToString()
        + part(pb.Offering.MANIFEST_FIELD_NUMBER, hit.shown["manifest"])
        + part(pb.Offering.EXPLANATION_FIELD_NUMBER, explained)
    )


def own_explanation(hit: Hit) -> pb.SearchExplanation:
    """What is said of this offering alone."""
    explained = pb.SearchExplanation(in_title=hit.in_title, rating_hundredths=hit.shown["rating"])
    put_moment(explained.next_free_at, hit.shown["free_at"])
    if hit.site_id is not None:
        explained.site_id, explained.distance_metres = str(hit.site_id), hit.metres
    return explained


def shown(row: NamedRow) -> pb.Offering:
    """What is shown of an offering beside its manifest."""
    offering = pb.Offering(
        id=str(row["offering_id"]),
        partner_id=str(row["partner_id"]),
        revision=row["revision"],
        version=row["version"],
        status=STATUSES[row["status"]],  # type: ignore[arg-type] # the contract's number
        category=row["category"],
        population=row["population"],
        review_reasons=row["review_reasons"],
        consent_hash=row["consent_hash"],
        certificate_ids=row["certificate_ids"],
        site_ids=row["site_ids"],
    )
    put_moment(offering.published_at, row["published_at"])
    put_moment(offering.reviewed_at, row["reviewed_at"])
    if row["pilot_districts"]:
        offering.pilot.districts.extend(row["pilot_districts"])
        put_moment(offering.pilot.ends_at, row["pilot_ends_at"])
    return offering
