"""A rehearsal counts what other numbers would have raised, and whether real cases come earlier, later or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from recovery.clinical import rehearsal
from recovery.clinical.pathway import load
from recovery.clinical.rehearsal import Ask, BadAsk, Case, Life, Result, Tally, flags_of, rehearse
from recovery.clinical.sensitivity import laid_over
from tests.clinical.courses import ANA, DAY_0, DEFAULT, EASING, PATHWAY, days, easing, entry

THRESHOLD = "rules.pain_worsening.threshold"
SENSITIVITY = PATHWAY.sensitivity
KNOB = SENSITIVITY.knob(THRESHOLD)
UNTIL = len(EASING)


def under(value: float, path: str = THRESHOLD):
    return load(DEFAULT, laid_over({}, {path: value}))


def on(day: int) -> str:
    return (DAY_0 + timedelta(days=day)).isoformat()


def a_case(day: int, rule: str = "pain_worsening") -> Case:
    return Case("flag", "bo", rule, on(day), ("new_fracture",))


def bo(cases: tuple[Case, ...] = ()) -> Life:
    """Pain up by three points from day 18 on, without a jump."""
    worse = {f"d{day}": entry(day, pain=5, mobility=3) for day in range(18, UNTIL + 1)}
    return Life(ANA, days(easing(**worse), UNTIL), cases)


def ana() -> Life:
    return Life(ANA, days(easing(), UNTIL))


def pain_days(life: Life, value: float) -> list[int]:
    raised = flags_of(life, under(value))
    return [(day - DAY_0).days for rule, day in raised if rule == "pain_worsening"]


def rehearsed(lives, ask: Ask, few_patient_weeks: int = 0):
    """Any history is enough, unless something else is said."""
    sensitivity = replace(SENSITIVITY, few_patient_weeks=few_patient_weeks)
    present = replace(PATHWAY, sensitivity=sensitivity)
    tried = [load(DEFAULT, laid_over({}, change)) for change in ask.changes(SENSITIVITY)]
    return rehearse(lives, ask, [present, *tried])


def test_the_same_flags_are_raised_as_in_a_replay_and_each_is_closed_after_a_week() -> None:
    assert pain_days(ana(), KNOB.high) == []
    raised = pain_days(bo(), KNOB.low)
    assert any(18 <= day <= 24 for day in raised)
    assert all(later - day >= SENSITIVITY.closed_after_days for day, later in pairwise(raised))


def test_a_case_is_found_later_or_missed_by_a_less_sensitive_number() -> None:
    present = next(day for day in pain_days(bo(), KNOB.low) if day >= 18)
    life = bo((a_case(present),))
    result = rehearse([life], Ask({THRESHOLD: KNOB.high}), [under(KNOB.low), under(KNOB.high)])
    assert result.present.delays == [0]
    assert result.present.count("same_day") == 1
    proposed = result.proposed.delays[0]
    assert proposed is None or proposed > 0
    assert result.rate(result.proposed) <= result.rate(result.present)


@pytest.mark.parametrize(
    ("raised", "delay", "kind"),
    [
        ([20], 0, "same_day"),
        ([18], -2, "earlier"),
        ([14], -6, "earlier"),
        ([13], None, "missed"),  # closed before the real flag came
        ([13, 22], 2, "later"),
        ([34], 14, "later"),
        ([35], None, "missed"),
        ([], None, "missed"),
    ],
)
def test_the_flag_that_would_be_open_on_the_real_day_stands_for_it_else_the_first_after(
    raised, delay, kind
) -> None:
    flags = [("pain_worsening", date.fromisoformat(on(day))) for day in raised]
    others = [("fever", date.fromisoformat(on(20)))]
    found = rehearsal.delay(a_case(20), [*others, *flags], SENSITIVITY)
    assert (found, rehearsal.told(found)) == (delay, kind)


def test_flags_are_counted_for_each_rule_a_week_and_for_100_patients() -> None:
    result = rehearsed([ana(), bo()], Ask({THRESHOLD: KNOB.low}))
    assert (result.patients, result.days) == (2, 2 * (UNTIL + 1))
    raised = result.proposed.flags["pain_worsening"]
    rate = result.rate(result.proposed, "pain_worsening")
    assert rate == pytest.approx(100 * raised / (2 * (UNTIL + 1) / 7))
    assert result.rate(result.proposed) >= rate


def test_days_before_the_enrolment_are_no_history() -> None:
    late = Life(
        rehearsal.Course(DAY_0, 7, followed_from=DAY_0 + timedelta(days=10)),
        days(easing(), UNTIL),
    )
    assert late.followed_days == UNTIL + 1 - 10


def test_nobody_at_all_is_no_error() -> None:
    result = rehearsed([], Ask({THRESHOLD: KNOB.low}))
    assert (result.patients, result.rate(result.present)) == (0, 0.0)


def test_a_budget_tries_every_value_of_the_pain_knob_and_no_other_rule() -> None:
    ask = Ask(budget=3)
    assert [change[THRESHOLD] for change in ask.changes(SENSITIVITY)] == list(KNOB.grid)
    assert {path for change in ask.changes(SENSITIVITY) for path in change} == {THRESHOLD}
    assert ask.rules(SENSITIVITY) == {"pain_worsening"}


def test_a_budget_takes_the_most_sensitive_number_that_fits() -> None:
    lives = [ana(), bo()]
    rates = [
        result.rate(result.proposed, "pain_worsening")
        for value in KNOB.grid
        if (result := rehearsed(lives, Ask({THRESHOLD: value})))
    ]
    budget = max(rates) - 0.1
    result = rehearsed(lives, Ask(budget=budget))
    fitting = [value for value, rate in zip(KNOB.grid, rates, strict=True) if rate <= budget]
    assert result.fits
    assert result.proposed.numbers == {THRESHOLD: fitting[0]}
    assert [result.rate(each, "pain_worsening") for each in result.tried] == rates


@pytest.mark.parametrize("patients", [0, 1])
def test_with_too_little_history_a_budget_proposes_no_number_and_shows_what_was_counted(
    patients,
) -> None:
    lives = [bo()] * patients
    result = rehearsed(lives, Ask(budget=100), few_patient_weeks=SENSITIVITY.few_patient_weeks)
    assert result.chosen is None
    assert result.proposed == result.present
    assert len(result.tried) == len(KNOB.grid)
    raised = [tally.flagged("pain_worsening") for tally in result.tried]
    assert raised == [patients * len(pain_days(bo(), value)) for value in KNOB.grid]


@pytest.mark.parametrize(("weeks", "chosen"), [(8, 0), (9, None)])
def test_history_is_too_little_below_the_pathways_number_of_patient_weeks(weeks, chosen) -> None:
    lives = [replace(ana(), days=ana().days[:28])] * 2  # twice four weeks
    assert rehearsed(lives, Ask(budget=100), weeks).chosen == chosen


def test_a_number_that_was_typed_is_proposed_however_little_history_there_is() -> None:
    result = rehearsed([ana()], Ask({THRESHOLD: KNOB.high}), SENSITIVITY.few_patient_weeks)
    assert result.proposed.numbers == {THRESHOLD: KNOB.high}


def test_each_rate_has_the_range_that_chance_leaves() -> None:
    tally = Tally({}, {"pain_worsening": 6, "fever": 4}, [])
    result = Result(100, 200 * 7, [], tally, [tally], 0)
    assert result.rate(tally, "pain_worsening") == 3
    assert result.rate_range(tally, "pain_worsening") == pytest.approx((1.1, 6.5), abs=0.05)
    assert result.rate_range(tally) == pytest.approx((2.4, 9.2), abs=0.05)


def test_if_nothing_fits_the_least_sensitive_number_stands_there_and_it_says_so() -> None:
    fall = easing(**{f"d{day}": entry(day, pain=3, fall=True) for day in (12, 22)})
    result = rehearsed([Life(ANA, days(fall, UNTIL))], Ask(budget=0.1))
    assert not result.fits
    assert result.proposed.numbers == {THRESHOLD: KNOB.high}


def test_what_decides_alone_is_raised_whatever_the_sensitivity() -> None:
    told = {
        "d12": entry(12, pain=3, fall=True),
        "d20": entry(20, pain=3, pain_place="new"),
        "d28": entry(28, pain=8),
    }
    life = Life(ANA, days(easing(**told), UNTIL))
    assert {12, 20, 28} <= set(pain_days(life, KNOB.high))


@pytest.mark.parametrize("few_patient_weeks", [0, 200])
def test_a_result_is_kept_as_json_and_read_again(few_patient_weeks) -> None:
    result = rehearsed([bo((a_case(20),))], Ask(budget=3), few_patient_weeks)
    again = rehearsal.read(json.loads(json.dumps(rehearsal.kept(result))))
    assert rehearsal.kept(again) == json.loads(json.dumps(rehearsal.kept(result)))
    assert (again.chosen, again.proposed.numbers) == (result.chosen, result.proposed.numbers)
    assert again.rate(again.present) == result.rate(result.present)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((None, None, ()), "Give either"),
        ((4.0, 3.0, ()), "Give either"),
        ((None, -1.0, ()), "A budget lies above 0"),
        ((None, float("nan"), ()), "A budget lies above 0"),
        ((None, None, ("rules.fever.limit=39",)), "cannot be changed. These can: rules.pain"),
        ((None, None, (f"{THRESHOLD}=high",)), "needs a number"),
    ],
)
def test_what_cannot_be_rehearsed_says_what_to_type(words, says) -> None:
    with pytest.raises(BadAsk, match=says):
        rehearsal.of_words(*words, SENSITIVITY)


def test_what_was_typed_becomes_a_change() -> None:
    typed = rehearsal.of_words(4.5, None, ("rules.gone_quiet.days_most=6",), SENSITIVITY)
    assert typed == Ask({THRESHOLD: 4.5, "rules.gone_quiet.days_most": 6})
