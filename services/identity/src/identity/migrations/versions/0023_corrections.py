"""What was mistyped is corrected, and registrations that nobody confirmed are forgotten whole."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STAYS = """
    CREATE FUNCTION resident_corrections_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what somebody was called before stays' USING ERRCODE = 'check_violation';
    END $$
"""
STAY = """
    CREATE TRIGGER corrections_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON resident_correction
    FOR EACH STATEMENT EXECUTE FUNCTION resident_corrections_stay()
"""
# Of who was forgotten before this: nobody signs in as them, and nobody acts for them.
ORPHANS = """
    UPDATE resident SET awaits_code = true
    WHERE NOT EXISTS (SELECT FROM account WHERE account.subject_id = resident.id AND NOT account.awaits_code)
    AND NOT EXISTS (SELECT FROM guardian WHERE resident.id IN (guardian.guardian_id, guardian.dependant_id))
    AND NOT EXISTS (SELECT FROM identity_proof WHERE identity_proof.resident_id = resident.id)
    AND NOT EXISTS (SELECT FROM scan WHERE scan.resident_id = resident.id)
    AND NOT EXISTS (SELECT FROM code_rotation WHERE code_rotation.resident_id = resident.id)
"""
WAITING = """
    UPDATE institution SET awaits_code = true WHERE EXISTS (
        SELECT FROM account WHERE account.institution_id = institution.id AND account.awaits_code
    )
"""


def upgrade() -> None:
    for table in ("resident", "institution"):
        op.add_column(table, sa.Column("awaits_code", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        op.create_index(f"{table}_awaits_code", table, ["registered_at"], postgresql_where=sa.text("awaits_code"))
    op.execute(ORPHANS)
    op.execute(WAITING)
    op.create_table(
        "resident_correction",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("resident_id", sa.Uuid(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("corrected_by", sa.Uuid(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("register_reference", sa.String(), server_default="", nullable=False),
    )
    op.create_index("resident_correction_of", "resident_correction", ["resident_id", "id"])
    op.execute(STAYS)
    op.execute(STAY)
