"""Roles: a clinician follows patients; a lead also settles how the clinic works."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.String(20).compile(dialect=op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE clinicians ADD COLUMN role {kind} DEFAULT 'clinician' NOT NULL"
        " CONSTRAINT ck_clinicians_role CHECK (role IN ('clinician', 'lead'))"
    )


def downgrade() -> None:
    op.drop_column("clinicians", "role")
