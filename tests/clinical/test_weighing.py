"""The forecast and the evidence beside plain linear algebra: the same answers as one joint normal distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, log, sqrt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recovery.clinical.evidence import Suspicion, weigh
from recovery.clinical.pathway import Trajectory
from recovery.clinical.trajectory import Forecast, begin
from tests.clinical.courses import PATHWAY

RULE = PATHWAY.rules.pain_worsening
Row = list[float]


ABOVE = 20  # the ends of the scales, where answers are no normal numbers, are far off


def exact(trajectory: Trajectory) -> Trajectory:
    """Scatter that is known, and answers that all count in full: then the forecast has a closed form."""
    floor, early, slow = trajectory.mean
    lifted = replace(trajectory, mean=(floor + ABOVE, early, slow), highest=10 * ABOVE)
    return replace(lifted, settled_day=10**6, bounded_at=1e9)


PAIN, MOBILITY = exact(PATHWAY.trajectory.pain), exact(PATHWAY.trajectory.mobility)
DAYS = st.integers(0, 60)
PAINS = st.dictionaries(DAYS, st.integers(ABOVE, ABOVE + 10), min_size=1, max_size=12)
MOVES = st.dictionaries(DAYS, st.integers(ABOVE, ABOVE + 5), min_size=1, max_size=8)


# The joint normal distribution of answers on some days.


def basis(forecast: Forecast, day: int) -> Row:
    of = forecast.trajectory
    return [1.0, exp(-day / of.early_days), exp(-day / of.slow_days)]


def means(forecast: Forecast, days: Sequence[int]) -> Row:
    return [dot(basis(forecast, day), forecast.level) for day in days]


def shared(forecast: Forecast, one: int, other: int) -> float:
    """The covariance of the level on two days: what is not known of the three coefficients."""
    a, b, c, d, e, f = forecast.covariance
    along = basis(forecast, other)
    return dot(basis(forecast, one), [dot(row, along) for row in ((a, b, c), (b, d, e), (c, e, f))])


def covariances(forecast: Forecast, days: Sequence[int]) -> list[Row]:
    """Of the answers: the level's, and scatter that resembles that of the days near by."""
    alike = forecast.trajectory.alike_from_day_to_day
    return [
        [
            shared(forecast, one, other) + forecast.scatter * alike ** abs(one - other)
            for other in days
        ]
        for one in days
    ]


def dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def root(matrix: list[Row]) -> list[Row]:
    """The lower triangle whose square it is (Cholesky)."""
    lower: list[Row] = []
    for i, row in enumerate(matrix):
        new: Row = []
        for j in range(i):
            new.append((row[j] - dot(new, lower[j][:j])) / lower[j][j])
        lower.append([*new, sqrt(row[i] - dot(new, new))])
    return lower


def whitened(lower: list[Row], values: Sequence[float]) -> Row:
    """The values in units of the root, each free of those before it."""
    free: Row = []
    for row, value in zip(lower, values, strict=True):
        free.append((value - dot(row[:-1], free)) / row[-1])
    return free


def log_ratio(forecast: Forecast, told: Mapping[int, int], since: int, shift: float) -> float:
    """How much likelier the answers are if they lie `shift` higher since a day."""
    days = sorted(told)
    lower, mean = root(covariances(forecast, days)), means(forecast, days)
    missed = [told[day] - each for day, each in zip(days, mean, strict=True)]
    shifted = [each - shift * (day >= since) for day, each in zip(days, missed, strict=True)]
    as_foretold, as_shifted = whitened(lower, missed), whitened(lower, shifted)
    return (dot(as_foretold, as_foretold) - dot(as_shifted, as_shifted)) / 2


# The product's own figures beside them.


def learned(forecast: Forecast, told: Mapping[int, int]) -> Forecast:
    for day in sorted(told):
        forecast = forecast.learn(day, told[day])
    return forecast


@settings(max_examples=150)
@given(
    st.tuples(st.just(PAIN), PAINS) | st.tuples(st.just(MOBILITY), MOVES),
    st.none() | st.integers(0, 5),
    st.integers(1, 90),
)
def test_the_forecast_is_that_of_the_joint_normal_distribution(
    answered: tuple[Trajectory, dict[int, int]], before: int | None, days_on: int
) -> None:
    trajectory, told = answered
    prior = begin(before, trajectory)
    days, forecast = sorted(told), learned(prior, told)
    day = days[-1] + days_on
    lower, mean = root(covariances(prior, days)), means(prior, days)
    free = whitened(lower, [told[each] - mu for each, mu in zip(days, mean, strict=True)])
    (mean_then,) = means(prior, [day])

    alike = whitened(lower, [shared(prior, day, each) for each in days])
    level = mean_then + dot(alike, free), shared(prior, day, day) - dot(alike, alike)
    assert forecast.predict(day) == pytest.approx(level, abs=1e-6)

    *along, own = root(covariances(prior, [*days, day]))[-1]
    answer, surprise = mean_then + dot(along, free), forecast.meet(day, ABOVE)
    assert (ABOVE - surprise.missed, surprise.variance) == pytest.approx(
        (answer, own * own), abs=1e-6
    )


@settings(max_examples=150)
@given(PAINS, MOVES, DAYS, st.none() | st.integers(0, 10))
def test_the_evidence_is_the_likelihood_ratio_of_the_joint_normal_distribution(
    pains: dict[int, int], moves: dict[int, int], since: int, before: int | None
) -> None:
    own, moving = begin(before, PAIN), begin(None, MOBILITY)
    worse = log_ratio(own, pains, since, RULE.shift)
    suspicion = Suspicion(since, own, moving)
    moves = {day: moved for day, moved in moves.items() if day in pains}
    less = log_ratio(moving, moves, since, -RULE.mobility_shift)
    for day in sorted(pains):
        pain = own.meet(day, pains[day])
        moved = moving.meet(day, moves[day]) if day in moves else None
        if day >= since:
            weights = suspicion.pain.weight, suspicion.mobility.weight
            weigh([suspicion], day, pain, moved, RULE)
            # What the forecast has wholly learned counts for nothing, where the exact ratio would turn over.
            assume(suspicion.pain.weight > weights[0])
            assume(moved is None or suspicion.mobility.weight > weights[1])
        own = own.after(day, pains[day], pain)
        moving = moving.after(day, moves[day], moved) if moved else moving

    share = RULE.moves_less_share
    both = worse + log(1 - share + share * exp(RULE.mobility_weight * less))
    assert suspicion.pain.ratio(RULE.shift) == pytest.approx(worse, abs=1e-6)
    assert suspicion.mobility.ratio(-RULE.mobility_shift) == pytest.approx(less, abs=1e-6)
    assert suspicion.evidence(RULE) == pytest.approx(max(0.0, both) if worse > 0 else 0.0, abs=1e-6)
