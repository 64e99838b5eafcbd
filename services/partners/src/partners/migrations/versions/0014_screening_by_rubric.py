"""A review keeps what its outcome follows from, and the database computes it again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Decisions of before, and those that the release before makes meanwhile, have no answers.
    op.add_column("screening", sa.Column("kind", sa.String(), nullable=False, server_default="application"))
    for name in ("edition", "checklist_version"):
        op.add_column("screening", sa.Column(name, sa.String(), nullable=True))
    for name in ("pass_at", "area_at", "score"):
        op.add_column("screening", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("screening", sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_check_constraint("screening_kind", "screening", "kind IN ('application', 'partial', 'renewal')")
    op.create_check_constraint(
        "screening_by_a_rubric",
        "screening",
        "num_nonnulls(edition, checklist_version, pass_at, area_at, score, answers) IN (0, 6)",
    )
    for statement in (FOLLOWS, IT_FOLLOWS, STAYS, IT_STAYS):
        op.execute(statement)


# As `partners.domain.screening.outcome`.
FOLLOWS = """
    CREATE FUNCTION screening_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        computed integer;
        enough boolean;
    BEGIN
        IF NEW.answers IS NULL THEN
            RETURN NEW;
        END IF;
        WITH item AS (
            SELECT area, weight, coalesce(verdict, 0) AS verdict, knock_out AND coalesce(verdict, 0) < 2 AS knocked_out
            FROM jsonb_to_recordset(NEW.answers) AS item(area text, weight bigint, verdict bigint, knock_out boolean)
        ), by_area AS (
            SELECT sum(weight * verdict) * 10000 >= 2 * sum(weight) * NEW.area_at AND NOT bool_or(knocked_out) AS passed
            FROM item GROUP BY area
        )
        SELECT div(sum(weight * verdict) * 10000, 2 * sum(weight)), (SELECT bool_and(passed) FROM by_area)
        INTO computed, enough FROM item;
        IF computed IS DISTINCT FROM NEW.score
            OR NEW.passed IS DISTINCT FROM (enough AND computed >= NEW.pass_at) THEN
            RAISE EXCEPTION 'the outcome of a review follows from its answers' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
IT_FOLLOWS = """
    CREATE TRIGGER screening_outcome_follows BEFORE INSERT ON screening
    FOR EACH ROW EXECUTE FUNCTION screening_follows()
"""
STAYS = """
    CREATE FUNCTION screening_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a review stays as it was decided' USING ERRCODE = 'check_violation';
    END $$
"""
IT_STAYS = """
    CREATE TRIGGER screening_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON screening
    FOR EACH STATEMENT EXECUTE FUNCTION screening_stays()
"""
