"""Rules on what devices measure, programmes and who takes part, and what broke a rule."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alert_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("test", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Numeric(), nullable=False),
        sa.Column("clear_at", sa.Numeric(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("window_minutes", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("status BETWEEN 1 AND 4", name="alert_rule_status"),
        sa.CheckConstraint("test BETWEEN 1 AND 3 AND severity BETWEEN 1 AND 3", name="alert_rule_test"),
        sa.CheckConstraint("needed BETWEEN 1 AND readings", name="alert_rule_readings"),
        sa.CheckConstraint(
            "CASE test WHEN 2 THEN clear_at >= threshold ELSE clear_at <= threshold END", name="alert_rule_clears"
        ),
        sa.CheckConstraint("decided_by <> proposed_by", name="alert_rule_decided_by_another"),
        sa.CheckConstraint(
            "CASE WHEN programme <> '' THEN resident_id IS NULL AND practitioner_id IS NULL AND consent_id IS NULL"
            " AND (status IN (1, 4) OR decided_by IS NOT NULL)"
            " ELSE resident_id IS NOT NULL AND practitioner_id IS NOT NULL AND consent_id IS NOT NULL"
            " AND until IS NOT NULL AND status IN (2, 4) END",
            name="alert_rule_of_whom",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    in_force = sa.text("status = 2")
    op.create_index("alert_rule_of_resident", "alert_rule", ["resident_id", "code"], postgresql_where=in_force)
    op.create_index(
        "alert_rule_of_programme", "alert_rule", ["programme", "code"],
        postgresql_where=sa.text("status = 2 AND programme <> ''"),
    )  # fmt: skip
    op.create_index("alert_rule_of_consent", "alert_rule", ["consent_id"], postgresql_where=in_force)
    op.create_table(
        "programme_member",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("resident_id", "programme"),
    )
    op.create_table(
        "reading_flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("measured_at", MOMENT, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("cleared_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["rule_id"], ["alert_rule.id"]),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"]),
        sa.ForeignKeyConstraint(
            ["device_id", "sequence", "code"],
            ["device_measure.device_id", "device_measure.sequence", "device_measure.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "reading_flag_open_once", "reading_flag", ["rule_id", "resident_id"], unique=True,
        postgresql_where=sa.text("cleared_at IS NULL"),
    )  # fmt: skip
    op.create_index("reading_flag_of_resident", "reading_flag", ["resident_id", "id"])
    op.create_table(
        "ended_consent",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("consent_id"),
    )
    for statement in (MOVES, RULE_MOVES, CLEARED, FLAG_CLEARS, *STAYS):
        op.execute(statement)


# What a rule looks at stays; it is decided on once, and ends once.
MOVES = """
    CREATE FUNCTION alert_rule_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.status, NEW.status) NOT IN ((1, 2), (1, 3), (1, 4), (2, 4))
            OR (OLD.id, OLD.programme, OLD.resident_id, OLD.practitioner_id, OLD.consent_id, OLD.code, OLD.test,
                OLD.threshold, OLD.clear_at, OLD.needed, OLD.readings, OLD.window_minutes, OLD.severity, OLD.until,
                OLD.proposed_by)
                IS DISTINCT FROM
                (NEW.id, NEW.programme, NEW.resident_id, NEW.practitioner_id, NEW.consent_id, NEW.code, NEW.test,
                NEW.threshold, NEW.clear_at, NEW.needed, NEW.readings, NEW.window_minutes, NEW.severity, NEW.until,
                NEW.proposed_by)
        THEN
            RAISE EXCEPTION 'a rule cannot become this from what it is' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
RULE_MOVES = (
    "CREATE TRIGGER alert_rule_moves BEFORE UPDATE ON alert_rule FOR EACH ROW EXECUTE FUNCTION alert_rule_moves()"
)
CLEARED = """
    CREATE FUNCTION reading_flag_clears() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.cleared_at IS NOT NULL
            OR (OLD.id, OLD.rule_id, OLD.resident_id, OLD.device_id, OLD.sequence, OLD.code, OLD.record_id,
                OLD.measured_at, OLD.raised_at)
                IS DISTINCT FROM
                (NEW.id, NEW.rule_id, NEW.resident_id, NEW.device_id, NEW.sequence, NEW.code, NEW.record_id,
                NEW.measured_at, NEW.raised_at)
        THEN
            RAISE EXCEPTION 'a flag is cleared once, and nothing else' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
FLAG_CLEARS = """
    CREATE TRIGGER reading_flag_clears BEFORE UPDATE ON reading_flag
    FOR EACH ROW EXECUTE FUNCTION reading_flag_clears()
"""
STAYS = [
    f"CREATE TRIGGER {table}_is_kept BEFORE DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION device_data_stays()"
    for table in ("alert_rule", "reading_flag")
] + [
    "CREATE TRIGGER ended_consent_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ended_consent "
    "FOR EACH STATEMENT EXECUTE FUNCTION device_data_stays()"
]
