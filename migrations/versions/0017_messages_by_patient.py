"""Messages: those about one patient are found without reading those of the whole clinic."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_messages_clinic_id_patient_id_queued_at",
        "messages",
        ["clinic_id", "patient_id", "queued_at"],
        unique=False,
    )
    op.create_index(
        "ix_messages_failed",
        "messages",
        ["clinic_id", "purpose"],
        unique=False,
        sqlite_where=sa.text("failure <> '' AND sent_at IS NULL"),
        postgresql_where=sa.text("failure <> '' AND sent_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_messages_failed", table_name="messages")
    op.drop_index("ix_messages_clinic_id_patient_id_queued_at", table_name="messages")
