"""Whoever is told on screen to ring at once or today is flagged at least as urgently; the ring may never come."""

from __future__ import annotations

from itertools import product

import pytest

from recovery.clinical.advice import advise
from recovery.clinical.answers import LEG_WEAKNESS, SIGNS
from recovery.clinical.course import URGENCIES, URGENT
from tests.clinical.courses import PATHWAY, easing, entry, found

TOLD = [
    {"signs": signs, "leg_weakness": leg, "temperature_c": celsius, "pain": pain}
    for (signs, leg), celsius, pain in product(
        [
            ((), None),
            *(((sign,), None) for sign in SIGNS),
            *((("leg_weakness",), leg) for leg in LEG_WEAKNESS),
            (("leg_weakness", "chills"), "one"),
        ],
        [None, 34.5, 36.5, 37.2, 37.3, 37.8, 38.0, 40.1],
        [0, 3, 8, 9, 10],
    )
] + [
    {"pain": 3, "temperature_instead": "felt_hot"},
    {"pain": 3, "pain_place": "new"},
    {"pain": 3, "pain_onset": "sudden"},
    {"pain": 3, "fall": True},
]


@pytest.mark.parametrize("day", [3, 12])
def test_what_is_for_now_on_the_phone_is_for_now_on_the_worklist(day: int) -> None:
    for answers in TOLD:
        told = entry(day, **answers)
        advice = advise(told.answers, day, PATHWAY.advice)
        if advice.level not in URGENT:
            continue
        findings = found(easing(**{f"d{day}": told}), day)
        flagged = [each.urgency for each in findings if each.values["day"] == day]
        enough = URGENCIES[URGENCIES.index(advice.level) :]
        assert set(flagged) & set(enough), (answers, advice)
