"""The pathway file: every number has a source, a clinic's copy is laid over it, and what is wrong is named."""

from __future__ import annotations

import re

import pytest

from recovery.clinical.bounds import PathwayError
from recovery.clinical.pathway import load, read_default, read_text

DEFAULT = read_default("vertebroplasty")
MARKS = {"V", "V2", "R", "D", "OWN"}


def test_every_number_has_a_meaning_a_source_and_a_mark() -> None:
    bare = []
    for line in read_text("vertebroplasty").splitlines():
        value, _, comment = line.partition("#")
        key, _, number = value.partition("=")
        # Digits within words ("E6", a version in quotes) are no numbers.
        if key and re.search(r"\d", re.sub(r'"[^"]*"', "", number)):
            parts = [part.strip() for part in comment.split("|")]
            if len(parts) != 3 or not all(parts) or parts[-1] not in MARKS:
                bare.append(line)
    assert not bare, "give each of these lines: # what it is, unit | source | mark"


def test_the_packaged_pathway_is_a_draft() -> None:
    pathway = load(DEFAULT)
    assert pathway.name == "vertebroplasty"
    assert "not clinically approved" in pathway.status
    assert pathway.milestones.peak_day == 72
    assert (pathway.questions.given_at_days_back, pathway.questions.still_after_hours) == (30, 6)


def test_a_clinics_number_takes_the_place_of_the_default() -> None:
    over = {"rules": {"pain_worsening": {"threshold": 6.0}}, "pathway": {"version": "hill-1"}}
    pathway = load(DEFAULT, over)
    assert pathway.rules.pain_worsening.threshold == 6.0
    assert pathway.version == "hill-1"
    assert pathway.rules.fever == load(DEFAULT).rules.fever


def test_a_fever_limit_can_be_lowered_and_never_raised() -> None:
    lowered = load(DEFAULT, {"rules": {"fever": {"limit": 37.9}}})
    assert lowered.rules.fever.limit == 37.9
    with pytest.raises(PathwayError, match=r"rules\.fever\.limit: "):
        load(DEFAULT, {"rules": {"fever": {"limit": 38.5}}})


@pytest.mark.parametrize(
    ("rule", "over"),
    [
        ("warning_sign", {"emergency": []}),
        ("fever", {"late_from_day": 40}),
        ("fever", {"emergency_with": []}),
    ],
)
def test_the_rest_of_danger_cannot_be_changed(rule: str, over: dict[str, object]) -> None:
    with pytest.raises(PathwayError, match="cannot be changed"):
        load(DEFAULT, {"rules": {rule: over}})


def test_advice_moves_with_the_limit_it_names() -> None:
    lowered = load(DEFAULT, {"rules": {"fever": {"limit": 37.9}}})
    assert 37.9 in {row.temperature_from for row in lowered.advice}


@pytest.mark.parametrize(
    ("over", "path"),
    [
        ({"rules": {"fever": {"limt": 38.0}}}, "rules.fever.limt"),
        ({"rules": {"mobility_loss": {"drop": "two"}}}, "rules.mobility_loss.drop"),
        ({"rules": {"mobility_loss": {"drop": 1.5}}}, "rules.mobility_loss.drop"),
        ({"rules": {"mobility_loss": {"drop": True}}}, "rules.mobility_loss.drop"),
        ({"rules": {"fever": "off"}}, "rules.fever"),
        ({"rules": {"fever": {"limit": "off"}}}, "rules.fever.limit"),
        ({"trajectory": {"pain": {"mean": 3.0}}}, "trajectory.pain.mean"),
        ({"milestones": {"peak_day": {"a": 1}}}, "milestones.peak_day"),
    ],
)
def test_a_bad_number_is_named_by_its_path(over: dict[str, object], path: str) -> None:
    with pytest.raises(PathwayError, match=re.escape(path)):
        load(DEFAULT, over)


def test_a_number_in_the_place_of_a_table_is_named_by_its_path() -> None:
    with pytest.raises(PathwayError, match="milestones: must be a table"):
        load({**DEFAULT, "milestones": 72})


def test_a_missing_number_is_named_by_its_path() -> None:
    rules = {key: value for key, value in DEFAULT["rules"].items() if key != "gone_quiet"}
    with pytest.raises(PathwayError, match=r"rules\.gone_quiet: missing"):
        load({**DEFAULT, "rules": rules})


def test_a_pathway_that_is_not_packaged_is_refused() -> None:
    for name in ("hip", "../secrets"):
        with pytest.raises(PathwayError, match="no such pathway"):
            read_default(name)
