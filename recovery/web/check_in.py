"""Receiving a check-in, whoever typed it: from the posted form to a kept entry and the one advice for now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from recovery.clinical import advice, days, limits, reading
from recovery.clinical.advice import Advice
from recovery.clinical.answers import Answers, Problem
from recovery.clinical.course import URGENT
from recovery.clinical.days import Given
from recovery.clinical.pathway import Pathway
from recovery.clinical.reading import Form
from recovery.records import checkins, pathways, patients
from recovery.records import limits as kept_limits
from recovery.records.accounts import Clinician
from recovery.records.checkins import Judged, Stored
from recovery.records.devices import Device
from recovery.records.patients import Patient, Procedure, current_procedure
from recovery.records.whereabouts import followed_key


@dataclass(frozen=True)
class Received:
    """What became of a posted form. stored is None when nothing could be kept; problems may stand beside it."""

    answers: Answers
    problems: tuple[Problem, ...]
    advice: Advice
    stored: Stored | None


def receive(
    form: Form,
    patient: Patient,
    source: Device | Clinician,
    now: datetime,
    answered_name: str = "",
) -> Received:
    """Read, keep and answer one check-in; answered_name: who answered, as a clinician heard it on the telephone.

    An error in one box never holds back an emergency (safety 1): a form with a ticked sign, or whose answer
    is to ring somebody now, is kept, marked incomplete, whatever else is wrong with it.
    """
    patient = patients.get(followed_key(patient.key))
    pathway = pathways.pathway_for(patient.clinic_id, current_procedure(patient).pathway)
    answers, problems = reading.read(form, pathway.questions)
    given, day_problems = _judge_day(form, patient, pathway, now)
    procedure = checkins.procedure_on(patient, given.day)
    problems += day_problems
    told = advise(answers, patient, procedure, given, pathway)
    is_urgent = told.level in URGENT or bool(answers.warning_signs)
    if problems and not is_urgent:
        return Received(answers, problems, told, None)
    kept = replace(answers, incomplete=bool(problems))
    version = pathways.version_for(patient.clinic_id, procedure.pathway)
    judged = Judged(kept, given, version, told.key, is_urgent, answered_name)
    stored = checkins.record(patient.key, _entry_id(form), judged, source, now)
    return Received(kept, problems, told, stored)


def advise(
    answers: Answers, patient: Patient, procedure: Procedure, given: Given, pathway: Pathway
) -> Advice:
    """The one thing to do now, from the pathway's table and the fever limit of this patient."""
    table = limits.advice_for(pathway, kept_limits.for_rules(patient), given.day)
    return advice.advise(answers, (given.day - procedure.performed_on).days, table)


def _judge_day(
    form: Form, patient: Patient, pathway: Pathway, now: datetime
) -> tuple[Given, tuple[Problem, ...]]:
    """The day of the entry: an answer of before the current procedure is one of the time after the first."""
    judged = days.judge(
        _first(form, "date"),
        _first(form, "given_at"),
        now,
        patient.zone,
        checkins.procedure_on(patient, date.min).performed_on,
        pathway.questions,
    )
    if isinstance(judged, Given):
        return judged, ()
    return Given(patient.today(now), now, None, is_late=False), (judged,)


def _entry_id(form: Form) -> UUID:
    try:
        return UUID(_first(form, "entry_id"))
    except ValueError:  # a form without its id is still somebody's answers
        return uuid4()


def _first(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "").strip()
