"""What grantees keep under a consent is to be erased after its end, and they attest that it was."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "consent_artefact", sa.Column("retention_days", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.create_check_constraint("artefact_retention", "consent_artefact", "retention_days >= 0")
    op.create_table(
        "erasure",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("grantee_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_by", sa.Uuid(), nullable=True),
        sa.Column("method", sa.Integer(), nullable=True),
        sa.Column("protocol_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("attestation_hash", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("announced_at >= due_at", name="erasure_announced_when_due"),
        sa.CheckConstraint(
            "num_nonnulls(attested_at, attested_by, method, receipt, attestation_hash) IN (0, 5)",
            name="erasure_attested_as_a_whole",
        ),
        sa.CheckConstraint("method BETWEEN 1 AND 5", name="erasure_method"),
        sa.CheckConstraint("octet_length(protocol_sha256) = 32", name="erasure_protocol"),
        sa.ForeignKeyConstraint(["consent_id"], ["consent_artefact.id"]),
        sa.PrimaryKeyConstraint("consent_id"),
    )
    op.create_index("erasure_by_grantee", "erasure", ["grantee_id", "due_at", "consent_id"], unique=False)
    op.create_index("erasure_by_due", "erasure", ["due_at", "consent_id"], unique=False)
    op.create_index(
        "erasure_open", "erasure", ["due_at"], unique=False, postgresql_where=sa.text("attested_at IS NULL")
    )
    for statement in (FOLLOWS, FOLLOWS_ARTEFACTS, GOES_FORWARD, ERASURES_STAY, OF_ARTEFACTS_THERE_ARE):
        op.execute(statement)


# The rule, where every writer follows it, the release before this one too: kept is what a STORE consent (2) permits, and
# what a retention permits; it is erased so many days of 24 hours after the consent's end. Once announced or attested the
# moment stays.
FOLLOWS = """
    CREATE FUNCTION erasure_follows_artefact() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO erasure AS known (consent_id, grantee_id, due_at)
        VALUES (NEW.id, NEW.grantee_id,
            LEAST(NEW.expires_at, NEW.revoked_at) + NEW.retention_days * interval '24 hours')
        ON CONFLICT (consent_id) DO UPDATE SET due_at = excluded.due_at
        WHERE known.announced_at IS NULL AND known.attested_at IS NULL;
        RETURN NULL;
    END $$
"""
FOLLOWS_ARTEFACTS = """
    CREATE TRIGGER erasure_follows AFTER INSERT OR UPDATE OF revoked_at ON consent_artefact
    FOR EACH ROW WHEN (NEW.access_mode = 2 OR NEW.retention_days > 0) EXECUTE FUNCTION erasure_follows_artefact()
"""
GOES_FORWARD = """
    CREATE FUNCTION erasure_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.attested_at IS NOT NULL OR NEW.due_at > OLD.due_at
            OR (NEW.consent_id, NEW.grantee_id) <> (OLD.consent_id, OLD.grantee_id)
            OR (OLD.announced_at IS NOT NULL
                AND (NEW.announced_at, NEW.due_at) IS DISTINCT FROM (OLD.announced_at, OLD.due_at)) THEN
            RAISE EXCEPTION 'an erasure is brought forward, announced once, attested once, and else stays'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.attested_at < (SELECT LEAST(expires_at, revoked_at) FROM consent_artefact WHERE id = NEW.consent_id) THEN
            RAISE EXCEPTION 'an erasure is attested after the consent has ended' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ERASURES_STAY = """
    CREATE TRIGGER erasures_stay BEFORE UPDATE OR DELETE ON erasure
    FOR EACH ROW EXECUTE FUNCTION erasure_goes_forward()
"""
# Nobody was told so far: what ended before is due from now on, not overdue at once.
OF_ARTEFACTS_THERE_ARE = """
    INSERT INTO erasure (consent_id, grantee_id, due_at)
    SELECT id, grantee_id, GREATEST(LEAST(expires_at, revoked_at), now()) FROM consent_artefact WHERE access_mode = 2
"""
