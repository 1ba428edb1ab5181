"""Simulated patients whose truth is known, in five scenarios: the same seed makes the same bytes.

    python -m bench.cohorts FOLDER [--seed 1] [--patients 600] [--noise-sd 1.6] [--phi 0.5] [--missing 0.4]

Every number of Assumptions is an option.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from math import exp, sqrt
from pathlib import Path
from random import Random

from bench.assumptions import Assumptions

SCENARIOS = ("calm", "new_fracture", "infection", "never_better", "silent")
PROCEDURE = date(2026, 1, 5)
DAYS = 90
TOP_PAIN, TOP_MOBILITY = 10, 5


@dataclass(frozen=True, slots=True)
class Answer:
    """One day's answers."""

    pain: int
    mobility: int
    celsius: float | None


@dataclass(frozen=True, slots=True)
class Patient:
    """What the rules may see, and the day on which it happened: the first silent day for the silent."""

    name: str
    baseline: int
    onset: int | None
    answers: dict[int, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Truth:
    """One patient's course as it really is."""

    scenario: str
    baseline: int
    floor: float
    slow: float
    scatter: float
    missing: float
    celsius: float
    mobility: float
    is_feverish: bool
    cold_on: int | None
    onset: int | None
    size: float


def cohort(scenario: str, assumed: Assumptions) -> list[Patient]:
    return [patient(scenario, number, assumed) for number in range(assumed.patients)]


def patient(scenario: str, number: int, assumed: Assumptions) -> Patient:
    """Each patient has dice of their own: more patients, or another noise, leave the rest as it was."""
    name = f"{assumed.seed}/{scenario}/{number}"
    dice, more_dice = Random(name), Random(f"{name}/more")
    truth = _truth(scenario, dice, more_dice, assumed)
    answers = dict(_answers(truth, dice, more_dice, assumed))
    return Patient(f"{scenario}-{number:05d}", truth.baseline, truth.onset, answers)


def _truth(scenario: str, dice: Random, more_dice: Random, assumed: Assumptions) -> Truth:
    never_better = assumed.never_better or scenario == "never_better"
    baseline = _baseline(dice, assumed, least=5 if never_better else 1)
    share, lot = baseline / assumed.baseline_mean, dice.gauss(0, 1)
    slow = max(0.0, share * 1.70 + dice.gauss(0, assumed.slow_sd))
    # What the baseline does not explain of the spread between people.
    rest = sqrt(assumed.between_sd**2 - (2.85 * assumed.baseline_sd / assumed.baseline_mean) ** 2)
    floor = share * 2.85 + lot * rest
    if never_better:
        floor, slow = baseline - 0.3 + lot * 0.5, 0.0
    happens = scenario in ("new_fracture", "infection", "silent")
    onset = dice.randint(assumed.onset_from, assumed.onset_to)
    return Truth(
        scenario,
        baseline,
        floor,
        slow,
        scatter=max(0.3, assumed.noise_sd + assumed.noise_sd_spread * dice.gauss(0, 1)),
        missing=assumed.missing + more_dice.uniform(-1, 1) * assumed.missing_spread,
        celsius=dice.gauss(assumed.own_celsius, 0.2),
        mobility=dice.gauss(0, assumed.mobility_sd),
        is_feverish=dice.random() < assumed.feverish,
        cold_on=dice.randint(3, DAYS - 1) if dice.random() < assumed.colds else None,
        onset=onset if happens else None,
        size=assumed.step + assumed.step_sd * dice.gauss(0, 1),
    )


def _baseline(dice: Random, assumed: Assumptions, least: int) -> int:
    told = dice.gauss(assumed.baseline_mean, assumed.baseline_sd)
    if assumed.baselines:
        return dice.choice(assumed.baselines)
    return round(min(TOP_PAIN, max(least, told + assumed.flare)))


def _answers(
    truth: Truth, dice: Random, more_dice: Random, assumed: Assumptions
) -> Iterator[tuple[int, Answer]]:
    error, moved, away = dice.gauss(0, 1), dice.gauss(0, 1), more_dice.gauss(0, 1)
    for day in range(1, DAYS + 1):
        error = _next(error, assumed.phi, dice)
        moved = _next(moved, assumed.phi, dice)
        away = _next(away, exp(-1 / assumed.wander_days), more_dice)
        usual = max(0.0, _usual_pain(truth, day, assumed) + away * assumed.wander_sd)
        level = min(10.0, usual + _worse(truth, day, assumed))
        # Scatter shrinks near 0: at 0 it is half, from 2 on it is whole.
        told = level + error * truth.scatter * min(1.0, 0.5 + level / 4)
        pain = _heaped(_whole(told, TOP_PAIN), dice.random(), assumed)
        steps = 3.25 - assumed.mobility_per_point * level + truth.mobility
        steps += _together(moved, -error, assumed.together) * assumed.mobility_noise_sd
        celsius = _celsius(truth, day, dice, assumed)
        is_missing = dice.random() < truth.missing
        if not is_missing and _is_willing(truth, day, pain - usual, assumed):
            yield day, Answer(pain, _whole(steps, TOP_MOBILITY), celsius)


def _together(own: float, other: float, correlation: float) -> float:
    return sqrt(1 - correlation * correlation) * own + correlation * other


def _next(last: float, alike: float, dice: Random) -> float:
    """The next of a row in which neighbours are so much alike, each with an SD of 1."""
    return alike * last + sqrt(1 - alike * alike) * dice.gauss(0, 1)


def _usual_pain(truth: Truth, day: int, assumed: Assumptions) -> float:
    """The own course, had nothing happened."""
    early = truth.baseline - truth.floor - truth.slow
    fallen = truth.slow * exp(-day / 26) + early * exp(-day / assumed.early_days)
    return min(10.0, max(0.0, truth.floor + fallen + assumed.flare * exp(-day / 7)))


def _worse(truth: Truth, day: int, assumed: Assumptions) -> float:
    """What the event adds on this day."""
    if truth.onset is None or day < truth.onset:
        return 0.0
    since = day - truth.onset
    if truth.scenario == "new_fracture":
        return max(0.0, truth.size * (1 - since / assumed.fading_days))
    if truth.scenario == "infection":
        return assumed.ramp * min(1.0, (since + 1) / assumed.ramp_days)
    return 0.0


def _celsius(truth: Truth, day: int, dice: Random, assumed: Assumptions) -> float | None:
    celsius, height = dice.gauss(truth.celsius, 0.2), dice.gauss(1.6, 0.5)
    is_hot, is_measured = dice.random() < assumed.hot_days, dice.random() < assumed.measured
    if truth.cold_on is not None and day - truth.cold_on in (0, 1):
        celsius += height
    infected_for = day - truth.onset if truth.onset is not None else -1
    if truth.scenario == "infection" and truth.is_feverish and infected_for >= 3 and is_hot:
        celsius += max(0.0, height - assumed.masked)
    return round(celsius, 1) if is_measured else None


def _is_willing(truth: Truth, day: int, worse_by: float, assumed: Assumptions) -> bool:
    """Whether this patient answers on such a day at all."""
    if truth.onset is not None:
        lasts = 0 if truth.scenario == "silent" else assumed.silent_after
        if (lasts or truth.scenario == "silent") and day >= truth.onset + lasts:
            return False
    if assumed.answers_on == "any":
        return True
    return (worse_by > 0) == (assumed.answers_on == "bad")


def _heaped(pain: int, lot: float, assumed: Assumptions) -> int:
    near = round(pain / 5) * 5
    return near if lot < assumed.heaped and abs(near - pain) == 1 else pain


def _whole(value: float, top: int) -> int:
    return round(min(top, max(0.0, value)))


def write(folder: Path, assumed: Assumptions, scenarios: Iterable[str] = SCENARIOS) -> None:
    """One folder per scenario, in the format that replay reads, with the truth beside it."""
    for scenario in scenarios:
        place = folder / scenario
        place.mkdir(parents=True, exist_ok=True)
        made = cohort(scenario, assumed)
        known = ((p.name, PROCEDURE, p.baseline) for p in made)
        _table(place / "patients.csv", "patient,procedure_date,baseline_pain", known)
        truth = ((p.name, scenario, _date(p.onset)) for p in made)
        _table(place / "truth.csv", "patient,scenario,onset_date", truth)
        head = "patient,date,pain,mobility,temperature_c,warning_signs"
        _table(place / "checkins.csv", head, (row for p in made for row in _rows(p)))


def _rows(each: Patient) -> Iterator[tuple[object, ...]]:
    for day, told in each.answers.items():
        celsius = "" if told.celsius is None else f"{told.celsius:.1f}"
        yield each.name, _date(day), told.pain, told.mobility, celsius, ""


def _date(day: int | None) -> str:
    return "" if day is None else (PROCEDURE + timedelta(days=day)).isoformat()


def _table(path: Path, head: str, rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head.split(","))
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write simulated patients and their truth.")
    parser.add_argument("folder", type=Path)
    for each in fields(Assumptions):
        if type(each.default) in (int, float):
            name = f"--{each.name.replace('_', '-')}"
            parser.add_argument(name, type=type(each.default), default=each.default)
    asked = vars(parser.parse_args())
    write(asked.pop("folder"), Assumptions(**asked))


if __name__ == "__main__":
    main()
