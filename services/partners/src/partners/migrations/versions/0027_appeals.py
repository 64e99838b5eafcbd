"""A partner appeals against a rejection or a suspension; other people than who took the step decide it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("partner_id", sa.Uuid(), sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("step_id", sa.Uuid(), sa.ForeignKey("partner_step.id"), nullable=False),
        sa.Column("against", sa.String(), nullable=False),
        sa.Column("decided_as", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("document_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("appealed_by", sa.Uuid(), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False, server_default="waiting"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("step_id", name="appeal_once_a_step"),
        sa.UniqueConstraint("id", "decided_by", name="appeal_whose_step"),
        sa.CheckConstraint("against IN ('rejected', 'suspended')", name="appeal_against"),
        sa.CheckConstraint("decided_as IN ('operator', 'regulator')", name="appeal_decided_as"),
        sa.CheckConstraint("status IN ('waiting', 'granted', 'dismissed', 'lapsed')", name="appeal_status"),
        sa.CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name="appeal_ends"),
    )
    op.create_index("appeal_of", "appeal", ["partner_id", "id"])
    op.create_index("appeal_waiting", "appeal", ["id"], postgresql_where=sa.text("status = 'waiting'"))
    op.create_table(
        "appeal_voice",
        sa.Column("appeal_id", sa.Uuid(), nullable=False),
        sa.Column("spoken_by", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("spoken_as", sa.String(), nullable=False),
        sa.Column("spoken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("appeal_id", "spoken_by"),
        sa.UniqueConstraint("appeal_id", "number", name="appeal_voice_each"),
        sa.ForeignKeyConstraint(
            ["appeal_id", "decided_by"], ["appeal.id", "appeal.decided_by"], name="appeal_voice_of"
        ),
        sa.CheckConstraint("spoken_by <> decided_by", name="appeal_voice_by_another"),
        sa.CheckConstraint("spoken_as IN ('operator', 'regulator')", name="appeal_voice_spoken_as"),
    )
    for statement in (STEPS, THEIRS, *OPENED, *SPOKEN, *ENDED, *STAY, *LAPSED):
        op.execute(statement)


# As in 0026; and whoever decides an appeal takes a rejected application back to its screening.
STEPS = """
    CREATE OR REPLACE FUNCTION partner_steps() RETURNS TABLE (was text, became text, taken_as text)
    LANGUAGE sql IMMUTABLE AS $$
        VALUES ('', 'screening', 'partner'), ('rejected', 'screening', 'partner'),
            ('rejected', 'screening', 'operator'), ('rejected', 'screening', 'regulator'),
            ('screening', 'certifying', 'operator'), ('screening', 'rejected', 'operator'),
            ('certifying', 'contracting', 'operator'), ('certifying', 'contracting', 'regulator'),
            ('contracting', 'active', 'partner'),
            ('active', 'suspended', 'operator'), ('active', 'suspended', 'regulator'),
            ('suspended', 'suspended', 'regulator'),
            ('suspended', 'active', 'operator'), ('suspended', 'active', 'regulator'),
            ('active', 'offboarding', 'partner'),
            ('offboarding', 'active', 'partner'), ('offboarding', 'active', 'operator'),
            ('offboarding', 'left', 'operator'), ('left', 'screening', 'partner')
    $$
"""
# Nobody but the partner leads out of a rejection, unless an appeal against it was granted.
THEIRS = """
    CREATE OR REPLACE FUNCTION partner_step_is_theirs() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM partner_steps() AS may
            WHERE (may.was, may.became, may.taken_as) = (NEW.was, NEW.became, NEW.taken_as)) THEN
            RAISE EXCEPTION 'this role does not take this step' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.was = 'rejected' AND NEW.taken_as <> 'partner' AND NOT EXISTS (
            SELECT FROM appeal WHERE appeal.status = 'granted' AND appeal.step_id = (
                SELECT id FROM partner_step WHERE partner_id = NEW.partner_id ORDER BY id DESC LIMIT 1
            )
        ) THEN
            RAISE EXCEPTION 'a rejection is undone by an appeal that was granted' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
