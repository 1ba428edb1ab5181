"""Imports: files of patients that wait to be checked and enrolled as a whole."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STATES = "('arriving', 'staged', 'checking', 'waiting', 'checked', 'applied', 'refused', 'dropped')"
WORKING = sa.text("state IN ('staged', 'checking', 'waiting')")


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("encoding", sa.String(20), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("applied_at", INSTANT, nullable=True),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(60), nullable=False),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_pair"
        ),
        sa.CheckConstraint("state <> 'waiting' OR confirmed_at IS NOT NULL", name="by_somebody"),
        sa.CheckConstraint("(applied_at IS NULL) = (state <> 'applied')", name="applied_pair"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "uploaded_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_imports_clinic_id_uploaded_by",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "confirmed_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_imports_clinic_id_confirmed_by",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_imports"),
    )
    op.create_index("ix_imports_clinic_id_uploaded_at", "imports", ["clinic_id", "uploaded_at"])
    op.create_index(
        "ix_imports_working",
        "imports",
        ["uploaded_at"],
        sqlite_where=WORKING,
        postgresql_where=WORKING,
    )
    op.create_table(
        "import_rows",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_number", sa.String(60), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("is_too_wide", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("ready", sa.JSON(), nullable=True),
        sa.CheckConstraint("outcome IN ('', 'new', 'same', 'bad')", name="outcome"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "import_id"],
            ["imports.clinic_id", "imports.id"],
            name="fk_import_rows_clinic_id_import_id",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "import_id", "line", name="pk_import_rows"),
    )
    op.create_index(
        "ix_import_rows_clinic_id_import_id_record_number",
        "import_rows",
        ["clinic_id", "import_id", "record_number"],
    )
    op.create_index(
        "ix_import_rows_clinic_id_import_id_outcome_line",
        "import_rows",
        ["clinic_id", "import_id", "outcome", "line"],
    )


def downgrade() -> None:
    op.drop_table("import_rows")
    op.drop_table("imports")
