"""Rehearsals: what a clinic wants to try on its own history before it changes a sensitivity."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rehearsals",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pathway", sa.String(length=60), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("budget", sa.Double(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=60), nullable=False),
        sa.Column("adopted_as", sa.Integer(), nullable=True),
        sa.CheckConstraint("budget > 0", name="ck_rehearsals_budget"),
        sa.CheckConstraint(
            "(done_at IS NULL) = (result IS NULL AND error = '')",
            name="ck_rehearsals_done_with_result_or_error",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "asked_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_rehearsals_clinic_id_asked_by",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_rehearsals"),
    )
    op.create_index(
        "ix_rehearsals_clinic_id_asked_at", "rehearsals", ["clinic_id", "asked_at"], unique=False
    )
    op.create_index(
        "ix_rehearsals_waiting",
        "rehearsals",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_rehearsals_waiting",
        table_name="rehearsals",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index("ix_rehearsals_clinic_id_asked_at", table_name="rehearsals")
    op.drop_table("rehearsals")
