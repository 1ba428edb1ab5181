"""What is asked weekly and monthly: the list of lines, and whether somebody else answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical import patient_words as words
from recovery.clinical.answers import Problem
from recovery.clinical.questionnaires import ANSWERED_FOR, MONTHLY, WEEKLY, Items, read_weekly
from recovery.clinical.reading import Form
from recovery.records import cards
from recovery.records.questionnaires import Filled
from recovery.web import guards, weekly_course, weekly_form, weekly_items
from recovery.web.forms import Choice, answered_by
from recovery.web.patient_frame import page
from recovery.web.speech import here
from recovery.web.visit import Visit, visit_now
from recovery.web.weekly_course import PatientsWeeks
from recovery.web.weekly_form import WeeklyForm
from recovery.web.weekly_turn import Turn
from recovery.web.wording import long_day

pages = Blueprint("weekly", __name__)


@dataclass(frozen=True)
class MonthlyForm:
    """The monthly question, with one button for each answer."""

    entry_id: str
    question: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class AlsoAsked:
    """What is due besides the daily questions; monthly: None when it is not."""

    weekly: bool
    monthly: MonthlyForm | None


@pages.app_context_processor
def _for_templates() -> dict[str, object]:
    return {"also_asked": also_asked, "weekly_course": course}


def also_asked() -> AlsoAsked:
    """What the connected patient is asked besides, now."""
    visit = visit_now()
    is_weekly = _items(visit) is not None and _turn(visit, WEEKLY).is_due
    return AlsoAsked(is_weekly, _monthly_form() if _turn(visit, MONTHLY).is_due else None)


def course() -> PatientsWeeks | None:
    """The weekly lists so far of the connected patient."""
    visit = visit_now()
    return weekly_course.weeks(_turn(visit, WEEKLY))


@pages.get("/weekly")
def weekly() -> ResponseReturnValue:
    """The list, when it is on and due; otherwise a kind sentence."""
    visit = visit_now()
    items = _items(visit)
    if items is None or not _turn(visit, WEEKLY).is_due:
        return _rest(visit, WEEKLY)
    return page("patient/weekly.html", visit, form=_weekly_form(visit, items, {}))


@pages.post("/weekly")
def submit() -> ResponseReturnValue:
    """Keep the list, or ask again for what is missing."""
    guards.refuse_other_access(request.form.get("access", ""))
    visit, posted = visit_now(), request.form.to_dict(flat=False)
    items = _items(visit)
    if items is None:
        return _refused(visit)
    answers, problems = read_weekly(posted, items)
    if problems:
        form = _weekly_form(visit, items, posted, problems)
        return page("patient/weekly.html", visit, form=form), 422
    filled = weekly_form.filled(items, answers)
    if not _turn(visit, WEEKLY).keep(posted, filled, guards.device()):
        return _refused(visit)
    return redirect(url_for("weekly.weekly"), 303)


@pages.get("/answered-for")
def answered_for() -> ResponseReturnValue:
    """The monthly question, when it is due; otherwise a kind sentence."""
    visit = visit_now()
    if not _turn(visit, MONTHLY).is_due:
        return _rest(visit, MONTHLY)
    return page("patient/monthly.html", visit, monthly=_monthly_form())


@pages.post("/answered-for")
def say_answered_for() -> ResponseReturnValue:
    """Keep whether somebody else answered; a button that is not ours asks again."""
    guards.refuse_other_access(request.form.get("access", ""))
    visit, posted = visit_now(), request.form.to_dict(flat=False)
    said = request.form.get("said", "")
    if said not in ANSWERED_FOR:
        return page("patient/monthly.html", visit, monthly=_monthly_form()), 422
    filled = Filled(MONTHLY, ANSWERED_FOR[said])
    if not _turn(visit, MONTHLY).keep(posted, filled, guards.device()):
        return _refused(visit)
    return redirect(url_for("weekly.answered_for"), 303)


def _turn(visit: Visit, kind: str) -> Turn:
    return Turn(kind, visit.patient, visit.procedure, visit.pathway, visit.now)


def _items(visit: Visit) -> Items | None:
    """The list in the language of the page; None when it is off."""
    return weekly_items.items_or_none(here().language, visit.pathway)


def _weekly_form(
    visit: Visit, items: Items, values: Form, problems: Iterable[Problem] = ()
) -> WeeklyForm:
    """On a helper's phone it asks by name who answers."""
    form = weekly_form.weekly(items, here().language, values, problems)
    by = answered_by(values, visit.patient.name, cards.helper_of(guards.device()))
    return replace(form, answered_by=by)


def _monthly_form() -> MonthlyForm:
    question = _("Did someone answer for you this month?")
    if cards.helper_of(guards.device()):
        name = guards.patient().name.split()[0]
        question = _("Did someone answer for %(name)s this month?", name=name)
    choices = tuple(Choice(key, _(text), False) for key, text in words.ANSWERED_FOR_WORDS.items())
    return MonthlyForm(str(uuid4()), question, choices)


def _rest(visit: Visit, kind: str) -> str:
    """Nothing is to be answered now; just after an answer, thanks for it and nothing more (safety 4)."""
    turn = _turn(visit, kind)
    headline = _("Nothing more to answer now")
    if turn.is_answered_today:
        headline = _(words.ADVICE["saved"][0])
    sentences = tuple(_rest_words(visit, turn))
    return page("patient/weekly_rest.html", visit, headline=headline, sentences=sentences)


def _rest_words(visit: Visit, turn: Turn) -> Iterator[str]:
    if turn.is_answered_today:
        yield str(_("Nobody rings you because of these answers."))
    last = visit.procedure.performed_on + timedelta(days=visit.pathway.milestones.pathway_days)
    is_asked_again = visit.patient.today(visit.now) < turn.due_on <= last
    if is_asked_again and (turn.kind == MONTHLY or _items(visit)):
        yield str(_("The next time is %(day)s.", day=long_day(turn.due_on)))
    yield str(_(words.DO_NOT_WAIT, phone=visit.numbers.phone))


def _refused(visit: Visit) -> ResponseReturnValue:
    sentences = (
        str(_("We have your earlier answers, or these questions are closed.")),
        str(_(words.DO_NOT_WAIT, phone=visit.numbers.phone)),
    )
    headline = _("These answers were not kept")
    return page("patient/weekly_rest.html", visit, headline=headline, sentences=sentences), 409
