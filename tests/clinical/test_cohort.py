"""A cohort counted by hand: days, relief, weeks, and quartiles that are those of the plain list."""

from __future__ import annotations

import csv
from collections import Counter
from statistics import median, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clinical import cohort
from recovery.clinical.cohort import Answered, Life, quartiles
from tests.clinical.courses import PATHWAY
from tests.house.program import text

NUMBERS = PATHWAY.cohort
LAST_DAY = PATHWAY.milestones.pathway_days
LITTLE = 3


def counted(*lives):
    counts = cohort.start(NUMBERS, LAST_DAY, LITTLE)
    for life in lives:
        counts.add(life)
    return counts


def life(before=8, first=0, last=LAST_DAY, **pain_by_day):
    """Such as life(d5=3): pain 3 on day 5, mobility always 4."""
    answered = [Answered(int(day[1:]), pain, 4) for day, pain in pain_by_day.items()]
    return Life(before, first, last, answered)


def steady(pain, before=8, **span):
    return life(before, **span, **{f"d{day}": pain for day in range(LAST_DAY + 1)})


@given(st.lists(st.integers(0, 10), min_size=2))
def test_quartiles_of_counts_are_those_of_the_plain_list(values):
    told = quartiles(Counter(values))
    assert list(told) == quantiles(values, n=4, method="inclusive")
    assert told.middle == median(values)


def test_quartiles_by_hand():
    assert quartiles({2: 1, 4: 1, 7: 1, 9: 1, 10: 1}) == (4, 7, 9)
    assert quartiles({1: 2, 4: 2}) == (1, 2.5, 4)
    assert quartiles({6: 1}) == (6, 6, 6)


def test_nothing_has_no_quartiles():
    with pytest.raises(IndexError):
        quartiles({})


def test_each_day_counts_who_reported_what():
    counts = counted(life(d5=3), life(d5=3), life(d5=7), life(d6=1))
    assert counts.pain[5] == {3: 2, 7: 1}
    assert counts.mobility[5] == {4: 3}
    assert counts.pain[6] == {1: 1}
    assert not counts.pain[4]


def test_a_day_before_the_enrolment_or_after_the_end_does_not_count():
    counts = counted(life(first=4, last=9, d3=5, d4=6, d9=7, d10=8))
    assert [day for day, values in enumerate(counts.pain) if values] == [4, 9]
    assert (counts.patients, counts.days) == (1, 6)


def test_an_answer_without_pain_counts_as_answered_and_not_as_no_pain():
    counts = counted(Life(8, 0, LAST_DAY, [Answered(2, None, None)]))
    assert not counts.pain[2]
    assert counts.weeks[0].answered == 1


def test_weeks_count_the_days_followed_and_answered():
    counts = counted(life(first=5, last=8, d5=1, d7=1, d8=1))
    first, second, *others = counts.weeks
    assert (first.patients, first.days, first.answered) == (1, 2, 1)
    assert (second.patients, second.days, second.answered) == (1, 2, 2)
    assert all(week.patients == week.days == 0 for week in others)
    assert len(counts.weeks) == 13


def test_the_day_of_the_procedure_and_a_silent_day_of_the_enrolment_are_not_asked():
    every_day = {f"d{day}": 3 for day in range(7)}
    assert counted(life(last=6, **every_day)).weeks[0] == cohort.Week(1, 6, 6)
    assert counted(life(first=3, last=6, d4=3)).weeks[0] == cohort.Week(1, 3, 1)
    assert counted(life(first=3, last=6, d3=3)).weeks[0] == cohort.Week(1, 4, 1)
    assert counted(life(last=0, d0=3)).weeks[0] == cohort.Week(0, 0, 0)
    assert counted(life(last=0, d0=3)).pain[0] == {3: 1}


def test_relief_is_the_median_of_a_week_against_the_level_before():
    week = {"d24": 6, "d25": 5, "d28": 5, "d30": 9}  # the median of four is 5.5
    assert counted(life(before=8, **week)).relief[30].reached == {30: 1, 50: 0}
    assert counted(life(before=11, **week)).relief[30].reached == {30: 1, 50: 1}
    assert counted(life(before=7, **week)).relief[30].reached == {30: 0, 50: 0}


def test_exactly_so_much_less_is_enough():
    assert counted(steady(7, before=10)).relief[14].reached == {30: 1, 50: 0}
    assert counted(steady(5, before=10)).relief[14].reached == {30: 1, 50: 1}


def test_reports_of_another_week_do_not_make_the_level():
    assert counted(life(d20=1, d21=1, d22=1, d23=1)).relief[30].judged == 0
    assert counted(life(d24=1, d27=1)).relief[30].judged == 0  # too few
    assert counted(life(d24=1, d27=1, d31=1)).relief[30].judged == 0  # one of them later
    assert counted(life(d24=1, d27=1, d30=1)).relief[30].judged == 1


@pytest.mark.parametrize("before", [0, None])
def test_without_a_level_before_or_with_none_nobody_is_judged(before):
    assert counted(steady(0, before=before)).relief[30].judged == 0


def test_how_many_had_little_pain_before_is_counted_beside_it():
    relief = counted(steady(1, before=3), steady(1, before=4)).relief[30]
    assert (relief.judged, relief.low_before) == (2, 1)


def test_whoever_is_not_followed_on_the_day_is_not_judged_there():
    counts = counted(steady(1, last=40))
    assert [counts.relief[day].judged for day in (14, 30, 60, 90)] == [1, 1, 0, 0]


@pytest.mark.parametrize("name", ["pain", "mobility"])
def test_what_stands_behind_the_published_curve_is_what_the_evidence_names(name):
    file = {"pain": "trajectories", "mobility": "mobility_trajectories"}[name]
    rows = csv.DictReader(text(f"docs/evidence/{file}.csv").splitlines())
    sizes = {row["study"]: int(row["n"]) for row in rows}
    sizes.pop("Staples pooled", None)  # it holds the patients of two others
    assert getattr(NUMBERS, f"{name}_studies") == len(sizes)
    assert getattr(NUMBERS, f"{name}_patients") == sum(sizes.values())
