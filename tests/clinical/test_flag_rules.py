"""The six rules, told by people: what each catches, how urgent it is, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clinical.answers import SIGNS, Day
from recovery.clinical.clinician_words import OUTCOMES, REASONS, RULES, URGENCIES, sentence
from recovery.clinical.course import RULES as RULE_KEYS
from recovery.clinical.course import URGENCIES as URGENCY_KEYS
from recovery.clinical.course import Closure, Course
from recovery.clinical.flag_rules import SIX, assess, close, days_of, fold, start, step
from recovery.clinical.pathway import load
from recovery.clinical.replay import replayed
from recovery.clinical.triage import decide
from tests.clinical.courses import (
    ANA,
    DAY_0,
    DEFAULT,
    PATHWAY,
    at,
    days,
    easing,
    entry,
    found,
    reasons,
)


def closed(rule: str, day: int, raised: int | None = None, urgency: str = "today") -> Closure:
    raised_on = DAY_0 + timedelta(days=day if raised is None else raised)
    return Closure(rule, at(day, 18), raised_on, urgency)


def test_ana_who_recovers_is_never_flagged() -> None:
    assert found(easing(), 28) == ()


def test_every_rule_tells_its_threshold_source_and_limits() -> None:
    for rule in SIX:
        assert "Source" in (rule.__doc__ or "") or "E10" in (rule.__doc__ or ""), rule.__name__
        assert "Does not catch" in (rule.__doc__ or ""), rule.__name__


def test_words_exist_for_every_rule_urgency_and_outcome() -> None:
    assert set(RULES) == set(OUTCOMES) == set(RULE_KEYS) == {rule.__name__ for rule in SIX}
    assert set(URGENCIES) == set(URGENCY_KEYS)


# Warning signs


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("day", [0, 1, 5, 60])
def test_every_sign_is_flagged_from_hour_0(sign: str, day: int) -> None:
    says = found({day: (entry(day, signs=[sign]),)}, day)
    (flagged,) = [each for each in says if each.rule == "warning_sign"]
    assert flagged.reason.startswith(sign)
    assert flagged.urgency in ("emergency", "today")


@pytest.mark.parametrize(
    ("told", "urgency"),
    [("one", "today"), ("both", "emergency"), ("worse", "emergency"), (None, "emergency")],
)
def test_leg_weakness_has_two_urgencies_and_no_answer_is_the_worse(
    told: str | None, urgency: str
) -> None:
    (says,) = found({5: (entry(5, signs=["leg_weakness"], leg_weakness=told),)}, 5)
    assert (says.urgency, says.reason) == (urgency, f"leg_weakness_{told or 'unanswered'}")


def test_a_later_lower_answer_withdraws_nothing() -> None:
    both = (entry(9, 8, temperature_c=38.6, signs=["wound"]), entry(9, 20, temperature_c=36.8))
    assert {"wound", "fever"} <= set(reasons(found(easing(d9=both), 9)))


def test_a_sign_is_flagged_without_pain_and_says_that_the_rest_is_incomplete() -> None:
    (says,) = found({3: (entry(3, signs=["chills"], incomplete=True),)}, 3)
    assert says.values["incomplete"] == "yes"


def test_a_long_standing_sign_counts_and_is_called_so() -> None:
    known = Course(DAY_0, 7, long_standing_signs=frozenset({"confusion"}))
    (says,) = found({3: (entry(3, signs=["confusion"]),)}, 3, known)
    assert says.values["long_standing"] == "yes"


def test_a_late_sign_flags_after_its_day_was_closed() -> None:
    early = entry(5, 9, signs=["wound"])
    late = entry(5, 10, late_days=3, signs=["chills"])
    says = found({5: (early, late)}, 9, closures=[closed("warning_sign", 6, raised=5)])
    assert reasons(says, "warning_sign") == ["chills"]
    assert says[0].values["days_late"] == 3


# Fever


@pytest.mark.parametrize(
    ("day", "celsius", "reason"),
    [
        (0, 38.0, "fever"),
        (2, 37.9, None),
        (3, 37.9, None),
        (4, 37.8, "fever_late"),
        (4, 38.0, "fever"),
        (30, 37.7, None),
    ],
)
def test_fever_has_a_lower_limit_from_day_4(day: int, celsius: float, reason: str | None) -> None:
    says = found({day: (entry(day, temperature_c=celsius),)}, day)
    assert reasons(says, "fever") == ([reason] if reason else [])


def test_a_clinics_lower_limit_is_kept() -> None:
    strict = load(DEFAULT, {"rules": {"fever": {"limit": 37.5}}})
    course = days({1: (entry(1, temperature_c=37.6),)}, 1)
    assert reasons(assess(ANA, course, (), strict)) == ["fever"]


@pytest.mark.parametrize("sign", ["leg_weakness", "confusion"])
def test_fever_with_new_weakness_or_confusion_is_an_emergency(sign: str) -> None:
    hot = entry(9, temperature_c=38.2, signs=[sign], leg_weakness="one")
    says = found({9: (hot,)}, 9)
    assert [each.urgency for each in says if each.rule == "fever"] == ["emergency"]


def test_two_raised_readings_four_hours_apart_are_for_the_next_working_day() -> None:
    def course(hour: int) -> list[str]:
        raised = (entry(9, 8, temperature_c=37.3), entry(9, hour, temperature_c=37.4))
        return reasons(found({9: raised}, 9), "fever")

    assert course(11) == []
    assert course(12) == ["raised_twice"]


def test_a_rise_over_the_own_median_is_seen_in_somebody_who_runs_cool() -> None:
    cool = {n: (entry(n, temperature_c=35.9),) for n in range(1, 6)}
    says = found({**cool, 6: (entry(6, temperature_c=37.0, paracetamol=True),)}, 6)
    assert reasons(says, "fever") == ["raised_over_usual"]
    assert says[0].values["paracetamol"] == "yes"


def test_felt_hot_without_a_thermometer_is_an_answer() -> None:
    says = found({9: (entry(9, temperature_instead="felt_hot"),)}, 9)
    assert reasons(says, "fever") == ["felt_hot"]


def test_fever_on_a_later_day_than_a_closed_flag_is_found_again() -> None:
    course = easing(d9=entry(9, temperature_c=38.5), d11=entry(11, temperature_c=38.1))
    says = found(course, 12, closures=[closed("fever", 10, raised=9)])
    assert [each.day for each in says if each.rule == "fever"] == [DAY_0 + timedelta(days=11)]


# Worsening pain


def test_bo_who_gets_worse_and_stays_so_is_found_within_days() -> None:
    worse = easing(**{f"d{n}": entry(n, pain=6) for n in range(20, 26)})
    first = found(worse, 25)[0]
    assert (first.rule, first.day <= DAY_0 + timedelta(days=23)) == ("pain_worsening", True)


def test_one_bad_day_of_three_points_is_no_flag() -> None:
    assert found(easing(d20=entry(20, pain=5)), 28) == ()


def test_a_single_jump_of_four_is_for_today() -> None:
    (says,) = found(easing(d20=entry(20, pain=8)), 20)
    assert (says.reason, says.urgency) == ("pain_jump", "today")


def test_a_bad_day_before_does_not_hide_a_jump_over_the_own_level() -> None:
    says = found(easing(d19=entry(19, pain=6), d20=entry(20, pain=7)), 20)
    jumps = [each for each in says if each.reason == "pain_jump"]
    assert [each.day for each in jumps] == [DAY_0 + timedelta(days=20)]


def test_the_first_two_days_are_silent_for_pain_but_not_for_a_fall() -> None:
    assert found({n: (entry(n, pain=10),) for n in (0, 1, 2)}, 2) == ()
    assert reasons(found({1: (entry(1, pain=5, fall=True),)}, 1)) == ["pain_after_fall"]


def test_a_known_hour_ends_the_silence_after_48_hours() -> None:
    early = Course(DAY_0, baseline_pain=3, procedure_at=at(0, 8))
    course = {1: (entry(1, pain=2),), 2: (entry(2, 9, pain=9),)}
    assert reasons(found(course, 2, early)) == ["pain_jump_at_first"]
    assert found(course, 2, Course(DAY_0, baseline_pain=3)) == ()


def test_days_3_to_6_compare_with_the_level_before_the_procedure() -> None:
    above = {n: (entry(n, pain=8),) for n in (1, 2, 3, 4)}
    assert "pain_above_before" in reasons(found(above, 4))
    assert "pain_above_before" not in reasons(found(above, 3))


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"pain_place": "new"}, "pain_new_place"),
        ({"pain_onset": "sudden"}, "pain_sudden"),
        ({"fall": True}, "pain_after_fall"),
    ],
)
def test_a_new_place_a_sudden_start_or_a_fall_is_for_today(
    answers: dict[str, object], reason: str
) -> None:
    (says,) = found(easing(d20=entry(20, pain=4, **answers)), 20)
    assert (says.reason, says.urgency) == (reason, "today")


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"signs": ["chills"]}, "pain_with_chills_or_wound"),
        ({"temperature_c": 37.4}, "pain_with_temperature"),
    ],
)
def test_worsening_pain_beside_a_sign_of_infection_is_for_today(
    answers: dict[str, object], reason: str
) -> None:
    worse = {f"d{n}": entry(n, pain=6, **answers) for n in range(20, 25)}
    says = [each for each in found(easing(**worse), 24) if each.reason == reason]
    assert says
    assert says[0].urgency == "today"


def test_raising_the_latest_pain_never_lowers_the_evidence() -> None:
    courses = [easing(d19=entry(19, pain=4), d20=entry(20, pain=pain)) for pain in range(11)]
    after = [fold(ANA, days(course, 20), (), PATHWAY)[0].evidence for course in courses]
    assert after == sorted(after)
    assert after[-1] > after[0]


def test_a_state_is_never_stepped_twice_over_the_same_day() -> None:
    state, _ = fold(ANA, days(easing(), 19), (), PATHWAY)
    with pytest.raises(ValueError, match="day 19 after day 19"):
        step(state, days(easing(), 19)[-1])


def test_after_closing_only_later_answers_are_evidence() -> None:
    worse = easing(**{f"d{n}": entry(n, pain=6) for n in range(20, 24)})
    assert found(worse, 24)
    assert found(worse, 24, closures=[closed("pain_worsening", 23, raised=22)]) == ()


def test_a_closing_after_the_last_day_leaves_nothing_standing() -> None:
    jump = easing(d20=entry(20, pain=8))
    assert found(jump, 20, closures=[closed("pain_worsening", 21, raised=20)]) == ()


def test_an_answer_after_the_closing_counts_though_its_day_is_still_the_day_before() -> None:
    # 21:00 in New York is the next day in UTC.
    day = Day(20, DAY_0 + timedelta(days=20), (entry(21, 1, pain=9),))
    closure = Closure("pain_worsening", at(21, 0), DAY_0 + timedelta(days=18), "today")
    says = assess(ANA, (*days(easing(), 19), day), [closure], PATHWAY)
    assert reasons(says) == ["pain_jump"]


# Mobility, milestones, silence


def test_two_reports_two_steps_below_the_own_level_are_less_mobility() -> None:
    still = {f"d{n}": entry(n, pain=3, mobility=1) for n in (20, 21)}
    (says,) = found(easing(**still), 21)
    assert (says.rule, says.values["usual"]) == ("mobility_loss", 3)
    assert found(easing(d20=still["d20"]), 21) == ()


def test_the_mobility_before_the_procedure_serves_until_there_is_an_own_level() -> None:
    active = Course(DAY_0, baseline_pain=5, baseline_mobility=4)
    weak = {n: (entry(n, pain=4, mobility=1),) for n in (3, 4)}
    assert reasons(found(weak, 4, active)) == ["moves_less_than_before"]
    assert found(weak, 4) == ()


def stuck(pain: int, silent: tuple[int, ...] = ()) -> dict[int, tuple[object, ...]]:
    return {n: (entry(n, pain=pain),) for n in range(1, 71) if n not in silent}


def test_pain_that_stays_at_seven_is_told_at_each_milestone_and_raised_not_too_soon_again() -> None:
    says = [each for each in found(stuck(7), 70) if each.rule == "not_improving"]
    assert {each.values["milestone"] for each in says} == {14, 30, 60}
    assert {each.urgency for each in says} == {"routine"}
    raised, _ = replayed(ANA, days(stuck(7), 70), PATHWAY, closed_after=3)
    slow = [row[0] for row in raised if row[1] == "not_improving"]
    assert slow == [(DAY_0 + timedelta(days=n)).isoformat() for n in (14, 60)]


def milestones_told(
    entries: dict[int, tuple[object, ...]], until: int, closures: Sequence[Closure] = ()
) -> list[tuple[int, object]]:
    says = found(entries, until, closures=closures)
    return [
        (each.values["day"], each.values["milestone"])
        for each in says
        if "milestone" in each.values
    ]


def test_a_milestone_is_told_until_its_days_are_over_so_that_no_pause_hides_it() -> None:
    told = milestones_told(stuck(7), 25)
    assert told == [(day, 14) for day in range(14, 20)]
    on_14, on_15 = (
        [each for each in found(stuck(7), until) if each.day == DAY_0 + timedelta(days=until)]
        for until in (14, 15)
    )
    assert decide(on_14, {}, (), PATHWAY, held=True) == ()
    assert [each.rule for each in decide(on_15, {}, (), PATHWAY, held=False)] == ["not_improving"]


@pytest.mark.parametrize(("raised", "on"), [(5, 15), (14, 15), (14, 14)])
def test_a_milestone_does_not_return_after_its_flag_was_closed(raised: int, on: int) -> None:
    closing = closed("not_improving", on, raised=raised, urgency="routine")
    assert milestones_told(stuck(7), 25, [closing]) == []


def test_a_milestone_that_was_passed_is_not_judged_again() -> None:
    late = {n: (entry(n, pain=10 if n > 14 else 4),) for n in range(1, 20)}
    assert milestones_told(late, 20) == []


def test_a_missed_day_does_not_skip_a_milestone() -> None:
    says = found(stuck(8, silent=tuple(range(57, 63))), 70)
    assert 60 in [each.values.get("milestone") for each in says]


def test_without_a_baseline_or_with_a_low_one_day_30_is_not_judged() -> None:
    for baseline in (None, 3):
        says = found(stuck(3), 40, Course(DAY_0, baseline_pain=baseline))
        assert reasons(says, "not_improving") == []


def test_pain_of_nine_on_two_days_of_a_week_is_told_whatever_was_foretold() -> None:
    says = [each for each in found(stuck(9), 40) if each.reason == "very_severe"]
    assert {each.urgency for each in says} == {"next_working_day"}
    assert [each.values["day"] for each in says] == list(range(5, 41))
    raised, _ = replayed(ANA, days(stuck(9), 40), PATHWAY, closed_after=3)
    often = [row[0] for row in raised if row[1] == "not_improving"]
    assert often == [(DAY_0 + timedelta(days=n)).isoformat() for n in (5, 33)]
    apart = {4: (entry(4, pain=9),), 12: (entry(12, pain=9),)}
    assert "very_severe" not in reasons(found(apart, 12))


def quiet_from(day: int, **changed: object) -> dict[int, object]:
    return {n: each for n, each in easing(**changed).items() if n < day}


def test_cy_who_falls_silent_is_missed_on_the_fifth_day_at_the_latest() -> None:
    says = found(quiet_from(20), 24)[0]
    assert (says.rule, says.urgency) == ("gone_quiet", "routine")
    assert 3 <= says.values["days"] <= 5


def test_silence_is_told_on_each_day_that_it_lasts_so_that_no_pause_hides_it() -> None:
    says = found(quiet_from(20), 29)
    first = says[0].values["day"]
    assert [each.values["day"] for each in says] == list(range(first, 30))
    assert decide(says[:1], {}, (), PATHWAY, held=True) == ()
    (made,) = decide(says[-1:], {}, (), PATHWAY, held=False)
    assert (made.kind, made.urgency) == ("raise", "routine")


def test_a_long_silence_keeps_the_level_of_what_came_before_it() -> None:
    assert set(reasons(found(quiet_from(3), 30))) == {"quiet_in_first_week"}
    feverish = quiet_from(20, d19=entry(19, temperature_c=38.4, pain=3))
    assert set(reasons(found(feverish, 40), "gone_quiet")) == {"quiet_after_danger"}


def test_silence_means_nothing_before_the_day_from_which_dee_follows_cy() -> None:
    since = DAY_0 + timedelta(days=20)
    cy = Course(DAY_0, 7, followed_from=since)
    assert found({}, 22, cy) == ()
    assert found({}, 30, cy)[0].day > since
    unconnected = replace(cy, connected=False)
    assert found({}, 21, unconnected) == ()
    assert found({}, 22, unconnected)[0].reason == "never_connected"
    daily = {n: (entry(n, pain=3),) for n in range(21, 40)}
    # A daily answerer is missed on the fourth day; with 20 silent days before, it would be the fifth.
    assert found(daily, 44, cy)[0].values["days"] == 4


@pytest.mark.parametrize(
    ("course", "reason", "urgency"),
    [
        (
            quiet_from(20, d19=entry(19, temperature_c=38.4, pain=3)),
            "quiet_after_danger",
            "today",
        ),
        (
            quiet_from(20, d19=entry(19, pain=8)),
            "quiet_after_worsening",
            "next_working_day",
        ),
        (quiet_from(3), "quiet_in_first_week", "next_working_day"),
    ],
)
def test_silence_takes_its_level_from_what_came_before(
    course: dict[int, object], reason: str, urgency: str
) -> None:
    says = [each for each in found(course, 24) if each.rule == "gone_quiet"]
    assert (says[0].reason, says[0].urgency) == (reason, urgency)


def test_silence_after_a_danger_that_was_dealt_with_is_still_for_today() -> None:
    course = quiet_from(20, d19=entry(19, temperature_c=38.4, pain=3))
    says = found(course, 24, closures=[closed("fever", 20, raised=19)])
    assert set(reasons(says)) == {"quiet_after_danger"}


def test_a_day_that_is_not_over_is_not_silent_yet() -> None:
    *before, last = days(quiet_from(20), 23)
    assert found(quiet_from(20), 23)
    open_day = Day(last.number, last.date, is_over=False)
    assert assess(ANA, (*before, open_day), (), PATHWAY) == ()


def test_whoever_is_not_connected_by_day_2_is_to_be_called() -> None:
    (says,) = found({}, 2, Course(DAY_0, 7, connected=False))
    assert (says.reason, says.urgency) == ("never_connected", "next_working_day")
    assert set(reasons(found({}, 9, Course(DAY_0, 7, connected=False)))) == {"never_connected"}


def test_silence_returns_after_closing_when_the_pathways_days_have_passed() -> None:
    closure = closed("gone_quiet", 25, raised=24, urgency="routine")
    assert found(quiet_from(20), 38, closures=[closure])[0].day == DAY_0 + timedelta(days=30)
    later = found(quiet_from(20), 39, closures=[closure])
    assert [each.values["day"] for each in later] == list(range(30, 40))


@pytest.mark.parametrize(
    ("entries", "cause"),
    [
        (quiet_from(20), "quiet_feeling_well"),
        ({n: each for n, each in stuck(6).items() if n < 20}, "quiet"),
        (
            {n: (entry(n, late_days=int(n == 19), pain=6, mobility=3),) for n in range(1, 20)},
            "quiet_poor_line",
        ),
        (
            {n: (entry(n, pain=6, mobility=3),) for n in (*range(1, 21), 23, 26, 29, 32)},
            "quiet_fading",
        ),
    ],
)
def test_silence_names_its_likely_cause(entries: dict[int, object], cause: str) -> None:
    says = found(entries, 45)
    assert says[-1].reason == cause


# Folding


def test_folding_a_history_says_what_stepping_day_by_day_said() -> None:
    course = easing(d9=entry(9, temperature_c=38.4, pain=5), d20=entry(20, pain=9), d21=None)
    state, said = start(ANA, PATHWAY), []
    for day in days(course, 28):
        state = step(state, day)
        said += state.findings
    assert tuple(said) == found(course, 28) != ()


def test_folding_and_stepping_agree_when_flags_are_closed() -> None:
    course = easing(**{f"d{n}": entry(n, pain=8) for n in range(15, 28)})
    closure = closed("pain_worsening", 17, raised=15)
    state, said = start(ANA, PATHWAY), []
    for day in days(course, 28):
        if day.number == 17:
            state = close(state, closure)
        state = step(state, day)
        said += [each for each in state.findings if day.number >= 17 or each.rule != closure.rule]
    folded, stands = fold(ANA, days(course, 28), [closure], PATHWAY)
    assert tuple(said) == stands != ()
    assert folded == state


def test_the_order_of_arrival_changes_nothing() -> None:
    entries = [(DAY_0 + timedelta(days=n), each) for n, (each,) in easing().items()]
    forward = days_of(entries, DAY_0, DAY_0 + timedelta(days=30), last_is_over=False)
    assert forward == days_of(entries[::-1], DAY_0, DAY_0 + timedelta(days=30), last_is_over=False)
    assert [day.is_over for day in forward[-2:]] == [True, False]


ANSWERED = st.fixed_dictionaries(
    {
        "pain": st.none() | st.integers(0, 10),
        "mobility": st.none() | st.integers(0, 5),
        "temperature_c": st.none() | st.sampled_from([34.0, 36.5, 37.3, 37.9, 38.0, 41.0]),
        "signs": st.lists(st.sampled_from(SIGNS), max_size=2),
    }
)
HISTORIES = st.dictionaries(st.integers(0, 40), ANSWERED, max_size=41)


@given(HISTORIES, st.none() | st.integers(0, 10))
def test_no_history_breaks_the_rules_and_every_finding_explains_itself(
    history: dict[int, dict[str, object]], baseline: int | None
) -> None:
    course = {n: (entry(n, **dict(answers)),) for n, answers in history.items()}
    for says in found(course, 41, Course(DAY_0, baseline)):
        assert says.reason in REASONS
        assert str(says.values["day"]) in sentence(says) or "milestone" in says.values


@given(HISTORIES, st.integers(0, 40))
def test_adding_a_fever_removes_nothing_and_makes_silence_tell_sooner(
    history: dict[int, dict[str, object]], day: int
) -> None:
    course = {n: (entry(n, **dict(answers)),) for n, answers in history.items()}
    if not course.get(day):
        course[day] = (entry(day, temperature_c=36.5),)
    before = found(course, 41)
    course[day] = (*course[day], entry(day, 13, temperature_c=39.0))
    after = found(course, 41)
    assert all(
        any(then.rule == now.rule and then.day >= now.day for now in after) for then in before
    )
    kept = {(each.rule, each.day) for each in before if each.rule != "gone_quiet"}
    assert kept <= {(each.rule, each.day) for each in after}
