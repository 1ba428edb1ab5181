"""The patient's pages: today's questions, the answer to them, progress, the hospital button, signing out."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical.advice import Advice
from recovery.clinical.course import URGENT
from recovery.clinical.days import Given
from recovery.clinical.reading import Form
from recovery.records import cards, checkins, clock, devices, states
from recovery.records.checkins import CheckIn
from recovery.web import chart, check_in, forms, guards, progress
from recovery.web import patient_presenters as say
from recovery.web.check_in import Received
from recovery.web.numbers import tel
from recovery.web.visit import Visit, numbers_on_every_page, visit_now
from recovery.web.wording import long_day

pages = Blueprint("patient", __name__)
pages.add_app_template_filter(tel)
pages.app_context_processor(numbers_on_every_page)


@pages.errorhandler(guards.WrongAccess)
def _wrong_access(_error: guards.WrongAccess) -> ResponseReturnValue:
    sentence = _(
        "This phone now answers for somebody else. Nothing was stored. Open the page again."
    )
    return render_template("error.html", status=401, sentence=sentence, is_clinic=False), 401


@pages.get("/")
def first() -> ResponseReturnValue:
    """The app opens on today."""
    return redirect(url_for("patient.today"))


@pages.get("/today")
def today() -> ResponseReturnValue:
    """The questions; what was answered once they are; a correction (?correct=ID) or more (?more=yes)."""
    visit = visit_now()
    if "correct" in request.args:
        return _form(visit, forms.values_of(_latest(guards.path_id(request.args["correct"]))))
    if "more" in request.args or not (visit.given_today or visit.is_ended):
        return _form(visit, {})
    return _page("patient/done.html", visit, **_done(visit))


@pages.post("/today")
def submit() -> ResponseReturnValue:
    """Receive answers; the errors come first, and the advice before them."""
    guards.refuse_other_access(request.form.get("access", ""))
    visit, posted = visit_now(), request.form.to_dict(flat=False)
    received = check_in.receive(posted, visit.patient, guards.device(), visit.now)
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
        receipt=say.receipt(checkin, visit.patient, visit.numbers, visit.flags),
        on_the_list=say.list_notice(
            visit.flags, advice, checkin.received_at, visit.numbers, visit.pathway
        ),
        earlier=say.earlier_answers(revisions, told, visit.numbers, visit.pathway),
        helper=say.helper_notice(checkin, visit.patient, visit.numbers),
        can_be_corrected=_can_be_corrected(visit, checkin),
    )


@pages.get("/progress")
def how_it_goes() -> ResponseReturnValue:
    """The chart, the same as a table, and the same in plain words."""
    visit = visit_now()
    so_far = visit.progress
    sentences = progress.sentences(so_far)
    drawn = chart.draw(progress.picture(so_far, " ".join(sentences), progress.marks(so_far)))
    return _page(
        "patient/progress.html",
        visit,
        chart=drawn,
        key=progress.key(so_far),
        sentences=sentences,
        milestones=progress.milestones(so_far, visit.clinic.phone),
        answers=progress.answer_rows(so_far),
        expected=progress.expected_rows(so_far),
        moving=progress.moving(),
    )


@pages.get("/hospital")
def ask_hospital() -> ResponseReturnValue:
    """Ask once more before the clinic is told."""
    return _page("patient/hospital.html", visit_now())


@pages.post("/hospital")
def hospital() -> ResponseReturnValue:
    """Keep that the patient is in hospital; a nurse confirms it."""
    guards.refuse_other_access(request.form.get("access", ""))
    visit = visit_now()
    if visit.patient.state in ("active", "paused"):
        states.report_hospital(visit.patient, guards.device().actor, visit.now)
    return redirect(url_for("patient.today"), 303)


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
    return guards.forget_device(make_response(redirect(url_for("cards.card"), 303)))


def _form(visit: Visit, values: Form, received: Received | None = None) -> str:
    setting = forms.Setting(
        visit.patient,
        visit.procedure,
        visit.clinic,
        visit.pathway,
        visit.now,
        visit.progress.worse_from,
    )
    told = say.action(received.advice, visit.numbers, visit.pathway, None) if received else None
    return _page(
        "patient/today.html",
        visit,
        form=forms.check_in(setting, values, received.problems if received else ()),
        action=told if told and told.is_urgent else None,
        today=long_day(visit.patient.today(visit.now)),
        is_kept=bool(received and received.stored),
        is_correction="correct" in request.args,
    )


def _done(visit: Visit) -> dict[str, object]:
    """What stands on today's page once today is answered."""
    given = visit.given_today
    told = [
        say.action(_advice_given(visit, row), visit.numbers, visit.pathway, row) for row in given
    ]
    urgent = [each for each in told if each.is_urgent]
    return {
        "given": [(row, say.entry_words(row, visit.patient.zone)) for row in given],
        "urgent": min(urgent, key=lambda each: URGENT.index(each.level), default=None),
        "on_the_list": say.list_notice(visit.flags, None, visit.now, visit.numbers, visit.pathway),
        "looks": say.who_looks(visit.patient, visit.numbers),
        "latest": given[-1] if given else None,
    }


def _page(template: str, visit: Visit, **parts: object) -> str:
    holder = cards.holder_of(guards.device())
    return render_template(
        template,
        patient=visit.patient,
        first_name=visit.patient.name.split()[0],
        helper_name=holder.holder_name if holder.holder != "patient" else "",
        access=guards.device().access,
        clinic=visit.clinic,
        is_ended=visit.is_ended,
        notices=say.state_notices(visit.patient, visit.procedure, visit.numbers, visit.pathway),
        **parts,
    )


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
