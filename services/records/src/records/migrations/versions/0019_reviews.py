"""Samples of what came are judged by people, each by two who do not know of one another's judgement."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "review_sample",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name="review_sample_month"),
        sa.CheckConstraint("drawn >= 0 AND seed <> ''", name="review_sample_drawn"),
        sa.PrimaryKeyConstraint("institution_id", "month", "resource_type"),
    )
    op.create_table(
        "quality_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint("extract(day FROM month) = 1", name="quality_review_month"),
        sa.CheckConstraint("reason IN (1, 2)", name="quality_review_reason"),
        sa.CheckConstraint("status BETWEEN 1 AND 5", name="quality_review_status"),
        sa.CheckConstraint("(status IN (1, 2)) = (closed_at IS NULL)", name="quality_review_closed"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("record_id", "version", name="quality_review_once"),
    )
    op.create_index("quality_review_listed", "quality_review", ["status", "due_at", "id"])
    op.create_index("quality_review_of_institution", "quality_review", ["institution_id", "month", "resource_type"])
    op.create_table(
        "review_look",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("review_id", sa.Uuid(), sa.ForeignKey("quality_review.id"), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("review_look_of_review", "review_look", ["review_id", "reviewer_id"])
    op.create_table(
        "review_judgement",
        sa.Column("review_id", sa.Uuid(), sa.ForeignKey("quality_review.id"), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("judged_at", MOMENT, nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 3", name="review_judgement_number"),
        sa.CheckConstraint("verdict IN (1, 2)", name="review_judgement_verdict"),
        sa.PrimaryKeyConstraint("review_id", "reviewer_id"),
        sa.UniqueConstraint("review_id", "number", name="review_judgement_each"),
    )
    for statement in (MOVE, MOVES, JUDGED, JUDGE, GROWS, *STAY):
        op.execute(statement)


# A review is settled by two who judged alike, and by nothing else; then it stays.
MOVE = """
    CREATE FUNCTION quality_review_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.closed_at IS NOT NULL OR (OLD.status = 2 AND NEW.status = 1) THEN
            RAISE EXCEPTION 'a review only goes on, and stays closed' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.status IN (3, 4) AND (
            SELECT count(*) FROM review_judgement WHERE review_id = NEW.id AND verdict = NEW.status - 2
        ) < 2 THEN
            RAISE EXCEPTION 'a review is settled by two who judged alike' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
MOVES = """
    CREATE TRIGGER review_moves BEFORE UPDATE ON quality_review FOR EACH ROW EXECUTE FUNCTION quality_review_moves()
"""
JUDGED = """
    CREATE FUNCTION review_judged() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM quality_review WHERE id = NEW.review_id AND closed_at IS NULL
                AND (NEW.number < 3 OR status = 2)
        ) THEN
            RAISE EXCEPTION 'a review that is closed is judged no more; a third judges where two differ'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (
            SELECT FROM review_look WHERE review_id = NEW.review_id AND reviewer_id = NEW.reviewer_id
        ) THEN
            RAISE EXCEPTION 'who has not looked does not judge' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
JUDGE = """
    CREATE TRIGGER review_judged BEFORE INSERT ON review_judgement FOR EACH ROW EXECUTE FUNCTION review_judged()
"""
GROWS = """
    CREATE FUNCTION reviews_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what was drawn, looked at and judged stays' USING ERRCODE = 'check_violation';
    END $$
"""
STAY = [
    f"CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION reviews_only_grow()"
    for table in ("review_sample", "review_look", "review_judgement")
]
