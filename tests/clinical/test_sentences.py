"""Every finding explains itself: each reason is raised by somebody, and its sentence holds its numbers and the day."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from recovery.clinical.answers import LEG_WEAKNESS, SIGNS
from recovery.clinical.clinician_words import REASONS, sentence
from recovery.clinical.course import Closure, Course
from recovery.clinical.limits import Limit
from tests.clinical.anybody import CLOSURES, COURSES, LAST_DAY, History, histories, on
from tests.clinical.courses import ANA, DAY_0, easing, entry, found, reasons

UNCONNECTED = Course(DAY_0, connected=False)
LIMITED = Course(
    DAY_0,
    baseline_pain=7,
    baseline_mobility=4,
    limits=(
        Limit("fever_limit", on(0), on(60), 37.5),
        Limit("pain_target", on(0), on(60), 2),
    ),
)


def each_day(first: int, last: int, **answers: object) -> History:
    return {n: (entry(n, **answers),) for n in range(first, last + 1)}


def worse(**answers: object) -> History:
    return easing(**{f"d{n}": entry(n, pain=6, **answers) for n in range(18, 26)})


def weak_legs(kind: str) -> History:
    return {2: (entry(2, signs=("leg_weakness",), leg_weakness=kind),)}


TWICE_WARM = each_day(9, 10, temperature_c=37.3)
SICK = {"temperature_c": 37.6, "signs": ("confusion", "chills")}
LIVES: list[tuple[Course, History]] = [
    (ANA, {1: (entry(1, signs=SIGNS),)}),
    *((ANA, weak_legs(kind)) for kind in LEG_WEAKNESS),
    (ANA, {1: (entry(1, temperature_c=38.0),), 5: (entry(5, temperature_c=37.8),)}),
    (ANA, {1: (entry(1, temperature_c=38.0, signs=("confusion",)),)}),
    (ANA, {**TWICE_WARM, 11: (entry(11, temperature_instead="felt_hot"),)}),
    (ANA, easing(d12=entry(12, temperature_c=37.6))),
    (ANA, easing(d12=entry(12, temperature_c=34.6))),
    (LIMITED, {5: (entry(5, temperature_c=37.6),), 6: (entry(6, **SICK),)}),
    (LIMITED, each_day(1, 9, pain=4, mobility=1)),
    (ANA, each_day(3, 5, pain=9)),
    (ANA, each_day(1, 40, pain=9)),
    (ANA, worse(mobility=3)),
    (ANA, {**worse(mobility=3), 26: (entry(26, pain=3, mobility=3),)}),
    (Course(DAY_0, baseline_pain=2), {5: (entry(5, pain=9),)}),
    (ANA, worse(mobility=0, **SICK)),
    (ANA, easing(d20=entry(20, pain=9))),
    (ANA, {9: (entry(9, fall=True, pain_place="new", pain_onset="sudden"),)}),
    (UNCONNECTED, {}),
    (ANA, each_day(1, 2, pain=5)),
    (ANA, each_day(1, 20, pain=6)),
    (ANA, each_day(1, 20, pain=2)),
    (ANA, {**each_day(1, 20, pain=6), 21: (entry(21, late_days=1, pain=6),)}),
    (ANA, {n: (entry(n, pain=6),) for n in (*range(1, 21), 23, 26, 29, 32)}),
    (ANA, each_day(12, 12, temperature_c=38.5)),
    (ANA, {**each_day(1, 20, pain=3), 21: (entry(21, pain=9),)}),
]


def test_every_reason_that_has_words_is_raised_by_somebody() -> None:
    raised = {reason for course, life in LIVES for reason in reasons(found(life, 45, course))}
    assert raised == set(REASONS)


def speaks(course: Course, history: History, until: int, closures: list[Closure]) -> None:
    for finding in found(history, until, course, closures):
        says = sentence(finding)
        assert "%(" not in says
        assert "None" not in says
        assert re.search(r"\bday \d", says), says
        # What a pause held back is told later, and still names the day that it is about.
        about = finding.values["day"]
        assert on(int(about)) == finding.day or "paused_until" in finding.values
        assert f"day {about}" in says or "milestone" in finding.values, says


@pytest.mark.parametrize(("course", "life"), LIVES)
def test_every_sentence_holds_its_numbers_and_its_day(course: Course, life: History) -> None:
    speaks(course, life, 45, [])


@settings(max_examples=150)
@given(COURSES, histories(), CLOSURES)
def test_whatever_anybody_answers_each_finding_is_a_whole_sentence(
    course: Course, history: History, closures: list[Closure]
) -> None:
    speaks(course, history, LAST_DAY, closures)
