"""People are proven by an identity number, of which a keyed hash is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_proof",
        sa.Column("resident_id", sa.Uuid(), sa.ForeignKey("resident.id"), primary_key=True),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("proven_by", sa.Uuid(), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(number_hash) = 32", name="identity_proof_hash"),
        sa.UniqueConstraint("number_hash", name="identity_proof_number"),
    )
    op.execute(
        """
        CREATE FUNCTION identity_proof_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a proof of who somebody is stays as it is' USING ERRCODE = 'check_violation';
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER identity_proof_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON identity_proof
        FOR EACH STATEMENT EXECUTE FUNCTION identity_proof_stays()
        """
    )
