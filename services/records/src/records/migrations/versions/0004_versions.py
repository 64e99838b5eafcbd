"""Every version of a resource that another replaced."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resource_version",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("information_type", sa.String(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("source_version", sa.BigInteger(), nullable=True),
        sa.Column("source_updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("resource", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("ingested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"]),
        sa.PrimaryKeyConstraint("record_id", "version"),
    )
    for statement in (KEEP, KEEPS, ONLY_GROWS, STAY):
        op.execute(statement)


# Whoever replaces a resource, the release before this one too, leaves the version there was.
KEEP = """
    CREATE FUNCTION record_keeps_versions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO resource_version (record_id, version, information_type, effective_at, status, source_version,
            source_updated_at, content, resource, content_sha256, ingested_at)
        VALUES (OLD.id, OLD.version, OLD.information_type, OLD.effective_at, OLD.status, OLD.source_version,
            OLD.source_updated_at, OLD.content, OLD.resource, OLD.content_sha256, OLD.ingested_at);
        RETURN NULL;
    END $$
"""
KEEPS = """
    CREATE TRIGGER keeps_versions AFTER UPDATE ON record FOR EACH ROW
    WHEN (OLD.content_sha256 IS DISTINCT FROM NEW.content_sha256) EXECUTE FUNCTION record_keeps_versions()
"""
ONLY_GROWS = """
    CREATE FUNCTION resource_versions_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'versions of resources are only ever added to' USING ERRCODE = 'check_violation';
    END $$
"""
STAY = """
    CREATE TRIGGER versions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON resource_version
    FOR EACH STATEMENT EXECUTE FUNCTION resource_versions_only_grow()
"""
