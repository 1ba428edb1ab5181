"""The cohort page and its file: what is told, what is hidden, and what every number means."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clinical import cohort
from recovery.clinical.cohort import Answered, Life
from recovery.clinical.cohort_choice import Choice
from recovery.clinical.cohort_figures import figures
from recovery.clinical.cohort_flags import FlagCounts, Raised
from recovery.clinical.course import RULES
from recovery.clinical.open_time import OpenTime
from recovery.records import audit, moves, pathways, patients
from recovery.records.cohort import Worked
from recovery.records.database import db, writing
from recovery.rounds import review
from recovery.web import cohort_columns, cohort_file, cohort_words
from recovery.web.cohort_columns import COLUMNS, HIDDEN
from tests.house.program import text
from tests.people import MONDAY, a_patient, answers, check_in
from tests.web.desk import desk_of, rows_of, see

PAGE, FILE, DICTIONARY = "/clinic/cohort", "/clinic/cohort.csv", "/clinic/cohort-dictionary.csv"
PATHWAY = pathways.packaged("vertebroplasty")
DAY = timedelta(days=1)


def enrol(app, stage, count, pains=(6, 5, 4), day=10, since=1, **columns):
    """So many more patients of Nurse Dee, who report these pains from day 1 on, or since another."""
    with app.app_context():
        for number in range(count):
            patient = a_patient(stage.dee, f"Patient {number}", day, **columns)
            for after, pain in enumerate(pains, start=since):
                check_in(patient, stage.dee, answers(pain), MONDAY - (day - after) * DAY)


@pytest.fixture
def many(sqlite_app, stage):
    """Twelve patients, Ana who has not answered among them."""
    enrol(sqlite_app, stage, 11)
    return stage


def lines(desk, path=FILE):
    """The file as its reader has it, by kind of row and place."""
    answer = desk.get(path)
    assert answer.status_code == 200
    return {(line["row"], line["at"]): line for line in csv.DictReader(StringIO(answer.text))}


def said(desk, path=PAGE, status=200):
    """What stands on the page, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", see(desk, path, status)).split())


# The page.


def test_the_page_says_how_many_stand_behind_it_and_what_it_is_not(many, desk):
    page = said(desk)
    assert "10 or more patients, followed for 17 weeks in all." in page
    assert "They are no comparison of treatments" in page
    assert "they do not say what the procedure caused" in page
    assert "As of Mon 2 Mar, 10:00, days up to yesterday." in page


def test_nobody_is_shown_alone(many, desk):
    page = desk.get(PAGE).text
    assert "Ana" not in page
    assert "Patient 1" not in page
    assert "/clinic/patients/" not in page


def test_the_published_curve_is_named_with_its_source_and_nothing_is_called_normal(many, desk):
    page = said(desk)
    told = "What people typically report: a mean worked out from 9 studies with 624 patients"
    assert f"{told} (source: E2c, docs/evidence, mark D)" in page
    assert "levels off" in page
    assert not re.search(r"\b(normal|target|goal|on track|success)\b", page, re.IGNORECASE)


def test_the_table_below_a_chart_says_the_same(many, desk):
    assert "1 6 (6 to 6) 10 or more 4.5 2 5 (5 to 5) 10 or more 4.4" in said(desk)


def test_days_answered_are_a_share_of_the_days_followed(many, desk):
    # 33 of 72 days of the first week, as the day of the procedure is not asked.
    assert "1 46 % 10 or more" in said(desk)
    assert "Week 1 holds the days 1 to 6." in said(desk)
    assert "2 0 % 10 or more 3 hidden fewer than 5" in said(desk)


def test_without_patients_the_page_says_so(sqlite_app, stage):
    eli = desk_of(sqlite_app, stage.eli)
    page = said(eli)
    assert "Fewer than 5 patients with a whole day behind them meet this choice." in page
    assert "Pain by day" not in page


def test_another_clinic_sees_nothing_of_this_one(sqlite_app, many):
    eli = desk_of(sqlite_app, many.eli)
    assert "Nothing is shown" in said(eli)
    assert lines(eli)["all", ""]["patients"] == HIDDEN


def test_today_does_not_count_yet(sqlite_app, many, desk):
    with sqlite_app.app_context():
        for patient in db.session.scalars(
            db.select(patients.Patient).filter_by(clinic_id=many.clinic.id)
        ):
            check_in(patient, many.dee, answers(9), MONDAY)
    assert lines(desk)["day", "10"]["pain_median"] == HIDDEN


