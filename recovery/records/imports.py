"""Imports: files of patients, enrolled whole or not at all; their tables, and what a person decides about one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from recovery.clinical.import_check import BAD, NEW, OUTCOMES

from . import audit
from .accounts import Clinician
from .database import Base, Instant, db, only_open, writing
from .leases import Leased
from .patients import NotFound, Patient

WORKING = ("staged", "checking", "waiting")  # a round has something to do
STATES = ("arriving", *WORKING, "checked", "applied", "refused", "dropped")
OVER = ("applied", "dropped")
SHOWN = 10
BATCH = 200  # lines at a time: little memory, and a short transaction
CHECK_HOLDS = timedelta(hours=24)  # later the dates in it are to be looked at again


class NotConfirmable(ValueError):
    """It cannot be confirmed; .key says why: checked_again (a while has passed) or changed_since."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Import(Leased, Base):
    """One file. checked: lines done so far; new, same, bad: what becomes of them; error: why it came to no end.

    Its patients are those enrolled at applied_at by confirmed_by; nothing else of them is kept here.
    """

    __tablename__ = "imports"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    encoding: Mapped[str] = mapped_column(sa.String(20))
    lines: Mapped[int]
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    uploaded_by: Mapped[UUID]
    state: Mapped[str] = mapped_column(sa.String(20), default="arriving")
    checked: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    new: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by: Mapped[UUID | None]
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str] = mapped_column(sa.String(60), default="")

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "uploaded_by"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "confirmed_by"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_pair"
        ),
        sa.CheckConstraint("state <> 'waiting' OR confirmed_at IS NOT NULL", name="by_somebody"),
        sa.CheckConstraint("(applied_at IS NULL) = (state <> 'applied')", name="applied_pair"),
        sa.Index(None, "clinic_id", "uploaded_at"),
        sa.Index("ix_imports_working", "uploaded_at", **only_open(f"state IN {WORKING}")),
    )

    def give_up(self, now: datetime) -> None:
        """It is refused, and its uploader reads so."""
        self.state, self.error = "refused", "given_up"


class ImportRow(Base):
    """One line of a file until it is enrolled or dropped.

    typed: its filled boxes; ready: the columns of patient and procedure, as import_check.taken reads them.
    """

    __tablename__ = "import_rows"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record_number: Mapped[str] = mapped_column(sa.String(60))
    typed: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    is_too_wide: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str] = mapped_column(sa.String(10), default="")
    problems: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    ready: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    __table_args__ = (
        sa.ForeignKeyConstraint(["clinic_id", "import_id"], ["imports.clinic_id", "imports.id"]),
        sa.CheckConstraint(f"outcome IN {('', *OUTCOMES)}", name="outcome"),
        sa.Index(None, "clinic_id", "import_id", "record_number"),
        sa.Index(None, "clinic_id", "import_id", "outcome", "line"),
    )


def rows_of(row: Import) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition of the lines of this file."""
    return ImportRow.clinic_id == row.clinic_id, ImportRow.import_id == row.id


def of_clinic(clinician: Clinician) -> sa.Select[Import]:
    """The files of this clinician's clinic."""
    return sa.select(Import).where(Import.clinic_id == clinician.clinic_id)


def find(clinician: Clinician, import_id: UUID) -> Import:
    """That file among those of this clinician's clinic; raises NotFound."""
    row = db.session.scalar(of_clinic(clinician).where(Import.id == import_id))
    if row is None:
        raise NotFound(import_id)
    return row


def latest(clinician: Clinician) -> Sequence[Import]:
    """The last files of this clinician's clinic, newest first."""
    arrived = of_clinic(clinician).where(Import.state != "arriving")
    return db.session.scalars(arrived.order_by(Import.uploaded_at.desc()).limit(SHOWN)).all()


def same_file(clinician: Clinician, sha256: str) -> Import | None:
    """The last import of the very same file that was enrolled, or is still being decided about."""
    query = of_clinic(clinician).where(
        Import.sha256 == sha256, Import.state.not_in(("arriving", "refused", "dropped"))
    )
    return db.session.scalar(query.order_by(Import.uploaded_at.desc()).limit(1))


def check_again(clinician: Clinician, row: Import, now: datetime) -> None:
    """Check it once more, because what it is held against may have changed."""
    with writing() as session:
        session.refresh(row, with_for_update=True)
        if row.state == "checked":
            begin_again(row)
            audit.note(
                row.clinic_id, clinician.actor, "import checked again", now, file=str(row.id)
            )


def begin_again(row: Import) -> None:
    """All of it is to be checked anew; part of a transaction."""
    row.state, row.checked, row.checked_at = "staged", 0, None
    row.new = row.same = row.bad = row.tries = 0
    row.confirmed_at = row.confirmed_by = row.leased_until = None
    anew = sa.update(ImportRow).where(*rows_of(row)).values(outcome="", problems=[])
    db.session.execute(anew.execution_options(synchronize_session=False))


def confirm(clinician: Clinician, row: Import, shown: int, now: datetime) -> None:
    """Have a checked file enrolled, as so many new patients as were shown; raises NotConfirmable."""
    with writing() as session:
        session.refresh(row, with_for_update=True)
        if row.state != "checked" or row.bad or not row.new or row.new != shown:
            raise NotConfirmable("changed_since")
        is_old = row.checked_at is None or now - row.checked_at > CHECK_HOLDS
        if is_old:
            begin_again(row)
        else:
            row.confirmed_at, row.confirmed_by, row.error = now, clinician.id, ""
            row.state, row.tries, row.leased_until = "waiting", 0, None
            audit.note(
                row.clinic_id, clinician.actor, "import confirmed", now, file=str(row.id), new=shown
            )
    if is_old:
        raise NotConfirmable("checked_again")


def drop(row: Import, actor: str, now: datetime, error: str = "") -> None:
    """Forget every line of it, unless it is enrolled or about to be."""
    with writing() as session:
        session.refresh(row, with_for_update=True)
        if row.state not in (*OVER, "waiting"):
            forget_lines(row)
            row.state, row.error, row.leased_until = "dropped", error, None
            audit.note(row.clinic_id, actor, "import dropped", now, file=str(row.id))


def forget_lines(row: Import) -> None:
    """Delete what was kept of its patients; part of a transaction."""
    db.session.execute(
        sa.delete(ImportRow).where(*rows_of(row)).execution_options(synchronize_session=False)
    )


def bad_rows(row: Import, after: int, at_most: int) -> Sequence[ImportRow]:
    """The next lines that cannot be enrolled, after this line."""
    return _with_outcome(row, BAD, after, at_most)


def first_new(row: Import, at_most: int) -> Sequence[ImportRow]:
    """The first lines that would be enrolled."""
    return _with_outcome(row, NEW, 0, at_most)


def _with_outcome(row: Import, outcome: str, after: int, at_most: int) -> Sequence[ImportRow]:
    query = sa.select(ImportRow).where(
        *rows_of(row), ImportRow.outcome == outcome, ImportRow.line > after
    )
    return db.session.scalars(query.order_by(ImportRow.line).limit(at_most)).all()


def note_opened(clinician: Clinician, row: Import, now: datetime) -> None:
    """One line in the audit when a page that names patients of it is opened."""
    with writing():
        audit.note(row.clinic_id, clinician.actor, "import opened", now, file=str(row.id))


def patients_of(row: Import) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition of the patients who were enrolled from this file."""
    return (
        Patient.clinic_id == row.clinic_id,
        Patient.enrolled_at == row.applied_at,
        Patient.enrolled_by == row.confirmed_by,
    )
