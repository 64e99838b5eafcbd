"""People are invited to be operators, regulators and partners' staff, change duties, are suspended, and leave."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("invited_by", sa.Uuid(), nullable=True))
    op.add_column("account", sa.Column("unconfirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("account", sa.Column("confirmed_by", sa.Uuid(), nullable=True))
    op.add_column("account", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint("account_confirmed_by_another", "account", "confirmed_by <> invited_by")
    op.create_check_constraint("account_confirmed", "account", "confirmed_by IS NULL OR NOT unconfirmed")
    op.create_table(
        "former_account",
        sa.Column("subject_id", sa.Uuid(), primary_key=True),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duties", sa.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
    )
    op.create_index("former_account_of", "former_account", ["role", "institution_id", "subject_id"])
    op.create_table(
        "account_change",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("duties", sa.ARRAY(sa.TEXT()), nullable=False),
    )
    op.create_index("account_change_of", "account_change", ["account_id", "id"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), sa.ForeignKey("institution.id"), nullable=True),
        sa.Column("duties", sa.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("cardinality(duties) > 0 AND duties <@ duties_of(role)", name="invitation_duties"),
        sa.CheckConstraint("num_nonnulls(accepted_at, revoked_at) <= 1", name="invitation_ends_once"),
        sa.CheckConstraint("(accepted_at IS NULL) = (account_id IS NULL)", name="invitation_makes_an_account"),
    )
    op.create_index("invitation_of", "invitation", ["role", "institution_id", "id"])
    for statement in (
        STAYS,
        FORMER_STAYS,
        CHANGES_STAY,
        IN_ROLE,
        INVITES_IN_ROLE,
        MANAGES,
        MANAGER_STAYS,
        MANAGERS_STAY,
    ):
        op.execute(statement)


STAYS = """
    CREATE FUNCTION account_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what became of an account stays' USING ERRCODE = 'check_violation';
    END $$
"""
FORMER_STAYS = """
    CREATE TRIGGER former_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON former_account
    FOR EACH STATEMENT EXECUTE FUNCTION account_history_stays()
"""
CHANGES_STAY = """
    CREATE TRIGGER changes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON account_change
    FOR EACH STATEMENT EXECUTE FUNCTION account_history_stays()
"""
# Nobody invites into another role than their own, or into another institution.
IN_ROLE = """
    CREATE FUNCTION invitation_is_in_role() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM account AS inviter WHERE inviter.subject_id = NEW.invited_by AND inviter.role = NEW.role
            AND inviter.institution_id IS NOT DISTINCT FROM NEW.institution_id AND NEW.duties <@ inviter.duties
        ) THEN
            RAISE EXCEPTION 'an invitation is into the inviter''s own role' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'invitation_in_role';
        END IF;
        RETURN NEW;
    END $$
"""
INVITES_IN_ROLE = """
    CREATE TRIGGER in_role BEFORE INSERT OR UPDATE OF role, institution_id, duties, invited_by ON invitation
    FOR EACH ROW EXECUTE FUNCTION invitation_is_in_role()
"""
MANAGES = """
    CREATE FUNCTION manages_accounts(who account) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
        SELECT who.suspended_at IS NULL AND NOT who.unconfirmed AND CASE who.role
            WHEN 'operator' THEN 'accounts' WHEN 'partner' THEN 'owner' WHEN 'regulator' THEN 'supervise'
        END = ANY(who.duties)
    $$
"""
# Two who leave at once wait for each other here; the second then sees that the first has gone.
MANAGER_STAYS = """
    CREATE FUNCTION account_manager_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF manages_accounts(OLD) AND (TG_OP = 'DELETE' OR NOT manages_accounts(NEW)) THEN
            PERFORM pg_advisory_xact_lock(
                hashtextextended(concat('account manager', OLD.role, OLD.institution_id), 0)
            );
            IF NOT EXISTS (
                SELECT FROM account AS other WHERE other.role = OLD.role AND other.subject_id <> OLD.subject_id
                AND other.institution_id IS NOT DISTINCT FROM OLD.institution_id AND manages_accounts(other)
            ) THEN
                RAISE EXCEPTION 'the last account that can invite others stays' USING ERRCODE = 'check_violation',
                    CONSTRAINT = 'account_manager_stays';
            END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END $$
"""
MANAGERS_STAY = """
    CREATE TRIGGER manager_stays BEFORE DELETE OR UPDATE OF duties, suspended_at, unconfirmed, role, institution_id
    ON account FOR EACH ROW EXECUTE FUNCTION account_manager_stays()
"""
