"""Who is counted together: each patient once, and never so that those left out could be worked out."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from recovery.clinical.cohort_choice import Candidate, Choice, pick, too_near
from recovery.clinical.small_cells import FEWEST

OLD = 80
DAY = date(2026, 3, 2)


def candidate(number, patient=None, **columns):
    usual = {
        "performed_on": DAY,
        "age": 75,
        "levels": 1,
        "version": "draft",
        "before": 8,
        "first": 0,
        "last": 20,
    }
    key = UUID(int=number if patient is None else patient)
    return Candidate(patient=key, procedure=UUID(int=number), **{**usual, **columns})


def some(count, start=0, **columns):
    return [candidate(start + each, **columns) for each in range(count)]


def numbers(picked):
    return [each.procedure.int for each in picked]


def test_a_patient_counts_once_with_the_first_procedure():
    second = candidate(2, patient=1, performed_on=DAY + timedelta(days=40))
    assert numbers(pick([second, candidate(1)], Choice(), OLD)) == [1]


def test_or_with_the_first_that_meets_the_choice():
    second = candidate(2, patient=1, performed_on=DAY + timedelta(days=40))
    chosen = pick([candidate(1), second], Choice(first=DAY + timedelta(days=1)), OLD)
    assert numbers(chosen) == [2]


def test_whoever_has_no_whole_day_yet_does_not_count():
    assert pick([candidate(1, last=-1), candidate(2, first=5, last=4)], Choice(), OLD) == []


@pytest.mark.parametrize(
    ("choice", "met"),
    [
        (Choice(age="older"), [2]),
        (Choice(age="younger"), [1, 3, 4]),
        (Choice(levels="several"), [3]),
        (Choice(levels="one"), [1, 2, 4]),
        (Choice(version="2026.3+1"), [4]),
        (Choice(first=DAY, last=DAY), [1, 2, 3]),
        (Choice(last=DAY - timedelta(days=1)), []),
        (Choice(age="younger", levels="one"), [1, 4]),
    ],
)
def test_each_part_of_the_choice(choice, met):
    later = DAY + timedelta(days=1)
    known = [
        candidate(1, age=79),
        candidate(2, age=80),
        candidate(3, levels=2),
        candidate(4, version="2026.3+1", performed_on=later),
    ]
    assert numbers(pick(known, choice, OLD)) == met


@pytest.mark.parametrize("few", range(1, FEWEST))
def test_a_choice_that_leaves_out_a_few_is_named(few):
    known = [*some(20), *some(few, 100, age=85)]
    assert too_near(known, Choice(age="younger"), OLD) == ("age",)


@pytest.mark.parametrize("others", [0, FEWEST])
def test_a_choice_that_leaves_out_nobody_or_many_is_not(others):
    known = [*some(20), *some(others, 100, age=85)]
    assert too_near(known, Choice(age="younger"), OLD) == ()


def test_each_part_is_held_against_the_rest_of_the_choice():
    many_levels = some(10, 100, levels=2)
    known = [*some(20), *many_levels, *some(2, 200, levels=2, age=85)]
    assert too_near(known, Choice(levels="several"), OLD) == ()
    assert too_near(known, Choice(levels="several", age="younger"), OLD) == ("age",)


def test_a_day_more_or_less_tells_of_nobody():
    later = some(3, 100, performed_on=DAY + timedelta(days=1))
    assert too_near([*some(20), *later], Choice(last=DAY), OLD) == ("last",)


def test_parts_are_named_that_leave_out_the_same_few_so_that_neither_does_alone():
    known = [*some(27), *some(3, 100, age=85, levels=2)]
    both = Choice(age="younger", levels="one")
    assert too_near(known, both, OLD) == ("age", "levels")
    later = some(3, 200, performed_on=DAY + timedelta(days=9), version="2026.3+2")
    until = Choice(last=DAY, version="draft")
    assert too_near([*some(27), *later], until, OLD) == ("last", "version")


@pytest.mark.parametrize("version", ["draft", "2026.3+1", "2026.3+2"])
def test_no_version_is_told_where_one_has_a_few_that_are_all_less_the_others(version):
    known = [*some(20), *some(20, 50, version="2026.3+1"), *some(3, 100, version="2026.3+2")]
    assert too_near(known, Choice(version=version), OLD) == ("version",)
    enough = [*known, *some(2, 200, version="2026.3+2")]
    assert too_near(enough, Choice(version=version), OLD) == ()


def test_whoever_counts_with_another_procedure_is_left_out_as_well():
    later = candidate(100, patient=1, performed_on=DAY + timedelta(days=30))
    known = [candidate(1, levels=2), *some(20, 2), later]
    assert numbers(pick(known, Choice(levels="one"), OLD))[-1] == 100
    assert too_near(known, Choice(levels="one"), OLD) == ("levels",)
