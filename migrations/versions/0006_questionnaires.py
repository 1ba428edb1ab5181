"""Questionnaires: what is asked weekly and monthly."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questionnaires",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("ticked", sa.JSON(), nullable=False),
        sa.Column("items_version", sa.String(60), nullable=False),
        sa.Column("answered_by", sa.String(20), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("clinician_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('rmdq', 'answered_for')", name="ck_questionnaires_kind"),
        sa.CheckConstraint(
            "kind = 'rmdq' AND total IS NOT NULL AND total BETWEEN 0 AND 24"
            " OR kind = 'answered_for' AND (total IS NULL OR total BETWEEN 0 AND 1)",
            name="ck_questionnaires_total",
        ),
        sa.CheckConstraint(
            "(device_id IS NULL) <> (clinician_id IS NULL)", name="ck_questionnaires_one_source"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "procedure_id"],
            ["procedures.clinic_id", "procedures.patient_id", "procedures.id"],
            name="fk_questionnaires_clinic_id_patient_id_procedure_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "device_id"],
            ["devices.clinic_id", "devices.id"],
            name="fk_questionnaires_clinic_id_device_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "clinician_id"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_questionnaires_clinic_id_clinician_id",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "patient_id", "entry_id", name="pk_questionnaires"),
    )
    op.create_index(
        "ix_questionnaires_clinic_id_patient_id_kind_day",
        "questionnaires",
        ["clinic_id", "patient_id", "kind", "day"],
    )


def downgrade() -> None:
    op.drop_index("ix_questionnaires_clinic_id_patient_id_kind_day", table_name="questionnaires")
    op.drop_table("questionnaires")
