"""Certificates are revoked, and the registry of them is signed with keys of this service's own."""

import sqlalchemy as sa
from alembic import op
from chassis.migrations import create_signing_key_table

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_signing_key_table(op)
    op.add_column("certificate", sa.Column("revoked_by", sa.Uuid(), nullable=True))
    op.add_column("certificate", sa.Column("revoked_as", sa.String(), nullable=True))
    op.add_column("certificate", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("certificate", sa.Column("revocation_reason", sa.String(), nullable=False, server_default=""))
    op.create_check_constraint(
        "certificate_revoked_by_somebody",
        "certificate",
        "(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoked_as IS NULL)"
        " AND (revoked_at IS NULL) = (revocation_reason = '') AND revoked_as IN ('operator', 'regulator')",
    )
    op.execute(STAYS)


# As in 0013; and one that counts is revoked once, after which nothing of it changes.
STAYS = """
    CREATE OR REPLACE FUNCTION certificate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.revoked_at IS NOT NULL
            OR to_jsonb(OLD) - '{cosigned_by,cosigned_at,revoked_by,revoked_as,revoked_at,revocation_reason}'::text[]
                <> to_jsonb(NEW)
                    - '{cosigned_by,cosigned_at,revoked_by,revoked_as,revoked_at,revocation_reason}'::text[]
            OR (OLD.cosigned_at IS NOT NULL AND (NEW.cosigned_at, NEW.cosigned_by)
                IS DISTINCT FROM (OLD.cosigned_at, OLD.cosigned_by))
            OR (NEW.revoked_at IS NOT NULL AND OLD.needs_cosignature AND OLD.cosigned_at IS NULL) THEN
            RAISE EXCEPTION 'a certificate is co-signed once, revoked once, and else stays as it is'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
