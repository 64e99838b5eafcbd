"""What a FHIR Consent offers a resident."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent_request", sa.Column("offered_by", sa.Uuid(), nullable=True))
    for column in ("data_from", "data_until"):
        op.add_column("consent_request", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
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
        " ELSE false END",
    )
    op.create_check_constraint(
        "request_has_a_period", "consent_request", "origin = 4 OR num_nonnulls(data_from, data_until) = 0"
    )
    op.create_check_constraint("request_period", "consent_request", "data_from < data_until")
    offers = sa.text("origin = 4")
    op.create_index("offer_of_grantee", "consent_request", ["grantee_id", "id"], postgresql_where=offers)
    op.create_index(
        "offer_of_resident", "consent_request", ["resident_id", "grantee_id", "requested_at"], postgresql_where=offers
    )
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
        " WHEN 4 THEN num_nonnulls(order_id, order_line_id, scan_id) = 0 AND consent_request_id IS NOT NULL"
        " ELSE false END",
    )
    for statement in (FITS, ARTEFACTS_FIT):
        op.execute(statement)


# What is granted on an offer is what was offered: not for longer, nor for anybody else.
FITS = """
    CREATE FUNCTION artefact_fits_its_offer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM consent_request AS offer
        WHERE offer.id = NEW.consent_request_id AND offer.origin = NEW.origin
            AND offer.resident_id = NEW.resident_id AND offer.grantee_id = NEW.grantee_id
            AND NEW.practitioner_id IS NOT DISTINCT FROM offer.practitioner_id
            AND (NEW.data_from, NEW.data_until) IS NOT DISTINCT FROM (offer.data_from, offer.data_until)
            AND NEW.expires_at <= offer.expires_at;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'what is granted on an offer is what was offered' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ARTEFACTS_FIT = """
    CREATE TRIGGER offer_artefact_fits BEFORE INSERT ON consent_artefact
    FOR EACH ROW WHEN (NEW.origin = 4) EXECUTE FUNCTION artefact_fits_its_offer()
"""
