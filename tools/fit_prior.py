"""Fits the priors of the two own forecasts, pain and mobility, and prints their lines for the pathway file.

    python tools/fit_prior.py [--studies reference|all|verified]

Which studies give the mean (the spread and the published curve always come from the reference):

reference  The default. reference_trajectory.csv, days 3 to 90: the mean of all vertebroplasty arms, weighted by
           their number of patients. The pages draw it as the published curve, so a forecast without answers
           agrees with it. Between day 1 and day 90 it rests mainly on recalled rows. The early part is what is
           left between the settled curve and the level before the procedure.
all        Every row of trajectories.csv and mobility_trajectories.csv, read or recalled (verified=no). A row weighs
           its number of patients, at most 100, so that no cohort outvotes the trials. A study may lie as a whole
           above or below the others (shrunk to none): the shape comes from change within studies. The pooled
           trials of Staples are left out here, because their patients are in the rows of INVEST and Buchbinder.
verified   Only rows that were read in their source (verified=yes), weighed in the same way. For pain these are
           mostly uncontrolled cohorts, which report less pain. For mobility none lies after the procedure.

Mobility: no study asked our question. The Roland-Morris disability score (24 items, in two trials 23) is read as
5 * (1 - score / items): a straight line that nobody has validated. So its spread adds MAPPING_SD, and the early
and the slow part spread as widely beside the floor as those of pain do.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from operator import mul
from pathlib import Path
from statistics import linear_regression

EVIDENCE = Path(__file__).resolve().parents[1] / "docs" / "evidence"
EARLY_DAYS, SLOW_DAYS = 1.0, 20.0
LAST_DAY = 90
SETTLED_DAY = 3  # the early part is over
SHOWN_DAYS = (7, 30, 72)

DAY_SD = 1.15  # of pain, from day to day in one person (E2e): no part of the spread between people
MAPPING_SD = 1.0  # a whole step: assumed, because the mapping of mobility is
# Of pain; no published series gives them: the first is assumed, the second chosen on simulated patients.
EARLY_SD, SLOW_SD = 1.5, 0.9

MOST_PATIENTS = 100.0
STUDY_SD = 0.8  # between studies' levels of pain at the same visit, from the rows themselves
PATIENT_SD = 2.4  # between patients' pain after the procedure (E2c)
ROUNDS = 200
POOLED = "Staples pooled"  # holds the patients of two other studies

Curve = tuple[float, float, float]
Row = tuple[str, float, float, float]


@dataclass(frozen=True)
class Scale:
    """One daily number: where its evidence stands, and how a published score is read on it."""

    name: str
    rows: str
    mean: str
    sd: str
    scored_to: float
    highest: float
    rises: bool
    beside_sd: float

    def read(self, score: float, scored_to: float) -> float:
        share = score / scored_to
        return self.highest * (1 - share if self.rises else share)

    def reference(self) -> dict[int, float]:
        return {day: self.read(score, self.scored_to) for day, score in column(self.mean).items()}

    def spread(self) -> dict[int, float]:
        return {day: self.highest * sd / self.scored_to for day, sd in column(self.sd).items()}


PAIN = Scale(
    "pain",
    "trajectories.csv",
    "pain_mean_0_10",
    "pain_sd_between_patients",
    scored_to=10,
    highest=10,
    rises=False,
    beside_sd=-(DAY_SD**2),
)
MOBILITY = Scale(
    "mobility",
    "mobility_trajectories.csv",
    "rmdq24_mean",
    "rmdq24_sd",
    scored_to=24,
    highest=5,
    rises=True,
    beside_sd=MAPPING_SD**2,
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the priors of the own forecasts.")
    choices = ("reference", "all", "verified")
    parser.add_argument("--studies", choices=choices, default="reference")
    studies = parser.parse_args().studies
    for scale in (PAIN, MOBILITY):
        print("\n".join([*own_forecast(scale, studies), *published(scale)]))


def own_forecast(scale: Scale, studies: str) -> list[str]:
    """The prior: mean, spread and correlation of floor, early and slow part."""
    mean = through_reference(scale) if studies == "reference" else through_studies(scale, studies)
    if mean is None:
        return [f"# {scale.name}: no {studies} row lies after the procedure: no course is fitted"]
    without_answers = ", ".join(f"day {day}: {at(mean, day):.1f}" for day in SHOWN_DAYS)
    sd, correlation = between_people(scale)
    return [
        f"[trajectory.{scale.name}]  # without any answer, {without_answers}",
        f"mean = {written(mean)}",
        f"sd = {written(sd)}",
        f"correlation = {written((0.0, correlation, 0.0))}",
    ]


def published(scale: Scale) -> list[str]:
    """floor + fall * exp(-day / days), the nearest to the reference from day 1 on."""
    reference = scale.reference()
    after = {day: mean for day, mean in reference.items() if day > 0}
    _, days, floor, fall = min(straight(after, days) for days in range(5, 61))
    spread = scale.spread()
    changes = [day for day in spread if day == 0 or spread[day] != spread[previous(spread, day)]]
    return [
        f"[trajectory.{scale.name}.published]",
        f"baseline = {reference[0]:.2f}",
        f"floor = {floor:.2f}",
        f"fall = {fall:.2f}",
        f"days = {days}",
        f"sd_from_day = {changes}",
        f"sd = {written([spread[day] for day in changes])}",
        "",
    ]


def column(name: str) -> dict[int, float]:
    """One column of the reference by day, while the pathway lasts."""
    with (EVIDENCE / "reference_trajectory.csv").open(newline="") as file:
        rows = {int(row["day"]): float(row[name]) for row in csv.DictReader(file)}
    return {day: value for day, value in rows.items() if day <= LAST_DAY}


def previous(values: Mapping[int, float], day: int) -> int:
    return max(each for each in values if each < day)


def straight(means: Mapping[int, float], days: float) -> tuple[float, float, float, float]:
    """A straight line of the means on exp(-day / days): what it misses (squared), days, floor, fall."""
    x = [math.exp(-day / days) for day in means]
    fall, floor = linear_regression(x, list(means.values()))
    missed = sum((floor + fall * each - y) ** 2 for each, y in zip(x, means.values(), strict=True))
    return missed, days, floor, fall


def through_reference(scale: Scale) -> Curve:
    """The settled reference as floor and slow part; early is what is left to the level before the procedure."""
    reference = scale.reference()
    settled = {day: mean for day, mean in reference.items() if day >= SETTLED_DAY}
    _, _, floor, slow = straight(settled, SLOW_DAYS)
    return floor, reference[0] - floor - slow, slow


def through_studies(scale: Scale, studies: str) -> Curve | None:
    """Curve and studies' levels in turn, until neither moves: a random intercept for each study."""
    rows = chosen(scale, studies)
    if not any(day > 0 for _, day, *_ in rows):
        return None
    levels = dict.fromkeys((study for study, *_ in rows), 0.0)
    for _ in range(ROUNDS):
        mean = least_squares([(day, y - levels[study] * (day > 0), w) for study, day, y, w in rows])
        levels = {each: level([row for row in rows if row[0] == each], mean) for each in levels}
    return mean


