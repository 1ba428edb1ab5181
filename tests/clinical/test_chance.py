"""The range that chance leaves around a count agrees with the exact Poisson one."""

from __future__ import annotations

import pytest

from recovery.clinical.chance import poisson_range


# Exact, as in the printed tables (Garwood 1936): from the chi-squared distribution.
@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (0, 0.0, 3.69),
        (1, 0.03, 5.57),
        (2, 0.24, 7.22),
        (6, 2.20, 13.06),
        (10, 4.80, 18.39),
        (30, 20.24, 42.83),
        (100, 81.36, 121.63),
        (1000, 938.97, 1063.95),
    ],
)
def test_the_range_of_a_count_is_that_of_the_printed_tables(count, low, high) -> None:
    assert poisson_range(count) == pytest.approx((low, high), abs=0.03, rel=1e-4)


def test_six_events_stand_for_2_2_to_13_1() -> None:
    assert [round(each, 1) for each in poisson_range(6)] == [2.2, 13.1]


def test_the_count_lies_in_its_range_which_rises_with_it() -> None:
    ranges = [poisson_range(count) for count in range(500)]
    assert all(low <= count < high for count, (low, high) in enumerate(ranges))
    assert ranges == sorted(ranges)
    assert all(low >= 0 for low, _ in ranges)
