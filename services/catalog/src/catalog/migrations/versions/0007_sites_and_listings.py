"""Sites of partners, and what is on sale as searches find it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXTS = postgresql.ARRAY(sa.TEXT())
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("offering_revision", sa.Column("site_ids", TEXTS, nullable=False, server_default="{}"))
    op.alter_column("offering_revision", "words", server_default="")
    op.create_table(
        "site",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("latitude_microdegrees", sa.Integer(), nullable=False),
        sa.Column("longitude_microdegrees", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("partner_id", "code"),
        sa.UniqueConstraint("id", "closed", name="site_open"),
        sa.CheckConstraint("latitude_microdegrees BETWEEN -90000000 AND 90000000", name="site_latitude"),
        sa.CheckConstraint("longitude_microdegrees BETWEEN -180000000 AND 180000000", name="site_longitude"),
    )
    op.create_index("site_position", "site", ["latitude_microdegrees", "longitude_microdegrees"])
    op.execute(METRES_BETWEEN)
    op.create_table(
        "listing",
        sa.Column("offering_id", sa.Uuid(), sa.ForeignKey("offering.id"), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("definition_code", sa.String(), nullable=False),
        sa.Column("districts", TEXTS, nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("rating_hundredths", sa.Integer(), nullable=False),
        sa.Column("next_free_at", MOMENT, nullable=True),
        sa.Column("listed_as", sa.Uuid(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("title_words", postgresql.TSVECTOR(), nullable=False, server_default=""),
    )
    op.create_index("listing_newest", "listing", ["listed_as"])
    op.create_index("listing_price", "listing", ["price_minor", "offering_id"])
    op.create_index("listing_rating", "listing", ["rating_hundredths", "offering_id"])
    free = sa.text("next_free_at IS NOT NULL")
    op.create_index("listing_free", "listing", ["next_free_at", "offering_id"], postgresql_where=free)
    # Without a list of what is still to be put into the index: reading that would cost every search.
    op.create_index(
        "listing_words", "listing", ["words"], postgresql_using="gin", postgresql_with={"fastupdate": "off"}
    )
    # Not by weights of the words above: that index finds all that have a word anywhere, and reads each to see where.
    op.create_index(
        "listing_title_words_of",
        "listing",
        ["title_words"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index("listing_category", "listing", ["category"])
    op.create_index("listing_definition", "listing", ["definition_code"])
    op.create_index("listing_partner", "listing", ["partner_id"])
    op.create_table(
        "listing_site",
        sa.Column("offering_id", sa.Uuid(), primary_key=True),
        sa.Column("site_id", sa.Uuid(), primary_key=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT closed", name="listing_site_open"),
        sa.ForeignKeyConstraint(["site_id", "closed"], ["site.id", "site.closed"], name="listing_site_is_open"),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["listing.offering_id"], name="listing_site_listed", ondelete="CASCADE"
        ),
    )
    op.create_index("listing_site_site", "listing_site", ["site_id"])
    op.create_table(
        "search_word",
        sa.Column("word", sa.String(), primary_key=True),
        sa.Column("variants", TEXTS, nullable=False),
        sa.Column("offerings", sa.Integer(), nullable=False),
    )
    op.create_index("search_word_prefix", "search_word", ["word"], postgresql_ops={"word": "text_pattern_ops"})
    op.create_index("search_word_variants", "search_word", ["variants"], postgresql_using="gin")
    op.create_table(
        "availability",
        sa.Column("offering_id", sa.Uuid(), primary_key=True),
        sa.Column("next_free_at", MOMENT, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "listing_title",
        sa.Column("offering_id", sa.Uuid(), primary_key=True),
        sa.Column("locale", sa.String(), primary_key=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["listing.offering_id"], name="listing_title_listed", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "listing_title_words", "listing_title", ["words"], postgresql_using="gin", postgresql_with={"fastupdate": "off"}
    )
    op.execute(LISTED_BEFORE)
    op.drop_index("revision_words", "offering_revision")


# Along the earth, taken for a ball of its mean radius: half a hundredth off at most.
METRES_BETWEEN = """
    CREATE FUNCTION metres_between(north int, east int, of_north int, of_east int) RETURNS int
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CAST(round(2 * 6371008.8 * asin(least(1, sqrt(
        sin(radians(CAST(north - of_north AS float8) / 2000000)) ^ 2
        + cos(radians(CAST(north AS float8) / 1000000)) * cos(radians(CAST(of_north AS float8) / 1000000))
        * sin(radians(CAST(CAST(east AS bigint) - of_east AS float8) / 2000000)) ^ 2
    )))) AS int)
"""
# What was on sale before is found at once, by the words it has; the service then makes these listings again by its
# own rules (`made_by`), with the words they are suggested and corrected by.
LISTED_BEFORE = """
    INSERT INTO listing (offering_id, revision, made_by, partner_id, category, population, kind, definition_code,
        districts, price_minor, rating_hundredths, listed_as, words)
    SELECT offering_id, revision, 0, partner_id, category, population, 0, definition_code, districts, price_minor, 0,
        listed_as, words
    FROM offering_revision WHERE status = 'published'
"""
