"""What a patient reads and chooses on the page about reminders, in finished words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from flask_babel import gettext as _

from recovery.clinical.answers import Problem
from recovery.clinical.reading import Form
from recovery.records import reminders
from recovery.records.patients import Patient
from recovery.web.sheet import Sheet
from recovery.web.wording import by_when, wall_time

HOURS = (8, 9, 10, 12, 15, 18)  # few enough to choose from; each leaves time for a second reminder
NONE = "none"


@dataclass(frozen=True)
class Chosen:
    """What the form says: the time of the day, None for no reminders; and an e-mail address or nothing."""

    at: time | None
    email: str
    problems: tuple[Problem, ...]


def read(form: Form, patient: Patient) -> Chosen:
    """Read the posted form; only what the page offers can be chosen."""
    sheet = Sheet(form)
    offered = {_key(at): at for at in _times(patient)}
    key = sheet.choice("reminder_time", [*offered, NONE])
    if key is None:
        sheet.problem("reminder_time", "reminder_time_missing")
    return Chosen(offered.get(key or NONE), sheet.email("email"), tuple(sheet.problems))


def times(patient: Patient) -> Iterator[tuple[str, str]]:
    """The times that can be chosen, each with its words; "none" last."""
    for at in _times(patient):
        yield _key(at), _time_of_day(at)
    yield NONE, _("No reminders")


def chosen_time(patient: Patient) -> str:
    """Which of them stands now."""
    return NONE if patient.reminder_time is None else _key(patient.reminder_time)


def _times(patient: Patient) -> list[time]:
    """Ours, and one that somebody else has set for this patient."""
    return sorted({time(hour) for hour in HOURS} | {patient.reminder_time or time(HOURS[0])})


def _key(at: time) -> str:
    return at.isoformat("minutes")


def _time_of_day(at: time) -> str:
    shown = wall_time(at)
    if at < time(12):
        return _("Morning, %(time)s", time=shown)
    if at < time(13):
        return _("Midday, %(time)s", time=shown)
    if at < time(18):
        return _("Afternoon, %(time)s", time=shown)
    return _("Evening, %(time)s", time=shown)


def sentence(problem: Problem) -> str:
    """What to do about a box that could not be read."""
    sentences = {
        "email": _("Write the address like this: ana@example.org."),
        "reminder_time": _("Choose one of the times."),
    }
    return sentences[problem.field]


def later(patient: Patient, now: datetime) -> list[tuple[str, str]]:
    """What "remind me later" offers now, each with its words."""
    words = {
        "hour": _("In 1 hour"),
        "evening": _("This evening"),
        "tomorrow": _("Tomorrow"),
    }
    return [(when, words[when]) for when in reminders.offers(patient, now)]


def coming(patient: Patient, now: datetime) -> str:
    """When the next reminder comes; nothing if none does."""
    if patient.remind_at is None or patient.is_held:
        return ""
    when = by_when(max(patient.remind_at, now), now, patient.zone)
    return _("The next reminder: %(when)s.", when=when)


def other_way(way: tuple[str, str] | None) -> str:
    """What happens when no phone shows the reminder; way: channel and recipient."""
    if way is None:
        return _("Does your phone stay silent? Then nothing else reminds you.")
    channel, recipient = way
    if channel == "email":
        return _("Does your phone stay silent? We then write to %(email)s.", email=recipient)
    return _("Does your phone stay silent? We then text %(phone)s.", phone=recipient)
