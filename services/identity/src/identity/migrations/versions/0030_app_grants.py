"""What residents let apps see: codes, used once, and the sessions that they were exchanged for."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("goes_on", sa.Boolean(), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_sha256"),
        sa.UniqueConstraint("session_id"),
        sa.CheckConstraint("octet_length(code_sha256) = 32 AND octet_length(challenge) = 32", name="app_grant_hashes"),
        sa.CheckConstraint("code_until <= granted_at + interval '1 minute'", name="app_grant_code_is_short"),
        sa.CheckConstraint("used_at IS NOT NULL OR session_id IS NULL", name="app_grant_used"),
    )
    op.create_index("app_grant_of_consent", "app_grant", ["consent_id"])
    op.create_index("app_grant_until", "app_grant", ["until"])
    # A code is used once, and what has ended stays so; a row goes when it is long over.
    op.execute(
        """
        CREATE FUNCTION app_grant_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE moving CONSTANT text[] := ARRAY['used_at', 'session_id', 'ended_at'];
        BEGIN
            IF to_jsonb(NEW) - moving IS DISTINCT FROM to_jsonb(OLD) - moving THEN
                RAISE EXCEPTION 'what a resident let an app see does not change' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at THEN
                RAISE EXCEPTION 'an app''s code is used once' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
                RAISE EXCEPTION 'what an app was let see ended before' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER app_grant_goes_forward BEFORE UPDATE ON app_grant
        FOR EACH ROW EXECUTE FUNCTION app_grant_goes_forward()
        """
    )