def chosen(scale: Scale, studies: str) -> list[Row]:
    """(study, day, mean on our scale, weight) of every row that is used."""
    with (EVIDENCE / scale.rows).open(newline="") as file:
        rows = list(csv.DictReader(file))
    if studies == "verified":
        rows = [row for row in rows if row["verified"] == "yes"]
    else:
        rows = [row for row in rows if row["study"] != POOLED]
    return [
        (
            row["study"],
            float(row["day"]),
            scale.read(float(row["mean"]), float(row["scale_max"])),
            min(float(row["n"]), MOST_PATIENTS),
        )
        for row in rows
    ]


def basis(day: float) -> Curve:
    return 1.0, math.exp(-day / EARLY_DAYS), math.exp(-day / SLOW_DAYS)


def at(mean: Curve, day: float) -> float:
    return sum(map(mul, mean, basis(day)), 0.0)


def level(rows: list[Row], mean: Curve) -> float:
    """How far a study lies above the curve after the procedure, shrunk as a random effect is."""
    later = [row for row in rows if row[1] > 0]
    missed = sum(weight * (y - at(mean, day)) for _, day, y, weight in later)
    # Both SDs are of pain; on another scale their ratio is taken to be the same.
    return missed / (sum(weight for *_, weight in later) + (PATIENT_SD / STUDY_SD) ** 2)


def least_squares(rows: list[tuple[float, float, float]]) -> Curve:
    """The mean as floor, early and slow part, by weight."""
    table = [[0.0] * 4 for _ in range(3)]
    for day, y, weight in rows:
        x = (*basis(day), y)
        for i in range(3):
            table[i] = [old + weight * x[i] * each for old, each in zip(table[i], x, strict=True)]
    return solved(table)


def solved(table: list[list[float]]) -> Curve:
    """Gauss and Jordan; the normal equations are positive definite, so no pivot is sought."""
    for i in range(3):
        table[i] = [each / table[i][i] for each in table[i]]
        for j in range(3):
            if j != i:
                factor = table[j][i]
                table[j] = [a - factor * b for a, b in zip(table[j], table[i], strict=True)]
    floor, early, slow = (row[3] for row in table)
    return floor, early, slow


def between_people(scale: Scale) -> tuple[Curve, float]:
    """SDs of floor, early and slow part, and the correlation of floor and slow that fits the first week's SD."""
    spread = scale.spread()
    floor = math.sqrt(spread[90] ** 2 + scale.beside_sd)
    pain_floor = math.sqrt(PAIN.spread()[90] ** 2 + PAIN.beside_sd)
    early, slow = (each * floor / pain_floor for each in (EARLY_SD, SLOW_SD))
    faded = math.exp(-7 / SLOW_DAYS)
    shared = (spread[7] ** 2 - spread[90] ** 2 - (slow * faded) ** 2) / (2 * faded)
    return (floor, early, slow), shared / (floor * slow)


def written(values: Curve | list[float]) -> str:
    return f"[{', '.join(f'{each:.2f}' for each in values)}]"


if __name__ == "__main__":
    main()
