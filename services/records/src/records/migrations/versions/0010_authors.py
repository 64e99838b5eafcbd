"""Who wrote a resource: an institution, the resident themselves, or a device. Only an institution's has to have one."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("record", "institution_id", existing_type=sa.Uuid(), nullable=True)
    op.add_column("record", sa.Column("author", sa.String(), server_default=sa.text("'institution'"), nullable=False))
    op.add_column("record", sa.Column("author_id", sa.Uuid(), nullable=True))
    op.add_column("resource_version", sa.Column("author_id", sa.Uuid(), nullable=True))
    op.create_check_constraint("record_author", "record", "author IN ('institution', 'resident', 'device')")
    op.create_check_constraint("record_author_known", "record", "(author = 'institution') = (author_id IS NULL)")
    op.create_check_constraint(
        "record_author_sends",
        "record",
        "CASE author WHEN 'institution' THEN institution_id IS NOT NULL WHEN 'resident' THEN institution_id IS NULL"
        " ELSE true END",
    )
    op.create_index(
        "record_personal_known_once",
        "record",
        ["resident_id", "resource_type", "fhir_id"],
        unique=True,
        postgresql_where=sa.text("institution_id IS NULL"),
    )
    for statement in (KEEP, STAYS, STAY):
        op.execute(statement)


# As before, and who wrote the version that is replaced.
KEEP = """
    CREATE OR REPLACE FUNCTION record_keeps_versions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO resource_version (record_id, version, information_type, effective_at, status, source_version,
            source_updated_at, content, resource, content_sha256, ingested_at, author_id)
        VALUES (OLD.id, OLD.version, OLD.information_type, OLD.effective_at, OLD.status, OLD.source_version,
            OLD.source_updated_at, OLD.content, OLD.resource, OLD.content_sha256, OLD.ingested_at, OLD.author_id);
        RETURN NULL;
    END $$
"""
# What an institution measured is never passed off as a resident's word, nor the other way round.
STAYS = """
    CREATE FUNCTION record_keeps_its_author() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what wrote a resource stays what it is' USING ERRCODE = 'check_violation';
    END $$
"""
STAY = """
    CREATE TRIGGER keeps_its_author BEFORE UPDATE OF author, institution_id ON record FOR EACH ROW
    WHEN (OLD.author IS DISTINCT FROM NEW.author OR OLD.institution_id IS DISTINCT FROM NEW.institution_id)
    EXECUTE FUNCTION record_keeps_its_author()
"""
