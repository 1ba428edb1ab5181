"""The page on which a clinic names who covers each open day, and reads whom to ring and who ends soon."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical.days import local_day
from recovery.records import by_phone, clock, covers, endings, pathways, worklist
from recovery.records.accounts import Clinic
from recovery.records.covers import NobodyOfOurs
from recovery.records.endings import Ending
from recovery.records.patients import Patient, Procedure
from recovery.web import clinic_frame, guards
from recovery.web import clinic_presenters as say
from recovery.web import cover_presenters as shown
from recovery.web.clinic_presenters import Phone
from recovery.web.patient_view import Again
from recovery.web.wording import full_day, in_a_row, short_day

pages = Blueprint("cover", __name__, url_prefix="/clinic/cover")
FORM = "cover"
WEEK = timedelta(weeks=1)
Chosen = dict[date, UUID | None]


@dataclass(frozen=True)
class Line:
    """One patient with what is said of them beside their name."""

    patient_id: UUID
    name: str
    person: str
    aside: str
    phone: Phone


@pages.get("")
def show() -> ResponseReturnValue:
    """The next weeks, whom to ring today, and who ends soon."""
    return _page(())


@pages.post("")
def keep() -> ResponseReturnValue:
    """Keep who covers which day; if asked to, fill the empty days as the week before."""
    clinic, now = clinic_frame.own_clinic(), clock.now()
    days = shown.shown_days(clinic, local_day(now, clinic.zone))
    try:
        wanted, seen = _chosen(days, shown.box_of), _chosen(days, shown.was_of)
        wanted = _filled(clinic, wanted) if request.form.get("fill") else wanted
        taken = covers.name(guards.clinician(), wanted, seen, now)
    except NobodyOfOurs:
        return _page([(shown.box_of(days[0]), _("Choose one of the people shown."))])
    if taken:
        return _page(list(_taken(clinic, taken)))
    return redirect(url_for("cover.show"), 303)


def _chosen(days: Sequence[date], box: Callable[[date], str]) -> Chosen:
    """Who stands in these boxes; a name that is no id is nobody of ours."""
    return {day: _person(request.form.get(box(day), "")) for day in days}


def _person(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NobodyOfOurs from None


def _filled(clinic: Clinic, wanted: Chosen) -> Chosen:
    """The empty days as the week before, which may itself be one that was just filled."""
    before = covers.covering(clinic.id, [day - WEEK for day in wanted])
    filled: Chosen = {day: person.id for day, person in before.items()}
    for day in sorted(wanted):
        filled[day] = wanted[day] or filled.get(day - WEEK)
    return {day: filled[day] for day in wanted}


def _taken(clinic: Clinic, days: Sequence[date]) -> Iterator[tuple[str, str]]:
    """What a colleague has changed meanwhile."""
    standing = covers.covering(clinic.id, days)
    for day in days:
        name = standing[day].name if day in standing else _("nobody")
        said = _(
            "%(day)s: meanwhile changed to %(name)s. Choose again.", day=full_day(day), name=name
        )
        yield shown.box_of(day), said


def _page(problems: Sequence[tuple[str, str]]) -> ResponseReturnValue:
    clinic, now = clinic_frame.own_clinic(), clock.now()
    days = shown.shown_days(clinic, local_day(now, clinic.zone))
    weeks = shown.weeks(days, covers.covering(clinic.id, days))
    kept = {day.box: [day.person] for week in weeks for day in week.days}
    typed = request.form.to_dict(flat=False) if problems else kept
    pathway = pathways.pathway_for(clinic.id, pathways.VERTEBROPLASTY)
    worklist.note_listed(guards.clinician(), now)
    return clinic_frame.page(
        "clinic/cover.html",
        422 if problems else 200,
        again=Again(FORM, typed, tuple(problems)),
        weeks=weeks,
        people=[(str(each.id), each.name) for each in covers.people(clinic.id)],
        to_ring=[_line(*each, now) for each in by_phone.to_ring(clinic.id, pathway, now)],
        ending=[_ending(each, now) for each in endings.soon(guards.clinician(), pathway, now)],
    )


def _line(patient: Patient, procedure: Procedure, now: datetime, aside: str = "") -> Line:
    person = say.person(patient, procedure, patient.today(now))
    return Line(patient.id, patient.name, person, aside, say.own_phone(patient))


def _ending(ending: Ending, now: datetime) -> Line:
    """Until when somebody is asked; who should have ended stays for an open flag, or for the state."""
    patient, day = ending.patient, short_day(ending.last_day)
    aside = _("until %(day)s", day=day)
    if patient.today(now) > ending.last_day:
        aside = _("stays after %(day)s: close the open flags", day=day)
    if patient.is_held:
        held = say.limits(patient, clinic_frame.own_clinic().zone)
        aside = in_a_row((_("until %(day)s", day=day), held))
    return _line(patient, ending.procedure, now, aside)
