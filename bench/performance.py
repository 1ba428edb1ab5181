"""Writes docs/clinical-performance.md: how well the rules do on simulated patients, beside the usual rules.

python -m bench.performance            rewrites the document (some minutes)
python -m bench.performance FOLDER     prints the figures for other patients, in the format of bench.cohorts
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import fmean

from bench import wanted
from bench.assumptions import Assumptions
from bench.cohorts import DAYS, SCENARIOS
from bench.follow import PATHWAY, Cohort, Followed, follow_all, from_folder
from bench.score import Figures, FlagsOf, chance, days_flagged, ours, score, share, usual
from bench.usual_rules import USUAL
from bench.variants import QUESTIONS, ROBUST_FIGURES, Question, answered, robustness
from bench.words import (
    ASSUMED,
    FIGURES,
    FIGURES_NOTE,
    HARD_NOTE,
    LIMITS,
    OPENING,
    ROBUST_HEADS,
    ROBUST_NOTE,
    USUAL_NOTE,
    WORST,
    cells,
    days,
    none_or,
    percent,
    range_of,
    table,
)

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "clinical-performance.md"
SEED = 2026  # no number of the rules was chosen on these patients
MAIN = Assumptions(seed=SEED, patients=600)
VARIANT = Assumptions(seed=SEED, patients=300)
SMALL = Assumptions(seed=SEED, patients=20)
WEEKS = DAYS / 7
FRACTURES = 0.10  # of patients (E1, source 003)


def document() -> str:
    """The whole page."""
    cohorts, variants = _followed(MAIN), dict(robustness(VARIANT))
    figures = main_figures(cohorts)
    parts = [
        head(),
        OPENING.format(worst=worst(variants)),
        "## The patients",
        assumptions(),
        "## The figures",
        FIGURES_NOTE.format(met=wanted.count(figures)),
        *main_table(figures),
        "\n## Beside the usual rules",
        USUAL_NOTE,
        *usual_table(cohorts),
        "\n## Other patients, other ways of answering",
        ROBUST_NOTE.format(patients=VARIANT.patients),
        *robust_table(variants),
        "",
        HARD_NOTE.format(patients=VARIANT.patients),
        *(line for question in QUESTIONS for line in question_lines(question)),
        LIMITS,
        foot(),
    ]
    return "\n".join(parts)


def worst(variants: Mapping[str, Figures]) -> str:
    """In which case pain finds least, in a sentence."""
    found = ("new_fracture_found_within_7_days", "infection_pain_found_within_21_days")
    who, least = min(variants.items(), key=lambda each: each[1][found[0]].value)
    fracture, infection = (none_or(least[name].value) for name in found)
    usual = " and ".join(percent(variants["as assumed"][name].value) for name in found)
    return WORST.format(who=who, fracture=fracture, infection=infection, usual=usual)


def assumptions() -> str:
    """The main ones in words."""
    shares = {name: percent(getattr(MAIN, name)) for name in ("missing", "colds", "feverish")}
    return ASSUMED.format(**(asdict(MAIN) | shares))


def head() -> str:
    """Names what was measured."""
    return f"# How well the rules do\n\nPathway {PATHWAY.name}, version {PATHWAY.version}."


def foot() -> str:
    """What the rules make of a few patients; a test compares it, so that stale figures are noticed."""
    few = f"{SMALL.patients} patients of each kind"
    return f"Fingerprint of what the rules make of {few}: {fingerprint()}.\n"


def fingerprint() -> str:
    """A digest: other rules or numbers raise other flags or draw another band, and make another digest."""
    cohorts = _followed(SMALL, processes=1)
    flags = [[one.case.name, one.flags] for cohort in cohorts.values() for one in cohort]
    figures = {name: round(figure.value, 2) for name, figure in score(cohorts).items()}
    return hashlib.sha256(json.dumps([flags, figures]).encode()).hexdigest()[:16]


def main_figures(cohorts: Mapping[str, Cohort]) -> Figures:
    slow = share(_really_slow(one) for one in cohorts["calm"])
    return {**score(cohorts), "calm_really_slow": slow}


def main_table(figures: Figures) -> list[str]:
    return table(
        ("figure", "value", "95 % range", "wanted"),
        (
            [words, *cells(figures[name], shown), wanted.cell(name, figures[name])]
            for name, (words, shown) in FIGURES.items()
        ),
    )


def usual_table(cohorts: Mapping[str, Cohort]) -> list[str]:
    rules = {"**ours**": ours, **{name: usual(name) for name in USUAL}}
    heads = (
        *("rule", "pain flags per calm patient", "a week per 100 patients"),
        *("fracture within 7 days", "median delay", "infection within 21 days"),
        *("by chance", "of 100 flags, fractures"),
    )
    return table(heads, ([name, *_usual_cells(cohorts, each)] for name, each in rules.items()))


def _usual_cells(cohorts: Mapping[str, Cohort], flags_of: FlagsOf) -> list[str]:
    some = {name: cohorts[name] for name in ("calm", "new_fracture", "infection")}
    figures = score(some, flags_of)
    calm = figures["calm_pain_flags_per_patient"]
    return [
        f"{calm.value:.2f} ({calm.low:.2f} to {calm.high:.2f})",
        f"{100 * calm.value / WEEKS:.1f}",
        range_of(figures["new_fracture_found_within_7_days"]),
        days(figures["new_fracture_median_delay_days"].value),
        range_of(figures["infection_pain_found_within_21_days"]),
        percent(chance(cohorts["calm"], flags_of).value),
        f"{100 * _worth(figures, cohorts['new_fracture'], flags_of):.0f}",
    ]


def _worth(figures: Figures, fractured: Cohort, flags_of: FlagsOf) -> float:
    """Of all pain flags, the share that first tells of a fracture."""
    flags = fmean(len(days_flagged(one, flags_of, "pain_worsening")) for one in fractured)
    calm = figures["calm_pain_flags_per_patient"].value
    told = FRACTURES * figures["new_fracture_found_within_7_days"].value
    return told / (FRACTURES * flags + (1 - FRACTURES) * calm)


def robust_table(variants: Mapping[str, Figures]) -> list[str]:
    rows = (
        [words, *(shown(figures[name].value) for name, shown in ROBUST_FIGURES.items())]
        for words, figures in variants.items()
    )
    return table(ROBUST_HEADS, rows)


def question_lines(question: Question) -> list[str]:
    """One of the harder questions with its answer."""
    heads = ("patients", *(column.head for column in question.columns))
    rows = answered(question, VARIANT)
    return [f"### {question.title}\n", f"{question.note}\n", *table(heads, rows), ""]


def _really_slow(one: Followed) -> bool:
    """By what was really reported on days 25 to 35, less than 30 % better than before."""
    near = [told.pain or 0 for day, told in one.case.answers.items() if 25 <= day <= 35]
    return bool(near) and fmean(near) > 0.7 * (one.case.course.baseline_pain or 0)


def _followed(assumed: Assumptions, processes: int = 2) -> dict[str, Cohort]:
    cohorts = follow_all([(scenario, assumed) for scenario in SCENARIOS], processes)
    return dict(zip(SCENARIOS, cohorts, strict=True))


def printed(cohorts: Mapping[str, Cohort]) -> str:
    """Every figure by its name, and the usual rules beside ours."""
    lines = [f"{name} {figure.value:.3f}" for name, figure in score(cohorts).items()]
    return "\n".join([*lines, "", *usual_table(cohorts)])


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the rules on simulated patients.")
    parser.add_argument("folder", type=Path, nargs="?")
    folder = parser.parse_args().folder
    if folder:
        print(printed(from_folder(folder)))
    else:
        DOCUMENT.write_text(document(), encoding="utf-8")
        print(f"written: {DOCUMENT}")


if __name__ == "__main__":
    main()
