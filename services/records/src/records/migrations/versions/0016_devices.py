"""Devices, their keys, and what they have sent."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("user_index", sa.Integer(), nullable=True),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_as", sa.Integer(), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("bound_at", MOMENT, nullable=True),
        sa.Column("bound_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.Integer(), nullable=True),
        sa.Column("last_received_at", MOMENT, nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("day_readings", sa.Integer(), nullable=False),
        sa.CheckConstraint("status BETWEEN 1 AND 4", name="device_status"),
        sa.CheckConstraint("(institution_id IS NULL) = (order_id IS NULL)", name="device_of_an_order"),
        sa.CheckConstraint("institution_id IS NOT NULL OR status IN (2, 4)", name="device_own_is_bound"),
        sa.CheckConstraint("status <> 2 OR bound_at IS NOT NULL", name="device_bound"),
        sa.CheckConstraint("(status IN (3, 4)) = (ended_at IS NOT NULL)", name="device_ended"),
        sa.CheckConstraint("(status = 4) = (end_reason IS NOT NULL)", name="device_ended_with_a_reason"),
        sa.CheckConstraint("user_index BETWEEN 1 AND 254", name="device_user"),
        sa.ForeignKeyConstraint(["model_id"], ["device_model.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("id", "resident_id", name="device_of_resident"),
    )
    op.create_index(
        "device_bound_once", "device", ["model_id", sa.text("lower(serial)"), "user_index"], unique=True,
        postgresql_nulls_not_distinct=True, postgresql_where=sa.text("status = 2"),
    )  # fmt: skip
    op.create_index("device_of_resident_listed", "device", ["resident_id", "id"])
    op.create_index("device_of_institution_listed", "device", ["institution_id", "id"])
    op.create_table(
        "device_key",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("number > 0", name="device_key_number"),
        sa.CheckConstraint("octet_length(public_key) = 32", name="device_key_length"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"]),
        sa.PrimaryKeyConstraint("device_id", "number"),
        sa.UniqueConstraint("public_key", name="device_key_known_once"),
    )
    op.create_index(
        "device_key_in_force", "device_key", ["device_id"], unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "device_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("key_number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["device_id", "key_number"], ["device_key.device_id", "device_key.number"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "device_reading",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("measured_at", MOMENT, nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("unusual", sa.Boolean(), nullable=False),
        sa.CheckConstraint("sequence > 0", name="device_reading_sequence"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"]),
        sa.ForeignKeyConstraint(["delivery_id"], ["device_delivery.id"]),
        sa.PrimaryKeyConstraint("device_id", "sequence"),
        sa.UniqueConstraint("device_id", "measured_at", "codes", name="device_reading_once"),
    )
    op.create_table(
        "device_measure",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("measured_at", MOMENT, nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["device_id", "sequence"], ["device_reading.device_id", "device_reading.sequence"]),
        sa.ForeignKeyConstraint(["device_id", "resident_id"], ["device.id", "device.resident_id"]),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"]),
        sa.PrimaryKeyConstraint("device_id", "sequence", "code"),
    )
    op.create_index("device_measure_of_resident", "device_measure", ["resident_id", "code", "measured_at"])
    for statement in (MOVES, DEVICE_MOVES, KEY_ENDS, KEYS_END, STAY, *STAYS, WHILE_BOUND, READINGS_WHILE_BOUND):
        op.execute(statement)


# What records.domain.devices.MOVES says; whom it measures, and who bound it, stays.
MOVES = """
    CREATE FUNCTION device_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ((1, 2), (1, 3), (1, 4), (2, 4))
            OR (OLD.id, OLD.model_id, OLD.serial, OLD.user_index, OLD.resident_id, OLD.institution_id, OLD.order_id,
                OLD.requested_by, OLD.requested_as)
                IS DISTINCT FROM
                (NEW.id, NEW.model_id, NEW.serial, NEW.user_index, NEW.resident_id, NEW.institution_id, NEW.order_id,
                NEW.requested_by, NEW.requested_as)
            OR OLD.bound_at IS NOT NULL AND NEW.bound_at IS DISTINCT FROM OLD.bound_at
        THEN
            RAISE EXCEPTION 'a device cannot become this from what it is' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
DEVICE_MOVES = "CREATE TRIGGER device_moves BEFORE UPDATE ON device FOR EACH ROW EXECUTE FUNCTION device_moves()"
# A key is revoked once, and is never another device's.
KEY_ENDS = """
    CREATE FUNCTION device_key_ends() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.revoked_at IS NOT NULL
            OR (OLD.device_id, OLD.number, OLD.public_key, OLD.registered_at, OLD.registered_by)
                IS DISTINCT FROM
                (NEW.device_id, NEW.number, NEW.public_key, NEW.registered_at, NEW.registered_by)
        THEN
            RAISE EXCEPTION 'a key of a device is revoked, and nothing else' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
KEYS_END = "CREATE TRIGGER device_key_ends BEFORE UPDATE ON device_key FOR EACH ROW EXECUTE FUNCTION device_key_ends()"
STAY = """
    CREATE FUNCTION device_data_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what devices are and sent is only ever added to' USING ERRCODE = 'check_violation';
    END $$
"""
STAYS = [
    f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION device_data_stays()"
    for table in ("device_delivery", "device_reading", "device_measure")
] + [
    f"CREATE TRIGGER {table}_is_kept BEFORE DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION device_data_stays()"
    for table in ("device", "device_key")
]
# No reading crosses over: a device adds to a record while it is bound, and nothing from before.
WHILE_BOUND = """
    CREATE FUNCTION device_reading_while_bound() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM device WHERE id = NEW.device_id AND status = 2 AND bound_at <= NEW.measured_at
        ) THEN
            RAISE EXCEPTION 'a reading is of a time at which its device is bound' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
READINGS_WHILE_BOUND = """
    CREATE TRIGGER device_reading_while_bound BEFORE INSERT ON device_reading
    FOR EACH ROW EXECUTE FUNCTION device_reading_while_bound()
"""
