"""Reading what a clinician posts about a patient: a try to reach them, a closing, a state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from recovery.clinical.answers import Problem
from recovery.clinical.counted import Counted
from recovery.clinical.hours import Hours
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet
from recovery.records.states import StateRefused
from recovery.web.clinic_words import STATES, WHOM
from recovery.web.wording import long_day

N_ = str
NN_ = Counted
NEXT_TRY_MINUTES = (30, 60, 120, 240)
NEXT_TRY_AT_MOST = timedelta(days=14)
QUICK = {"visit": "visit_booked", "ambulance": "sent_to_hospital", "advice": "advice_given"}
REACHED = tuple(whom for whom in WHOM if whom != "nobody")
WORDS_MOST = 2000

PROBLEMS = {
    "whom_missing": N_("Choose whom you reached."),
    "next_try_missing": N_("Choose when to try again: nobody answered, so the flag stays open."),
    "next_try_unreadable": N_("Type the day and time of the next try."),
    "next_try_past": N_("Choose a time for the next try that lies ahead."),
    "next_try_far": N_("Choose a time for the next try within 14 days."),
    "unknown_state": N_("Choose one of the states."),
    "pause_end": N_("Give the day on which the pause ends, at the latest %(latest)s."),
    "state_missing": N_("Choose a state."),
    "advice_words_missing": N_("Write the words of the advice that you gave."),
    "no_outcome": N_("Choose an outcome for each reason."),
    "no_contact": N_("Say whom you reached, or write why the flag can be closed without it."),
    "already_closed": N_("This flag is closed already. Keep your words as a call, or drop them."),
    "flag_changed": N_("More came while you were writing. Look at the flag, then close it."),
    "holder_name_missing": N_("Type the name of the helper."),
    "helper_not_allowed": N_(
        "The patient has not agreed to a helper's access. Ask first, and tick it when they agree."
    ),
    "date_unreadable": N_("Type the date as day, month and year."),
    "choice_unknown": N_("Choose one of the answers shown."),
    "too_long": NN_(
        "Shorten this to %(most)s letter.", "Shorten this to %(most)s letters.", "most"
    ),
}


@dataclass(frozen=True)
class Try:
    """A try to reach a patient."""

    whom: str | None
    words: str
    next_try_at: datetime | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Closing:
    """How a flag is to be closed; whom is set when somebody was reached just now.

    shown_as: the flag as it stood on the page, so that nothing newer is closed unread (safety 6).
    """

    whom: str | None
    shown_as: str
    outcomes: Mapping[str, str]
    words: str
    problems: tuple[Problem, ...]


def next_tries(hours: Hours, now: datetime) -> list[datetime]:
    """The times that are offered for the next try: soon, or when the clinic opens again."""
    whole = now.replace(second=0, microsecond=0)
    return [*(whole + timedelta(minutes=m) for m in NEXT_TRY_MINUTES), hours.next_opening(now)]


def read_try(form: Form, now: datetime, zone: str) -> Try:
    """No answer needs the time of the next try (safety 2)."""
    sheet = Sheet(form)
    whom = sheet.choice("whom", WHOM, is_needed=True)
    words = sheet.text("words", WORDS_MOST)
    next_try_at = _next_try(sheet, now, zone) if whom == "nobody" else None
    return Try(whom, words, next_try_at, tuple(sheet.problems))


def _next_try(sheet: Sheet, now: datetime, zone: str) -> datetime | None:
    typed = sheet.typed("next_try_other") or sheet.typed("next_try")
    if not typed:
        sheet.problem("next_try", "next_try_missing")
        return None
    try:
        instant = datetime.fromisoformat(typed)
    except ValueError:
        sheet.problem("next_try", "next_try_unreadable")
        return None
    instant = instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(zone))
    if instant <= now:
        sheet.problem("next_try", "next_try_past")
    elif instant > now + NEXT_TRY_AT_MOST:
        sheet.problem("next_try", "next_try_far")
    return instant


def read_closing(form: Form, reasons: Collection[str], allowed: Collection[str]) -> Closing:
    """The outcome for each reason; a quick choice stands for all that were left."""
    sheet = Sheet(form)
    quick = sheet.choice("quick", QUICK)
    words = sheet.text("words", WORDS_MOST)
    if quick == "advice" and not words:
        sheet.problem("words", "advice_words_missing")
    outcomes = {}
    for reason in reasons:
        chosen = sheet.choice(f"outcome_{reason}", allowed) or (QUICK[quick] if quick else None)
        if chosen:
            outcomes[reason] = chosen
    whom, shown_as = sheet.choice("whom", REACHED), sheet.typed("shown")
    return Closing(whom, shown_as, outcomes, words, tuple(sheet.problems))


def read_state(form: Form) -> tuple[str | None, date | None, tuple[Problem, ...]]:
    """The state, and the last day of a pause."""
    sheet = Sheet(form)
    state = sheet.choice("state", STATES, is_needed=True)
    until = sheet.day("until") if state == "paused" else None
    return state, until, tuple(sheet.problems)


def refused_state(refusal: StateRefused) -> Problem:
    """Why a state could not be set, at the box where it can be mended."""
    days = {name: long_day(day) for name, day in refusal.values.items() if isinstance(day, date)}
    return Problem("until" if refusal.key == "pause_end" else "state", refusal.key, days)
