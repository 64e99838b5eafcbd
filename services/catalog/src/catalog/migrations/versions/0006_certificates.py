"""A revision names the certificates it was published under, and who decided its review."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ids = postgresql.ARRAY(sa.TEXT())
    op.add_column("partner_standing", sa.Column("certificate_ids", ids, nullable=False, server_default="{}"))
    op.add_column("offering_revision", sa.Column("certificate_ids", ids, nullable=False, server_default="{}"))
    op.add_column("offering_revision", sa.Column("reviewed_by", sa.Uuid(), nullable=True))
    op.add_column("offering_revision", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(TERMS_STAY)


TERMS_STAY = """
    CREATE OR REPLACE FUNCTION terms_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE'
            OR (OLD.manifest, OLD.price_minor, OLD.currency, OLD.consent_hash, OLD.category, OLD.certificate_ids,
                OLD.reviewed_by)
            IS DISTINCT FROM (NEW.manifest, NEW.price_minor, NEW.currency, NEW.consent_hash, NEW.category,
                NEW.certificate_ids, NEW.reviewed_by)
        THEN
            RAISE EXCEPTION 'the terms of a published revision stay as they are; publish another revision';
        END IF;
        RETURN NEW;
    END $$
"""
