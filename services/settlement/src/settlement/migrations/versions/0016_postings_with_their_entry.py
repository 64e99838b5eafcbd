"""A posting's entry is looked for once a statement, not once a posting.

Postings may only come in the transaction that writes their entry, and entries stay. The trigger that sees to it now
also refuses a posting of no entry, so that the foreign key has nothing left to find.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SAME_TRANSACTION = """
    CREATE OR REPLACE FUNCTION postings_come_with_their_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM added LEFT JOIN journal_entry AS entry ON entry.id = added.entry_id
            WHERE entry.xid IS DISTINCT FROM pg_current_xact_id()
        ) THEN
            RAISE EXCEPTION 'an entry takes no more postings, and a posting needs an entry'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.execute(SAME_TRANSACTION)
    op.drop_constraint("posting_entry_id_fkey", "posting", type_="foreignkey")


def downgrade() -> None:
    op.create_foreign_key("posting_entry_id_fkey", "posting", "journal_entry", ["entry_id"], ["id"])
