"""A cohort's flags: rates, usefulness and the time of each step, by hand and without small cells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clinical import cohort
from recovery.clinical.cohort import Life
from recovery.clinical.cohort_figures import figures
from recovery.clinical.cohort_flags import FlagCounts, Raised
from recovery.clinical.course import RULES
from recovery.clinical.hours import Hours, parse_weekly
from recovery.clinical.open_time import open_time
from recovery.clinical.small_cells import FEWEST
from tests.clinical.courses import PATHWAY

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 10:00 in Berlin
HOURS = Hours("Europe/Berlin", parse_weekly("Mo-Fr 08:00-12:00, 13:00-16:00"))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def flag(patient=1, rule="fever", *, seen=None, closed=None, entry=None, **columns):
    """A flag of Monday morning; the steps as times from then on."""
    usual = {"urgency": "today", "is_useful": None}
    return Raised(
        patient=patient,
        rule=rule,
        raised_at=MONDAY,
        entry_at=entry and MONDAY + entry,
        seen_at=seen and MONDAY + seen,
        closed_at=closed and MONDAY + closed,
        **{**usual, **columns},
    )


def told(*flags, patients=50):
    """The figures of so many patients of ten weeks, with these flags."""
    counts = cohort.start(PATHWAY.cohort, PATHWAY.milestones.pathway_days, 3)
    for _ in range(patients):
        counts.add(Life(8, 0, 69, ()))
    kept = FlagCounts(open_time(HOURS, MONDAY - timedelta(days=30), MONDAY + timedelta(days=60)))
    for each in flags:
        kept.add(each)
    return figures(counts, kept)


def of_each(count, *args, **columns):
    return [flag(patient, *args, **columns) for patient in range(count)]


def step(found, name, group="urgent"):
    return next(each for each in found.waits if (each.group, each.step) == (group, name))


# Opening hours.


def minutes(start, end):
    found = open_time(HOURS, MONDAY - timedelta(days=9), MONDAY + timedelta(days=9))
    return found.minutes(MONDAY + start, MONDAY + end)


@pytest.mark.parametrize(
    ("start", "end", "open_minutes"),
    [
        (0 * HOUR, HOUR, 60),
        (HOUR, 4 * HOUR, 120),  # over lunch
        (5 * HOUR, 22 * HOUR, 60),  # over night
        (7 * HOUR, 20 * HOUR, 0),
        (-60 * HOUR, 0 * HOUR, 120),  # over the weekend
        (0 * HOUR, 24 * HOUR, 420),
    ],
)
def test_time_in_opening_hours(start, end, open_minutes):
    assert minutes(start, end) == open_minutes


def test_before_the_first_opening_of_the_period_nobody_was_there():
    found = open_time(HOURS, MONDAY, MONDAY + timedelta(days=1))
    assert found.minutes(MONDAY - timedelta(days=2), MONDAY - 2 * HOUR) == 0


@given(st.integers(-9000, 9000), st.integers(0, 9000))
def test_time_in_opening_hours_is_that_of_the_openings(start, length):
    begin = MONDAY + start * MINUTE
    end = begin + length * MINUTE
    spans = HOURS.spans_between(begin, end)
    shared = sum(((min(end, b) - max(begin, a)) for a, b in spans), timedelta())
    found = open_time(HOURS, MONDAY - timedelta(days=20), MONDAY + timedelta(days=20))
    assert found.minutes(begin, end) == pytest.approx(shared / MINUTE)


# Steps.


def test_each_step_has_its_median_day_and_night_and_within_opening_hours():
    waits = [24, 24, 25, 26, 48]
    flags = [
        flag(n, entry=-MINUTE, seen=hours * HOUR, closed=(hours + 1) * HOUR)
        for n, hours in enumerate(waits)
    ]
    seen = step(told(*flags), "flag_to_seen")
    assert seen.all_hours.middle == 25 * 60
    assert seen.open_hours.middle == 420 + 60
    assert step(told(*flags), "seen_to_closed").all_hours == (60, 60, 60)
    assert step(told(*flags), "entry_to_flag").all_hours == (1, 1, 1)


def test_a_computer_has_no_opening_hours():
    assert step(told(*of_each(5, entry=-MINUTE)), "entry_to_flag").open_hours is None


def test_urgent_flags_and_others_are_measured_apart():
    found = told(*of_each(5, seen=HOUR), *of_each(5, seen=9 * HOUR, urgency="routine"))
    assert step(found, "flag_to_seen").all_hours.middle == 60
    assert step(found, "flag_to_seen", "other").all_hours.middle == 540


def test_a_step_of_fewer_than_five_patients_is_hidden_however_many_flags_they_had():
    found = told(*[flag(n % 4, seen=HOUR) for n in range(12)])
    seen = step(found, "flag_to_seen")
    assert (seen.patients, seen.all_hours, seen.open_hours) == (None, None, None)


def test_a_flag_that_no_answer_raised_or_nobody_has_seen_has_no_such_step():
    found = told(*of_each(6))
    assert all(each.all_hours is None for each in found.waits)


# Rates.


def test_flags_are_told_for_each_hundred_patient_weeks():
    found = told(*of_each(20, "fever"), *of_each(10, "gone_quiet"), patients=50)
    assert found.patient_weeks == 500
    assert (found.rules["fever"].flags, found.rules["fever"].rate) == (20, 4.0)
    assert (found.all_rules.flags, found.all_rules.rate) == (30, 6.0)
    assert found.rules["warning_sign"].flags == 0


def test_useful_is_a_share_of_the_flags_with_an_answer():
    flags = [*of_each(6, is_useful=True), *of_each(18, is_useful=False), *of_each(9)]
    assert told(*flags).rules["fever"].useful_percent == 25
    assert told(*flags).rules["fever"].judged == 20  # at least


def test_flags_of_a_few_patients_are_hidden_together_with_another_rule():
    found = told(*of_each(2), *of_each(9, "gone_quiet"), *of_each(30, "pain_worsening"))
    assert found.rules["fever"].flags is None
    assert found.rules["gone_quiet"].flags is None
    assert found.rules["pain_worsening"].flags == 30
    assert found.all_rules.flags == 41


def test_with_fewer_than_five_patients_nothing_is_told_of_flags():
    found = told(*of_each(4), patients=4)
    assert found.patients is None
    assert found.patient_weeks is None
    assert {each.flags for each in [*found.rules.values(), found.all_rules]} == {None}


ANY = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(RULES), st.sampled_from([True, False, None])),
    max_size=120,
)


@given(ANY)
def test_no_difference_of_flags_tells_of_a_few(raised):
    found = told(*(flag(n, rule, is_useful=useful) for n, rule, useful in raised))
    for rule, of_rule in found.rules.items():
        people = {n for n, of, _ in raised if of == rule}
        assert of_rule.flags is None or not 0 < len(people) < FEWEST
    if found.all_rules.flags is not None:
        shown = [each.flags for each in found.rules.values() if each.flags is not None]
        rest = found.all_rules.flags - sum(shown)
        assert not 0 < rest < FEWEST
        assert len(found.rules) - len(shown) != 1


@given(ANY)
def test_no_share_of_useful_flags_tells_of_a_few(raised):
    found = told(*(flag(n, rule, is_useful=useful) for n, rule, useful in raised))
    shown = {rule for rule, each in found.rules.items() if each.useful_percent is not None}
    for useful in (True, False):
        sides = [{n for n, of, u in raised if (of, u) == (rule, useful)} for rule in shown]
        assert not any(0 < len(side) < FEWEST for side in sides)
        if found.all_rules.useful_percent is not None:
            rest = [1 for _, of, u in raised if u is useful and of not in shown]
            assert not 0 < len(rest) < FEWEST
