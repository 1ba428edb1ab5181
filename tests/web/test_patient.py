"""The patient's pages: one form, errors first, advice before them, and an honest receipt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError

from recovery.records import courses, devices, flags, moves, patients
from recovery.records.database import writing
from recovery.rounds import review
from tests.people import MONDAY, a_device, a_patient, answers, check_in, set_stage
from tests.web.desk import plain

SAME = {"Sec-Fetch-Site": "same-origin"}
USUAL = {"pain": "3", "mobility": "4", "warning_signs": "none", "answered_by": "patient"}
FRIDAY_22 = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)  # 22:00 in Berlin


@pytest.fixture
def phone(sqlite_app, stage):
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    return phone


def see(phone, path="/today"):
    return plain(phone.get(path).text)


def send(phone, follow=True, **fields):
    return phone.post("/today", data=fields, headers=SAME, follow_redirects=follow)


def told(phone, **fields):
    return plain(send(phone, **{**USUAL, **fields}).text)


def kept(app, stage):
    with app.app_context():
        return courses.all_of(stage.ana, patients.current_procedure(stage.ana))


def review_all(app, now):
    with app.app_context():
        review.review_due(now)


def put_into(app, stage, state, **columns):
    with app.app_context(), writing() as session:
        ana = session.get_one(patients.Patient, (stage.ana.clinic_id, stage.ana.id))
        ana.state = state
        for name, value in columns.items():
            setattr(ana, name, value)


def close_all(app, stage):
    with app.app_context(), writing():
        for flag in flags.of_patient(stage.ana):
            flag.closed_at, flag.closed_by = MONDAY, stage.dee.actor


def test_the_form_opens_with_nothing_preset_and_a_fresh_id(phone):
    first, second = see(phone), see(phone)
    assert " checked" not in first
    assert " selected" not in first
    assert "Answers for Ana Ruiz." in first
    assert "Not Ana?" in first
    assert all(f'name="pain" value="{pain}"' in " ".join(first.split()) for pain in range(11))
    ids = [page.partition('name="entry_id" value="')[2][:36] for page in (first, second)]
    assert len(set(ids)) == 2


def test_the_note_is_not_for_emergencies_and_help_stands_on_every_page(phone):
    page = see(phone)
    assert "Not for emergencies. Ring 112." in page
    for path in ("/today", "/progress", "/hospital", "/sign-out", "/nowhere"):
        assert 'href="tel:112"' in see(phone, path), path


def test_usual_answers_are_saved_and_nobody_says_that_all_is_well(phone):
    page = told(phone)
    assert "Thank you. Your answers are saved." in page
    assert "At the clinic at 10:00." in page
    assert "A computer checks your answers." in page
    assert "Monday to Friday 08:00 to 16:00" in page
    assert "Read by the computer" not in page


def test_the_receipt_says_when_the_computer_has_read_and_when_a_nurse_has_opened(
    phone, stage, sqlite_app
):
    page = send(phone, **USUAL, temperature="38.6").request.path
    review_all(sqlite_app, MONDAY)
    assert "Read by the computer at 10:00. This does not mean that all is well." in see(phone, page)
    with sqlite_app.app_context():
        moves.see(stage.dee, stage.ana, MONDAY)
    assert "A nurse opened your answers." in see(phone, page)


def test_the_same_post_twice_is_stored_once_and_answered_the_same(phone, stage, sqlite_app):
    entry = {**USUAL, "entry_id": str(uuid4())}
    first, second = send(phone, **entry), send(phone, **entry)
    assert first.text == second.text
    assert len(kept(sqlite_app, stage)) == 1


def test_a_correction_says_so_and_the_danger_taken_back_still_counts(phone, stage, sqlite_app):
    entry = str(uuid4())
    told(phone, entry_id=entry, temperature="38.6")
    page = told(phone, entry_id=entry, temperature="36.8")
    assert "Corrected. At the clinic at 10:00." in page
    assert "We keep your first answers too." in page
    assert [row.revision for row in kept(sqlite_app, stage)] == [1, 2]


def test_a_correction_opens_with_the_values_filled_in(phone, stage):
    entry = str(uuid4())
    told(phone, entry_id=entry, temperature="101.3", temperature_unit="F", paracetamol="no")
    page = " ".join(see(phone, f"/today?correct={entry}").split())
    assert f'name="entry_id" value="{entry}"' in page
    assert 'value="101.3"' in page
    assert page.count(" checked") == 5


def test_when_today_is_in_the_page_says_so_and_offers_more(phone):
    told(phone)
    page = see(phone)
    assert "Today's answers are in" in page
    assert "Something has changed" in page
    assert 'name="pain"' not in page
    more = see(phone, "/today?more=yes")
    assert 'name="pain"' in more
    assert "Something has changed" in more  # the page says what was tapped


def test_an_emergency_page_holds_one_action_alone(phone):
    page = send(phone, **{**USUAL, "warning_signs": "chest_pain_or_breathless"}).text
    assert "Ring 112 now." in plain(page)
    assert page.count("tel:") == 1
    assert "How it goes" not in page


@pytest.mark.parametrize(
    "fields", [{"temperature": "380"}, {"pain": ""}, {"pain": "11"}, {"date": "2020-01-01"}]
)
def test_with_a_sign_the_advice_stands_above_the_errors_and_the_sign_is_kept(
    phone, stage, sqlite_app, fields
):
    answer = send(phone, **{**USUAL, "warning_signs": "chest_pain_or_breathless", **fields})
    page = plain(answer.text)
    assert answer.status_code == 422
    assert page.index("Ring 112 now.") < page.index("Please look at this again")
    assert "This much is saved." in page
    row = kept(sqlite_app, stage)[0]
    assert (row.warning_signs, row.incomplete) == (["chest_pain_or_breathless"], True)


def test_a_fever_beside_an_unreadable_box_is_kept_too(phone, stage, sqlite_app):
    answer = send(phone, **{**USUAL, "pain": "", "temperature": "39.6"})
    page = plain(answer.text)
    assert answer.status_code == 422
    assert page.index("Ring +49") < page.index("Please look at this again")
    row = kept(sqlite_app, stage)[0]
    assert (row.temperature_c, row.pain, row.incomplete) == (39.6, None, True)


BAD = [
    ({"pain": "11"}, "pain", "Choose a whole number from 0 to 10"),
    ({"pain": ""}, "pain", "Choose a number from 0 to 10"),
    ({"temperature": "3.85"}, "temperature", "38.5"),
    ({"temperature": "101.3"}, "temperature", "Choose °F"),
    ({"temperature": "33"}, "temperature", "Measure again"),
    ({"date": "2026-03-03"}, "date", "Choose today or an earlier day."),
    ({"date": "2026-02-26"}, "date", "Choose today or one of the 2 days before."),
    ({"note": "x" * 1_000_000}, "note", "Shorten it"),
]


@pytest.mark.parametrize(("fields", "field", "sentence"), BAD)
def test_errors_come_first_linked_to_their_field_and_nothing_typed_is_lost(
    phone, stage, sqlite_app, fields, field, sentence
):
    answer = send(phone, **{**USUAL, **fields})
    page = plain(answer.text)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in page
    assert f'id="field-{field}"' in page
    assert sentence in page
    assert field == "date" or fields[field] in page
    assert 'value="none" id="field-warning_signs-none" checked' in " ".join(page.split())
    assert kept(sqlite_app, stage) == []


def test_an_odd_temperature_is_confirmed_by_a_tick_and_then_kept(phone, stage, sqlite_app):
    page = plain(send(phone, **USUAL, temperature="33").text)
    assert 'name="temperature_confirmed"' in page
    told(phone, temperature="33", temperature_confirmed="yes")
    assert kept(sqlite_app, stage)[0].temperature_c == 33.0


def test_while_the_clinic_is_closed_the_advice_names_the_number_that_answers(phone, at):
    assert "Ring +49 30 23125 100 now." in told(phone, temperature="38.6")
    at(FRIDAY_22)
    page = told(phone, temperature="38.6")
    assert "Ring +49 30 23125 199 now." in page
    assert "The clinic is closed." in page
    assert "Do not wait for a call. Ring +49 30 23125 199." in page
    assert "If nobody has rung" not in page
    assert "It opens again at 08:00 on Monday." in page


def test_when_nobody_has_rung_in_time_the_page_says_to_ring(phone, sqlite_app, at):
    told(phone, temperature="38.6")
    review_all(sqlite_app, MONDAY)
    assert "If nobody has rung by 16:00 today, ring us." in see(phone)
    at(MONDAY + timedelta(hours=8))
    assert "Has nobody rung yet? Ring us now: +49 30 23125 199." in see(phone)


def test_after_an_emergency_no_page_says_to_wait_for_a_call(phone, sqlite_app, at):
    told(phone, warning_signs="bladder_or_bowel")
    review_all(sqlite_app, MONDAY)
    for hours in (0, 8):
        at(MONDAY + timedelta(hours=hours))
        page = see(phone)
        assert "Do not wait for a call. Ring 112." in page
        assert "If nobody has rung" not in page


def test_a_late_fever_names_its_day_and_asks_whether_it_is_still_there(phone):
    page = told(phone, date="2026-02-28", temperature="38.6")
    assert "You wrote this for Saturday 28 February 2026." in page
    assert "Do you still have this now?" in page
    assert "Given for Saturday 28 February 2026. Received on Monday 2 March 2026." in page


def test_an_emergency_told_just_before_midnight_is_one_now(phone, at):
    at(datetime(2026, 3, 2, 23, 10, tzinfo=UTC))  # 00:10 on Tuesday where Ana lives
    page = told(phone, date="2026-03-02", warning_signs="chest_pain_or_breathless")
    assert "Ring 112 now." in page
    assert "You wrote this for" not in page


def test_a_helper_is_told_what_only_a_helper_can_notice(phone):
    assert "If Ana is confused, ring 112." in told(phone, answered_by="for_patient")


def test_a_post_made_for_another_card_is_refused_and_nothing_is_stored(phone, stage, sqlite_app):
    answer = send(phone, **USUAL, access=str(uuid4()))
    assert answer.status_code == 401
    assert "This phone now answers for somebody else. Nothing was stored." in answer.text
    assert kept(sqlite_app, stage) == []
    assert send(phone, **USUAL, access=str(stage.device.access)).status_code == 200


def test_another_patients_answers_are_simply_not_found(phone, stage, sqlite_app):
    with sqlite_app.app_context():
        bo = a_patient(stage.dee, "Bo Lind")
        stored = check_in(bo, a_device(stage.dee, bo)[0], answers(), MONDAY)
    entry = stored.checkin.entry_id
    assert phone.get(f"/answer/{entry}").status_code == 404
    assert phone.get(f"/today?correct={entry}").status_code == 404
    assert phone.get("/answer/nonsense").status_code == 404


def test_hospital_is_asked_twice_and_then_told(phone, stage, sqlite_app):
    assert "Are you in hospital now?" in see(phone, "/hospital")
    answer = phone.post("/hospital", headers=SAME)
    # Not the page of today: the phone opens that from what it has kept.
    page = see(phone, answer.location)
    assert "<h1>You are in hospital</h1>" in page
    assert "We have told the clinic that you are in hospital." in page
    assert "Yes, tell the clinic" not in page
    assert "I am in hospital" not in see(phone)


@pytest.mark.parametrize("state", ["completed", "withdrawn"])
def test_after_the_end_nobody_looks_but_a_sign_is_still_taken(phone, stage, sqlite_app, state):
    put_into(sqlite_app, stage, state)
    page = see(phone)
    assert "Nobody looks here any more. Ring +49 30 23125 100." in page
    assert 'name="pain"' not in page
    assert "Nobody looks here any more." in see(phone, "/progress")
    assert "Ring 112 now." in told(phone, warning_signs="confusion")
    answer = phone.post("/hospital", headers=SAME)
    assert "Your daily questions have ended" in see(phone, answer.location)


@pytest.mark.parametrize("state", ["completed", "withdrawn"])
def test_after_the_end_nobody_is_offered_what_the_end_has_ended(phone, stage, sqlite_app, state):
    assert "Remind me later" in see(phone)
    put_into(sqlite_app, stage, state)
    for path in ("/today", "/today?more=yes", "/phone", "/progress"):
        page = see(phone, path).partition("<template")[0]
        for offer in ("Remind me later", "first page", "Answer now", "/weekly", "/answered-for"):
            assert offer not in page, (path, offer)


def test_that_nobody_looks_is_not_said_beside_whom_to_ring_nor_while_a_flag_stands(
    phone, stage, sqlite_app
):
    put_into(sqlite_app, stage, "completed")
    nobody = "Nobody looks here any more."
    on_the_list = "Your answers are on the nurse's list."
    assert nobody in told(phone, pain="3")
    urgent = told(phone, temperature="38.6")
    assert nobody not in urgent
    assert "A nurse looks only at those it picks out" in urgent
    assert nobody not in told(phone, warning_signs="wound", temperature="380")
    review_all(sqlite_app, MONDAY)
    for path in ("/today", "/progress", "/phone"):
        assert nobody not in see(phone, path), path
    assert on_the_list in see(phone)
    assert phone.get("/me.json").json["notices"] == []
    close_all(sqlite_app, stage)
    assert nobody in see(phone, "/progress")
    assert on_the_list not in see(phone)


def test_who_has_died_is_never_said_to_be_on_a_list(phone, stage, sqlite_app):
    told(phone, temperature="38.6")
    review_all(sqlite_app, MONDAY)
    put_into(sqlite_app, stage, "deceased")
    assert "on the nurse's list" not in see(phone)


def test_remind_me_later_is_offered_while_today_is_open_alone(phone, stage, sqlite_app):
    assert "Remind me later" in see(phone)
    told(phone, pain="3")
    assert "Remind me later" not in see(phone, "/today?more=yes")


def test_on_a_break_nobody_is_offered_to_be_reminded_later(phone, stage, sqlite_app):
    put_into(sqlite_app, stage, "paused", paused_until=MONDAY.date() + timedelta(days=3))
    assert "Remind me later" not in see(phone)


def test_a_break_says_until_when_and_still_takes_answers(phone, stage, sqlite_app):
    put_into(sqlite_app, stage, "paused", paused_until=MONDAY.date() + timedelta(days=3))
    page = see(phone)
    assert "You are on a break until Thursday 5 March 2026." in page
    assert 'name="pain"' in page


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (75, None),
        (76, "Your daily questions end on Monday 16 March 2026."),
        (88, "These are the last days. The questions end on Wednesday 4 March 2026."),
    ],
)
def test_the_end_is_announced_on_days_76_and_88(sqlite_app, at, day, words):
    at(MONDAY)
    with sqlite_app.app_context():
        stage = set_stage(day=day)
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    page = see(phone)
    assert (words in page) if words else ("questions end" not in page)


def test_pages_say_when_our_computer_is_behind(phone, at):
    assert "Our computer is behind." not in see(phone)
    at(MONDAY + timedelta(minutes=5))
    assert "Our computer is behind." in see(phone)


def test_in_the_first_days_more_pain_is_answered_with_painkillers(sqlite_app, at):
    at(MONDAY)
    with sqlite_app.app_context():
        stage = set_stage(day=1)
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    assert "More pain is common in the first two days." in told(phone, pain="8")


def test_when_the_database_is_gone_a_page_still_says_whom_to_ring(phone, monkeypatch):
    def gone(_token):
        raise OperationalError("select", {}, Exception("no such file"))

    monkeypatch.setattr(devices, "find", gone)
    answer = phone.get("/today")
    assert answer.status_code == 500
    assert "Ring the emergency number on your card." in answer.text


def test_the_latest_answers_are_those_given_last_though_they_arrived_first(phone):
    for minutes, pain in ((5, "7"), (30, "2")):  # the younger one comes in first
        given = MONDAY - timedelta(minutes=minutes)
        told(phone, pain=pain, entry_id=str(uuid4()), given_at=given.isoformat())
    page = see(phone)
    assert page.index("09:30. Pain 2") < page.index("09:55. Pain 7")
    form = see(phone, "/today?correct=latest")
    assert 'value="7"' in form.partition("checked")[0].rpartition("<input")[2]
