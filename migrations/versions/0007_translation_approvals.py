"""Translation approvals: which wording a clinic has reviewed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "translation_approvals",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("catalogue_hash", sa.String(64), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name="fk_translation_approvals_clinic_id"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "approved_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_translation_approvals_clinic_id_approved_by",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "language", "catalogue_hash", name="pk_translation_approvals"
        ),
    )


def downgrade() -> None:
    op.drop_table("translation_approvals")
