"""first_tables"""

import sqlalchemy as sa
from alembic import op
from chassis.migrations import create_messaging_tables, create_signing_key_table
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messaging_tables(op)
    create_signing_key_table(op)
    op.create_table(
        "access_log",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("access_log_of", "access_log", ["resident_id", "position"], unique=False)
    op.create_table(
        "consent_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("grantee_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.LargeBinary(), nullable=False),
        sa.Column("template_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('requested', 'granted', 'denied', 'withdrawn')", name="request_status"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_line_id"),
    )
    op.create_index(op.f("ix_consent_request_order_id"), "consent_request", ["order_id"], unique=False)
    op.create_index("request_by_resident", "consent_request", ["resident_id", "id"], unique=False)
    op.create_table(
        "consent_artefact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consent_request_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("grantee_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("information_types", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("access_mode", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("artefact_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("cardinality(information_types) > 0", name="artefact_permits_something"),
        sa.CheckConstraint("expires_at > granted_at", name="artefact_lives"),
        sa.ForeignKeyConstraint(
            ["consent_request_id"],
            ["consent_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("consent_request_id"),
    )
    op.create_index("artefact_by_grantee", "consent_artefact", ["grantee_id", "id"], unique=False)
    op.create_index(
        "artefact_for_decision", "consent_artefact", ["resident_id", "grantee_id", "granted_at"], unique=False
    )
    op.create_index(op.f("ix_consent_artefact_order_id"), "consent_artefact", ["order_id"], unique=False)
    for statement in (LOG_ONLY_GROWS, LOG_STAYS, ARTEFACT_IS_SIGNED, ARTEFACTS_STAY):
        op.execute(statement)


LOG_ONLY_GROWS = """
    CREATE FUNCTION access_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the access log is only ever added to' USING ERRCODE = 'check_violation';
    END $$
"""
LOG_STAYS = """
    CREATE TRIGGER log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
    FOR EACH STATEMENT EXECUTE FUNCTION access_log_only_grows()
"""
# An artefact is signed: it may be revoked, once, and nothing else about it may change.
ARTEFACT_IS_SIGNED = """
    CREATE FUNCTION artefact_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL
            OR to_jsonb(OLD) - '{revoked_at,revoked_because}'::text[]
                <> to_jsonb(NEW) - '{revoked_at,revoked_because}'::text[] THEN
            RAISE EXCEPTION 'a consent artefact may only be revoked, once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ARTEFACTS_STAY = """
    CREATE TRIGGER artefacts_stay BEFORE UPDATE OR DELETE ON consent_artefact
    FOR EACH ROW EXECUTE FUNCTION artefact_is_signed()
"""