def test_relief_is_told_with_its_share_as_a_bar_and_how_many_stand_behind_it(
    sqlite_app, stage, desk
):
    for pain in (8, 2):  # of 8 before
        enrol(sqlite_app, stage, 6, pains=(pain,) * 3, day=20, since=12)
    page = see(desk, PAGE)
    assert "14 50 % 50 % 10 or more hidden" in said(desk)
    assert page.count('<rect width="50" height="10" class="bar-part"></rect>') == 2
    assert lines(desk)["day", "14"]["relief_30_percent"] == "50"


# Choosing.


def test_a_choice_counts_only_those_who_meet_it_and_stays_in_the_form(sqlite_app, many, desk):
    enrol(sqlite_app, many, 6, pains=(9,), day=5, date_of_birth=date(1930, 1, 1))
    assert "15 or more patients" in said(desk)
    page = see(desk, f"{PAGE}?age=older")
    assert "5 or more patients" in page
    assert '<option value="older" selected>80 years or older</option>' in page
    assert "Age at the procedure: 80 years or older" in page
    assert lines(desk, f"{FILE}?age=older")["day", "1"]["pain_median"] == "9.0"


def test_a_period_counts_procedures_of_its_days(sqlite_app, many, desk):
    enrol(sqlite_app, many, 6, day=30)
    last = (MONDAY - 20 * DAY).date()
    assert "5 or more patients" in said(desk, f"{PAGE}?to={last}")
    assert "10 or more patients" in said(desk, f"{PAGE}?from={last}&to=")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("from=yesterday", "Type the date as year-month-day, such as 2026-03-31."),
        ("age=ninety", "Choose one of the answers shown."),
        ("version=2031.1", "Choose one of the answers shown."),
        ("from=2026-03-02&to=2026-03-01", "The last day lies before the first."),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_box(many, desk, query, problem):
    page = said(desk, f"{PAGE}?{query}", 422)
    assert problem in page
    assert "Pain by day" not in page
    answer = desk.get(f"{FILE}?{query}")
    assert (answer.status_code, answer.location) == (302, f"{PAGE}?{query}")


def test_what_was_typed_is_not_lost(many, desk):
    assert 'value="2026-13-45"' in see(desk, f"{PAGE}?from=2026-13-45", 422)


def test_a_choice_that_leaves_out_a_few_shows_nothing_and_says_why(sqlite_app, many, desk):
    enrol(sqlite_app, many, 2, date_of_birth=date(1930, 1, 1))
    page = said(desk, f"{PAGE}?age=younger")
    assert "From this choice and another one fewer than 5 patients could be worked out." in page
    assert "Choose differently: Age at the procedure." in page
    assert set(lines(desk, f"{FILE}?age=younger")["day", "1"].values()) >= {HIDDEN}
    assert lines(desk, f"{FILE}?age=younger")["day", "1"]["pain_median"] == HIDDEN


def test_the_versions_of_the_pathway_are_offered_once_there_are_some(sqlite_app, many, desk):
    assert "Pathway version" not in said(desk)
    with sqlite_app.app_context():
        pathways.approve(many.dee, "vertebroplasty", MONDAY - 20 * DAY)
    assert "10 or more patients" in said(desk, f"{PAGE}?version=2026.3%2B1")
    assert "Nothing is shown" in said(desk, f"{PAGE}?version=draft")


# Hidden.


def test_a_day_on_which_too_few_answered_is_hidden(sqlite_app, many, desk):
    enrol(sqlite_app, many, 4, pains=(1, 1, 1, 1, 1))
    found = lines(desk)
    assert found["day", "5"]["pain_median"] == found["day", "5"]["pain_patients"] == HIDDEN
    assert found["day", "3"]["pain_patients"] == "15"


def test_a_patient_who_was_withdrawn_counts_up_to_the_day_before(sqlite_app, many, desk):
    with sqlite_app.app_context(), writing():
        found = db.session.scalars(db.select(patients.Patient).filter_by(clinic_id=many.clinic.id))
        for patient in found:
            patient.state, patient.state_since = "withdrawn", MONDAY - 8 * DAY
    found = lines(desk)
    assert found["day", "1"]["pain_patients"] == "10"
    assert found["day", "2"]["pain_patients"] == HIDDEN


