"""Licences are compared by what they look like."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practitioner", sa.Column("licence_look", sa.String(), nullable=True))
    op.add_column("practitioner", sa.Column("licence_repeats", sa.Integer(), server_default="0", nullable=False))
    for statement in (LOOK, LOOKS, LOOK_IS_THERE, OF_LICENCES_THERE_ARE):
        op.execute(statement)
    # The key by the number as it was given stays: the release before this one names it when it registers somebody.
    op.create_unique_constraint(
        "practitioner_licence_looks", "practitioner", ["institution_id", "licence_look", "licence_repeats"]
    )


# `chassis.texts.look` of a licence, which has letters and digits of ASCII only. Whoever says nothing of it, like the
# release before this one, gets it too.
LOOK = """
    CREATE FUNCTION practitioner_licence_look() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.licence_look := translate(regexp_replace(upper(NEW.licence_number), '[^0-9A-Z]', '', 'g'), 'OIL', '011');
        RETURN NEW;
    END $$
"""
LOOKS = """
    CREATE TRIGGER licence_look BEFORE INSERT OR UPDATE OF licence_number, licence_look ON practitioner
    FOR EACH ROW EXECUTE FUNCTION practitioner_licence_look()
"""
LOOK_IS_THERE = "UPDATE practitioner SET licence_look = ''"  # the trigger says what it is
# People who are there already under licences that look the same all stay; nobody else joins them.
OF_LICENCES_THERE_ARE = """
    UPDATE practitioner SET licence_repeats = there.before FROM (
        SELECT id, row_number() OVER (PARTITION BY institution_id, licence_look ORDER BY registered_at, id) - 1 AS before
        FROM practitioner
    ) AS there WHERE there.id = practitioner.id AND there.before > 0
"""
