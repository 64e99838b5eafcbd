"""Templates of queries, and their runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "query_template",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("information_types", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("people_min", sa.Integer(), nullable=False),
        sa.Column("runs_max", sa.Integer(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("query_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("endorsed_by", sa.Uuid(), nullable=True),
        sa.Column("endorsed_at", MOMENT, nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_because", sa.String(), nullable=True),
        sa.CheckConstraint("cardinality(information_types) > 0", name="query_template_looks_at_something"),
        sa.CheckConstraint("people_min >= 10", name="query_template_people"),
        sa.CheckConstraint("runs_max > 0 AND version > 0", name="query_template_counts"),
        sa.CheckConstraint(
            "octet_length(seed) = 32 AND octet_length(query_sha256) = 32", name="query_template_digests"
        ),
        sa.CheckConstraint(
            "endorsed_by <> proposed_by AND approved_by <> proposed_by AND approved_by <> endorsed_by",
            name="query_template_takes_three",
        ),
        sa.CheckConstraint("num_nulls(endorsed_by, endorsed_at) IN (0, 2)", name="query_template_endorsed_as_a_whole"),
        sa.CheckConstraint("num_nulls(approved_by, approved_at) IN (0, 2)", name="query_template_approved_as_a_whole"),
        sa.CheckConstraint("approved_at IS NULL OR endorsed_at IS NOT NULL", name="query_template_endorsed_first"),
        sa.CheckConstraint(
            "num_nulls(withdrawn_by, withdrawn_at, withdrawn_because) IN (0, 3)",
            name="query_template_withdrawn_as_a_whole",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("partner_id", "code", "version", name="query_template_version"),
    )
    op.create_index(
        "query_template_waits_once", "query_template", ["partner_id", "code"], unique=True,
        postgresql_where=sa.text("approved_at IS NULL AND withdrawn_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "query_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("parameters", sa.String(), nullable=False),
        sa.Column("data_from", sa.Date(), nullable=True),
        sa.Column("data_until", sa.Date(), nullable=True),
        sa.Column("order_line_id", sa.Uuid(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_as", sa.Integer(), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("failure", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("result_sha256", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("status BETWEEN 1 AND 5", name="query_run_status"),
        sa.CheckConstraint("(status = 3) = (result IS NOT NULL)", name="query_run_released"),
        sa.CheckConstraint("(result IS NULL) = (result_sha256 IS NULL)", name="query_run_digest"),
        sa.CheckConstraint("(status IN (3, 4, 5)) = (finished_at IS NOT NULL)", name="query_run_over"),
        sa.CheckConstraint("(status = 5) = (failure <> 0)", name="query_run_failed"),
        sa.CheckConstraint("(status = 2) = (lease_until IS NOT NULL)", name="query_run_runs"),
        sa.CheckConstraint("num_nulls(order_line_id, item) IN (0, 2)", name="query_run_counts_for"),
        sa.CheckConstraint("data_from < data_until", name="query_run_period"),
        sa.ForeignKeyConstraint(["template_id"], ["query_template.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("query_run_of_template", "query_run", ["template_id", "id"])
    op.create_index("query_run_of_partner", "query_run", ["partner_id", "id"])
    op.create_index("query_run_waits", "query_run", ["id"], postgresql_where=sa.text("status IN (1, 2)"))
    for statement in (TEMPLATE_STAYS, TEMPLATES_STAY, RUN_STAYS, RUNS_STAY, RUN_FITS, RUNS_FIT):
        op.execute(statement)


# What was proposed is what is endorsed, approved and run: nothing else about it changes, and each step is taken once.
TEMPLATE_STAYS = """
    CREATE FUNCTION query_template_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        endorsement text[] := '{endorsed_by,endorsed_at}';
        approval text[] := '{approved_by,approved_at}';
        withdrawal text[] := '{withdrawn_by,withdrawn_at,withdrawn_because}';
    BEGIN
        IF TG_OP = 'DELETE'
            OR to_jsonb(OLD) - endorsement - approval - withdrawal
                <> to_jsonb(NEW) - endorsement - approval - withdrawal
            OR OLD.endorsed_at IS NOT NULL
                AND (OLD.endorsed_by, OLD.endorsed_at) IS DISTINCT FROM (NEW.endorsed_by, NEW.endorsed_at)
            OR OLD.approved_at IS NOT NULL
                AND (OLD.approved_by, OLD.approved_at) IS DISTINCT FROM (NEW.approved_by, NEW.approved_at)
            OR OLD.withdrawn_at IS NOT NULL AND to_jsonb(OLD) <> to_jsonb(NEW) THEN
            RAISE EXCEPTION 'a template is endorsed, approved and withdrawn once each, and else stays'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
TEMPLATES_STAY = """
    CREATE TRIGGER query_templates_stay BEFORE UPDATE OR DELETE ON query_template
    FOR EACH ROW EXECUTE FUNCTION query_template_stays()
"""
# A run moves forward alone; once it is over it stays as it is, its result above all.
RUN_STAYS = """
    CREATE FUNCTION query_run_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        progress text[] := '{status,attempts,lease_until,started_at,finished_at,failure,result,result_sha256}';
    BEGIN
        IF TG_OP = 'DELETE'
            OR to_jsonb(OLD) - progress <> to_jsonb(NEW) - progress
            OR NOT (OLD.status = 1 AND NEW.status = 2 OR OLD.status = 2 AND NEW.status IN (2, 3, 4, 5)) THEN
            RAISE EXCEPTION 'a run is asked for, runs, and is over; then it stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
RUNS_STAY = """
    CREATE TRIGGER query_runs_stay BEFORE UPDATE OR DELETE ON query_run
    FOR EACH ROW EXECUTE FUNCTION query_run_stays()
"""
# A run is of a template that is approved when it is asked for, by the partner whose it is.
RUN_FITS = """
    CREATE FUNCTION query_run_fits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM query_template AS template
        WHERE template.id = NEW.template_id AND template.approved_at IS NOT NULL AND template.withdrawn_at IS NULL
            AND template.partner_id = NEW.partner_id AND template.project_id IS NOT DISTINCT FROM NEW.project_id
            AND NEW.status = 1
            AND (SELECT count(*) FROM query_run WHERE template_id = NEW.template_id) < template.runs_max
        FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'only an approved template is run, by its partner, as often as it may be'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
RUNS_FIT = """
    CREATE TRIGGER query_run_fits BEFORE INSERT ON query_run
    FOR EACH ROW EXECUTE FUNCTION query_run_fits()
"""
