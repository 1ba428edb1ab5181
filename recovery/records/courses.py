"""Courses: a patient's check-ins since the procedure, as the entries and days that the rules read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from recovery.clinical.answers import Day, Entry, merged

from .checkins import CheckIn
from .database import db
from .patients import Patient, Procedure


def all_of(patient: Patient, procedure: Procedure) -> list[CheckIn]:
    """Every revision since this procedure, by day, time and revision."""
    query = sa.select(CheckIn).where(
        CheckIn.clinic_id == patient.clinic_id,
        CheckIn.patient_id == patient.id,
        CheckIn.procedure_id == procedure.id,
    )
    return list(db.session.scalars(query.order_by(CheckIn.day, CheckIn.given_at, CheckIn.revision)))


def entries_of(rows: Iterable[CheckIn]) -> list[tuple[CheckIn, Entry]]:
    """One entry for each check-in with its corrections merged, beside its latest revision."""
    by_id: dict[UUID, list[CheckIn]] = defaultdict(list)
    for row in rows:
        by_id[row.entry_id].append(row)
    return [(revisions[-1], _entry(revisions)) for revisions in map(_in_order, by_id.values())]


def _in_order(revisions: list[CheckIn]) -> list[CheckIn]:
    return sorted(revisions, key=lambda row: row.revision)


def _entry(revisions: Sequence[CheckIn]) -> Entry:
    latest = revisions[-1]
    answers = merged([row.answers for row in revisions])
    return Entry(latest.given_at, latest.received_at, answers)


def days_of(
    rows: Iterable[CheckIn], procedure: Procedure, today: date, asked_until: date = date.max
) -> tuple[Day, ...]:
    """Every calendar day from the procedure to today, silent ones included; only today is not over.

    Nobody is asked after `asked_until`: a later day stands only if it was answered or lies before an answer.
    """
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for latest, entry in entries_of(rows):
        by_day[latest.day].append(entry)
    start = procedure.performed_on
    count = (max([min(today, asked_until), *by_day]) - start).days + 1
    days = (start + timedelta(days=number) for number in range(count))
    return tuple(
        Day(number, day, tuple(sorted(by_day[day], key=lambda e: e.given_at)), day < today)
        for number, day in enumerate(days)
    )
