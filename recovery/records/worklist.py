"""The worklist: one row for each patient whom a person must look at, worst first; and who saw it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from . import audit, checkins, flags, life_cycle, patients, reviews, states
from .accounts import Clinician
from .checkins import CheckIn
from .contacts import Contact
from .database import db, writing
from .flags import Flag, FlagFinding, FlagMove
from .patients import Patient, Procedure

URGENCIES = ("emergency", "today", "next_working_day", "routine")
RECENT_REVISIONS = 20
UNCHECKED_URGENCY = "today"
NOTE_URGENCY = HOSPITAL_URGENCY = "next_working_day"
OfPatient = TypeVar("OfPatient", Flag, CheckIn)


@dataclass(frozen=True)
class Row:
    """One patient with everything that the list says; recent is newest first."""

    patient: Patient
    procedure: Procedure
    flags: tuple[Flag, ...] = ()
    findings: Mapping[UUID, Sequence[FlagFinding]] = field(default_factory=dict)
    notes: tuple[CheckIn, ...] = ()
    recent: tuple[CheckIn, ...] = ()
    measured_on: date | None = None
    contact: Contact | None = None
    moves: Mapping[UUID, Sequence[FlagMove]] = field(default_factory=dict)

    @property
    def lasting(self) -> tuple[Flag, ...]:
        """The flags that are not put off."""
        return tuple(flag for flag in self.flags if flag.state != "snoozed")

    @property
    def is_resting(self) -> bool:
        """Whether nothing about this patient asks for anything before a day that somebody has set."""
        waits = self.notes or self.is_unchecked or self.patient.asks_after_hospital
        return not waits and not self.lasting

    @property
    def is_unchecked(self) -> bool:
        """Whether the rules could not read this patient's answers."""
        return self.patient.review_failures >= reviews.SHOWN_FROM_FAILURE

    @property
    def urgency(self) -> str:
        """The worst of everything that brings the patient here."""
        found = [flag.urgency for flag in self.lasting or self.flags]
        found += [UNCHECKED_URGENCY] if self.is_unchecked else []
        found += [NOTE_URGENCY] if self.notes else []
        found += [HOSPITAL_URGENCY] if self.patient.asks_after_hospital else []
        return min(found, key=URGENCIES.index, default="routine")

    @property
    def is_seen(self) -> bool:
        """Whether a person has seen all of it."""
        waits = self.notes or self.is_unchecked or self.patient.asks_after_hospital
        return not waits and all(flag.seen_at for flag in self.lasting)

    @property
    def has_news(self) -> bool:
        """Whether more came after somebody had looked."""
        return any(flag.has_news for flag in self.lasting)

    @property
    def waiting_since(self) -> datetime:
        """When the oldest of it came."""
        since = [flag.raised_at for flag in self.lasting] + [
            note.received_at for note in self.notes
        ]
        if self.is_unchecked and self.patient.review_failed_at:
            since.append(self.patient.review_failed_at)
        if self.patient.asks_after_hospital:
            since.append(self._hospital_since)
        return min(since, default=self.patient.state_since)

    @property
    def _hospital_since(self) -> datetime:
        """Since when somebody should ask: from the start, or since an answer or much time gave cause to ask again."""
        if self.patient.says_in_hospital:
            return self.patient.state_since
        answered = [row.received_at for row in self.recent]
        cause = [at for at in answered if at > self.patient.state_since]
        return min([*cause, states.ask_again_at(self.patient)])


def rows_for(clinician: Clinician) -> list[Row]:
    """The list of this clinician's clinic; the number of queries does not grow with it."""
    standing = _by_patient(flags.open_in(clinician.clinic_id))
    notes = _by_patient(checkins.unread_notes(clinician.clinic_id))
    failing = {patient.id for patient in reviews.could_not_be_checked(clinician.clinic_id)}
    in_hospital = {patient.id for patient in states.perhaps_in_hospital(clinician.clinic_id)}
    people = _people(clinician, {*standing, *notes, *failing, *in_hospital})
    of_all = [flag for of_one in standing.values() for flag in of_one]
    findings, made = flags.findings_of(of_all), life_cycle.moves_of(of_all)
    recent, measured = _recent(people), _measured(people)
    contacts = _last_contacts(people)
    rows = [
        Row(
            patient,
            procedure,
            flags=tuple(sorted(standing[patient.id], key=lambda f: URGENCIES.index(f.urgency))),
            findings={flag.id: findings[flag.id] for flag in standing[patient.id]},
            notes=tuple(notes[patient.id]),
            recent=tuple(recent[procedure.id]),
            measured_on=measured.get(procedure.id),
            contact=contacts.get(patient.id),
            moves={flag.id: made[flag.id] for flag in standing[patient.id]},
        )
        for patient, procedure in people
    ]
    return sorted(rows, key=_order)


