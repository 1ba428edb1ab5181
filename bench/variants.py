"""The patients for whom the rules were not made: other assumptions, other ways of answering, and harder cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from bench.assumptions import Assumptions
from bench.cohorts import SCENARIOS
from bench.columns import (
    FEVER,
    PAIN,
    QUIET,
    Column,
    fevers_a_hundred,
    found,
    half_found,
    median_missed,
    missed_by,
    noticed_before,
    urgencies,
    with_fever_flag,
)
from bench.follow import follow_all
from bench.score import Figures, score
from bench.words import number, percent

Changes = dict[str, Any]
Cells = list[str]

ROBUST: dict[str, Changes] = {
    "as assumed": {},
    "answers scatter less (SD 0.8)": {"noise_sd": 0.8},
    "answers scatter more (SD 1.6)": {"noise_sd": 1.6},
    "neighbouring days not alike (0)": {"phi": 0.0},
    "neighbouring days more alike (0.5)": {"phi": 0.5},
    "own level wanders (SD 0.7 over 20 days)": {"wander_sd": 0.7},
    "half of the days missing": {"missing": 0.5},
    "some miss 5 % of days, some 65 %": {"missing": 0.35, "missing_spread": 0.3},
    "answers only on bad days": {"answers_on": "bad"},
    "answers only on good days": {"answers_on": "good"},
    "0, 5 and 10 preferred": {"heaped": 0.7},
    "pain starts at 2": {"baselines": (2,)},
    "in a flare at enrolment": {"flare": 2.5},
    "temperature never measured": {"measured": 0.0},
    "mobility does not follow pain": {"mobility_per_point": 0.0},
    "a bad day is bad for both (0.5)": {"together": 0.5},
}

ROBUST_FIGURES: dict[str, Callable[[float], str]] = {
    "calm_pain_flags_per_patient": number,
    "calm_flags_of_all_rules_per_patient": number,
    "calm_gone_quiet_flags_per_patient": number,
    "new_fracture_found_within_7_days": percent,
    "infection_pain_found_within_21_days": percent,
    "never_better_found_by_day_35": percent,
    "silent_found_within_5_days": percent,
    "band_80_coverage": percent,
}


class Row(NamedTuple):
    """Patients of one scenario under changed assumptions."""

    words: str
    scenario: str
    changes: Changes


class Question(NamedTuple):
    """One table: what is asked, of whom, and what to know when reading the answer."""

    title: str
    rows: Sequence[Row]
    columns: Sequence[Column]
    note: str


def robustness(assumed: Assumptions) -> Iterator[tuple[str, Figures]]:
    """All figures of each variant of the patients."""
    for words, changes in ROBUST.items():
        changed = replace(assumed, **changes)
        cohorts = follow_all([(scenario, changed) for scenario in SCENARIOS])
        yield words, score(dict(zip(SCENARIOS, cohorts, strict=True)))


def answered(question: Question, assumed: Assumptions) -> list[Cells]:
    """The rows of one question's table."""
    cohorts = follow_all([(row.scenario, replace(assumed, **row.changes)) for row in question.rows])
    return [
        [row.words, *(column.cell(cohort) for column in question.columns)]
        for row, cohort in zip(question.rows, cohorts, strict=True)
    ]


INFECTED = (
    found("pain flag within 21 days", 21, PAIN),
    found("pain or fever flag within 7 days", 7, PAIN, FEVER),
    found("within 21 days", 21, PAIN, FEVER),
    half_found(PAIN, FEVER),
)
FRACTURED = (
    found("pain flag within 7 days", 7, PAIN),
    found("within 14 days", 14, PAIN),
    half_found(PAIN),
    found("pain or silence flag within 7 days", 7, PAIN, QUIET),
)
FEVERISH = (
    Column("fever flags per 100 patients", fevers_a_hundred),
    Column("patients with one", with_fever_flag),
)
SILENCED = (
    Column("pain or fever flag before", noticed_before),
    Column("silence flagged by the 3rd silent day", missed_by(3)),
    Column("by the 5th", missed_by(5)),
    Column("median", median_missed),
    Column("today, next working day, routine", urgencies),
)

QUESTIONS = (
    Question(
        "Infection without fever, or under paracetamol",
        (
            Row("half of the infected have a fever, as assumed", "infection", {}),
            Row("everybody has a fever on some days", "infection", {"feverish": 1.0}),
            Row(
                "everybody, but paracetamol takes 1.0 °C off",
                "infection",
                {"feverish": 1.0, "masked": 1.0},
            ),
            Row("nobody has a fever", "infection", {"feverish": 0.0}),
            Row("temperature never measured", "infection", {"measured": 0.0}),
            Row("pain rises by 2 points, no fever", "infection", {"ramp": 2.0, "feverish": 0.0}),
            Row("begins in the first week", "infection", {"onset_from": 1, "onset_to": 7}),
            Row("baseline of 3 or less", "infection", {"baselines": (1, 2, 3)}),
            Row("in somebody who did not get better", "infection", {"never_better": True}),
        ),
        INFECTED,
        "Without fever only pain is left, and it takes days to rise. An infection without pain and without fever\n"
        "is not found at all, nor is one whose pain rises no faster than the forecast learns.",
    ),
    Question(
        "New fracture: early, small, with little pain before, or in a non-responder",
        (
            Row("about 4 points, day 10 to 65, as assumed", "new_fracture", {}),
            Row("about 3 points", "new_fracture", {"step": 3.0}),
            Row("about 2 points", "new_fracture", {"step": 2.0}),
            Row("in the first week, days 3 to 7", "new_fracture", {"onset_from": 3, "onset_to": 7}),
            Row("in the first 2 days", "new_fracture", {"onset_from": 1, "onset_to": 2}),
            Row("baseline of 3 or less", "new_fracture", {"baselines": (1, 2, 3)}),
            Row("in somebody who did not get better", "new_fracture", {"never_better": True}),
            Row("answers only on good days", "new_fracture", {"answers_on": "good"}),
        ),
        FRACTURED,
        "Above a non-responder, whose forecast has settled near the top of the scale, there is little room. In the\n"
        "first two days the rule is silent, and a step then becomes part of what the forecast learns first.",
    ),
    Question(
        "Innocent fever",
        (
            Row("nobody has a cold", "calm", {"colds": 0.0}),
            Row("1 in 20 has a cold, as assumed", "calm", {}),
            Row("1 in 5 has a cold", "calm", {"colds": 0.2}),
            Row(
                "own temperature 0.3 °C higher, no cold",
                "calm",
                {"colds": 0.0, "own_celsius": 36.8},
            ),
        ),
        FEVERISH,
        "All flags counted here are false: no infection of the procedure stands behind them. Such an infection is\n"
        "rarer than 1 in 1,000 (E1), so nearly every fever flag in a clinic will be innocent; the rule does not\n"
        "try to tell which.",
    ),
    Question(
        "Silence after worsening",
        (
            Row("new fracture, silent 2 days later", "new_fracture", {"silent_after": 2}),
            Row("new fracture, silent 7 days later", "new_fracture", {"silent_after": 7}),
            Row(
                "infection with fever, silent 7 days later",
                "infection",
                {"silent_after": 7, "feverish": 1.0},
            ),
            Row(
                "infection without fever, silent 7 days later",
                "infection",
                {"silent_after": 7, "feverish": 0.0},
            ),
            Row("nothing happened, then silent", "silent", {}),
        ),
        SILENCED,
        "Days are counted from the last answer. The last column says how urgent the flags for silence were. Who\n"
        "falls silent before the worsening was seen looks like anybody who stops answering.",
    ),
)
