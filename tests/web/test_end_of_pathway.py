"""After the end every page says that nobody looks any more, and whom to ring; a sign is still advised and flagged."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from recovery.records import patients, states
from recovery.records.flags import Flag
from tests.people import MONDAY, a_device, a_patient, answers, check_in
from tests.web.desk import review_all, rows_of, see, send

DAY = timedelta(days=1)
NOBODY = "Nobody looks here any more. Ring +49 30 23125 100."
PAGES = ("/today", "/today?more=yes", "/progress", "/history", "/expect", "/reminders", "/phone")


@pytest.fixture
def old(sqlite_app, stage):
    """Ola, on day 91: the first after the last."""
    with sqlite_app.app_context():
        ola = a_patient(stage.dee, "Ola Old", 91)
        device, token, _code = a_device(stage.dee, ola)
        check_in(ola, device, answers(2), MONDAY - 2 * DAY)
    phone = sqlite_app.test_client()
    phone.set_cookie("device", token)
    return phone


@pytest.mark.parametrize("path", [*PAGES, "/hospital", "/sign-out"])
def test_on_the_day_after_the_last_every_page_says_so(sqlite_app, stage, old, path):
    assert NOBODY not in see(old, path)
    review_all(sqlite_app)
    assert NOBODY in see(old, path)


def test_the_phone_knows_it_without_a_line_too(sqlite_app, stage, old):
    review_all(sqlite_app)
    told = old.get("/me.json").json
    assert (told["state"], told["is_ended"], told["notices"]) == ("completed", True, [NOBODY])


def test_a_late_sign_is_advised_and_flagged_also_after_the_end(sqlite_app, stage, old):
    review_all(sqlite_app)
    day = (MONDAY - 3 * DAY).date().isoformat()
    posted = {
        "entry_id": str(uuid4()),
        "date": day,
        "given_at": f"{day}T09:00:00+01:00",
        "pain": "3",
        "mobility": "2",
        "answered_by": "patient",
        "warning_signs": "chest_pain_or_breathless",
    }
    answer = old.post("/today", data=posted, headers={"Sec-Fetch-Site": "same-origin"})
    page = see(old, answer.location)
    assert "Do you still have this now?" in page
    assert "Ring 112" in page
    review_all(sqlite_app)
    (flag,) = [each for each in rows_of(sqlite_app, Flag) if each.rule == "warning_sign"]
    assert flag.urgency == "emergency"
    assert NOBODY not in see(old, "/today"), "while a flag stands, somebody looks"


def test_with_an_open_flag_nothing_ends_and_no_day_of_the_end_is_said_to_come(
    sqlite_app, stage, old, desk
):
    with sqlite_app.app_context():
        ola = patients.find_by_record_number(stage.dee, rows_of_old(sqlite_app))
        check_in(ola, stage.dee, answers(3, ("wound",)), MONDAY)
    review_all(sqlite_app)
    page = see(old, "/today")
    assert NOBODY not in page
    assert "questions end" not in page
    assert "stays after Sun 1 Mar: close the open flags" in see(desk, "/clinic/cover")


def rows_of_old(app):
    (found,) = rows_of(app, patients.Patient, name="Ola Old")
    return found.record_number


@pytest.mark.parametrize("state", ["withdrawn", "completed"])
def test_the_state_of_today_is_that_of_the_next_page(sqlite_app, stage, desk, state):
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    assert 'name="pain"' in see(phone, "/today")
    send(desk, f"/clinic/patients/{stage.ana.id}/state", state=state)
    page = see(phone, "/today")
    assert NOBODY in page
    assert 'name="pain"' not in page


def test_an_ended_pause_is_followed_again_without_anybody(sqlite_app, stage, at):
    with sqlite_app.app_context():
        ana = patients.get(stage.device.key)
        states.change_state(stage.dee, ana, "paused", ana.today(MONDAY) + 2 * DAY, MONDAY)
    at(MONDAY + 2 * DAY)
    review_all(sqlite_app, MONDAY + 2 * DAY)
    (ana,) = rows_of(sqlite_app, patients.Patient, id=stage.ana.id)
    assert (ana.state, ana.paused_until) == ("active", None)
