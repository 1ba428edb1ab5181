"""The story of one patient: the course on its chart, the answers day by day, and everything that happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from recovery.clinical.pathway import Pathway
from recovery.records import accounts, cards, courses, flags, pathways, patients, worklist
from recovery.records.accounts import Clinic
from recovery.records.checkins import CheckIn
from recovery.records.flags import Flag
from recovery.records.past import Past
from recovery.records.patients import Patient
from recovery.records.worklist import Row
from recovery.web import clinic_answers, course_chart, patient_page, progress, timeline
from recovery.web import timeline_events as events
from recovery.web.clinic_answers import AnswerDay
from recovery.web.course_chart import CourseChart
from recovery.web.progress import Progress
from recovery.web.timeline import Event, ShownDay, Telling, Timeline
from recovery.web.worklist_rows import flag_reasons

LATELY = 8  # how many of the newest events stand on the patient page


def names(patient: Patient) -> dict[UUID, str]:
    """Who stands behind an id: clinicians, and the helpers of this patient by their devices."""
    helpers = cards.helper_names(patient.clinic_id, [patient.id])
    return accounts.clinician_names(patient.clinic_id) | helpers


def telling(patient: Patient, clinic: Clinic) -> Telling:
    """For whom it is told, and by whose names."""
    return Telling(patient, clinic, names(patient))


def row(past: Past) -> Row:
    """The patient as the worklist knows them, with every revision since the procedure."""
    procedure = patients.current_procedure(past.patient)
    rows = courses.all_of(past.patient, procedure)
    still_open = [flag for flag in past.flags if flag.closed_at is None]
    return Row(
        past.patient,
        procedure,
        flags=tuple(sorted(still_open, key=lambda f: worklist.URGENCIES.index(f.urgency))),
        findings={flag.id: past.findings[flag.id] for flag in still_open},
        moves=past.moves,
        notes=tuple(each for each in past.checkins if each.note and not each.note_read_at),
        recent=tuple(rows),
    )


@dataclass
class Story:
    """What is told from one patient's past, as of now. row: the patient as the worklist knows them."""

    past: Past
    telling: Telling
    row: Row
    pathway: Pathway
    now: datetime

    def chart(self, *, is_paper: bool = False) -> CourseChart:
        """The course on one axis of days."""
        acting = [each for each in self.past.limits if each.is_in_force(self.today)]
        setting = course_chart.Setting(
            course=self.course,
            clinic=self.telling.clinic,
            rows=self.row.recent,
            names=self.telling.names,
            events=self._marked,
            open_flags=tuple(self._open_flags()),
            acting=acting,
        )
        return course_chart.course_chart(setting, is_paper=is_paper)

    @cached_property
    def course(self) -> Progress:
        """The course as the flags were judged: what closed one is no evidence any more."""
        mine = [flag for flag in self.past.flags if flag.procedure_id == self.row.procedure.id]
        closures = flags.for_triage(mine)[1]
        patient, procedure = self.past.patient, self.row.procedure
        return progress.progress_of(
            patient, procedure, self.pathway, self.row.recent, self.today, closures
        )

    def _open_flags(self) -> Iterable[tuple[Flag, str]]:
        for flag in self.row.flags:
            for reason in flag_reasons(flag, self.row, self.today)[:1]:
                yield flag, reason.sentence

    def answers(self) -> list[AnswerDay]:
        """Every check-in since the procedure, day by day."""

        def facts(row: CheckIn) -> clinic_answers.Facts:
            zone = self.telling.clinic.zone
            return clinic_answers.facts(row, self.telling.names, zone, self._told)

        return clinic_answers.by_day(self.row.recent, self.today, facts)

    def lately(self) -> Iterable[ShownDay]:
        """The newest of everything that happened."""
        newest = timeline.newest_first(self._events(LATELY))[:LATELY]
        return timeline.by_day(newest, self.telling.clinic.zone)

    def timeline(self, kind: str, page: int) -> Timeline:
        """Everything that happened, or all of one kind, page by page."""
        return timeline.timeline(self._events(), self.telling.clinic.zone, kind, page)

    def _events(self, most: int = 0) -> list[Event]:
        return [*self._marked, *events.others(self.past, self.telling, self._told, most)]

    @cached_property
    def _marked(self) -> list[Event]:
        return events.marked(self.past, self.telling)

    def _told(self, row: CheckIn) -> str:
        return patient_page.told_for(row, self.telling.clinic, self.pathway).headline

    @property
    def today(self) -> date:
        """On the patient's calendar."""
        return self.past.patient.today(self.now)


def story_of(patient: Patient, clinic: Clinic, now: datetime) -> Story:
    """The story of one patient, from everything that is kept."""
    past = Past(patient)
    known = row(past)
    pathway = pathways.pathway_for(clinic.id, known.procedure.pathway)
    return Story(past, telling(patient, clinic), known, pathway, now)
