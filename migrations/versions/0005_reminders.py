"""Reminders: when each patient is reminded, where Web Push reaches a phone, and how each message goes out."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("patients", sa.Column("email", sa.String(254), nullable=False, server_default=""))
    op.add_column(
        "patients",
        sa.Column("reminder_time", sa.Time(), nullable=True, server_default="10:00:00.000000"),
    )
    op.add_column("patients", sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
    # Long past: the first round looks at each of them and sets the next reminder.
    op.execute("UPDATE patients SET remind_at = enrolled_at WHERE state = 'active'")
    op.create_index(
        "ix_patients_remind",
        "patients",
        ["remind_at"],
        sqlite_where=sa.text("remind_at IS NOT NULL"),
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )
    op.execute(
        "ALTER TABLE messages ADD COLUMN channel VARCHAR(10) DEFAULT 'email' NOT NULL"
        " CONSTRAINT ck_messages_channel CHECK (channel IN ('email', 'push', 'sms'))"
    )
    op.create_table(
        "subscriptions",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.String(1000), nullable=False),
        sa.Column("p256dh", sa.String(120), nullable=False),
        sa.Column("auth", sa.String(40), nullable=False),
        sa.Column("subscribed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_because", sa.String(60), nullable=True),
        sa.CheckConstraint(
            "(dead_at IS NULL) = (dead_because IS NULL)", name="ck_subscriptions_dead_pair"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "device_id"],
            ["devices.clinic_id", "devices.id"],
            name="fk_subscriptions_clinic_id_device_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="fk_subscriptions_clinic_id_patient_id",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "device_id", name="pk_subscriptions"),
        sa.UniqueConstraint("clinic_id", "endpoint", name="uq_subscriptions_clinic_id_endpoint"),
    )
    op.create_index(
        "ix_subscriptions_clinic_id_patient_id", "subscriptions", ["clinic_id", "patient_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_subscriptions_clinic_id_patient_id", table_name="subscriptions")
    op.drop_table("subscriptions")
    op.drop_column("messages", "channel")
    op.drop_index("ix_patients_remind", table_name="patients")
    for name in ("remind_at", "reminder_time", "email"):
        op.drop_column("patients", name)
