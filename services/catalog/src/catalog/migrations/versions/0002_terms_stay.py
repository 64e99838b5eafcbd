"""What was published stays as it was: orders and consents cite it."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION terms_stay() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' OR (OLD.manifest, OLD.price_minor, OLD.currency, OLD.consent_hash, OLD.category)
                IS DISTINCT FROM (NEW.manifest, NEW.price_minor, NEW.currency, NEW.consent_hash, NEW.category)
            THEN
                RAISE EXCEPTION 'the terms of a published revision stay as they are; publish another revision';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER terms_stay BEFORE UPDATE OR DELETE ON offering_revision
        FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION terms_stay()
        """
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER terms_stay ON offering_revision")
    op.execute("DROP FUNCTION terms_stay")
