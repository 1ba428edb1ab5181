"""The rules about weeks, not days: moving less, not getting better, and falling silent."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, log
from statistics import fmean

from .answers import Day
from .course import Closure, Finding, State, Value, counted_reports, own_level


def mobility_loss(state: State, day: Day) -> tuple[Finding, ...]:
    """Two running reports at least 2 steps below the own level: next working day.

    The own level is the median of days d-9 to d-3, or the mobility before the procedure while there is none.
    Source: E4 and E10; the 0-5 question is not validated. Does not catch: a slow decline, or a patient
    who started at 0 or 1.
    """
    rule = state.pathway.rules.mobility_loss
    moved = [r for r in counted_reports(state, "mobility_loss") if r.mobility is not None]
    running = moved[-rule.reports :]
    if len(running) < rule.reports or running[-1].number != day.number:
        return ()
    usual = own_level(state, day, "mobility")
    if usual is None and day.number > state.pathway.milestones.puncture_pain_days:
        usual = state.course.baseline_mobility
    steps = [r.mobility for r in running if r.mobility is not None]
    if usual is None or usual - max(steps) < rule.drop:
        return ()
    values: dict[str, Value] = {
        "mobility": steps[-1],
        "before": steps[-2] if len(steps) > 1 else steps[-1],
        "usual": round(usual, 1),
        "day": day.number,
    }
    return (Finding("mobility_loss", "next_working_day", "moves_less", values, day.date),)


def not_improving(state: State, day: Day) -> tuple[Finding, ...]:
    """At days 14 and 60 a level of 7 or more; at day 30 less than 30 % better than before the procedure: routine.

    Pain of 9 or 10 on two days of a week after day 3: next working day, whatever the forecast says (safety 13).

    The level is that of the patient's own curve, which one bad or good day does not move much. A milestone is
    judged as soon as three days were answered from 5 days before it on, or 5 days after it on fewer. What is
    found is told on each day until then, so that no pause hides it, unless it gets better or its flag is closed.
    Source: E2b (7 or more at two months: odds of severe chronic pain 11), E3, E10. Does not catch: a
    baseline of 3 or less or none (day 30), no answers in the window.
    """
    rule, found = state.pathway.rules.not_improving, list[tuple[str, dict[str, Value]]]()
    for milestone in due_milestones(state, day):
        pains = _pains_near(state, milestone)
        if not pains:
            continue
        average, level = fmean(pains), state.own.expect_mean(milestone).expected
        values: dict[str, Value] = {
            "average": round(average, 1),
            "reports": len(pains),
            "milestone": milestone,
            "day": day.number,
        }
        if milestone in rule.severe_on_days and average >= rule.severe:
            found.append(("still_severe", values))
        if milestone in rule.relief_on_days and _little_relief(state, level):
            better = {"percent": rule.relief_percent, "baseline": state.course.baseline_pain or 0}
            found.append(("little_relief", {**values, "level": round(level, 1), **better}))
    slow = (Finding("not_improving", "routine", reason, each, day.date) for reason, each in found)
    return (*_severe(state, day), *slow)


def _severe(state: State, day: Day) -> tuple[Finding, ...]:
    if state.severe_said == day.number or said_severe(state, day) != day.number:
        return ()
    rule = state.pathway.rules.not_improving
    values: dict[str, Value] = {
        "pain": state.reports[-1].pain or 0,
        "limit": rule.very_severe,
        "day": day.number,
    }
    return (Finding("not_improving", "next_working_day", "very_severe", values, day.date),)


def said_severe(state: State, day: Day) -> int | None:
    """The day on which very severe pain is said: the second such day of a week, not again for weeks."""
    rule, said = state.pathway.rules.not_improving, state.severe_said
    if not day.entries:
        return said
    first = max(day.number - rule.very_severe_within_days, rule.very_severe_after_day) + 1
    reports = counted_reports(state, "not_improving")
    days = [r.number for r in reports if r.number >= first and (r.pain or 0) >= rule.very_severe]
    again = said is None or day.number - said >= rule.very_severe_again_days
    return day.number if again and day.number in days and len(days) >= 2 else said


def due_milestones(state: State, day: Day) -> list[int]:
    """The milestones that are judged on this day: enough reports, or the last day of the window."""
    rule = state.pathway.rules.not_improving
    due = []
    for milestone in sorted(_milestones(state) - state.judged):
        last = milestone + rule.window_days
        if not milestone <= day.number <= last:
            continue
        is_last_chance = day.number == last and day.is_over
        if is_last_chance or len(_pains_near(state, milestone)) >= rule.reports:
            due.append(milestone)
    return due


def told_milestones(findings: Iterable[Finding]) -> set[int]:
    """The milestones that these findings tell of."""
    return {int(each.values["milestone"]) for each in findings if "milestone" in each.values}


def closed_milestones(state: State, closure: Closure) -> set[int]:
    """The milestones that a closing has dealt with: told until then, or the reason why the flag was raised."""
    if closure.rule != "not_improving":
        return set()
    window = state.pathway.rules.not_improving.window_days
    raised = (closure.raised_on - state.course.procedure_date).days
    within = {each for each in _milestones(state) if each <= raised <= each + window}
    return within | told_milestones(state.findings)


def _milestones(state: State) -> set[int]:
    rule = state.pathway.rules.not_improving
    return {*rule.severe_on_days, *rule.relief_on_days}


def _pains_near(state: State, milestone: int) -> list[int]:
    first = milestone - state.pathway.rules.not_improving.window_days
    reports = counted_reports(state, "not_improving")
    return [r.pain for r in reports if r.number >= first and r.pain is not None]


def _little_relief(state: State, level: float) -> bool:
    rule, baseline = state.pathway.rules.not_improving, state.course.baseline_pain
    if baseline is None or baseline < rule.relief_baseline_from:
        return False
    return 100 * (baseline - level) < rule.relief_percent * baseline


def gone_quiet(state: State, day: Day) -> tuple[Finding, ...]:
    """More silent days than this patient's own rhythm explains: 3 for a daily answerer, 5 for anybody.

    Today after a warning sign or fever (2 days), next working day after worsening or in the first week, else
    routine. Not connected by day 2: next working day. Told on each silent day from then on, so that no pause
    hides it. After closing it returns at the next milestone or after 14 days. Source: E7, E10, safety 9 and 15.
    Does not catch: a helper who answers without looking, silence before the enrolment.
    """
    heard_on = _heard_on(state)
    missed_on = _missed_on(state, day, heard_on)
    if day.entries or not day.is_over or day.number < missed_on:
        return ()
    reason, urgency = _level(state, missed_on)
    values: dict[str, Value] = {"days": day.number - heard_on, "day": day.number}
    return (Finding("gone_quiet", urgency, reason, values, day.date),)


def _heard_on(state: State) -> int:
    """The day of the last answer; until there is one, that from which the patient is followed."""
    return max(state.last_day or 0, _followed_from(state))


def _followed_from(state: State) -> int:
    course = state.course
    return max(0, ((course.followed_from or course.procedure_date) - course.procedure_date).days)


def _missed_on(state: State, day: Day, heard_on: int) -> int:
    """The day from which this silence is told: patience is over, or it was closed long enough ago."""
    closure = state.closed.get("gone_quiet")
    closed_on = (closure.closed_at.date() - state.course.procedure_date).days if closure else 0
    if closed_on <= heard_on:
        return heard_on + _patience(state, heard_on)
    if day.number > closed_on and day.number in _milestones(state):
        return day.number
    return closed_on + state.pathway.rules.gone_quiet.again_after_days


def _patience(state: State, heard_on: int) -> int:
    """How many silent days the patient's own rhythm explains."""
    rule = state.pathway.rules.gone_quiet
    if _is_unconnected(state):
        return rule.connected_by_day
    if _is_recent(state.danger_day, heard_on + rule.days_after_danger, rule.danger_days):
        return rule.days_after_danger
    usual, followed = rule.usual_share * rule.usual_weight, heard_on - _followed_from(state)
    share = (state.answered_days + usual) / (followed + rule.usual_weight)
    explained = ceil(log(rule.surprise) / log(1 - min(share, 0.99)))
    return min(rule.days_most, max(rule.days_least, explained))


def _is_unconnected(state: State) -> bool:
    return not state.course.connected and not state.reports


def _level(state: State, missed_on: int) -> tuple[str, str]:
    """What came before this silence; it stays so however long the silence lasts."""
    rule = state.pathway.rules.gone_quiet
    if _is_unconnected(state):
        return "never_connected", "next_working_day"
    if _is_recent(state.danger_day, missed_on, rule.danger_days):
        return "quiet_after_danger", "today"
    if _is_recent(state.worse_day, missed_on, rule.danger_days):
        return "quiet_after_worsening", "next_working_day"
    first_week = missed_on <= rule.first_week_days
    return ("quiet_in_first_week", "next_working_day") if first_week else ("quiet", "routine")


def _is_recent(number: int | None, until: int, days: int) -> bool:
    return number is not None and until - number <= days
