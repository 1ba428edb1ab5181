"""A turn: whether one questionnaire is due for one patient, and keeping what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID, uuid4

from recovery.clinical.pathway import Pathway
from recovery.clinical.questionnaires import MONTHLY, WEEKLY, next_day
from recovery.clinical.reading import Form
from recovery.records import questionnaires
from recovery.records.accounts import Clinician
from recovery.records.devices import Device
from recovery.records.patients import Patient, Procedure
from recovery.records.questionnaires import Filled, KeptAlready, Questionnaire


@dataclass
class Turn:
    """One kind of questionnaire for one patient, as of now; what was answered is read once."""

    kind: str
    patient: Patient
    procedure: Procedure
    pathway: Pathway
    now: datetime

    @cached_property
    def rows(self) -> list[Questionnaire]:
        """Those answered since the procedure, oldest first."""
        return questionnaires.since(self.patient, self.procedure, self.kind)

    @property
    def due_on(self) -> date:
        """From which day it is asked (again)."""
        numbers, start = self.pathway.questionnaires, self.procedure.performed_on
        first, every = {
            WEEKLY: (numbers.weekly_from_day, numbers.weekly_every_days),
            MONTHLY: (numbers.monthly_from_day, numbers.monthly_every_days),
        }[self.kind]
        last = (self.rows[-1].day - start).days if self.rows else None
        return start + timedelta(days=next_day(last, first, every))

    @property
    def is_due(self) -> bool:
        """Nobody is asked who is in hospital, on a break or not followed any more."""
        return self.patient.state == "active" and self.due_on <= self.patient.today(self.now)

    @property
    def is_answered_today(self) -> bool:
        """Whether the last answer is of today."""
        return bool(self.rows) and self.rows[-1].day == self.patient.today(self.now)

    def keep(self, posted: Form, filled: Filled, source: Device | Clinician) -> bool:
        """Whether these answers stand: kept now, or the same ones before. The first of a turn stay."""
        entry_id = _entry_id(posted)
        if not self.is_due and all(row.entry_id != entry_id for row in self.rows):
            return False
        try:
            questionnaires.record(self.patient.key, entry_id, filled, source, self.now)
        except KeptAlready:
            return False
        return True


def _entry_id(posted: Form) -> UUID:
    try:
        return UUID(next(iter(posted.get("entry_id", ())), ""))
    except ValueError:  # a form without its id is still somebody's answers
        return uuid4()
