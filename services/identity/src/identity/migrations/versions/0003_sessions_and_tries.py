"""sessions_and_tries"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_session",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("api_key_id", sa.Uuid(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_access_session_subject_id", "access_session", ["subject_id"])
    op.create_index("ix_access_session_expires_at", "access_session", ["expires_at"])
    op.create_index(
        "access_session_ended", "access_session", ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL")
    )
    op.create_index(
        "access_session_key", "access_session", ["api_key_id"], postgresql_where=sa.text("api_key_id IS NOT NULL")
    )
    op.create_index(
        "access_session_system",
        "access_session",
        ["partner_id"],
        postgresql_where=sa.text("api_key_id IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_table(
        "try_count",
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("about", sa.LargeBinary(), primary_key=True),
        sa.Column("tries", sa.Float(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tries >= 0", name="try_count_not_negative"),
    )
    op.create_index("ix_try_count_last_at", "try_count", ["last_at"])
    op.create_table(
        "known_address",
        sa.Column("subject_id", sa.Uuid(), primary_key=True),
        sa.Column("address_sha256", sa.LargeBinary(), primary_key=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_known_address_last_at", "known_address", ["last_at"])
    # A licence is spelled one way from now on; where two rows would come to say the same, both stay as they are.
    op.execute(
        """
        UPDATE practitioner SET licence_number = upper(normalize(licence_number, NFKC))
        WHERE (institution_id, upper(normalize(licence_number, NFKC))) IN (
            SELECT institution_id, upper(normalize(licence_number, NFKC)) FROM practitioner GROUP BY 1, 2
            HAVING count(*) = 1
        )
        """
    )
    # The key across institutions cannot stay for a release, as others' keys do: it is what let a stranger take a
    # hospital's licences. No release was made before this migration whose registrations could miss it.
    op.drop_constraint("practitioner_licence_number_key", "practitioner", type_="unique")
    op.create_unique_constraint(
        "practitioner_licence_in_institution", "practitioner", ["institution_id", "licence_number"]
    )
