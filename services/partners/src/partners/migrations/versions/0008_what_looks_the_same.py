"""A registration number is one partner's in whichever spelling; names are found by what they look like."""

import sqlalchemy as sa
from alembic import op
from chassis import texts
from sqlalchemy.dialects import postgresql
from yima.partners.v1.api_pb2 import PartnerManifest

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The release before this one writes neither column: where a number's look is empty, the index on the number holds.
SCREENED = "status NOT IN ('screening', 'rejected')"


def upgrade() -> None:
    op.add_column("partner", sa.Column("number_look", sa.String(), nullable=False, server_default=""))
    op.add_column("partner", sa.Column("name_looks", postgresql.ARRAY(sa.TEXT()), nullable=False, server_default="{}"))
    fill()
    op.create_index(op.f("ix_partner_number_look"), "partner", ["number_look"], unique=False)
    op.create_index("partner_name_looks", "partner", ["name_looks"], unique=False, postgresql_using="gin")
    op.create_index(
        "partner_number_look_screened",
        "partner",
        ["number_look"],
        unique=True,
        postgresql_where=sa.text(f"{SCREENED} AND number_look <> ''"),
    )


def fill() -> None:
    """Of two partners that were let through with one number in two spellings, the later one keeps its own for now."""
    connection = op.get_bind()
    screened = set[str]()
    rows = connection.execute(
        sa.text("SELECT id, status, registration_number, manifest FROM partner ORDER BY applied_at")
    )
    for partner_id, status, number, manifest in rows.all():
        look = texts.look(number)
        if status not in ("screening", "rejected"):
            look = "" if look in screened else look
            screened.add(look)
        names = sorted({texts.look(value) for value in PartnerManifest.FromString(manifest).name.text.values()})
        connection.execute(
            sa.text("UPDATE partner SET number_look = :look, name_looks = :names WHERE id = :id"),
            {"look": look, "names": names, "id": partner_id},
        )
