"""One person has one account of an operator or a regulator: by their identity number, of which a keyed hash is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_holder",
        sa.Column("account_id", sa.Uuid(), primary_key=True),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(number_hash) = 32", name="office_holder_hash"),
        sa.UniqueConstraint("number_hash", name="office_holder_number"),
    )
    op.execute(HOLDERS_STAY)
    # Who comes back has the id that they had, and may leave a second time.
    op.drop_constraint("former_account_pkey", "former_account", type_="primary")
    op.create_primary_key("former_account_pkey", "former_account", ["subject_id", "created_at"])
    for statement in (NOT_ONES_OWN, DECIDED_BY_ANOTHER):
        op.execute(statement)


HOLDERS_STAY = """
    CREATE TRIGGER office_holder_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON office_holder
    FOR EACH STATEMENT EXECUTE FUNCTION account_history_stays()
"""
# The operator who decides by documents is not the guardian, the dependant or who proposed it, as a resident.
NOT_ONES_OWN = """
    CREATE FUNCTION guardianship_decided_by_another_person() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM office_holder AS holder JOIN identity_proof AS proof ON proof.number_hash = holder.number_hash
            WHERE holder.account_id = NEW.closed_by
            AND proof.resident_id IN (NEW.guardian_id, NEW.dependant_id, NEW.proposed_by)
        ) THEN
            RAISE EXCEPTION 'nobody decides a guardianship of their own' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'guardianship_decided_by_another_person';
        END IF;
        RETURN NEW;
    END $$
"""
DECIDED_BY_ANOTHER = """
    CREATE TRIGGER decided_by_another_person BEFORE INSERT OR UPDATE OF closed_by ON guardianship_proposal
    FOR EACH ROW WHEN (NEW.closed_by IS NOT NULL) EXECUTE FUNCTION guardianship_decided_by_another_person()
"""
