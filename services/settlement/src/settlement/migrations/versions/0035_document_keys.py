"""A key that signs documents may be withdrawn, and else stays as it is"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document_key", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("document_key", sa.Column("withdrawn_because", sa.String(), nullable=True))
    op.create_check_constraint(
        "document_key_withdrawn_as_a_whole",
        "document_key",
        "num_nulls(withdrawn_at, withdrawn_because) IN (0, 2)",
    )
    op.execute(STAYS)
    op.execute(KEYS_STAY)


# Its private part may be enciphered again. What it is the key of never changes, and what was withdrawn stays so.
STAYS = """
    CREATE FUNCTION document_key_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.serial, OLD.certificate, OLD.created_at) IS DISTINCT FROM (NEW.serial, NEW.certificate, NEW.created_at)
            OR OLD.withdrawn_at IS NOT NULL
                AND (OLD.withdrawn_at, OLD.withdrawn_because)
                    IS DISTINCT FROM (NEW.withdrawn_at, NEW.withdrawn_because) THEN
            RAISE EXCEPTION 'a key that signs documents may only be withdrawn, once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
KEYS_STAY = """
    CREATE TRIGGER document_keys_stay BEFORE UPDATE ON document_key
    FOR EACH ROW EXECUTE FUNCTION document_key_stays()
"""
