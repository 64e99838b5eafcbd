"""Documents: what is known of them, and what they hold, which never changes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("link_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size BETWEEN 1 AND 10485760", name="document_size"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("link_sha256"),
    )
    op.create_index(op.f("ix_document_partner_id"), "document", ["partner_id"], unique=False)
    op.create_table(
        "document_content",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.PrimaryKeyConstraint("document_id"),
    )
    op.execute(
        """
        CREATE FUNCTION document_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a document stays as it was sent';
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER document_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON document_content
        FOR EACH STATEMENT EXECUTE FUNCTION document_stays()
        """
    )


def downgrade() -> None:
    op.drop_table("document_content")
    op.drop_table("document")
    op.execute("DROP FUNCTION document_stays")
