"""The six rules together: start, step from day to day, close, and assess, which folds a whole course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from .answers import Day, Entry
from .course import NEVER_HELD, Closure, Course, Finding, Report, State
from .danger_rules import fever, had_danger, remembered, warning_sign
from .pain_rules import gather, learned, pain_worsening
from .pathway import Pathway
from .slow_rules import (
    closed_milestones,
    due_milestones,
    gone_quiet,
    mobility_loss,
    not_improving,
    said_severe,
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


def start(course: Course, pathway: Pathway) -> State:
    """Before the first day."""
    forecast = begin(course.baseline_pain, pathway.trajectory)
    return State(course, pathway, forecast, forecast)


def step(state: State, day: Day) -> State:
    """The state after one more day, silent or not; state.findings are this day's alone."""
    state = replace(state, reports=_reported(state, day), readings=remembered(state, day))
    state = gather(state, day)
    return _noted(state, day, tuple(finding for rule in SIX for finding in rule(state, day)))


def close(state: State, closure: Closure) -> State:
    """The state after a flag was closed: for its rule only later answers are evidence."""
    closed = {**state.closed, closure.rule: closure}
    evidence = 0.0 if closure.rule == "pain_worsening" else state.evidence
    judged = state.judged | closed_milestones(state, closure)
    return replace(state, closed=closed, evidence=evidence, judged=judged)


def assess(
    course: Course, days: Sequence[Day], closures: Sequence[Closure], pathway: Pathway
) -> tuple[Finding, ...]:
    """The findings that stand: of all days from day 0 on, less those that a closed flag has dealt with."""
    return fold(course, days, closures, pathway)[1]


def fold(
    course: Course, days: Sequence[Day], closures: Sequence[Closure], pathway: Pathway
) -> tuple[State, tuple[Finding, ...]]:
    """The state after the last day and the findings that stand; closures act before their day is judged."""
    state, standing = start(course, pathway), list[Finding]()
    waiting = sorted(closures, key=lambda each: each.closed_at)
    # Danger counts by arrival, on whatever day it was given, so its closures act from the beginning.
    for closure in (each for each in waiting if each.rule in NEVER_HELD):
        state = close(state, closure)
    waiting = [each for each in waiting if each.rule not in NEVER_HELD]
    for day in days:
        while waiting and _acts_by(waiting[0], day):
            state, standing = _dealt_with(state, standing, waiting.pop(0))
        state = step(state, day)
        standing += state.findings
    for closure in waiting:
        state, standing = _dealt_with(state, standing, closure)
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


def _acts_by(closure: Closure, day: Day) -> bool:
    # The zone is not known here: west of Greenwich an answer after the closing can fall on the day before.
    is_after = any(entry.given_at > closure.closed_at for entry in day.entries)
    return is_after or closure.closed_at.date() <= day.date


def _dealt_with(
    state: State, standing: list[Finding], closure: Closure
) -> tuple[State, list[Finding]]:
    return close(state, closure), [each for each in standing if each.rule != closure.rule]


def _reported(state: State, day: Day) -> tuple[Report, ...]:
    if not day.entries:
        return state.reports
    answers = [entry.answers for entry in day.entries]
    pains = [each.pain for each in answers if each.pain is not None]
    moves = [each.mobility for each in answers if each.mobility is not None]
    given_at = max(entry.given_at for entry in day.entries)
    worst = Report(day.number, max(pains, default=None), min(moves, default=None), given_at)
    return (*state.reports, worst)


def _noted(state: State, day: Day, findings: tuple[Finding, ...]) -> State:
    """What later days need to know of this one."""
    worse = any(each.rule in ("pain_worsening", "mobility_loss") for each in findings)
    own, held, waiting = learned(state, day)
    passed = set(due_milestones(state, day)) - told_milestones(findings)
    return replace(
        state,
        findings=findings,
        own=own,
        held=held,
        waiting=waiting,
        severe_said=said_severe(state, day),
        last_day=day.number if day.entries else state.last_day,
        answered_days=state.answered_days + bool(day.entries and day.number),
        judged=state.judged | passed,
        danger_day=day.number if had_danger(state, day) else state.danger_day,
        worse_day=day.number if worse else state.worse_day,
    )
