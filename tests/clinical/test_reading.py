"""Reading the posted form: numbers, units, slips, and signs that nothing holds back."""

from __future__ import annotations

import pytest

from recovery.clinical.answers import SIGNS, Answers
from recovery.clinical.pathway import Questions, read_default
from recovery.clinical.reading import read

LIMITS = Questions(**read_default("vertebroplasty")["questions"])


def posted(**fields: str | list[str]) -> tuple[Answers, list[str]]:
    """What is read from a form with these fields, and the keys of its problems."""
    form = {name: [each] if isinstance(each, str) else each for name, each in fields.items()}
    answers, problems = read(form, LIMITS)
    return answers, [problem.key for problem in problems]


def test_ana_fills_in_everything_and_all_of_it_is_read() -> None:
    answers, problems = posted(
        pain="3",
        mobility="4",
        temperature="36,8",
        temperature_unit="C",
        warning_signs="none",
        paracetamol="no",
        answered_by="with_help",
        note=" Slept well. \r\n Walked. ",
        pain_place="same",
        pain_onset="gradual",
        fall="no",
        wound_unseen="yes",
    )
    assert problems == []
    assert answers == Answers(
        pain=3,
        mobility=4,
        temperature_c=36.8,
        warning_signs=frozenset(),
        wound_unseen=True,
        paracetamol=False,
        answered_by="with_help",
        note="Slept well. \n Walked.",
        pain_place="same",
        pain_onset="gradual",
        fall=False,
    )


def test_what_is_left_open_is_not_read_as_no() -> None:
    assert posted(pain="0") == (Answers(pain=0), [])
    assert posted(pain="0", mobility=" ", warning_signs=[""], note="") == (Answers(pain=0), [])


@pytest.mark.parametrize(
    ("typed", "unit", "celsius"),
    [
        ("38.5", "C", 38.5),
        ("38,5", "C", 38.5),
        ("38.", "C", 38.0),
        ("37", "C", 37.0),
        ("38,5 °C", "C", 38.5),
        ("37.95", "C", 38.0),
        ("35.0", "C", 35.0),
        ("40.5", "C", 40.5),
        ("100.4", "F", 38.0),
        ("100.3", "F", 37.9),
        ("98,6 F", "F", 37.0),
    ],
)
def test_a_temperature_is_read_with_comma_or_point_in_either_unit(
    typed: str, unit: str, celsius: float
) -> None:
    answers, problems = posted(pain="2", temperature=typed, temperature_unit=unit)
    assert (answers.temperature_c, answers.temperature_unit, problems) == (celsius, unit, [])


@pytest.mark.parametrize(
    ("typed", "unit", "key"),
    [
        ("34.9", "C", "temperature_confirm"),
        ("40.6", "C", "temperature_confirm"),
        ("34.0", "C", "temperature_confirm"),
        ("42.0", "C", "temperature_confirm"),
        ("33", "C", "temperature_measure_again"),
        ("32.0", "C", "temperature_measure_again"),
        ("43.0", "C", "temperature_measure_again"),
        ("106", "F", "temperature_confirm"),
    ],
)
def test_an_odd_temperature_is_stored_only_when_confirmed(typed: str, unit: str, key: str) -> None:
    fields = {"pain": "2", "temperature": typed, "temperature_unit": unit}
    answers, problems = posted(**fields)
    assert (answers.temperature_c, problems) == (None, [key])
    answers, problems = posted(**fields, temperature_confirmed="yes")
    assert answers.temperature_c is not None
    assert problems == []


@pytest.mark.parametrize(
    ("typed", "unit", "key", "likely"),
    [
        ("3.85", "C", "temperature_likely", "38.5"),
        ("380", "C", "temperature_likely", "38.0"),
        ("3850", "C", "temperature_likely", "38.5"),
        ("0.385", "C", "temperature_likely", "38.5"),
        ("1004", "F", "temperature_likely", "100.4"),
        ("101.3", "C", "temperature_is_fahrenheit", None),
        ("90", "C", "temperature_is_fahrenheit", None),
        ("110", "C", "temperature_is_fahrenheit", None),
        ("38.5", "F", "temperature_is_celsius", None),
        ("31.9", "C", "temperature_impossible", None),
        ("43.1", "C", "temperature_impossible", None),
        ("0", "C", "temperature_impossible", None),
        ("warm", "C", "temperature_unreadable", None),
        ("C", "C", "temperature_unreadable", None),
        ("-38", "C", "temperature_unreadable", None),
        ("3e1", "C", "temperature_unreadable", None),
        ("nan", "C", "temperature_unreadable", None),
        ("٣٨", "C", "temperature_unreadable", None),
    ],
)
def test_an_impossible_temperature_is_refused_with_what_was_likely_meant(
    typed: str, unit: str, key: str, likely: str | None
) -> None:
    form = {"pain": ["2"], "temperature": [typed], "temperature_unit": [unit]}
    answers, (problem,) = read({**form, "temperature_confirmed": ["yes"]}, LIMITS)
    assert answers.temperature_c is None
    assert (problem.field, problem.key) == ("temperature", key)
    assert problem.values.get("likely") == likely


