"""What the simulated patients are taken to be like, each number with its source.

"En" is section n of docs/evidence/clinical.md; "assumed" has no source.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is taken to be true of the patients; a variant changes one line."""

    seed: int = 1
    patients: int = 600  # in each scenario
    # the course of pain: a share of the own baseline, as the published curve falls from its own (E2c)
    baseline_mean: float = 7.6
    baseline_sd: float = 1.8
    between_sd: float = 2.2  # of the level between people after the procedure (E2e)
    slow_sd: float = 0.7  # of the slow fall between people (assumed)
    early_days: float = 0.7  # the early fall is over by day 2 (E1)
    # how answers scatter (E2e)
    noise_sd: float = 1.2
    noise_sd_spread: float = 0.3
    phi: float = 0.3  # likeness of neighbouring days
    wander_sd: float = 0.0  # the level itself wanders, over about `wander_days`
    wander_days: float = 20.0
    missing: float = 0.25  # share of days without an answer (E7)
    missing_spread: float = 0.0  # that share differs so much between people, each way
    # what happens
    step: float = 4.0  # a new fracture: at once, fading over `fading_days` (assumed)
    step_sd: float = 1.0
    fading_days: float = 30.0
    ramp: float = 3.5  # an infection: rising over `ramp_days`, then staying (assumed)
    ramp_days: float = 14.0
    onset_from: int = 10
    onset_to: int = 65
    # temperature of old people (E5) and mobility against pain (E2d, mapped to 0-5)
    own_celsius: float = 36.5
    measured: float = 0.8  # of the answered days (assumed)
    feverish: float = 0.5  # of the infected who ever have a fever (E5)
    hot_days: float = 0.4  # of their days from the third on (assumed)
    masked: float = 0.0  # taken off a fever by paracetamol, degrees
    colds: float = 0.05  # of all patients: two feverish days for another reason (assumed)
    mobility_sd: float = 1.1  # between people
    mobility_per_point: float = 0.25  # steps lost for each point of pain
    mobility_noise_sd: float = 0.7  # from day to day (assumed)
    together: float = (
        0.0  # how much a day of worse pain is one of less mobility too, as a correlation (assumed)
    )
    # who answers, and how
    never_better: bool = False  # whatever happens, happens to somebody who did not get better
    silent_after: int = 0  # so many days after the onset the answers stop; 0: they go on
    flare: float = 0.0  # points by which the baseline, and the first weeks, are worse than usual
    heaped: float = 0.0  # share of answers near 0, 5 and 10 that become 0, 5 or 10
    # "any" day, or only on "bad" or "good" ones, against the own course without the event
    answers_on: str = "any"
    baselines: tuple[int, ...] = ()  # only these
