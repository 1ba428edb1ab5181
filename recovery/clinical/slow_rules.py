"""The rules about weeks, not days: moving less, and not getting better."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from statistics import fmean

from .answers import Day
from .course import Closure, Finding, State, Value, counted_reports, own_level
from .learning import is_in_spell


def mobility_loss(state: State, day: Day) -> tuple[Finding, ...]:
    """Two running reports at least 2 steps below the own level, and below the range of the own forecast.

    Next working day. The own level is the median of days d-9 to d-3, or the mobility before the procedure
    while there is none. Source: E4 and E10; the range for fewer flags of people whose days differ much; the
    0-5 question is not validated. Does not catch: a slow decline, or a patient who started at 0 or 1.
    """
    rule = state.pathway.rules.mobility_loss
    if not day.entries or state.reports[-1].mobility is None:
        return ()
    if state.reports[-1].mobility + rule.drop > state.most_moved:
        return ()
    reports = reversed(counted_reports(state, "mobility_loss"))
    moved = (report.mobility for report in reports if report.mobility is not None)
    steps = list(islice(moved, rule.reports))
    most = max(steps, default=0)
    if len(steps) < rule.reports:
        return ()
    reason, more = _below(state, day, most)
    if not reason:
        return ()
    values = {"mobility": steps[0], "before": steps[min(1, rule.reports - 1)], "day": day.number}
    finding = Finding("mobility_loss", "next_working_day", reason, {**values, **more}, day.date)
    return (finding,)


def _below(state: State, day: Day, most: int) -> tuple[str, dict[str, Value]]:
    """Which level that much mobility lies below, with its numbers."""
    drop, usual = state.pathway.rules.mobility_loss.drop, own_level(state, day, "mobility")
    if usual is not None and usual - most < drop:
        return "", {}
    before, band = state.course.baseline_mobility, state.moving.expect(day.number)
    if usual is not None:
        numbers = {"usual": usual, "low": band.low, "high": band.high}
        reason = "moves_less" if most < band.low else ""
        return reason, {name: round(each, 1) for name, each in numbers.items()}
    is_settled = day.number > state.pathway.milestones.puncture_pain_days
    if is_settled and before is not None and before - most >= drop:
        return "moves_less_than_before", {"baseline": before}
    return "", {}


def not_improving(state: State, day: Day) -> tuple[Finding, ...]:
    """At days 14 and 60 a level of 7 or more; at day 30 less than 30 % better than before the procedure: routine.

    Pain of 9 or 10 on two days of a week after day 3: next working day, whatever the forecast says (safety 13).

    At days 14 and 60 the level is the mean around the day; at day 30 that of the patient's own curve, which one bad
    or good day does not move much, or the mean while pain lies above the curve. A milestone is judged as soon as 5
    days were answered from 5 days before it on, or 5 days after it on fewer. What is found is told on each day
    until then, so that no pause hides it, unless it gets better or its flag is closed.
    Source: E2b (7 or more at two months: odds of severe chronic pain 11), E3, E10. Does not catch: a
    baseline of 3 or less or none (day 30), no answers in the window.
    """
    rule = state.pathway.rules.not_improving
    found: list[tuple[str, dict[str, Value]]] = []
    state.due = due_milestones(state, day)
    for milestone in state.due:
        pains = _pains_near(state, milestone)
        if not pains:
            continue
        average = fmean(pains)
        # While pain lies above the curve, the curve does not say where the patient stands.
        curve = state.own.expect_mean(milestone).expected
        level = max(curve, average) if is_in_spell(state, day) else curve
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
    severe = _severe(state, day) if day.entries else ()
    if not found:
        return severe
    slow = [Finding("not_improving", "routine", reason, each, day.date) for reason, each in found]
    return (*severe, *slow)


def _severe(state: State, day: Day) -> tuple[Finding, ...]:
    """Told on each such day, so that no pause hides it; triage says it once."""
    rule, pain = state.pathway.rules.not_improving, state.reports[-1].pain or 0
    if pain < rule.very_severe:
        return ()
    first = max(day.number - rule.very_severe_within_days, rule.very_severe_after_day) + 1
    reports = [r for r in counted_reports(state, "not_improving") if r.number >= first]
    severe = [r for r in reports if (r.pain or 0) >= rule.very_severe]
    if len(severe) < rule.very_severe_reports or severe[-1].number != day.number:
        return ()
    values: dict[str, Value] = {"pain": pain, "limit": rule.very_severe, "day": day.number}
    return (Finding("not_improving", "next_working_day", "very_severe", values, day.date),)


def due_milestones(state: State, day: Day) -> list[int]:
    """The milestones that are judged on this day: enough reports, or the last day of the window."""
    rule = state.pathway.rules.not_improving
    due = []
    for each in milestones(state):
        if 0 <= day.number - each <= rule.window_days and each not in state.judged:
            due += [each] if _is_due(state, day, each) else []
    return due


def _is_due(state: State, day: Day, milestone: int) -> bool:
    rule = state.pathway.rules.not_improving
    is_last_chance = day.is_over and day.number == milestone + rule.window_days
    return is_last_chance or len(_pains_near(state, milestone)) >= rule.reports


def told_milestones(findings: Iterable[Finding]) -> set[int]:
    """The milestones that these findings tell of."""
    return {int(each.values["milestone"]) for each in findings if "milestone" in each.values}


def closed_milestones(state: State, closure: Closure) -> set[int]:
    """The milestones that a closing has dealt with: told until then, or the reason why the flag was raised."""
    if closure.rule != "not_improving":
        return set()
    window = state.pathway.rules.not_improving.window_days
    raised = (closure.raised_on - state.course.procedure_date).days
    within = {each for each in milestones(state) if each <= raised <= each + window}
    return within | told_milestones(state.findings)


def milestones(state: State) -> tuple[int, ...]:
    """The days at which not improving is asked about."""
    rule = state.pathway.rules.not_improving
    return rule.severe_on_days + rule.relief_on_days


def _pains_near(state: State, milestone: int) -> list[int]:
    first = milestone - state.pathway.rules.not_improving.window_days
    reports = counted_reports(state, "not_improving")
    return [r.pain for r in reports if r.number >= first and r.pain is not None]


def _little_relief(state: State, level: float) -> bool:
    rule, baseline = state.pathway.rules.not_improving, state.course.baseline_pain
    if baseline is None or baseline < rule.relief_baseline_from:
        return False
    return 100 * (baseline - level) < rule.relief_percent * baseline
