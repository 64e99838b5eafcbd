"""Legal bases other than consent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "legal_basis",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statute", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("grantee_id", sa.Uuid(), nullable=False),
        sa.Column("information_types", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("sensitive_categories", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("access_mode", sa.Integer(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.CheckConstraint("cardinality(information_types) > 0", name="legal_basis_permits_something"),
        sa.CheckConstraint("valid_days > 0", name="legal_basis_lasts"),
        sa.CheckConstraint("signed_by <> entered_by", name="legal_basis_takes_two"),
        sa.CheckConstraint(
            "num_nulls(signed_by, signed_at, expires_at) IN (0, 3)", name="legal_basis_signed_as_a_whole"
        ),
        sa.CheckConstraint(
            "num_nulls(ended_by, ended_at, ended_because) IN (0, 3)", name="legal_basis_ended_as_a_whole"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "legal_basis_in_force",
        "legal_basis",
        ["grantee_id"],
        postgresql_where=sa.text("signed_at IS NOT NULL AND ended_at IS NULL"),
    )
    op.execute(STAYS)
    op.execute(BASES_STAY)


# What was entered is what is signed: nothing else about it changes, and what has ended stays ended.
STAYS = """
    CREATE FUNCTION legal_basis_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        signature text[] := '{signed_by,signed_at,expires_at}';
        ending text[] := '{ended_by,ended_at,ended_because}';
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
            OR to_jsonb(OLD) - signature - ending <> to_jsonb(NEW) - signature - ending
            OR OLD.signed_at IS NOT NULL
                AND (OLD.signed_by, OLD.signed_at, OLD.expires_at)
                    IS DISTINCT FROM (NEW.signed_by, NEW.signed_at, NEW.expires_at) THEN
            RAISE EXCEPTION 'a legal basis is signed once, ended once, and else stays'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
BASES_STAY = """
    CREATE TRIGGER legal_bases_stay BEFORE UPDATE OR DELETE ON legal_basis
    FOR EACH ROW EXECUTE FUNCTION legal_basis_stays()
"""
