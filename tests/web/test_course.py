"""The course on the patient page: one axis of days, every mark in words, and each day as a sentence of its own."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from recovery.records import (
    clinic_settings,
    flags,
    handing_on,
    limits,
    moves,
    patients,
    procedures,
    states,
    transfers,
)
from recovery.records.contacts import Tried
from recovery.records.database import writing
from recovery.web import lanes
from recovery.web.lanes import Lanes, Shape, Space
from recovery.web.picture import CLINIC_LOW, SHEET_LOW
from tests.people import MONDAY, a_patient, answers, check_in
from tests.web.desk import review_all, see

DAY = timedelta(days=1)


@pytest.fixture
def bo(sqlite_app, stage):
    """Bo on day 30, who gets worse: a closed flag, an open one, a note, two calls, a pause and a limit."""
    with sqlite_app.app_context():
        bo = a_patient(stage.dee, "Bo Lind", 30)
        for ago in range(29, -1, -1):
            hot = {"temperature_c": 38.4} if ago == 20 else {}
            told = answers(3 if ago > 3 else 8, **hot)
            check_in(bo, stage.dee, told, MONDAY - ago * DAY)
            if ago == 20:
                review_all(sqlite_app, MONDAY - ago * DAY)
                close_fever(stage, bo)
        told = answers(7, note="May I bathe?", temperature_c=37.2, paracetamol=True)
        check_in(bo, stage.dee, told, MONDAY - DAY)
        moves.note_try(stage.dee, bo, Tried("nobody", "", MONDAY), MONDAY - 2 * DAY)
        moves.note_try(stage.dee, bo, Tried("patient", "Sleeps badly."), MONDAY - DAY)
        pause(stage, bo)
        wanted = limits.Wanted("fever_limit", bo.today(MONDAY) + 5 * DAY, "Runs cool.", 37.5)
        limits.set_limit(stage.dee, bo, wanted, MONDAY - DAY)
    review_all(sqlite_app)
    return bo


def close_fever(stage, bo):
    (flag,) = flags.of_patient(bo)
    told = moves.Closing({"fever": "other_illness"}, True, "A cold.")
    moves.close(stage.dee, flag, told, MONDAY - 19 * DAY)


def pause(stage, bo):
    at = MONDAY - 15 * DAY
    states.change_state(stage.dee, bo, "paused", bo.today(at) + 3 * DAY, at)
    patients.agree_to_helper(stage.dee, bo, at + DAY)
    states.change_state(stage.dee, bo, "active", None, at + 3 * DAY)


@pytest.fixture
def page(desk, bo):
    return see(desk, f"/clinic/patients/{bo.id}")


def says(page, day):
    """The sentence of a day."""
    return unescape(re.search(rf'data-day="{day}" data-says="(.*?)">', page)[1])


def lanes_of(page):
    return re.search(r'<svg [^>]*class="chart chart-course lanes".*?>0</text>', page)[0]


def shapes(page):
    """What the lanes show: the sentence, and the class of the shape."""
    found = re.findall(
        r'<g class="mark"><title>(.*?)</title>.*?class="(?:shape|bar) ([\w-]+)"', lanes_of(page)
    )
    return {kind: title for title, kind in found}


def test_pain_mobility_and_temperature_share_one_axis_of_days(page):
    titles = re.findall(r"<svg xmlns[^>]*chart-course.*?<title[^>]*>(.*?)</title>", page)
    assert titles == [
        "Pain since the procedure",
        "Mobility since the procedure",
        "Temperature since the procedure",
        "What happened on which day",
    ]
    axis = re.findall(
        r">(\d+)</text>", page.partition("lanes-words")[2].partition("</svg> <div")[0]
    )
    assert axis[-7:] == ["0", "14", "28", "42", "56", "70", "84"]


def test_every_mark_says_in_words_what_it_is(page):
    found = shapes(page)
    assert found["flag-open"].startswith("Day 30: Flag raised: Worsening pain. Pain 8 of 10")
    assert found["flag-closed"] == "Day 10: Flag raised: Fever. Temperature 38.4 °C on day 10."
    assert found["note"] == "Day 29: Note"
    assert found["reached"] == "Day 29: Call: The patient"
    assert found["unreached"] == "Day 28: Call: Nobody, no answer"
    assert found["away"] == "Day 15: State changed: Paused"
    assert found["limit"].startswith("Day 29: Limit set: Fever limit 37.5 °C until")
    for sentence in (
        "Pain at the puncture site is usual until this day.",
        "The follow-up visit is due by this day.",
        "It usually levels off around this day, which is no target.",
        "Day 29, Sun 1 Mar: Pain 8",
        "Day 29: 37.2 °C, paracetamol",
    ):
        assert f"<title>{sentence}</title>" in page, sentence
    key = page.partition("What the lines mean")[2].partition("<table")[0]
    assert set(found) <= set(re.findall(r'class="(?:shape|bar) ([\w-]+)"', key))


def test_a_pause_lasts_on_the_axis_from_its_first_to_its_last_day(page):
    first, last = re.search(
        r'<line x1="([\d.]+)%" x2="([\d.]+)%"[^>]*class="bar away"', lanes_of(page)
    ).groups()
    assert (float(first), float(last)) == pytest.approx((100 * 15 / 90, 100 * 18 / 90), abs=0.1)


def test_no_lifting_is_marked_only_after_the_clinic_has_set_its_days(sqlite_app, stage, desk, bo):
    path = f"/clinic/patients/{bo.id}"
    assert "No lifting" not in see(desk, path)
    with sqlite_app.app_context():
        clinic_settings.set_lifting_days(stage.dee, 42, MONDAY)
    page = see(desk, path)
    assert "No lifting until this day, set by the clinic. It allows nothing by itself." in page
    assert "No lifting until this day" in says(page, 42)


def test_each_day_is_said_in_one_sentence_with_all_that_happened(page):
    said = says(page, 29)
    assert re.match(
        r"Day 29, Sunday 1 March: pain 8 \(own forecast \d to \d\), "
        r"moves 4 of 5 \(own forecast \d\), 37\.2 °C, paracetamol, warning signs: none, "
        r"answered .*by phone with Nurse Dee\.",
        said,
    )
    for told in (
        "Note, by somebody unnamed, by phone with Nurse Dee.",
        "Call: The patient, by Nurse Dee.",
        "Limit set: Fever limit 37.5 °C",
    ):
        assert told in said, told
    assert "Flag raised: Worsening pain." in says(page, 30)
    assert "Flag closed: Fever, by Nurse Dee." in says(page, 11)
    assert says(page, 0).startswith("Day 0, Saturday 31 January: no answers.")
    assert says(page, 72).startswith("Day 72, Monday 13 April: ahead")


def test_the_table_holds_every_day_once_the_newest_first_and_then_those_ahead(page):
    days = [int(day) for day in re.findall(r'data-day="(\d+)"', page)]
    assert days == [*range(30, -1, -1), *range(31, 91)]
    row = re.search(r'data-day="10".*?</tr>', page)[0]
    for told in ("38.4 °C", "Flag raised: Fever.", "by phone with Nurse Dee"):
        assert told in row, told


def test_without_a_script_nothing_waits_for_one(page):
    assert re.search(r"data-course-day hidden", page)
    assert "<summary>What the lines mean, and every day as a table</summary>" in page


def test_a_note_of_markup_stays_text(sqlite_app, stage, desk, bo):
    with sqlite_app.app_context():
        moves.note_try(stage.dee, bo, Tried("patient", "<script>x</script>"), MONDAY)
    answer = desk.get(f"/clinic/patients/{bo.id}").text
    assert "<script>x" not in answer
    assert "&lt;script&gt;x" in answer


def test_a_second_procedure_restarts_the_axis_and_keeps_what_was_before_in_the_list(
    sqlite_app, stage, desk, bo
):
    with sqlite_app.app_context(), writing() as session:
        old = patients.current_procedure(bo)
        old = session.merge(old)
        old.ended_on = bo.today(MONDAY)
        session.flush()
        session.add(
            patients.Procedure(
                clinic_id=bo.clinic_id,
                patient_id=bo.id,
                performed_on=bo.today(MONDAY),
                levels=["L3"],
                pathway=old.pathway,
                baseline_by="",
            )
        )
    page = see(desk, f"/clinic/patients/{bo.id}")
    assert "The course after the procedure of Saturday 31 January 2026 ended" in says(page, 0)
    assert "Procedure: L3" in says(page, 0)
    assert ">new course</text>" in page
    assert "flag-closed" not in shapes(page)
    told = see(desk, f"/clinic/patients/{bo.id}/timeline?kind=flags")
    assert "Flag raised: Fever" in told


@pytest.fixture
def cys_page(sqlite_app, stage, desk):
    """Cy, on day 5 after a second procedure, with what is still open and in force from before it."""
    with sqlite_app.app_context():
        cy = a_patient(stage.dee, "Cy Cole", 40)
        check_in(cy, stage.dee, answers(3, temperature_c=38.6), MONDAY - 20 * DAY)
        review_all(sqlite_app, MONDAY - 20 * DAY)
        wanted = limits.Wanted("pain_target", cy.today(MONDAY) + 2 * DAY, "Agreed.", 3)
        limits.set_limit(stage.dee, cy, wanted, MONDAY - 9 * DAY)
        second = {"performed_on": cy.today(MONDAY) - 5 * DAY, "levels": ["L3"], "baseline_by": ""}
        procedures.start(stage.dee, cy, second, "Agreed.", MONDAY)
        check_in(cy, stage.dee, answers(3, temperature_c=36.8), MONDAY)
    review_all(sqlite_app)
    return see(desk, f"/clinic/patients/{cy.id}")


def test_what_is_open_from_before_a_second_procedure_stands_at_its_beginning(cys_page):
    stalks = re.findall(r'<line x1="([^"]+)"[^>]*class="stalk flag"', cys_page)
    assert stalks[-1] == "0%"
    titles = re.findall(r"<title>([^<]*Flag raised: Fever[^<]*)", lanes_of(cys_page))
    assert titles == ["Tue 10 Feb: Flag raised: Fever. Temperature 38.6 °C on day 20."]


def test_nothing_is_drawn_left_of_the_first_day(cys_page):
    charts = re.findall(r"<svg xmlns[^>]*chart-course.*?</svg>", cys_page)
    (target,) = re.findall(r'<path d="M([^ ]+) [^"]*" class="line target"', cys_page)
    assert float(target) == 0
    assert not [each for each in charts if re.search(r'(x|x1|cx)="-\d+(\.\d+)?%', each)]


def test_a_limit_that_was_ended_early_or_replaced_ends_on_that_day(sqlite_app, stage, desk, bo):
    with sqlite_app.app_context():
        wanted = limits.Wanted("fever_limit", bo.today(MONDAY) + 5 * DAY, "Cooler.", 37.3)
        limits.end_limit(stage.dee, limits.set_limit(stage.dee, bo, wanted, MONDAY), MONDAY)
    found = re.findall(
        r'<line x1="([\d.]+)%" x2="([\d.]+)%"[^>]*class="bar limit"',
        lanes_of(see(desk, f"/clinic/patients/{bo.id}")),
    )
    ends = [float(last) for _first, last in found]
    assert ends == pytest.approx([100 * 30 / 90] * 2, abs=0.1)


def test_a_stay_in_hospital_ends_where_another_clinic_takes_over(sqlite_app, stage, desk, bo):
    with sqlite_app.app_context():
        states.change_state(stage.dee, bo, "in_hospital", None, MONDAY - 6 * DAY)
        wanted = handing_on.Wanted("H-1", bo.zone)
        offer = transfers.offer(stage.dee, bo, stage.eli.clinic_id, "Agreed.", MONDAY - 4 * DAY)
        handing_on.accept(stage.eli, offer, wanted, MONDAY - 4 * DAY)
    bars = re.findall(
        r'x2="([\d.]+)%"[^>]*class="bar away"', lanes_of(see(desk, f"/clinic/patients/{bo.id}"))
    )
    assert float(bars[-1]) == pytest.approx(100 * 26 / 90, abs=0.1)


# Lanes.


def drawn(shapes, size=CLINIC_LOW, last_day=90):
    return lanes.draw(Lanes("What", "Words", [shapes], last_day, "Day"), size)


def flag(day, kind="flag-closed", words="Worsening pain"):
    return Shape(day, kind, f"Day {day}", words)


def test_words_beside_flags_are_shown_while_there_is_room_for_all_of_them():
    assert drawn([flag(4), flag(50)]).count("lane-words") == 2
    crowded = [flag(day) for day in range(4, 40, 4)]
    assert drawn(crowded).count("lane-words") == 0
    assert drawn([*crowded, flag(60, "flag-open")]).count("lane-words") == 1
    assert drawn([*crowded, flag(60, "flag-open")]).count("<title>Day") == 10


def test_a_lane_never_takes_more_than_four_rows():
    same_day = [Shape(5, "reached", "Call") for _ in range(8)]
    rows = lanes._without_collisions(same_day, Space(90, lanes.LETTER))
    assert [len(row) for row in rows] == [1, 1, 1, 5]


def test_words_at_the_end_stand_before_their_flag():
    assert 'text-anchor="end"' in re.search(r"<text[^>]*lane-words", drawn([flag(88)]))[0]
    assert 'text-anchor="start"' in re.search(r"<text[^>]*lane-words", drawn([flag(8)]))[0]


def test_on_paper_the_lanes_are_as_large_as_they_are_drawn():
    on_paper = drawn([flag(4)], SHEET_LOW)
    assert f'width="{SHEET_LOW.across}" height="{lanes.PAPER_ROW}"' in on_paper
    assert "placed" not in on_paper
    assert "translate(" in on_paper


def test_what_ended_on_the_day_of_the_procedure_is_not_drawn_over_the_course():
    over = drawn([Shape(0, "away", "In hospital", "", until=0)])
    assert re.search(r'x1="0%" x2="0%"[^>]*class="bar away"', over)
