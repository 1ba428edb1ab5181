"""Numbers: whom a patient can ring at this moment, on every page and whatever else is broken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from flask_babel import gettext as _

from recovery.clinical.patient_words import ADVICE, NOTICES
from recovery.records import heartbeats
from recovery.records.accounts import Clinic
from recovery.web import wording


@dataclass(frozen=True)
class Numbers:
    """A clinic's numbers and hours as a patient needs them now. phone: the one that somebody answers now."""

    clinic: Clinic
    now: datetime
    is_open: bool
    is_behind: bool

    @property
    def emergency(self) -> str:
        """The number for emergencies where the clinic is."""
        return self.clinic.emergency_number

    @property
    def phone(self) -> str:
        """The clinic's own number while it is open, else that for the hours between."""
        return self.clinic.phone if self.is_open else self.clinic.out_of_hours_phone

    @property
    def hours(self) -> str:
        """When the clinic is open."""
        return wording.opening_hours(self.clinic.hours)

    @property
    def looks(self) -> tuple[str, str]:
        """Who reads answers: a computer all of them, a nurse those that it picks out, at these hours (safety 4)."""
        computer, nurse, _opening = ADVICE["how_read"]
        return wording.say(computer), wording.say(nurse, hours=self.hours)

    @property
    def next_opening(self) -> str:
        """When it opens next."""
        return wording.by_when(self.clinic.hours.next_opening(self.now), self.now, self.clinic.zone)

    @property
    def help(self) -> str:
        """The line that stands on every page."""
        return str(_(NOTICES["help"], emergency=self.emergency))

    @property
    def closed(self) -> str:
        """Whom to ring while the clinic is closed."""
        return str(_(NOTICES["closed"], phone=self.phone))

    @property
    def behind(self) -> str:
        """What stands on every page while our rounds are late (safety 30)."""
        return str(_(NOTICES["behind"], clinic_phone=self.phone))

    def rung_by(self, since: datetime, urgency: str, hour: int) -> datetime:
        """By when the clinic should have rung."""
        return self.clinic.hours.answer_by(since, urgency, time(hour))


def numbers_of(clinic: Clinic, now: datetime) -> Numbers:
    """The clinic's numbers at this moment."""
    return Numbers(clinic, now, clinic.hours.is_open(now), heartbeats.pulse(now).is_late)


def tel(number: str) -> str:
    """The link that rings a number as people write it. A marker stays; the phone's script fills it in."""
    return "tel:" + (number if number.startswith("{{") else re.sub(r"[^0-9+*#]", "", number))
