"""The list of everybody: findable, sortable, and saying of whoever is silent why nothing comes."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from recovery.clinical.answers import Answers
from recovery.records import flags, limits, moves, patients, states
from recovery.records.audit import AuditLine
from recovery.records.database import db, writing
from recovery.records.limits import Wanted
from recovery.records.patients import Patient, Procedure
from recovery.rounds import review
from recovery.web import logs
from tests import many
from tests.people import MONDAY, a_device, a_patient, answers, check_in, set_stage
from tests.web.desk import desk_of, review_all, rows_of, see, send

DAY = timedelta(days=1)
LIST = "/clinic/patients"


@pytest.fixture
def bo(sqlite_app, stage):
    """Bo, who was operated on 30 days ago, with a phone."""
    with sqlite_app.app_context():
        bo = a_patient(stage.dee, "Bo Lind", 30)
        bo.device = a_device(stage.dee, bo, MONDAY)[0]
        return bo


def live(app, patient, pains, until=MONDAY):
    """These pains on days running, the last one on the day `until`, each read by the computer in its turn."""
    with app.app_context():
        for ago, pain in zip(range(len(pains) - 1, -1, -1), pains, strict=True):
            if pain is not None:
                given = Answers(pain=pain, mobility=3, warning_signs=frozenset())
                check_in(patient, patient.device, given, until - ago * DAY)
    review_all(app)


def change(app, patient, **columns):
    with app.app_context(), writing() as session:
        row = session.get_one(Patient, (patient.clinic_id, patient.id))
        for name, value in columns.items():
            setattr(row, name, value)


def row_of(page, name):
    """The part of the page about one patient."""
    (row,) = [each for each in page.split("<tr")[1:] if f">{name}</a>" in each]
    return row


def listed(page):
    return re.findall(r'class="one-name"[^>]*>([^<]+)<', page)


# Groups, the guarantees of before: nobody is left out silently.


def test_everybody_is_listed_whatever_their_state_and_every_group_can_be_opened(
    sqlite_app, stage, desk
):
    with sqlite_app.app_context():
        a_patient(stage.dee, "Bo Berg", answers_daily="by_phone")
        a_patient(stage.dee, "Cy Cole")
        held = a_patient(stage.dee, "Di Dunn")
        states.change_state(stage.dee, held, "paused", (MONDAY + 3 * DAY).date(), MONDAY)
        over = a_patient(stage.dee, "Ed Evans")
        states.change_state(stage.dee, over, "withdrawn", None, MONDAY)
    review_all(sqlite_app)
    page = see(desk, LIST)
    assert listed(page) == ["Ana Ruiz", "Bo Berg", "Cy Cole", "Di Dunn", "Ed Evans"]
    assert "5 patients" in page
    for group, name in {
        "Follow by phone": "Bo Berg",
        "Not connected": "Cy Cole",
        "On their phones": "Ana Ruiz",
        "Paused or in hospital": "Di Dunn",
        "Pathway over": "Ed Evans",
    }.items():
        (link,) = re.findall(rf'<a href="([^"]+)" *>{group} <span class="count">1</span>', page)
        assert listed(see(desk, link)) == [name]
    assert "Withdrawn since Mon 2 Mar" in row_of(page, "Ed Evans")
    assert "Paused until Thu 5 Mar" in row_of(page, "Di Dunn")
    assert "Follow by phone" in row_of(page, "Bo Berg")


def test_a_group_without_anybody_is_not_offered(desk):
    page = see(desk, LIST)
    assert "Paused or in hospital" not in page
    assert 'aria-current=true>Paused or in hospital <span class="count">0</span>' in see(
        desk, f"{LIST}?show=held"
    )


def test_opening_the_list_is_audited_once(sqlite_app, desk):
    see(desk, LIST)
    assert len(rows_of(sqlite_app, AuditLine, action="patients listed")) == 1


def test_a_patient_followed_by_phone_is_asked_from_the_list(sqlite_app, stage, desk):
    change(sqlite_app, stage.ana, answers_daily="by_phone")
    page = see(desk, LIST)
    assert f'href="{LIST}/{stage.ana.id}/check-in"' in page
    assert '<a class="call" href="tel:+493023125200">' in page


def test_whoever_is_not_followed_any_more_is_not_asked_by_phone(sqlite_app, stage, desk):
    change(sqlite_app, stage.ana, answers_daily="by_phone", state="withdrawn")
    assert "check-in" not in see(desk, LIST)


# Silence.


def silent_row(app, desk, name):
    review_all(app)
    (row,) = [row for row in see(desk, f"{LIST}?show=silent").split("<tr")[1:] if name in row]
    assert 'class="one one-silent"' in row_of(see(desk, LIST), name)
    return re.findall(r'class="why-not why-silent">([^<]+)<', row)


def test_whoever_never_connected_looks_silent_and_says_since_when(sqlite_app, stage, desk):
    with sqlite_app.app_context():
        a_patient(stage.dee, "Cy Cole", 5)
    assert silent_row(sqlite_app, desk, "Cy Cole") == [
        "Never connected, 5 days after the procedure"
    ]


def test_before_the_second_day_not_being_connected_is_no_silence(sqlite_app, stage, desk):
    with sqlite_app.app_context():
        a_patient(stage.dee, "Cy Cole", 1)
    review_all(sqlite_app)
    row = row_of(see(desk, LIST), "Cy Cole")
    assert "No phone connected yet" in row
    assert "one-silent" not in row


def test_whoever_connected_and_never_answered_says_so(sqlite_app, desk):
    said = silent_row(sqlite_app, desk, "Ana Ruiz")
    assert said == ["Connected, but no answer 10 days after the procedure"]


def test_whoever_stopped_answering_says_when_the_last_answer_was(sqlite_app, bo, desk):
    live(sqlite_app, bo, [3] * 20, MONDAY - 7 * DAY)
    assert silent_row(sqlite_app, desk, "Bo Lind") == ["Stopped answering, last on Mon 23 Feb"]
    assert "7 days ago" in row_of(see(desk, LIST), "Bo Lind")


def test_an_answer_ends_the_look_of_silence(sqlite_app, bo, desk):
    live(sqlite_app, bo, [3] * 20, MONDAY - 7 * DAY)
    live(sqlite_app, bo, [3])
    row = row_of(see(desk, LIST), "Bo Lind")
    assert "one-silent" not in row
    assert "today" in row


def test_a_closed_flag_about_silence_leaves_the_silence_visible(sqlite_app, stage, bo, desk):
    live(sqlite_app, bo, [3] * 20, MONDAY - 7 * DAY)
    with sqlite_app.app_context():
        for flag in flags.of_patient(bo):
            closing = moves.Closing({"quiet_feeling_well": "answered", "quiet": "answered"}, True)
            moves.close(stage.dee, flag, closing, MONDAY)
    assert silent_row(sqlite_app, desk, "Bo Lind") == ["Stopped answering, last on Mon 23 Feb"]


@pytest.mark.parametrize(
    ("pains", "said"),
    [
        ([3] * 20, "No check-in by phone since Mon 23 Feb"),
        ([], "No check-in by phone yet, 30 days after the procedure"),
    ],
)
def test_whoever_is_followed_by_phone_and_is_not_rung_looks_silent(
    sqlite_app, bo, desk, pains, said
):
    change(sqlite_app, bo, answers_daily="by_phone")
    live(sqlite_app, bo, pains, MONDAY - 7 * DAY)
    assert silent_row(sqlite_app, desk, "Bo Lind") == [said]


def test_in_hospital_looks_held_and_not_silent(sqlite_app, stage, desk):
    with sqlite_app.app_context():
        states.report_hospital(patients.get(stage.ana.key), "device:1", MONDAY)
    review_all(sqlite_app)
    row = row_of(see(desk, LIST), "Ana Ruiz")
    assert 'class="one one-held"' in row
    assert "In hospital since Mon 2 Mar" in row


def test_whose_last_phone_was_ended_is_not_counted_as_on_a_phone(sqlite_app, stage, bo, desk):
    said = "No phone connected any more"
    assert said not in see(desk, LIST)
    send(desk, f"/clinic/devices/{bo.device.id}/end")
    assert said in row_of(see(desk, LIST), "Bo Lind")
    assert listed(see(desk, f"{LIST}?show=not_connected")) == ["Bo Lind"]
    assert listed(see(desk, f"{LIST}?show=active")) == ["Ana Ruiz"]


def test_answers_that_could_not_be_checked_are_not_passed_over(sqlite_app, stage, desk):
    change(sqlite_app, stage.ana, review_failures=2, review_failed_at=MONDAY)
    sentence = "The answers could not be checked. Read the answers yourself."
    assert sentence in row_of(see(desk, LIST), "Ana Ruiz")


# What a course says.


def test_the_line_and_the_words_say_the_last_pains_and_where_the_newest_lies(sqlite_app, bo, desk):
    live(sqlite_app, bo, [3] * 10 + [2, None, 3, 8])
    row = row_of(see(desk, LIST), "Bo Lind")
    assert (
        'aria-label="Worst pain of the answered days from day 17 to 30: '
        '3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 3, 8"'
    ) in row
    assert "Day 30: pain 8" in row
    assert re.search(r'class="above">above the forecast of before \(\d( to \d)?\)<', row)
    assert "above the published range" in row
    assert re.search(r"13 of \d+ days", row)


def test_nobody_is_called_normal_or_on_track(sqlite_app, bo, desk):
    live(sqlite_app, bo, [7] * 25)
    page = see(desk, LIST).lower()
    assert "within own forecast" in page
    assert "above the published range" in page
    for word in ("normal", "on track", "alarm", "good", "style="):
        assert word not in page


def test_before_the_first_answer_nothing_is_made_up(sqlite_app, stage, desk):
    assert "not checked yet" in row_of(see(desk, LIST), "Ana Ruiz")
    review_all(sqlite_app)
    row = row_of(see(desk, LIST), "Ana Ruiz")
    assert "no answer yet" in row
    assert "No pain answer yet." in row
    assert "0 of 9 days" in row


def test_open_flags_are_named_with_the_worst_urgency(sqlite_app, stage, desk):
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(temperature_c=38.6, signs=("wound",)), MONDAY)
    review_all(sqlite_app)
    row = row_of(see(desk, LIST), "Ana Ruiz")
    assert '<strong class="urgency urgency-today">Today</strong>' in row
    assert "Fever, Warning sign" in row
    assert "Not seen yet" in row
    send(desk, f"{LIST}/{stage.ana.id}/seen")
    assert "Not seen yet" not in see(desk, LIST)


STORIES = {
    "recovers": [8, 7, 6, 6, 5, 5, 4, 4, 4, 4, 3, 3, 4, 3, 3],
    "worse": [8, 7, 6, 5, 5, 4, 4, 4, 3, 3, 3, 3, 8, 8, 8],
    "settled": [3] * 10 + [8] * 15,
    "better": [6] * 12 + [1, 1, 1],
    "gaps": [8, None, None, 5, None, 4, None, None, None, 3],
    "one": [9],
}


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("special", ["", "closed", "target", "no level before"])
def test_the_list_says_what_the_patients_own_page_says(sqlite_app, stage, bo, desk, story, special):
    with sqlite_app.app_context():
        if special == "target":
            until = (MONDAY + 5 * DAY).date()
            target = Wanted("pain_target", until, "Wanted so", number=2)
            limits.set_limit(stage.dee, patients.get(bo.key), target, MONDAY - 12 * DAY)
        if special == "no level before":
            with writing() as session:
                nothing = {"baseline_pain": None, "baseline_on": None}
                session.execute(sa.update(Procedure).values(nothing))
    live(sqlite_app, bo, STORIES[story])
    if special == "closed":
        close_all(sqlite_app, stage, bo)
    row = row_of(see(desk, LIST), "Bo Lind")
    own = re.search(r"Day (\d+): pain (\d+) (?:<[^>]+>)([^<]+)<.*?>(\w+ the published range)<", row)
    day, pain, place, published = own.groups()
    sentence = f"Day {day}: pain {pain}, {place}, {published}, "
    assert sentence in see(desk, f"{LIST}/{bo.id}")


def close_all(app, stage, patient):
    """Somebody rang and closed whatever was raised; a day later the computer looks again."""
    with app.app_context():
        for flag in [each for each in flags.of_patient(patient) if each.closed_at is None]:
            reasons = {row.reason for row in flags.findings_of([flag])[flag.id]}
            closing = moves.Closing(dict.fromkeys(reasons, "other"), True, "Spoke on the phone.")
            moves.close(stage.dee, flag, closing, MONDAY)
        with writing():
            review.review(patients.lock(patient.key), MONDAY)


# Searching, sorting, turning pages.


def test_the_address_carries_what_is_asked_for_and_the_form_keeps_it(sqlite_app, bo, desk):
    page = see(desk, f"{LIST}?q=ruiz&show=active&sort=-day&page=7")
    assert listed(page) == ["Ana Ruiz"]
    assert "1 patient matches “ruiz”" in page
    assert '<input id="q" type="search" name="q" value="ruiz"' in page
    assert '<input type="hidden" name="show" value="active">' in page
    assert '<input type="hidden" name="sort" value="-day">' in page
    assert "<title> Patients, 1 patient matches “ruiz” </title>" in page


def test_an_address_that_says_nonsense_shows_everybody(desk):
    for nonsense in ("show=x", "sort=x", "sort=--name", "page=x", "page=-1", "page=0", "page=²"):
        page = see(desk, f"{LIST}?{nonsense}")
        assert (listed(page), 'aria-sort="ascending"' in page or "aria-sort=ascending" in page) == (
            ["Ana Ruiz"],
            True,
        ), nonsense
    assert listed(see(desk, f"{LIST}?page={'9' * 400}")) == ["Ana Ruiz"]
    assert "Nobody matches" in see(desk, f"{LIST}?q=%00&q=b")


def test_what_is_searched_for_is_shown_as_text(desk):
    page = desk.get(f"{LIST}?q=%3Cscript%3Ealert(1)%3C/script%3E%22").text
    assert "<script>alert" not in page
    assert "Nobody matches" in page


def test_when_nobody_matches_the_way_back_is_one_link(sqlite_app, stage, bo, desk):
    page = see(desk, f"{LIST}?q=nobody")
    assert "Nobody matches “nobody”." in page
    assert f'<a class="button" href="{LIST}">Show everybody' in page
    within = see(desk, f"{LIST}?q=ruiz&show=held")
    assert "Nobody in “Paused or in hospital” matches “ruiz”." in within
    assert f'href="{LIST}?q=ruiz">Search among everybody <span class="count">1' in within
    assert "Nobody is in “Paused or in hospital”." in see(desk, f"{LIST}?show=held")


def test_an_empty_clinic_says_that_nobody_is_enrolled(sqlite_app, stage):
    eli = desk_of(sqlite_app, stage.eli)
    assert "Nobody is enrolled yet." in see(eli, LIST)
    assert "Show everybody" not in see(eli, LIST)


def orders(page):
    return {
        title: (sort, link)
        for sort, link, title in re.findall(
            r'<th role="columnheader" scope="col" (?:aria-sort=(\w+))? ?> '
            r'<a class="order" href="([^"]+)">([\w ]+)',
            page,
        )
    }


def test_each_column_sorts_and_a_second_click_turns_it_around(sqlite_app, bo, desk):
    page = see(desk, LIST)
    assert {title: sort for title, (sort, _) in orders(page).items() if sort} == {
        "Patient": "ascending"
    }
    assert listed(page) == ["Ana Ruiz", "Bo Lind"]
    by_day = see(desk, orders(page)["Day"][1])
    assert orders(by_day)["Day"][0] == "ascending"
    assert listed(by_day) == ["Ana Ruiz", "Bo Lind"]
    turned = see(desk, orders(by_day)["Day"][1])
    assert orders(turned)["Day"][0] == "descending"
    assert listed(turned) == ["Bo Lind", "Ana Ruiz"]
    assert orders(see(desk, orders(page)["Open flags"][1]))["Open flags"][0] == "descending"
    assert orders(see(desk, orders(page)["Pain"][1]))["Pain"][0] == "descending"


def test_pages_are_turned_in_both_directions(sqlite_app, stage, desk):
    with sqlite_app.app_context():
        many.patients(stage.dee, 120, MONDAY, answered_days=0)
    first = see(desk, f"{LIST}?sort=name")
    assert "121 patients" in first
    assert "1 to 50 of 121" in first
    assert "Page before" not in first
    second = see(desk, re.findall(r'rel="next" href="([^"]+)"', first)[0])
    assert "51 to 100 of 121" in second
    third = see(desk, re.findall(r'rel="next" href="([^"]+)"', second)[0])
    assert "101 to 121 of 121" in third
    assert "Next page" not in third
    everybody = listed(first) + listed(second) + listed(third)
    assert len(everybody) == 121
    assert listed(see(desk, re.findall(r'rel="prev" href="([^"]+)"', third)[0])) == listed(second)


def test_the_page_asks_the_database_as_often_for_many_as_for_few(sqlite_app, stage, desk):
    few = queries(sqlite_app, desk)
    with sqlite_app.app_context():
        many.patients(stage.dee, 60, MONDAY, answered_days=2)
    review_all(sqlite_app)
    assert queries(sqlite_app, desk) == few


def queries(app, desk):
    asked = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    see(desk, LIST)
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def test_eli_neither_sees_nor_finds_anybody_of_ours(sqlite_app, stage):
    eli = desk_of(sqlite_app, stage.eli)
    for address in (LIST, f"{LIST}?q=ruiz", f"{LIST}?show=active"):
        assert "Ana Ruiz" not in see(eli, address)


def test_the_page_is_the_same_on_both_databases(app, at):
    at(MONDAY)
    with app.app_context():
        stage = set_stage()
        stage.ana.device = stage.device
    live(app, stage.ana, [6, 5, 4, 9])
    row = row_of(see(desk_of(app, stage.dee), LIST), "Ana Ruiz")
    assert "Day 10: pain 9" in row
    assert "4 of 10 days" in row


@pytest.mark.parametrize(
    "address",
    [
        "/clinic/patients?q=Ana+Ruiz&page=2",
        "/clinic/patients?show=held&q=Ruiz",
        "/clinic/sign-in?next=%2Fclinic%2Fpatients%3Fshow%3Dheld%26q%3DRuiz%26page%3D2",
    ],
)
def test_whom_somebody_searched_for_stands_in_no_log(address):
    words = ("%s", f'"GET {address} HTTP/1.1" 200')
    record = logging.LogRecord("gunicorn.access", logging.INFO, "", 0, words[0], words[1:], None)
    assert logs.Scrubbed().filter(record)
    assert "Ruiz" not in record.getMessage()
    assert "page" in record.getMessage() or "page" not in address
