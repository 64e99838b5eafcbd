"""A document that no application names is removed after a day; one that is named stays as it was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("named_at", sa.DateTime(timezone=True), nullable=True))
    # Which of those that are there were named stands in manifests, which SQL does not read: all of them stay.
    op.execute("UPDATE document SET named_at = uploaded_at WHERE uploaded_at IS NOT NULL")
    op.create_index(
        "document_unnamed", "document", ["announced_at"], unique=False, postgresql_where=sa.text("named_at IS NULL")
    )
    op.execute("DROP TRIGGER document_stays ON document_content")
    op.execute(
        """
        CREATE TRIGGER document_stays BEFORE UPDATE OR TRUNCATE ON document_content
        FOR EACH STATEMENT EXECUTE FUNCTION document_stays()
        """
    )
    op.execute(
        """
        CREATE FUNCTION document_named_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM document WHERE id = OLD.document_id
                AND (named_at IS NOT NULL OR uploaded_at > clock_timestamp() - interval '23 hours')) THEN
                RAISE EXCEPTION 'a document that was named stays' USING ERRCODE = 'check_violation';
            END IF;
            RETURN OLD;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER document_named_stays BEFORE DELETE ON document_content
        FOR EACH ROW EXECUTE FUNCTION document_named_stays()
        """
    )
