"""Escalation: a clinic's steps, its people's browsers, the daily digest, and why a message has not been taken."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
CHANNELS = "channel IN ('email', 'push', 'sms', 'chat')"
CHANNELS_BEFORE = "channel IN ('email', 'push', 'sms')"
FAILURES = "failure IN ('', 'unreachable', 'later', 'refused', 'unknown')"
TO_STAFF = sa.text("purpose NOT IN ('reminder', 'notice')")


def upgrade() -> None:
    _steps()
    _browsers()
    _allow_channels(CHANNELS)
    # In words, because SQLite takes a new column's check with the column alone.
    op.execute(
        "ALTER TABLE messages ADD COLUMN failure VARCHAR(20) DEFAULT '' NOT NULL"
        f" CONSTRAINT ck_messages_failure CHECK ({FAILURES})"
    )
    op.create_index(
        "ix_messages_to_staff",
        "messages",
        ["clinic_id", "queued_at"],
        sqlite_where=TO_STAFF,
        postgresql_where=TO_STAFF,
    )
    op.add_column(
        "clinics",
        sa.Column("digest_to_team", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.add_column("clinics", sa.Column("digested_on", sa.Date(), nullable=True))
    op.add_column(
        "clinicians",
        sa.Column("wants_digest", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def _steps() -> None:
    op.create_table(
        "escalation_steps",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("urgency", sa.String(30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("only_when_open", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "urgency IN ('routine', 'next_working_day', 'today', 'emergency')",
            name=op.f("ck_escalation_steps_urgency"),
        ),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_escalation_steps_channel")),
        sa.CheckConstraint("after_minutes >= 0", name=op.f("ck_escalation_steps_after_minutes")),
        sa.CheckConstraint("recipient <> ''", name=op.f("ck_escalation_steps_recipient")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name="fk_escalation_steps_clinic_id"
        ),
        sa.PrimaryKeyConstraint("clinic_id", "urgency", "number", name="pk_escalation_steps"),
    )


def _browsers() -> None:
    op.create_table(
        "clinician_subscriptions",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.String(1000), nullable=False),
        sa.Column("p256dh", sa.String(120), nullable=False),
        sa.Column("auth", sa.String(40), nullable=False),
        sa.Column("subscribed_at", INSTANT, nullable=False),
        sa.Column("dead_at", INSTANT, nullable=True),
        sa.Column("dead_because", sa.String(60), nullable=True),
        sa.CheckConstraint(
            "(dead_at IS NULL) = (dead_because IS NULL)",
            name=op.f("ck_clinician_subscriptions_dead_pair"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "clinician_id"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_clinician_subscriptions_clinic_id_clinician_id",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_clinician_subscriptions"),
        sa.UniqueConstraint(
            "clinic_id", "endpoint", name="uq_clinician_subscriptions_clinic_id_endpoint"
        ),
    )
    op.create_index(
        "ix_clinician_subscriptions_clinic_id_clinician_id",
        "clinician_subscriptions",
        ["clinic_id", "clinician_id"],
    )


def _allow_channels(check: str) -> None:
    """SQLite cannot change a check: the column is made anew beside the old one, which goes with its own."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE messages DROP CONSTRAINT ck_messages_channel")
        op.execute(f"ALTER TABLE messages ADD CONSTRAINT ck_messages_channel CHECK ({check})")
        return
    op.execute("ALTER TABLE messages RENAME COLUMN channel TO channel_before")
    op.execute(
        "ALTER TABLE messages ADD COLUMN channel VARCHAR(10) DEFAULT 'email' NOT NULL"
        f" CONSTRAINT ck_messages_channel CHECK ({check})"
    )
    op.execute("UPDATE messages SET channel = channel_before")
    op.execute("ALTER TABLE messages DROP COLUMN channel_before")


def downgrade() -> None:
    op.drop_column("clinicians", "wants_digest")
    op.drop_column("clinics", "digested_on")
    op.drop_column("clinics", "digest_to_team")
    op.drop_index("ix_messages_to_staff", table_name="messages")
    op.drop_column("messages", "failure")
    op.execute("DELETE FROM messages WHERE channel = 'chat'")
    _allow_channels(CHANNELS_BEFORE)
    op.drop_index(
        "ix_clinician_subscriptions_clinic_id_clinician_id", table_name="clinician_subscriptions"
    )
    op.drop_table("clinician_subscriptions")
    op.drop_table("escalation_steps")
