"""What a regulator has frozen is not on sale."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offering_freeze",
        sa.Column("freeze_id", sa.Uuid(), primary_key=True),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("lifted", sa.Boolean(), nullable=False),
    )
    op.create_index("offering_frozen", "offering_freeze", ["offering_id"], postgresql_where=sa.text("NOT lifted"))
    op.execute(IS_NOT_FROZEN)
    op.execute(PUBLISHED_UNFROZEN)


IS_NOT_FROZEN = """
    CREATE FUNCTION offering_is_not_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM offering_freeze AS frozen
            WHERE frozen.offering_id = NEW.offering_id AND NOT frozen.lifted) THEN
            RAISE EXCEPTION 'a frozen offering is not on sale' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
PUBLISHED_UNFROZEN = """
    CREATE TRIGGER published_unfrozen BEFORE UPDATE OF status ON offering_revision FOR EACH ROW
    WHEN (NEW.status = 'published' AND OLD.status <> 'published') EXECUTE FUNCTION offering_is_not_frozen()
"""
