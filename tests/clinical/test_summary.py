"""What a list tells of one course: the last pains, where the last one lies, what was answered and what is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery.clinical import standing
from recovery.clinical.course import RULES, Closure, Course
from recovery.clinical.flag_rules import assess, fold
from recovery.clinical.limits import Limit
from recovery.clinical.summary import SHOWN_PAINS, Summary, judge
from tests.clinical.courses import ANA, DAY_0, EASING, PATHWAY, at, days, easing, entry

LAST_DAY = PATHWAY.milestones.pathway_days


def told(entries, until, course: Course = ANA, closures=(), today_is_over=True) -> Summary:
    given_days = days(entries, until)
    if not today_is_over:
        given_days = (*given_days[:-1], replace(given_days[-1], is_over=False))
    return judge(course, given_days, closures, PATHWAY)[1]


def first_quiet_day(entries, until, course: Course = ANA) -> int:
    _, findings = fold(course, days(entries, until), (), PATHWAY)
    return min(each.values["day"] for each in findings if each.rule == "gone_quiet")


def test_of_many_answers_the_last_fourteen_are_shown_with_their_days() -> None:
    summary = told(easing(), 28)
    assert summary.pains == tuple(enumerate(EASING, start=1))[-SHOWN_PAINS:]
    assert len(summary.pains) == SHOWN_PAINS == 14


def test_of_several_answers_on_a_day_the_worst_is_shown() -> None:
    entries = {1: (entry(1, 8, pain=3), entry(1, 18, pain=7), entry(1, 20, pain=4))}
    assert told(entries, 1).pains == ((1, 7),)


def test_the_last_pain_lies_where_the_chart_says() -> None:
    summary = told(easing(d28=entry(28, pain=8)), 28)
    assert (summary.last.day, summary.last.answer) == (28, 8)
    assert summary.last.beside_own == "above"
    assert summary.last.beside_published == "above"
    assert summary.beyond_own == 8 - summary.last.own.most > 0


def test_below_the_own_forecast_counts_downwards_and_within_it_nothing() -> None:
    below = told(easing(d28=entry(28, pain=0)), 28)
    assert below.beyond_own == -below.last.own.least < 0
    assert told(easing(), 28).beyond_own == 0


def test_after_a_worsening_that_lasts_the_pain_lies_beside_the_forecast_of_before() -> None:
    worse = {f"d{day}": entry(day, pain=8) for day in range(25, 29)}
    summary = told(easing(**worse), 28)
    assert summary.is_former
    assert summary.last.beside_own == "above"
    assert not told(easing(), 28).is_former


def test_before_any_answer_there_is_nothing_to_show() -> None:
    summary = told({}, 3)
    assert summary.pains == ()
    assert summary.last is summary.beyond_own is summary.answered_on is None
    assert not summary.is_former


def test_an_answer_without_pain_is_an_answer_and_no_pain() -> None:
    summary = told({2: (entry(2, mobility=3),)}, 2)
    assert summary.answered_on == 2
    assert summary.last is None


# The same pass as the flags', and the same place as on the chart.


CLOSINGS = st.lists(
    st.tuples(st.sampled_from(RULES), st.integers(1, 30)),
    max_size=3,
    unique_by=lambda each: each[0],
)
LIMITS = (
    Limit("pain_target", DAY_0, DAY_0 + timedelta(days=40), 2.0),
    Limit("pause", DAY_0, DAY_0 + timedelta(days=20), rule="pain_worsening"),
    Limit("fever_limit", DAY_0, DAY_0 + timedelta(days=40), 37.2),
)


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.integers(0, 30), st.tuples(st.integers(0, 10), st.sampled_from((36.5, 37.6, 38.4)))
    ),
    CLOSINGS,
    st.lists(st.sampled_from(LIMITS), unique=True, max_size=2),
    st.sets(st.integers(0, 30), max_size=3),
)
def test_whatever_happens_findings_are_the_rules_and_the_place_is_the_charts(
    said, closings, limits, chills
) -> None:
    course = replace(ANA, limits=tuple(limits))
    entries = {
        n: (entry(n, pain=p, temperature_c=t, signs=("chills",) if n in chills else ()),)
        for n, (p, t) in said.items()
    }
    closures = [Closure(rule, at(day), DAY_0, "today") for rule, day in closings]
    given_days = days(entries, 30)
    findings, summary = judge(course, given_days, closures, PATHWAY)
    assert findings == assess(course, given_days, closures, PATHWAY)
    chart = standing.follow(ANA, given_days, PATHWAY, closures).pain
    assert summary.last == standing.last(chart)
    doubt = chart.doubt
    assert summary.is_former == (doubt is not None and chart.answers[-1][0] >= doubt.since)


# Adherence.


def test_the_day_of_the_procedure_does_not_count_and_no_day_twice() -> None:
    entries = {n: (entry(n, pain=3), entry(n, 18, pain=3)) for n in (0, 1, 3)}
    summary = told(entries, 4)
    assert (summary.answered, summary.asked) == (2, 4)


@pytest.mark.parametrize(("said", "counts"), [({}, (0, 3)), ({4: (entry(4, pain=3),)}, (1, 4))])
def test_today_counts_from_its_answer_on_or_when_it_is_over(said, counts) -> None:
    summary = told(said, 4, today_is_over=False)
    assert (summary.answered, summary.asked) == counts


def test_nobody_is_counted_as_silent_before_the_enrolment() -> None:
    late = replace(ANA, followed_from=DAY_0 + timedelta(days=10))
    summary = told({12: (entry(12, pain=3),)}, 14, late)
    assert (summary.answered, summary.asked) == (1, 4)


def test_nobody_is_asked_after_the_end_of_the_pathway() -> None:
    after = {LAST_DAY + 5: (entry(LAST_DAY + 5, pain=3),)}
    summary = told(after, LAST_DAY + 5)
    assert (summary.answered, summary.asked) == (0, LAST_DAY)
    assert summary.answered_on == LAST_DAY + 5


@given(st.sets(st.integers(0, 100)), st.integers(0, 100), st.integers(0, 40))
def test_never_more_days_are_answered_than_count(
    answered: set[int], until: int, enrolled_on: int
) -> None:
    course = replace(ANA, followed_from=DAY_0 + timedelta(days=enrolled_on))
    entries = {n: (entry(n, pain=3),) for n in answered if n <= until}
    summary = told(entries, until, course)
    assert 0 <= summary.answered <= summary.asked <= min(until, LAST_DAY)


# Silence.


@pytest.mark.parametrize("answered_until", [3, 5, 20])
def test_silence_counts_from_the_midnight_on_after_which_the_rule_tells_it(
    answered_until: int,
) -> None:
    entries = {n: (entry(n, pain=3),) for n in range(1, answered_until + 1)}
    quiet_on = first_quiet_day(entries, answered_until + 10)
    assert told(entries, answered_until).silent_from == quiet_on + 1
    assert told(entries, quiet_on + 3).silent_from == quiet_on + 1


def test_whoever_never_connected_counts_as_silent_as_the_rule_says() -> None:
    alone = replace(ANA, connected=False)
    assert told({}, 0, alone).silent_from == first_quiet_day({}, 10, alone) + 1


def test_a_closed_flag_makes_nobody_less_silent() -> None:
    entries = {n: (entry(n, pain=3),) for n in range(1, 6)}
    closing = (Closure("gone_quiet", at(9), DAY_0 + timedelta(days=8), "routine"),)
    assert told(entries, 12, closures=closing).silent_from == told(entries, 12).silent_from


def test_silence_that_would_begin_after_the_pathways_end_is_none() -> None:
    entries = {n: (entry(n, pain=3),) for n in range(1, LAST_DAY + 1)}
    assert told(entries, LAST_DAY).silent_from is None
