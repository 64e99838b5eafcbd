"""first_tables"""

import sqlalchemy as sa
from alembic import op
from chassis.migrations import create_messaging_tables
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messaging_tables(op)
    op.create_table(
        "partner_standing",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("may_publish", sa.Boolean(), nullable=False),
        sa.Column("may_sell", sa.Boolean(), nullable=False),
        sa.Column("scope", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("certified_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id"),
    )
    op.create_index(op.f("ix_partner_standing_certified_until"), "partner_standing", ["certified_until"], unique=False)
    op.create_table(
        "service_definition",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_index(op.f("ix_service_definition_population"), "service_definition", ["population"], unique=False)
    op.create_table(
        "offering",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("definition_code", sa.String(), nullable=False),
        sa.Column("newest_revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_code"],
            ["service_definition.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("partner_id", "reference"),
    )
    op.create_index("offering_by_partner", "offering", ["partner_id", "id"], unique=False)
    op.create_table(
        "offering_revision",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("definition_code", sa.String(), nullable=False),
        sa.Column("districts", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("consent_hash", sa.LargeBinary(), nullable=False),
        sa.Column("review_reasons", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed_as", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'in_review', 'published', 'superseded', 'refused', 'restricted', 'retired')",
            name="revision_status",
        ),
        sa.CheckConstraint("price_minor >= 0", name="revision_price"),
        sa.ForeignKeyConstraint(
            ["offering_id"],
            ["offering.id"],
        ),
        sa.PrimaryKeyConstraint("offering_id", "revision"),
    )
    op.create_index(
        "revision_current",
        "offering_revision",
        ["offering_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('published', 'restricted')"),
    )
    op.create_index(
        "revision_listed",
        "offering_revision",
        ["listed_as"],
        unique=False,
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_index(
        "revision_words",
        "offering_revision",
        ["words"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_table(
        "slot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity > 0", name="slot_capacity"),
        sa.CheckConstraint("ends_at > starts_at", name="slot_lasts"),
        sa.ForeignKeyConstraint(
            ["offering_id"],
            ["offering.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("offering_id", "starts_at"),
    )
