"""The page about reminders, the phone's subscription, "remind me later", and what the clinic sees of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from uuid import uuid4

import pytest

from recovery.records import patients, push_keys, reminders, sending, states, subscriptions
from recovery.records.database import db, writing
from recovery.records.devices import Device
from recovery.records.patients import Patient
from recovery.records.subscriptions import Subscription
from recovery.rounds.reminders import remind_due
from tests.conftest import settings_for
from tests.people import MONDAY, a_device, a_patient, answers, check_in
from tests.push_service import Browser
from tests.web.desk import rows_of, see, send

SAME = {"Sec-Fetch-Site": "same-origin"}
SCRIPT = {**SAME, "Accept": "application/json"}
ENDPOINT = "https://fcm.googleapis.com/fcm/send/ana"


@pytest.fixture
def phone(sqlite_app, stage):
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    return phone


@pytest.fixture
def app(sqlite_app):
    return sqlite_app


def page(phone, path="/reminders"):
    answer = phone.get(path)
    assert answer.status_code == 200
    return " ".join(unescape(answer.text).split())


def ana(app):
    return rows_of(app, Patient, name="Ana Ruiz")[0]


def choose(phone, **fields):
    return phone.post("/reminders", data=fields, headers=SAME)


def subscribe(phone, endpoint=ENDPOINT, **more):
    told = {**Browser().subscription(endpoint), **more}
    return phone.post("/push", json=told, headers=SCRIPT)


def kept(app):
    return rows_of(app, Subscription)


def put_into(app, stage, state, until=None):
    with app.app_context():
        states.change_state(stage.dee, patients.get(stage.device.key), state, until, MONDAY)


def test_the_page_offers_a_few_times_and_none_and_shows_what_stands(phone):
    subscribe(phone)
    shown = page(phone)
    for said in ("Morning, 10:00", "Evening, 18:00", "No reminders"):
        assert said in shown
    assert 'value="10:00" id="field-reminder_time-3" checked' in shown
    assert "The next reminder: 10:00 today. It comes to this phone." in shown


def test_a_choice_is_kept_and_said(phone, app):
    answer = choose(phone, reminder_time="18:00", email="ana@example.org")
    assert (answer.status_code, answer.location) == (303, "/reminders?done=choice#done")
    shown = page(phone, answer.location)
    assert "<title> Your choice is saved. Reminders </title>" in shown
    assert "The next reminder: 18:00 today. It comes by e-mail to ana@example.org." in shown
    subscribe(phone)
    assert "Does your phone stay silent? We then write to ana@example.org." in page(phone)
    assert (ana(app).reminder_time, ana(app).email) == (time(18), "ana@example.org")


def test_none_at_all_can_be_chosen(phone, app):
    subscribe(phone)
    answer = choose(phone, reminder_time="none")
    assert (ana(app).reminder_time, ana(app).remind_at) == (None, None)
    shown = page(phone, answer.location)
    assert "Your choice is saved." in shown
    assert "You chose no reminders. None will come." in shown
    assert "The next reminder" not in shown
    assert "Reminders can reach this phone." in shown
    assert "Reminders reach this phone." not in shown
    assert "Remind me later" in shown  # once, without the daily ones
    assert "10:00 tomorrow." in page(phone, choose(phone, reminder_time="10:00").location)


def test_who_chose_none_and_is_reached_by_none_can_choose_again(phone):
    shown = page(phone, choose(phone, reminder_time="none").location)
    assert "You chose no reminders. None will come." in shown
    assert "When should we remind you?" in shown
    assert "Remind me later" not in shown


def test_where_nothing_reaches_the_page_says_so_and_offers_ways_and_no_hours(phone, app):
    shown = page(phone)
    assert "No reminder can reach you yet. Choose one of these ways." in shown
    for offer in ("Allow reminders on this phone", "By e-mail", 'href="tel:+493023125100"'):
        assert offer in shown
    for hours in ("When should we remind you?", "The next reminder", "In 1 hour", "Tomorrow"):
        assert hours not in shown
    fields = {"reminder_time": "10:00", "email": "ana@example.org"}  # as the page posts them
    assert 'name="reminder_time" value="10:00"' in shown
    after = page(phone, choose(phone, **fields).location)
    assert "It comes by e-mail to ana@example.org." in after
    for hours in ("When should we remind you?", "In 1 hour"):
        assert hours in after


def test_an_hour_asked_for_where_nothing_reaches_is_no_promise(phone):
    answer = phone.post("/later", data={"when": "hour"}, headers=SAME)
    assert "No reminder can reach you yet." in page(phone, answer.location)


def test_reminders_come_to_another_phone_or_as_a_text(phone, app, stage, monkeypatch):
    settings = replace(app.extensions["settings"], sms_url="json://localhost/{phone}")
    monkeypatch.setitem(app.extensions, "settings", settings)
    with app.app_context(), writing() as session:
        session.get_one(Patient, (stage.ana.clinic_id, stage.ana.id)).contact_way = "text"
    assert "It comes as a text to +49 30 23125 200." in page(phone)
    with app.app_context():
        _device, token, _code = a_device(stage.dee, stage.ana)
    other = app.test_client()
    other.set_cookie("device", token)
    subscribe(other)
    assert "It comes to another phone." in page(phone)
    assert "It comes to this phone." in page(other)


def test_that_this_phone_was_let_in_is_said_only_if_it_was(phone):
    said = "Reminders reach this phone now."
    assert said not in page(phone, "/reminders?done=phone")
    subscribe(phone)
    assert said in page(phone, "/reminders?done=phone")


def test_who_has_answered_reads_of_the_next_days_reminder(phone, app, stage):
    subscribe(phone)
    with app.app_context():
        check_in(stage.ana, stage.device, answers(), MONDAY - timedelta(hours=1))
    assert "The next reminder: 10:00 tomorrow." in page(phone)


@pytest.mark.parametrize(
    ("state", "until", "said"),
    [
        ("paused", date(2026, 3, 5), "No reminders come during your break."),
        ("in_hospital", None, "No reminders come while you are in hospital."),
    ],
)
def test_who_is_not_reminded_now_reads_why(phone, app, stage, state, until, said):
    subscribe(phone)
    put_into(app, stage, state, until)
    shown = page(phone)
    assert said in shown
    assert "The next reminder" not in shown
    assert "In 1 hour" not in shown


def test_a_time_that_the_clinic_has_set_is_among_the_choices(phone, app, stage):
    with app.app_context(), writing() as session:
        session.get_one(Patient, (stage.ana.clinic_id, stage.ana.id)).reminder_time = time(11, 30)
    subscribe(phone)
    assert "Morning, 11:30" in page(phone)
    assert choose(phone, reminder_time="11:30").status_code == 303


@pytest.mark.parametrize("email", ["ana", "ana@home", "ana@x.org\nBcc: b@x.org", "a b@x.org", "@"])
def test_an_address_that_cannot_be_one_is_said_and_nothing_is_kept(phone, app, email):
    answer = choose(phone, reminder_time="08:00", email=email)
    assert answer.status_code == 422
    assert "Write the address like this" in unescape(answer.text)
    assert 'value="08:00"' in answer.text
    assert (ana(app).reminder_time, ana(app).email) == (time(10), "")


@pytest.mark.parametrize("chosen", ["", "23:00", "nonsense"])
def test_a_time_that_is_not_offered_is_refused(phone, app, chosen):
    answer = choose(phone, reminder_time=chosen)
    assert answer.status_code == 422
    assert "Choose one of the times." in unescape(answer.text)
    assert ana(app).reminder_time == time(10)


def test_without_another_way_the_page_says_that_nothing_else_reminds(phone):
    subscribe(phone)
    assert "Then nothing else reminds you." in page(phone)


def test_a_phone_learns_the_key_with_which_it_subscribes(phone):
    assert phone.get("/push-key.json").json == {"key": push_keys.public_key("x" * 32)}


def test_a_subscription_is_kept_for_the_phone_and_a_repeat_changes_nothing(phone, app, stage):
    told = Browser().subscription(ENDPOINT)
    first = phone.post("/push", json=told, headers=SCRIPT)
    again = phone.post("/push", json=told, headers=SCRIPT)
    assert (first.status_code, first.json) == (201, {"is_dead": False})
    assert again.json == {"is_dead": False}
    (row,) = kept(app)
    assert (row.device_id, row.patient_id, row.endpoint) == (
        stage.device.id,
        stage.ana.id,
        ENDPOINT,
    )
    assert "Reminders reach this phone." in page(phone)


def test_a_repeat_is_answered_by_200(phone, at):
    told = Browser().subscription(ENDPOINT)
    phone.post("/push", json=told, headers=SCRIPT)
    at(MONDAY + timedelta(minutes=5))
    assert phone.post("/push", json=told, headers=SCRIPT).status_code == 200


def test_what_a_push_service_has_called_gone_is_said_so_that_the_phone_subscribes_anew(phone, app):
    told = Browser().subscription(ENDPOINT)
    phone.post("/push", json=told, headers=SCRIPT)
    with app.app_context():
        subscriptions.mark_dead(db.session.scalars(db.select(Subscription)).one(), "gone", MONDAY)
    assert phone.post("/push", json=told, headers=SCRIPT).json == {"is_dead": True}
    assert subscribe(phone, ENDPOINT + "-anew").json == {"is_dead": False}


@pytest.mark.parametrize(
    "told",
    [
        {"endpoint": "https://evil.example/x"},
        {"endpoint": None},
        {"keys": None},
        {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"keys": {"p256dh": 1, "auth": []}},
    ],
)
def test_what_is_no_subscription_is_refused(phone, app, told):
    assert subscribe(phone, **{"endpoint": ENDPOINT, **told}).status_code == 422
    assert kept(app) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'"x"'])
def test_what_cannot_be_read_is_refused(phone, body):
    sent = phone.post("/push", data=body, content_type="application/json", headers=SCRIPT)
    assert sent.status_code == 422


@pytest.mark.parametrize("path", ["/push", "/push/gone"])
def test_a_post_made_for_another_card_is_refused(phone, app, path):
    told = {**Browser().subscription(ENDPOINT), "access": str(uuid4())}
    assert phone.post(path, json=told, headers=SCRIPT).status_code == 401
    assert kept(app) == []


def test_forms_made_for_another_card_are_refused_too(phone, app):
    other = {"access": str(uuid4())}
    assert choose(phone, reminder_time="none", **other).status_code == 401
    assert phone.post("/later", data={"when": "hour", **other}, headers=SAME).status_code == 401
    assert ana(app).reminder_time == time(10)


def test_a_phone_on_which_notices_were_forbidden_says_so(phone, app, stage):
    subscribe(phone, access=str(stage.device.access))
    gone = phone.post("/push/gone", json={"access": str(stage.device.access)}, headers=SCRIPT)
    assert gone.status_code == 204
    (row,) = kept(app)
    assert (row.dead_at, row.dead_because) == (MONDAY, "not allowed on the phone")
    assert phone.post("/push/gone", json={}, headers=SCRIPT).status_code == 204


def test_a_phone_that_is_handed_to_another_patient_takes_its_subscription_along(app, stage, phone):
    subscribe(phone)
    with app.app_context():
        bo = a_patient(stage.dee, "Bo Lind")
        _device, token, _code = a_device(stage.dee, bo)
        bos_id = bo.id
    phone.set_cookie("device", token)
    subscribe(phone)
    assert [row.patient_id for row in kept(app)] == [bos_id]


@pytest.mark.parametrize(("when", "hour"), [("hour", 10), ("evening", 17)])
def test_later_moves_the_reminder_and_says_when_and_how(phone, app, when, hour):
    subscribe(phone)
    answer = phone.post("/later", data={"when": when}, headers=SAME)
    assert (answer.status_code, answer.location) == (303, "/reminders?done=later#done")
    shown = page(phone, answer.location)
    assert "We remind you later." in shown
    assert f"{hour + 1}:00 today. It comes to this phone." in shown
    assert ana(app).remind_at == MONDAY.replace(hour=hour)


def test_whom_one_way_reaches_has_three_times_to_choose_from(phone):
    subscribe(phone)
    shown = page(phone)
    for said in ("Remind me later", "In 1 hour", "This evening", "Tomorrow"):
        assert said in shown


def test_in_the_evening_this_evening_is_neither_shown_nor_taken(phone, app, at):
    at(datetime(2026, 3, 2, 18, 30, tzinfo=UTC))
    subscribe(phone)
    assert "This evening" not in page(phone)
    before = ana(app).remind_at
    answer = phone.post("/later", data={"when": "evening"}, headers=SAME)
    assert "That time has passed. Choose another one." in page(phone, answer.location)
    assert ana(app).remind_at == before


def test_a_notice_asks_for_later_by_script(phone, at):
    asked = phone.post("/later", data={"when": "evening"}, headers=SCRIPT)
    assert asked.json == {"said": "We remind you later."}
    at(datetime(2026, 3, 2, 18, 30, tzinfo=UTC))
    assert phone.post("/later", data={"when": "evening"}, headers=SCRIPT).status_code == 422


def test_who_has_answered_is_not_offered_to_be_reminded_later(phone, app, stage):
    subscribe(phone)
    with app.app_context():
        check_in(stage.ana, stage.device, answers(), MONDAY)
    assert "Remind me later" not in page(phone)


def test_whose_questions_have_ended_is_told_that_no_more_reminders_come(phone, app, stage):
    put_into(app, stage, "completed")
    shown = page(phone)
    assert "We send no more reminders." in shown
    for offer in ("When should we remind you?", "Allow reminders", "Go to today's questions"):
        assert offer not in shown


def the_phones(desk, stage):
    shown = see(desk, f"/clinic/patients/{stage.ana.id}")
    return shown.partition("Cards and phones")[2].partition("All answers")[0]


def test_the_clinic_sees_of_each_phone_whether_it_is_opened_and_reached(app, stage, desk, phone):
    before = the_phones(desk, stage)
    assert "Not opened since it was connected." in before
    assert "Reminders are not allowed on this phone." in before
    subscribe(phone)
    with app.app_context(), writing() as session:
        device = session.get_one(Device, (stage.device.clinic_id, stage.device.id))
        device.opened_at = MONDAY - timedelta(hours=2)
        device.unsent_since = MONDAY - timedelta(days=1)
    after = the_phones(desk, stage)
    assert "Last opened Mon 2 Mar, 08:00." in after
    assert "Answers wait on it, not sent since Sun 1 Mar, 10:00." in after
    assert "Reminders reach this phone." in after


def test_the_clinic_sees_since_when_reminders_do_not_reach_a_phone(app, stage, desk, phone):
    subscribe(phone)
    with app.app_context():
        row = db.session.scalars(db.select(Subscription)).one()
        subscriptions.mark_dead(row, "gone (410)", MONDAY)
    said = "Reminders do not reach this phone since Mon 2 Mar, 10:00."
    assert said in the_phones(desk, stage)


def test_the_clinic_sees_that_a_push_service_does_not_take_the_reminder(app, stage, desk, phone):
    subscribe(phone)
    with app.app_context():
        remind_due(settings_for(""), MONDAY)
        sending.put_off(sending.claim(MONDAY, "push"), "403 Forbidden", MONDAY)
    assert "The last reminder could not be sent to this phone." in the_phones(desk, stage)


UNREACHED = "No reminder reaches their phones"


def test_in_the_list_stands_whom_no_reminder_reaches(app, stage, desk, phone):
    assert UNREACHED in see(desk, "/clinic/patients")
    subscribe(phone)
    assert UNREACHED not in see(desk, "/clinic/patients")


def test_an_email_address_is_a_way_to_reach_somebody(app, stage, desk):
    with app.app_context():
        reminders.choose(stage.device.key, time(10), "ana@example.org", "operator", MONDAY)
    assert UNREACHED not in see(desk, "/clinic/patients")
    shown = see(desk, f"/clinic/patients/{stage.ana.id}")
    assert "At 10:00, if need be by ana@example.org" in shown


def test_nobody_is_called_unreached_who_is_held_or_wants_no_reminders(app, stage, desk):
    with app.app_context():
        reminders.choose(stage.device.key, None, "", "operator", MONDAY)
    assert UNREACHED not in see(desk, "/clinic/patients")
    with app.app_context():
        reminders.choose(stage.device.key, time(10), "", "operator", MONDAY)
    put_into(app, stage, "paused", date(2026, 3, 5))
    assert UNREACHED not in see(desk, "/clinic/patients")


ENROLMENT = {
    "record_number": "77",
    "name": "Cy Ito",
    "date_of_birth": "1948-05-17",
    "phone": "+49 30 23125 200",
    "contact_way": "call",
    "zone": "Europe/Berlin",
    "language": "en",
    "performed_on": "2026-03-01",
    "levels": "L1",
    "answers_daily": "patient",
    "consent_on": "2026-03-01",
    "consent_words": "2026.1",
    "consent_by": "patient",
}


def test_a_nurse_can_enter_the_address_at_enrolment(app, desk):
    send(desk, "/clinic/enrol", **ENROLMENT, email="cy@example.org")
    (cy,) = rows_of(app, Patient, name="Cy Ito")
    assert cy.email == "cy@example.org"
    assert cy.remind_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def test_an_address_that_is_none_is_asked_again_at_enrolment(app, desk):
    asked = send(desk, "/clinic/enrol", 422, **ENROLMENT, email="cy at example")
    assert "Type the e-mail address, such as ana@example.org." in asked


def test_todays_questions_lead_to_being_reminded_later(phone):
    assert '<a class="button button-wide" href="/reminders">Remind me later</a>' in page(
        phone, "/today"
    )
