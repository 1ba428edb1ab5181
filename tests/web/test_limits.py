"""Limits on the pages: set, shown wherever they act, refused with what to do, ended, and nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from recovery.records import audit, checkins
from recovery.records.database import writing
from recovery.records.limits import PatientLimit
from recovery.records.patients import Patient
from tests.people import MONDAY, answers, check_in
from tests.web.desk import SAME, desk_of, review_all, rows_of, see, send, words

DAY = timedelta(days=1)
COOL = "She runs cool: 36.0 °C at home."
FEVER = {"kind": "fever_limit", "number": "37.5", "last_day": "2026-03-15", "reason": COOL}
TARGET = {"kind": "pain_target", "number": "3", "last_day": "2026-03-15", "reason": "Agreed."}
PAUSE = {
    "kind": "pause",
    "rule": "pain_worsening",
    "last_day": "2026-03-12",
    "reason": "Physiotherapy has begun.",
}


@pytest.fixture
def page_of_ana(stage):
    return f"/clinic/patients/{stage.ana.id}"


@pytest.fixture
def limits_of_ana(page_of_ana):
    return f"{page_of_ana}/limits"


def kept(app):
    return rows_of(app, PatientLimit)


def answer(app, stage, given, at=MONDAY):
    with app.app_context():
        check_in(stage.ana, stage.device, given, at)
    review_all(app, at)


def test_a_limit_is_set_and_stands_on_the_patients_page(
    sqlite_app, stage, desk, page_of_ana, limits_of_ana
):
    assert "None: this patient is judged like everybody." in see(desk, page_of_ana)
    for typed in (FEVER, TARGET, PAUSE):
        send(desk, limits_of_ana, **typed)
    page = see(desk, page_of_ana)
    for said in (
        "Limits for this patient",
        "Fever limit 37.5 °C until Sunday 15 March",
        "Pain target 3 until Sunday 15 March",
        "Worsening pain paused until Thursday 12 March",
        COOL,
        "Set Mon 2 Mar, 10:00 by Nurse Dee",
        "End now",
    ):
        assert said in page, said
    head = page.partition("Why this patient is on the list")[0]
    assert "Worsening pain paused until Thursday 12 March" in head
    assert {row.set_by for row in kept(sqlite_app)} == {stage.dee.id}


def test_opening_the_form_is_audited_and_says_how_far_one_may_go(sqlite_app, desk, limits_of_ana):
    page = see(desk, limits_of_ana)
    for said in (
        "From 37.0 to below 37.8.",
        "At the latest Sunday 15 March 2026.",
        "Warning signs and fever are never paused.",
        "Back to Ana Ruiz",
    ):
        assert said in page, said
    assert '<option value="fever"' not in page
    assert len(rows_of(sqlite_app, audit.AuditLine, action="patient opened")) == 1


def test_what_acts_already_stands_above_its_form(desk, limits_of_ana):
    send(desk, limits_of_ana, **FEVER)
    assert "Fever limit 37.5 °C until Sunday 15 March" in see(desk, limits_of_ana)


@pytest.mark.parametrize(
    ("typed", "changed", "sentence"),
    [
        (FEVER, {"number": "38.5"}, "can only be lower: type a number below 37.8."),
        (FEVER, {"number": "37.8"}, "The pathway flags from 37.8 °C already."),
        (FEVER, {"number": "36,5"}, "Type 37.0 or more."),
        (FEVER, {"number": "warm"}, "Type the temperature in °C with one decimal, such as 37.5."),
        (FEVER, {"number": ""}, "Type the temperature, such as 37.5."),
        (FEVER, {"last_day": ""}, "Give the last day."),
        (FEVER, {"last_day": "soon"}, "Type the date as day, month and year."),
        (FEVER, {"last_day": "2026-03-01"}, "Give a last day that is today or later."),
        (FEVER, {"last_day": "2027-03-01"}, "It acts for at most 90 days."),
        (FEVER, {"reason": " "}, "Write the reason, for whoever looks at this patient next."),
        (FEVER, {"reason": "x" * 501}, "Shorten this to 500 letters."),
        (TARGET, {"number": ""}, "Choose the target."),
        (TARGET, {"number": "11"}, "Choose one of the numbers."),
        (PAUSE, {"rule": ""}, "Choose the rule to pause."),
        (PAUSE, {"rule": "fever"}, "Warning signs and fever are never paused. Choose another"),
        (PAUSE, {"rule": "warning_sign"}, "Warning signs and fever are never paused. Choose"),
        (PAUSE, {"rule": "the cat"}, "Choose one of the answers shown."),
        (
            PAUSE,
            {"last_day": "2026-03-16"},
            "A pause lasts at most 14 days. Give Sunday 15 March 2026 or an earlier day.",
        ),
        (PAUSE, {"kind": "holiday"}, "Choose one of the answers shown."),
    ],
)
def test_what_cannot_be_set_is_asked_again_as_it_was_typed(
    sqlite_app, desk, limits_of_ana, typed, changed, sentence
):
    page = send(desk, limits_of_ana, 422, **{**typed, **changed})
    assert sentence in page
    form = typed["kind"]
    assert typed["reason"] in page or "reason" in changed or "kind" in changed
    assert f'href="#{form}-' in page or "kind" in changed
    assert kept(sqlite_app) == []


def test_all_that_is_wrong_with_a_form_is_said_at_once(desk, limits_of_ana):
    typed = {**FEVER, "number": "39", "reason": "", "last_day": "2026-03-01"}
    page = send(desk, limits_of_ana, 422, **typed)
    listed = page.partition('id="problems"')[2].partition("</ul>")[0]
    assert re.findall(r'href="#fever_limit-(\w+)"', listed) == ["number", "last_day", "reason"]
    for sentence in ("can only be lower", "today or later", "Write the reason"):
        assert sentence in listed, sentence


def test_an_error_stands_at_its_box_and_nothing_typed_is_lost(desk, limits_of_ana):
    page = send(desk, limits_of_ana, 422, **{**PAUSE, "last_day": "2026-03-16"})
    assert 'href="#pause-last_day"' in page
    assert 'aria-describedby="pause-last_day-problem' in page
    assert 'value="2026-03-16"' in page
    assert '<option value="pain_worsening" selected>' in page
    assert "Physiotherapy has begun." in page


@pytest.mark.parametrize("number", ["37,5", "37.5 °C", " 37.5 "])
def test_a_temperature_is_read_as_people_write_it(sqlite_app, desk, limits_of_ana, number):
    send(desk, limits_of_ana, **{**FEVER, "number": number})
    assert [row.number for row in kept(sqlite_app)] == [37.5]


def test_a_pause_stands_on_the_row_until_its_last_day_is_over(
    sqlite_app, stage, desk, limits_of_ana, at
):
    send(desk, limits_of_ana, **PAUSE)
    answer(sqlite_app, stage, answers(signs=("chills",)))
    said = "Worsening pain paused until Thursday 12 March"
    assert said in see(desk)
    at(MONDAY + 10 * DAY)
    assert said in see(desk_of(sqlite_app, stage.dee))
    at(MONDAY + 11 * DAY)
    assert said not in see(desk_of(sqlite_app, stage.dee))


def test_limits_stand_where_they_act(sqlite_app, desk, stage, page_of_ana, limits_of_ana):
    answer(sqlite_app, stage, answers(3))
    before = see(desk, page_of_ana)
    assert "Flagged as fever from" not in before
    assert 'class="line target"' not in before.partition('<ul class="key">')[0]
    for typed in (FEVER, TARGET, PAUSE):
        send(desk, limits_of_ana, **typed)
    page = see(desk, page_of_ana)
    week = page.partition("Last seven days")[2].partition("</table>")[0]
    assert "Flagged as fever from 37.5 °C" in week
    chart = page.partition('<h2 class="for-readers" id="pain">')[2].partition("<p ")[0]
    assert 'class="line target"' in chart
    assert ">target<" in chart
    listed = see(desk, "/clinic/patients")
    for chip in ("Fever from 37.5 °C", "Pain target 3", "Worsening pain paused"):
        assert f'<span class="limit small">{chip}</span>' in listed, chip
    by_phone = see(desk, f"{page_of_ana}/check-in")
    assert "Fever limit 37.5 °C until Sunday 15 March" in by_phone
    (row,) = [each for each in kept(sqlite_app) if each.kind == "pain_target"]
    send(desk, f"/clinic/limits/{row.id}/end")
    assert "Pain target 3" not in see(desk, "/clinic/patients")


def test_a_pause_above_its_own_open_flag_says_what_it_means(
    sqlite_app, stage, desk, page_of_ana, limits_of_ana
):
    for ago in range(5):
        answer(sqlite_app, stage, answers(9), MONDAY - ago * DAY)
    words_of_pause = "This flag stays open until it is closed; new findings for the next"
    assert "9 or more on two days" in see(desk)
    send(desk, limits_of_ana, **{**PAUSE, "rule": "mobility_loss"})
    assert words_of_pause not in see(desk)
    send(desk, limits_of_ana, **{**PAUSE, "rule": "not_improving"})
    for path in ("/clinic/", page_of_ana):
        assert see(desk, path).count(words_of_pause) == 1, path


@pytest.mark.parametrize("state", ["withdrawn", "completed", "deceased"])
def test_who_is_not_followed_is_offered_no_limit(
    sqlite_app, stage, desk, page_of_ana, limits_of_ana, state
):
    with sqlite_app.app_context(), writing() as session:
        session.execute(sa.update(Patient).values(state=state))
    page = see(desk, page_of_ana)
    assert "None can be set: this patient is not followed." in page
    assert "Set a limit" not in page
    assert "<form" not in see(desk, limits_of_ana).partition("<main")[2]
    page = send(desk, limits_of_ana, 422, **FEVER)
    assert "This patient is not followed: no limit can be set." in page
    assert kept(sqlite_app) == []


def test_the_findings_sentence_names_the_limit_and_the_patient_is_told_to_ring(
    sqlite_app, stage, desk, page_of_ana, limits_of_ana
):
    send(desk, limits_of_ana, **FEVER)
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    typed = {"entry_id": str(uuid4()), "pain": "3", "mobility": "4", "temperature": "37.6"}
    phone.post("/today", data={**typed, "warning_signs": "none"}, headers=SAME)
    (row,) = rows_of(sqlite_app, checkins.CheckIn)
    assert row.advice_key == "fever"
    review_all(sqlite_app)
    sentence = "Temperature 37.6 °C on day 10; the limit set for this patient is 37.5 °C."
    for path in ("/clinic/", page_of_ana):
        assert sentence in see(desk, path)


def test_what_a_pause_held_back_says_so(sqlite_app, stage, desk, limits_of_ana, at):
    send(desk, limits_of_ana, **{**PAUSE, "rule": "not_improving"})
    for ago in range(12):
        at(MONDAY + ago * DAY)
        if ago < 10:
            answer(sqlite_app, stage, answers(8), MONDAY + ago * DAY)
        review_all(sqlite_app, MONDAY + ago * DAY)
    row = see(desk_of(sqlite_app, stage.dee))
    assert "Pain still 8.0 of 10 around day 14" in row
    assert "held back by a pause until Thursday 12 March" in row


def test_a_limit_is_ended_by_name_and_stays_to_be_read(
    sqlite_app, stage, desk, page_of_ana, limits_of_ana
):
    send(desk, limits_of_ana, **PAUSE)
    (row,) = kept(sqlite_app)
    for _twice in range(2):
        send(desk, f"/clinic/limits/{row.id}/end")
    (row,) = kept(sqlite_app)
    assert (row.ended_at, row.ended_by) == (MONDAY, stage.dee.id)
    page = see(desk, page_of_ana)
    assert "Ended limits (1)" in page
    assert "Ended Mon 2 Mar, 10:00 by Nurse Dee" in page
    assert "End now" not in page


def test_a_limit_that_is_over_is_folded_away(sqlite_app, stage, desk, page_of_ana, at):
    send(desk, f"{page_of_ana}/limits", **{**PAUSE, "last_day": "2026-03-02"})
    at(MONDAY + DAY)
    page = see(desk_of(sqlite_app, stage.dee), page_of_ana)
    assert "Ended limits (1)" in page
    assert "Over since its last day" in page
    assert "End now" not in page


def test_nurse_eli_of_another_clinic_finds_no_limit_anywhere(
    sqlite_app, stage, desk, limits_of_ana
):
    send(desk, limits_of_ana, **PAUSE)
    (row,) = kept(sqlite_app)
    eli = desk_of(sqlite_app, stage.eli)
    see(eli, limits_of_ana, 404)
    send(eli, limits_of_ana, 404, **FEVER)
    send(eli, f"/clinic/limits/{row.id}/end", 404)
    (row,) = kept(sqlite_app)
    assert row.ended_at is None


@pytest.mark.parametrize("path", ["patients/not-an-id/limits", f"patients/{UUID(int=0)}/limits"])
def test_nobodys_limits_are_simply_not_found(desk, path):
    see(desk, f"/clinic/{path}", 404)
    send(desk, f"/clinic/{path}", 404, **PAUSE)
    send(desk, f"/clinic/limits/{uuid4()}/end", 404)


def test_a_reason_is_shown_as_it_was_written_and_never_runs(desk, page_of_ana, limits_of_ana):
    send(desk, limits_of_ana, **{**PAUSE, "reason": "<script>alert(1)</script>"})
    html = desk.get(page_of_ana).text
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert words(html)
