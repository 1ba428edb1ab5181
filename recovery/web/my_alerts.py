"""A clinician's own alerts: notices in this browser, and the digest of the day at the own address."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.records import clinician_subscriptions, clock, digests, push_keys
from recovery.records.clinician_subscriptions import ClinicianSubscription
from recovery.records.subscriptions import SubscriptionRefused
from recovery.web import clinic_frame, errors, guards, subscribing
from recovery.web.wording import moment

pages = Blueprint("my_alerts", __name__, url_prefix="/clinic")
# Open to anyone, as it knows nobody: browsers ask for a worker's script without any cookie.
worker_pages = Blueprint("clinic_worker", __name__, url_prefix="/clinic")


@worker_pages.get("/sw.js")
def worker() -> Response:
    """The worker that shows notices: it may serve /clinic/ alone, and answers no request for a page."""
    script = Path(current_app.static_folder or "", "sw", "notices.js")
    response = Response(script.read_text(encoding="utf-8"), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/my-alerts")
def show() -> ResponseReturnValue:
    """What reaches me, and how I change it."""
    clinician, zone = guards.clinician(), clinic_frame.own_clinic().zone
    browsers = clinician_subscriptions.of_clinician(clinician)
    return clinic_frame.page(
        "clinic/my_alerts.html",
        browsers=[(each.id, _standing(each, zone)) for each in browsers],
        push_key=push_keys.public_key(guards.settings().secret_key),
        done=request.args.get("done", ""),
    )


def _standing(browser: ClinicianSubscription, zone: str) -> str:
    if browser.dead_at is not None:
        return str(_("Not reached since %(when)s", when=moment(browser.dead_at, zone)))
    return str(_("Shows alerts since %(when)s", when=moment(browser.subscribed_at, zone)))


@pages.post("/my-alerts/digest")
def digest() -> ResponseReturnValue:
    """Whether I get the digest."""
    wants = request.form.get("digest") == "yes"
    digests.choose(guards.clinician(), wants=wants, now=clock.now())
    return _back()


@pages.post("/my-alerts/browsers/<browser_id>/end")
def end(browser_id: str) -> ResponseReturnValue:
    """One of my browsers shows no alerts any more."""
    found = guards.path_id(browser_id)
    clinician_subscriptions.end_by_id(guards.clinician(), found, clock.now())
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("my_alerts.show", done="yes", _anchor="done"), 303)


@pages.post("/my-alerts/browser")
def subscribe() -> ResponseReturnValue:
    """Keep where this browser is reached; is_dead: its push service has called this endpoint gone.

    mine: only if it shows my alerts already, so that nobody takes a shared browser over by looking at the page.
    """
    now, posted = clock.now(), _posted()
    try:
        address = subscribing.read(posted, guards.settings().push_services)
    except SubscriptionRefused:
        return errors.problem(422, _("This browser cannot be reached this way."))
    mine = {each.endpoint for each in clinician_subscriptions.of_clinician(guards.clinician())}
    if posted.get("mine") and address.endpoint not in mine:
        return "", 404
    kept = clinician_subscriptions.keep(guards.clinician(), address, now)
    return jsonify(is_dead=kept.dead_at is not None), 201 if kept.subscribed_at == now else 200


@pages.post("/my-alerts/browser/gone")
def unsubscribe() -> ResponseReturnValue:
    """This browser shows no alerts any more."""
    endpoint = str(_posted().get("endpoint") or "")
    clinician_subscriptions.end(guards.clinician(), endpoint, clock.now())
    return "", 204


def _posted() -> Mapping[str, Any]:
    posted = request.get_json(silent=True)
    return posted if isinstance(posted, dict) else {}
