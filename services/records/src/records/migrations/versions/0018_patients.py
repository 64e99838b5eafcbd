"""Patients of institutions: their own numbers, whose they are, what waits, and what is taken out of another's record."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "patient_number",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("sent_as", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("told_resident_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("ask_at", MOMENT, nullable=True),
        sa.Column("asked_times", sa.Integer(), nullable=False),
        sa.Column("release_at", MOMENT, nullable=True),
        sa.CheckConstraint("(link_id IS NULL) = (resident_id IS NULL)", name="patient_number_matched"),
        sa.CheckConstraint("link_id IS NULL OR name = '' AND birth_date IS NULL", name="patient_number_forgets_names"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("institution_id", "system", "value", name="patient_number_once"),
    )
    op.create_index("patient_number_listed", "patient_number", ["institution_id", "id"])
    for name, column in (("to_ask", "ask_at"), ("releasing", "release_at")):
        op.create_index(
            f"patient_number_{name}", "patient_number", [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )
    op.create_table(
        "patient_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("checked", sa.String(), nullable=False),
        sa.Column("matched_at", MOMENT, nullable=True),
        sa.Column("matched_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_as", sa.Integer(), nullable=False),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('ASKED', 'IN_FORCE', 'DECLINED', 'LAPSED', 'ENDED')", name="patient_link_status"
        ),
        sa.CheckConstraint(
            "basis IN ('HEALTH_CODE', 'IDENTITY_NUMBER', 'RESIDENT_ID', 'CONFIRMED')", name="patient_link_basis"
        ),
        sa.CheckConstraint("status NOT IN ('IN_FORCE', 'ENDED') OR resident_id IS NOT NULL", name="patient_link_of"),
        sa.CheckConstraint(
            "(basis = 'CONFIRMED') = (asked_by IS NOT NULL AND until IS NOT NULL)", name="patient_link_asked"
        ),
        sa.CheckConstraint(
            "matched_by IS DISTINCT FROM asked_by OR matched_by IS NULL", name="patient_link_two_people"
        ),
        sa.CheckConstraint(
            "(status = 'ENDED') = (ended_at IS NOT NULL AND ended_by IS NOT NULL AND ending IN ('WRONG', 'REUSED')"
            " AND reason <> '')",
            name="patient_link_ended",
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient_number.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "patient_link_once", "patient_link", ["patient_id"], unique=True,
        postgresql_where=sa.text("status IN ('ASKED', 'IN_FORCE')"),
    )  # fmt: skip
    op.create_index("patient_link_of_number", "patient_link", ["patient_id", "id"])
    op.create_index("patient_link_of_resident", "patient_link", ["resident_id", "id"])
    op.create_table(
        "waiting_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.CheckConstraint("(settled_at IS NULL) = (content IS NOT NULL)", name="waiting_line_content"),
        sa.CheckConstraint("(settled_at IS NULL) = (outcome = '')", name="waiting_line_outcome"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient_number.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "waiting_line_of_number", "waiting_line", ["patient_id", "received_at", "id"],
        postgresql_where=sa.text("settled_at IS NULL"),
    )  # fmt: skip
    op.create_index(
        "waiting_line_refused", "waiting_line", ["patient_id", "id"], postgresql_where=sa.text("outcome = 'r'")
    )
    op.create_table(
        "withdrawn_record",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("fhir_id", sa.String(), nullable=False),
        sa.Column("information_type", sa.String(), nullable=False),
        sa.Column("effective_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("ingested_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["patient_link.id"]),
        sa.PrimaryKeyConstraint("record_id", "version"),
    )
    op.create_index("ix_withdrawn_record_link_id", "withdrawn_record", ["link_id"])
    op.add_column("record", sa.Column("patient_link_id", sa.Uuid(), nullable=True))
    op.create_index(
        "record_of_link", "record", ["patient_link_id"], postgresql_where=sa.text("patient_link_id IS NOT NULL")
    )
    op.drop_constraint("error_report_record_id_fkey", "error_report", type_="foreignkey")
    for statement in (LINK_MOVES, LINKS_MOVE, LINKS_KEPT, LINKS_ARE_KEPT, LINES_SETTLE, LINES_SETTLED, WITHDRAWN,
                      WITHDRAWN_STAY, VERSIONS_LEAVE, VERSIONS_STAY, VERSIONS_DELETED, WITHDRAW):  # fmt: skip
        op.execute(statement)


# What records.commands.patients does with a link, and nothing else; whose it is, and how that is known, stays.
LINK_MOVES = """
    CREATE FUNCTION patient_link_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.status, NEW.status) NOT IN (
                ('ASKED', 'IN_FORCE'), ('ASKED', 'DECLINED'), ('ASKED', 'LAPSED'), ('IN_FORCE', 'ENDED'))
            OR (OLD.id, OLD.patient_id, OLD.institution_id, OLD.resident_id, OLD.basis, OLD.scan_id, OLD.asked_by,
                OLD.asked_at, OLD.until, OLD.checked)
                IS DISTINCT FROM
                (NEW.id, NEW.patient_id, NEW.institution_id, NEW.resident_id, NEW.basis, NEW.scan_id, NEW.asked_by,
                NEW.asked_at, NEW.until, NEW.checked)
            OR OLD.matched_at IS NOT NULL AND OLD.matched_at IS DISTINCT FROM NEW.matched_at
        THEN
            RAISE EXCEPTION 'a patient link cannot become this from what it is' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
