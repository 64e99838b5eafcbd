"""signed plans and payouts' claims stay, for the owner too

From this revision on the rights on what is only added to are taken from every other role by `chassis.rights`, at each
run of the migrations.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("contract", "payout_claim"):
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()"
        )
