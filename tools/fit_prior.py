"""Fits the prior of the own forecast and prints the lines for the pathway file.

    python tools/fit_prior.py [--studies | --verified-only]

By default floor and slow fall are fitted to reference_trajectory.csv, days 3 to 90: the n-weighted mean of
all vertebroplasty arms, which the pages draw as the published curve, so that a forecast without answers
agrees with it. The early fall is what is left to the pain before the procedure. As a check on the choice,
--studies fits the rows of trajectories.csv instead, --verified-only those marked verified=yes: each row
weighs its number of patients, at most 100, and each study may lie as a whole above or below the others
(shrunk to none), so that the shape comes from change within studies. Spread between people:
reference_trajectory.csv.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from operator import mul
from pathlib import Path
from statistics import linear_regression

EVIDENCE = Path(__file__).resolve().parents[1] / "docs" / "evidence"
EARLY_DAYS, SLOW_DAYS = 1.0, 20.0
DAY_SD = 1.15  # E2e, within one person
SLOW_SD = 0.9  # no published series gives it: chosen on simulated patients, of 0.7 to 1.6
MOST_PATIENTS = 100.0
LAST_DAY = 90
SETTLED_DAY = 3  # the early fall is over

STUDY_SD = 0.8  # between studies' levels at the same visit, from the rows themselves
PATIENT_SD = 2.4  # between patients after the procedure (E2c)
ROUNDS = 200

Row = tuple[str, float, float, float]


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the prior of the own forecast.")
    parser.add_argument("--studies", action="store_true")
    parser.add_argument("--verified-only", action="store_true")
    asked = parser.parse_args()
    by_study = asked.studies or asked.verified_only
    mean = fitted(studies(asked.verified_only)) if by_study else through_baseline(reference())
    floor_sd, correlation = spread()
    lines = (
        f"mean = [{mean[0]:.2f}, {mean[1]:.2f}, {mean[2]:.2f}]",
        f"sd of the floor = {floor_sd:.2f}, its correlation with the slow fall = {correlation:.2f}",
    )
    sys.stdout.write("\n".join(lines) + "\n")


def reference() -> dict[int, float]:
    """The published mean pain by day while the pathway lasts."""
    with (EVIDENCE / "reference_trajectory.csv").open(newline="") as file:
        rows = {int(row["day"]): float(row["pain_mean_0_10"]) for row in csv.DictReader(file)}
    return {day: pain for day, pain in rows.items() if day <= LAST_DAY}


def through_baseline(pain: dict[int, float]) -> list[float]:
    """A straight line of pain on exp(-day / slow) after the early fall, and what is left above it on day 0."""
    settled = {day: each for day, each in pain.items() if day >= SETTLED_DAY}
    slow, floor = linear_regression([basis(day)[2] for day in settled], list(settled.values()))
    return [floor, pain[0] - floor - slow, slow]


def studies(verified_only: bool) -> list[Row]:
    """(study, day, mean pain, weight) of every row that is used."""
    with (EVIDENCE / "trajectories.csv").open(newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["verified"] == "yes" or not verified_only
        ]
    return [
        (r["study"], float(r["day"]), float(r["mean"]), min(float(r["n"]), MOST_PATIENTS))
        for r in rows
    ]


def fitted(rows: list[Row]) -> list[float]:
    """Curve and studies' levels in turn, until neither moves: a random intercept for each study."""
    levels = dict.fromkeys((study for study, *_ in rows), 0.0)
    for _ in range(ROUNDS):
        mean = curve(
            [(day, pain - levels[study] * (day > 0), weight) for study, day, pain, weight in rows]
        )
        levels = {study: level([row for row in rows if row[0] == study], mean) for study in levels}
    return mean


def basis(day: float) -> tuple[float, float, float]:
    return 1.0, math.exp(-day / EARLY_DAYS), math.exp(-day / SLOW_DAYS)


def level(rows: list[Row], mean: list[float]) -> float:
    """How far a study lies above the curve after the procedure, shrunk as a random effect is."""
    later = [row for row in rows if row[1] > 0]
    missed = sum(w * (pain - sum(map(mul, mean, basis(day)))) for _, day, pain, w in later)
    return missed / (sum(w for *_, w in later) + (PATIENT_SD / STUDY_SD) ** 2)


def curve(rows: list[tuple[float, float, float]]) -> list[float]:
    """Weighted least squares of the mean pain on floor, early and slow part."""
    table = [[0.0] * 4 for _ in range(3)]
    for day, pain, weight in rows:
        x = (*basis(day), pain)
        for i in range(3):
            table[i] = [old + weight * x[i] * each for old, each in zip(table[i], x, strict=True)]
    return solved(table)


def solved(table: list[list[float]]) -> list[float]:
    """Gauss and Jordan; the normal equations are positive definite, so no pivot is sought."""
    for i in range(3):
        table[i] = [each / table[i][i] for each in table[i]]
        for j in range(3):
            if j != i:
                factor = table[j][i]
                table[j] = [a - factor * b for a, b in zip(table[j], table[i], strict=True)]
    return [row[3] for row in table]


def spread() -> tuple[float, float]:
    """The floor's SD between people, and its correlation with the slow fall that fits the first week."""
    with (EVIDENCE / "reference_trajectory.csv").open(newline="") as file:
        sd = {
            int(row["day"]): float(row["pain_sd_between_patients"]) for row in csv.DictReader(file)
        }
    late, early = (sd[day] ** 2 - DAY_SD**2 for day in (90, 7))
    slow = SLOW_SD * math.exp(-7 / SLOW_DAYS)
    correlation = (early - late - slow**2) / (2 * math.sqrt(late) * slow)
    return math.sqrt(late), correlation


if __name__ == "__main__":
    main()
