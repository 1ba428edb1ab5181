"""Whoever had an account before there were roles could settle everything, and still can: they are leads."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE clinicians SET role = 'lead'")


def downgrade() -> None:
    pass  # the role goes with its column
