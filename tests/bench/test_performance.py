"""The simulated patients, the usual rules, the scorer, and the document that must be of the present rules."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bench import performance, wanted
from bench.assumptions import Assumptions
from bench.cohorts import SCENARIOS, cohort, write
from bench.follow import Case, Flag, Followed, follow_all, from_folder
from bench.performance import DOCUMENT, foot, head, usual_table, worst
from bench.score import average, delay, middle, ours, score, share
from bench.usual_rules import above_last, above_week, raised_on, severe, two_running
from recovery.clinical.answers import Answers
from recovery.clinical.course import Course

FEW = Assumptions(seed=3, patients=4)


def followed(*flags: tuple[int, str], onset: int | None = None, hot: int | None = None) -> Followed:
    answers = {} if hot is None else {hot: Answers(pain=3, temperature_c=38.4)}
    case = Case("ana", Course(date(2026, 1, 5), 7), answers, onset)
    return Followed(case, [Flag(day, rule, "today") for day, rule in flags], [], {})


def test_the_document_is_of_the_present_rules() -> None:
    told = DOCUMENT.read_text(encoding="utf-8")
    assert told.startswith(head()), "stale: run make bench-rules"
    assert told.endswith(foot()), "stale: run make bench-rules"


def test_the_document_opens_with_what_its_figures_are_worth() -> None:
    opening = DOCUMENT.read_text(encoding="utf-8").partition("## ")[0]
    assert "Simulated patients. Nothing here was measured on a real patient" in opening


@pytest.mark.slow
def test_explanations_stand_before_their_tables_and_the_worst_case_above_all(monkeypatch) -> None:
    for name in ("MAIN", "VARIANT", "SMALL"):
        monkeypatch.setattr(performance, name, FEW)
    opening, *chapters = re.split(r"(?m)^##+ ", performance.document())
    assert 'The worst case is "' in opening
    assert all("|\n\n" not in each.rstrip() for each in chapters if "| --- |" in each)
    assert "| all flags | of these, silence |" in "".join(chapters)
    assert "Fingerprint" not in opening
    assert chapters[-1].splitlines()[-1].startswith("Fingerprint")


def test_the_worst_case_is_the_one_in_which_pain_finds_least() -> None:
    fracture, infection = "new_fracture_found_within_7_days", "infection_pain_found_within_21_days"
    usual = {fracture: share([True]), infection: share([True])}
    good = {fracture: share([False]), infection: share([True, False])}
    told = worst({"as assumed": usual, "answers only on good days": good})
    assert '"answers only on good days": pain finds none (0 %) of the new fractures' in told
    assert "50 % of the infections within 21 days; as assumed it finds 100 % and 100 %." in told


def test_what_was_wanted_is_met_or_missed_and_nothing_is_said_of_the_rest() -> None:
    assert wanted.cell("new_fracture_median_delay_days", middle([2])) == "at most 2: met"
    missed = wanted.cell("new_fracture_found_within_7_days", share([True, False]))
    assert missed == "at least 90.5 %: **missed**"
    assert wanted.cell("band_80_coverage", share([True])) == "78 % to 83 %: **missed**"
    assert wanted.cell("calm_patients_with_any_pain_flag", share([True])) == ""


@pytest.mark.parametrize(
    "uncovered",
    [
        "nobody has a fever",
        "paracetamol",
        "in the first week",
        "baseline of 3 or less",
        "did not get better",
        "Innocent fever",
        "Silence after worsening",
    ],
)
def test_what_the_figures_do_not_cover_stands_beside_them(uncovered: str) -> None:
    assert uncovered in DOCUMENT.read_text(encoding="utf-8")


def test_the_same_seed_makes_the_same_bytes_and_another_seed_other_ones(tmp_path: Path) -> None:
    for name, seed in (("first", 3), ("second", 3), ("other", 4)):
        write(tmp_path / name, replace(FEW, seed=seed))
    made = [
        (tmp_path / name / "infection" / "checkins.csv").read_bytes()
        for name in ("first", "second", "other")
    ]
    assert made[0] == made[1] != made[2]


def test_more_patients_leave_the_first_ones_as_they_were() -> None:
    assert cohort("calm", replace(FEW, patients=6))[:4] == cohort("calm", FEW)


def test_a_new_fracture_hurts_from_its_day_on_and_the_silent_answer_no_more() -> None:
    still = replace(FEW, noise_sd=0.0, noise_sd_spread=0.0, missing=0.0, patients=20)
    for one in cohort("new_fracture", still):
        assert one.onset is not None
        before, after = one.answers[one.onset - 1].pain, one.answers[one.onset].pain
        assert after > before or after == 10
    for one in cohort("silent", still):
        assert max(one.answers) + 1 == one.onset


def test_files_and_memory_give_the_same_figures(tmp_path: Path) -> None:
    write(tmp_path, FEW)
    told = dict(zip(SCENARIOS, follow_all([(name, FEW) for name in SCENARIOS], 1), strict=True))
    read = from_folder(tmp_path, 1)
    assert score(read) == score(told)
    assert usual_table(read) == usual_table(told)


def test_the_usual_rules_judge_as_they_are_named() -> None:
    calm = dict.fromkeys(range(1, 10), 3)
    assert above_last(10, {**calm, 10: 5})
    assert not above_last(10, {**calm, 10: 4})
    assert severe(10, {10: 7})
    assert above_week(10, {**calm, 10: 5})
    assert not above_week(10, {1: 3, 2: 3, 10: 9})
    assert two_running(10, {**calm, 9: 5, 10: 5})
    assert not two_running(10, {**calm, 10: 9})


def test_a_usual_rule_is_silent_for_two_days_and_raises_nothing_while_its_flag_is_open() -> None:
    assert raised_on(severe, dict.fromkeys(range(1, 12), 8), open_days=7) == [3, 10]


def test_a_delay_counts_from_the_onset_and_only_for_the_rules_asked() -> None:
    one = followed((4, "pain_worsening"), (21, "fever"), (25, "pain_worsening"), onset=20)
    assert delay(one, ours, "pain_worsening") == 5
    assert delay(one, ours) == 1
    assert delay(followed(onset=20), ours) == 999


def test_a_fever_is_found_while_its_flag_is_open() -> None:
    name = "fever_readings_with_an_open_flag_that_day"
    in_time = [followed((14, "fever"), onset=10, hot=20)]
    too_late = [followed((13, "fever"), onset=10, hot=20)]
    assert score({"infection": in_time})[name].value == 1
    assert score({"infection": too_late})[name].value == 0


def test_a_range_holds_its_value_and_is_honest_at_the_ends() -> None:
    every = share([True] * 20)
    assert every.value == 1
    assert every.high == pytest.approx(1)
    assert every.low < 0.9
    assert average([1, 2, 3]).value == middle([1, 2, 3]).value == 2
    assert average([1, 2, 3]).low < 2 < average([1, 2, 3]).high
