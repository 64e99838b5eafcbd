"""What regulators freeze. A freeze is imposed once and lifted once; nothing else of it changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regulator_freeze",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("capabilities", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("imposed_by", sa.Uuid(), nullable=False),
        sa.Column("imposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.String(), nullable=False),
        sa.CheckConstraint("target IN ('partner', 'offering', 'practitioner', 'account')", name="freeze_target"),
        sa.CheckConstraint("cardinality(capabilities) > 0", name="freeze_of_something"),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason = '')",
            name="freeze_lifted_by_somebody",
        ),
    )
    in_force = sa.text("lifted_at IS NULL")
    op.create_index(
        "freeze_of_a_case",
        "regulator_freeze",
        ["target", "target_id", "case_number"],
        unique=True,
        postgresql_where=in_force,
    )
    op.create_index("freeze_by_partner", "regulator_freeze", ["partner_id", "id"])
    for statement in (STAYS, IS_LIFTED_ONCE, IS_NOT_REMOVED):
        op.execute(statement)


STAYS = """
    CREATE FUNCTION freeze_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' OR OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL
            OR to_jsonb(OLD) - '{lifted_by,lifted_at,lift_reason}'::text[]
                <> to_jsonb(NEW) - '{lifted_by,lifted_at,lift_reason}'::text[] THEN
            RAISE EXCEPTION 'a freeze is lifted once, and else stays as it is' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
IS_LIFTED_ONCE = """
    CREATE TRIGGER freeze_is_lifted_once BEFORE UPDATE OR DELETE ON regulator_freeze
    FOR EACH ROW EXECUTE FUNCTION freeze_stays()
"""
IS_NOT_REMOVED = """
    CREATE TRIGGER freeze_is_not_removed BEFORE TRUNCATE ON regulator_freeze
    FOR EACH STATEMENT EXECUTE FUNCTION freeze_stays()
"""
