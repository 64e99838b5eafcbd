"""How often a consent may be used, and how often it was; an order's may be for one practitioner."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name in (("consent_request", "request"), ("consent_artefact", "artefact")):
        for column in ("uses_per_day", "uses_in_all"):
            op.add_column(table, sa.Column(column, sa.Integer(), server_default=sa.text("0"), nullable=False))
        op.create_check_constraint(f"{name}_uses", table, "uses_per_day >= 0 AND uses_in_all >= 0")
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
        " ELSE false END",
    )
    op.create_table(
        "consent_use",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("per_day_max", sa.Integer(), nullable=True),
        sa.Column("in_all_max", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("on_day", sa.Integer(), nullable=False),
        sa.Column("in_all", sa.Integer(), nullable=False),
        sa.Column("permitted", sa.Integer(), nullable=False),
        sa.CheckConstraint("on_day <= per_day_max", name="use_on_day"),
        sa.CheckConstraint("in_all <= in_all_max", name="use_in_all"),
        sa.CheckConstraint("permitted >= 0 AND on_day <= in_all", name="use_only_grows"),
        sa.ForeignKeyConstraint(["consent_id"], ["consent_artefact.id"], name="consent_use_consent_id_fkey"),
        sa.PrimaryKeyConstraint("consent_id"),
    )
    op.execute(FITS)


# As before; and not oftener than was offered.
FITS = """
    CREATE OR REPLACE FUNCTION artefact_fits_its_offer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM consent_request AS offer
        WHERE offer.id = NEW.consent_request_id AND offer.origin = NEW.origin
            AND offer.resident_id = NEW.resident_id AND offer.grantee_id = NEW.grantee_id
            AND NEW.practitioner_id IS NOT DISTINCT FROM offer.practitioner_id
            AND (NEW.data_from, NEW.data_until) IS NOT DISTINCT FROM (offer.data_from, offer.data_until)
            AND (offer.uses_per_day = 0 OR NEW.uses_per_day BETWEEN 1 AND offer.uses_per_day)
            AND (offer.uses_in_all = 0 OR NEW.uses_in_all BETWEEN 1 AND offer.uses_in_all)
            AND NEW.expires_at <= offer.expires_at;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'what is granted on an offer is what was offered' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
