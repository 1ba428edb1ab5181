"""The weekly list and the monthly question: asked when due, kept once, never a verdict, and read by the clinic."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from recovery.records import cards, patients, questionnaires
from recovery.records.database import db, writing
from recovery.records.questionnaires import Filled, Questionnaire
from tests.made_up_list import LINES, supply
from tests.people import CARD_KEY, MONDAY, a_device, a_patient, answers, check_in
from tests.web.desk import SAME, desk_of, rows_of, see, send

OFFER = "There are more questions this week. They take about 3 minutes."
QUESTION = "Did someone answer for you this month?"
SAVED = "Thank you. Your answers are saved."


@pytest.fixture
def folder(sqlite_app, tmp_path):
    """Where the clinic puts its lists; empty at first."""
    place = tmp_path / "lists"
    place.mkdir()
    settings = sqlite_app.extensions["settings"]
    sqlite_app.extensions["settings"] = replace(settings, rmdq_folder=str(place))
    return place


@pytest.fixture
def supplied(folder):
    supply(folder)
    return folder


@pytest.fixture
def phone(sqlite_app, stage):
    return phone_with(sqlite_app, stage.token)


def phone_with(app, token):
    phone = app.test_client()
    phone.set_cookie("device", token)
    return phone


def look(phone, path="/weekly"):
    return " ".join(unescape(phone.get(path).text).split())


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]+)"', page)[1]


def post(phone, path="/weekly", **fields):
    """Fill in the page as it stands and send it."""
    page = look(phone, path)
    shown = {name: hidden(page, name) for name in ("access", "entry_id")}
    if 'name="version"' in page:
        shown["version"] = hidden(page, "version")
    return phone.post(path, data={**shown, **fields}, headers=SAME, follow_redirects=True)


def words_of(answer):
    return " ".join(unescape(answer.text).split())


def kept(app):
    return [(row.kind, row.total, row.ticked) for row in rows_of(app, Questionnaire)]


def put(app, stage, **columns):
    with app.app_context(), writing() as session:
        ana = session.get_one(patients.Patient, (stage.ana.clinic_id, stage.ana.id))
        for name, value in columns.items():
            setattr(ana, name, value)


def answer_today(app, stage, given=None):
    with app.app_context():
        check_in(stage.ana, stage.device, given or answers(3), MONDAY)


def somebody(app, stage, day):
    """Bo, so many days after the procedure, who has answered today."""
    with app.app_context():
        bo = a_patient(stage.dee, "Bo Lind", day)
        device, token, _code = a_device(stage.dee, bo)
        check_in(bo, device, answers(3), MONDAY)
        db.session.commit()
    return phone_with(app, token)


# Whether it is asked.


def test_without_a_list_from_the_clinic_nothing_is_offered_and_the_page_is_kind(
    phone, stage, sqlite_app
):
    answer_today(sqlite_app, stage)
    assert OFFER not in look(phone, "/today")
    page = look(phone)
    assert "Nothing more to answer now" in page
    assert "The next time" not in page
    assert "RMDQ" not in page


def test_with_a_list_it_is_offered_once_today_is_answered_and_it_is_due(
    phone, stage, sqlite_app, supplied
):
    assert OFFER not in look(phone, "/today?more=yes")
    answer_today(sqlite_app, stage)
    assert OFFER in look(phone, "/today")
    page = look(phone)
    assert all(f'<span lang="en" dir="auto">{line}</span>' in page for line in LINES)
    assert page.count('type="checkbox"') == 25
    assert " checked" not in page
    assert "None of these today" in page


@pytest.mark.parametrize(("day", "is_offered"), [(6, False), (7, True), (90, True)])
def test_the_first_list_comes_a_week_after_the_procedure(
    sqlite_app, stage, supplied, day, is_offered
):
    bo = somebody(sqlite_app, stage, day)
    assert (OFFER in look(bo, "/today")) == is_offered
    if not is_offered:
        assert "The next time is Tuesday 3 March 2026." in look(bo)


@pytest.mark.parametrize("state", ["in_hospital", "withdrawn", "deceased", "completed"])
def test_nobody_is_asked_who_is_not_followed(phone, stage, sqlite_app, supplied, state):
    answer_today(sqlite_app, stage)
    put(sqlite_app, stage, state=state)
    for path in ("/today", "/weekly"):
        page = look(phone, path)
        assert OFFER not in page
        assert LINES[0] not in page


def test_whoever_was_told_to_ring_today_is_not_asked_more(phone, supplied):
    given = {"pain": "3", "mobility": "4", "warning_signs": "wound", "answered_by": "patient"}
    phone.post("/today", data=given, headers=SAME)
    page = look(phone, "/today")
    assert "Today we told you:" in page
    assert OFFER not in page
    assert LINES[0] in look(phone), "who looks for it finds it"


def test_the_list_is_that_of_the_language_of_the_page_or_is_off(phone, stage, sqlite_app, folder):
    supply(folder, "de")
    answer_today(sqlite_app, stage)
    assert OFFER not in look(phone, "/today")
    supply(folder, "en")
    assert OFFER in look(phone, "/today")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"one line", "en.txt holds 1 line."),
        ("\n".join([*LINES[:-1], LINES[0]]).encode(), "line 24 says the same as line 1."),
        ("\n".join(LINES).encode("utf-16"), "en.txt is not written in UTF-8."),
    ],
)
def test_a_list_that_cannot_be_asked_is_off_and_the_clinic_reads_why(
    phone, desk, stage, folder, content, why
):
    (folder / "en.txt").write_bytes(content)
    assert "Nothing more to answer now" in look(phone)
    page = see(desk, f"/clinic/patients/{stage.ana.id}")
    assert "The weekly list is off:" in page
    assert why in page
    assert "Put the 24 lines into en.txt, in the folder of the setting RMDQ_FOLDER." in page


def test_a_file_that_cannot_be_opened_is_off_and_breaks_no_page(phone, desk, stage, folder):
    (folder / "en.txt").mkdir()
    assert "Nothing more to answer now" in look(phone)
    assert "en.txt cannot be read." in see(desk, f"/clinic/patients/{stage.ana.id}")


def test_if_the_list_goes_off_while_it_is_filled_in_nothing_is_kept_and_the_page_says_so(
    phone, desk, stage, sqlite_app, supplied
):
    page, path = look(phone), f"/clinic/patients/{stage.ana.id}/weekly"
    shown = {name: hidden(page, name) for name in ("access", "entry_id", "version")}
    (supplied / "en.txt").unlink()
    answer = phone.post("/weekly", data={**shown, "line": "1"}, headers=SAME)
    assert answer.status_code == 409
    assert "These answers were not kept" in words_of(answer)
    assert desk.get(path).status_code == 303
    assert send(desk, path, 303, **shown, line="1")
    assert kept(sqlite_app) == []


# What is answered.


def test_ticked_lines_are_kept_and_no_number_is_shown_as_a_verdict(
    phone, stage, sqlite_app, supplied
):
    page = words_of(post(phone, line=["2", "5", "24"], answered_by="with_help"))
    assert SAVED in page
    assert "Nobody rings you because of these answers." in page
    assert "The next time is Monday 9 March 2026." in page
    main = page.partition("<main")[2].partition("<footer")[0]
    assert not re.search(r"\b3\b|of 24|total|score|better|worse than", main)
    (row,) = rows_of(sqlite_app, Questionnaire)
    assert (row.total, row.ticked, row.answered_by) == (3, [2, 5, 24], "with_help")
    assert row.device_id == stage.device.id
    assert OFFER not in look(phone, "/today")


def test_none_of_these_is_an_answer_of_its_own(phone, sqlite_app, supplied):
    assert SAVED in words_of(post(phone, line=["none"]))
    assert kept(sqlite_app) == [("rmdq", 0, [])]


def test_nothing_ticked_is_not_none_and_is_asked_again(phone, sqlite_app, supplied):
    answer = post(phone, answered_by="for_patient")
    page = words_of(answer)
    assert answer.status_code == 422
    assert "Tick each line that is true, or “None of these today”." in page
    assert 'href="#field-line"' in page
    assert 'value="for_patient" id="field-answered_by-for_patient" checked' in page
    assert kept(sqlite_app) == []


def test_lines_beside_none_of_these_are_shown_again_as_they_were_ticked(
    phone, sqlite_app, supplied
):
    answer = post(phone, line=["7", "none"])
    page = words_of(answer)
    assert answer.status_code == 422
    assert 'value="7" id="field-line-7" checked' in page
    assert 'value="none" id="field-line-none" checked' in page
    assert kept(sqlite_app) == []


def test_if_the_clinic_changes_the_list_meanwhile_no_tick_moves_to_another_line(
    phone, sqlite_app, supplied
):
    page = look(phone)
    shown = {name: hidden(page, name) for name in ("access", "entry_id", "version")}
    supply(supplied, lines=(LINES[1], LINES[0], *LINES[2:]))
    answer = phone.post("/weekly", data={**shown, "line": "1"}, headers=SAME)
    assert answer.status_code == 422
    assert "The list has changed. Please tick it once more." in words_of(answer)
    assert " checked" not in words_of(answer)
    assert kept(sqlite_app) == []


def test_the_same_list_sent_twice_is_kept_once_and_thanked_twice(phone, sqlite_app, supplied):
    page = look(phone)
    shown = {name: hidden(page, name) for name in ("access", "entry_id", "version")}
    for _time in range(2):
        answer = phone.post("/weekly", data={**shown, "line": "4"}, headers=SAME)
        assert (answer.status_code, answer.location) == (303, "/weekly")
    assert kept(sqlite_app) == [("rmdq", 1, [4])]


def test_a_list_sent_again_with_other_ticks_leaves_the_first_and_says_so(
    phone, sqlite_app, supplied
):
    page = look(phone)
    shown = {name: hidden(page, name) for name in ("access", "entry_id", "version")}
    phone.post("/weekly", data={**shown, "line": "4"}, headers=SAME)
    for again in (shown, {**shown, "entry_id": str(uuid4())}):
        answer = phone.post("/weekly", data={**again, "line": "5"}, headers=SAME)
        assert answer.status_code == 409
        assert "These answers were not kept" in words_of(answer)
    assert kept(sqlite_app) == [("rmdq", 1, [4])]


def test_a_form_without_its_id_is_still_somebodys_answers(phone, sqlite_app, supplied):
    page = look(phone)
    shown = {name: hidden(page, name) for name in ("access", "version")}
    assert phone.post("/weekly", data={**shown, "line": "4"}, headers=SAME).status_code == 303
    assert kept(sqlite_app) == [("rmdq", 1, [4])]


def test_it_is_asked_again_a_week_later_and_not_before(phone, sqlite_app, supplied, at):
    post(phone, line=["1"])
    at(MONDAY + timedelta(days=6))
    assert "Nothing more to answer now" in look(phone)
    at(MONDAY + timedelta(days=7))
    assert SAVED in words_of(post(phone, line=["none"]))
    assert [total for _kind, total, _ticked in kept(sqlite_app)] == [1, 0]


@pytest.mark.parametrize("path", ["/weekly", "/answered-for"])
def test_another_cards_post_is_refused_and_nothing_is_stored(phone, sqlite_app, supplied, path):
    fields = {"access": str(uuid4()), "line": "none", "said": "yes"}
    assert phone.post(path, data=fields, headers=SAME).status_code == 401
    assert kept(sqlite_app) == []


@pytest.mark.parametrize("path", ["/weekly", "/answered-for"])
def test_only_a_connected_phone_is_asked(sqlite_app, stage, supplied, path):
    stranger = sqlite_app.test_client()
    assert stranger.get(path).status_code == 302
    assert stranger.post(path, data={"line": "none"}, headers=SAME).status_code == 401


# Did someone answer for you?


@pytest.mark.parametrize(
    ("said", "total", "told"),
    [
        ("yes", 1, "Says on Mon 2 Mar: somebody else answered for the patient in that month."),
        ("no", 0, "Says on Mon 2 Mar: nobody else answered for the patient in that month."),
        ("unsaid", None, "Asked on Mon 2 Mar who had answered in that month, and preferred not"),
    ],
)
def test_who_answered_is_asked_after_four_weeks_and_the_clinic_reads_the_answer(
    sqlite_app, stage, desk, said, total, told
):
    bo = somebody(sqlite_app, stage, 28)
    assert QUESTION in look(bo, "/today")
    assert SAVED in words_of(post(bo, "/answered-for", said=said))
    assert QUESTION not in look(bo, "/today")
    (row,) = rows_of(sqlite_app, Questionnaire)
    assert (row.kind, row.total) == ("answered_for", total)
    assert told in see(desk, f"/clinic/patients/{row.patient_id}")


def test_it_is_asked_on_the_page_of_today_with_one_tap_and_without_a_list(sqlite_app, stage):
    bo = somebody(sqlite_app, stage, 28)
    page = look(bo, "/today")
    fields = {name: hidden(page, name) for name in ("access", "entry_id")}
    answer = bo.post("/answered-for", data={**fields, "said": "no"}, headers=SAME)
    assert (answer.status_code, answer.location) == (303, "/answered-for")


def test_who_answered_is_asked_again_after_four_weeks_and_not_before(sqlite_app, stage, at):
    assert QUESTION not in look(somebody(sqlite_app, stage, 27), "/answered-for")
    bo = somebody(sqlite_app, stage, 30)
    post(bo, "/answered-for", said="no")
    at(MONDAY + timedelta(days=27))
    assert "Nothing more to answer now" in look(bo, "/answered-for")
    at(MONDAY + timedelta(days=28))
    assert QUESTION in look(bo, "/answered-for")


def test_an_answer_that_is_none_of_ours_asks_again(sqlite_app, stage):
    bo = somebody(sqlite_app, stage, 28)
    for said in ("", "maybe"):
        answer = post(bo, "/answered-for", said=said)
        assert answer.status_code == 422
        assert QUESTION in words_of(answer)
    assert kept(sqlite_app) == []


def test_a_helper_is_asked_about_the_patient_by_name_and_the_clinic_reads_whose_phone_it_was(
    sqlite_app, stage, desk
):
    with sqlite_app.app_context():
        bo = a_patient(stage.dee, "Bo Lind", 28)
        code = cards.issue(stage.dee, bo, "Mia Lind", CARD_KEY, MONDAY, holder="helper")
        _device, token = cards.connect(code, CARD_KEY, "phone", MONDAY)
    mia = phone_with(sqlite_app, token)
    assert "Did someone answer for Bo this month?" in look(mia, "/answered-for")
    post(mia, "/answered-for", said="yes")
    assert "Said on the phone of Mia Lind." in see(desk, f"/clinic/patients/{bo.id}")


def test_on_a_helpers_phone_the_list_names_who_may_be_answering(sqlite_app, stage, supplied):
    with sqlite_app.app_context():
        bo = a_patient(stage.dee, "Bo Lind", 7)
        code = cards.issue(stage.dee, bo, "Mia Lind", CARD_KEY, MONDAY, holder="helper")
        _device, token = cards.connect(code, CARD_KEY, "phone", MONDAY)
    mia = phone_with(sqlite_app, token)
    again = words_of(post(mia, answered_by="for_patient"))
    for page in (look(mia), again):
        assert "Bo, with help from Mia Lind" in page
        assert ">Me" not in page
    assert re.search(r'value="for_patient"[^>]* checked> <span >Mia Lind, for Bo</span>', again)


# What is shown of it.


def keep_totals(app, patient, source, *totals):
    """Weekly totals, the last of them today."""
    with app.app_context():
        for ago, total in enumerate(reversed(totals)):
            ticked = tuple(range(1, total + 1))
            filled = Filled("rmdq", total, ticked, "made-up", "patient")
            now = MONDAY - timedelta(weeks=ago)
            questionnaires.record(patient.key, uuid4(), filled, source, now)


def test_how_it_goes_shows_what_could_not_be_done_in_plain_words(phone, stage, sqlite_app):
    assert "What you could not do" not in look(phone, "/progress")
    keep_totals(sqlite_app, stage.ana, stage.device, 14, 9)
    page = look(phone, "/progress")
    part = page.partition("What you could not do</h2>")[2].partition("</section>")[0]
    assert "On Monday 2 March 2026 you ticked 9 lines." in part
    assert "On Monday 23 February 2026 you ticked 14 lines." in part
    assert "<svg" in part
    assert not re.search("score|total|better|good|well done", part, re.IGNORECASE)


def test_one_line_and_no_line_are_said_as_people_say_it(phone, stage, sqlite_app):
    keep_totals(sqlite_app, stage.ana, stage.device, 1, 0)
    page = look(phone, "/progress")
    assert "On Monday 2 March 2026 you ticked no line." in page
    assert "On Monday 23 February 2026 you ticked 1 line." in page


def test_the_clinic_sees_the_totals_week_by_week_with_a_table_and_no_judgement(
    desk, stage, sqlite_app, supplied
):
    keep_totals(sqlite_app, stage.ana, stage.device, 14, 9)
    page = see(desk, f"/clinic/patients/{stage.ana.id}")
    part = page.partition('id="weekly-list"')[2].partition("</details>")[0]
    assert "Day 10: 9 of 24. First, day 3: 14." in part
    assert "our evidence names none" in part
    assert '<th scope="row">10</th> <td>Mon 2 Mar</td> <td>9</td> <td>by the patient</td>' in part
    assert "Asked from Mon 9 Mar on, until it is answered." in part


def test_the_clinic_reads_that_the_list_is_off_and_what_to_do(desk, stage):
    off = "The weekly list is off: no items in English. Put the 24 lines into a file en.txt"
    for path in (f"/clinic/patients/{stage.ana.id}", "/clinic/pathway"):
        assert off in see(desk, path)


def test_the_pathway_page_says_in_which_languages_the_list_is_on(desk, supplied):
    page = see(desk, "/clinic/pathway")
    part = page.partition('id="weekly"')[2].partition("</section>")[0]
    assert re.search(r"English</span> <strong[^>]*>on</strong>", part)
    assert re.search(r"German</span> <strong[^>]*>off</strong>", part)
    assert "The weekly list is off: no items in German." in part


# By phone.


def test_a_nurse_asks_the_list_on_the_telephone_and_her_name_stands_beside_it(
    desk, stage, sqlite_app, supplied
):
    path = f"/clinic/patients/{stage.ana.id}/weekly"
    assert f'href="{path}"' in see(desk, f"/clinic/patients/{stage.ana.id}")
    page = see(desk, path)
    assert LINES[23] in page
    shown = {name: hidden(page, name) for name in ("entry_id", "version")}
    assert "Tick each line that is true" in send(desk, path, 422, **shown)
    send(desk, path, 303, **shown, line=["1", "2"], answered_by="patient")
    (row,) = rows_of(sqlite_app, Questionnaire)
    assert (row.total, row.clinician_id, row.device_id) == (2, stage.dee.id, None)
    page = see(desk, f"/clinic/patients/{stage.ana.id}")
    assert "by the patient, by phone with Nurse Dee" in page
    assert f'href="{path}"' not in page
    assert desk.get(path).status_code == 303


def test_nurse_eli_of_another_clinic_neither_sees_nor_fills_anas_list(sqlite_app, stage, supplied):
    eli, path = desk_of(sqlite_app, stage.eli), f"/clinic/patients/{stage.ana.id}/weekly"
    assert eli.get(path).status_code == 404
    assert eli.post(path, data={"line": "none"}, headers=SAME).status_code == 404
    assert kept(sqlite_app) == []
