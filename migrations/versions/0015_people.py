"""People: who was let in and let go, one-time links for passwords, and administrators, who are in no clinic."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
# In words, because SQLite takes a new column's check with the column alone: each pair comes whole with its last part,
# or, where rows must first be filled in, with a column after it.
CHECKS = {
    "ended_pair": "(ended_at IS NULL) = (ended_by IS NULL)",
    "link_pair": "(link_hash IS NULL) = (link_until IS NULL)",
    "changed_pair": "(changed_at IS NULL) = (changed_by IS NULL)",
}
COLUMNS = (
    ("clinics", "added_at", INSTANT, ()),
    ("clinics", "changed_at", INSTANT, ()),
    ("clinics", "changed_by", sa.Uuid(), ("changed_pair",)),
    ("clinicians", "role_since", INSTANT, ()),
    ("clinicians", "signed_in_at", INSTANT, ()),
    ("clinicians", "ended_by", sa.String(60), ()),
    ("clinicians", "link_hash", sa.String(64), ()),
    ("clinicians", "link_until", INSTANT, ("link_pair", "ended_pair")),
)


def upgrade() -> None:
    for table, name, kind, checks in COLUMNS:
        words = kind.compile(dialect=op.get_bind().dialect)
        checked = (f" CONSTRAINT ck_{table}_{check} CHECK ({CHECKS[check]})" for check in checks)
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {words}{''.join(checked)}")
        if name == "ended_by":  # before this nobody but the operator could end an account
            op.execute("UPDATE clinicians SET ended_by = 'operator' WHERE ended_at IS NOT NULL")
    op.create_index("ix_clinicians_link_hash", "clinicians", ["link_hash"], unique=True)
    _create_administrators()
    op.create_table(
        "installation_audit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation_audit"),
    )


def _create_administrators() -> None:
    op.create_table(
        "administrators",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("session_token", sa.String(64), nullable=False),
        sa.Column("signed_in_at", INSTANT, nullable=True),
        sa.Column("link_hash", sa.String(64), nullable=True),
        sa.Column("link_until", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(60), nullable=True),
        sa.CheckConstraint(CHECKS["ended_pair"], name="ended_pair"),
        sa.CheckConstraint(CHECKS["link_pair"], name="link_pair"),
        sa.PrimaryKeyConstraint("id", name="pk_administrators"),
        sa.UniqueConstraint("email", name="uq_administrators_email"),
        sa.UniqueConstraint("session_token", name="uq_administrators_session_token"),
    )
    op.create_index("ix_administrators_link_hash", "administrators", ["link_hash"], unique=True)


def downgrade() -> None:
    op.drop_table("installation_audit")
    op.drop_table("administrators")
    op.drop_index("ix_clinicians_link_hash", "clinicians")
    for table, name, _kind, _checks in reversed(COLUMNS):
        op.drop_column(table, name)
