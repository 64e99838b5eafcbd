"""Tables of codes, maps of local codes to them, and what is found of resources."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("announced_by", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("format IN ('CSV', 'FHIR')", name="code_file_format"),
        sa.CheckConstraint("size BETWEEN 1 AND 33554432", name="code_file_size"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("link_sha256"),
    )
    op.create_index("code_file_announced", "code_file", ["announced_by", "expires_at"])
    op.create_table(
        "code_table",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("codes", sa.BigInteger(), nullable=False),
        sa.Column("loaded_by", sa.Uuid(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('CODE_SYSTEM', 'VALUE_SET')", name="code_table_kind"),
        sa.CheckConstraint("codes > 0", name="code_table_codes"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("url", "version", name="code_table_version"),
    )
    op.create_table(
        "code_entry",
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("display", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["table_id"], ["code_table.id"]),
        sa.PrimaryKeyConstraint("table_id", "system", "code"),
    )
    op.create_index("code_entry_code", "code_entry", ["system", "code"])
    op.create_table(
        "code_map",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("applied_after", sa.Uuid(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('PROPOSED', 'APPROVED', 'REJECTED', 'REPLACED')", name="code_map_status"),
        sa.CheckConstraint("entries > 0", name="code_map_entries"),
        sa.CheckConstraint("decided_by IS DISTINCT FROM submitted_by", name="code_map_two_people"),
        sa.CheckConstraint(
            "(status = 'PROPOSED') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="code_map_decided",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "code_map_version",
        "code_map",
        ["institution_id", "url", "version"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "code_map_in_force",
        "code_map",
        ["institution_id", "url"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("status = 'APPROVED'"),
    )
    op.create_index(
        "code_map_to_apply",
        "code_map",
        ["decided_at"],
        postgresql_where=sa.text("status = 'APPROVED' AND applied_at IS NULL"),
    )
    op.create_table(
        "code_map_entry",
        sa.Column("map_id", sa.Uuid(), nullable=False),
        sa.Column("source_system", sa.String(), nullable=False),
        sa.Column("source_code", sa.String(), nullable=False),
        sa.Column("target_system", sa.String(), nullable=False),
        sa.Column("target_code", sa.String(), nullable=False),
        sa.Column("target_display", sa.String(), nullable=False),
        sa.Column("equivalence", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["map_id"], ["code_map.id"]),
        sa.PrimaryKeyConstraint("map_id", "source_system", "source_code", "target_system", "target_code"),
    )
    op.create_index("code_map_entry_source", "code_map_entry", ["source_system", "source_code"])
    op.create_table(
        "to_examine",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "finding",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "version", "rule", "field"),
    )
    op.create_index("finding_of_institution", "finding", ["institution_id", "rule"])
    op.create_table(
        "unmapped_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("table_url", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("display", sa.String(), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("first_came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_came_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("institution_id", "table_url", "system", "code", name="unmapped_code_once"),
    )
    op.create_index("unmapped_code_last", "unmapped_code", ["institution_id", "last_came_at", "id"])
    op.add_column(
        "record", sa.Column("mapped", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    )
    op.create_index("record_unclassified", "record", ["id"], postgresql_where=sa.text("classified_by = ''"))
    op.create_index("record_of_institution", "record", ["institution_id", "id"])
    for statement in LAWS:
        op.execute(statement)


# Whoever stores a resource, by whatever way, has its codes mapped, and has it examined.
MAPPED = """
    CREATE FUNCTION mapped_codings(institution uuid, resource jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
        SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object(
            'system', entry.target_system, 'code', entry.target_code, 'display', entry.target_display,
            'sentSystem', entry.source_system, 'sentCode', entry.source_code,
            'sentDisplay', coalesce(sent ->> 'display', '')
        )), '[]')
        FROM jsonb_path_query(resource, 'strict $.** ? (exists (@.system) && exists (@.code))') AS sent
        JOIN code_map_entry AS entry
            ON entry.source_system = sent ->> 'system' AND entry.source_code = sent ->> 'code'
        JOIN code_map AS map ON map.id = entry.map_id
        WHERE map.status = 'APPROVED' AND (map.institution_id = institution OR map.institution_id IS NULL)
            AND entry.equivalence IN ('equivalent', 'equal', 'wider', 'subsumes')
    $$
"""
MAPS = """
    CREATE FUNCTION record_maps_codes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM code_map WHERE status = 'APPROVED'
                AND (institution_id = NEW.institution_id OR institution_id IS NULL)
        ) THEN
            NEW.mapped := mapped_codings(NEW.institution_id, NEW.resource);
        ELSE
            NEW.mapped := '[]';
        END IF;
        IF NEW.mapped <> '[]' THEN
            NEW.classified_by := '';  -- by what was sent alone: the mapped codes have to be looked at, too
        END IF;
        RETURN NEW;
    END $$
"""
MAPS_NEW = """
    CREATE TRIGGER maps_codes BEFORE INSERT OR UPDATE OF resource, content_sha256 ON record
    FOR EACH ROW EXECUTE FUNCTION record_maps_codes()
"""
SHARES = """
    CREATE FUNCTION record_shares_maps() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('code-maps', 0));
        RETURN NULL;
    END $$
