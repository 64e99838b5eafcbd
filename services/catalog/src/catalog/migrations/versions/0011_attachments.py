"""Pictures and documents of offerings: what is known of them, and what is served, which never changes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("announced_at", MOMENT, nullable=False),
        sa.Column("link_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("link_expires_at", MOMENT, nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=True),
        sa.Column("named_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("served_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("served_size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.UniqueConstraint("link_sha256", name="attachment_link"),
        sa.CheckConstraint("size BETWEEN 1 AND 5242880", name="attachment_size"),
        sa.CheckConstraint(
            "media_type IN ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')", name="attachment_media_type"
        ),
        sa.CheckConstraint("(uploaded_at IS NULL) = (served_sha256 IS NULL)", name="attachment_sent"),
        sa.CheckConstraint("named_at IS NULL OR uploaded_at IS NOT NULL", name="attachment_named"),
        sa.CheckConstraint("published_at IS NULL OR named_at IS NOT NULL", name="attachment_published"),
    )
    op.create_index("attachment_by_partner", "attachment", ["partner_id"])
    op.create_index("attachment_served", "attachment", ["served_sha256"])
    op.create_index("attachment_unnamed", "attachment", ["announced_at"], postgresql_where=sa.text("named_at IS NULL"))
    op.create_table(
        "attachment_content",
        sa.Column("attachment_id", sa.Uuid(), sa.ForeignKey("attachment.id"), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("octet_length(content) BETWEEN 1 AND 5242880", name="attachment_content_size"),
    )
    # It is compressed already: PostgreSQL need not try.
    op.execute("ALTER TABLE attachment_content ALTER COLUMN content SET STORAGE EXTERNAL")
    op.execute(STAYS)
    op.execute(
        """
        CREATE TRIGGER attachment_stays BEFORE UPDATE OR DELETE ON attachment_content
        FOR EACH ROW EXECUTE FUNCTION attachment_stays()
        """
    )


STAYS = """
    CREATE FUNCTION attachment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM attachment WHERE id = OLD.attachment_id AND named_at IS NOT NULL) THEN
            RAISE EXCEPTION 'a file that an offering names stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END $$
"""
