"""Where pain or mobility is expected to go: the published curve, and the patient's own forecast learned from answers.

The own forecast is a Bayesian linear regression on [1, exp(-day / early), exp(-day / slow)]: a floor, an early and
a slow part. Neighbouring days resemble each other (lag-1 correlation): each answer is compared with what the curve
and the last answer foretell together. Before any answer it is the published curve, moved by the level before the
procedure. How much a person's answers scatter from day to day is learned as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, sqrt
from typing import NamedTuple

from .pathway import Published, Trajectory

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Band:
    """An expected value with its range, never beyond the scale."""

    expected: float
    low: float
    high: float


class Surprise(NamedTuple):
    """How one answer met the forecast. missed: by how much; bounded: the same, an answer far off counted as less.

    variance: of what was missed. alike: the share carried over from the last answer. along: what the answer tells
    the three coefficients, gain: how much they learn from it.
    """

    missed: float
    bounded: float
    variance: float
    alike: float
    along: Triple
    gain: Triple


class Forecast(NamedTuple):
    """What is believed about one patient: three coefficients, their covariance, the daily scatter, the last answer."""

    trajectory: Trajectory
    level: Triple
    covariance: tuple[float, float, float, float, float, float]
    scatter: float
    scatter_weight: float
    last: tuple[int, int, Triple] | None = None

    def expect(self, day: int) -> Band:
        """One answer on that day: central 80 %, daily scatter included."""
        along, foretold, alike = self._toward(day)
        spread = _quadratic(self.covariance, along) + self.scatter * (1 - alike * alike)
        return self._band(foretold, spread)

    def expect_mean(self, day: int) -> Band:
        """The level around that day, without the daily scatter: for the peak day."""
        mean, variance = self.predict(day)
        return self._band(mean, variance + self.trajectory.model_sd**2)

    def predict(self, day: int) -> tuple[float, float]:
        """Mean and variance of the level on a day, not bounded to the scale."""
        basis = _basis(day, self.trajectory.early_days, self.trajectory.slow_days)
        return _dot(basis, self.level), _quadratic(self.covariance, basis)

    def meet(self, day: int, value: int) -> Surprise:
        """How an answer on that day, later than all learned before, meets the forecast."""
        trajectory, _, (a, b, c, d, e, f), scatter, _, _ = self
        along, foretold, alike = self._toward(day)
        x, y, z = along
        p, q, r = a * x + b * y + c * z, b * x + d * y + e * z, c * x + e * y + f * z
        variance = p * x + q * y + r * z + scatter * (1 - alike * alike)
        # A forecast beyond the end of the scale foretells the answer at its end.
        if not 0 <= foretold <= trajectory.highest:
            foretold = _on_scale(foretold, trajectory.highest)
        missed, most = value - foretold, trajectory.bounded_at * sqrt(variance)
        if most < trajectory.bounded_least:
            most = trajectory.bounded_least
        bounded = most if missed > most else -most if missed < -most else missed
        gain = (p / variance, q / variance, r / variance)
        return Surprise(missed, bounded, variance, alike, along, gain)

    def learn(self, day: int, value: int) -> Forecast:
        """The forecast after one day's answer."""
        return self.after(day, value, self.meet(day, value))

    def after(self, day: int, value: int, surprise: Surprise) -> Forecast:
        """The forecast after the answer that met it so."""
        trajectory, (u, v, w), (a, b, c, d, e, f), scatter, weight, _ = self
        missed, bounded, total, _, _, (k, m, n) = surprise
        kt, mt, nt = k * total, m * total, n * total
        smaller = (a - k * kt, b - k * mt, c - k * nt, d - m * mt, e - m * nt, f - n * nt)
        level = (u + k * bounded, v + m * bounded, w + n * bounded)
        if day > trajectory.settled_day:
            # Of what was missed, the curve's own uncertainty is not scatter.
            seen = missed * missed / total
            if seen > trajectory.wild_at**2:
                seen = trajectory.wild_at**2
            scatter, weight = scatter * (weight + seen) / (weight + 1), weight + 1
            # Whoever answers the same every day would otherwise make a point of difference look like proof.
            if scatter < trajectory.least_day_sd**2:
                scatter = trajectory.least_day_sd**2
        last = (day, value, _basis(day, trajectory.early_days, trajectory.slow_days))
        return Forecast(trajectory, level, smaller, scatter, weight, last)

    def loosened(self, before: Forecast) -> Forecast:
        """The forecast of somebody whose level has changed: the floor is as uncertain as before any answer.

        before: the forecast before the change; what was missed since was no scatter.
        """
        a, *rest = self.covariance
        b, c, d, e, f = rest
        return self._replace(
            covariance=(a + self.trajectory.sd[0] ** 2, b, c, d, e, f),
            scatter=before.scatter,
            scatter_weight=before.scatter_weight,
        )

    def _toward(self, day: int) -> tuple[Triple, float, float]:
        """The basis less what the last answer carries over, the answer foretold by both, and the share carried."""
        trajectory, (u, v, w), _, _, _, last = self
        basis = _basis(day, trajectory.early_days, trajectory.slow_days)
        one, early, slow = basis
        if last is None or day <= last[0]:
            return basis, u + v * early + w * slow, 0.0
        last_day, value, (x, y, z) = last
        alike = trajectory.alike_from_day_to_day ** (day - last_day)
        p, q, r = one - alike * x, early - alike * y, slow - alike * z
        return (p, q, r), p * u + q * v + r * w + alike * value, alike

    def _band(self, mean: float, variance: float) -> Band:
        reach, highest = self.trajectory.central_80 * sqrt(variance), self.trajectory.highest
        low, high = _on_scale(mean - reach, highest), _on_scale(mean + reach, highest)
        return Band(_on_scale(mean, highest), low, high)


def begin(before: int | None, trajectory: Trajectory) -> Forecast:
    """The forecast before any answer; without a level before the procedure, that of the published average."""
    above = 0.0 if before is None else before - trajectory.published.baseline
    moved = zip(trajectory.mean, trajectory.per_baseline_point, strict=True)
    floor, early, slow = (mean + each * above for mean, each in moved)
    sd1, sd2, sd3 = trajectory.sd
    r12, r13, r23 = trajectory.correlation
    covariance = (
        sd1 * sd1,
        sd1 * sd2 * r12,
        sd1 * sd3 * r13,
        sd2 * sd2,
        sd2 * sd3 * r23,
        sd3 * sd3,
    )
    return Forecast(
        trajectory, (floor, early, slow), covariance, trajectory.day_sd**2, trajectory.day_sd_weight
    )


def published(day: int, curve: Published, highest: int = 10) -> Band:
    """What people who had this procedure typically report: mean and one SD between patients each way."""
    mean = curve.baseline if day <= 0 else curve.floor + curve.fall * exp(-day / curve.days)
    sd = [sd for first, sd in zip(curve.sd_from_day, curve.sd, strict=True) if day >= first][-1]
    return Band(*(_on_scale(each, highest) for each in (mean, mean - sd, mean + sd)))


@lru_cache(maxsize=4096)
def _basis(day: int, early_days: float, slow_days: float) -> Triple:
    return 1.0, exp(-day / early_days), exp(-day / slow_days)


def _dot(one: Triple, other: Triple) -> float:
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def _quadratic(covariance: tuple[float, float, float, float, float, float], x: Triple) -> float:
    a, b, c, d, e, f = covariance
    p, q, r = x
    return a * p * p + d * q * q + f * r * r + 2 * (b * p * q + c * p * r + e * q * r)


def _on_scale(value: float, highest: int) -> float:
    return min(float(highest), max(0.0, value))
