"""Reading what a clinician posts about a patient: a try to reach them, a closing, a snooze."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from recovery.clinical.answers import Problem
from recovery.clinical.counted import Counted
from recovery.clinical.hours import Hours
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet
from recovery.records.contacts import Tried
from recovery.records.moves import Closing, Snooze
from recovery.web.clinic_words import WHOM
from recovery.web.move_words import MEANWHILE

N_ = str
NN_ = Counted
NEXT_TRY_MINUTES = (30, 60, 120, 240)
NEXT_TRY_AT_MOST = timedelta(days=14)
QUICK = {"visit": "visit_booked", "ambulance": "sent_to_hospital", "advice": "advice_given"}
IN_VAIN = ("nobody", "message")
REACHED = tuple(whom for whom in WHOM if whom not in IN_VAIN)
USEFUL = {"yes": True, "no": False}
SNOOZE_HOURS = (1, 2, 4)
SNOOZE_OPENINGS = 3
WORDS_MOST = 2000

PROBLEMS = {
    **{f"meanwhile_{move}": said for move, said in MEANWHILE.items()},
    "whom_missing": N_("Choose whom you reached."),
    "next_try_missing": N_("Choose when to try again: nobody answered, so the flag stays open."),
    "next_try_unreadable": N_("Type the day and time of the next try."),
    "next_try_past": N_("Choose a time for the next try that lies ahead."),
    "next_try_far": N_("Choose a time for the next try within 14 days."),
    "unknown_state": N_("Choose one of the states."),
    "moved": N_("Another clinic follows this patient now. Nothing can be changed here."),
    "state_changed": N_(
        "%(at)s: %(who)s set the state to “%(state)s”. Look at it again, then decide."
    ),
    "deceased": N_("Tick that the record of the death is wrong, or leave the state as it is."),
    "pause_end": N_("Give the day on which the pause ends, at the latest %(latest)s."),
    "state_missing": N_("Choose a state."),
    "advice_words_missing": N_("Write the words of the advice that you gave."),
    "no_outcome": N_("Choose an outcome for each reason."),
    "no_contact": N_("Say whom you reached, or write why the flag can be closed without it."),
    "no_useful": N_("Say whether it was useful that this was flagged."),
    "no_reason": N_("Write why it can wait."),
    "until_missing": N_("Choose when it is to come back."),
    "until_unreadable": N_("Type the day and time at which it is to come back."),
    "snooze_never": N_("An emergency cannot be put off. Take it, or close it."),
    "snooze_past": N_("Choose a time that lies ahead."),
    "snooze_late": N_("This urgency can be put off until %(latest)s at the latest."),
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
    """A try to reach a patient, or what keeps it from being kept."""

    tried: Tried | None
    problems: tuple[Problem, ...]


def next_tries(hours: Hours, now: datetime) -> list[datetime]:
    """The times that are offered for the next try: soon, or when the clinic opens again."""
    whole = now.replace(second=0, microsecond=0)
    return [*(whole + timedelta(minutes=m) for m in NEXT_TRY_MINUTES), hours.next_opening(now)]


def read_try(form: Form, now: datetime, zone: str) -> Try:
    """No answer needs the time of the next try, also when a message was left (safety 2)."""
    sheet = Sheet(form)
    whom = sheet.choice("whom", WHOM, is_needed=True)
    words = sheet.text("words", WORDS_MOST)
    in_vain = whom in IN_VAIN
    next_try_at = _next_try(sheet, now, zone) if in_vain else None
    if sheet.problems or whom is None:
        return Try(None, tuple(sheet.problems))
    reached = "nobody" if in_vain else whom
    return Try(Tried(reached, words, next_try_at, left_message=whom == "message"), ())


def _next_try(sheet: Sheet, now: datetime, zone: str) -> datetime | None:
    instant = _instant(sheet, "next_try", zone)
    if instant is None:
        return None
    if instant <= now:
        sheet.problem("next_try", "next_try_past")
    elif instant > now + NEXT_TRY_AT_MOST:
        sheet.problem("next_try", "next_try_far")
    return instant


def _instant(sheet: Sheet, name: str, zone: str) -> datetime | None:
    """The time that was typed, or else the one that was chosen; on the clinic's clock unless it says another."""
    typed = sheet.typed(f"{name}_other") or sheet.typed(name)
    if not typed:
        sheet.problem(name, f"{name}_missing")
        return None
    try:
        instant = datetime.fromisoformat(typed)
        return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        sheet.problem(name, f"{name}_unreadable")
        return None


def snoozes(hours: Hours, latest: datetime, now: datetime) -> list[datetime]:
    """The times that are offered for a flag to come back: soon, at the next openings, and the latest allowed."""
    whole = now.replace(second=0, microsecond=0)
    offered = [whole + timedelta(hours=number) for number in SNOOZE_HOURS]
    opening = now
    for _ in range(SNOOZE_OPENINGS):
        opening = hours.next_opening(opening)
        offered.append(opening)
    return sorted({each for each in offered if each < latest} | {latest})


def read_snooze(form: Form, zone: str) -> tuple[Snooze | None, tuple[Problem, ...]]:
    """Until when one flag is put off, and why; how far it may be is decided where it is kept."""
    sheet = Sheet(form)
    because = sheet.text("because", WORDS_MOST)
    until = _instant(sheet, "until", zone)
    if not because:
        sheet.problem("because", "no_reason")
    if sheet.problems or until is None:
        return None, tuple(sheet.problems)
    return Snooze(until, because, sheet.typed("shown")), ()


def read_closing(
    form: Form, reasons: Collection[str], allowed: Collection[str]
) -> tuple[Closing, tuple[Problem, ...]]:
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
    whom, useful = sheet.choice("whom", REACHED), sheet.choice("useful", USEFUL)
    closing = Closing(
        outcomes,
        USEFUL.get(useful) if useful else None,
        words,
        sheet.typed("shown"),
        Tried(whom, words) if whom else None,
    )
    return closing, tuple(sheet.problems)
