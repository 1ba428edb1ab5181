"""Your answers: every day since the procedure with what was answered on it, in the words of the questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.clinical import patient_words as words
from recovery.clinical.days import local_day
from recovery.records import accounts, cards, courses
from recovery.records.checkins import CheckIn
from recovery.records.patients import Patient
from recovery.web import wording
from recovery.web.svg import WORST_PAIN
from recovery.web.visit import Visit
from recovery.web.wording import capital, clock_time, full_day, long_day, short_day

PAGE_DAYS = 28
Fact = tuple[str, tuple[str, ...]]  # a label, and a line for each answer under it


@dataclass(frozen=True)
class Entry:
    """One check-in as it stands after its corrections. is_own: the patient answered alone."""

    entry_id: UUID
    title: str
    facts: tuple[Fact, ...]
    answered_by: str
    is_own: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Days:
    """One answered day, or a run of days without an answer (entries empty). short: the title of a table's row."""

    title: str
    short: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Page:
    """Some weeks, the newest day first; earlier, later: the last day of the next page each way, if there is one."""

    days: tuple[Days, ...]
    earlier: date | None
    later: date | None


@dataclass(frozen=True)
class People:
    """Who may have answered: the patient, the helpers by their phones, the clinic's people by their ids."""

    patient: Patient
    helpers: Mapping[UUID, str]
    clinicians: Mapping[UUID, str]


def page(visit: Visit, until: date) -> Page:
    """The weeks that end with that day."""
    first, last = bounds(visit)
    start = max(first, until - timedelta(days=PAGE_DAYS - 1))
    return Page(
        days=between(visit, start, until),
        earlier=start - timedelta(days=1) if start > first else None,
        later=min(last, until + timedelta(days=PAGE_DAYS)) if until < last else None,
    )


def bounds(visit: Visit) -> tuple[date, date]:
    """The day of the procedure, and today; after the end the last answered day: nobody asked for more."""
    first, answered = visit.procedure.performed_on, [row.day for row in visit.rows]
    today = first if visit.is_ended else visit.patient.today(visit.now)
    return first, max([today, *answered])


def between(visit: Visit, start: date, end: date) -> tuple[Days, ...]:
    """These days, both included, the newest first."""
    by_day: dict[date, list[CheckIn]] = defaultdict(list)
    for row in courses.latest_of(visit.rows):
        by_day[row.day].append(row)
    shown = [end - timedelta(days=ago) for ago in range((end - start).days + 1)]
    return tuple(_days(shown, by_day, _people(visit)))


def _people(visit: Visit) -> People:
    helpers = cards.helper_names(visit.clinic.id, [visit.patient.id])
    return People(visit.patient, helpers, accounts.clinician_names(visit.clinic.id))


def _days(
    shown: Iterable[date], by_day: Mapping[date, list[CheckIn]], people: People
) -> Iterator[Days]:
    for is_answered, run in groupby(shown, key=lambda day: day in by_day):
        if is_answered:
            yield from (_answered(day, by_day[day], people) for day in run)
        else:
            yield _silent(list(run))


def _answered(day: date, rows: Iterable[CheckIn], people: People) -> Days:
    newest = sorted(rows, key=lambda row: row.received_at, reverse=True)
    told = tuple(_entry(row, people) for row in newest)
    return Days(capital(long_day(day)), capital(short_day(day)), told)


def _silent(run: Sequence[date]) -> Days:
    first, last = full_day(run[-1]), full_day(run[0])
    title = _("%(day)s: no answers", day=first)
    if len(run) > 1:
        title = _("%(first)s to %(last)s: no answers", first=first, last=last)
    return Days(capital(title), capital(title))


def _entry(row: CheckIn, people: People) -> Entry:
    zone = people.patient.zone
    is_of_that_day = local_day(row.given_at, zone) == row.day
    title = clock_time(row.given_at, zone) if is_of_that_day else _("Filled in later")
    return Entry(
        entry_id=row.entry_id,
        title=title,
        facts=facts(row),
        answered_by=answered_by(row, people) or _("It was not said who answered."),
        is_own=row.answered_by == "patient" and _is_from_own_phone(row, people),
        remarks=tuple(_remarks(row, zone)),
    )


