"""What a trigger refuses is named and never quoted: a message is also in the log of PostgreSQL."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(STATUS_MOVES)


STATUS_MOVES = """
    CREATE OR REPLACE FUNCTION partner_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM partner_steps() AS may
            WHERE (may.was, may.became) = (OLD.status::text, NEW.status::text)) THEN
            RAISE EXCEPTION 'a partner does not go from its status to this one' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.status = 'suspended' AND NEW.status <> 'suspended' AND OLD.suspended_as = 'regulator'
            AND NOT EXISTS (SELECT FROM partner_step AS step WHERE step.partner_id = OLD.id
                AND step.was = 'suspended' AND step.became = 'active' AND step.taken_as = 'regulator'
                AND step.taken_at >= OLD.suspended_at) THEN
            RAISE EXCEPTION 'only a regulator lifts a regulator''s suspension' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
