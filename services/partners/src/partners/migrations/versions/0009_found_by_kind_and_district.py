"""Operators find partners by kind and district."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from yima.partners.v1.api_pb2 import PartnerKind, PartnerManifest

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("partner", sa.Column("kind", sa.String(), nullable=False, server_default=""))
    op.add_column("partner", sa.Column("districts", postgresql.ARRAY(sa.TEXT()), nullable=False, server_default="{}"))
    connection = op.get_bind()
    for partner_id, stored in connection.execute(sa.text("SELECT id, manifest FROM partner")).all():
        manifest = PartnerManifest.FromString(stored)
        found = {
            "kind": PartnerKind.Name(manifest.kind).removeprefix("PARTNER_KIND_").lower(),
            "districts": list(manifest.districts),
            "id": partner_id,
        }
        connection.execute(sa.text("UPDATE partner SET kind = :kind, districts = :districts WHERE id = :id"), found)
