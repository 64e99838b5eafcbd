"""Models of devices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "device_model",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("maker", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("codes", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("units", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("bluetooth_service", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("kind BETWEEN 1 AND 12", name="device_model_kind"),
        sa.CheckConstraint("status BETWEEN 1 AND 3", name="device_model_status"),
        sa.CheckConstraint(
            "cardinality(codes) > 0 AND cardinality(codes) = cardinality(units)", name="device_model_codes"
        ),
        sa.CheckConstraint("decided_by <> proposed_by", name="device_model_decided_by_another"),
        sa.CheckConstraint(
            "CASE WHEN partner_id IS NULL THEN status = 2 AND proposed_by IS NULL AND decided_by IS NULL"
            " ELSE proposed_by IS NOT NULL AND (status = 1) = (decided_by IS NULL) END",
            name="device_model_decided",
        ),
        sa.CheckConstraint("(status = 3) = (reason <> '')", name="device_model_refused_with_a_reason"),
        sa.PrimaryKeyConstraint("id"),
    )
    named = [sa.text("lower(maker)"), sa.text("lower(name)")]
    op.create_index("device_model_named_once", "device_model", named, unique=True)
    op.create_index("device_model_listed", "device_model", ["position"], unique=True)
    op.execute(STAYS)
    op.execute(DECIDED_ONCE)
    op.execute(KEPT)


# A model is decided on once, and what it is stays.
STAYS = """
    CREATE FUNCTION device_model_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' THEN
            RAISE EXCEPTION 'models of devices are only ever added to' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.status <> 1
            OR (OLD.id, OLD.maker, OLD.name, OLD.kind, OLD.codes, OLD.units, OLD.bluetooth_service, OLD.partner_id,
                OLD.proposed_by, OLD.proposed_at)
                IS DISTINCT FROM
                (NEW.id, NEW.maker, NEW.name, NEW.kind, NEW.codes, NEW.units, NEW.bluetooth_service, NEW.partner_id,
                NEW.proposed_by, NEW.proposed_at)
        THEN
            RAISE EXCEPTION 'a model of a device stays what it is' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
DECIDED_ONCE = """
    CREATE TRIGGER device_model_stays BEFORE UPDATE ON device_model FOR EACH ROW EXECUTE FUNCTION device_model_stays()
"""
KEPT = """
    CREATE TRIGGER device_models_are_kept BEFORE DELETE OR TRUNCATE ON device_model
    FOR EACH STATEMENT EXECUTE FUNCTION device_model_stays()
"""
