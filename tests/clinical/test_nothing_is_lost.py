"""Courses on which a flag was once lost: one more answer took it away, or a rule looked at the wrong moment."""

from __future__ import annotations

import pytest

from recovery.clinical.answers import Entry
from recovery.clinical.course import Closure, Course
from tests.clinical.anybody import on
from tests.clinical.courses import DAY_0, at, easing, entry, found, reasons


def test_a_fever_pushes_no_reading_out_of_the_own_usual() -> None:
    cool = {n: (entry(n, temperature_c=36.0 if n < 20 else 36.4),) for n in range(5, 34)}
    warm = {**cool, 34: (entry(34, temperature_c=37.1),)}
    feverish = {**warm, 20: (*warm[20], entry(20, 13, temperature_c=38.5))}
    for history in (warm, feverish):
        assert "raised_over_usual" in reasons(found(history, 34), "fever")


def test_a_fever_makes_no_answer_from_before_a_closing_newer() -> None:
    severe = {n: (entry(n, pain=7),) for n in range(11, 16)}
    closed = Closure("not_improving", at(10, 13), on(9), "next_working_day")
    hot = entry(10, 14, temperature_c=38.5)
    for tenth in ((entry(10, pain=0),), (entry(10, pain=0), hot)):
        said = found({**severe, 10: tenth}, 20, closures=[closed])
        assert "still_severe" in reasons(said, "not_improving")


def test_more_pain_keeps_the_finding_when_another_suspicion_becomes_the_strongest() -> None:
    pains = {3: 1, 7: 4, 8: 6, 9: 6, 10: 7, 11: 7, 13: 7}
    for latest in (1, 2):
        history = {n: (entry(n, pain=pain),) for n, pain in {**pains, 15: latest}.items()}
        said = [each for each in found(history, 15, Course(DAY_0, 7)) if each.day == on(15)]
        (reason,) = reasons(said, "pain_worsening")
        assert reason.startswith("pain_above_forecast")


def daily(pains: list[int], first: int = 1, **answers: object) -> dict[int, tuple[Entry, ...]]:
    return {n: (entry(n, pain=pain, **answers),) for n, pain in enumerate(pains, first)}


@pytest.mark.parametrize("long", [10, 12, 28])
def test_who_got_much_better_and_then_worse_is_found_at_once(long: int) -> None:
    course = daily([8] * 20 + [1] * long + [6] * 3)
    says = found(course, 23 + long, Course(DAY_0, 8))
    assert "pain_jump" in reasons([each for each in says if each.day == on(21 + long)])


def test_a_point_more_after_weeks_without_pain_is_no_worsening() -> None:
    assert found(daily([0] * 30 + [1] * 30), 60, Course(DAY_0, 5)) == ()


def test_a_steady_new_level_is_told_until_it_is_the_usual_one_and_names_its_first_day() -> None:
    says = found(daily([2] * 29 + [7] * 31), 60, Course(DAY_0, 7))
    above = [each for each in says if each.reason.startswith("pain_above_forecast")]
    assert {each.values["since"] for each in above} == {30}
    assert on(44) <= max(each.day for each in above) < on(50)


@pytest.mark.parametrize("hours", [12, 36])
def test_fever_and_weakness_of_two_days_are_one_emergency_in_either_order(hours: int) -> None:
    hot, weak = {"temperature_c": 38.6}, {"signs": ["leg_weakness"], "leg_weakness": "one"}
    for first, then in ((hot, weak), (weak, hot)):
        later = 10 + (8 + hours) // 24
        course = {**daily([3] * 9), 10: (entry(10, 8, **first),)}
        course[later] = (*course.get(later, ()), entry(later, (8 + hours) % 24, **then))
        says = found(course, later)
        assert "fever_with_weakness_or_confusion" in reasons(says, "fever")
        assert says[-1].urgency == "emergency" or says[-2].urgency == "emergency"


def test_silence_after_a_raised_temperature_is_for_today() -> None:
    warm = {19: (entry(19, pain=3, temperature_c=37.6),), 20: (entry(20, temperature_c=37.7),)}
    says = found({**daily([3] * 18, temperature_c=36.5), **warm}, 26)
    assert {each.urgency for each in says if each.rule == "gone_quiet"} == {"today"}


@pytest.mark.parametrize("last", [3, 6])
def test_silence_that_begins_in_the_first_week_is_for_the_next_working_day(last: int) -> None:
    says = found(daily([3] * last), last + 8)
    assert {each.reason for each in says} == {"quiet_in_first_week"}


def test_nobody_feels_well_who_never_told_of_pain() -> None:
    says = found({n: (entry(n, mobility=2),) for n in range(1, 26)}, 33)
    assert set(reasons(says, "gone_quiet")) == {"quiet"}


def test_a_fall_that_arrives_after_the_closing_still_stands() -> None:
    given = entry(11, 9, late_days=2, pain=3, fall=True)
    closed = Closure("pain_worsening", at(11, 10), on(10), "today")
    says = found({**easing(), 11: (given,)}, 13, closures=[closed])
    assert "pain_after_fall" in reasons(says, "pain_worsening")


def test_relief_is_judged_by_the_answers_while_pain_lies_above_the_curve() -> None:
    says = found(daily([3] * 19 + [6] * 20), 39, Course(DAY_0, 7))
    assert "little_relief" in reasons(says, "not_improving")


def test_a_jump_that_was_closed_is_told_again_only_if_it_jumps_again() -> None:
    closed = Closure("pain_worsening", at(20, 18), on(20), "today")
    course = daily([4, 4] + [3] * 17 + [8] * 3)
    assert "pain_jump" in reasons(found(course, 20))
    assert "pain_jump" not in reasons(found(course, 22, closures=[closed]))


def test_a_raised_temperature_just_after_a_closing_is_beside_the_pain_that_was_closed() -> None:
    closed = Closure("pain_worsening", at(23, 9), on(21), "next_working_day")
    worse = {n: (entry(n, pain=7, mobility=3),) for n in range(20, 24)}
    warm = {24: (entry(24, pain=7, temperature_c=37.6),)}
    says = found({**easing(), **worse, **warm}, 24, closures=[closed])
    assert "pain_with_temperature" in reasons(says, "pain_worsening")


def test_a_silence_closed_before_a_milestone_is_told_from_then_on_each_day() -> None:
    closed = Closure("gone_quiet", at(12), on(10), "routine")
    says = found(daily([3] * 5), 18, closures=[closed])
    assert [each.values["day"] for each in says] == list(range(14, 19))


def test_who_answers_seldom_has_no_own_level_and_is_compared_with_the_forecast() -> None:
    pains = {1: 7, 4: 5, 9: 4, 10: 10}
    says = found({n: (entry(n, pain=pain),) for n, pain in pains.items()}, 10, Course(DAY_0, 8))
    assert "pain_jump" in reasons(says, "pain_worsening")
