"""People who are registered become each other's guardians: proposed by one, confirmed by another or by documents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ACTS = "acts <@ ARRAY['orders', 'consents', 'records', 'health_code'] AND cardinality(acts) > 0"
ALL_ACTS = sa.text("'{orders,consents,records,health_code}'")

# What was proposed stays as it was, and is answered once.
PROPOSAL_MOVES = """
    CREATE FUNCTION guardianship_proposal_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' OR OLD.status <> 'open' OR NEW.status = 'open' OR
            (OLD.id, OLD.guardian_id, OLD.dependant_id, OLD.ward, OLD.acts, OLD.until, OLD.evidence, OLD.proposed_by,
                OLD.proposed_at, OLD.expires_at)
            IS DISTINCT FROM
            (NEW.id, NEW.guardian_id, NEW.dependant_id, NEW.ward, NEW.acts, NEW.until, NEW.evidence, NEW.proposed_by,
                NEW.proposed_at, NEW.expires_at)
        THEN
            RAISE EXCEPTION 'a proposal does not move like this'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'guardianship_proposal_moves';
        END IF;
        RETURN NEW;
    END $$
"""
PROPOSALS_MOVE = """
    CREATE TRIGGER proposals_move BEFORE UPDATE OR DELETE ON guardianship_proposal
    FOR EACH ROW EXECUTE FUNCTION guardianship_proposal_moves()
"""
# Nobody becomes the guardian of somebody who was there before, but by a proposal that was confirmed, as it says.
GUARDIAN_BEGINS = """
    CREATE FUNCTION guardian_begins() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.proposal_id IS NULL THEN
            IF EXISTS (SELECT FROM guardian WHERE dependant_id = NEW.dependant_id) OR
                EXISTS (SELECT FROM account WHERE subject_id = NEW.dependant_id)
            THEN
                RAISE EXCEPTION 'a guardianship of somebody who was registered before is proposed'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'guardian_proposed';
            END IF;
        ELSIF NOT EXISTS (
            SELECT FROM guardianship_proposal AS proposal WHERE proposal.id = NEW.proposal_id
            AND proposal.status = 'confirmed' AND proposal.guardian_id = NEW.guardian_id
            AND proposal.dependant_id = NEW.dependant_id AND proposal.ward = NEW.ward AND proposal.acts = NEW.acts
            AND proposal.until IS NOT DISTINCT FROM NEW.until
        ) THEN
            RAISE EXCEPTION 'a guardianship is as its proposal was confirmed'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'guardian_as_proposed';
        END IF;
        RETURN NEW;
    END $$
"""
GUARDIANS_BEGIN = """
    CREATE TRIGGER guardians_begin BEFORE INSERT ON guardian FOR EACH ROW EXECUTE FUNCTION guardian_begins()
"""
# It ends once. The release before this one ends what it takes for a grown-up's: an adult's ends at its term alone, if
# nobody ends it.
GUARDIAN_ENDS = """
    CREATE FUNCTION guardian_ends() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR
            (OLD.id, OLD.guardian_id, OLD.dependant_id, OLD.ward, OLD.acts, OLD.since, OLD.until, OLD.version,
                OLD.proposal_id)
            IS DISTINCT FROM
            (NEW.id, NEW.guardian_id, NEW.dependant_id, NEW.ward, NEW.acts, NEW.since, NEW.until, NEW.version,
                NEW.proposal_id)
        THEN
            RAISE EXCEPTION 'a guardianship does not move like this'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'guardian_moves';
        END IF;
        IF NEW.ward = 'adult' AND NEW.ended_by IS NULL AND (NEW.until IS NULL OR NEW.ended_at < NEW.until) THEN
            RAISE EXCEPTION 'a guardianship of an adult ends at its term, or somebody ends it'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'guardian_of_adult_ends';
        END IF;
        RETURN NEW;
    END $$
"""
GUARDIANS_END = """
    CREATE TRIGGER guardians_end BEFORE UPDATE ON guardian FOR EACH ROW EXECUTE FUNCTION guardian_ends()
