"""The work on a file of patients that has arrived: checked in small steps, then enrolled in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from recovery.clinical.import_check import NEW, Judged, Kept, taken

from . import audit, enrolling, leases, pathways
from .accounts import Clinician, clinic_of
from .database import Base, db, writing
from .enrolling import Newcomer
from .imports import (
    BATCH,
    WORKING,
    Import,
    ImportRow,
    begin_again,
    drop,
    forget_lines,
    rows_of,
)
from .patients import Patient, Procedure

KEPT_FOR = timedelta(days=7)  # OWN: how long patients may wait in a file that nobody decides about


@dataclass(frozen=True)
class Checked:
    """A line with what becomes of it, and its columns if they could be read."""

    row: ImportRow
    judged: Judged
    kept: Kept


def claim(now: datetime) -> Import | None:
    """Lease the file that has waited longest, in a transaction of its own; None when none waits."""
    return leases.take(Import, Import.state.in_(WORKING), Import.uploaded_at, now)


def unchecked(row: Import) -> Sequence[ImportRow]:
    """The next lines to be checked."""
    query = sa.select(ImportRow).where(*rows_of(row), ImportRow.outcome == "")
    return db.session.scalars(query.order_by(ImportRow.line).limit(BATCH)).all()


def first_lines(row: Import, numbers: Iterable[str]) -> dict[str, int]:
    """Where each of these record numbers stands first in the file."""
    query = (
        sa.select(ImportRow.record_number, sa.func.min(ImportRow.line))
        .where(*rows_of(row), ImportRow.record_number.in_(numbers))
        .group_by(ImportRow.record_number)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def known(row: Import, numbers: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The clinic's patients with these record numbers: their columns and those of the current procedure."""
    current = sa.and_(
        Procedure.clinic_id == Patient.clinic_id,
        Procedure.patient_id == Patient.id,
        Procedure.ended_on.is_(None),
    )
    query = (
        sa.select(Patient, Procedure)
        .join(Procedure, current, isouter=True)
        .where(Patient.clinic_id == row.clinic_id, Patient.record_number.in_(numbers))
    )
    return {
        patient.record_number: {**_columns(patient), **_columns(procedure)}
        for patient, procedure in db.session.execute(query)
    }


def _columns(row: Base | None) -> dict[str, Any]:
    names = sa.inspect(type(row)).columns.keys() if row is not None else ()
    return {name: getattr(row, name) for name in names}


def keep_checked(row: Import, checked: Sequence[Checked], now: datetime) -> bool:
    """Keep what was found in these lines; False when somebody has dropped the file meanwhile."""
    with writing() as session:
        session.refresh(row, with_for_update=True)
        if row.state not in ("staged", "checking"):
            return False
        session.execute(sa.update(ImportRow), [_checked(each) for each in checked])
        row.state = "checking"
        row.hold(now)
        row.checked += len(checked)
    return True


def _checked(each: Checked) -> dict[str, Any]:
    problems = [
        {"field": problem.field, "key": problem.key, "values": dict(problem.values)}
        for problem in each.judged.problems
    ]
    return {
        "clinic_id": each.row.clinic_id,
        "import_id": each.row.import_id,
        "line": each.row.line,
        "outcome": each.judged.outcome,
        "problems": problems,
        "ready": each.kept if each.judged.outcome == NEW else None,
    }


def finish_check(row: Import, now: datetime) -> None:
    """All lines are checked. A file of which everybody is enrolled already leaves nothing to be decided."""
    counts = sa.select(ImportRow.outcome, sa.func.count()).where(*rows_of(row))
    with writing() as session:
        session.refresh(row, with_for_update=True)
        if row.state not in ("staged", "checking"):
            return
        found = {each[0]: each[1] for each in session.execute(counts.group_by(ImportRow.outcome))}
        row.new, row.same, row.bad = (found.get(each, 0) for each in ("new", "same", "bad"))
        row.state, row.checked_at, row.leased_until, row.tries = "checked", now, None, 0
        if not row.new and not row.bad:
            _applied(row, now)


def enrol(row: Import, now: datetime) -> None:
    """Enrol the whole file in one transaction, or nothing of it if anything has changed since it was confirmed."""
    with writing() as session:
        session.refresh(row, with_for_update=True)
        if row.state != "waiting":  # somebody was taken for dead, and another has done it
            return
        enrolling.lock_numbers(row.clinic_id)
        if not pathways.may_enrol(clinic_of(row.clinic_id)):
            row.state, row.error = "refused", "not_approved"
        elif _is_anybody_known(row):
            begin_again(row)
            row.error = "changed_meanwhile"
        else:
            _enrol_all(row, now)


def _is_anybody_known(row: Import) -> bool:
    query = (
        sa.select(Patient.id)
        .join(ImportRow, ImportRow.record_number == Patient.record_number)
        .where(*rows_of(row), ImportRow.outcome == NEW, Patient.clinic_id == row.clinic_id)
    )
    return db.session.scalar(query.limit(1)) is not None or any(
        enrolling.namesakes(row.clinic_id, [each.person for each in batch])
        for batch in _newcomers(row)
    )


def _enrol_all(row: Import, now: datetime) -> None:
    clinician = db.session.get_one(Clinician, (row.clinic_id, row.confirmed_by))
    for newcomers in _newcomers(row):
        enrolling.enrol_batch(clinician, newcomers, now, file=str(row.id))
    _applied(row, now)
    audit.note(
        row.clinic_id, clinician.actor, "import enrolled", now, file=str(row.id), new=row.new
    )


def _newcomers(row: Import) -> Iterator[list[Newcomer]]:
    """Those to be enrolled, a batch at a time."""
    last = 0
    query = sa.select(ImportRow.line, ImportRow.ready).where(
        *rows_of(row), ImportRow.outcome == NEW
    )
    query = query.order_by(ImportRow.line).limit(BATCH)
    while batch := db.session.execute(query.where(ImportRow.line > last)).all():
        last = batch[-1].line
        yield [
            Newcomer(*(taken(each.ready[name]) for name in ("person", "procedure")))
            for each in batch
        ]


def _applied(row: Import, now: datetime) -> None:
    forget_lines(row)
    row.state, row.applied_at, row.leased_until, row.error = "applied", now, None, ""


def drop_old(now: datetime) -> None:
    """Forget what nobody has decided about for too long."""
    query = sa.select(Import).where(
        Import.state.not_in(("applied", "dropped", "waiting")), Import.uploaded_at < now - KEPT_FOR
    )
    for row in db.session.scalars(query.limit(BATCH)).all():
        drop(row, "computer", now, "too_old")
