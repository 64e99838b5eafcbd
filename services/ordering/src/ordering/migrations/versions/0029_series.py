"""Series of periods: orders of one offering that follow one another, and what holds them together."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ENDS = "'stopped', 'unpaid', 'not_accepted', 'called_off', 'complete', 'withdrawn', 'standing', 'not_eligible'"


def upgrade() -> None:
    op.add_column("terms", sa.Column("periods_max", sa.Integer(), server_default="0", nullable=False))
    op.add_column("terms", sa.Column("period_days", sa.Integer(), server_default="0", nullable=False))
    op.create_check_constraint(
        "terms_periods",
        "terms",
        "periods_max = 0 AND period_days = 0 OR periods_max BETWEEN 2 AND 60 AND period_days BETWEEN 0 AND 366 "
        "AND quantity_max = 1",
    )
    op.create_table(
        "series",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("newest_order_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("anchor_day", sa.Integer(), nullable=True),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("period BETWEEN 1 AND 60", name="series_period"),
        sa.CheckConstraint("anchor_day BETWEEN 1 AND 31", name="series_anchor_day"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="series_ended"),
        sa.CheckConstraint("ended_at IS NULL OR next_at IS NULL", name="series_ended_has_no_next"),
        sa.CheckConstraint(f"ended_because IN ({ENDS})", name="series_ended_because"),
    )
    op.create_index("series_due", "series", ["next_at"], postgresql_where=sa.text("next_at IS NOT NULL"))
    for column in (
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("period", sa.Integer(), nullable=True),
        sa.Column("period_starts_at", MOMENT, nullable=True),
        sa.Column("period_changes", postgresql.ARRAY(sa.TEXT()), nullable=False, server_default="{}"),
    ):
        op.add_column("orders", column)
    op.create_unique_constraint("orders_one_a_period", "orders", ["series_id", "period"])
    op.create_check_constraint(
        "orders_of_a_series",
        "orders",
        "num_nonnulls(series_id, period) IN (0, 2) AND (coalesce(period, 1) > 1) = (period_starts_at IS NOT NULL) "
        "AND (coalesce(period, 2) > 1 OR series_id = id)",
    )
    op.create_foreign_key(
        "orders_in_series", "orders", "series", ["series_id"], ["id"], deferrable=True, initially="DEFERRED"
    )
    for statement in (FOLLOWS, ON_INSERT, IN_SERIES, ON_COMMIT, STAYS, ON_UPDATE, GOES_ON, ON_SERIES):
        op.execute(statement)


# A period follows the one before it: for the same resident, with the same partner, where that one ends, once it was
# accepted. And it costs something: paying it is how its resident agrees to it.
FOLLOWS = """
    CREATE FUNCTION period_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.total_minor = 0 OR NOT EXISTS (
            SELECT FROM orders AS before
            WHERE before.series_id = NEW.series_id AND before.period = NEW.period - 1
                AND before.resident_id = NEW.resident_id AND before.partner_id = NEW.partner_id
                AND before.accepted_at IS NOT NULL AND before.window_ends_at = NEW.period_starts_at
        ) THEN
            RAISE EXCEPTION 'a period follows the one before it, and is paid' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ON_INSERT = """
    CREATE TRIGGER period_follows BEFORE INSERT ON orders FOR EACH ROW WHEN (NEW.period > 1)
    EXECUTE FUNCTION period_follows()
"""
# By the end of its transaction an order of a series has one line: of the series' offering, once, on terms by which so
# many periods may follow one another.
IN_SERIES = """
    CREATE FUNCTION order_is_of_its_series() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT count(*) FROM order_line WHERE order_id = NEW.id) <> 1 OR NOT EXISTS (
            SELECT FROM order_line AS line
            JOIN series ON series.id = NEW.series_id AND series.offering_id = line.offering_id
            JOIN terms ON terms.offering_id = line.offering_id AND terms.revision = line.offering_revision
            WHERE line.order_id = NEW.id AND line.quantity = 1 AND terms.periods_max >= NEW.period
                AND series.resident_id = NEW.resident_id AND series.partner_id = NEW.partner_id
        ) THEN
            RAISE EXCEPTION 'an order of a series is of its offering, once, and within its terms'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
ON_COMMIT = """
    CREATE CONSTRAINT TRIGGER order_is_of_its_series AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.series_id IS NOT NULL) EXECUTE FUNCTION order_is_of_its_series()
"""
STAYS = """
    CREATE FUNCTION period_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'which period of which series an order is stays' USING ERRCODE = 'check_violation';
    END $$
"""
ON_UPDATE = """
    CREATE TRIGGER period_stays BEFORE UPDATE OF series_id, period, period_starts_at, period_changes
    ON orders FOR EACH ROW WHEN (
        (OLD.series_id, OLD.period, OLD.period_starts_at, OLD.period_changes)
            IS DISTINCT FROM (NEW.series_id, NEW.period, NEW.period_starts_at, NEW.period_changes)
    ) EXECUTE FUNCTION period_stays()
"""
# What has ended stays so, and periods are counted one by one.
GOES_ON = """
    CREATE FUNCTION series_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a series goes on by one period, for whom and of what it began, and ends once'
            USING ERRCODE = 'check_violation';
    END $$
"""
ON_SERIES = """
    CREATE TRIGGER series_goes_on BEFORE UPDATE ON series FOR EACH ROW WHEN (
        (OLD.id, OLD.resident_id, OLD.partner_id, OLD.offering_id)
            IS DISTINCT FROM (NEW.id, NEW.resident_id, NEW.partner_id, NEW.offering_id)
        OR NEW.period NOT IN (OLD.period, OLD.period + 1)
        OR OLD.ended_at IS NOT NULL AND OLD IS DISTINCT FROM NEW
    ) EXECUTE FUNCTION series_goes_on()
"""
