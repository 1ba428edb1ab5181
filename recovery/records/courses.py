"""Courses: a patient's check-ins since the procedure, as the entries and days that the rules read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from recovery.clinical.answers import Day, Entry, told_in_turn

from .checkins import CheckIn
from .database import db
from .patients import Patient, Procedure


def all_of(patient: Patient, procedure: Procedure) -> list[CheckIn]:
    """Every revision since this procedure, by day, time and revision, as the database has them now."""
    query = sa.select(CheckIn).where(
        CheckIn.clinic_id == patient.clinic_id,
        CheckIn.patient_id == patient.id,
        CheckIn.procedure_id == procedure.id,
    )
    query = query.order_by(CheckIn.day, CheckIn.given_at, CheckIn.revision)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def latest_of(rows: Iterable[CheckIn]) -> list[CheckIn]:
    """Each check-in in its latest revision."""
    return [revisions[-1] for revisions in _by_check_in(rows)]


def _by_check_in(rows: Iterable[CheckIn]) -> list[list[CheckIn]]:
    by_id: dict[UUID, list[CheckIn]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.revision):
        by_id[row.entry_id].append(row)
    return list(by_id.values())


def _entries(revisions: Sequence[CheckIn]) -> Iterator[tuple[date, Entry]]:
    told = told_in_turn([row.answers for row in revisions])
    for row, answers in zip(revisions, told, strict=True):
        yield row.day, Entry(row.given_at, row.received_at, answers, row.checked_at)


def unchecked_before(patient: Patient, current: Procedure) -> list[tuple[Procedure, set[date]]]:
    """The earlier procedures with answers that no review has read, and the days of those."""
    same = (Procedure.patient_id == CheckIn.patient_id) & (Procedure.id == CheckIn.procedure_id)
    query = (
        sa.select(Procedure, CheckIn.day)
        .join(CheckIn, same & (Procedure.clinic_id == CheckIn.clinic_id))
        .where(
            CheckIn.clinic_id == patient.clinic_id,
            CheckIn.patient_id == patient.id,
            CheckIn.procedure_id != current.id,
            CheckIn.checked_at.is_(None),
        )
    )
    found: dict[Procedure, set[date]] = defaultdict(set)
    for procedure, day in db.session.execute(query):
        found[procedure].add(day)
    return list(found.items())


def days_of(
    rows: Iterable[CheckIn], procedure: Procedure, today: date, asked_until: date = date.max
) -> tuple[Day, ...]:
    """Every calendar day from the procedure to today, silent ones included; only today is not over.

    Nobody is asked after `asked_until`: a later day stands only if it was answered or lies before an answer.
    """
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for revisions in _by_check_in(rows):
        for day, entry in _entries(revisions):
            by_day[day].append(entry)
    start = procedure.performed_on
    count = (max([min(today, asked_until), *by_day]) - start).days + 1
    days = (start + timedelta(days=number) for number in range(count))
    return tuple(
        Day(number, day, tuple(sorted(by_day[day], key=lambda e: e.given_at)), day < today)
        for number, day in enumerate(days)
    )
