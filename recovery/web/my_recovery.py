"""My recovery: what has been answered, what to expect, and the patient's own answers to take away."""

from __future__ import annotations

import json
from datetime import date

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from recovery.records import cards, exports, throttle
from recovery.records.throttle import Slower
from recovery.web import expect, export, guards, history, paper, pdf
from recovery.web.patient_frame import page
from recovery.web.visit import Visit, visit_now

pages = Blueprint("my_recovery", __name__)
DOOR = "pdf"
HERE = "patient.how_it_goes"  # under which of the doors in the frame these pages stand


@pages.get("/history")
def answers() -> ResponseReturnValue:
    """Every day with its answers, some weeks at a time (?until=the page's last day)."""
    visit = visit_now()
    shown = history.page(visit, _asked_until(visit))
    return page("patient/history.html", visit, here=HERE, shown=shown)


def _asked_until(visit: Visit) -> date:
    """The last day of the page that is asked for; a day that is not there has no page."""
    first, last = history.bounds(visit)
    try:
        until = date.fromisoformat(request.args.get("until", last.isoformat()))
    except ValueError:
        abort(404)
    return until if first <= until <= last else abort(404)


@pages.get("/expect")
def what_to_expect() -> ResponseReturnValue:
    """The weeks after the procedure in plain words, with this clinic's numbers."""
    visit = visit_now()
    return page("patient/expect.html", visit, here=HERE, guide=expect.guide(visit))


@pages.get("/export")
def take_away() -> ResponseReturnValue:
    """The two ways of taking the answers along."""
    _only_the_patients()
    return _take_away("")


def _take_away(wait: str) -> str:
    return page("patient/take_away.html", visit_now(), here=HERE, wait=wait)


@pages.get("/export.json")
def file() -> ResponseReturnValue:
    """Everything that is the patient's own, for another program."""
    _only_the_patients()
    visit = visit_now()
    everything = export.everything(exports.own(visit.patient), visit)
    exports.note(guards.device(), "json", visit.now)
    text = json.dumps(everything, ensure_ascii=False, indent=2)
    return _download(text, "application/json", export.file_name(_today(visit), "json"))


@pages.get("/export.pdf")
def paper_pages() -> ResponseReturnValue:
    """The chart and the days, to print or to show."""
    _only_the_patients()
    visit, asking = visit_now(), str(guards.device().id)
    try:
        throttle.refuse_hurry(DOOR, asking, visit.now)
        # Each making counts, so that none can go on and on.
        throttle.count_failure(DOOR, asking, visit.now)
        made = pdf.pdf(paper.pages(visit), paper.PAGE)
    except Slower as slower:
        return _wait(slower.seconds, 429)
    except pdf.Busy:
        return _wait(round(pdf.WAIT_SECONDS), 503)
    exports.note(guards.device(), "pdf", visit.now)
    return _download(made, "application/pdf", export.file_name(_today(visit), "pdf"))


def _only_the_patients() -> None:
    """On a helper's phone there is no such page: the file names other people and their numbers."""
    if cards.holder_of(guards.device()).holder == "helper":
        abort(404)


def _wait(seconds: int, status: int) -> ResponseReturnValue:
    sentence = ngettext(
        "The pages cannot be made just now. Wait %(num)s second. Then try again.",
        "The pages cannot be made just now. Wait %(num)s seconds. Then try again.",
        seconds,
    )
    return _take_away(sentence), status, {"Retry-After": str(seconds)}


def _today(visit: Visit) -> date:
    return visit.patient.today(visit.now)


def _download(content: str | bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