OPENED = (
    """
    CREATE FUNCTION appeal_is_of_the_newest_step() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE now_is text; newest partner_step%ROWTYPE;
    BEGIN
        SELECT status INTO now_is FROM partner WHERE id = NEW.partner_id FOR UPDATE;
        SELECT * INTO newest FROM partner_step WHERE partner_id = NEW.partner_id ORDER BY id DESC LIMIT 1;
        IF NEW.status <> 'waiting' OR now_is IS DISTINCT FROM NEW.against OR NEW.appealed_at < newest.taken_at
            OR (newest.id, newest.became, newest.taken_as, newest.taken_by)
                IS DISTINCT FROM (NEW.step_id, NEW.against, NEW.decided_as, NEW.decided_by) THEN
            RAISE EXCEPTION 'an appeal is against the newest step of its partner' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER appeal_is_of_the_newest_step BEFORE INSERT ON appeal
    FOR EACH ROW EXECUTE FUNCTION appeal_is_of_the_newest_step()
    """,
)
SPOKEN = (
    """
    CREATE FUNCTION appeal_is_decided(about uuid, role text) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT CASE
            WHEN count(*) FILTER (WHERE granted) >= CASE role WHEN 'regulator' THEN 1 ELSE 2 END THEN 'granted'
            WHEN count(*) FILTER (WHERE NOT granted) >= CASE role WHEN 'regulator' THEN 1 ELSE 2 END THEN 'dismissed'
            ELSE 'waiting' END
        FROM appeal_voice WHERE appeal_id = about
    $$
    """,
    """
    CREATE FUNCTION appeal_voice_counts() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE about appeal%ROWTYPE;
    BEGIN
        SELECT * INTO about FROM appeal WHERE id = NEW.appeal_id FOR UPDATE;
        IF about.status IS DISTINCT FROM 'waiting' OR appeal_is_decided(about.id, about.decided_as) <> 'waiting'
            OR NEW.number <> 1 + (SELECT count(*) FROM appeal_voice WHERE appeal_id = NEW.appeal_id)
            OR (about.decided_as = 'regulator' AND NEW.spoken_as <> 'regulator') THEN
            RAISE EXCEPTION 'an appeal that waits takes the voices of those who decide it'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER appeal_voice_counts BEFORE INSERT ON appeal_voice
    FOR EACH ROW EXECUTE FUNCTION appeal_voice_counts()
    """,
)
ENDED = (
    """
    CREATE FUNCTION appeal_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' OR OLD.status <> 'waiting'
            OR to_jsonb(OLD) - '{status,ended_at}'::text[] <> to_jsonb(NEW) - '{status,ended_at}'::text[]
            OR (NEW.status = 'lapsed' AND NOT EXISTS (
                SELECT FROM partner_step WHERE partner_id = OLD.partner_id AND id > OLD.step_id))
            OR (NEW.status <> 'lapsed' AND NEW.status <> appeal_is_decided(OLD.id, OLD.decided_as)) THEN
            RAISE EXCEPTION 'an appeal ends once, as its voices say or by another step' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER appeal_ends_once BEFORE UPDATE OR DELETE ON appeal FOR EACH ROW EXECUTE FUNCTION appeal_ends_once()",
    """
    CREATE TRIGGER appeal_is_not_removed BEFORE TRUNCATE ON appeal
    FOR EACH STATEMENT EXECUTE FUNCTION appeal_ends_once()
    """,
)
STAY = (
    """
    CREATE FUNCTION appeal_voice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a voice that was given stays' USING ERRCODE = 'check_violation';
    END $$
    """,
    """
    CREATE TRIGGER appeal_voices_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON appeal_voice
    FOR EACH STATEMENT EXECUTE FUNCTION appeal_voice_stays()
    """,
)
# Whoever takes another step, of this release or of the one before.
LAPSED = (
    """
    CREATE FUNCTION appeals_lapse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE appeal SET status = 'lapsed', ended_at = NEW.taken_at
        WHERE partner_id = NEW.partner_id AND status = 'waiting' AND step_id < NEW.id;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER appeals_lapse AFTER INSERT ON partner_step FOR EACH ROW EXECUTE FUNCTION appeals_lapse()",
)
