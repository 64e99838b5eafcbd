"""In which district residents live, and whose word that is."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("resident", sa.Column("district", sa.String(), nullable=True))
    op.add_column("resident", sa.Column("district_source", sa.String(), nullable=True))
    op.add_column("resident", sa.Column("district_said_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint("resident_district_source", "resident", "district_source IN ('register', 'own')")
    op.create_check_constraint(
        "resident_district_said", "resident", "num_nonnulls(district, district_source, district_said_at) IN (0, 3)"
    )
    op.execute(
        """
        CREATE FUNCTION keep_registered_district() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'where somebody lives is the word of the register of people'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'resident_district_registered';
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER resident_district_registered BEFORE UPDATE ON resident FOR EACH ROW
        WHEN (OLD.district_source = 'register' AND NEW.district_source IS DISTINCT FROM 'register')
        EXECUTE FUNCTION keep_registered_district()
        """
    )
