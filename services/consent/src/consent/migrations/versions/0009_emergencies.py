"""In an emergency a practitioner opens a record without the resident's word; it is reviewed and audited."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("consent_artefact", "consent_request_id", nullable=True)
    op.drop_constraint("artefact_has_an_origin", "consent_artefact")
    op.create_check_constraint(
        "artefact_has_an_origin",
        "consent_artefact",
        "CASE origin"
        " WHEN 1 THEN num_nonnulls(order_id, order_line_id) = 2 AND num_nonnulls(scan_id, practitioner_id) = 0"
        " AND consent_request_id IS NOT NULL"
        " WHEN 2 THEN num_nonnulls(order_id, order_line_id) = 0 AND num_nonnulls(scan_id, consent_request_id) = 2"
        " WHEN 3 THEN num_nonnulls(order_id, order_line_id, scan_id, consent_request_id) = 0"
        " AND practitioner_id IS NOT NULL AND purpose = 'ETREAT' AND access_mode = 1"
        " ELSE false END",
    )
    op.create_table(
        "emergency",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("review_justified", sa.Boolean(), nullable=True),
        sa.Column("review_note", sa.String(), nullable=True),
        sa.Column("audited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("audited_by", sa.Uuid(), nullable=True),
        sa.Column("audit_justified", sa.Boolean(), nullable=True),
        sa.Column("audit_note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(reviewed_at, reviewed_by, review_justified, review_note) IN (0, 4)",
            name="emergency_reviewed_as_a_whole",
        ),
        sa.CheckConstraint(
            "num_nonnulls(audited_at, audited_by, audit_justified, audit_note) IN (0, 4)",
            name="emergency_audited_as_a_whole",
        ),
        sa.CheckConstraint(
            "practitioner_id <> ALL (ARRAY[reviewed_by, audited_by])", name="emergency_reviewed_by_somebody_else"
        ),
        sa.CheckConstraint("review_due_at > opened_at", name="emergency_review_due"),
        sa.ForeignKeyConstraint(["consent_id"], ["consent_artefact.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("consent_id"),
    )
    op.create_index("emergency_by_practitioner", "emergency", ["practitioner_id", "opened_at"])
    op.create_index("emergency_by_resident", "emergency", ["resident_id", "id"])
    op.create_index("emergency_by_partner", "emergency", ["partner_id", "id"])
    op.create_index(
        "emergency_to_review", "emergency", ["review_due_at"], postgresql_where=sa.text("reviewed_at IS NULL")
    )
    op.execute(STAYS)
    op.execute(EMERGENCIES_STAY)


# What was opened stays said; it is reviewed once and audited once, and a review is not taken back.
STAYS = """
    CREATE FUNCTION emergency_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        review text[] := '{reviewed_at,reviewed_by,review_justified,review_note}';
        audit text[] := '{audited_at,audited_by,audit_justified,audit_note}';
    BEGIN
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - review - audit <> to_jsonb(NEW) - review - audit
            OR OLD.reviewed_at IS NOT NULL
                AND (OLD.reviewed_at, OLD.reviewed_by, OLD.review_justified, OLD.review_note)
                    IS DISTINCT FROM (NEW.reviewed_at, NEW.reviewed_by, NEW.review_justified, NEW.review_note)
            OR OLD.audited_at IS NOT NULL
                AND (OLD.audited_at, OLD.audited_by, OLD.audit_justified, OLD.audit_note)
                    IS DISTINCT FROM (NEW.audited_at, NEW.audited_by, NEW.audit_justified, NEW.audit_note) THEN
            RAISE EXCEPTION 'an emergency is reviewed once, audited once, and else stays'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
EMERGENCIES_STAY = """
    CREATE TRIGGER emergencies_stay BEFORE UPDATE OR DELETE ON emergency
    FOR EACH ROW EXECUTE FUNCTION emergency_stays()
"""
