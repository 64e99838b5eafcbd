"""A trust list is proposed by one person and approved by another, unless it comes with the city's pack."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trust_list_proposal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("status IN ('proposed', 'approved', 'rejected')", name="trust_list_proposal_status"),
        sa.CheckConstraint("status <> 'approved' OR decided_by <> proposed_by", name="trust_list_by_two"),
        sa.CheckConstraint(
            "(status = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="trust_list_proposal_decided",
        ),
    )
    op.create_index(
        "trust_list_proposal_open", "trust_list_proposal", ["authority"], unique=True,
        postgresql_where=sa.text("status = 'proposed'"),
    )  # fmt: skip
    op.add_column("trust_list", sa.Column("approved_by", sa.Uuid(), nullable=True))
    for statement in (DECIDED_ONCE, IS_DECIDED_ONCE, APPROVED, IS_APPROVED):
        op.execute(statement)


DECIDED_ONCE = """
    CREATE FUNCTION trust_list_proposal_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' OR OLD.status <> 'proposed'
            OR (OLD.id, OLD.authority, OLD.sequence, OLD.document, OLD.proposed_by, OLD.proposed_at)
            IS DISTINCT FROM (NEW.id, NEW.authority, NEW.sequence, NEW.document, NEW.proposed_by, NEW.proposed_at)
        THEN
            RAISE EXCEPTION 'a proposed trust list stays as it is and is decided once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
IS_DECIDED_ONCE = """
    CREATE TRIGGER decided_once BEFORE UPDATE OR DELETE ON trust_list_proposal
    FOR EACH ROW EXECUTE FUNCTION trust_list_proposal_is_decided_once()
"""
APPROVED = """
    CREATE FUNCTION trust_list_is_approved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM trust_list_proposal AS proposal WHERE proposal.authority = NEW.authority
            AND proposal.sequence = NEW.sequence AND proposal.document = NEW.document AND proposal.status = 'approved'
            AND proposal.proposed_by = NEW.taken_by AND proposal.decided_by = NEW.approved_by
        ) THEN
            RAISE EXCEPTION 'a trust list that a person puts is approved by another' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
IS_APPROVED = """
    CREATE TRIGGER trust_list_is_approved BEFORE INSERT ON trust_list
    FOR EACH ROW WHEN (NEW.taken_by IS NOT NULL) EXECUTE FUNCTION trust_list_is_approved()
"""
