"""Procedures after the first, and corrections: each answer belongs to the procedure that lies before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from recovery.clinical.course import NEVER_HELD

from . import audit, flags, life_cycle, states
from .accounts import Clinician
from .checkins import CheckIn
from .database import db, writing
from .patients import NotFound, Patient, Procedure, current_procedure, lock
from .questionnaires import Questionnaire

OUTCOME = "new_procedure"
NOT_FOLLOWED = ("withdrawn", "deceased")


class ProcedureRefused(ValueError):
    """The procedure cannot be kept so; .key says why, .values fill its sentence."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Between:
    """Where the day of a procedure must lie: after one, before another, and on or before a first answer."""

    after: date | None
    before: date | None
    answered_on: date | None = None


def of_patient(patient: Patient) -> list[Procedure]:
    """Every procedure of a patient, the latest first, as the database has them now."""
    query = sa.select(Procedure).where(
        Procedure.clinic_id == patient.clinic_id, Procedure.patient_id == patient.id
    )
    query = query.order_by(Procedure.performed_on.desc())
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def find(patient: Patient, procedure_id: UUID) -> Procedure:
    """That procedure among this patient's; raises NotFound."""
    found = [each for each in of_patient(patient) if each.id == procedure_id]
    if not found:
        raise NotFound(procedure_id)
    return found[0]


def start(
    clinician: Clinician,
    patient: Patient,
    columns: Mapping[str, Any],
    words: str,
    now: datetime,
    *,
    is_over: bool = False,
) -> Procedure:
    """Keep another procedure: day and band restart from it, and what is open of danger stays open (safety 26).

    words: what is written into the flags that it closes. is_over: a pause or a stay in hospital ends with it.
    Raises ProcedureRefused.
    """
    with writing() as session:
        held = lock(patient.key)
        earlier = current_procedure(held)
        _refuse_unfollowed(held)
        _refuse_day(columns["performed_on"], Between(earlier.performed_on, None), held.today(now))
        earlier.ended_on = columns["performed_on"]
        session.flush()  # one is current, and the database itself asks for it
        procedure = _row(held, earlier, columns, now)
        session.add(procedure)
        _sort_answers(held)
        _close_overtaken(clinician, held, words, now)
        states.follow_again(held, clinician.actor, now, is_over=is_over)
        _note(clinician, procedure, "procedure started", now, consent="holds")
    return procedure


def _refuse_unfollowed(patient: Patient) -> None:
    if patient.moved_to is not None:
        raise ProcedureRefused("moved")
    if patient.state in NOT_FOLLOWED:
        raise ProcedureRefused("not_followed")


def _refuse_day(day: date, between: Between, today: date) -> None:
    if day > today:
        raise ProcedureRefused("in_future")
    if between.after is not None and day <= between.after:
        raise ProcedureRefused("not_after_last", last=between.after)
    if between.before is not None and day >= between.before:
        raise ProcedureRefused("not_before_next", next=between.before)
    if between.answered_on is not None and day > between.answered_on:
        raise ProcedureRefused("answers_before", first=between.answered_on)


def _row(
    patient: Patient, earlier: Procedure, columns: Mapping[str, Any], now: datetime
) -> Procedure:
    was_over = patient.state == "completed"
    return Procedure(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        pathway=earlier.pathway,
        asked_from=patient.today(now) if was_over else None,
        **columns,
    )


def _sort_answers(patient: Patient) -> None:
    """Give every answer to the procedure before it; those of the day of a procedure belong to that one."""
    db.session.flush()
    latest_first = of_patient(patient)
    for table in (CheckIn, Questionnaire):
        until = date.max
        for procedure in latest_first:
            is_first = procedure is latest_first[-1]
            since = date.min if is_first else procedure.performed_on
            db.session.execute(
                sa.update(table)
                .where(
                    table.clinic_id == patient.clinic_id,
                    table.patient_id == patient.id,
                    table.day >= since,
                    table.day < until,
                    table.procedure_id != procedure.id,
                )
                .values(procedure_id=procedure.id)
            )
            until = since


def _close_overtaken(clinician: Clinician, patient: Patient, words: str, now: datetime) -> None:
    """Pain, mobility and silence of before say nothing of the time after; warning signs and fever stay open."""
    for flag in flags.of_patient(patient, afresh=True):
        if flag.closed_at is None and flag.rule not in NEVER_HELD:
            life_cycle.overtake(clinician, flag, OUTCOME, words, now)


def correct(
    clinician: Clinician,
    patient: Patient,
    procedure: Procedure,
    columns: Mapping[str, Any],
    now: datetime,
) -> None:
    """Put right what was written down wrongly; answers go to where they belong then. Raises ProcedureRefused."""
    with writing():
        held = lock(patient.key)
        if held.moved_to is not None:
            raise ProcedureRefused("moved")
        rows = of_patient(held)
        place = next(n for n, each in enumerate(rows) if each.id == procedure.id)
        _refuse_day(columns["performed_on"], _between(held, rows, place), held.today(now))
        row, before = rows[place], _told(rows[place])
        for name, value in columns.items():
            setattr(row, name, value)
        if place + 1 < len(rows):
            rows[place + 1].ended_on = row.performed_on
        _sort_answers(held)
        held.review_due_at = now
        _note(clinician, row, "procedure corrected", now, before=before)


def _between(patient: Patient, rows: Sequence[Procedure], place: int) -> Between:
    """What a procedure lies between; the first one has no earlier one to which answers before it could go."""
    earlier = rows[place + 1].performed_on if place + 1 < len(rows) else None
    later = rows[place - 1].performed_on if place else None
    return Between(earlier, later, None if earlier else _first_answer(patient))


def _first_answer(patient: Patient) -> date | None:
    query = sa.select(sa.func.min(CheckIn.day)).where(
        CheckIn.clinic_id == patient.clinic_id, CheckIn.patient_id == patient.id
    )
    return db.session.scalar(query)


def _told(procedure: Procedure) -> dict[str, object]:
    names = ("baseline_pain", "baseline_mobility", "baseline_by")
    days = {name: str(getattr(procedure, name)) for name in ("performed_on", "baseline_on")}
    return {"levels": procedure.levels, **days, **{n: getattr(procedure, n) for n in names}}


def _note(
    clinician: Clinician, procedure: Procedure, action: str, now: datetime, **more: object
) -> None:
    told: dict[str, Any] = {**_told(procedure), **more}
    who = (procedure.clinic_id, clinician.actor)
    audit.note(*who, action, now, procedure.patient_id, **told)
