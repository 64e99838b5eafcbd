"""What the access log signed is kept here, away from the log."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("previous_size", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("size", "root"),
    )
    op.create_index(
        "kept_checkpoint_not_followed", "kept_checkpoint", ["size"], postgresql_where=sa.text("NOT follows")
    )
    op.create_index("kept_checkpoint_of_previous", "kept_checkpoint", ["previous_size"])
    op.execute(CHECKPOINT_IS_KEPT)
    op.execute(CHECKPOINTS_ARE_KEPT)


# A checkpoint is compared once, and then nothing of it changes.
CHECKPOINT_IS_KEPT = """
    CREATE FUNCTION checkpoint_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.follows OR to_jsonb(OLD) - 'follows' <> to_jsonb(NEW) - 'follows' THEN
            RAISE EXCEPTION 'a checkpoint of the access log is kept as it came' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
CHECKPOINTS_ARE_KEPT = """
    CREATE TRIGGER checkpoints_are_kept BEFORE UPDATE OR DELETE ON kept_checkpoint
    FOR EACH ROW EXECUTE FUNCTION checkpoint_is_kept()
"""