"""


def upgrade() -> None:
    op.create_table(
        "guardianship_proposal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("guardian_id", sa.Uuid(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("dependant_id", sa.Uuid(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("ward", sa.String(), nullable=False),
        sa.Column("acts", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("guardian_id <> dependant_id", name="guardianship_proposal_of_another"),
        sa.CheckConstraint("ward IN ('minor', 'adult')", name="guardianship_proposal_ward"),
        sa.CheckConstraint(ACTS, name="guardianship_proposal_acts"),
        sa.CheckConstraint(
            "status IN ('open', 'confirmed', 'declined', 'withdrawn', 'refused')", name="guardianship_proposal_status"
        ),
        sa.CheckConstraint(
            "(status = 'open') = (closed_at IS NULL) AND (status = 'open') = (closed_by IS NULL)",
            name="guardianship_proposal_closed",
        ),
        sa.CheckConstraint(
            "status NOT IN ('confirmed', 'refused', 'declined')"
            " OR closed_by NOT IN (proposed_by, CASE WHEN evidence <> '[]' THEN guardian_id END,"
            " CASE WHEN evidence <> '[]' THEN dependant_id END) IS NOT FALSE",
            name="guardianship_proposal_by_another",
        ),
        sa.CheckConstraint(
            "evidence = '[]' OR status IN ('open', 'withdrawn') OR reason <> ''", name="guardianship_proposal_reason"
        ),
        sa.CheckConstraint(
            "evidence <> '[]' OR status <> 'refused'", name="guardianship_proposal_refused_by_documents"
        ),
        sa.CheckConstraint(
            "evidence = '[]' OR ward = 'minor' OR until IS NOT NULL", name="guardianship_proposal_term_of_adults"
        ),
    )
    op.create_index(
        "guardianship_proposal_open",
        "guardianship_proposal",
        ["guardian_id", "dependant_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index("guardianship_proposal_of_dependant", "guardianship_proposal", ["dependant_id", "id"])
    op.create_index("guardianship_proposal_of_proposer", "guardianship_proposal", ["proposed_by", "id"])
    op.create_index(
        "guardianship_proposal_documents", "guardianship_proposal", ["id"], postgresql_where=sa.text("evidence <> '[]'")
    )
    op.add_column("guardian", sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))
    op.drop_constraint("guardian_pkey", "guardian", type_="primary")
    op.create_primary_key("guardian_pkey", "guardian", ["id"])
    op.add_column("guardian", sa.Column("ward", sa.String(), server_default="minor", nullable=False))
    op.add_column("guardian", sa.Column("acts", postgresql.ARRAY(sa.TEXT()), server_default=ALL_ACTS, nullable=False))
    op.add_column("guardian", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("guardian", sa.Column("version", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column(
        "guardian", sa.Column("proposal_id", sa.Uuid(), sa.ForeignKey("guardianship_proposal.id"), nullable=True)
    )
    op.create_check_constraint("guardian_ward", "guardian", "ward IN ('minor', 'adult')")
    op.create_check_constraint("guardian_acts", "guardian", ACTS)
    op.create_check_constraint("guardian_of_adult_proposed", "guardian", "ward = 'minor' OR proposal_id IS NOT NULL")
    op.create_check_constraint("guardian_term", "guardian", "until > since")
    op.create_index(
        "guardian_in_force",
        "guardian",
        ["guardian_id", "dependant_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "guardian_over",
        "guardian",
        ["until"],
        postgresql_where=sa.text("ended_at IS NULL AND until IS NOT NULL"),
    )
    op.create_index("guardian_pair", "guardian", ["guardian_id", "dependant_id", "version"])
    for statement in (
        PROPOSAL_MOVES,
        PROPOSALS_MOVE,
        GUARDIAN_BEGINS,
        GUARDIANS_BEGIN,
        GUARDIAN_ENDS,
        GUARDIANS_END,
    ):
        op.execute(statement)
