"""Small cells: nothing that is told, and no difference of what is told, is about one to four patients."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from recovery.clinical.small_cells import FEWEST, Cell, at_least, hidden, nested

AMOUNTS = st.integers(0, 30)


def cells(*amounts):
    """Parts of which each patient has one."""
    return {str(place): Cell((each,), (each,)) for place, each in enumerate(amounts)}


def test_how_many_stand_behind_is_rounded_down_and_too_few_are_none():
    told = [at_least(each) for each in (0, 1, 4, 5, 9, 10, 23)]
    assert told == [None, None, None, 5, 5, 10, 20]


@given(st.integers(FEWEST, 999), st.integers(FEWEST, 999))
def test_no_two_such_numbers_differ_by_a_few(one, other):
    assert abs(at_least(one) - at_least(other)) % FEWEST == 0


def test_a_small_part_takes_the_smallest_other_with_it():
    assert hidden(cells(3, 20, 8, 40)) == {"0", "2"}


def test_what_is_hidden_together_is_no_small_number():
    assert hidden(cells(1, 1, 20, 30)) == {"0", "1", "2"}
    assert hidden(cells(1, 0, 20, 30)) == {"0", "1", "2"}


def test_parts_of_nobody_and_of_many_are_told():
    assert hidden(cells(0, 0, 20, 5)) == frozenset()


def test_a_part_is_small_by_its_patients_and_not_by_its_amount():
    many_of_one = {"a": Cell((1,), (9,)), "b": Cell((6,), (6,)), "c": Cell((9,), (9,))}
    assert hidden(many_of_one) == {"a", "b"}


@given(st.lists(AMOUNTS, min_size=1, max_size=6))
def test_whatever_is_hidden_could_still_be_anything(amounts):
    parts = cells(*amounts)
    away = hidden(parts)
    rest = sum(amounts) - sum(parts[name].amounts[0] for name in parts if name not in away)
    if sum(amounts) < FEWEST:
        return  # the total is small as well, and is not told
    shown = [parts[name].amounts[0] for name in parts if name not in away]
    assert all(each == 0 or each >= FEWEST for each in shown)
    assert len(away) != 1
    # Each hidden part may be 0 or the whole rest: nobody can tell that it is small.
    assert rest == 0 or rest >= FEWEST


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=2, max_size=6))
def test_the_same_for_parts_that_are_split_in_two(amounts):
    parts = {str(place): Cell(each, each) for place, each in enumerate(amounts)}
    away = hidden(parts)
    totals = [sum(each) for each in zip(*amounts, strict=True)]
    if any(0 < total < FEWEST for total in totals):
        return
    for side in (0, 1):
        rest = sum(parts[name].amounts[side] for name in away)
        assert rest == 0 or rest >= FEWEST


def test_shares_of_one_group_are_told_if_every_piece_is_large():
    assert nested(40, [30, 20]) == [30, 20]
    assert nested(40, [38, 20]) == [None, 20]  # two without relief
    assert nested(40, [30, 28]) == [30, None]  # two in between
    assert nested(40, [30, 30]) == [30, 30]  # nobody in between
    assert nested(40, [4, 0]) == [None, None]
    assert nested(40, [40, 40]) == [None, None]  # it would say the same of everybody
    assert nested(0, [0, 0]) == [None, None]


@given(AMOUNTS, st.lists(AMOUNTS, max_size=4))
def test_no_piece_between_what_is_told_is_small(whole, parts):
    falling = sorted((min(each, whole) for each in parts), reverse=True)
    told = [whole, *(each for each in nested(whole, falling) if each is not None), 0]
    assert whole == told[0]
    if len(told) > 2:
        pieces = [before - after for before, after in pairwise(told)]
        assert pieces[0] >= FEWEST
        assert pieces[-1] >= FEWEST
        assert all(each == 0 or each >= FEWEST for each in pieces)
