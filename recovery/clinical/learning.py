"""How a day's answers meet the forecasts, what they say for a lasting change, and what the forecasts learn of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from .answers import Day, Entry
from .course import Met, State, counted
from .evidence import Relief, Suspicion, relieved, weigh
from .trajectory import Surprise


def meet(state: State, day: Day) -> None:
    """How today's answers meet the forecasts, and with that the evidence, the strongest suspicion first."""
    report = state.reports[-1]
    pain = None if report.pain is None else state.own.meet(day.number, report.pain)
    moved = report.mobility
    mobility = None if moved is None else state.moving.meet(day.number, moved)
    worst = worst_pain(judged(state, day))
    state.met = Met(pain, mobility, worst)
    if worst is not None:
        alone = pain if pain and worst == report.pain else state.own.meet(day.number, worst)
        _suspect(state, day, alone, mobility)


def learn(state: State, day: Day) -> None:
    """Both forecasts learn the day's worst answers; a lasting change of level they learn afresh."""
    report, met = state.reports[-1], state.met
    if met.mobility and report.mobility is not None:
        state.moving = state.moving.after(day.number, report.mobility, met.mobility)
    if met.pain and report.pain is not None:
        state.own = state.own.after(day.number, report.pain, met.pain)
        if state.evidence:
            _settle(state, day)
        _ease(state, day, met.pain)


def _suspect(state: State, day: Day, pain: Surprise, mobility: Surprise | None) -> None:
    rule, suspicions = state.pathway.rules.pain_worsening, state.suspicions
    if pain.bounded > rule.shift / 2:
        suspicions = [*suspicions, Suspicion(day.number, state.own, state.moving)]
    elif not suspicions:
        return
    suspicions = weigh(suspicions, day.number, pain, mobility, rule)
    if len(suspicions) > 1:
        suspicions.sort(key=lambda each: each.evidence(rule), reverse=True)
    state.suspicions = suspicions
    state.evidence = suspicions[0].evidence(rule) if suspicions else 0.0
    if state.evidence >= rule.threshold:
        _note_spell(state, day)


def _note_spell(state: State, day: Day) -> None:
    """Worse again soon after is the same spell, whatever was closed meanwhile."""
    if not is_in_spell(state, day):
        state.worse_since = state.suspicions[0].since
    state.above_day = day.number


def is_in_spell(state: State, day: Day) -> bool:
    """Whether pain has lately been above the forecast for good."""
    lately = day.number - state.pathway.rules.own_level.from_days_ago
    return state.above_day is not None and state.above_day >= lately


def _settle(state: State, day: Day) -> None:
    """Worse for weeks is the new level."""
    rule, since = state.pathway.rules.pain_worsening, state.worse_since
    if state.evidence < rule.threshold:
        return
    if day.number - max(since, state.settled_on) >= rule.new_level_days:
        first = state.suspicions[0]
        state.own, state.moving = state.own.loosened(first.own), state.moving.loosened(first.moving)
        state.settled_on, state.suspicions, state.evidence = day.number, [], 0.0


def _ease(state: State, day: Day, pain: Surprise) -> None:
    """Better for some days is the new level at once: a forecast that lags would hide what comes next."""
    rule, reliefs = state.pathway.rules.pain_worsening, state.reliefs
    if pain.bounded < -rule.shift / 2:
        reliefs = [*reliefs, Relief(day.number, state.own)]
    elif not reliefs:
        return
    state.reliefs = relieved(reliefs, day.number, pain, rule)
    for each in state.reliefs:
        if each.evidence(rule) >= rule.better_threshold:
            state.own, state.reliefs = state.own.loosened(each.own), []
            return


def judged(state: State, day: Day) -> Sequence[Entry]:
    """The day's entries that the pain rule may judge: not those of the first 48 hours."""
    return after_first_days(state, day, counted(state, "pain_worsening", day.entries))


def after_first_days(state: State, day: Day, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Those that were not given in the first 48 hours."""
    rule, at = state.pathway.rules.pain_worsening, state.course.procedure_at
    if at is not None:
        return [e for e in entries if e.given_at >= at + timedelta(hours=rule.silent_hours)]
    return entries if day.number > rule.silent_days else []


def worst_pain(entries: Sequence[Entry]) -> int | None:
    worst: int | None = None
    for entry in entries:
        pain = entry.answers.pain
        if pain is not None and (worst is None or pain > worst):
            worst = pain
    return worst