@pytest.mark.parametrize("pain", ["11", "-1", "3.5", "five", "٣", "100"])
def test_pain_outside_0_to_10_is_refused(pain: str) -> None:
    assert posted(pain=pain) == (Answers(), ["pain_range"])


def test_no_pain_and_no_sign_is_refused() -> None:
    assert posted() == (Answers(), ["pain_missing"])
    assert posted(warning_signs="none") == (Answers(warning_signs=frozenset()), ["pain_missing"])


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    "wrong",
    [
        {"pain": "2", "temperature": "380"},
        {},
        {"pain": "11"},
        {"pain": "2", "mobility": "9"},
        {"pain": "2", "note": "x" * 1_000_000},
        {"pain": "2", "answered_by": "the cat"},
    ],
)
def test_no_error_elsewhere_holds_back_a_warning_sign(sign: str, wrong: dict[str, str]) -> None:
    answers, problems = posted(**wrong, warning_signs=sign)
    assert answers.warning_signs == {sign}
    assert answers.incomplete
    assert len(problems) == 1


def test_a_sign_without_problems_is_complete() -> None:
    answers, problems = posted(pain="4", warning_signs=["wound", "chills"])
    assert (answers.warning_signs, answers.incomplete, problems) == ({"wound", "chills"}, False, [])


def test_a_sign_wins_over_none_of_these() -> None:
    answers, _ = posted(pain="4", warning_signs=["none", "chills"])
    assert answers.warning_signs == {"chills"}


def test_an_unknown_sign_is_asked_again_and_the_known_one_kept() -> None:
    answers, problems = posted(pain="4", warning_signs=["chills", "hiccups"])
    assert (answers.warning_signs, problems) == ({"chills"}, ["choice_unknown"])


def test_both_legs_without_the_tick_above_still_says_that_legs_are_weak() -> None:
    answers, _ = posted(pain="4", leg_weakness="both", warning_signs="none")
    assert (answers.warning_signs, answers.leg_weakness) == ({"leg_weakness"}, "both")


@pytest.mark.parametrize(
    ("ticked", "kept", "keys"),
    [
        (["one", "worse"], "worse", []),
        (["both", "one"], "both", []),
        ([""], None, []),
        (["three"], None, ["choice_unknown"]),
    ],
)
def test_of_several_answers_about_the_legs_the_gravest_counts(
    ticked: list[str], kept: str | None, keys: list[str]
) -> None:
    answers, problems = posted(pain="4", warning_signs="leg_weakness", leg_weakness=ticked)
    assert (answers.warning_signs, answers.leg_weakness) == ({"leg_weakness"}, kept)
    assert problems == keys


@pytest.mark.parametrize("instead", ["no_thermometer", "felt_hot"])
def test_having_no_reading_is_an_answer(instead: str) -> None:
    answers, problems = posted(pain="4", temperature_instead=instead)
    assert (answers.temperature_instead, problems) == (instead, [])


@pytest.mark.parametrize(
    "field",
    ["temperature_unit", "temperature_instead", "paracetamol", "answered_by", "pain_place", "fall"],
)
def test_a_choice_that_was_not_offered_is_asked_again(field: str) -> None:
    _, (problem,) = read({"pain": ["4"], field: ["perhaps"]}, LIMITS)
    assert (problem.field, problem.key) == (field, "choice_unknown")


def test_a_note_may_have_2000_characters_and_no_more() -> None:
    assert posted(pain="4", note="é" * 2000) == (Answers(pain=4, note="é" * 2000), [])
    _, (problem,) = read({"pain": ["4"], "note": ["x" * 2001]}, LIMITS)
    assert (problem.key, problem.values) == ("note_too_long", {"most": 2000, "length": 2001})


def test_a_note_loses_what_no_database_can_hold() -> None:
    answers, _ = posted(pain="4", note="a\x00b\ud800c 👩\u200d⚕️\n\td")
    assert answers.note == "abc 👩\u200d⚕️\n\td"
