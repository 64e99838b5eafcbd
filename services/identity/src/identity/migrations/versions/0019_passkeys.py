"""Accounts have passkeys, and sessions say when a second factor was used last."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def of_an_account() -> sa.ForeignKey:
    return sa.ForeignKey("account.subject_id", ondelete="CASCADE")


def upgrade() -> None:
    op.add_column("access_session", sa.Column("factor_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("subject_id", sa.Uuid(), of_an_account(), nullable=False, index=True),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("synced", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("octet_length(credential_id) BETWEEN 1 AND 1023", name="passkey_credential_id"),
        sa.CheckConstraint("sign_count BETWEEN 0 AND 4294967295", name="passkey_sign_count"),
        sa.CheckConstraint("last_used_at >= created_at", name="passkey_used_later"),
    )
    op.create_table(
        "passkey_ceremony",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), of_an_account(), nullable=True, index=True),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.CheckConstraint("purpose IN ('first', 'another', 'use')", name="passkey_ceremony_purpose"),
        sa.CheckConstraint("(subject_id IS NULL) = (purpose = 'use')", name="passkey_ceremony_of_somebody"),
        sa.CheckConstraint("octet_length(challenge) = 32", name="passkey_ceremony_challenge"),
    )
    # Whoever reads the counter under the row's lock refuses first; this holds whatever the code does.
    op.execute(
        """
        CREATE FUNCTION passkey_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.subject_id <> OLD.subject_id OR NEW.credential_id <> OLD.credential_id
                OR NEW.public_key <> OLD.public_key THEN
                RAISE EXCEPTION 'a passkey stays whose it is' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.sign_count < OLD.sign_count THEN
                RAISE EXCEPTION 'the counter of a passkey never goes back' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER passkey_goes_on BEFORE UPDATE ON passkey FOR EACH ROW EXECUTE FUNCTION passkey_goes_on()"
    )
