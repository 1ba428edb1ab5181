"""What a patient reads and chooses on the page about reminders, in finished words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask_babel import gettext as _

from recovery.clinical.answers import Problem
from recovery.clinical.days import start_of
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet
from recovery.records import reminders
from recovery.records.patients import Patient
from recovery.web.visit import Visit
from recovery.web.wording import by_when, wall_time

HOURS = (8, 9, 10, 12, 15, 18)  # few enough to choose from; each leaves time for a second reminder
NONE = "none"


@dataclass(frozen=True)
class Chosen:
    """What the form says: the time of the day, None for no reminders; and an e-mail address or nothing."""

    at: time | None
    email: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Ways:
    """By which ways a reminder reaches a patient: the phone that asks, other phones, and channel with recipient."""

    here: bool
    elsewhere: bool
    other: tuple[str, str] | None

    @property
    def any(self) -> bool:
        """Whether one way reaches."""
        return self.here or self.elsewhere or self.other is not None


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


def stands(visit: Visit, ways: Ways) -> str:
    """How it stands: ended, held (in hospital, on a break), none wished, unreached, or coming."""
    patient = visit.patient
    if visit.is_ended:
        return "ended"
    if patient.is_held:
        return "held"
    if _next_at(visit) is None:
        return "none"
    return "coming" if ways.any else "unreached"


def standing(visit: Visit, ways: Ways) -> list[str]:
    """The same in words: when the next reminder comes and how, or why none does."""
    if visit.patient.state == "in_hospital":
        return [_("No reminders come while you are in hospital.")]
    said = {
        "ended": [_("Your daily questions have ended. We send no more reminders.")],
        "held": [_("No reminders come during your break.")],
        "none": [_("You chose no reminders. None will come.")],
        "unreached": [_("No reminder can reach you yet."), _("Choose one of these ways.")],
    }
    return said.get(stands(visit, ways)) or [_coming(visit), _how(ways)]


def _next_at(visit: Visit) -> datetime | None:
    """When the next reminder comes; whoever has answered today is not reminded today."""
    patient, now = visit.patient, visit.now
    at, today = patient.remind_at, patient.today(now)
    if at is None or not (visit.given_today and patient.today(at) <= today):
        return at
    return patient.next_reminder(start_of(today + timedelta(days=1), patient.zone))


def _coming(visit: Visit) -> str:
    at = max(_next_at(visit) or visit.now, visit.now)
    return _("The next reminder: %(when)s.", when=by_when(at, visit.now, visit.patient.zone))


def _how(ways: Ways) -> str:
    if ways.here:
        return _("It comes to this phone.")
    if ways.elsewhere:
        return _("It comes to another phone.")
    channel, recipient = ways.other or ("", "")
    if channel == "email":
        return _("It comes by e-mail to %(email)s.", email=recipient)
    return _("It comes as a text to %(phone)s.", phone=recipient)


def done(what: str, ways: Ways) -> str:
    """What the last press has done; nothing if that is not known, or does not hold."""
    sentences = {
        "choice": _("Your choice is saved."),
        "later": _("We remind you later."),
        "phone": _("Reminders reach this phone now.") if ways.here else "",
        "passed": _("That time has passed. Choose another one."),
    }
    return sentences.get(what, "")


def other_way(ways: Ways) -> str:
    """What happens when no phone shows the reminder, or what an address is for."""
    if not (ways.here or ways.elsewhere):
        return _("We write to you there when it is time.")
    if ways.other is None:
        return _("Does your phone stay silent? Then nothing else reminds you.")
    channel, recipient = ways.other
    if channel == "email":
        return _("Does your phone stay silent? We then write to %(email)s.", email=recipient)
    return _("Does your phone stay silent? We then text %(phone)s.", phone=recipient)
