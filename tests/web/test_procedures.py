"""A clinician enters a second procedure, or puts one right; what came before stays visible."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from recovery.records import patients, states
from recovery.records.checkins import CheckIn
from recovery.records.flags import Flag, FlagFinding
from recovery.records.patients import Patient, Procedure
from tests.people import MONDAY, answers, check_in
from tests.web.desk import desk_of, review_all, rows_of, see, send

DAY = timedelta(days=1)
FULL = {
    "performed_on": "2026-03-01",
    "levels": ["T12", "L2"],
    "baseline_pain": "7",
    "baseline_on": "2026-03-01",
    "baseline_by": "patient",
    "baseline_mobility": "2",
    "consent": "yes",
}


@pytest.fixture
def page_of_ana(stage):
    return f"/clinic/patients/{stage.ana.id}"


def procedures_of(app):
    found = rows_of(app, Procedure)
    return sorted(found, key=lambda each: each.performed_on)


def enter(desk, page, status=303, **changed):
    return send(desk, f"{page}/procedure", status, **{**FULL, **changed})


def test_a_second_procedure_restarts_the_day_and_shows_the_first(
    sqlite_app, stage, desk, page_of_ana
):
    assert "The procedure before was on Friday 20 February 2026." in see(
        desk, f"{page_of_ana}/procedure"
    )
    enter(desk, page_of_ana)
    page = see(desk, page_of_ana)
    assert "77 years, day 1, T12, L2" in page
    assert "Sunday 1 March 2026" in page
    assert "Friday 20 February 2026" in page
    assert "followed until Sat 28 Feb, day 8" in page
    first, second = procedures_of(sqlite_app)
    assert (first.ended_on, second.baseline_pain) == (date(2026, 3, 1), 7)


def test_what_was_written_down_wrongly_is_put_right_after_the_last_day_too(
    sqlite_app, stage, desk, page_of_ana, at
):
    (first,) = procedures_of(sqlite_app)
    days = {"performed_on": "2026-02-20", "baseline_on": "2026-02-20"}
    at(MONDAY + 85 * DAY)  # her day 95
    desk = desk_of(sqlite_app, stage.dee)
    send(desk, f"{page_of_ana}/procedures/{first.id}", **{**FULL, **days, "levels": ["L3"]})
    assert procedures_of(sqlite_app)[0].levels == ["L3"]


def test_the_form_shows_a_stay_in_hospital_and_a_tick_ends_it(sqlite_app, stage, desk, page_of_ana):
    asked = "That is over: ask the daily questions from now on"
    assert asked not in see(desk, f"{page_of_ana}/procedure")
    send(desk, f"{page_of_ana}/state", state="in_hospital")
    page = see(desk, f"{page_of_ana}/procedure")
    assert "In hospital since Mon 2 Mar" in page
    assert asked in page
    enter(desk, page_of_ana, is_over="yes")
    assert [each.state for each in rows_of(sqlite_app, Patient)] == ["active"]


def test_open_flags_of_danger_stay_and_say_from_which_procedure_their_days_count(
    sqlite_app, stage, desk, page_of_ana
):
    with sqlite_app.app_context():
        given = answers(3, temperature_c=38.6)
        check_in(stage.ana, stage.device, given, MONDAY - 2 * DAY)
    review_all(sqlite_app)
    enter(desk, page_of_ana)
    for page in (see(desk), see(desk, page_of_ana)):
        assert "Temperature 38.6 °C on day 8." in page
        assert "day counted from the procedure before" in page


def test_earlier_flags_stand_with_their_procedure_and_its_answers_can_be_read(
    sqlite_app, stage, desk, page_of_ana
):
    with sqlite_app.app_context():
        for ago in range(9, 1, -1):
            check_in(stage.ana, stage.device, answers(2), MONDAY - ago * DAY)
        check_in(stage.ana, stage.device, answers(9), MONDAY - DAY)
    review_all(sqlite_app)
    enter(desk, page_of_ana, performed_on="2026-03-02", baseline_on="2026-03-02")
    page = see(desk, page_of_ana)
    assert "Sun 1 Mar: Worsening pain, A new procedure was done" in page
    assert "A new procedure was done on Monday 2 March 2026." in page
    assert "No answers yet." in page
    first, _second = procedures_of(sqlite_app)
    earlier = see(desk, f"{page_of_ana}/procedures/{first.id}")
    assert "Answers after this procedure" in earlier
    assert "9 of 10" in earlier


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"performed_on": ""}, "Give the date of the procedure."),
        ({"performed_on": "tomorrow"}, "Type the date as day, month and year."),
        ({"performed_on": "2026-03-03"}, "Give a date that is not in the future."),
        (
            {"performed_on": "2026-02-20", "baseline_on": "2026-02-20"},
            "The procedure before was on Friday 20 February 2026. Give a later day.",
        ),
        ({"levels": []}, "Tick each level that was treated."),
        ({"levels": ["X9"]}, "Tick each level that was treated."),
        ({"baseline_pain": "11"}, "Choose one of the numbers."),
        ({"baseline_by": ""}, "Choose who gave the pain number."),
        ({"baseline_on": "2026-03-02"}, "Give a date on or before the day of the procedure."),
        ({"consent": ""}, "Ask the patient, and tick it when they agree that following goes on."),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(
    sqlite_app, stage, desk, page_of_ana, changed, said
):
    page = enter(desk, page_of_ana, 422, **changed)
    assert said in page
    assert len(procedures_of(sqlite_app)) == 1
    kept = desk.post(
        f"{page_of_ana}/procedure",
        data={**FULL, **changed},
        headers={"Sec-Fetch-Site": "same-origin"},
    ).text
    if "levels" not in changed:
        assert kept.count("checked") >= 2
    if "performed_on" not in changed:
        assert 'value="2026-03-01"' in kept


@pytest.mark.parametrize("state", ["withdrawn", "deceased"])
def test_who_has_withdrawn_or_died_is_not_followed_by_a_form(
    sqlite_app, stage, desk, page_of_ana, state
):
    send(desk, f"{page_of_ana}/state", state=state)
    assert "This patient has withdrawn or died." in enter(desk, page_of_ana, 422)
    assert len(procedures_of(sqlite_app)) == 1


def test_whose_pathway_had_ended_is_asked_again(sqlite_app, stage, desk, page_of_ana):
    with sqlite_app.app_context():
        ana = patients.get(stage.device.key)
        states.change_state(stage.dee, ana, "completed", None, MONDAY)
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    assert "Nobody looks here any more." in see(phone, "/today")
    assert phone.get("/me.json").json["is_ended"] is True
    enter(desk, page_of_ana)
    page = see(phone, "/today")
    assert "Nobody looks here any more." not in page
    assert "Your questions for today" in page
    told = phone.get("/me.json").json
    assert (told["procedure_date"], told["is_ended"]) == ("2026-03-01", False)


def test_what_waited_on_the_phone_goes_to_the_procedure_before_its_day(
    sqlite_app, stage, desk, page_of_ana
):
    enter(desk, page_of_ana)
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    for day in ("2026-02-28", "2026-03-01"):
        posted = {
            "entry_id": str(uuid4()),
            "date": day,
            "given_at": f"{day}T09:00:00+01:00",
            "pain": "4",
            "warning_signs": "chills",
            "access": str(stage.device.access),
        }
        send(phone, "/today", **posted)
    first, second = procedures_of(sqlite_app)
    kept = {row.day.isoformat(): row.procedure_id for row in rows_of(sqlite_app, CheckIn)}
    assert kept == {"2026-02-28": first.id, "2026-03-01": second.id}
    review_all(sqlite_app)
    (flag,) = rows_of(sqlite_app, Flag)
    found = rows_of(sqlite_app, FlagFinding, flag_id=flag.id)
    assert sorted(row.values["day"] for row in found) == [0, 8]


def test_a_procedure_is_put_right_and_the_form_holds_what_was_written(
    sqlite_app, stage, desk, page_of_ana
):
    (first,) = procedures_of(sqlite_app)
    address = f"{page_of_ana}/procedures/{first.id}"
    form = desk.get(address).text
    assert 'value="2026-02-20"' in form
    changed = {**FULL, "performed_on": "2026-02-18", "baseline_on": "2026-02-18"}
    send(desk, address, **changed)
    assert "day 12, T12, L2" in see(desk, page_of_ana)
    page = send(desk, address, 422, **{**changed, "performed_on": "2026-03-09"})
    assert "Give a date that is not in the future." in page


def test_answers_before_the_first_procedure_would_be_lost_and_so_are_refused(
    sqlite_app, stage, desk, page_of_ana
):
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(3), MONDAY - 8 * DAY)
    (first,) = procedures_of(sqlite_app)
    page = send(desk, f"{page_of_ana}/procedures/{first.id}", 422, **FULL)
    assert "There are answers for Sunday 22 February 2026." in page


def test_another_clinic_finds_neither_form(sqlite_app, stage, page_of_ana):
    eli = desk_of(sqlite_app, stage.eli)
    (first,) = procedures_of(sqlite_app)
    for address in (f"{page_of_ana}/procedure", f"{page_of_ana}/procedures/{first.id}"):
        see(eli, address, 404)
        send(eli, address, 404, **FULL)
    assert [each.state for each in rows_of(sqlite_app, Patient)] == ["active"]


def test_a_procedure_of_another_patient_is_not_found(sqlite_app, stage, desk, page_of_ana):
    see(desk, f"{page_of_ana}/procedures/{uuid4()}", 404)
    see(desk, f"{page_of_ana}/procedures/none", 404)


def test_an_unread_note_of_before_stands_on_the_page_until_it_is_read(
    sqlite_app, stage, desk, page_of_ana
):
    with sqlite_app.app_context():
        given = answers(3, note="Please ring about my tablets.")
        check_in(stage.ana, stage.device, given, MONDAY - 3 * DAY)
    enter(desk, page_of_ana)
    assert "Please ring about my tablets." in see(desk)
    assert "<blockquote>Please ring about my tablets.</blockquote>" in see(desk, page_of_ana)
    send(desk, f"{page_of_ana}/notes-read")
    assert "<blockquote>Please" not in see(desk, page_of_ana)
    assert "Please ring about my tablets." not in see(desk)
