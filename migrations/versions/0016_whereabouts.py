"""Whereabouts: a procedure after the first, the clinic that follows a patient, and who covers an open day."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _move()
    op.add_column("procedures", sa.Column("asked_from", sa.Date(), nullable=True))
    _transfers()
    _covers()


def _move() -> None:
    """The state stays one of those there were: SQLite cannot change a check that stands."""
    op.add_column("patients", sa.Column("moved_at", INSTANT, nullable=True))
    kind = sa.Uuid().compile(dialect=op.get_bind().dialect)
    # In words, because SQLite takes a new column's check with the column alone.
    op.execute(
        f"ALTER TABLE patients ADD COLUMN moved_to {kind}"
        " CONSTRAINT ck_patients_moved_pair CHECK ((moved_at IS NULL) = (moved_to IS NULL))"
        " CONSTRAINT ck_patients_moved_is_over CHECK (moved_to IS NULL OR state = 'completed')"
    )


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("to_clinic_id", sa.Uuid(), nullable=False),
        sa.Column("agreed", sa.Text(), nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("offered_by", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(20), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="fk_transfers_clinic_id_patient_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "offered_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_transfers_clinic_id_offered_by",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_transfers"),
        sa.CheckConstraint("to_clinic_id <> clinic_id", name="ck_transfers_elsewhere"),
        sa.CheckConstraint("agreed <> ''", name="ck_transfers_agreed"),
        sa.CheckConstraint(
            "answer IN ('accepted', 'declined', 'withdrawn')", name="ck_transfers_answer"
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)",
            name="ck_transfers_answered",
        ),
    )
    is_open = sa.text("answered_at IS NULL")
    op.create_index(
        "uq_transfers_open",
        "transfers",
        ["clinic_id", "patient_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index(
        "ix_transfers_to_clinic_id_patient_id", "transfers", ["to_clinic_id", "patient_id"]
    )


def _covers() -> None:
    op.create_table(
        "covers",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "clinician_id"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_covers_clinic_id_clinician_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "set_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_covers_clinic_id_set_by",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "day", name="pk_covers"),
    )


def downgrade() -> None:
    op.drop_table("covers")
    op.drop_table("transfers")
    op.drop_column("procedures", "asked_from")
    op.drop_column("patients", "moved_to")
    op.drop_column("patients", "moved_at")
