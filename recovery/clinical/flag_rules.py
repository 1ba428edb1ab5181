"""The six rules together: start, step from day to day, close, and assess, which folds a whole course."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from .answers import Day, Entry
from .course import (
    NEVER_HELD,
    URGENT,
    Closure,
    Course,
    Finding,
    Reading,
    Report,
    State,
    was_judged_by,
)
from .danger_rules import fever, had_danger, is_weak, warning_sign
from .learning import learn, meet, worst_pain
from .limit_rules import hold
from .pain_rules import pain_worsening
from .pathway import Pathway
from .silence import gone_quiet
from .slow_rules import (
    closed_milestones,
    mobility_loss,
    not_improving,
    told_milestones,
)
from .trajectory import begin

__all__ = [
    "Closure",
    "Course",
    "Finding",
    "State",
    "assess",
    "close",
    "days_of",
    "fold",
    "start",
    "step",
]

SIX = (warning_sign, fever, pain_worsening, mobility_loss, not_improving, gone_quiet)
WORSE = {"pain_worsening", "mobility_loss"}


def start(course: Course, pathway: Pathway) -> State:
    """Before the first day."""
    own = begin(course.baseline_pain, pathway.trajectory.pain)
    moving = begin(course.baseline_mobility, pathway.trajectory.mobility)
    return State(course, pathway, own, moving, most_moved=course.baseline_mobility or 0)


def step(state: State, day: Day) -> State:
    """The same state, one day later, silent day or not; state.findings are this day's alone."""
    if day.number <= state.stepped_to:
        raise ValueError(f"day {day.number} after day {state.stepped_to}: a state is stepped once")
    state.stepped_to = day.number
    if day.entries:
        _remember(state, day)
        meet(state, day)
    found: list[Finding] = []
    for rule in SIX:
        found += rule(state, day)
    state.findings = tuple(found)
    _note(state, day)
    if day.entries:
        learn(state, day)
    if state.course.limits:
        state.findings, state.held_back = hold(state, day)
    return state


def close(state: State, closure: Closure) -> State:
    """The same state after a flag was closed: for its rule only later answers are evidence."""
    state.closed[closure.rule] = closure
    if closure.rule == "pain_worsening":
        state.suspicions, state.evidence = [], 0.0
    state.judged |= closed_milestones(state, closure)
    return state


def assess(
    course: Course, days: Sequence[Day], closures: Sequence[Closure], pathway: Pathway
) -> tuple[Finding, ...]:
    """The findings that stand: of all days from day 0 on, less those that a closed flag has dealt with."""
    return fold(course, days, closures, pathway)[1]


def fold(
    course: Course,
    days: Sequence[Day],
    closures: Sequence[Closure],
    pathway: Pathway,
    watch: Callable[[State, Day], None] = lambda _state, _day: None,
) -> tuple[State, tuple[Finding, ...]]:
    """The state after the last day and the findings that stand; closures act before their day is judged.

    watch: is told of each day as it was judged.
    """
    state, standing = start(course, pathway), list[Finding]()
    waiting = sorted(closures, key=lambda each: each.closed_at)
    # Danger counts by arrival, on whatever day it was given, so its closures act from the beginning.
    for closure in (each for each in waiting if each.rule in NEVER_HELD):
        state = close(state, closure)
    waiting = [each for each in waiting if each.rule not in NEVER_HELD]
    for day in days:
        while waiting and acts_by(waiting[0], day):
            state, standing = _dealt_with(state, standing, waiting.pop(0), days)
        state = step(state, day)
        watch(state, day)
        standing += state.findings
    for closure in waiting:
        state, standing = _dealt_with(state, standing, closure, days)
    return state, tuple(standing)


def days_of(
    entries: Sequence[tuple[date, Entry]], procedure_date: date, until: date, *, last_is_over: bool
) -> tuple[Day, ...]:
    """Every calendar day from the procedure to `until`, silent ones included, entries in the order given."""
    by_date: dict[date, list[Entry]] = {}
    for when, entry in sorted(entries, key=lambda each: each[1].given_at):
        by_date.setdefault(when, []).append(entry)
    dates = (procedure_date + timedelta(n) for n in range((until - procedure_date).days + 1))
    return tuple(
        Day(n, when, tuple(by_date.get(when, ())), is_over=last_is_over or when < until)
        for n, when in enumerate(dates)
    )


def acts_by(closure: Closure, day: Day) -> bool:
    """Whether a closing was before this day's last answers, so that it acts before they are judged."""
    # The zone is not known here: west of Greenwich an answer after the closing can fall on the day before.
    is_after = any(entry.given_at > closure.closed_at for entry in day.entries)
    return is_after or closure.closed_at.date() <= day.date


def _dealt_with(
    state: State, standing: list[Finding], closure: Closure, days: Sequence[Day]
) -> tuple[State, list[Finding]]:
    """What urgent answers said that no review had read when the flag was closed still stands."""
    unread = {
        day.date for day in days if any(not was_judged_by(entry, closure) for entry in day.entries)
    }
    kept = [
        each
        for each in standing
        if each.rule != closure.rule or (each.urgency in URGENT and each.day in unread)
    ]
    return close(state, closure), kept


def _remember(state: State, day: Day) -> None:
    last, mobility = day.entries[-1], None
    for entry in day.entries:
        answers = entry.answers
        if answers.mobility is not None and (mobility is None or answers.mobility < mobility):
            mobility = answers.mobility
        if answers.pain is not None or answers.mobility is not None:
            last = entry
        if answers.temperature_c is not None:
            reading = Reading(entry.given_at, answers.temperature_c, entry.checked_at)
            state.readings.append(reading)
            if answers.temperature_c < state.coolest:
                state.coolest = answers.temperature_c
        if answers.warning_signs and is_weak(state, answers.warning_signs):
            state.weak_at = entry.given_at
    if mobility and mobility > state.most_moved:
        state.most_moved = mobility
    is_late = last.received_at > last.given_at
    days_late = (last.received_at - last.given_at).days if is_late else 0
    pain = worst_pain(day.entries)
    state.reports.append(Report(day.number, pain, mobility, last.given_at, days_late))


def _note(state: State, day: Day) -> None:
    """What later days need to know of this one."""
    for finding in state.findings:
        if finding.rule in WORSE:
            state.worse_day = day.number
        if finding.rule == "pain_worsening":
            state.pain_worse_day = day.number
    if state.due:
        state.judged |= set(state.due) - told_milestones(state.findings)
    if not day.entries:
        return
    state.last_day = day.number
    state.answered_days += day.number > 0
    if not state.is_cool and had_danger(state, day):
        state.danger_day = day.number