def row_of(patient: Patient, rows: Iterable[Row]) -> Row | None:
    """The row of one patient; None if nothing brings them here."""
    return next((row for row in rows if row.patient.id == patient.id), None)


def _order(row: Row) -> tuple[bool, int, bool, datetime, str]:
    is_settled = row.is_seen and not row.has_news
    urgency = URGENCIES.index(row.urgency)
    return row.is_resting, urgency, is_settled, row.waiting_since, str(row.patient.id)


def _by_patient(rows: Iterable[OfPatient]) -> dict[UUID, list[OfPatient]]:
    grouped: dict[UUID, list[OfPatient]] = defaultdict(list)
    for row in rows:
        grouped[row.patient_id].append(row)
    return grouped


def _people(clinician: Clinician, ids: Collection[UUID]) -> list[tuple[Patient, Procedure]]:
    if not ids:
        return []
    query = with_procedure(patients.in_care_of(clinician).where(Patient.id.in_(ids)))
    return _pairs(query)


def with_procedure(query: sa.Select[Patient]) -> sa.Select[Patient, Procedure]:
    """The same patients, each with the procedure that they recover from now."""
    current = (
        (Procedure.clinic_id == Patient.clinic_id)
        & (Procedure.patient_id == Patient.id)
        & Procedure.ended_on.is_(None)
    )
    return query.join(Procedure, current).add_columns(Procedure)


def _pairs(query: sa.Select[Patient, Procedure]) -> list[tuple[Patient, Procedure]]:
    return [(patient, procedure) for patient, procedure in db.session.execute(query)]


def _since_procedures(people: Sequence[tuple[Patient, Procedure]]) -> sa.ColumnElement[bool]:
    """The check-ins of these people since their procedures, in the words of their index."""
    return sa.and_(
        CheckIn.clinic_id.in_({patient.clinic_id for patient, _procedure in people}),
        CheckIn.patient_id.in_([patient.id for patient, _procedure in people]),
        CheckIn.procedure_id.in_([procedure.id for _patient, procedure in people]),
    )


def _recent(people: Sequence[tuple[Patient, Procedure]]) -> dict[UUID, list[CheckIn]]:
    """The revisions that came last, by procedure, newest first."""
    place = sa.func.row_number().over(
        partition_by=CheckIn.procedure_id,
        order_by=(CheckIn.received_at.desc(), CheckIn.revision.desc()),
    )
    ranked = sa.select(CheckIn, place.label("place")).where(_since_procedures(people)).subquery()
    newest = aliased(CheckIn, ranked)
    query = sa.select(newest).where(ranked.c.place <= RECENT_REVISIONS).order_by(ranked.c.place)
    found: dict[UUID, list[CheckIn]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.procedure_id].append(row)
    return found


def _measured(people: Sequence[tuple[Patient, Procedure]]) -> dict[UUID, date]:
    """The last day with a temperature, by procedure."""
    query = (
        sa.select(CheckIn.procedure_id, sa.func.max(CheckIn.day).label("last"))
        .where(_since_procedures(people), CheckIn.temperature_c.is_not(None))
        .group_by(CheckIn.procedure_id)
    )
    return {row.procedure_id: row.last for row in db.session.execute(query)}


def _last_contacts(people: Sequence[tuple[Patient, Procedure]]) -> dict[UUID, Contact]:
    """The last try to reach each patient."""
    place = sa.func.row_number().over(
        partition_by=Contact.patient_id, order_by=(Contact.at.desc(), Contact.id)
    )
    ranked = (
        sa.select(Contact, place.label("place"))
        .where(
            Contact.clinic_id.in_({patient.clinic_id for patient, _procedure in people}),
            Contact.patient_id.in_([patient.id for patient, _procedure in people]),
        )
        .subquery()
    )
    latest = aliased(Contact, ranked)
    query = sa.select(latest).where(ranked.c.place == 1)
    return {contact.patient_id: contact for contact in db.session.scalars(query)}


def note_shown(clinician: Clinician, rows: Sequence[Row], now: datetime) -> None:
    """One line in the audit when the set of patients on this clinician's list changes."""
    shown = sorted(str(row.patient.id) for row in rows)
    digest = hashlib.sha256(",".join(shown).encode()).hexdigest()
    if clinician.shown_patients == digest:
        return
    with writing():
        clinician.shown_patients = digest
        actor = clinician.actor
        audit.note(clinician.clinic_id, actor, "worklist shown", now, patients=shown)


def note_opened(clinician: Clinician, patient: Patient, now: datetime) -> None:
    """One line in the audit for a patient's page that a clinician opened."""
    with writing():
        audit.note(patient.clinic_id, clinician.actor, "patient opened", now, patient.id)


def note_listed(clinician: Clinician, now: datetime) -> None:
    """One line in the audit for the list of everybody."""
    with writing():
        audit.note(clinician.clinic_id, clinician.actor, "patients listed", now)
