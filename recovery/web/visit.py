"""A visit: the connected patient who asks, and what the patient's pages are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import current_app, request
from sqlalchemy.exc import SQLAlchemyError

from recovery.clinical.pathway import Pathway
from recovery.records import clock, courses, flags, pathways, patients
from recovery.records.accounts import Clinic, clinic_of
from recovery.records.checkins import CheckIn
from recovery.records.database import db
from recovery.records.patients import Patient, Procedure
from recovery.web import guards, progress
from recovery.web.numbers import Numbers, numbers_of
from recovery.web.progress import Progress

ENDED = ("completed", "withdrawn", "deceased")


@dataclass
class Visit:
    """The patient who asks, and what their pages are made from; each part is read at most once."""

    patient: Patient
    clinic: Clinic
    now: datetime

    @cached_property
    def numbers(self) -> Numbers:
        """The numbers to ring now."""
        return numbers_of(self.clinic, self.now)

    @cached_property
    def procedure(self) -> Procedure:
        """What the patient recovers from."""
        return patients.current_procedure(self.patient)

    @cached_property
    def pathway(self) -> Pathway:
        """By which the patient is judged."""
        return pathways.pathway_for(self.patient.clinic_id, self.procedure.pathway)

    @cached_property
    def rows(self) -> list[CheckIn]:
        """Every revision of every check-in since the procedure."""
        return courses.all_of(self.patient, self.procedure)

    @cached_property
    def flags(self) -> list[flags.Flag]:
        """All flags of the patient."""
        return flags.of_patient(self.patient)

    @property
    def day_number(self) -> int:
        """Today, in days since the procedure."""
        return (self.patient.today(self.now) - self.procedure.performed_on).days

    @property
    def progress(self) -> Progress:
        """Where the patient stands, on the evidence that the clinic sees: what closed a flag is none any more."""
        mine = [flag for flag in self.flags if flag.procedure_id == self.procedure.id]
        return progress.progress_of(
            self.patient,
            self.procedure,
            self.pathway,
            self.rows,
            self.patient.today(self.now),
            flags.for_triage(mine)[1],
        )

    @property
    def given_today(self) -> list[CheckIn]:
        """Today's check-ins, each in its latest revision, in the order given: the phone may send them in another."""
        today = self.patient.today(self.now)
        latest = [row for row in courses.latest_of(self.rows) if row.day == today]
        return sorted(latest, key=lambda row: (row.given_at, row.received_at))

    @property
    def is_on_the_list(self) -> bool:
        """Whether a flag stands for the patient, so that somebody looks also after the end."""
        is_open = any(flag.closed_at is None for flag in self.flags)
        return is_open and self.patient.state != "deceased"

    @property
    def is_ended(self) -> bool:
        """Whether nobody looks any more."""
        return self.patient.state in ENDED


def visit_now() -> Visit:
    """The visit of the device that asks."""
    patient = guards.patient()
    return Visit(patient, clinic_of(patient.clinic_id), clock.now())


def numbers_on_every_page() -> dict[str, object]:
    """The numbers and the size of letters for any template, error pages too, so nothing here may fail."""
    if request.path.startswith("/clinic"):
        return {}
    try:
        device = guards.known_device()
        if device is None:
            return {"numbers": None}
        numbers = numbers_of(clinic_of(device.clinic_id), clock.now())
        return {"numbers": numbers, "text_size": device.text_size}
    except SQLAlchemyError:
        current_app.logger.exception("no numbers for this page")
        db.session.rollback()
        return {"numbers": None}
