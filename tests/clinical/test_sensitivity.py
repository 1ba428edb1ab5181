"""What a clinic may change: a few numbers within their ranges, never anything of warning signs or fever (safety 14)."""

from __future__ import annotations

import pytest

from recovery.clinical.bounds import PathwayError
from recovery.clinical.clinician_words import OUTCOMES
from recovery.clinical.marked_lines import marked_lines
from recovery.clinical.pathway import load, read_text
from recovery.clinical.sensitivity import KNOBS, Knob, flat, laid_over, value_at
from tests.clinical.courses import DEFAULT, PATHWAY

THRESHOLD = "rules.pain_worsening.threshold"
SENSITIVITY = PATHWAY.sensitivity


def with_sensitivity(**columns):
    return {**DEFAULT, "sensitivity": {**DEFAULT["sensitivity"], **columns}}


def test_every_number_that_may_be_changed_has_its_words_its_source_and_a_range_around_it() -> None:
    noted = {f"{line.section}.{line.name}" for line in marked_lines(read_text("vertebroplasty"))}
    assert set(KNOBS) == {knob.path for knob in SENSITIVITY.knobs} <= noted
    for knob in SENSITIVITY.knobs:
        assert knob.low <= value_at(PATHWAY, knob.path) <= knob.high


def test_every_offered_value_is_allowed() -> None:
    for knob in SENSITIVITY.knobs:
        for value in knob.grid:
            assert value_at(load(DEFAULT, laid_over({}, {knob.path: value})), knob.path) == value


@pytest.mark.parametrize("knob", SENSITIVITY.knobs, ids=lambda knob: knob.path)
def test_a_number_beyond_its_range_is_refused_with_the_range(knob: Knob) -> None:
    for value in (knob.low - knob.step, knob.high + knob.step):
        says = f"{knob.path}: must lie between {knob.low:g} and {knob.high:g}, and {value:g} does"
        with pytest.raises(PathwayError, match=says):
            load(DEFAULT, laid_over({}, {knob.path: value}))


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(PathwayError, match="must lie between"):
        load(DEFAULT, laid_over({}, {THRESHOLD: float("nan")}))


@pytest.mark.parametrize("path", ["rules.fever.limit", "rules.warning_sign.emergency"])
def test_no_pathway_can_offer_warning_signs_or_fever_for_change(path: str) -> None:
    knobs = [*DEFAULT["sensitivity"]["knobs"], {"path": path, "low": 30, "high": 40, "step": 1}]
    with pytest.raises(PathwayError, match="no sensitivity"):
        load(with_sensitivity(knobs=knobs))


@pytest.mark.parametrize("path", ["rules.gone_quiet.days_most", "rules.pain_worsening.jump"])
def test_the_flag_budget_touches_worsening_pain_alone_and_only_a_number_with_a_range(path) -> None:
    with pytest.raises(PathwayError, match="touches pain_worsening only"):
        load(with_sensitivity(budget_knob=path))


def test_a_clinic_cannot_widen_its_own_ranges() -> None:
    with pytest.raises(PathwayError, match="sensitivity: cannot be changed"):
        load(DEFAULT, {"sensitivity": {"few_patient_weeks": 1}})


def test_the_real_outcomes_are_outcomes_and_none_of_the_harmless_ones() -> None:
    known = {key for outcomes in OUTCOMES.values() for key in outcomes}
    real = set(SENSITIVITY.real_outcomes)
    assert real <= known
    assert not real & {"expected_pain", "mistaken_answer", "harmless", "false_reading", "answered"}


def test_a_change_is_laid_over_earlier_ones_and_alters_none_of_them() -> None:
    before = {"rules": {"pain_worsening": {"threshold": 4.0}, "gone_quiet": {"days_most": 6}}}
    after = laid_over(before, {THRESHOLD: 5.0, "rules.mobility_loss.reports": 3})
    assert dict(flat(after)) == {
        THRESHOLD: 5.0,
        "rules.gone_quiet.days_most": 6,
        "rules.mobility_loss.reports": 3,
    }
    assert before["rules"]["pain_worsening"] == {"threshold": 4.0}
