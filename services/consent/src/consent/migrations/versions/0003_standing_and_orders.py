"""Decisions ask partners' standing; a consent begins with its confirmed order and ends with it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent_artefact", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "consent_artefact", sa.Column("ended_because", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.create_check_constraint(
        "artefact_ends_for_a_reason", "consent_artefact", "(ended_at IS NULL) = (ended_because = 0)"
    )
    op.create_table(
        "standing",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("reads_data", sa.Boolean(), nullable=False),
        sa.Column("certified_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id"),
    )
    op.create_index("standing_unknown", "standing", ["partner_id"], postgresql_where=sa.text("version = 0"))
    op.create_table(
        "consent_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "order_under_way",
        "consent_order",
        ["resident_id", "partner_id"],
        postgresql_where=sa.text("confirmed_at IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_table(
        "last_scan",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "partner_id"),
    )
    op.create_table(
        "agreement",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("template_hash", sa.LargeBinary(), nullable=False),
        sa.Column("grantee_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "resident_id", "template_hash"),
    )
    op.create_index("agreement_by_person", "agreement", ["agreed_by", "agreed_at"], unique=False)
    op.create_table(
        "refusal",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("asker_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "asker_id", "reason", "day"),
        sa.UniqueConstraint("position", name="refusal_of_one_entry"),
    )
    for statement in (SIGNED, FOLLOWS, NO_TRIGGER, FOLLOWS_ARTEFACTS, GOES_FORWARD, UNDER_WAY, STRANGERS):
        op.execute(statement)


# An artefact is signed: it may be revoked, once, or end, once, and nothing else about it may change.
SIGNED = """
    CREATE OR REPLACE FUNCTION artefact_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL OR OLD.ended_at IS NOT NULL
            OR to_jsonb(OLD) - '{revoked_at,revoked_because,ended_at,ended_because}'::text[]
                <> to_jsonb(NEW) - '{revoked_at,revoked_because,ended_at,ended_because}'::text[] THEN
            RAISE EXCEPTION 'a consent artefact may only be revoked, or end, once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
FOLLOWS = """
    CREATE OR REPLACE FUNCTION erasure_follows_artefact() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO erasure AS known (consent_id, grantee_id, due_at)
        VALUES (NEW.id, NEW.grantee_id,
            LEAST(NEW.expires_at, NEW.revoked_at, NEW.ended_at) + NEW.retention_days * interval '24 hours')
        ON CONFLICT (consent_id) DO UPDATE SET due_at = excluded.due_at
        WHERE known.announced_at IS NULL AND known.attested_at IS NULL;
        RETURN NULL;
    END $$
"""
NO_TRIGGER = "DROP TRIGGER erasure_follows ON consent_artefact"
FOLLOWS_ARTEFACTS = """
    CREATE TRIGGER erasure_follows AFTER INSERT OR UPDATE OF revoked_at, ended_at ON consent_artefact
    FOR EACH ROW WHEN (NEW.access_mode = 2 OR NEW.retention_days > 0) EXECUTE FUNCTION erasure_follows_artefact()
"""
GOES_FORWARD = """
    CREATE OR REPLACE FUNCTION erasure_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.attested_at IS NOT NULL OR NEW.due_at > OLD.due_at
            OR (NEW.consent_id, NEW.grantee_id) <> (OLD.consent_id, OLD.grantee_id)
            OR (OLD.announced_at IS NOT NULL
                AND (NEW.announced_at, NEW.due_at) IS DISTINCT FROM (OLD.announced_at, OLD.due_at)) THEN
            RAISE EXCEPTION 'an erasure is brought forward, announced once, attested once, and else stays'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.attested_at
            < (SELECT LEAST(expires_at, revoked_at, ended_at) FROM consent_artefact WHERE id = NEW.consent_id) THEN
            RAISE EXCEPTION 'an erasure is attested after the consent has ended' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
# How the orders of consents from before stand is not known here. What is in force now goes on until its order's end is
# heard of, or until it expires; what the release before this one grants meanwhile waits for its order's confirmation.
UNDER_WAY = """
    INSERT INTO consent_order (id, resident_id, partner_id, confirmed_at, ended_because, version)
    SELECT DISTINCT ON (order_id) order_id, resident_id, grantee_id, now(), 0, 0 FROM consent_artefact
    WHERE revoked_at IS NULL AND expires_at > now()
"""
STRANGERS = """
    INSERT INTO standing (partner_id, reads_data, version)
    SELECT DISTINCT grantee_id, false, 0 FROM consent_artefact WHERE revoked_at IS NULL AND expires_at > now()
"""
