"""Gathering everything that the clinician's page about one patient shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _

from recovery.clinical.answers import Problem
from recovery.clinical.pathway import Pathway
from recovery.clinical.questionnaires import WEEKLY
from recovery.clinical.reading import Form
from recovery.records import (
    accounts,
    cards,
    contacts,
    courses,
    flags,
    limits,
    pathways,
    patients,
    worklist,
)
from recovery.records.accounts import Clinic
from recovery.records.checkins import CheckIn
from recovery.records.flags import Flag
from recovery.records.limits import PatientLimit
from recovery.records.patients import Patient
from recovery.records.worklist import Row
from recovery.web import (
    clinic_answers,
    clinic_forms,
    clinic_weekly,
    enrolment_words,
    forms,
    key_cards,
    limit_form,
    limit_presenters,
    patient_facts,
    patient_page,
    progress,
    standing,
    wording,
)
from recovery.web import clinic_presenters as say
from recovery.web import clinic_words as words
from recovery.web.clinic_answers import DayRow, Fact, Revision
from recovery.web.clinic_presenters import Phone
from recovery.web.clinic_weekly import ClinicsWeeks
from recovery.web.forms import CheckInForm
from recovery.web.key_cards import KeyCard
from recovery.web.limit_presenters import ShownLimits
from recovery.web.patient_list import OVER
from recovery.web.patient_page import ClosedFlag, OpenFlag, Told
from recovery.web.picture import Mark
from recovery.web.progress import Progress
from recovery.web.standing import Panel
from recovery.web.weekly_turn import Turn
from recovery.web.wording import by_when
from recovery.web.worklist_rows import Note, flag_reasons

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Again:
    """A form that could not be taken: which one, what was typed, and a sentence for each problem."""

    form: str = ""
    typed: Form = field(default_factory=dict)
    problems: tuple[tuple[str, str], ...] = ()

    def value(self, form: str, name: str) -> str:
        """What was typed into a box of that form."""
        return next(iter(self.typed.get(name, ())), "") if form == self.form else ""

    def has(self, form: str, name: str, value: str) -> bool:
        """Whether a choice of that form was ticked."""
        return form == self.form and value in self.typed.get(name, ())

    def sentences(self, form: str, name: str) -> list[str]:
        """What was wrong with a box of that form."""
        return [said for field, said in self.problems if (form, name) == (self.form, field)]


def again(form: str, typed: Form, problems: Iterable[Problem]) -> Again:
    """The problems in words."""
    table = enrolment_words.PROBLEMS | clinic_forms.PROBLEMS | limit_form.PROBLEMS
    said = [(each.field, wording.say(table[each.key], **each.values)) for each in problems]
    return Again(form, typed, tuple(said))


@dataclass(frozen=True)
class PatientView:
    """The page in finished words."""

    patient: Patient
    person: str
    limit: str
    limits: ShownLimits
    phone: Phone
    second: Phone | None
    needs_second: bool
    why: tuple[OpenFlag, ...]
    is_unchecked: bool
    has_unseen: bool
    notes: tuple[Note, ...]
    told: Told | None
    week: tuple[DayRow, ...]
    panels: tuple[Panel, ...]
    key: tuple[tuple[str, str], ...]
    weeks: ClinicsWeeks
    earlier: tuple[ClosedFlag, ...]
    procedure: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    entries: tuple[tuple[Revision, ...], ...]
    contacts: tuple[str, ...]
    cards: tuple[KeyCard, ...]
    choices: Mapping[str, Choices]

    @property
    def is_followed(self) -> bool:
        """Whether anybody looks at this patient's answers, so that limits mean something."""
        return self.patient.state not in OVER

    @property
    def reads(self) -> tuple[str, ...]:
        """What is to be said of the languages that this patient and the helpers read."""
        return tuple(patient_facts.reads(self.patient))


def view(patient: Patient, clinic: Clinic, now: datetime) -> PatientView:
    """Everything about one patient, as of now."""
    row, closed = _gathered(patient)
    names, all_limits = _names(patient), limits.limits_of(patient)
    today, zone = patient.today(now), clinic.zone
    acting = [each for each in all_limits if each.is_in_force(today)]
    pathway = pathways.pathway_for(clinic.id, row.procedure.pathway)
    tries = contacts.contacts_of(patient)

    def told(checkin: CheckIn) -> str:
        return patient_page.told_for(checkin, clinic, pathway).headline

    return PatientView(
        patient=patient,
        person=say.person(patient, row.procedure, today),
        limit=say.limits(patient, zone),
        limits=limit_presenters.shown(all_limits, names, zone, today),
        phone=say.own_phone(patient),
        second=say.second_phone(patient),
        why=tuple(_why(row, names, zone, today, acting)),
        is_unchecked=row.is_unchecked,
        has_unseen=any(flag.seen_at is None or flag.has_news for flag in row.flags),
        notes=tuple(patient_page.note(each, zone) for each in row.notes),
        told=patient_page.told(row, clinic, pathway),
        week=tuple(clinic_answers.week(row.recent, row.procedure, today)),
        panels=tuple(_panels(_course(row, closed, pathway, today), row, acting)),
        key=tuple(standing.key()),
        weeks=clinic_weekly.weeks(Turn(WEEKLY, patient, row.procedure, pathway, now), names),
        earlier=tuple(_earlier(closed, names)),
        procedure=tuple(patient_facts.procedure_facts(row.procedure, today)),
        facts=tuple(patient_facts.patient_facts(patient, zone)),
        entries=tuple(map(tuple, clinic_answers.entries(row.recent, names, zone, told))),
        contacts=tuple(patient_page.contact(each, names, zone) for each in tries),
        needs_second=say.needs_second(patient, next(iter(tries), None)),
        cards=tuple(key_cards.key_cards(patient, zone, now)),
        choices=_choices(clinic, now),
    )


