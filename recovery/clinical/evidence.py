"""Sequential evidence that a patient got worse: suspicions of one day since when, weighed by their likelihood.

Each suspicion says "since that day pain lies `shift` above the own forecast"; its log-likelihood ratio against "as
forecast" is shift * pull - shift^2 * weight / 2. The forecast learns every answer all the same: what it has learned
of the shift by now no longer counts, so that uncertain forecasts prove little and nothing is counted twice. A bad day
may be bad for pain and mobility alike, so mobility counts for less than it would alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, log

from .rule_numbers import PainWorsening
from .trajectory import Forecast, Surprise, Triple


@dataclass(slots=True)
class Trace:
    """What the answers of one kind say of a suspicion. absorbed: what the forecast has learned of the shift."""

    pull: float = 0.0
    weight: float = 0.0
    absorbed: Triple = (0.0, 0.0, 0.0)
    has_last: bool = False

    def add(self, surprise: Surprise) -> None:
        """One more answer; what the last one carried over is no new evidence."""
        (x, y, z), (k, m, n), (a, b, c) = surprise.along, surprise.gain, self.absorbed
        left = 1.0 - (x * a + y * b + z * c) - (surprise.alike if self.has_last else 0.0)
        left = max(0.0, left)
        self.pull += left * surprise.bounded / surprise.variance
        self.weight += left * left / surprise.variance
        self.absorbed = (a + k * left, b + m * left, c + n * left)
        self.has_last = True

    def ratio(self, shift: float) -> float:
        """The log-likelihood ratio of a shift."""
        return shift * (self.pull - shift * self.weight / 2)


@dataclass(slots=True)
class Suspicion:
    """That it has been worse since one day; own and moving: the forecasts as they were then."""

    since: int
    own: Forecast
    moving: Forecast
    pain: Trace = field(default_factory=Trace)
    mobility: Trace = field(default_factory=Trace)

    def moves_less(self, rule: PainWorsening) -> float:
        """The log-likelihood ratio of moving less as well; patients may get worse and move as before."""
        ratio = rule.mobility_weight * self.mobility.ratio(-rule.mobility_shift)
        return log(1 - rule.moves_less_share + rule.moves_less_share * exp(ratio))

    def evidence(self, rule: PainWorsening) -> float:
        """All in all; without pain above the forecast there is none."""
        pain = self.pain.ratio(rule.shift)
        return max(0.0, pain + self.moves_less(rule)) if pain > 0 else 0.0


@dataclass(slots=True)
class Relief:
    """That it has been better since one day; own: the forecast as it was then."""

    since: int
    own: Forecast
    pain: Trace = field(default_factory=Trace)

    def evidence(self, rule: PainWorsening) -> float:
        """The log-likelihood ratio of pain as much lower as a suspicion takes it to be higher."""
        return self.pain.ratio(-rule.shift)


def weigh(
    suspicions: list[Suspicion],
    today: int,
    pain: Surprise,
    mobility: Surprise | None,
    rule: PainWorsening,
) -> list[Suspicion]:
    """The suspicions after one more day's answers, those that pain still speaks for and that are news."""
    for each in suspicions:
        each.pain.add(pain)
        if mobility is not None:
            each.mobility.add(mobility)
    oldest = today - rule.remembered_days
    return [s for s in suspicions if s.since > oldest and s.pain.ratio(rule.shift) > 0]


def relieved(
    reliefs: list[Relief], today: int, pain: Surprise, rule: PainWorsening
) -> list[Relief]:
    """The reliefs after one more day's answer, in the same way."""
    for each in reliefs:
        each.pain.add(pain)
    oldest = today - rule.remembered_days
    return [each for each in reliefs if each.since > oldest and each.evidence(rule) > 0]
