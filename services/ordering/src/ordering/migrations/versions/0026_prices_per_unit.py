"""Lines whose price is for a unit: how many units one may be of is said by its terms, and held here."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("terms", sa.Column("quantity_max", sa.Integer(), server_default="100", nullable=False))
    op.create_check_constraint("terms_quantity", "terms", "quantity_max BETWEEN 1 AND 10000")
    op.drop_constraint("line_quantity", "order_line")
    op.create_check_constraint("line_quantity", "order_line", "quantity BETWEEN 1 AND 10000")
    for statement in (WITHIN, ON_INSERT):
        op.execute(statement)


# Nobody owes for more than the terms they agreed to let be ordered.
WITHIN = """
    CREATE FUNCTION line_is_within_its_terms() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.quantity > 100 AND NEW.quantity > (
            SELECT quantity_max FROM terms
            WHERE terms.offering_id = NEW.offering_id AND terms.revision = NEW.offering_revision
        ) THEN
            RAISE EXCEPTION 'a line is of no more than its terms allow' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ON_INSERT = """
    CREATE TRIGGER line_within_its_terms BEFORE INSERT OR UPDATE OF quantity ON order_line FOR EACH ROW
    EXECUTE FUNCTION line_is_within_its_terms()
"""
