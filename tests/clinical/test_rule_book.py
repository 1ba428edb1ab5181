"""The rule book: current, complete, and true to what the rules raise."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from inspect import getdoc
from math import exp
from random import Random

import pytest

from recovery.clinical.answers import LEG_WEAKNESS, SIGNS, Entry
from recovery.clinical.bounds import PathwayError
from recovery.clinical.clinician_words import REASONS, RULES, URGENCIES
from recovery.clinical.course import Course, Finding
from recovery.clinical.flag_rules import SIX
from recovery.clinical.limits import Limit
from recovery.clinical.marked_lines import MARKS, marked_lines
from recovery.clinical.pathway import read_text
from recovery.clinical.patient_words import ADVICE
from recovery.clinical.rule_book import rule_book
from recovery.clinical.urgencies import SHORT, urgency_of
from tests.clinical.courses import DAY_0, DEFAULT, PATHWAY, entry, found
from tests.house.program import text

NAME = "vertebroplasty"
BOOK = rule_book(NAME)
LINES = marked_lines(read_text(NAME))
LAST_DAY = 90


def test_the_committed_rule_book_is_current() -> None:
    again = "flask --app recovery rule-book > docs/rule-book.md"
    assert text("docs/rule-book.md") == BOOK, f"print it again: {again}"


def test_every_line_with_a_mark_stands_in_the_book_with_its_source() -> None:
    marks = [line for line in read_text(NAME).splitlines() if re.search(r"\w = .*\| \w+$", line)]
    assert len(LINES) == len(marks)
    missing = [line for line in LINES if " | ".join(line.origin) not in BOOK]
    missing += [line for line in LINES if line.name != "key" and " | ".join(line.row) not in BOOK]
    assert not missing


def test_a_lines_value_is_the_one_that_the_program_runs_on() -> None:
    for line in LINES:
        if line.section not in ("advice", "sensitivity.knobs"):
            table = DEFAULT
            for key in line.section.split("."):
                table = table[key]
            assert tomllib.loads(f"value = {line.value}")["value"] == table[line.name], line


def test_the_marks_are_explained_and_counted() -> None:
    for mark, meaning in MARKS.items():
        count = sum(line.mark == mark for line in LINES)
        assert f"| {mark} | {meaning} | {count} |" in BOOK


def test_numbers_chosen_on_simulated_patients_are_counted_and_listed_before_the_rules() -> None:
    simulated = [line for line in LINES if "simulated" in line.source]
    assert simulated
    opening = BOOK.partition("## How urgent")[0]
    assert f"at the {len(simulated)} below, chosen on simulated patients" in opening
    for line in simulated:
        assert f"| {line.where} | {' | '.join(line.row)} |" in opening
    assert {line.where for line in simulated} <= {*RULES.values(), "The expected course of pain"}


def test_a_threshold_is_told_as_how_much_likelier_the_answers_are() -> None:
    threshold = PATHWAY.rules.pain_worsening.threshold
    told = re.search(r"A threshold of ([\d.]+) means: .* about (\d+) times likelier", BOOK)
    assert told
    assert float(told[1]) == threshold
    assert float(told[2]) == pytest.approx(exp(threshold), rel=0.05)


def test_a_clinic_is_told_of_nothing_that_it_could_change_but_the_knobs() -> None:
    by_a_clinic = BOOK.partition("### By a clinic")[2].partition("\n## ")[0]
    assert "and no other: nothing about warning signs and fever" in by_a_clinic
    assert "never looser" not in BOOK


def test_the_time_in_which_nothing_is_raised_again_is_not_called_like_the_patients_silence() -> (
    None
):
    assert "Not raised again for" in BOOK
    assert "Quiet days" not in BOOK


def test_units_are_told_from_words() -> None:
    told = marked_lines(
        "[rules.fever]\n"
        "a = 1  # how warm, Cel | E5 | V\n"
        "b = 2  # points | E2 | D\n"
        "c = 3  # silent days, for somebody | E10 | D\n"
        "d = 4  # days that it is worth | E7 | D\n"
        'e = ["chills"]  # safety 13 | OWN\n'
        "f = 6  # no mark at all\n"
    )
    assert [(each.what, each.unit) for each in told] == [
        ("how warm", "°C"),
        ("", "points"),
        ("silent days, for somebody", ""),
        ("days that it is worth", ""),
        ("", ""),
    ]
    assert told[-1].row[:2] == ("E", "**shaking chills**")


@pytest.mark.parametrize("rule", SIX, ids=lambda rule: rule.__name__)
def test_each_rule_says_what_it_says_and_what_it_does_not_catch(rule) -> None:
    chapter = BOOK.partition(f". {RULES[rule.__name__]}\n")[2].partition("\n### ")[0]
    told = re.sub(r"[\W_]+", " ", chapter).lower()
    for key, title in RULES.items():
        told = told.replace(title.lower(), key.replace("_", " "))
    assert "Does not catch:" in (getdoc(rule) or "")
    assert re.sub(r"[\W_]+", " ", getdoc(rule) or "").strip().lower() in told


@pytest.mark.parametrize("rule", SIX, ids=lambda rule: rule.__name__)
def test_a_rules_words_name_no_number_but_its_own(rule) -> None:
    says = re.split(r"Source: |Does not catch: ", getdoc(rule) or "")[0]
    says = re.sub(r"\([^)]*(E\d|safety)[^)]*\)|hour 0", "", says)
    sections = ("questions", "rules", "rules.own_level", f"rules.{rule.__name__}")
    own = {each for line in LINES if line.section in sections for each in digits(line.value)}
    assert digits(says) <= own


def digits(words: str) -> set[float]:
    return {float(each) for each in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", words)}


def test_every_sentence_and_every_advice_stands_in_the_book() -> None:
    for sentence in REASONS.values():
        shown = re.sub(r"%\((\w+)\)s", lambda name: f"[{name[1].replace('_', ' ')}]", sentence)
        assert shown.replace("%%", "%") in BOOK
    for texts in ADVICE.values():
        for part in re.split(r"%\(\w+\)s", " ".join(texts[1:2])):
            assert part in BOOK


def test_no_name_of_the_program_is_left_where_words_will_do() -> None:
    words = BOOK.replace("tools/fit_prior.py", "")
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b", re.sub(r"\]\([^)]*\)", "", words))


def test_no_urgency_but_those_that_the_rules_raise() -> None:
    table = {
        (rule, reason, urgency)
        for rule in RULES
        for reason, urgency in urgency_of(rule, PATHWAY).items()
    }
    assert {reason for _, reason, _ in table} == set(REASONS) == set(SHORT)
    assert {urgency for *_, urgency in table} == set(URGENCIES)
    raised = {(each.rule, each.reason, each.urgency) for seed in range(150) for each in wild(seed)}
    assert raised == table


def test_a_pathway_that_is_not_packaged_has_no_book() -> None:
    with pytest.raises(PathwayError, match="no such pathway"):
        rule_book("hip")


COOL = [36.2] * 40 + [34.8]


def wild(seed: int) -> tuple[Finding, ...]:
    """What the rules say of one made-up patient to whom anything may happen."""
    dice = Random(seed)
    limits = (
        Limit("fever_limit", DAY_0, DAY_0 + timedelta(days=LAST_DAY), 37.4),
        Limit("pain_target", DAY_0, DAY_0 + timedelta(days=LAST_DAY), 4),
    )
    course = Course(
        DAY_0,
        dice.choice([None, 3, 6, 9]),
        dice.choice([None, 4]),
        connected=dice.random() < 0.8,
        limits=limits if dice.random() < 0.3 else (),
    )
    danger, answered, level = dice.choice([0, 0, 0.03, 0.2]), dice.choice([0, 0.6, 0.95]), 5
    entries: dict[int, tuple[Entry, ...]] = {}
    for day in range(LAST_DAY):
        level = dice.choice([level, level, level, level, level, dice.randint(0, 10)])
        if dice.random() < answered:
            entries[day] = (_anything(dice, day, level, danger),)
        elif dice.random() < 0.1:
            answered = dice.choice([0, 0.2]) if answered else 0.9
    return found(entries, LAST_DAY, course)


def _anything(dice: Random, day: int, level: int, danger: float) -> Entry:
    is_in_danger = dice.random() < danger
    is_warm = is_in_danger or dice.random() < danger
    return entry(
        day,
        late_days=dice.random() < 0.05,
        pain=min(10, max(0, level + dice.randint(-1, 1))),
        mobility=dice.choice([4, 4, 4, 1]),
        temperature_c=round(dice.uniform(36.8, 38.3), 1) if is_warm else dice.choice(COOL),
        temperature_instead=dice.choice(["felt_hot", None, None]) if is_in_danger else None,
        signs=dice.sample(SIGNS, dice.randint(0, 2)) if is_in_danger else (),
        leg_weakness=dice.choice([None, *LEG_WEAKNESS]),
        pain_place=dice.choice(["new", None]) if is_in_danger else None,
        pain_onset=dice.choice(["sudden", None]) if is_in_danger else None,
        fall=dice.random() < danger / 4,
    )
