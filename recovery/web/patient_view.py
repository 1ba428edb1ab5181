"""Gathering everything that the clinician's page about one patient shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from recovery.clinical.questionnaires import WEEKLY
from recovery.clinical.reading import Form
from recovery.records.accounts import Clinic
from recovery.records.patients import OVER, Patient
from recovery.web import (
    clinic_answers,
    clinic_forms,
    clinic_weekly,
    contact_log,
    guards,
    key_cards,
    limit_presenters,
    patient_facts,
    patient_page,
    state_form,
    story,
    worklist_rows,
)
from recovery.web import clinic_presenters as say
from recovery.web import clinic_words as words
from recovery.web.clinic_answers import AnswerDay, DayRow, Fact
from recovery.web.clinic_presenters import Phone
from recovery.web.clinic_weekly import ClinicsWeeks
from recovery.web.contact_log import ContactLine
from recovery.web.course_chart import CourseChart
from recovery.web.key_cards import KeyCard
from recovery.web.limit_presenters import ShownLimits
from recovery.web.patient_page import ClosedFlag, OpenFlag, Reader, Told
from recovery.web.timeline import ShownDay
from recovery.web.weekly_turn import Turn
from recovery.web.wording import by_when
from recovery.web.worklist_rows import Claim, Note

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
    claim: Claim
    is_unchecked: bool
    has_unseen: bool
    notes: tuple[Note, ...]
    told: Told | None
    read_out: Told | None
    week: tuple[DayRow, ...]
    course: CourseChart
    weeks: ClinicsWeeks
    earlier: tuple[ClosedFlag, ...]
    procedure: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    answers: tuple[AnswerDay, ...]
    contacts: tuple[ContactLine, ...]
    lately: tuple[ShownDay, ...]
    cards: tuple[KeyCard, ...]
    died: str
    choices: Mapping[str, Choices]

    @property
    def is_followed(self) -> bool:
        """Whether anybody looks at this patient's answers, so that limits mean something."""
        return self.patient.state not in OVER

    @property
    def hospital(self) -> str:
        """Why somebody should find out whether this patient is in hospital; empty if nobody need."""
        return say.hospital(self.patient) if self.patient.asks_after_hospital else ""

    @property
    def reads(self) -> tuple[str, ...]:
        """What is to be said of the languages that this patient and the helpers read."""
        return tuple(patient_facts.reads(self.patient))


def view(patient: Patient, clinic: Clinic, now: datetime, read: str = "") -> PatientView:
    """Everything about one patient, as of now; read: the check-in whose advice is to be read out."""
    told = story.story_of(patient, clinic, now)
    past, row, names, pathway = told.past, told.row, told.telling.names, told.pathway
    today, zone = patient.today(now), clinic.zone
    acting = [each for each in past.limits if each.is_in_force(today)]
    closed = [flag for flag in past.flags if flag.closed_at is not None]
    reader = Reader(names, clinic, now, today, acting, pathway.flags)
    return PatientView(
        patient=patient,
        person=say.person(patient, row.procedure, today),
        limit=say.limits(patient, zone),
        limits=limit_presenters.shown(past.limits, names, zone, today),
        phone=say.own_phone(patient),
        second=say.second_phone(patient),
        why=tuple(patient_page.open_flag(flag, row, reader) for flag in row.flags),
        claim=worklist_rows.claim(row, names, guards.clinician().id),
        is_unchecked=row.is_unchecked,
        has_unseen=any(flag.seen_at is None or flag.has_news for flag in row.flags),
        notes=tuple(patient_page.note(each, zone) for each in row.notes),
        told=patient_page.told(row, clinic, pathway),
        read_out=patient_page.read_out(past.checkins, read, clinic, pathway),
        week=tuple(clinic_answers.week(row.recent, row.procedure, today)),
        course=told.chart(),
        weeks=clinic_weekly.weeks(Turn(WEEKLY, patient, row.procedure, pathway, now), names),
        earlier=tuple(
            patient_page.closed_flag(each, past.findings[each.id], names) for each in closed
        ),
        procedure=tuple(patient_facts.procedure_facts(row.procedure, today)),
        facts=tuple(patient_facts.patient_facts(patient, zone)),
        answers=tuple(told.answers()),
        contacts=tuple(contact_log.contact_log(past.contacts, names, zone)),
        lately=tuple(told.lately()),
        needs_second=say.needs_second(patient, next(iter(past.contacts), None)),
        cards=tuple(key_cards.key_cards(patient, zone, now)),
        died=state_form.died(patient, told.telling),
        choices=_choices(clinic, now),
    )


def _next_tries(clinic: Clinic, now: datetime) -> Iterable[tuple[str, str]]:
    for instant in clinic_forms.next_tries(clinic.hours, now):
        yield instant.isoformat(timespec="minutes"), by_when(instant, now, clinic.zone)


def _choices(clinic: Clinic, now: datetime) -> dict[str, Choices]:
    """What can be chosen in the page's forms."""
    tables = {
        "states": words.STATES,
        "whom": words.WHOM,
        "holders": words.HOLDERS,
        "useful": words.USEFUL,
    }
    said = {
        name: tuple((key, str(_(text))) for key, text in table.items())
        for name, table in tables.items()
    }
    return {**said, "next_tries": tuple(_next_tries(clinic, now))}
