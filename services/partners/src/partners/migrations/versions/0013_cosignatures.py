"""Certificates that touch data are in force once a regulator has co-signed what an operator proposed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Those of before, and those that the release before issues meanwhile, are in force as they are.
    op.add_column(
        "certificate", sa.Column("needs_cosignature", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.add_column("certificate", sa.Column("cosigned_by", sa.Uuid(), nullable=True))
    op.add_column("certificate", sa.Column("cosigned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint("certificate_by_two", "certificate", "cosigned_by <> issued_by")
    op.create_check_constraint(
        "certificate_cosigned",
        "certificate",
        "(cosigned_by IS NULL) = (cosigned_at IS NULL) AND (cosigned_by IS NULL OR needs_cosignature)",
    )
    for statement in (STEPS, STAYS, IS_SIGNED_ONCE):
        op.execute(statement)


# As in 0004; and who signs the last certificate that was missing takes the partner on.
STEPS = """
    CREATE OR REPLACE FUNCTION partner_steps() RETURNS TABLE (was text, became text, taken_as text)
    LANGUAGE sql IMMUTABLE AS $$
        VALUES ('', 'screening', 'partner'), ('rejected', 'screening', 'partner'),
            ('screening', 'certifying', 'operator'), ('screening', 'rejected', 'operator'),
            ('certifying', 'contracting', 'operator'), ('certifying', 'contracting', 'regulator'),
            ('contracting', 'active', 'partner'),
            ('active', 'suspended', 'operator'), ('active', 'suspended', 'regulator'),
            ('suspended', 'suspended', 'regulator'),
            ('suspended', 'active', 'operator'), ('suspended', 'active', 'regulator')
    $$
"""
STAYS = """
    CREATE FUNCTION certificate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' OR OLD.cosigned_at IS NOT NULL
            OR to_jsonb(OLD) - '{cosigned_by,cosigned_at}'::text[]
                <> to_jsonb(NEW) - '{cosigned_by,cosigned_at}'::text[] THEN
            RAISE EXCEPTION 'a certificate is co-signed once, and else stays as it is'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
IS_SIGNED_ONCE = """
    CREATE TRIGGER certificate_is_signed_once BEFORE UPDATE ON certificate
    FOR EACH ROW EXECUTE FUNCTION certificate_stays()
"""