"""
SHARES_NEW = """
    CREATE TRIGGER shares_maps BEFORE INSERT OR UPDATE ON record FOR EACH STATEMENT EXECUTE FUNCTION record_shares_maps()
"""
TO_EXAMINE = """
    CREATE FUNCTION record_awaits_examination() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO to_examine (record_id, version) SELECT id, version FROM stored
            ON CONFLICT (record_id) DO UPDATE SET version = excluded.version;
        ELSE
            INSERT INTO to_examine (record_id, version)
            SELECT stored.id, stored.version FROM stored JOIN replaced USING (id)
            WHERE stored.content_sha256 IS DISTINCT FROM replaced.content_sha256
                OR stored.mapped IS DISTINCT FROM replaced.mapped
            ON CONFLICT (record_id) DO UPDATE SET version = excluded.version;
        END IF;
        RETURN NULL;
    END $$
"""
EXAMINED_NEW = """
    CREATE TRIGGER awaits_examination_new AFTER INSERT ON record REFERENCING NEW TABLE AS stored
    FOR EACH STATEMENT EXECUTE FUNCTION record_awaits_examination()
"""
EXAMINED_CHANGED = """
    CREATE TRIGGER awaits_examination_changed AFTER UPDATE ON record
    REFERENCING OLD TABLE AS replaced NEW TABLE AS stored
    FOR EACH STATEMENT EXECUTE FUNCTION record_awaits_examination()
"""

# A version has the codes it was loaded with: as many as it says when it is committed, never more, none changed.
STAYS = """
    CREATE FUNCTION codes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a version of codes never changes once it is loaded' USING ERRCODE = 'check_violation';
    END $$
"""
STAY = [
    f"""
    CREATE TRIGGER codes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION codes_stay()
    """
    for table in ("code_table", "code_entry", "code_map_entry")
]
MAP_STAYS = """
    CREATE TRIGGER codes_stay BEFORE DELETE OR TRUNCATE ON code_map FOR EACH STATEMENT EXECUTE FUNCTION codes_stay()
"""
NO_MORE = [
    f"""
    CREATE FUNCTION {entry}_no_more() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM (SELECT DISTINCT {key} AS id FROM added) AS touched JOIN {table} AS held USING (id)
            WHERE held.{count} < (SELECT count(*) FROM {entry} WHERE {key} = held.id)
        ) THEN
            RAISE EXCEPTION 'a version of codes never changes once it is loaded' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """  # noqa: S608 names of ours
    for entry, key, table, count in (
        ("code_entry", "table_id", "code_table", "codes"),
        ("code_map_entry", "map_id", "code_map", "entries"),
    )
]
NO_MORE_NEW = [
    f"""
    CREATE TRIGGER no_more AFTER INSERT ON {entry} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {entry}_no_more()
    """
    for entry in ("code_entry", "code_map_entry")
]
COMPLETE = [
    f"""
    CREATE FUNCTION {table}_complete() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.{count} <> (SELECT count(*) FROM {entry} WHERE {key} = NEW.id) THEN
            RAISE EXCEPTION 'a version of codes has as many as it says' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """  # noqa: S608 names of ours
    for entry, key, table, count in (
        ("code_entry", "table_id", "code_table", "codes"),
        ("code_map_entry", "map_id", "code_map", "entries"),
    )
]
COMPLETE_NEW = [
    f"""
    CREATE CONSTRAINT TRIGGER complete AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION {table}_complete()
    """
    for table in ("code_table", "code_map")
]
MOVES = """
    CREATE FUNCTION code_map_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.status <> 'PROPOSED' THEN
                RAISE EXCEPTION 'a map of codes begins as proposed' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF (OLD.id, OLD.institution_id, OLD.url, OLD.version, OLD.title, OLD.sha256, OLD.entries, OLD.submitted_by,
            OLD.submitted_at) IS DISTINCT FROM (NEW.id, NEW.institution_id, NEW.url, NEW.version, NEW.title, NEW.sha256,
            NEW.entries, NEW.submitted_by, NEW.submitted_at) THEN
            RAISE EXCEPTION 'a version of codes never changes once it is loaded' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN
            (('PROPOSED', 'APPROVED'), ('PROPOSED', 'REJECTED'), ('APPROVED', 'REPLACED')) THEN
            RAISE EXCEPTION 'a map of codes cannot become this from what it is'
                USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.decided_by IS NOT NULL AND (OLD.decided_by, OLD.decided_at, OLD.reason)
            IS DISTINCT FROM (NEW.decided_by, NEW.decided_at, NEW.reason) THEN
            RAISE EXCEPTION 'a decision about a map of codes stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
MOVES_NEW = """
    CREATE TRIGGER moves BEFORE INSERT OR UPDATE ON code_map FOR EACH ROW EXECUTE FUNCTION code_map_moves()
"""
LAWS = [
    MAPPED, MAPS, MAPS_NEW, SHARES, SHARES_NEW, TO_EXAMINE, EXAMINED_NEW, EXAMINED_CHANGED, STAYS, *STAY, MAP_STAYS,
    *NO_MORE, *NO_MORE_NEW, *COMPLETE, *COMPLETE_NEW, MOVES, MOVES_NEW,
]  # fmt: skip
