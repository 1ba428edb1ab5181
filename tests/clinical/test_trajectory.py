"""The published curve and the own forecast: bounded, learning, and honest about what they do not know."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recovery.clinical.trajectory import Forecast, begin, published
from tests.clinical.courses import PATHWAY

TRAJECTORY = PATHWAY.trajectory.pain


def learned(baseline: int | None, pains: dict[int, int]) -> Forecast:
    forecast = begin(baseline, TRAJECTORY)
    for day, pain in sorted(pains.items()):
        forecast = forecast.learn(day, pain)
    return forecast


def test_the_published_curve_holds_its_published_values() -> None:
    for day, mean in {0: 7.6, 7: 4.1, 30: 3.4, 72: 3.0}.items():
        assert abs(published(day, TRAJECTORY.published).expected - mean) < 0.1
    assert round(published(72, TRAJECTORY.published).high, 1) == 5.6


def test_before_any_answer_the_forecast_is_near_the_published_curve() -> None:
    forecast = begin(None, TRAJECTORY)
    for day in (7, 14, 30, 72):
        gap = forecast.expect(day).expected - published(day, TRAJECTORY.published).expected
        assert abs(gap) < 0.2


def test_the_range_narrows_as_answers_come_in() -> None:
    few = learned(7, {1: 6, 2: 5}).expect_mean(72)
    many = learned(7, dict.fromkeys(range(1, 30), 3)).expect_mean(72)
    assert many.high - many.low < few.high - few.low


def test_a_steady_scatter_makes_a_narrower_band_than_a_wild_one() -> None:
    steady = learned(7, dict.fromkeys(range(1, 40), 4)).expect(40)
    wild = learned(7, {day: 2 + 4 * (day % 2) for day in range(1, 40)}).expect(40)
    assert steady.high - steady.low < wild.high - wild.low


def test_a_patient_who_stays_at_seven_is_foretold_seven() -> None:
    assert 6 < learned(8, dict.fromkeys(range(1, 40), 7)).expect_mean(72).expected < 7.5


def test_learning_returns_a_new_forecast_and_keeps_the_old() -> None:
    before = begin(7, TRAJECTORY)
    assert before.learn(1, 9).expect(2) != before.expect(2) == begin(7, TRAJECTORY).expect(2)


@given(
    st.none() | st.integers(0, 10),
    st.dictionaries(st.integers(0, 120), st.integers(0, 10), max_size=60),
    st.integers(0, 400),
)
def test_no_band_ever_leaves_the_scale(
    baseline: int | None, pains: dict[int, int], day: int
) -> None:
    forecast = learned(baseline, pains)
    for band in (forecast.expect(day), forecast.expect_mean(day)):
        assert 0 <= band.low <= band.expected <= band.high <= 10
