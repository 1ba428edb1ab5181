"""What the app on the phone hears by script: whose it is, what became of its post, and how far an entry has come."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from recovery.records import cards, courses, devices, limits, moves, patients
from recovery.records.database import db
from recovery.rounds import review
from tests.people import CARD_KEY, MONDAY, a_device, a_patient, answers, check_in

SCRIPT = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
USUAL = {"pain": "3", "mobility": "4", "warning_signs": "none", "answered_by": "patient"}
PROBLEM = "application/problem+json"


@pytest.fixture
def phone(sqlite_app, stage):
    return phone_with(sqlite_app, stage.token)


def phone_with(app, token):
    phone = app.test_client()
    phone.set_cookie("device", token)
    return phone


def send(phone, **fields):
    return phone.post("/today", data={**USUAL, **fields}, headers=SCRIPT)


def kept(app, person):
    with app.app_context():
        return courses.all_of(person, patients.current_procedure(person))


def device_of(app, stage):
    with app.app_context():
        return db.session.get_one(devices.Device, (stage.device.clinic_id, stage.device.id))


def connect_again(app, stage, name="Ana Ruiz", holder="patient"):
    """The card used again, as after a lost cookie: the phone's new key, the earlier device ended."""
    with app.app_context():
        code = cards.issue(stage.dee, stage.ana, name, CARD_KEY, MONDAY, holder)
        device, token = cards.connect(code, CARD_KEY, "phone", MONDAY)
        earlier = devices.find(stage.token)
        devices.end(earlier, earlier.actor, MONDAY)
        return device, token


def test_the_app_hears_whose_it_is_and_all_that_it_needs_without_a_line(phone, stage):
    me = phone.get("/me.json").json
    assert (me["person"], me["access"]) == (str(stage.ana.id), str(stage.device.access))
    assert (me["name"], me["first_name"], me["helper_name"]) == ("Ana Ruiz", "Ana", "")
    assert (me["language"], me["zone"], me["text_size"]) == ("en", "Europe/Berlin", "usual")
    assert (me["procedure_date"], me["state"], me["is_ended"]) == ("2026-02-20", "active", False)
    assert me["questions"]["pain_max"] == 10
    assert me["worse_from"] <= 10
    assert (me["fever_limits"], me["answered_days"], me["is_behind"]) == ([], [], False)
    assert datetime.fromisoformat(me["server_time"]) == MONDAY


def test_the_app_knows_for_thirty_days_when_the_clinic_is_open(phone):
    clinic = phone.get("/me.json").json["clinic"]
    assert (clinic["name"], clinic["emergency"]) == ("Hill Clinic", "112")
    assert clinic["hours"].startswith("Monday to Friday")
    assert clinic["open"][0] == ["2026-03-02T07:00:00+00:00", "2026-03-02T15:00:00+00:00"]
    # In summer time Berlin opens an hour earlier.
    assert clinic["open"][-1] == ["2026-04-01T06:00:00+00:00", "2026-04-01T14:00:00+00:00"]


def test_the_days_already_answered_and_the_own_fever_limit_go_along(phone, stage, sqlite_app):
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(), MONDAY)
        check_in(stage.ana, stage.device, answers(), MONDAY - timedelta(days=3))
        cool = limits.Wanted("fever_limit", date(2026, 3, 2), "Runs cool.", 37.5)
        limits.set_limit(stage.dee, stage.ana, cool, MONDAY)
    me = phone.get("/me.json").json
    assert me["answered_days"] == ["2026-02-27", "2026-03-02"]
    (own,) = me["fever_limits"]
    assert (own["first_day"], own["number"]) == ("2026-03-02", 37.5)


def test_the_lowest_temperature_that_is_urgent_by_itself_goes_along_for_want_of_the_table(phone):
    table = phone.get("/advice.json").json["table"]
    alone = [
        row for row in table if row["level"] in ("emergency", "today") and "pain_from" not in row
    ]
    lowest = min(row["temperature_from"] for row in alone if "temperature_from" in row)
    assert phone.get("/me.json").json["urgent_temperature"] == lowest


def test_a_helper_is_named(sqlite_app, stage):
    _device, token = connect_again(sqlite_app, stage, "Eva Ruiz", "helper")
    assert phone_with(sqlite_app, token).get("/me.json").json["helper_name"] == "Eva Ruiz"


def tell(phone, stage, **told):
    return phone.get("/me.json", query_string={"access": stage.device.access, **told})


def test_asking_tells_the_clinic_what_it_should_know_of_the_phone(phone, stage, sqlite_app):
    since = "2026-02-28T10:00:00.000Z"
    tell(phone, stage, version="abc", installed="yes", unsent_since=since)
    device = device_of(sqlite_app, stage)
    assert (device.opened_at, device.app_version, device.is_installed) == (MONDAY, "abc", True)
    assert device.unsent_since == datetime(2026, 2, 28, 10, tzinfo=UTC)
    phone.get("/me.json?version=abc")
    device = device_of(sqlite_app, stage)
    assert (device.unsent_since, device.is_installed) == (None, True)


