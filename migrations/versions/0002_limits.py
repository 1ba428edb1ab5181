"""Limits for one patient: a fever limit, a pain target, or a pause of one rule."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "limits",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=True),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_limits_ended_pair"),
        sa.CheckConstraint("(kind = 'pause') = (number IS NULL)", name="ck_limits_number"),
        sa.CheckConstraint("(kind = 'pause') = (rule IS NOT NULL)", name="ck_limits_pause_of"),
        sa.CheckConstraint("first_day <= last_day", name="ck_limits_days"),
        sa.CheckConstraint(
            "kind IN ('fever_limit', 'pain_target', 'pause')", name="ck_limits_kind"
        ),
        sa.CheckConstraint("reason <> ''", name="ck_limits_reason"),
        sa.CheckConstraint(
            "rule IN ('pain_worsening', 'mobility_loss', 'not_improving', 'gone_quiet')",
            name="ck_limits_rule",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "ended_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_limits_clinic_id_ended_by",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="fk_limits_clinic_id_patient_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "set_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_limits_clinic_id_set_by",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_limits"),
    )
    op.create_index(
        "ix_limits_clinic_id_patient_id_last_day",
        "limits",
        ["clinic_id", "patient_id", "last_day"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_limits_clinic_id_patient_id_last_day", table_name="limits")
    op.drop_table("limits")
