"""The patient's pages: today's questions, the answer to them, progress, the hospital button, signing out."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical.advice import Advice
from recovery.clinical.course import URGENT
from recovery.clinical.days import Given
from recovery.clinical.reading import Form
from recovery.records import cards, checkins, clock, devices, states
from recovery.records.checkins import CheckIn
from recovery.web import (
    chart,
    check_in,
    connected,
    forms,
    guards,
    milestones,
    phone,
    progress,
    shell,
)
from recovery.web import patient_presenters as say
from recovery.web.check_in import Received
from recovery.web.patient_frame import page as _page
from recovery.web.visit import Visit, numbers_on_every_page, visit_now
from recovery.web.wording import long_day

pages = Blueprint("patient", __name__)
pages.app_context_processor(numbers_on_every_page)


@pages.get("/")
def first() -> ResponseReturnValue:
    """The app opens on today."""
    return redirect(url_for("patient.today"))


@pages.get("/today")
def today() -> ResponseReturnValue:
    """The questions; what was answered once they are; a correction (?correct=ID or latest) or more (?more=yes)."""
    visit = visit_now()
    if "correct" in request.args:
        return _form(visit, _values_to_correct(visit, _to_correct(visit, request.args["correct"])))
    if "more" in request.args or not (visit.given_today or visit.is_ended):
        return _form(visit, {})
    return _page("patient/done.html", visit, **_done(visit))


@pages.post("/today")
def submit() -> ResponseReturnValue:
    """Receive answers; the errors come first, and the advice before them."""
    giver = guards.giver(request.form.get("access", ""))
    visit, posted = visit_now(), request.form.to_dict(flat=False)
    received = check_in.receive(posted, visit.patient, giver, visit.now)
    if guards.wants_json():
        return phone.stored(received)
    if received.problems or received.stored is None:
        return _form(visit, posted, received), 422
    return redirect(url_for("patient.answer", entry_id=received.stored.checkin.entry_id), 303)


@pages.get("/answer/<entry_id>")
def answer(entry_id: str) -> ResponseReturnValue:
    """What to do now, and how far the answers have come."""
    visit = visit_now()
    revisions = checkins.revisions_of(guards.device().key, guards.path_id(entry_id))
    if not revisions:
        abort(404)
    checkin = revisions[-1]
    advice = _advice_given(visit, checkin)
    told = say.action(advice, visit.numbers, visit.pathway, checkin)
    return _page(
        "patient/answer.html",
        visit,
        action=told,
        checkin=checkin,
        receipt=say.receipt(checkin, visit),
        on_the_list=say.list_notice(
            visit.flags, advice, checkin.received_at, visit.numbers, visit.pathway
        ),
        earlier=say.earlier_answers(revisions, told, visit.numbers, visit.pathway),
        helper=say.helper_notice(checkin, visit.patient, visit.numbers),
        given_by=connected.given_by(checkin, visit),
        can_be_corrected=_can_be_corrected(visit, checkin),
    )


@pages.get("/progress")
def how_it_goes() -> ResponseReturnValue:
    """The chart, the same as a table, and the same in plain words."""
    visit = visit_now()
    so_far = visit.progress
    sentences = progress.sentences(so_far)
    drawn = chart.draw(progress.picture(so_far, " ".join(sentences), progress.marks(so_far)))
    days = milestones.milestones(so_far, visit.clinic, visit.numbers.phone, is_ended=visit.is_ended)
    return _page(
        "patient/progress.html",
        visit,
        chart=drawn,
        key=progress.key(so_far),
        sentences=sentences,
        ahead=milestones.ahead(so_far, days),
        passed=milestones.passed(so_far, days),
        answers=progress.answer_rows(so_far),
        expected=progress.expected_rows(so_far),
        moving=progress.moving(),
    )


@pages.get("/hospital")
def ask_hospital() -> ResponseReturnValue:
    """Ask once more before the clinic is told; afterwards, say that it has been."""
    return _page("patient/hospital.html", visit_now())


@pages.post("/hospital")
def hospital() -> ResponseReturnValue:
    """Keep that the patient is in hospital; a nurse confirms it."""
    guards.refuse_other_access(request.form.get("access", ""))
    visit = visit_now()
    if visit.patient.state in ("active", "paused"):
        states.report_hospital(visit.patient, guards.device().actor, visit.now)
    # Not today's page: the phone opens that from what it has kept, which does not know it yet.
    return redirect(url_for("patient.ask_hospital"), 303)


@pages.get("/sign-out")
def ask_sign_out() -> ResponseReturnValue:
    """Ask once more: only the card brings this phone back."""
    return _page("patient/sign_out.html", visit_now())


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this phone's access."""
    guards.refuse_other_access(request.form.get("access", ""))
    device = guards.device()
    devices.end(device, device.actor, clock.now())
    page = ("", 204) if guards.wants_json() else redirect(url_for("cards.card", left="yes"), 303)
    return guards.forget_device(make_response(page))


