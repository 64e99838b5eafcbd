"""Who may take a partner from one status to another, and who did."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("partner", sa.Column("suspended_as", sa.String(), nullable=True))
    op.add_column("partner", sa.Column("suspended_by", sa.Uuid(), nullable=True))
    op.add_column("partner", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint("partner_suspended_as", "partner", "suspended_as IN ('operator', 'regulator')")
    op.create_table(
        "partner_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("became", sa.String(), nullable=False),
        sa.Column("taken_as", sa.String(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("taken_as IN ('partner', 'operator', 'regulator')", name="step_taken_as"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("step_of", "partner_step", ["partner_id", "id"], unique=False)
    for statement in (STEPS, STEP_IS_THEIRS, STEPS_ARE_TAKEN, STEP_STAYS, STEPS_STAY, LIFTED, STATUS_MOVES):
        op.execute(statement)


# `domain.NEXT`, where every writer follows it. A suspension may be taken over; an application is the first step.
STEPS = """
    CREATE FUNCTION partner_steps() RETURNS TABLE (was text, became text, taken_as text) LANGUAGE sql IMMUTABLE AS $$
        VALUES ('', 'screening', 'partner'), ('rejected', 'screening', 'partner'),
            ('screening', 'certifying', 'operator'), ('screening', 'rejected', 'operator'),
            ('certifying', 'contracting', 'operator'), ('contracting', 'active', 'partner'),
            ('active', 'suspended', 'operator'), ('active', 'suspended', 'regulator'),
            ('suspended', 'suspended', 'regulator'),
            ('suspended', 'active', 'operator'), ('suspended', 'active', 'regulator')
    $$
"""
STEP_IS_THEIRS = """
    CREATE FUNCTION partner_step_is_theirs() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM partner_steps() AS may
            WHERE (may.was, may.became, may.taken_as) = (NEW.was, NEW.became, NEW.taken_as)) THEN
            RAISE EXCEPTION 'this role does not take this step' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
STEPS_ARE_TAKEN = """
    CREATE TRIGGER step_is_theirs BEFORE INSERT ON partner_step
    FOR EACH ROW EXECUTE FUNCTION partner_step_is_theirs()
"""
STEP_STAYS = """
    CREATE FUNCTION partner_step_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a step that was taken stays' USING ERRCODE = 'check_violation';
    END $$
"""
STEPS_STAY = """
    CREATE TRIGGER step_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON partner_step
    FOR EACH STATEMENT EXECUTE FUNCTION partner_step_stays()
"""
# The release before this one notes no steps; what it suspends has no `suspended_as`, which the rules take for a
# regulator's. It cannot lift what a regulator suspended.
LIFTED = """
    CREATE FUNCTION partner_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM partner_steps() AS may
            WHERE (may.was, may.became) = (OLD.status::text, NEW.status::text)) THEN
            RAISE EXCEPTION 'a partner does not go from % to %', OLD.status, NEW.status
                USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.status = 'suspended' AND NEW.status <> 'suspended' AND OLD.suspended_as = 'regulator'
            AND NOT EXISTS (SELECT FROM partner_step AS step WHERE step.partner_id = OLD.id
                AND step.was = 'suspended' AND step.became = 'active' AND step.taken_as = 'regulator'
                AND step.taken_at >= OLD.suspended_at) THEN
            RAISE EXCEPTION 'only a regulator lifts a regulator''s suspension' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
STATUS_MOVES = """
    CREATE TRIGGER status_moves BEFORE UPDATE OF status ON partner
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION partner_status_moves()
"""
