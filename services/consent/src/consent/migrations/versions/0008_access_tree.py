"""The access log is a Merkle tree. Entries of the chain become its first leaves, while the service runs."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def entry_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "access_log_waiting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        *entry_columns(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "access_log_leaf",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        *entry_columns(),
        sa.Column("chain_position", sa.BigInteger(), nullable=True),
        sa.Column("chain_hash", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("index"),
    )
    op.create_index("leaf_of_resident", "access_log_leaf", ["resident_id", "index"])
    op.create_index("leaf_of_partner", "access_log_leaf", ["partner_id", "index"])
    op.create_index("leaf_of_subject", "access_log_leaf", ["subject_id", "index"])
    op.create_index("leaf_rare", "access_log_leaf", ["kind", "index"], postgresql_where=sa.text("kind > 2"))
    op.create_index(
        "leaf_of_chain",
        "access_log_leaf",
        ["chain_position"],
        unique=True,
        postgresql_where=sa.text("chain_position IS NOT NULL"),
    )
    op.create_table(
        "access_log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index"),
    )
    op.create_table(
        "access_log_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("octet_length(root) = 32 AND size > 0", name="checkpoint_is_whole"),
        sa.PrimaryKeyConstraint("size"),
    )
    op.create_index(
        "checkpoint_announced",
        "access_log_checkpoint",
        ["size"],
        postgresql_where=sa.text("announced_at IS NOT NULL"),
    )
    op.create_table(
        "access_log_cosignature",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", "key"),
    )
    op.alter_column("refusal", "position", nullable=True)
    op.add_column("refusal", sa.Column("summed", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("refusal_of_decision", "refusal", ["decision_id"])
    op.create_index("refusal_not_summed", "refusal", ["day"], postgresql_where=sa.text("NOT summed"))
    for table in ("access_log_leaf", "access_log_node", "access_log_cosignature"):
        op.execute(
            f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION access_log_only_grows()"
        )
    op.execute(
        "CREATE TRIGGER entries_stay BEFORE UPDATE OR TRUNCATE ON access_log_waiting "
        "FOR EACH STATEMENT EXECUTE FUNCTION access_log_only_grows()"
    )
    for statement in (NO_GAPS, LEAVES_FOLLOW, LEAVES_AS_LEAF, WAITS, CHECKPOINT_STAYS, CHECKPOINTS_STAY):
        op.execute(statement)


NO_GAPS = """
    CREATE FUNCTION access_log_has_no_gaps() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        first bigint; last bigint; counted bigint;
    BEGIN
        SELECT min(index), max(index), count(*) INTO first, last, counted FROM added;
        IF counted > 0 AND (last - first + 1 <> counted OR first <> COALESCE(
            (SELECT index + 1 FROM access_log_leaf WHERE index < first ORDER BY index DESC LIMIT 1), 0
        )) THEN
            RAISE EXCEPTION 'leaves of the access log follow one another' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
LEAVES_FOLLOW = """
    CREATE TRIGGER leaves_follow AFTER INSERT ON access_log_leaf REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION access_log_has_no_gaps()
"""
# What waits is moved by one statement: it is deleted here, and is among the newest leaves once the statement is over.
LEAVES_AS_LEAF = """
    CREATE FUNCTION access_log_entry_is_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT entry FROM gone EXCEPT
            SELECT entry FROM (
                SELECT entry FROM access_log_leaf ORDER BY index DESC LIMIT (SELECT count(*) FROM gone)
            ) AS newest
        ) THEN
            RAISE EXCEPTION 'an entry of the access log waits until it is a leaf' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
WAITS = """
    CREATE TRIGGER leaves_as_leaf AFTER DELETE ON access_log_waiting REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION access_log_entry_is_leaf()
"""
# A checkpoint is announced once, and then stays; of the others only the newest has to.
CHECKPOINT_STAYS = """
    CREATE FUNCTION access_log_checkpoint_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.announced_at IS NOT NULL
            OR (TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'announced_at' <> to_jsonb(NEW) - 'announced_at')
            OR (TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM access_log_checkpoint WHERE size > OLD.size)) THEN
            RAISE EXCEPTION 'a checkpoint of the access log stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$
"""
CHECKPOINTS_STAY = """
    CREATE TRIGGER checkpoints_stay BEFORE UPDATE OR DELETE ON access_log_checkpoint
    FOR EACH ROW EXECUTE FUNCTION access_log_checkpoint_stays()
"""