LINKS_MOVE = (
    "CREATE TRIGGER patient_link_moves BEFORE UPDATE ON patient_link FOR EACH ROW EXECUTE FUNCTION patient_link_moves()"
)
LINKS_KEPT = """
    CREATE FUNCTION patients_trail_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the trail of patient numbers is only ever added to' USING ERRCODE = 'check_violation';
    END $$
"""
LINKS_ARE_KEPT = """
    CREATE TRIGGER patient_links_are_kept BEFORE DELETE OR TRUNCATE ON patient_link
    FOR EACH STATEMENT EXECUTE FUNCTION patients_trail_stays()
"""
LINES_SETTLE = """
    CREATE FUNCTION waiting_line_settles() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.settled_at IS NOT NULL
            OR NEW.content IS NOT NULL AND NEW.content IS DISTINCT FROM OLD.content
            OR (OLD.id, OLD.patient_id, OLD.source_id, OLD.number, OLD.position, OLD.received_at)
                IS DISTINCT FROM (NEW.id, NEW.patient_id, NEW.source_id, NEW.number, NEW.position, NEW.received_at)
        THEN
            RAISE EXCEPTION 'a line that waits stays what it was' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
LINES_SETTLED = """
    CREATE TRIGGER waiting_line_settles BEFORE UPDATE OR DELETE ON waiting_line
    FOR EACH ROW EXECUTE FUNCTION waiting_line_settles()
"""
WITHDRAWN = """
    CREATE TRIGGER withdrawn_records_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON withdrawn_record
    FOR EACH STATEMENT EXECUTE FUNCTION patients_trail_stays()
"""
WITHDRAWN_STAY = "DROP TRIGGER versions_stay ON resource_version"
# A version leaves only where it is kept as withdrawn.
VERSIONS_LEAVE = """
    CREATE FUNCTION resource_version_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM withdrawn_record WHERE record_id = OLD.record_id AND version = OLD.version) THEN
            RAISE EXCEPTION 'versions of resources are only ever added to' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END $$
"""
VERSIONS_STAY = """
    CREATE TRIGGER versions_stay BEFORE UPDATE OR TRUNCATE ON resource_version
    FOR EACH STATEMENT EXECUTE FUNCTION resource_versions_only_grow()
"""
VERSIONS_DELETED = """
    CREATE TRIGGER versions_leave BEFORE DELETE ON resource_version
    FOR EACH ROW EXECUTE FUNCTION resource_version_leaves()
"""
# Take what came by a link out of the record it was in: each version is kept as it was, and waits again as it came. It
# goes by the rights of its owner, since nobody else takes versions out.
WITHDRAW = """
    CREATE FUNCTION withdraw_link(link uuid, at timestamptz, stored text, sent text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DECLARE
        resources integer;
    BEGIN
        INSERT INTO withdrawn_record (record_id, version, link_id, resident_id, institution_id, resource_type, fhir_id,
            information_type, effective_at, status, content, content_sha256, ingested_at, withdrawn_at)
        SELECT record.id, each.version, link, record.resident_id, record.institution_id, record.resource_type,
            record.fhir_id, each.information_type, each.effective_at, each.status,
            coalesce(each.content, CAST(each.resource AS text)), each.content_sha256, each.ingested_at, at
        FROM record CROSS JOIN LATERAL (
            SELECT record.version, record.information_type, record.effective_at, record.status, record.content,
                record.resource, record.content_sha256, record.ingested_at
            UNION ALL
            SELECT version, information_type, effective_at, status, content, resource, content_sha256, ingested_at
            FROM resource_version WHERE record_id = record.id
        ) AS each
        WHERE record.patient_link_id = link;
        INSERT INTO waiting_line (id, patient_id, received_at, content, outcome, code, field, detail)
        SELECT gen_random_uuid(), patient_link.patient_id, withdrawn.ingested_at + withdrawn.version * interval '1 microsecond',
            replace(withdrawn.content, stored, sent), '', '', '', ''
        FROM withdrawn_record AS withdrawn JOIN patient_link ON patient_link.id = withdrawn.link_id
        WHERE withdrawn.link_id = link;
        DELETE FROM resource_version WHERE record_id IN (SELECT id FROM record WHERE patient_link_id = link);
        UPDATE finding SET gone_at = at
        WHERE gone_at IS NULL AND record_id IN (SELECT id FROM record WHERE patient_link_id = link);
        DELETE FROM measurement WHERE record_id IN (SELECT id FROM record WHERE patient_link_id = link);
        DELETE FROM to_examine_again WHERE record_id IN (SELECT id FROM record WHERE patient_link_id = link);
        DELETE FROM to_examine WHERE record_id IN (SELECT id FROM record WHERE patient_link_id = link);
        DELETE FROM record WHERE patient_link_id = link;
        GET DIAGNOSTICS resources = ROW_COUNT;
        RETURN resources;
    END $$
"""
