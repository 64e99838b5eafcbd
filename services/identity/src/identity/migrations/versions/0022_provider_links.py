"""Accounts are linked with who an OpenID provider says somebody is."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def of_an_account() -> sa.ForeignKey:
    return sa.ForeignKey("account.subject_id", ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "provider_link",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("subject_id", sa.Uuid(), of_an_account(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("provider_subject", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("issuer", "provider_subject", name="provider_link_of_one"),
        sa.UniqueConstraint("subject_id", "issuer", name="provider_link_once"),
    )
    op.create_table(
        "provider_sign_in",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("link_of", sa.Uuid(), of_an_account(), nullable=True, index=True),
        sa.Column("state_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("nonce_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proven_subject_id", sa.Uuid(), of_an_account(), nullable=True, index=True),
        sa.CheckConstraint(
            "octet_length(state_sha256) = 32 AND octet_length(nonce_sha256) = 32", name="provider_sign_in_hashes"
        ),
        sa.CheckConstraint(
            "proven_subject_id IS NULL OR (used_at IS NOT NULL AND link_of IS NULL)", name="provider_sign_in_proven"
        ),
    )
