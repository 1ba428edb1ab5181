"""Limits for one patient: what they add, what a pause holds back, and that danger goes through all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clinical.advice import advise
from recovery.clinical.answers import Answers, Entry
from recovery.clinical.bounds import PathwayError
from recovery.clinical.clinician_words import sentence
from recovery.clinical.course import NEVER_HELD, URGENT, Closure, Course, Finding
from recovery.clinical.limits import KINDS, PAUSABLE, Limit, advice_for, latest_day, refusal
from recovery.clinical.pathway import load
from tests.clinical.courses import (
    ANA,
    DAY_0,
    DEFAULT,
    PATHWAY,
    at,
    easing,
    entry,
    found,
    reasons,
)

LOWERED = ("fever_limit", 37.5)


def on(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def limited(*limits: Limit) -> Course:
    return replace(ANA, limits=limits)


def fever_from(celsius: float, first: int, last: int) -> Course:
    return limited(Limit("fever_limit", on(first), on(last), celsius))


def target_of(points: int, first: int, last: int) -> Course:
    return limited(Limit("pain_target", on(first), on(last), points))


def pause_of(rule: str, first: int, last: int) -> Course:
    return limited(Limit("pause", on(first), on(last), rule=rule))


def says(course: Course, until: int, *closures: Closure, **changed: object) -> tuple[Finding, ...]:
    return found(easing(**changed), until, course, closures)


def steady(pain: int, until: int, mobility: int = 3) -> dict[int, Sequence[Entry]]:
    return {n: (entry(n, pain=pain, mobility=mobility),) for n in range(1, until + 1)}


# What can be set.


def refused(kind: str, days: int, number: float | None = None, rule: str | None = None) -> str:
    """The key of the refusal of a limit set on day 10 for so many days, that day included."""
    problem = refusal(Limit(kind, on(10), on(9 + days), number, rule), PATHWAY, DAY_0)
    return problem.key if problem else ""


@pytest.mark.parametrize(
    ("kind", "number", "rule"),
    [("fever_limit", 37.5, None), ("pain_target", 0, None), ("pause", None, "gone_quiet")],
)
def test_a_limit_ends_on_its_first_day_or_later(kind: str, number: float, rule: str) -> None:
    assert refused(kind, 1, number, rule) == ""
    assert refused(kind, 0, number, rule) == "limit_over"


def test_a_pause_of_fifteen_days_is_refused() -> None:
    assert refused("pause", 14, rule="pain_worsening") == ""
    assert refused("pause", 15, rule="pain_worsening") == "pause_too_long"
    assert latest_day("pause", on(10), PATHWAY) == on(23)


@pytest.mark.parametrize(("kind", "number"), [LOWERED, ("pain_target", 3)])
def test_other_limits_end_too(kind: str, number: float) -> None:
    assert refused(kind, 90, number) == ""
    assert refused(kind, 91, number) == "limit_too_long"


@pytest.mark.parametrize("rule", NEVER_HELD)
def test_warning_signs_and_fever_are_never_paused(rule: str) -> None:
    assert refused("pause", 1, rule=rule) == "never_paused"
    assert rule not in PAUSABLE


def test_a_fever_limit_can_only_be_lower_than_the_pathways_of_that_day() -> None:
    assert refused("fever_limit", 5, 37.7) == ""
    assert refused("fever_limit", 5, 37.8) == "fever_limit_not_lower"
    early = Limit("fever_limit", on(1), on(5), 37.9)
    assert refusal(early, PATHWAY, DAY_0) is None
    assert refusal(replace(early, number=38.0), PATHWAY, DAY_0) is not None


def test_a_fever_limit_has_a_floor_for_sense() -> None:
    assert refused("fever_limit", 5, 37.0) == ""
    assert refused("fever_limit", 5, 36.9) == "fever_limit_too_low"


@pytest.mark.parametrize("number", [None, -1, 11])
def test_a_pain_target_lies_on_the_scale(number: float | None) -> None:
    assert refused("pain_target", 5, number) == "number_unknown"


def test_a_clinic_cannot_let_pauses_last_longer() -> None:
    assert load(DEFAULT, {"limits": {"pause_days": 7}}).limits.pause_days == 7
    with pytest.raises(PathwayError, match=r"limits\.pause_days"):
        load(DEFAULT, {"limits": {"pause_days": 15}})


# A fever limit.


def test_a_lowered_fever_limit_flags_today_and_names_its_number() -> None:
    warm = {"d12": entry(12, pain=3, temperature_c=37.6)}
    assert reasons(says(ANA, 12, **warm), "fever") == ["raised_over_usual"]
    own = [each for each in says(fever_from(37.5, 10, 20), 12, **warm) if each.urgency == "today"]
    assert [each.rule for each in own] == ["fever"]
    said = "Temperature 37.6 °C on day 12; the limit set for this patient is 37.5 °C."
    assert sentence(own[0]) == said


@pytest.mark.parametrize(("day", "flags"), [(9, False), (10, True), (15, True), (16, False)])
def test_a_fever_limit_acts_on_its_own_days_only(day: int, flags: bool) -> None:
    warm = {f"d{day}": entry(day, pain=3, temperature_c=37.2)}
    assert ("fever_own_limit" in reasons(says(fever_from(37.1, 10, 15), day, **warm))) is flags


def test_a_late_answer_for_a_day_before_the_limit_is_judged_without_it() -> None:
    warm = {"d9": entry(9, late_days=3, pain=3, temperature_c=37.2)}
    assert reasons(says(fever_from(37.1, 10, 15), 12, **warm), "fever") == []


def test_a_fever_by_the_own_limit_with_confusion_is_an_emergency() -> None:
    warm = {"d12": entry(12, pain=3, temperature_c=37.5, signs=("confusion",))}
    own = [each for each in says(fever_from(37.5, 10, 20), 12, **warm) if each.rule == "fever"]
    assert ("emergency", "own_limit_with_weakness_or_confusion") in {
        (each.urgency, each.reason) for each in own
    }


def test_a_fever_by_the_pathway_stays_what_it_is() -> None:
    for celsius in (37.8, 38.0, 39.5):
        hot = {"d12": entry(12, pain=3, temperature_c=celsius)}
        assert says(fever_from(37.5, 10, 20), 12, **hot) == says(ANA, 12, **hot)


def test_silence_after_a_fever_by_the_own_limit_is_for_today() -> None:
    course = {"d12": entry(12, pain=3, temperature_c=37.5), "d13": None, "d14": None}
    assert "quiet_after_danger" in reasons(says(fever_from(37.5, 10, 20), 14, **course))
    assert "quiet_after_danger" not in reasons(says(ANA, 14, **course))


def test_the_patient_is_told_no_less_than_the_flag_by_the_own_limit_says() -> None:
    limit = Limit("fever_limit", on(10), on(20), 37.5)
    answers = Answers(pain=3, temperature_c=37.5, warning_signs=frozenset())
    with_leg = replace(answers, warning_signs=frozenset({"leg_weakness"}), leg_weakness="one")
    told = {
        day: [
            advise(each, day, advice_for(PATHWAY, (limit,), on(day))).level
            for each in (answers, with_leg)
        ]
        for day in (9, 10, 20, 21)
    }
    assert told[10] == told[20] == ["today", "emergency"]
    assert told[9] == told[21] == ["none", "today"]


# A pain target.


def test_two_reports_above_the_target_are_flagged_with_their_numbers() -> None:
    course = target_of(2, 11, 30)
    assert says(course, 11) == ()
    (above,) = says(course, 12)
    assert (above.rule, above.urgency) == ("pain_worsening", "next_working_day")
    assert sentence(above) == (
        "Pain 3 of 10 on day 12 after 3 at the check-in before; "
        "the target set for this patient is 2."
    )


def test_pain_at_the_target_is_not_above_it() -> None:
    assert says(target_of(3, 12, 30), 28) == ()


def test_reports_of_days_before_the_target_do_not_count() -> None:
    assert says(target_of(2, 20, 30), 20, d19=entry(19, pain=4), d20=entry(20, pain=4)) == ()


def test_a_target_is_silent_in_the_first_days() -> None:
    course = target_of(1, 0, 30)
    assert reasons(says(course, 3)) == []
    assert reasons(says(course, 4)) == ["pain_above_target"]


def test_after_closing_only_later_reports_are_above_the_target() -> None:
    closed = Closure("pain_worsening", at(16, 18), on(16), "next_working_day")
    sore = {f"d{n}": entry(n, pain=3) for n in (15, 16, 17, 18)}
    assert says(target_of(2, 10, 30), 17, closed, **sore) == ()
    again = says(target_of(2, 10, 30), 18, closed, **sore)
    assert [each.day for each in again] == [on(18)]


# A pause.


def test_a_pause_holds_back_its_rule_and_no_other() -> None:
    worse = {f"d{n}": entry(n, pain=6, mobility=3) for n in range(20, 26)}
    assert "pain_above_forecast" in reasons(says(ANA, 25, **worse))
    assert says(pause_of("pain_worsening", 20, 25), 25, **worse) == ()
    paused_another = says(pause_of("mobility_loss", 20, 25), 25, **worse)
    assert "pain_above_forecast" in reasons(paused_another)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"pain": 8}, "pain_jump"),
        ({"pain": 3, "fall": True}, "pain_after_fall"),
        ({"pain": 3, "pain_place": "new"}, "pain_new_place"),
        ({"pain": 8, "signs": ("chills",)}, "pain_with_chills_or_wound"),
    ],
)
def test_what_is_for_today_goes_through_a_pause(answers: Mapping[str, object], reason: str) -> None:
    course = pause_of("pain_worsening", 15, 25)
    assert reason in reasons(says(course, 20, d20=entry(20, **answers)))


def test_silence_after_danger_goes_through_a_pause_and_other_silence_does_not() -> None:
    course = pause_of("gone_quiet", 15, 28)
    silent: dict[str, object] = {f"d{n}": None for n in range(20, 29)}
    assert says(course, 28, **silent) == ()
    hot = {**silent, "d19": entry(19, temperature_c=38.5)}
    assert "quiet_after_danger" in reasons(says(course, 28, **hot))


def test_a_silence_that_lasts_is_told_on_the_first_day_after_the_pause() -> None:
    silent: dict[str, object] = {f"d{n}": None for n in range(18, 29)}
    told = says(pause_of("gone_quiet", 15, 25), 26, **silent)
    assert [(each.rule, each.day) for each in told] == [("gone_quiet", on(26))]


def test_worse_pain_that_lasts_is_told_with_the_first_answer_after_the_pause() -> None:
    worse: dict[str, object] = {f"d{n}": entry(n, pain=6) for n in range(18, 29)}
    course = pause_of("pain_worsening", 18, 25)
    assert reasons(says(course, 26, **{**worse, "d26": None}), "pain_worsening") == []
    told = says(course, 27, **{**worse, "d26": None})
    assert {(each.rule, each.day) for each in told} == {("pain_worsening", on(27))}


def milestone_days(told: Sequence[Finding]) -> list[tuple[str, date]]:
    return [(each.reason, each.day) for each in told if each.rule == "not_improving"]


def test_a_milestone_whose_window_lies_inside_a_pause_is_told_after_it() -> None:
    course = pause_of("not_improving", 9, 21)
    told = found(steady(7, 28), 28, course)
    assert milestone_days(told) == [("still_severe", on(22))]
    (late,) = (each for each in told if each.day == on(22))
    assert late.values["paused_until"] == on(21).isoformat()
    assert sentence(late) == "Pain still 7.0 of 10 around day 14 (mean of 11 check-ins)."


def test_a_milestone_is_told_after_the_pause_to_somebody_who_has_fallen_silent() -> None:
    told = found(steady(7, 18), 22, pause_of("not_improving", 9, 21))
    assert milestone_days(told) == [("still_severe", on(22))]


def test_a_milestone_that_got_better_within_its_window_is_not_told_after_the_pause() -> None:
    better = {n: (entry(n, pain=2),) for n in range(15, 29)}
    course = pause_of("not_improving", 9, 21)
    assert milestone_days(found({**steady(8, 14), **better}, 24, course)) == []


def test_a_milestone_that_a_closing_dealt_with_is_not_told_after_the_pause() -> None:
    closed = Closure("not_improving", at(20, 9), on(14), "routine")
    course = pause_of("not_improving", 16, 25)
    assert milestone_days(found(steady(7, 28), 28, course, [closed])) == []


def test_a_pause_that_ends_within_the_window_tells_the_milestone_at_once() -> None:
    told = found(steady(7, 19), 19, pause_of("not_improving", 9, 16))
    assert milestone_days(told)[0] == ("still_severe", on(17))


def test_one_pause_after_another_tells_the_milestone_after_both() -> None:
    pauses = (
        Limit("pause", on(9), on(15), rule="not_improving"),
        Limit("pause", on(16), on(25), rule="not_improving"),
    )
    assert milestone_days(found(steady(7, 28), 28, limited(*pauses))) == [("still_severe", on(26))]


def test_very_severe_pain_is_said_after_the_pause_while_it_lasts() -> None:
    severe = {n: (entry(n, pain=9),) for n in range(40, 60)}
    course = pause_of("not_improving", 40, 50)
    told = milestone_days(found({**steady(6, 39), **severe}, 59, course))
    assert ("very_severe", on(51)) in told


def less_from(first: int, last: int) -> dict[int, Sequence[Entry]]:
    return {n: (entry(n, pain=3, mobility=1),) for n in range(first, last + 1)}


@pytest.mark.parametrize(("after", "told"), [(0, ["moves_less"]), (3, ["moves_less"]), (4, [])])
def test_moving_less_that_lasts_is_told_although_it_has_become_usual(
    after: int, told: list[str]
) -> None:
    course = {**steady(3, 17, mobility=5), **less_from(18, 29)}
    course[30] = (entry(30, pain=3, mobility=after),)
    late = found(course, 30, pause_of("mobility_loss", 17, 29))
    assert reasons(late, "mobility_loss") == told


def test_what_a_closing_has_dealt_with_is_not_told_after_the_pause() -> None:
    course = {**steady(3, 17, mobility=5), **less_from(18, 30)}
    closed = Closure("mobility_loss", at(29, 9), on(16), "next_working_day")
    assert reasons(found(course, 30, pause_of("mobility_loss", 17, 29), [closed])) == []


# Whatever is set, danger goes through.


def somebody() -> st.SearchStrategy[dict[int, Sequence[Entry]]]:
    """Forty days of any answers, many of them silent."""
    signs = st.sampled_from([(), (), (), ("chills",), ("confusion",), ("leg_weakness",)])
    one = st.fixed_dictionaries(
        {
            "pain": st.none() | st.integers(0, 10),
            "mobility": st.none() | st.integers(0, 5),
            "temperature_c": st.none() | st.sampled_from([36.4, 37.0, 37.3, 37.6, 37.9, 38.4]),
            "signs": signs,
            "fall": st.sampled_from([None, None, None, True]),
        }
    )
    answered = st.dictionaries(st.integers(0, 40), one, max_size=40)
    return answered.map(lambda told: {n: (entry(n, **each),) for n, each in told.items()})


@st.composite
def any_limit(draw: st.DrawFn) -> Limit:
    kind = draw(st.sampled_from(KINDS))
    first = draw(st.integers(0, 38))
    last = first + draw(st.integers(0, 13))
    number = {
        "fever_limit": st.sampled_from([37.0, 37.5, 37.9]),
        "pain_target": st.integers(0, 10).map(float),
        "pause": st.none(),
    }[kind]
    rule = draw(st.sampled_from(PAUSABLE)) if kind == "pause" else None
    return Limit(kind, on(first), on(last), draw(number), rule)


@given(somebody(), st.lists(any_limit(), max_size=5))
def test_no_limit_removes_a_sign_a_fever_or_anything_for_today(
    entries: Mapping[int, Sequence[Entry]], limits: list[Limit]
) -> None:
    before = found(entries, 40)
    after = found(entries, 40, limited(*limits))
    grave = [each for each in before if each.rule in NEVER_HELD or each.urgency in URGENT]
    assert [each for each in grave if each not in after] == []


@given(somebody(), st.lists(any_limit(), max_size=3))
def test_fever_limits_and_pain_targets_only_ever_add(
    entries: Mapping[int, Sequence[Entry]], limits: list[Limit]
) -> None:
    adding = [each for each in limits if each.kind != "pause"]
    before, after = found(entries, 40), found(entries, 40, limited(*adding))
    lost = [each for each in before if each not in after]
    # After a fever or worsening by this patient's limits a silence is graver, never less.
    assert {each.rule for each in lost} <= {"gone_quiet"}
    quiet = {each.day for each in after if each.rule == "gone_quiet"}
    assert {each.day for each in lost} <= quiet


@given(somebody(), st.lists(any_limit(), max_size=5), st.integers(0, 40))
def test_a_limit_changes_nothing_before_its_first_day(
    entries: Mapping[int, Sequence[Entry]], limits: list[Limit], first: int
) -> None:
    later = [each for each in limits if each.first_day >= on(first)]
    before = [each for each in found(entries, 40) if each.day < on(first)]
    after = [each for each in found(entries, 40, limited(*later)) if each.day < on(first)]
    assert after == before
