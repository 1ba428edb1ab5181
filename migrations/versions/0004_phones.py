"""Phones: the language and letters that each shows, when it was last opened, and what it has not sent yet."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "devices", sa.Column("language", sa.String(10), nullable=False, server_default="")
    )
    # In words, because SQLite takes a new column's check with the column alone.
    op.execute(
        "ALTER TABLE devices ADD COLUMN text_size VARCHAR(10) DEFAULT 'usual' NOT NULL"
        " CONSTRAINT ck_devices_text_size CHECK (text_size IN ('usual', 'large', 'largest'))"
    )
    op.add_column("devices", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("devices", sa.Column("unsent_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "devices", sa.Column("app_version", sa.String(20), nullable=False, server_default="")
    )
    op.add_column(
        "devices",
        sa.Column("is_installed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("clinics", sa.Column("no_lifting_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("clinics", "no_lifting_days")
    for name in (
        "is_installed",
        "app_version",
        "unsent_since",
        "opened_at",
        "text_size",
        "language",
    ):
        op.drop_column("devices", name)