def test_a_wrong_clock_does_not_make_answers_wait_since_tomorrow(phone, stage, sqlite_app):
    tell(phone, stage, unsent_since="2026-03-09T10:00:00Z")
    assert device_of(sqlite_app, stage).unsent_since == MONDAY
    tell(phone, stage, unsent_since="yesterday")
    assert device_of(sqlite_app, stage).unsent_since is None


def test_what_waits_for_another_card_is_not_told_of_this_one(phone, stage, sqlite_app):
    tell(phone, stage, access=str(uuid4()), unsent_since="2026-02-28T10:00:00Z")
    assert device_of(sqlite_app, stage).unsent_since is None


def test_without_a_card_a_script_is_told_so_and_never_led_elsewhere(sqlite_app, stage):
    nobody = sqlite_app.test_client()
    for answer in (nobody.get("/me.json"), nobody.get(f"/answer/{uuid4()}.json"), send(nobody)):
        assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
        assert (answer.json["status"], answer.json["title"]) == (401, "Unauthorized")
        assert "card" in answer.json["detail"]


def test_new_answers_are_created_and_the_same_again_is_the_same(phone, stage, sqlite_app):
    entry = str(uuid4())
    first, again = send(phone, entry_id=entry), send(phone, entry_id=entry)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == {
        "entry_id": entry,
        "revision": 1,
        "day": "2026-03-02",
        "received_at": MONDAY.isoformat(),
        "is_repeat": False,
        "url": f"/answer/{entry}",
    }
    assert again.json == {**first.json, "is_repeat": True}
    assert len(kept(sqlite_app, stage.ana)) == 1


def test_other_answers_under_the_same_id_are_a_revision(phone):
    entry = str(uuid4())
    send(phone, entry_id=entry)
    corrected = send(phone, entry_id=entry, pain="5")
    assert (corrected.status_code, corrected.json["revision"]) == (201, 2)


def test_what_cannot_be_read_is_a_problem_for_each_field(phone, stage, sqlite_app):
    answer = send(phone, pain="11", temperature="380")
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)
    fields = {problem["field"]: problem["sentence"] for problem in answer.json["problems"]}
    assert set(fields) == {"pain", "temperature"}
    assert "0 to 10" in fields["pain"]
    assert "entry_id" not in answer.json
    assert kept(sqlite_app, stage.ana) == []


def test_a_sign_beside_a_problem_is_kept_and_the_app_hears_so(phone, stage, sqlite_app):
    entry = str(uuid4())
    answer = send(phone, entry_id=entry, temperature="380", warning_signs="confusion")
    assert (answer.status_code, answer.json["entry_id"]) == (422, entry)
    assert kept(sqlite_app, stage.ana)[0].warning_signs == ["confusion"]


def test_answers_that_waited_while_the_card_was_used_again_reach_their_patient(stage, sqlite_app):
    device, token = connect_again(sqlite_app, stage)
    answer = send(phone_with(sqlite_app, token), access=str(stage.device.access))
    assert answer.status_code == 201
    (row,) = kept(sqlite_app, stage.ana)
    assert row.device_id == stage.device.id != device.id


def test_answers_of_another_patient_are_refused_and_nothing_is_stored(phone, stage, sqlite_app):
    with sqlite_app.app_context():
        bo = a_patient(stage.dee, "Bo Lind")
        others, _token, _code = a_device(stage.dee, bo)
    answer = send(phone, access=str(others.access))
    assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
    assert "Nothing was stored." in answer.json["detail"]
    assert kept(sqlite_app, stage.ana) == kept(sqlite_app, bo) == []


def test_an_earlier_device_answers_but_ends_nothing(stage, sqlite_app):
    _device, token = connect_again(sqlite_app, stage)
    phone = phone_with(sqlite_app, token)
    old = {"access": str(stage.device.access)}
    assert phone.post("/sign-out", data=old, headers=SCRIPT).status_code == 401
    assert phone.get("/me.json").status_code == 200


def test_signing_out_by_script_leads_nowhere_and_ends_the_access(phone):
    answer = phone.post("/sign-out", headers=SCRIPT)
    assert (answer.status_code, answer.text) == (204, "")
    assert phone.get("/me.json").status_code == 401


def test_the_receipt_goes_from_received_to_read_to_opened(phone, stage, sqlite_app):
    url = send(phone, temperature="38.6").json["url"] + ".json"
    receipt = phone.get(url).json
    assert "At the clinic at" in receipt["lines"][0]
    assert (receipt["is_read"], receipt["is_opened"]) == (False, False)
    with sqlite_app.app_context():
        review.review_due(MONDAY)
    assert phone.get(url).json["is_read"]
    with sqlite_app.app_context():
        moves.see(stage.dee, stage.ana, MONDAY)
    assert phone.get(url).json["is_opened"]


def test_the_receipt_of_another_patient_is_not_found(phone, stage, sqlite_app):
    with sqlite_app.app_context():
        bo = a_patient(stage.dee, "Bo Lind")
        stored = check_in(bo, a_device(stage.dee, bo)[0], answers(), MONDAY)
    answer = phone.get(f"/answer/{stored.checkin.entry_id}.json")
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
