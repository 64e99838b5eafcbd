"""A partner leaves by five steps, each once, in their order; nothing is skipped, and the last is final."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("partner", sa.Column("offboarding_step", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("partner", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("partner_status", "partner")
    op.create_check_constraint(
        "partner_status",
        "partner",
        "status IN ('screening', 'certifying', 'contracting', 'active', 'suspended', 'offboarding', 'left', 'rejected')",
    )
    op.create_check_constraint("partner_left", "partner", "status <> 'left' OR left_at IS NOT NULL")
    op.create_table(
        "offboarding",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("partner_id", sa.Uuid(), sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("stopped_by", sa.Uuid(), nullable=True),
        sa.Column("stopped_as", sa.String(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_reason", sa.String(), nullable=False, server_default=""),
        sa.CheckConstraint(
            "num_nonnulls(stopped_by, stopped_as, stopped_at) IN (0, 3) AND (stopped_at IS NULL) = (stop_reason = '')"
            " AND stopped_as IN ('partner', 'operator')",
            name="offboarding_stopped",
        ),
        sa.CheckConstraint("stopped_at IS NULL OR step < 5", name="offboarding_ends_once"),
    )
    op.create_index(
        "offboarding_one_open",
        "offboarding",
        ["partner_id"],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_index("offboarding_of", "offboarding", ["partner_id", "id"])
    op.create_table(
        "offboarding_step",
        sa.Column("offboarding_id", sa.Uuid(), sa.ForeignKey("offboarding.id"), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("taken_as", sa.String(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("offboarding_id", "step"),
        sa.CheckConstraint(
            "step BETWEEN 1 AND 5 AND taken_as = CASE WHEN step = 5 THEN 'operator' ELSE 'partner' END",
            name="offboarding_step_is_theirs",
        ),
    )
    for statement in (STEPS, IN_ORDER, ORDERED, STAYS, STAY, ROW_STAYS, ROW_STAY, STATUS, STATUS_FOLLOWS):
        op.execute(statement)


# As in 0013; and a partner leaves.
STEPS = """
    CREATE OR REPLACE FUNCTION partner_steps() RETURNS TABLE (was text, became text, taken_as text)
    LANGUAGE sql IMMUTABLE AS $$
        VALUES ('', 'screening', 'partner'), ('rejected', 'screening', 'partner'),
            ('screening', 'certifying', 'operator'), ('screening', 'rejected', 'operator'),
            ('certifying', 'contracting', 'operator'), ('certifying', 'contracting', 'regulator'),
            ('contracting', 'active', 'partner'),
            ('active', 'suspended', 'operator'), ('active', 'suspended', 'regulator'),
            ('suspended', 'suspended', 'regulator'),
            ('suspended', 'active', 'operator'), ('suspended', 'active', 'regulator'),
            ('active', 'offboarding', 'partner'),
            ('offboarding', 'active', 'partner'), ('offboarding', 'active', 'operator'),
            ('offboarding', 'left', 'operator')
    $$
"""
IN_ORDER = """
    CREATE FUNCTION offboarding_step_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.step <> 1 + (SELECT count(*) FROM offboarding_step WHERE offboarding_id = NEW.offboarding_id)
            OR EXISTS (SELECT FROM offboarding WHERE id = NEW.offboarding_id AND stopped_at IS NOT NULL) THEN
            RAISE EXCEPTION 'a partner leaves step by step, while nobody has stopped it'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ORDERED = """
    CREATE TRIGGER offboarding_step_in_order BEFORE INSERT ON offboarding_step
    FOR EACH ROW EXECUTE FUNCTION offboarding_step_in_order()
"""
STAYS = """
    CREATE FUNCTION offboarding_step_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a step of leaving that was taken stays' USING ERRCODE = 'check_violation';
    END $$
"""
STAY = """
    CREATE TRIGGER offboarding_steps_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON offboarding_step
    FOR EACH STATEMENT EXECUTE FUNCTION offboarding_step_stays()
"""
# `step` is the number of steps that were taken, which the row of the step follows within the transaction.
ROW_STAYS = """
    CREATE FUNCTION offboarding_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE later text[] := '{step,stopped_by,stopped_as,stopped_at,stop_reason}';
    BEGIN
        IF TG_OP <> 'UPDATE' OR to_jsonb(OLD) - later <> to_jsonb(NEW) - later OR OLD.stopped_at IS NOT NULL
            OR OLD.step = 5 OR NEW.step NOT IN (OLD.step, OLD.step + 1) THEN
            RAISE EXCEPTION 'leaving goes on step by step, or is stopped once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ROW_STAY = """
    CREATE TRIGGER offboarding_stays BEFORE UPDATE OR DELETE ON offboarding
    FOR EACH ROW EXECUTE FUNCTION offboarding_stays()
"""
# What a partner's row says is so at the end of the transaction.
STATUS = """
    CREATE FUNCTION partner_leaves_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE taken integer := coalesce((
        SELECT max(step.step) FROM offboarding_step AS step JOIN offboarding ON offboarding.id = step.offboarding_id
        WHERE offboarding.partner_id = NEW.id AND offboarding.stopped_at IS NULL), 0);
        now_is partner%ROWTYPE;
    BEGIN
        SELECT * INTO now_is FROM partner WHERE id = NEW.id;
        IF now_is.offboarding_step <> taken OR (now_is.status = 'left') <> (taken = 5)
            OR (now_is.status = 'offboarding') <> (taken BETWEEN 1 AND 4) THEN
            RAISE EXCEPTION 'a partner is leaving, or has left, as its steps say' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
STATUS_FOLLOWS = """
    CREATE CONSTRAINT TRIGGER partner_leaves_in_order AFTER UPDATE OF status, offboarding_step ON partner
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.offboarding_step IS DISTINCT FROM NEW.offboarding_step)
    EXECUTE FUNCTION partner_leaves_in_order()
"""
