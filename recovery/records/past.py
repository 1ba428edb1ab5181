"""The past: everything that is kept of what happened to one patient, as rows, for pages that tell it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from . import cards, contacts, devices, flags, life_cycle, limits, questionnaires
from .audit import AuditLine
from .cards import Card
from .checkins import CheckIn
from .contacts import Contact
from .database import db
from .devices import Device
from .flags import Flag, FlagFinding, FlagMove
from .limits import PatientLimit
from .messages import Message
from .patients import Patient, Procedure
from .questionnaires import Questionnaire

# What no table of its own keeps. These lines are shown; nothing is decided by them.
TOLD_BY_THE_AUDIT = (
    *("enrolled", "helper agreed to", "state changed", "says in hospital"),
    *("hospital asked after", "pause ended", "pathway completed", "procedure corrected"),
    *("transfer offered", "transfer accepted", "transfer declined", "transfer withdrawn"),
    "transferred here",
)


@dataclass
class Past:
    """One patient's past; each part is read at most once, with one query."""

    patient: Patient

    @cached_property
    def procedures(self) -> list[Procedure]:
        """Every procedure, oldest first."""
        return self._rows(Procedure, Procedure.performed_on, Procedure.id)

    @cached_property
    def checkins(self) -> list[CheckIn]:
        """Every revision of every check-in since the first procedure, in the order of arrival."""
        return self._rows(CheckIn, CheckIn.received_at, CheckIn.entry_id, CheckIn.revision)

    @cached_property
    def messages(self) -> list[Message]:
        """What was queued for or about the patient, oldest first."""
        return self._rows(Message, Message.queued_at, Message.id)

    def last_messages(self, most: int) -> list[Message]:
        """The newest of these alone, the newest first."""
        newest = self._mine(Message).order_by(Message.queued_at.desc(), Message.id.desc())
        return list(db.session.scalars(newest.limit(most)))

    @cached_property
    def questionnaires(self) -> list[Questionnaire]:
        """Every questionnaire, oldest first."""
        return questionnaires.of_patient(self.patient)

    @cached_property
    def flags(self) -> list[Flag]:
        """Every flag, newest first."""
        return flags.of_patient(self.patient)

    @cached_property
    def findings(self) -> dict[UUID, list[FlagFinding]]:
        """The findings of each flag."""
        return flags.findings_of(self.flags)

    @cached_property
    def moves(self) -> dict[UUID, list[FlagMove]]:
        """The moves in each flag's life, in order."""
        return life_cycle.moves_of(self.flags)

    @cached_property
    def contacts(self) -> list[Contact]:
        """Every try to reach the patient, newest first."""
        return contacts.contacts_of(self.patient)

    @cached_property
    def limits(self) -> list[PatientLimit]:
        """Every limit, newest first."""
        return limits.limits_of(self.patient)

    @cached_property
    def cards(self) -> list[Card]:
        """Every card, newest first."""
        return cards.cards_of(self.patient)

    @cached_property
    def devices(self) -> list[Device]:
        """Every phone, newest first."""
        return devices.of_patient(self.patient)

    @cached_property
    def told(self) -> list[AuditLine]:
        """Changes of the patient's state and the like, oldest first."""
        query = self._mine(AuditLine).where(AuditLine.action.in_(TOLD_BY_THE_AUDIT))
        return list(db.session.scalars(query.order_by(AuditLine.at, AuditLine.id)))

    def _rows(self, table: Any, *order: Any) -> list[Any]:
        return list(db.session.scalars(self._mine(table).order_by(*order)))

    def _mine(self, table: Any) -> sa.Select[Any]:
        return sa.select(table).where(
            table.clinic_id == self.patient.clinic_id, table.patient_id == self.patient.id
        )