def test_flags_are_told_with_their_rate_and_how_long_each_step_took(sqlite_app, many, desk):
    saturday = MONDAY - 2 * DAY
    with sqlite_app.app_context():
        check_in(many.ana, many.device, answers(4), MONDAY - 7 * DAY)  # no silence to flag
        found = db.session.scalars(db.select(patients.Patient).filter_by(clinic_id=many.clinic.id))
        people = found.all()
        review.review_due(saturday - DAY)
        for patient in people:
            check_in(patient, many.dee, answers(4, temperature_c=38.6), saturday)
        review.review_due(saturday + timedelta(seconds=2))
        for patient in people:
            moves.see(many.dee, patient, MONDAY)
    page, found = said(desk), lines(desk)
    assert "Fever 12 10 or more 70.0 \u2013 0" in page
    # The clinic has been open since 8 on the wall, that is 7.
    step = (
        "From the flag to the first look 2 days 0 hrs (2 days 0 hrs to 2 days 0 hrs) 2 hrs 0 mins"
    )
    assert step in page
    assert "From the answer to the flag 2 secs (2 secs to 2 secs) a computer: day and night" in page
    assert found["step", "urgent.flag_to_seen"]["all_hours_median"] == "2879.97"
    assert found["step", "urgent.flag_to_seen"]["open_hours_median"] == "120.0"
    assert found["rule", "fever"]["flags_judged"] == "0"
    assert found["rule", "fever"]["useful_percent"] == ""


def test_times_are_written_as_people_write_them(sqlite_app):
    with sqlite_app.test_request_context("/"):
        told = [cohort_words.duration(minutes) for minutes in (0.03, 0.999, 12, 200, 4000)]
        assert told == ["2 secs", "1 min", "12 mins", "3 hrs 20 mins", "2 days 19 hrs"]
        assert cohort_words.opened(4000) == "66 hrs 40 mins"
    with sqlite_app.test_request_context("/", headers={"Accept-Language": "de"}):
        assert cohort_words.duration(200) == "3 Std., 20 Min."


# The file.


def test_the_file_has_a_line_for_the_whole_each_day_week_rule_and_step(many, desk):
    answer = desk.get(FILE)
    assert answer.content_type == "text/csv; charset=utf-8; header=present"
    assert 'filename="cohort-2026-03-02.csv"' in answer.headers["Content-Disposition"]
    assert answer.text.count("\r\n") == answer.text.count("\n") == 1 + 1 + 91 + 13 + 7 + 6
    found = lines(desk)
    assert found["all", ""]["patients"] == "10"
    assert found["all", ""]["as_of"] == "2026-03-02T09:00:00+00:00"
    assert found["rule", "fever"]["flags"] == "0"
    assert found["step", "urgent.flag_to_seen"]["all_hours_median"] == HIDDEN
    assert found["step", "urgent.entry_to_flag"]["open_hours_median"] == ""
    assert found["day", "0"]["pain_published_mean"] == "7.6"


def test_page_and_file_say_the_same(many, desk):
    found = lines(desk)["day", "2"]
    assert (found["pain_median"], found["pain_patients"]) == ("5.0", "10")
    assert "2 5 (5 to 5) 10 or more 4.4" in said(desk)


def test_the_choice_stands_in_every_line(many, desk):
    found = lines(desk, f"{FILE}?from=2026-01-01&levels=one")
    assert {(line["from"], line["levels"]) for line in found.values()} == {("2026-01-01", "one")}


def test_every_column_stands_in_the_dictionary_with_type_unit_and_when_it_is_hidden(many, desk):
    told = list(csv.DictReader(StringIO(desk.get(DICTIONARY).text)))
    header = next(csv.reader(StringIO(desk.get(FILE).text)))
    assert [each["name"] for each in told] == header
    assert all(
        each["type"] and each["rows"] and each["meaning"] and each["hidden"] for each in told
    )
    numbers = [each for each in told if each["type"] in ("integer", "decimal")]
    assert all(re.fullmatch(r"(\{\w+\}|%|min|wk)(/\(100\.wk\))?", each["unit"]) for each in numbers)


def test_the_page_about_it_is_what_the_program_prints():
    again = "PYTHONPATH=. .venv/bin/python tools/cohort_dictionary.py > docs/cohort.md"
    assert text("docs/cohort.md") == cohort_columns.document(), f"print it again: {again}"


