"""A partner that has left may apply again: its old certificates stay ended, and it may leave again one day."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(STEPS)
    op.execute(STATUS)
    op.drop_index("offboarding_one_open", "offboarding")
    op.create_index(
        "offboarding_one_open",
        "offboarding",
        ["partner_id"],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL AND step < 5"),
    )


# As in 0023; and who has left applies again.
STEPS = """
    CREATE OR REPLACE FUNCTION partner_steps() RETURNS TABLE (was text, became text, taken_as text)
    LANGUAGE sql IMMUTABLE AS $$
        VALUES ('', 'screening', 'partner'), ('rejected', 'screening', 'partner'),
            ('screening', 'certifying', 'operator'), ('screening', 'rejected', 'operator'),
            ('certifying', 'contracting', 'operator'), ('certifying', 'contracting', 'regulator'),
            ('contracting', 'active', 'partner'),
            ('active', 'suspended', 'operator'), ('active', 'suspended', 'regulator'),
            ('suspended', 'suspended', 'regulator'),
            ('suspended', 'active', 'operator'), ('suspended', 'active', 'regulator'),
            ('active', 'offboarding', 'partner'),
            ('offboarding', 'active', 'partner'), ('offboarding', 'active', 'operator'),
            ('offboarding', 'left', 'operator'), ('left', 'screening', 'partner')
    $$
"""
# The newest leaving counts; one that is over, and after which the partner applied again, is over for good.
STATUS = """
    CREATE OR REPLACE FUNCTION partner_leaves_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE now_is partner%ROWTYPE;
        taken integer := coalesce((
            SELECT max(step.step) FROM offboarding_step AS step WHERE step.offboarding_id = (
                SELECT id FROM offboarding WHERE partner_id = NEW.id AND stopped_at IS NULL ORDER BY id DESC LIMIT 1
            )), 0);
    BEGIN
        SELECT * INTO now_is FROM partner WHERE id = NEW.id;
        IF taken = 5 AND now_is.status NOT IN ('offboarding', 'left')
            AND EXISTS (SELECT FROM partner_step WHERE partner_id = NEW.id AND was = 'left') THEN
            taken := 0;
        END IF;
        IF now_is.offboarding_step <> taken OR (now_is.status = 'left') <> (taken = 5)
            OR (now_is.status = 'offboarding') <> (taken BETWEEN 1 AND 4) THEN
            RAISE EXCEPTION 'a partner is leaving, or has left, as its steps say' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
