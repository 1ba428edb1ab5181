"""One's own alerts: browsers that show them, the digest, and nobody else's."""

from __future__ import annotations

from uuid import uuid4

import pytest

from recovery.records import clinician_subscriptions, push_keys
from recovery.records.accounts import Clinician
from recovery.records.audit import AuditLine
from recovery.records.clinician_subscriptions import ClinicianSubscription
from recovery.records.database import db
from tests.people import MONDAY
from tests.push_service import Browser
from tests.web.desk import SAME, desk_of, rows_of, see, send

PAGE = "/clinic/my-alerts"
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


def subscription(endpoint=ENDPOINT):
    return Browser().subscription(endpoint)


def post(desk, what="", **posted):
    return desk.post(f"{PAGE}/browser{what}", json=posted, headers=SAME)


def kept(app):
    return rows_of(app, ClinicianSubscription)


def test_a_browser_is_kept_once_for_whoever_is_signed_in(desk, sqlite_app, stage):
    told = subscription()
    assert post(desk, **told).status_code == 201
    assert post(desk, **told).json == {"is_dead": False}
    (browser,) = kept(sqlite_app)
    assert (browser.clinician_id, browser.endpoint) == (stage.dee.id, ENDPOINT)
    assert len(rows_of(sqlite_app, AuditLine, action="browser subscribed")) == 1
    assert "Shows alerts since Mon 2 Mar, 10:00" in see(desk, PAGE)


def test_looking_at_the_page_on_a_shared_computer_takes_no_alerts_away(desk, sqlite_app, stage):
    told = subscription()
    post(desk, **told)
    lia = desk_of(sqlite_app, stage.lia)
    assert post(lia, **told, mine=True).status_code == 404
    assert [each.clinician_id for each in kept(sqlite_app)] == [stage.dee.id]
    assert post(desk, **told, mine=True).json == {"is_dead": False}
    assert post(lia, **told, mine=False).status_code == 201
    assert [each.clinician_id for each in kept(sqlite_app)] == [stage.lia.id]


def test_a_browser_that_its_push_service_has_forgotten_is_told_so(desk, sqlite_app, stage):
    told = subscription()
    post(desk, **told)
    with sqlite_app.app_context():
        (browser,) = db.session.scalars(db.select(ClinicianSubscription))
        clinician_subscriptions.mark_dead(browser, "gone (410)", MONDAY)
    assert post(desk, **told).json == {"is_dead": True}
    assert "Not reached since Mon 2 Mar, 10:00" in see(desk, PAGE)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"endpoint": ENDPOINT},
        {"endpoint": "https://evil.example/x", "keys": {"p256dh": "x", "auth": "y"}},
        {"endpoint": ENDPOINT, "keys": {"p256dh": "x", "auth": "y"}},
    ],
)
def test_what_no_browser_would_send_is_refused(desk, sqlite_app, told):
    answer = post(desk, **told)
    assert (answer.status_code, answer.json["detail"]) == (
        422,
        "This browser cannot be reached this way.",
    )
    assert kept(sqlite_app) == []


def test_a_browser_is_ended_by_itself_or_from_the_list_and_never_somebody_elses(
    desk, sqlite_app, stage
):
    post(desk, **subscription())
    (browser,) = kept(sqlite_app)
    others = desk_of(sqlite_app, stage.eli)
    assert post(others, "/gone", endpoint=ENDPOINT).status_code == 204
    send(others, f"{PAGE}/browsers/{browser.id}/end", 404)
    assert len(kept(sqlite_app)) == 1
    assert post(desk, "/gone", endpoint=ENDPOINT).status_code == 204
    assert kept(sqlite_app) == []
    assert post(desk, "/gone").status_code == 204
    post(desk, **subscription())
    (browser,) = kept(sqlite_app)
    send(desk, f"{PAGE}/browsers/{browser.id}/end")
    assert kept(sqlite_app) == []
    send(desk, f"{PAGE}/browsers/{uuid4()}/end", 404)
    send(desk, f"{PAGE}/browsers/nonsense/end", 404)


def test_the_digest_is_ones_own_to_choose(desk, sqlite_app, stage):
    def wants():
        (dee,) = rows_of(sqlite_app, Clinician, id=stage.dee.id)
        return dee.wants_digest

    assert not wants()
    send(desk, f"{PAGE}/digest", digest="yes")
    assert wants()
    assert "E-mail to me: dee@hill.example" in see(desk, PAGE)
    send(desk, f"{PAGE}/digest")
    assert not wants()
    assert len(rows_of(sqlite_app, AuditLine, action="digest chosen")) == 2


def test_the_worker_shows_notices_for_the_clinics_pages_and_answers_no_request(
    desk, sqlite_app, stage
):
    with sqlite_app.test_client().get("/clinic/sw.js") as answer:
        assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
        assert "Service-Worker-Allowed" not in answer.headers
        assert "showNotification" in answer.text
        assert '"fetch"' not in answer.text
    with desk.get("/sw.js") as patients:
        assert "my_alerts.js" not in patients.text
    assert push_keys.public_key("x" * 32) in desk.get(PAGE).text


def test_nobody_else_comes_in(sqlite_app, stage):
    nobody = sqlite_app.test_client()
    assert nobody.get(PAGE).status_code == 302
    assert post(nobody, **subscription()).status_code == 401
    patient = sqlite_app.test_client()
    patient.set_cookie("device", stage.token)
    assert post(patient, **subscription()).status_code == 401
    assert kept(sqlite_app) == []
