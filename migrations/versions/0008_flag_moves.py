"""The life of a flag: who has taken it, whom they reached, until when it rests, and every move that was made."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# In words, because SQLite takes a new column's check with the column alone: each pair comes whole with its last part.
CHECKS = {
    "claimed_until": {
        "claimed_pair": "(claimed_at IS NULL) = (claimed_by IS NULL)"
        " AND (claimed_at IS NULL) = (claimed_until IS NULL)"
    },
    "reached_by": {"reached_pair": "(reached_at IS NULL) = (reached_by IS NULL)"},
    "snoozed_because": {
        "snoozed_pair": "(snoozed_at IS NULL) = (snoozed_by IS NULL)"
        " AND (snoozed_at IS NULL) = (snoozed_until IS NULL)"
        " AND (snoozed_at IS NULL) = (snoozed_because IS NULL)",
        "emergency_never_silenced": "snoozed_at IS NULL OR urgency <> 'emergency'",
    },
}
INSTANT = sa.DateTime(timezone=True)
COLUMNS = {
    "claimed_at": INSTANT,
    "claimed_by": sa.Uuid(),
    "claimed_until": INSTANT,
    "reached_at": INSTANT,
    "reached_by": sa.Uuid(),
    "snoozed_at": INSTANT,
    "snoozed_by": sa.Uuid(),
    "snoozed_until": INSTANT,
    "snoozed_because": sa.Text(),
    "is_useful": sa.Boolean(),
    "waits_since": INSTANT,
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        _add(name, kind.compile(dialect=op.get_bind().dialect))
    op.add_column(
        "contacts",
        sa.Column("left_message", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "flag_moves",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(20), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "flag_id"],
            ["flags.clinic_id", "flags.id"],
            name="fk_flag_moves_clinic_id_flag_id",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "flag_id", "number", name="pk_flag_moves"),
    )


def _add(name: str, kind: str) -> None:
    checks = "".join(
        f" CONSTRAINT ck_flags_{of} CHECK ({words})" for of, words in CHECKS.get(name, {}).items()
    )
    op.execute(f"ALTER TABLE flags ADD COLUMN {name} {kind}{checks}")


def downgrade() -> None:
    op.drop_table("flag_moves")
    op.drop_column("contacts", "left_message")
    for name in reversed(COLUMNS):
        op.drop_column("flags", name)