def _form(visit: Visit, values: Form, received: Received | None = None) -> str:
    setting = forms.Setting(
        visit.patient,
        visit.procedure,
        visit.clinic,
        visit.pathway,
        visit.now,
        visit.progress.worse_from,
        cards.helper_of(guards.device()),
    )
    told = say.action(received.advice, visit.numbers, visit.pathway, None) if received else None
    is_correction = "correct" in request.args
    return _page(
        "patient/today.html",
        visit,
        form=forms.check_in(setting, values, received.problems if received else ()),
        action=told if told and told.is_urgent else None,
        today=long_day(visit.patient.today(visit.now)),
        is_kept=bool(received and received.stored),
        heading=_heading(visit),
        may_wait=not (is_correction or visit.patient.is_held or visit.given_today),
        **shell.for_scripts(),
    )


def _heading(visit: Visit) -> str:
    """What was tapped to come here; nothing for the usual questions of the day."""
    if "correct" in request.args:
        return _("Correct my answers")
    if "more" in request.args:
        return _("I have a warning sign") if visit.is_ended else _("Something has changed")
    return ""


def _done(visit: Visit) -> dict[str, object]:
    """What stands on today's page once today is answered."""
    given = visit.given_today
    told = [
        say.action(_advice_given(visit, row), visit.numbers, visit.pathway, row) for row in given
    ]
    urgent = [each for each in told if each.is_urgent]
    return {
        "given": [
            (row, say.entry_words(row, visit.patient.zone), connected.given_by(row, visit))
            for row in given
        ],
        "urgent": min(urgent, key=lambda each: URGENT.index(each.level), default=None),
        "on_the_list": say.list_notice(visit.flags, None, visit.now, visit.numbers, visit.pathway),
        "latest": given[-1].entry_id if given else None,
        **shell.for_scripts(),
    }


def _to_correct(visit: Visit, entry_id: str) -> CheckIn:
    """The check-in with this id; the phone, which may know no id, asks for today's latest."""
    if entry_id == "latest" and visit.given_today:
        return visit.given_today[-1]
    return _latest(guards.path_id(entry_id))


def _values_to_correct(visit: Visit, checkin: CheckIn) -> Form:
    """What was answered; who answers is asked anew when the phone is of another person than before."""
    helpers = cards.helper_names(visit.clinic.id, [visit.patient.id])
    gave = helpers.get(checkin.device_id, "") if checkin.device_id else ""
    values = forms.values_of(checkin)
    if gave != cards.helper_of(guards.device()):
        values.pop("answered_by", None)
    return values


def _latest(entry_id: UUID) -> CheckIn:
    revisions = checkins.revisions_of(guards.device().key, entry_id)
    return revisions[-1] if revisions else abort(404)


def _advice_given(visit: Visit, checkin: CheckIn) -> Advice:
    """What was said then, or what would be said now if the table has lost its key since."""
    for row in visit.pathway.advice:
        if row.key == checkin.advice_key:
            return Advice(row.key, row.level, row.whom, row.also)
    given = Given(checkin.day, checkin.given_at, checkin.claimed_at, checkin.is_late)
    return check_in.advise(checkin.answers, visit.patient, visit.procedure, given, visit.pathway)


def _can_be_corrected(visit: Visit, checkin: CheckIn) -> bool:
    ago = (visit.patient.today(visit.now) - checkin.day).days
    return ago <= visit.pathway.questions.back_fill_days