def _names(patient: Patient) -> dict[UUID, str]:
    """Who stands behind an id: clinicians, and the helpers of this patient by their devices."""
    helpers = cards.helper_names(patient.clinic_id, [patient.id])
    return accounts.clinician_names(patient.clinic_id) | helpers


def _gathered(patient: Patient) -> tuple[Row, list[Flag]]:
    """The patient as the worklist knows them, with every revision; and the flags of before."""
    procedure = patients.current_procedure(patient)
    rows = courses.all_of(patient, procedure)
    of_patient = flags.of_patient(patient)
    still_open = [flag for flag in of_patient if flag.closed_at is None]
    row = Row(
        patient,
        procedure,
        flags=tuple(sorted(still_open, key=lambda f: worklist.URGENCIES.index(f.urgency))),
        findings=flags.findings_of(still_open),
        notes=tuple(each for each in rows if each.note and each.note_read_at is None),
        recent=tuple(rows),
    )
    return row, [flag for flag in of_patient if flag.closed_at is not None]


def _why(
    row: Row,
    names: Mapping[UUID, str],
    zone: str,
    today: date,
    acting: Sequence[PatientLimit],
) -> Iterable[OpenFlag]:
    return (patient_page.open_flag(flag, row, names, zone, today, acting) for flag in row.flags)


def _earlier(closed: Sequence[Flag], names: Mapping[UUID, str]) -> Iterable[ClosedFlag]:
    findings = flags.findings_of(closed)
    return (patient_page.closed_flag(flag, findings[flag.id], names) for flag in closed)


def _panels(course: Progress, row: Row, acting: Iterable[PatientLimit]) -> list[Panel]:
    start, marks = row.procedure.performed_on, defaultdict[str, list[Mark]](list)
    for flag in row.flags:
        for reason in flag_reasons(flag, row, course.date_of(course.today))[:1]:
            day = (flag.raised_on - start).days
            marks[flag.rule].append(Mark(day, "", is_flag=True, title=reason.sentence))
    target = next((each for each in acting if each.kind == "pain_target"), None)
    return standing.panels(course, marks, target)


def _course(row: Row, closed: Iterable[Flag], pathway: Pathway, today: date) -> Progress:
    """The course as the flags were judged: what closed one is no evidence any more."""
    mine = [flag for flag in closed if flag.procedure_id == row.procedure.id]
    closures = flags.for_triage(mine)[1]
    return progress.progress_of(row.patient, row.procedure, pathway, row.recent, today, closures)


def _next_tries(clinic: Clinic, now: datetime) -> Iterable[tuple[str, str]]:
    for instant in clinic_forms.next_tries(clinic.hours, now):
        yield instant.isoformat(timespec="minutes"), by_when(instant, now, clinic.zone)


def _choices(clinic: Clinic, now: datetime) -> dict[str, Choices]:
    """What can be chosen in the page's forms."""
    tables = {"states": words.STATES, "whom": words.WHOM, "holders": words.HOLDERS}
    said = {
        name: tuple((key, str(_(text))) for key, text in table.items())
        for name, table in tables.items()
    }
    return {**said, "next_tries": tuple(_next_tries(clinic, now))}


def check_in(
    patient: Patient, clinic: Clinic, typed: Form, problems: Iterable[Problem], now: datetime
) -> CheckInForm:
    """The daily questions as a nurse asks them."""
    procedure = patients.current_procedure(patient)
    pathway = pathways.pathway_for(clinic.id, procedure.pathway)
    setting = forms.Setting(patient, procedure, clinic, pathway, now)
    return forms.check_in(setting, typed, problems)


def told_now(checkin: CheckIn, clinic: Clinic) -> Told:
    """What the nurse reads out after a check-in by phone."""
    pathway = pathways.pathway_for(clinic.id, pathways.VERTEBROPLASTY)
    return patient_page.told_for(checkin, clinic, pathway)
