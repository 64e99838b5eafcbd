"""Projects, and the consents that are given for them and end with them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("ethics_approval", sa.String(), nullable=False),
        sa.Column("grantee_id", sa.Uuid(), nullable=False),
        sa.Column("information_types", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("sensitive_categories", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("access_mode", sa.Integer(), nullable=False),
        sa.Column("people_min", sa.Integer(), nullable=False),
        sa.Column("term_days", sa.Integer(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("endorsed_by", sa.Uuid(), nullable=True),
        sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.Column("consents_ended", sa.Boolean(), nullable=False),
        sa.CheckConstraint("cardinality(information_types) > 0", name="project_asks_for_something"),
        sa.CheckConstraint("purpose IN ('HRESCH', 'PUBHLTH')", name="project_purpose"),
        sa.CheckConstraint(
            "CASE access_mode WHEN 3 THEN people_min >= 10 ELSE people_min = 0 END", name="project_people"
        ),
        sa.CheckConstraint("term_days > 0", name="project_lasts"),
        sa.CheckConstraint(
            "retention_days >= 0 AND (retention_days = 0 OR access_mode = 2)", name="project_keeps_what_it_stores"
        ),
        sa.CheckConstraint(
            "endorsed_by <> proposed_by AND approved_by <> proposed_by AND approved_by <> endorsed_by",
            name="project_takes_three",
        ),
        sa.CheckConstraint("num_nulls(endorsed_by, endorsed_at) IN (0, 2)", name="project_endorsed_as_a_whole"),
        sa.CheckConstraint(
            "num_nulls(approved_by, approved_at, expires_at) IN (0, 3)", name="project_approved_as_a_whole"
        ),
        sa.CheckConstraint("approved_at IS NULL OR endorsed_at IS NOT NULL", name="project_endorsed_first"),
        sa.CheckConstraint("num_nulls(ended_by, ended_at, ended_because) IN (0, 3)", name="project_ended_as_a_whole"),
        sa.CheckConstraint("ended_at IS NOT NULL OR NOT consents_ended", name="project_consents_end_with_it"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("project_of_grantee", "project", ["grantee_id", "id"])
    op.create_index(
        "project_to_close", "project", ["id"], postgresql_where=sa.text("ended_at IS NOT NULL AND NOT consents_ended")
    )
    for table, name in (("consent_request", "request"), ("consent_artefact", "artefact")):
        op.add_column(table, sa.Column("project_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(f"{table}_project_id_fkey", table, "project", ["project_id"], ["id"])
        op.create_check_constraint(f"{name}_of_a_project", table, "(origin = 5) = (project_id IS NOT NULL)")
    op.drop_constraint("request_has_an_origin", "consent_request")
    op.create_check_constraint(
        "request_has_an_origin",
        "consent_request",
        "CASE origin"
        " WHEN 1 THEN num_nonnulls(order_id, order_line_id) = 2"
        " AND num_nonnulls(scan_id, practitioner_id, expires_at, offered_by) = 0"
        " WHEN 2 THEN num_nonnulls(order_id, order_line_id, offered_by) = 0"
        " AND num_nonnulls(scan_id, practitioner_id, expires_at) = 3"
        " WHEN 4 THEN num_nonnulls(order_id, order_line_id, scan_id) = 0"
        " AND num_nonnulls(expires_at, offered_by) = 2"
        " WHEN 5 THEN num_nonnulls(order_id, order_line_id, scan_id, practitioner_id, offered_by) = 0"
        " AND expires_at IS NOT NULL"
        " ELSE false END",
    )
    op.drop_constraint("artefact_has_an_origin", "consent_artefact")
    op.create_check_constraint(
        "artefact_has_an_origin",
        "consent_artefact",
        "CASE origin"
        " WHEN 1 THEN num_nonnulls(order_id, order_line_id) = 2 AND scan_id IS NULL"
        " AND consent_request_id IS NOT NULL"
        " WHEN 2 THEN num_nonnulls(order_id, order_line_id) = 0 AND num_nonnulls(scan_id, consent_request_id) = 2"
        " WHEN 3 THEN num_nonnulls(order_id, order_line_id, scan_id, consent_request_id) = 0"
        " AND practitioner_id IS NOT NULL AND purpose = 'ETREAT' AND access_mode = 1"
        " WHEN 4 THEN num_nonnulls(order_id, order_line_id, scan_id) = 0 AND consent_request_id IS NOT NULL"
        " WHEN 5 THEN num_nonnulls(order_id, order_line_id, scan_id, practitioner_id) = 0"
        " AND consent_request_id IS NOT NULL"
        " ELSE false END",
    )
    op.create_index(
        "artefact_of_project_open",
        "consent_artefact",
        ["project_id", "id"],
        postgresql_where=sa.text("project_id IS NOT NULL AND revoked_at IS NULL AND ended_at IS NULL"),
    )
    for statement in (STAYS, PROJECTS_STAY, FITS, ARTEFACTS_FIT):
        op.execute(statement)


# What was proposed is what is endorsed, approved and joined: nothing else about it changes, and each step is taken once.
STAYS = """
    CREATE FUNCTION project_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        endorsement text[] := '{endorsed_by,endorsed_at}';
        approval text[] := '{approved_by,approved_at,expires_at}';
        ending text[] := '{ended_by,ended_at,ended_because}';
        closing text[] := '{consents_ended}';
    BEGIN
        IF TG_OP = 'DELETE'
            OR to_jsonb(OLD) - endorsement - approval - ending - closing
                <> to_jsonb(NEW) - endorsement - approval - ending - closing
            OR OLD.endorsed_at IS NOT NULL
                AND (OLD.endorsed_by, OLD.endorsed_at) IS DISTINCT FROM (NEW.endorsed_by, NEW.endorsed_at)
            OR OLD.approved_at IS NOT NULL
                AND (OLD.approved_by, OLD.approved_at, OLD.expires_at)
                    IS DISTINCT FROM (NEW.approved_by, NEW.approved_at, NEW.expires_at)
            OR OLD.ended_at IS NOT NULL AND to_jsonb(OLD) - closing <> to_jsonb(NEW) - closing
            OR OLD.consents_ended AND NOT NEW.consents_ended THEN
            RAISE EXCEPTION 'a project is endorsed, approved and ended once each, and else stays'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
PROJECTS_STAY = """
    CREATE TRIGGER projects_stay BEFORE UPDATE OR DELETE ON project
    FOR EACH ROW EXECUTE FUNCTION project_stays()
"""
# What is granted for a project is what was approved: for its institution, and not beyond its term.
FITS = """
    CREATE FUNCTION artefact_fits_its_project() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM project
        WHERE project.id = NEW.project_id AND project.approved_at IS NOT NULL AND project.ended_at IS NULL
            AND project.grantee_id = NEW.grantee_id AND project.purpose = NEW.purpose
            AND project.access_mode = NEW.access_mode AND project.retention_days = NEW.retention_days
            AND NEW.information_types <@ project.information_types
            AND NEW.sensitive_categories <@ project.sensitive_categories
            AND NEW.expires_at <= project.expires_at
        FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'what is granted for a project is what was approved' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ARTEFACTS_FIT = """
    CREATE TRIGGER project_artefact_fits BEFORE INSERT ON consent_artefact
    FOR EACH ROW WHEN (NEW.origin = 5) EXECUTE FUNCTION artefact_fits_its_project()
"""
