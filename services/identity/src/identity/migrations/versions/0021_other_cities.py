"""Codes of other cities are redeemed there, and ours for them: trust lists, their keys, scans elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trust_list",
        sa.Column("authority", sa.String(), primary_key=True),
        sa.Column("sequence", sa.BigInteger(), primary_key=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("sequence > 0", name="trust_list_sequence"),
        sa.CheckConstraint("expires_at > issued_at", name="trust_list_times"),
    )
    op.create_table(
        "city_statement",
        sa.Column("city", sa.String(), primary_key=True),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "city_request",
        sa.Column("city", sa.String(), primary_key=True),
        sa.Column("nonce", sa.String(), primary_key=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_city_request_expires_at", "city_request", ["expires_at"])
    op.create_table(
        "foreign_scan",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("token_id", sa.LargeBinary(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), sa.ForeignKey("practitioner.id"), nullable=False),
        sa.Column("institution_id", sa.Uuid(), sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.UniqueConstraint("city", "token_id", name="foreign_scan_once"),
    )
    # Who scanned is a practitioner of ours, or somebody of another city, as that city says.
    for table in ("scan", "code_replay"):
        op.add_column(table, sa.Column("elsewhere", sa.String(), nullable=True))
        op.add_column(table, sa.Column("elsewhere_id", sa.Uuid(), nullable=True))
        op.alter_column(table, "practitioner_id", nullable=True)
        op.alter_column(table, "institution_id", nullable=True)
        op.create_check_constraint(
            f"{table}_scanner",
            table,
            "num_nonnulls(practitioner_id, institution_id, elsewhere, elsewhere_id) = 2"
            " AND (practitioner_id IS NULL) = (institution_id IS NULL)",
        )
    op.create_unique_constraint("code_replay_once_elsewhere", "code_replay", ["scan_id", "elsewhere_id"])
    op.execute(FORWARD)
    op.execute(GOES_FORWARD)
    op.execute(NEWER)
    op.execute(STAYS_NEWER)
    for table in ("trust_list", "foreign_scan"):
        op.execute(STAYS.format(table=table))


# A list that was rolled back is none, whichever way it comes.
FORWARD = """
    CREATE FUNCTION trust_list_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('trust_list'));
        IF EXISTS (SELECT FROM trust_list WHERE authority = NEW.authority AND sequence >= NEW.sequence) THEN
            RAISE EXCEPTION 'a trust list never goes back to a number' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
GOES_FORWARD = """
    CREATE TRIGGER trust_list_goes_forward BEFORE INSERT ON trust_list
    FOR EACH ROW EXECUTE FUNCTION trust_list_goes_forward()
"""
# Nor does what a city said of its keys.
NEWER = """
    CREATE FUNCTION city_statement_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.city <> OLD.city OR NEW.issued_at < OLD.issued_at THEN
            RAISE EXCEPTION 'an older statement of a city never replaces a newer one' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
STAYS_NEWER = """
    CREATE TRIGGER city_statement_goes_forward BEFORE UPDATE ON city_statement
    FOR EACH ROW EXECUTE FUNCTION city_statement_goes_forward()
"""
STAYS = """
    CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION scans_only_grow()
"""