def test_the_columns_name_the_shares_and_days_that_the_pathway_names():
    shares = [f"relief_{percent}_percent" for percent in PATHWAY.cohort.relief_percents]
    assert [each.name for each in COLUMNS if re.match(r"relief_\d", each.name)] == shares
    assert PATHWAY.rules.not_improving.relief_baseline_from - 1 == 3
    assert PATHWAY.cohort.old_from == 80
    assert PATHWAY.milestones.peak_day == 72


def test_each_opening_and_each_file_taken_is_noted(sqlite_app, many, desk):
    desk.get(PAGE)
    desk.get(f"{FILE}?age=younger")
    (opened,) = rows_of(sqlite_app, audit.AuditLine, action="cohort opened")
    (taken,) = rows_of(sqlite_app, audit.AuditLine, action="cohort downloaded")
    assert (opened.actor, opened.details) == (many.dee.actor, {"choice": {}})
    assert taken.details == {"choice": {"age": "younger"}}


# No small cell can be worked out of the file.

SIZE = st.integers(0, 12)
# With 8 before: no relief, some, much; then somebody with little pain before and somebody without any.
KINDS = ((8, 7), (8, 5), (8, 2), (2, 0), (0, 0))
SIZES = st.tuples(*(SIZE for _ in KINDS))


def file_of(sizes, raised):
    """The file of so many patients of each kind, and of so many who had a flag of each rule."""
    counts = cohort.start(PATHWAY.cohort, PATHWAY.milestones.pathway_days, 3)
    for size, (before, pain) in zip(sizes, KINDS, strict=True):
        for _ in range(size):
            counts.add(Life(before, 0, 20, [Answered(day, pain, 3) for day in range(21)]))
    kept = FlagCounts(OpenTime([], [], []))
    for rule, patients_of in zip(RULES, raised, strict=True):
        for patient in range(patients_of):
            kept.add(Raised(patient, rule, "today", MONDAY, None, None, None, None))
    worked = Worked(figures(counts, kept), (), MONDAY)
    return list(csv.DictReader(StringIO(cohort_file.write(worked, Choice(), PATHWAY))))


def told_of(line, name):
    return None if line[name] in ("", HIDDEN) else int(line[name])


@given(SIZES, st.tuples(*(SIZE for _ in RULES)))
def test_how_many_stand_behind_numbers_never_differs_by_a_few(sizes, raised):
    behind = [each.name for each in COLUMNS if each.unit == "{patient}"]
    found = [told_of(line, name) for line in file_of(sizes, raised) for name in behind]
    assert all(number is None or number % 5 == 0 for number in found)


@given(st.tuples(*(SIZE for _ in RULES)))
def test_no_flags_of_a_few_are_the_difference_of_the_file(raised):
    *parts, whole = (line for line in file_of((9, 0, 0, 0, 0), raised) if line["row"] == "rule")
    shown = [told_of(part, "flags") for part in parts if told_of(part, "flags") is not None]
    assert all(each == 0 or each >= 5 for each in shown)
    if told_of(whole, "flags") is not None:
        rest = told_of(whole, "flags") - sum(shown)
        assert rest == 0 or (rest >= 5 and len(parts) - len(shown) > 1)


@given(SIZES)
def test_a_share_of_relief_cuts_off_no_small_piece(sizes):
    (line,) = (
        each for each in file_of(sizes, [0] * 6) if (each["row"], each["at"]) == ("day", "14")
    )
    none, some, much, little, _without = sizes
    cuts = {"relief_30_percent": some + much + little, "relief_50_percent": much + little}
    judged, told = none + cuts["relief_30_percent"], [n for n in cuts if line[n] != HIDDEN]
    pieces = [judged, *(cuts[name] for name in told), 0]
    if told:
        sizes_told = [above - below for above, below in pairwise(pieces)]
        assert all(each == 0 or each >= 5 for each in sizes_told)
        assert sizes_told[0]
        assert sizes_told[-1]
        assert told_of(line, told[0]) == round(100 * cuts[told[0]] / judged)


def test_the_little_pain_before_of_a_few_is_hidden():
    def low_before(little):
        found = file_of((9, 9, 9, little, 0), [0] * 6)
        return next(
            each["relief_low_before_patients"]
            for each in found
            if (each["row"], each["at"]) == ("day", "14")
        )

    assert [low_before(little) for little in (0, 4, 5, 12)] == [HIDDEN, HIDDEN, "5", "10"]
