"""Whether an order that was placed is for somebody: whom it is passed on to, or its resident as they are by now."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from ordering.aggregate import OrderAggregate
from ordering.domain import orders as rules
from ordering.domain.offerings import agreed_parts
from ordering.domain.orders import Person
from ordering.store import offerings


async def check_lines(
    session: AsyncSession, order: OrderAggregate, person: Person | None, today: date, field: str
) -> None:
    """Refuse a person whom a line's terms, or the pilot that its offering is now, are not for."""
    now_on_sale, _ = await offerings.terms(session, [line.row.offering_id for line in order.lines])
    for line in order.lines:
        published = now_on_sale.get(line.row.offering_id)
        parts = agreed_parts(line.terms.offering)
        terms = rules.Terms(
            line.row.offering_id,
            line.row.offering_revision,
            order.row.partner_id,
            line.terms.price_minor,
            line.terms.currency,
            line.terms.booking_required,
            True,
            age_from_months=line.terms.age_from_months,
            age_below_months=line.terms.age_below_months,
            sex=parts.sex,
            districts=parts.districts,
            programmes=parts.programmes,
            pilot_districts=published.pilot_districts if published is not None else (),
        )
        rules.check_eligible(terms, person, today, field)
