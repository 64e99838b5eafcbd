"""A scan offers a visit consent; a resident's own rules answer it beforehand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("consent_request", "consent_artefact"):
        op.add_column(table, sa.Column("origin", sa.Integer(), server_default=sa.text("1"), nullable=False))
        op.add_column(table, sa.Column("scan_id", sa.Uuid(), nullable=True))
        op.add_column(table, sa.Column("practitioner_id", sa.Uuid(), nullable=True))
        op.alter_column(table, "order_id", nullable=True)
        op.alter_column(table, "order_line_id", nullable=True)
    op.add_column("consent_request", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("request_status", "consent_request")
    op.create_check_constraint(
        "request_status",
        "consent_request",
        "status IN ('requested', 'granted', 'denied', 'withdrawn', 'superseded')",
    )
    op.create_check_constraint(
        "request_has_an_origin",
        "consent_request",
        "CASE origin"
        " WHEN 1 THEN num_nonnulls(order_id, order_line_id) = 2"
        " AND num_nonnulls(scan_id, practitioner_id, expires_at) = 0"
        " WHEN 2 THEN num_nonnulls(order_id, order_line_id) = 0"
        " AND num_nonnulls(scan_id, practitioner_id, expires_at) = 3"
        " ELSE false END",
    )
    op.create_unique_constraint("request_of_one_scan", "consent_request", ["scan_id"])
    op.create_index(
        "visit_of_resident",
        "consent_request",
        ["resident_id", "grantee_id", "expires_at"],
        postgresql_where=sa.text("origin = 2"),
    )
    op.create_index("visit_of_grantee", "consent_request", ["grantee_id", "id"], postgresql_where=sa.text("origin = 2"))
    op.create_check_constraint(
        "artefact_has_an_origin",
        "consent_artefact",
        "CASE origin"
        " WHEN 1 THEN num_nonnulls(order_id, order_line_id) = 2 AND num_nonnulls(scan_id, practitioner_id) = 0"
        " WHEN 2 THEN num_nonnulls(order_id, order_line_id) = 0 AND scan_id IS NOT NULL"
        " ELSE false END",
    )
    op.add_column("consent_artefact", sa.Column("visit_rule_id", sa.Uuid(), nullable=True))
    op.add_column("standing", sa.Column("kind", sa.Integer(), nullable=True))
    op.drop_index("standing_unknown", table_name="standing")
    op.create_index(
        "standing_unknown", "standing", ["partner_id"], postgresql_where=sa.text("version = 0 OR kind IS NULL")
    )
    op.create_table(
        "visit_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("institution_kinds", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("information_types", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("hours_from", sa.Time(), nullable=True),
        sa.Column("hours_until", sa.Time(), nullable=True),
        sa.Column("whole_institution", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("cardinality(information_types) > 0", name="visit_rule_opens_something"),
        sa.CheckConstraint(
            "num_nulls(hours_from, hours_until) IN (0, 2) AND (hours_from IS NULL OR hours_from <> hours_until)",
            name="visit_rule_hours",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("visit_rule_by_resident", "visit_rule", ["resident_id", "id"])
    op.create_index("visit_rule_in_force", "visit_rule", ["resident_id"], postgresql_where=sa.text("ended_at IS NULL"))
    for statement in (FITS, ARTEFACTS_FIT, RULE_ENDS, RULES_STAY):
        op.execute(statement)


# What is granted for a visit is of that visit: it neither outlasts it nor is for somebody else.
FITS = """
    CREATE FUNCTION artefact_fits_its_visit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM consent_request AS visit
        WHERE visit.id = NEW.consent_request_id AND visit.origin = NEW.origin AND visit.scan_id = NEW.scan_id
            AND visit.resident_id = NEW.resident_id AND visit.grantee_id = NEW.grantee_id
            AND COALESCE(NEW.practitioner_id, visit.practitioner_id) = visit.practitioner_id
            AND NEW.expires_at <= visit.expires_at;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'what is granted for a visit is for whoever scanned, and ends with the visit'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ARTEFACTS_FIT = """
    CREATE TRIGGER visit_artefact_fits BEFORE INSERT ON consent_artefact
    FOR EACH ROW WHEN (NEW.origin = 2) EXECUTE FUNCTION artefact_fits_its_visit()
"""
# A rule is the resident's word: it may end, once, and nothing else about it may change.
RULE_ENDS = """
    CREATE FUNCTION visit_rule_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
            OR to_jsonb(OLD) - 'ended_at' <> to_jsonb(NEW) - 'ended_at' THEN
            RAISE EXCEPTION 'a visit rule may only end, once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
RULES_STAY = """
    CREATE TRIGGER visit_rules_stay BEFORE UPDATE OR DELETE ON visit_rule
    FOR EACH ROW EXECUTE FUNCTION visit_rule_ends_once()
"""
