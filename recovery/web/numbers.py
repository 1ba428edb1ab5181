"""Numbers: whom a patient can ring at this moment, on every page and whatever else is broken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time

from flask import Flask
from flask_babel import gettext as _
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from recovery.clinical.patient_words import ADVICE, NOTICES
from recovery.records import heartbeats
from recovery.records.accounts import Clinic
from recovery.web import wording

LEAST_DIGITS = 3  # a shorter one could as well be a day or an hour
# Not a part of a longer number, such as 112 in 1123 or in 112.5.
WHOLE = r"(?a)(?<![\w+])(?<!\d\W)(%s)(?!\w)(?!\W\d)"
# The class keeps it on one line as long as it fits; with no-break spaces large letters would split its digits.
LINK = Markup('<a class="phone-number" href="{}" dir="ltr">{}</a>')
IN_A_LINK = Markup('<span class="phone-number" dir="ltr">{1}</span>')


def register(app: Flask) -> None:
    """Give templates `tel` for links, `unbroken` for the words of a link or button, `ring` for every other sentence."""
    app.jinja_env.filters.update(
        tel=tel,
        ring=pass_context(lambda context, told: ring(told, _known(context))),
        unbroken=pass_context(lambda context, words: unbroken(words, _known(context))),
    )


@dataclass(frozen=True)
class Numbers:
    """A clinic's numbers and hours as a patient needs them now. phone: the one that somebody answers now."""

    clinic: Clinic
    now: datetime
    is_open: bool
    is_behind: bool

    @property
    def known(self) -> tuple[str, ...]:
        """All that a sentence to patients may name."""
        clinic = self.clinic
        return (
            self.emergency,
            clinic.phone,
            clinic.out_of_hours_phone,
            clinic.lost_card_phone,
        )

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


def ring(sentence: str, numbers: Iterable[str]) -> Markup:
    """The sentence, escaped, in which each of these numbers is a link that rings it. Its counterpart is ring.js."""
    return Markup().join(_written(sentence, numbers, LINK))


def unbroken(words: str, numbers: Iterable[str]) -> Markup:
    """The same for the words of a link or button, in which no other link may stand."""
    return Markup("<span>{}</span>").format(Markup().join(_written(words, numbers, IN_A_LINK)))


def _written(sentence: str, numbers: Iterable[str], look: Markup) -> Iterator[str]:
    """The parts of a sentence in turn, its numbers with this look."""
    plain = sentence.unescape() if isinstance(sentence, Markup) else str(sentence)
    longest_first = sorted(filter(_is_long, numbers), key=len, reverse=True)
    either = "|".join(map(re.escape, longest_first))
    parts = re.split(WHOLE % either, plain) if either else [plain]
    for at, part in enumerate(parts):
        yield look.format(tel(part), part) if at % 2 else part


def _is_long(number: str) -> bool:
    return sum(map(str.isdigit, number)) >= LEAST_DIGITS


def _known(context: Context) -> tuple[str, ...]:
    """The numbers of the page's clinic. A page of the phone's scripts knows none: they come with what fills it in."""
    known: tuple[str, ...] = getattr(context.get("numbers"), "known", ())
    return known
