"""Where pain is expected to go: the published curve, and the patient's own forecast learned from answers.

The own forecast is a Bayesian linear regression of pain on [1, exp(-day / early), exp(-day / slow)]: a floor, an
early fall and a slow fall. Before any answer it is the published curve, moved by the pain before the procedure.
How much a person's answers scatter from day to day is learned as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

from .pathway import Published, Trajectory

PAIN_LOW, PAIN_HIGH = 0.0, 10.0
SETTLED_DAY = 3  # the first days scatter for other reasons (puncture pain)

WILD_SD = 3.0  # one wild answer counts no more than this for the scatter


@dataclass(frozen=True, slots=True)
class Band:
    """An expected value with its range, never beyond the scale."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is believed about one patient's pain: three coefficients, their covariance and the daily scatter."""

    trajectory: Trajectory
    floor: float
    early: float
    slow: float
    covariance: tuple[float, float, float, float, float, float]
    scatter: float
    scatter_weight: float
    answers: int = 0

    def expect(self, day: int) -> Band:
        """One answer on that day: central 80 %, daily scatter included."""
        mean, variance = self.predict(day)
        return self._band(mean, variance + self.scatter)

    def expect_mean(self, day: int) -> Band:
        """The level around that day, without the daily scatter: for the peak day."""
        mean, variance = self.predict(day)
        return self._band(mean, variance + self.trajectory.model_sd**2)

    def predict(self, day: int) -> tuple[float, float]:
        """Mean and variance of the level on a day, not bounded to the scale."""
        x, y = self._basis(day)
        p, q, r = self._toward(day)
        return self.floor + x * self.early + y * self.slow, p + x * q + y * r

    def learn(self, day: int, pain: int) -> Forecast:
        """The forecast after one day's answer."""
        mean, variance = self.predict(day)
        missed = _missed(pain, mean)
        alike = self.trajectory.alike_from_day_to_day
        # Neighbouring days resemble each other, so each tells less than a fresh one would.
        total = variance + self.scatter * (1 + alike) / (1 - alike)
        p, q, r = self._toward(day)
        a, b, c, d, e, f = self.covariance
        smaller = (
            a - p * p / total,
            b - p * q / total,
            c - p * r / total,
            d - q * q / total,
            e - q * r / total,
            f - r * r / total,
        )
        scatter, weight = self._rescattered(day, missed * missed, variance)
        step = missed / total
        return Forecast(
            self.trajectory,
            self.floor + p * step,
            self.early + q * step,
            self.slow + r * step,
            smaller,
            scatter,
            weight,
            self.answers + 1,
        )

    def _basis(self, day: int) -> tuple[float, float]:
        return exp(-day / self.trajectory.early_days), exp(-day / self.trajectory.slow_days)

    def _toward(self, day: int) -> tuple[float, float, float]:
        x, y = self._basis(day)
        a, b, c, d, e, f = self.covariance
        return a + x * b + y * c, b + x * d + y * e, c + x * e + y * f

    def _rescattered(self, day: int, squared: float, variance: float) -> tuple[float, float]:
        if day <= SETTLED_DAY:
            return self.scatter, self.scatter_weight
        share = self.scatter / (variance + self.scatter)
        seen = min(squared * share, WILD_SD**2 * self.scatter)
        weight = self.scatter_weight + 1
        return (self.scatter * self.scatter_weight + seen) / weight, weight

    def _band(self, mean: float, variance: float) -> Band:
        reach = self.trajectory.central_80 * sqrt(variance)
        return Band(_on_scale(mean), _on_scale(mean - reach), _on_scale(mean + reach))


def begin(baseline_pain: int | None, trajectory: Trajectory) -> Forecast:
    """The forecast before any answer; without a baseline, that of the published average."""
    above = 0.0 if baseline_pain is None else baseline_pain - trajectory.published.baseline
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
    scatter = trajectory.day_sd**2
    return Forecast(trajectory, floor, early, slow, covariance, scatter, trajectory.day_sd_weight)


def published(day: int, curve: Published) -> Band:
    """What people who had this procedure typically report: mean and one SD between patients each way."""
    mean = curve.baseline if day <= 0 else curve.floor + curve.fall * exp(-day / curve.days)
    sd = [sd for first, sd in zip(curve.sd_from_day, curve.sd, strict=True) if day >= first][-1]
    return Band(_on_scale(mean), _on_scale(mean - sd), _on_scale(mean + sd))


def _missed(pain: int, mean: float) -> float:
    # An answer at the end of the scale says "at least this": a forecast beyond it was not wrong.
    beyond = (pain <= PAIN_LOW and mean < PAIN_LOW) or (pain >= PAIN_HIGH and mean > PAIN_HIGH)
    return 0.0 if beyond else pain - mean


def _on_scale(value: float) -> float:
    return min(PAIN_HIGH, max(PAIN_LOW, value))
