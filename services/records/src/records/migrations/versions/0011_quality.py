"""Packs of rules, findings with what they were found by, and quantities made alike."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rule_pack",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("first_used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "to_examine_again", sa.Column("record_id", sa.Uuid(), nullable=False), sa.PrimaryKeyConstraint("record_id")
    )
    op.create_table(
        "measurement",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "path", "code"),
    )
    op.create_index("measurement_of_record", "measurement", ["record_id", "code"])
    op.add_column("finding", sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))
    op.add_column("finding", sa.Column("pack", sa.String(), server_default="", nullable=False))
    op.add_column("finding", sa.Column("severity", sa.String(), server_default="WARNING", nullable=False))
    op.add_column("finding", sa.Column("gone_at", MOMENT, nullable=True))
    op.create_check_constraint("finding_severity", "finding", "severity IN ('ERROR', 'WARNING', 'NOTE')")
    op.create_unique_constraint("finding_id", "finding", ["id"])
    op.create_index("finding_listed", "finding", ["institution_id", "id"])
    op.create_index("finding_now", "finding", ["record_id"], postgresql_where=sa.text("gone_at IS NULL"))
    for statement in LAWS:
        op.execute(statement)


# A pack that was in force stays what it was: findings name it. What was found stays, too, and once gone it is gone since
# then; it may be found again.
PACK_STAYS = """
    CREATE FUNCTION rule_pack_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a version of a rule pack never changes once it was used' USING ERRCODE = 'check_violation';
    END $$
"""
PACKS_STAY = """
    CREATE TRIGGER rule_packs_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_pack
    FOR EACH STATEMENT EXECUTE FUNCTION rule_pack_stays()
"""
LAWS = [PACK_STAYS, PACKS_STAY]
