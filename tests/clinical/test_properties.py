"""What holds for anybody, whatever is answered, however it arrives and whatever was closed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recovery.clinical.answers import Day, Entry, told_in_turn
from recovery.clinical.course import URGENCIES, Closure, Course, Finding
from recovery.clinical.flag_rules import assess, close, days_of, fold, start, step
from recovery.clinical.trajectory import published
from tests.clinical.anybody import (
    CLOSURES,
    COURSES,
    LAST_DAY,
    SAID,
    SIGNS_TICKED,
    History,
    closings,
    histories,
    on,
)
from tests.clinical.courses import DAY_0, PATHWAY, days, entry, found

FEVER, FEVER_BEFORE_DAY_4 = 37.8, 38.0


def is_as_grave(urgency: str, other: str) -> bool:
    return URGENCIES.index(urgency) >= URGENCIES.index(other)


# Nothing is taken away.


@settings(max_examples=200)
@given(
    COURSES,
    histories(),
    CLOSURES,
    st.integers(0, LAST_DAY),
    st.sampled_from([FEVER, 37.9, FEVER_BEFORE_DAY_4, 39.5]),
    st.booleans(),
)
def test_a_fever_reading_takes_no_finding_away_and_makes_none_milder(
    course: Course,
    history: dict[int, tuple[Entry, ...]],
    closures: list[Closure],
    day: int,
    celsius: float,
    is_checked: bool,
) -> None:
    assume(celsius >= FEVER_BEFORE_DAY_4 or day >= 4)
    hot = entry(day, 23, temperature_c=celsius)
    hot = hot if is_checked else replace(hot, checked_at=None)
    before = found(history, LAST_DAY, course, closures)
    after = found({**history, day: (*history.get(day, ()), hot)}, LAST_DAY, course, closures)
    # On a silent day it is an answer: it ends that silence, and two days later the next one is told.
    ended = {on(day), on(day + 1)} if not history.get(day) else set()
    for was in before:
        is_over = was.day in ended or (ended and was.reason == "never_connected")
        assert stands(was, after) or (was.rule == "gone_quiet" and is_over), was


def stands(was: Finding, after: Sequence[Finding]) -> bool:
    """Told of the same day, as gravely at least; a fever or a silence may have become a graver one."""
    same = [each for each in after if (each.rule, each.day) == (was.rule, was.day)]
    if was.rule not in ("fever", "gone_quiet"):
        same = [each for each in same if each.reason == was.reason]
    return any(is_as_grave(each.urgency, was.urgency) for each in same)


def test_a_fever_is_not_part_of_the_own_usual_temperature() -> None:
    cool = {
        n: (entry(n, temperature_c=celsius),) for n, celsius in ((5, 36.0), (6, 36.0), (7, 36.4))
    }
    warm = {**cool, 14: (entry(14, temperature_c=37.1),)}
    feverish = {**warm, 8: (entry(8, temperature_c=38.5),)}
    for history in (warm, feverish):
        said = [each for each in found(history, 14) if (each.rule, each.day) == ("fever", on(14))]
        assert [each.values["usual"] for each in said] == [36.0]


@settings(max_examples=100)
@given(
    COURSES,
    histories(),
    CLOSURES,
    st.integers(0, LAST_DAY),
    st.none() | st.integers(0, 5),
    SIGNS_TICKED,
)
def test_more_pain_never_lowers_the_evidence_nor_takes_a_finding_of_worse_pain_away(
    course: Course,
    history: dict[int, tuple[Entry, ...]],
    closures: list[Closure],
    day: int,
    mobility: int | None,
    signs: tuple[str, ...],
) -> None:
    weighed, told = 0.0, dict[str, str]()
    for pain in range(11):
        latest = entry(day, 23, pain=pain, mobility=mobility, signs=signs)
        known = days({**history, day: (*history.get(day, ()), latest)}, day)
        state, findings = fold(course, known, closures, PATHWAY)
        worse = [each for each in findings if (each.rule, each.day) == ("pain_worsening", on(day))]
        now = {each.reason.removesuffix("_moves_less"): each.urgency for each in worse}
        assert state.evidence >= weighed - 1e-12
        assert all(reason in now and is_as_grave(now[reason], told[reason]) for reason in told)
        weighed, told = state.evidence, now


# The order and the time of arrival.


@settings(max_examples=100)
@given(COURSES, histories(), CLOSURES, st.randoms(use_true_random=False))
def test_the_order_of_arrival_of_late_answers_changes_no_verdict(
    course: Course, history: History, closures: list[Closure], chance: Random
) -> None:
    entries = [(on(n), each) for n, told in history.items() for each in told]
    in_turn = days_of(entries, DAY_0, on(LAST_DAY), last_is_over=True)
    chance.shuffle(entries)
    assert days_of(entries, DAY_0, on(LAST_DAY), last_is_over=True) == in_turn
    later = [(day, come_later(each, chance.randint(0, 20))) for day, each in entries]
    shuffled = days_of(later, DAY_0, on(LAST_DAY), last_is_over=True)
    assert list(map(given_on, shuffled)) == list(map(given_on, in_turn))
    before, after = (assess(course, known, closures, PATHWAY) for known in (in_turn, shuffled))
    assert list(map(verdict, before)) == list(map(verdict, after))


def given_on(day: Day) -> list[datetime]:
    return [each.given_at for each in day.entries]


def come_later(given_then: Entry, late_days: int) -> Entry:
    return replace(given_then, received_at=given_then.given_at + timedelta(days=late_days))


def verdict(finding: Finding) -> tuple[object, ...]:
    """All but what tells of the arrival itself: how late it was, and a poor line as the cause of a silence."""
    values = {name: value for name, value in finding.values.items() if name != "days_late"}
    is_guessed = finding.rule == "gone_quiet" and finding.urgency == "routine"
    reason = "" if is_guessed else finding.reason
    return finding.rule, finding.urgency, finding.day, reason, values


# Nothing breaks.


def stays_on_the_scales(course: Course, known: Sequence[Day], closures: Sequence[Closure]) -> None:
    state, _ = fold(course, known, closures, PATHWAY)
    for forecast, highest in ((state.own, 10), (state.moving, 5)):
        typical = forecast.trajectory.published
        for day in (0, 1, 2, 3, 7, 30, 72, 90, 400):
            own, level = forecast.expect(day), forecast.expect_mean(day)
            for band in (own, level, published(day, typical, highest)):
                assert 0 <= band.low <= band.expected <= band.high <= highest


def daily(**answers: object) -> dict[int, Sequence[Entry]]:
    return {n: (entry(n, **answers),) for n in range(LAST_DAY + 1)}


@pytest.mark.parametrize("baseline", [None, 0, 10])
@pytest.mark.parametrize(
    "history",
    [
        {},
        {5: (entry(5, pain=3),)},
        {5: (entry(5),)},
        daily(pain=0, mobility=0, temperature_c=34.0),
        daily(pain=10, mobility=5, temperature_c=42.0),
        {n: (entry(n, pain=10 * (n % 2), mobility=5 * (n % 2)),) for n in range(LAST_DAY)},
    ],
    ids=["none", "one", "one empty", "zeros", "tens", "zeros and tens"],
)
def test_the_ends_of_the_scales_break_nothing(baseline: int | None, history: History) -> None:
    stays_on_the_scales(Course(DAY_0, baseline, baseline and 5), days(history, LAST_DAY), ())


@settings(max_examples=150)
@given(COURSES, histories(), CLOSURES)
def test_no_mixture_breaks_the_rules_or_leaves_a_scale(
    course: Course, history: History, closures: list[Closure]
) -> None:
    stays_on_the_scales(course, days(history, LAST_DAY), closures)


def revised(day: int, revisions: Sequence[Mapping[str, object]]) -> tuple[Entry, ...]:
    """One check-in with its revisions, as the rules see them."""
    told = told_in_turn([entry(day, **each).answers for each in revisions])
    return tuple(replace(entry(day), answers=answers) for answers in told)


REVISIONS = st.dictionaries(st.integers(0, 20), st.lists(SAID, min_size=1, max_size=3), max_size=12)


@settings(max_examples=100)
@given(COURSES, REVISIONS, CLOSURES)
def test_a_check_in_sent_twice_says_what_it_says_once(
    course: Course, said: dict[int, list[dict[str, object]]], closures: list[Closure]
) -> None:
    once = days({n: revised(n, each) for n, each in said.items()}, 25)
    twice = days({n: revised(n, [*each, each[-1]]) for n, each in said.items()}, 25)
    stays_on_the_scales(course, twice, closures)
    assert assess(course, twice, closures, PATHWAY) == assess(course, once, closures, PATHWAY)


# Folding


@settings(max_examples=150)
@given(COURSES, histories(), st.lists(closings(hours=st.just(0)), max_size=4))
def test_stepping_from_day_to_day_says_what_folding_says(
    course: Course, history: History, closures: list[Closure]
) -> None:
    # Whoever steps from day to day knows no late answer before it has come.
    at_once = {n: tuple(map(read_at_once, told)) for n, told in history.items()}
    waiting = sorted(closures, key=attrgetter("closed_at"))
    state, said = start(course, PATHWAY), list[Finding]()
    for day in days(at_once, LAST_DAY):
        for closure in (each for each in waiting if each.closed_at.date() == day.date):
            state = close(state, closure)
            said = [each for each in said if each.rule != closure.rule]
        state = step(state, day)
        said += state.findings
    folded, standing = fold(course, days(at_once, LAST_DAY), closures, PATHWAY)
    assert tuple(said) == standing
    assert folded == state


def read_at_once(told: Entry) -> Entry:
    return replace(told, received_at=told.given_at, checked_at=told.given_at)
