"""Sign-ins with an OpenID provider, and the accounts that are linked with it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.refusals import NotFound
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain.providers import ProviderLinkTaken
from identity.tables import ProviderLinkRow, ProviderSignInRow


async def add_sign_in(session: AsyncSession, row: ProviderSignInRow) -> None:
    await rows.insert(session, [row])


async def use_sign_in(
    session: AsyncSession, sign_in_id: UUID, link_of: UUID | None, now: datetime
) -> ProviderSignInRow | None:
    """A sign-in, for the one caller who is first with what the provider sent; None where it is over, or another's."""
    used = await session.scalars(
        update(ProviderSignInRow)
        .where(
            col(ProviderSignInRow.id) == sign_in_id,
            col(ProviderSignInRow.link_of).is_not_distinct_from(link_of),
            col(ProviderSignInRow.used_at).is_(None),
            col(ProviderSignInRow.expires_at) > now,
        )
        .values(used_at=now)
        .returning(ProviderSignInRow)
    )
    return used.one_or_none()


async def proven_sign_in(
    session: AsyncSession, sign_in_id: UUID, state_sha256: bytes, now: datetime
) -> ProviderSignInRow | None:
    """A sign-in of which it is known whose it is, and which waits for a second factor; locked."""
    query = select(ProviderSignInRow).where(
        ProviderSignInRow.id == sign_in_id,
        ProviderSignInRow.state_sha256 == state_sha256,
        col(ProviderSignInRow.proven_subject_id).is_not(None),
        ProviderSignInRow.expires_at > now,
    )
    return (await session.scalars(query.with_for_update())).one_or_none()


async def prove_sign_in(session: AsyncSession, sign_in_id: UUID, subject_id: UUID) -> None:
    """It is known whose sign-in it is."""
    await session.execute(
        update(ProviderSignInRow).where(col(ProviderSignInRow.id) == sign_in_id).values(proven_subject_id=subject_id)
    )


async def delete_sign_in(session: AsyncSession, sign_in_id: UUID) -> None:
    await session.execute(delete(ProviderSignInRow).where(col(ProviderSignInRow.id) == sign_in_id))


async def link_with(session: AsyncSession, issuer: str, provider_subject: str) -> ProviderLinkRow | None:
    """The link of who a provider says somebody is. Whoever uses it locks its account first, and looks again."""
    query = select(ProviderLinkRow).where(
        ProviderLinkRow.issuer == issuer, ProviderLinkRow.provider_subject == provider_subject
    )
    return (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()


async def add_link(session: AsyncSession, link: ProviderLinkRow) -> None:
    """Link an account, unless it has a link with the provider, or another account has this one."""
    added = await session.execute(
        upsert(ProviderLinkRow).values(link.model_dump()).on_conflict_do_nothing().returning(col(ProviderLinkRow.id))
    )
    if added.first() is None:
        raise ProviderLinkTaken("end that link first, signed in to the account that has it")


async def links_of(session: AsyncSession, subject_id: UUID) -> Sequence[ProviderLinkRow]:
    """Somebody's links, the oldest first."""
    query = select(ProviderLinkRow).where(ProviderLinkRow.subject_id == subject_id)
    return (await session.scalars(query.order_by(col(ProviderLinkRow.linked_at), col(ProviderLinkRow.id)))).all()


async def delete_link(session: AsyncSession, subject_id: UUID, link_id: UUID) -> ProviderLinkRow:
    """End somebody's own link. Others' are answered as if there were none."""
    deleted = await session.scalars(
        delete(ProviderLinkRow)
        .where(col(ProviderLinkRow.id) == link_id, col(ProviderLinkRow.subject_id) == subject_id)
        .returning(ProviderLinkRow)
    )
    link = deleted.one_or_none()
    if link is None:
        raise NotFound("you have no such link", "provider_link_id")
    return link