def _is_from_own_phone(row: CheckIn, people: People) -> bool:
    return row.device_id is not None and row.device_id not in people.helpers


def headings() -> tuple[str, ...]:
    """What every check-in was asked, in the order of its facts."""
    return _("Pain"), _("Moving"), _("Temperature"), _("New signs")


def facts(row: CheckIn) -> tuple[Fact, ...]:
    """What was answered, under its headings and the note, if there is one; what was left out says so."""
    unanswered = _("Not answered")
    pain = (
        unanswered
        if row.pain is None
        else _("%(value)s of %(most)s", value=row.pain, most=WORST_PAIN)
    )
    moved = unanswered if row.mobility is None else _(words.MOBILITY_WORDS[row.mobility])
    answered = ((pain, *about_pain(row)), (moved,), temperature(row), signs(row))
    note = [(_("Note"), (row.note,))] if row.note else []
    return (*zip(headings(), answered, strict=True), *note)


def about_pain(row: CheckIn) -> tuple[str, ...]:
    """Where the pain was and how it began, if that was asked."""
    place = words.PAIN_PLACE_WORDS.get(row.pain_place or "")
    onset = words.PAIN_ONSET_WORDS.get(row.pain_onset or "")
    fall = (
        {True: _("After a fall"), False: _("No fall")}.get(row.fall) if row.fall is not None else ""
    )
    return tuple(text for text in (place and _(place), onset and _(onset), fall) if text)


def temperature(row: CheckIn) -> tuple[str, ...]:
    """The reading in the unit in which it was typed, or what was said instead."""
    instead = words.TEMPERATURE_INSTEAD_WORDS.get(row.temperature_instead or "")
    if row.temperature_c is not None:
        said = wording.temperature(row.temperature_c, row.temperature_unit)
    else:
        said = _(instead) if instead else _("Not measured")
    return (said, _("With paracetamol")) if row.paracetamol else (said,)


def signs(row: CheckIn) -> tuple[str, ...]:
    """The ticked signs; "none" is an answer, a list that was left alone is not."""
    if row.warning_signs is None:
        return (_("Not answered"),)
    said = []
    for sign in row.warning_signs or ("none",):
        said.append(_(words.SIGN_WORDS[sign]))
        if sign == "leg_weakness" and row.leg_weakness in words.LEG_WORDS:
            said.append(_(words.LEG_WORDS[row.leg_weakness]))
    if row.wound_unseen:
        said.append(_(words.QUESTIONS["wound_unseen"]))
    return tuple(said)


def _remarks(row: CheckIn, zone: str) -> Iterator[str]:
    if row.is_late:
        yield _("Received on %(received)s.", received=long_day(local_day(row.received_at, zone)))
    if row.revision > 1:
        yield ngettext("Corrected once.", "Corrected %(num)s times.", row.revision - 1)


def answered_by(row: CheckIn, people: People) -> str:
    """Who answered, by name: whoever reads the page, "you" might be somebody else."""
    if row.clinician_id is not None:
        return str(_("%(nurse)s asked by phone.", nurse=people.clinicians[row.clinician_id]))
    name = people.patient.name.split()[0]
    helper = people.helpers.get(row.device_id) if row.device_id else None
    if helper:
        return _with_helper(row, name, helper)
    if row.answered_by == "with_help":
        return str(_("%(name)s answered, with help.", name=name))
    if row.answered_by == "for_patient":
        return str(_("Someone answered for %(name)s.", name=name))
    return str(_("%(name)s answered.", name=name)) if row.answered_by else ""


def _with_helper(row: CheckIn, name: str, helper: str) -> str:
    if row.answered_by == "for_patient":
        return str(_("%(helper)s answered for %(name)s.", name=name, helper=helper))
    if row.answered_by == "with_help":
        return str(_("%(name)s answered, with help from %(helper)s.", name=name, helper=helper))
    if row.answered_by == "patient":
        return str(_("%(name)s answered, on the phone of %(helper)s.", name=name, helper=helper))
    return str(_("From the phone of %(helper)s.", helper=helper))
