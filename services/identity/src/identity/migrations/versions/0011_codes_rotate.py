"""Health codes have generations, scans say where and when, and copies of a code are kept for the resident to see."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("resident", sa.Column("code_generation", sa.Integer(), server_default="0", nullable=False))
    op.add_column("scan", sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("scan", sa.Column("app", sa.String(), server_default="", nullable=False))
    op.add_column("scan", sa.Column("place", sa.String(), server_default="", nullable=False))
    op.create_check_constraint(
        "scan_late_within",
        "scan",
        "received_at >= scanned_at AND received_at <= scanned_at + interval '72 hours'",
    )
    op.create_index("scan_of_resident", "scan", ["resident_id", "scanned_at", "id"])
    op.drop_index("ix_scan_resident_id", "scan")
    op.create_table(
        "code_replay",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rotated", sa.Boolean(), nullable=False),
        sa.Column("app", sa.String(), server_default="", nullable=False),
        sa.Column("place", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"]),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"]),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioner.id"]),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("scan_id", "practitioner_id", name="code_replay_once"),
    )
    op.create_index("code_replay_of_resident", "code_replay", ["resident_id", "first_at", "id"])
    op.create_table(
        "code_rotation",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.CheckConstraint(
            "because IN ('replay', 'resident', 'guardianship', 'sessions')", name="code_rotation_because"
        ),
        sa.CheckConstraint("generation > 0", name="code_rotation_forward"),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"]),
        sa.PrimaryKeyConstraint("resident_id", "generation"),
    )
    op.execute(ONLY_ADDED)
    for table in ("scan", "code_replay", "code_rotation"):
        op.execute(STAYS.format(table=table))
    op.execute(FORWARD)
    op.execute(GOES_FORWARD)


ONLY_ADDED = """
    CREATE FUNCTION scans_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'scans, copies and rotations of codes are only ever added to' USING ERRCODE = 'check_violation';
    END $$
"""
STAYS = """
    CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION scans_only_grow()
"""
# A token that was void is never good again.
FORWARD = """
    CREATE FUNCTION code_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.code_generation < OLD.code_generation THEN
            RAISE EXCEPTION 'a health code never goes back to a generation' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
GOES_FORWARD = """
    CREATE TRIGGER code_goes_forward BEFORE UPDATE OF code_generation ON resident
    FOR EACH ROW EXECUTE FUNCTION code_goes_forward()
"""
