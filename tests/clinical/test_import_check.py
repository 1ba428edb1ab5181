"""A line of a file is read as the form would be, and judged beside the lines and the patients there are."""

from __future__ import annotations

import json
from datetime import date

import pytest

from recovery.clinical import enrolment
from recovery.clinical.import_check import Place, judge, kept, taken
from recovery.clinical.import_columns import COLUMNS, as_form
from tests.made_up_file import BO, person
from tests.people import MONDAY

USUAL = {"zone": "Europe/Berlin", "language": "en"}
HERE = Place(2, 2)


def read(**cells):
    return enrolment.read(as_form(person(**cells), USUAL), MONDAY, 90, ("en", "de"))


def problems(**cells):
    return [(each.field, each.key) for each in read(**cells).problems]


def known(**columns):
    """The patient whom Bo's line would enrol, as the clinic has them."""
    bo = read()
    return {**bo.person, **bo.procedure, **columns}


def test_a_line_is_read_into_both_tables_as_the_form_is():
    bo = read()
    assert bo.problems == ()
    assert bo.person["consent_by"] == "Bo Berg"
    assert bo.person["long_standing_signs"] == ["leg_weakness"]
    assert bo.procedure["levels"] == ["T12", "L1"]
    assert bo.procedure["performed_on"] == date(2026, 3, 1)


def test_every_column_is_read_and_every_box_of_the_form_has_a_column():
    asked = set()

    class Noting(dict):
        def get(self, name, default=None):
            asked.add(name)
            return super().get(name, default)

    enrolment.read(Noting(as_form(BO, USUAL)), MONDAY, 90, ("en",))
    assert asked == {column.name for column in COLUMNS}


def test_what_needs_no_filling_may_be_left_empty():
    needed = {column.name for column in COLUMNS if column.is_needed} | {"phone"}
    left = {name: cell if name in needed else "" for name, cell in BO.items()}
    assert problems(**left) == []
    assert read(**left).person["zone"] == "Europe/Berlin"


@pytest.mark.parametrize("name", [column.name for column in COLUMNS if column.is_needed])
def test_what_is_needed_is_missed(name):
    assert problems(**{name: ""}) == [(name, f"{name}_missing")]


@pytest.mark.parametrize(
    ("cells", "field", "key"),
    [
        ({"date_of_birth": "02/03/1941"}, "date_of_birth", "date_unreadable"),
        ({"date_of_birth": "31.02.1941"}, "date_of_birth", "date_unreadable"),
        ({"levels": "T12 L9"}, "levels", "choice_unknown"),
        ({"risks": "steroids smoker"}, "risks", "choice_unknown"),
        ({"second_may_be_told": "maybe"}, "second_may_be_told", "choice_unknown"),
        ({"consent_for_helper": "ja"}, "consent_for_helper", "choice_unknown"),
        ({"answers_daily": "daughter"}, "answers_daily", "choice_unknown"),
        ({"language": "it"}, "language", "choice_unknown"),
        ({"baseline_pain": "8,5"}, "baseline_pain", "number_unknown"),
        ({"email": "bo at home"}, "email", "email_unreadable"),
        ({"name": "x" * 300}, "name", "too_long"),
        ({"contact_note": "x" * 400}, "contact_note", "too_long"),
    ],
)
def test_what_is_not_read_is_never_passed_over(cells, field, key):
    assert problems(**cells) == [(field, key)]


@pytest.mark.parametrize("levels", ["T12 L1", "l1, t12", "T12;L1", "T12|L1", "T12/L1"])
def test_several_in_one_box_are_read_as_people_separate_them(levels):
    assert read(levels=levels).procedure["levels"] == ["T12", "L1"]


def test_days_with_dots_and_choices_in_capitals_are_read():
    bo = read(date_of_birth="3.2.1941", contact_way="CALL", consent_for_helper="Yes", language="DE")
    assert bo.problems == ()
    assert bo.person["date_of_birth"] == date(1941, 2, 3)
    assert (bo.person["consent_for_helper"], bo.person["language"]) == (True, "de")


def test_a_formula_is_only_text():
    for name in ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'):
        assert read(name=name).person["name"] == name


def test_somebody_new_is_enrolled():
    assert judge(read(), HERE, None).outcome == "new"
    judged = judge(read(phone="by pigeon"), HERE, None)
    assert (judged.outcome, judged.problems[0].field) == ("bad", "phone")


def test_somebody_enrolled_with_the_same_values_needs_nothing_also_when_the_form_would_refuse_them():
    assert judge(read(), HERE, known()).outcome == "same"
    old = read(performed_on="2025-03-01", baseline_on="2025-02-27")
    assert old.problems
    assert judge(old, HERE, {**old.person, **old.procedure}).outcome == "same"


def test_other_values_are_named_and_another_person_is_named():
    judged = judge(read(), HERE, known(phone="1234", levels=["L1"]))
    assert (judged.outcome, judged.problems[0].key) == ("bad", "known_otherwise")
    assert judged.problems[0].values["columns"] == ["phone", "levels"]
    judged = judge(read(), HERE, known(name="Cy Cole"))
    assert judged.problems[0].key == "known_record_number"
    assert judged.problems[0].values == {"number": "R-17", "name": "Cy Cole"}


def test_who_has_the_name_and_birth_of_somebody_enrolled_is_bad_unless_it_is_the_same_number():
    judged = judge(read(), HERE, None, "R-017")
    assert (judged.outcome, judged.problems[0].key) == ("bad", "enrolled_as")
    assert judged.problems[0].values == {"name": "Bo Berg", "number": "R-017"}
    assert judge(read(), HERE, known(), "R-17").outcome == "same"


def test_a_number_that_stands_there_twice_is_bad_the_second_time():
    judged = judge(read(), Place(9, 2), None)
    assert judged.outcome == "bad"
    assert judged.problems[0].values == {"number": "R-17", "line": 2}
    assert judge(read(), Place(9, 2), known()).outcome == "bad"


def test_a_line_that_is_too_wide_is_bad_even_if_all_can_be_read():
    assert judge(read(), Place(2, 2, is_too_wide=True), known()).problems[0].key == "line_too_wide"


def test_what_waits_as_json_comes_back_as_it_was():
    bo = read(baseline_pain="", baseline_on="", baseline_by="")
    waited = json.loads(json.dumps(kept(bo)))
    assert taken(waited["person"]) == bo.person
    assert taken(waited["procedure"]) == bo.procedure
