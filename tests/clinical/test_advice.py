"""What a patient is told at once, row by row of the packaged advice table."""

from __future__ import annotations

from dataclasses import fields

import pytest

from recovery.clinical.advice import Advice, advise
from recovery.clinical.answers import SIGNS, Answers
from recovery.clinical.pathway import AdviceRow, load, read_default

DEFAULT = read_default("vertebroplasty")
TABLE = load(DEFAULT).advice
LEVELS = ("emergency", "today", "next_working_day", "none")


def told(day: int = 20, *signs: str, **answers: object) -> Advice:
    return advise(Answers(warning_signs=frozenset(signs), **answers), day, TABLE)


@pytest.mark.parametrize(
    ("sign", "key", "level"),
    [
        ("chest_pain_or_breathless", "chest", "emergency"),
        ("bladder_or_bowel", "bladder", "emergency"),
        ("leg_weakness", "legs", "emergency"),
        ("confusion", "confused", "emergency"),
        ("limb_pain", "limb", "emergency"),
        ("chills", "chills", "today"),
        ("wound", "wound", "today"),
        ("headache_upright", "headache", "today"),
    ],
)
@pytest.mark.parametrize("day", [0, 1, 3, 90])
def test_every_sign_is_answered_from_the_first_hour(
    sign: str, key: str, level: str, day: int
) -> None:
    found = told(day, sign)
    assert (found.key, found.level) == (key, level)


@pytest.mark.parametrize(
    ("legs", "level"),
    [("one", "today"), ("both", "emergency"), ("worse", "emergency"), (None, "emergency")],
)
def test_weak_legs_have_two_urgencies_and_an_open_question_the_worse(
    legs: str | None, level: str
) -> None:
    assert told(20, "leg_weakness", leg_weakness=legs).level == level


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("other", SIGNS)
def test_two_signs_are_as_urgent_as_the_worse_of_them(sign: str, other: str) -> None:
    urgency = min(LEVELS.index(told(20, each).level) for each in (sign, other))
    assert told(20, sign, other).level == LEVELS[urgency]


@pytest.mark.parametrize(
    ("celsius", "day", "key"),
    [
        (38.0, 0, "fever"),
        (38.6, 1, "fever"),
        (37.9, 3, "warm"),
        (37.8, 4, "fever"),
        (37.7, 4, "warm"),
        (36.9, 4, "saved"),
        (34.9, 4, "cold"),
        (35.0, 4, "saved"),
        (None, 4, "saved"),
    ],
)
def test_a_temperature_is_answered_by_its_height_and_day(
    celsius: float | None, day: int, key: str
) -> None:
    assert told(day, temperature_c=celsius).key == key


def test_a_fever_is_for_today_and_on_the_nurses_list() -> None:
    assert told(temperature_c=38.6) == Advice("fever", "today", "clinic", ("on_the_list",))


def test_a_fever_with_one_weak_leg_is_an_emergency() -> None:
    found = told(20, "leg_weakness", leg_weakness="one", temperature_c=38.2)
    assert (found.key, found.level) == ("fever_and_leg", "emergency")


def test_the_patient_is_never_told_less_than_the_flag_says() -> None:
    rules = DEFAULT["rules"]
    for sign in rules["warning_sign"]["emergency"]:
        assert told(20, sign).level == "emergency"
    late, limit = rules["fever"]["late_from_day"], rules["fever"]["limit_late"]
    for sign in rules["fever"]["emergency_with"]:
        assert told(late, sign, leg_weakness="one", temperature_c=limit).level == "emergency"
    assert told(late, temperature_c=limit).level == "today"


def test_a_fever_outranks_bad_pain_in_the_first_days() -> None:
    assert told(1, temperature_c=38.2, pain=9).key == "fever"


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ({"temperature_instead": "felt_hot"}, "felt_hot"),
        ({"temperature_instead": "no_thermometer"}, "saved"),
        ({"temperature_c": 37.5, "paracetamol": True}, "warm_with_paracetamol"),
        ({"temperature_c": 37.5, "paracetamol": False}, "warm"),
        ({"temperature_c": 36.9, "paracetamol": True}, "saved"),
        ({"temperature_c": 37.5, "pain": 9}, "warm_and_sore"),
        ({"pain_place": "new"}, "new_place"),
        ({"pain_place": "same"}, "saved"),
        ({"pain_onset": "sudden"}, "sudden"),
        ({"pain_onset": "gradual"}, "saved"),
        ({"fall": True}, "fall"),
        ({"fall": False}, "saved"),
        ({"pain": 9}, "very_sore"),
        ({"pain": 8}, "saved"),
        ({}, "saved"),
    ],
)
def test_the_other_answers_find_their_row(answers: dict[str, object], key: str) -> None:
    assert told(20, **answers).key == key


@pytest.mark.parametrize(
    ("day", "pain", "key"),
    [(0, 8, "first_days"), (2, 10, "first_days"), (2, 7, "saved"), (3, 9, "very_sore")],
)
def test_bad_pain_in_the_first_days_has_words_of_its_own(day: int, pain: int, key: str) -> None:
    assert told(day, pain=pain).key == key


def test_signs_that_were_not_answered_fit_no_row_about_signs() -> None:
    assert advise(Answers(pain=2), 20, TABLE) == Advice("saved", "none", "nobody", ("how_read",))


def test_a_sign_is_answered_though_the_other_answers_could_not_be_read() -> None:
    answers = Answers(warning_signs=frozenset({"chest_pain_or_breathless"}), incomplete=True)
    assert advise(answers, 20, TABLE).key == "chest"


def test_the_table_runs_from_worst_to_least_and_ends_without_a_condition() -> None:
    levels = [LEVELS.index(row.level) for row in TABLE]
    assert levels == sorted(levels)
    assert conditions(TABLE[-1]) == {}
    assert all(conditions(row) for row in TABLE[:-1])


def test_an_emergency_is_one_action_alone() -> None:
    emergencies = [row for row in TABLE if row.level == "emergency"]
    assert all(row.whom == "emergency_number" and not row.also for row in emergencies)


def conditions(row: AdviceRow) -> dict[str, object]:
    names = {each.name for each in fields(row)} - {"key", "level", "whom", "also"}
    found = {name: getattr(row, name) for name in names}
    return {name: value for name, value in found.items() if value not in (None, ())}
