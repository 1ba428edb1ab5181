"""Summaries: what the list of everybody says of each patient, so that no page need fold a course."""

import sqlalchemy as sa
from alembic import op

from recovery.records.searching import digits, folded, spellings

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SORTABLE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    table = op.create_table(
        "summaries",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("sorted_name", SORTABLE, nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.Column("phones", sa.String(100), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=True),
        sa.Column("as_of", INSTANT, nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("silent_at", INSTANT, nullable=True),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("pains", sa.JSON(), nullable=False),
        sa.Column("pain_day", sa.Integer(), nullable=True),
        sa.Column("pain", sa.Integer(), nullable=True),
        sa.Column("own_least", sa.Integer(), nullable=True),
        sa.Column("own_most", sa.Integer(), nullable=True),
        sa.Column("beyond_own", sa.Integer(), nullable=True),
        sa.Column("is_former", sa.Boolean(), nullable=False),
        sa.Column("beside_published", sa.String(10), nullable=True),
        sa.CheckConstraint(
            "(as_of IS NULL) = (procedure_id IS NULL)", name="ck_summaries_reviewed"
        ),
        sa.CheckConstraint("answered BETWEEN 0 AND asked", name="ck_summaries_answered"),
        sa.CheckConstraint(
            "(pain IS NULL) = (pain_day IS NULL) AND (pain IS NULL) = (own_least IS NULL)"
            " AND (pain IS NULL) = (own_most IS NULL) AND (pain IS NULL) = (beyond_own IS NULL)"
            " AND (pain IS NULL) = (beside_published IS NULL)",
            name="ck_summaries_last_pain",
        ),
        sa.CheckConstraint(
            "beside_published IN ('above', 'within', 'below')",
            name="ck_summaries_beside_published",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="fk_summaries_clinic_id_patient_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "procedure_id"],
            ["procedures.clinic_id", "procedures.patient_id", "procedures.id"],
            name="fk_summaries_clinic_id_patient_id_procedure_id",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "patient_id", name="pk_summaries"),
    )
    _begin(table)
    # Everybody is due, also those whom nothing would have made so: the next round tells their courses.
    op.execute("UPDATE patients SET review_due_at = enrolled_at")


def _begin(table: sa.Table) -> None:
    """A row for everybody who is enrolled already, so that they are found at once."""
    known = sa.text("SELECT clinic_id, id, name, record_number, phone, second_phone FROM patients")
    known = known.columns(clinic_id=sa.Uuid(), id=sa.Uuid())
    rows = [
        {
            "clinic_id": each.clinic_id,
            "patient_id": each.id,
            "sorted_name": folded(each.name),
            "searched": " ".join([*spellings(each.name), folded(each.record_number)]),
            "phones": f"{digits(each.phone)} {digits(each.second_phone)}",
            "answered": 0,
            "asked": 0,
            "pains": [],
            "is_former": False,
        }
        for each in op.get_bind().execute(known)
    ]
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    op.drop_table("summaries")
