"""The pain rule: sequential evidence against the own forecast, and the few patterns that decide alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from statistics import fmean

from .answers import Day
from .course import (
    Finding,
    Report,
    State,
    Value,
    counted,
    counted_reports,
    own_level,
    ticked,
)
from .danger_rules import readings_of
from .evidence import Suspicion
from .learning import after_first_days
from .limit_rules import above_target

Pattern = tuple[str, str, dict[str, Value]]


def pain_worsening(state: State, day: Day) -> tuple[Finding, ...]:
    """Pain worse than this patient's own answers foretold.

    Today: one report 4 or more above own level and own forecast alike, and at least 5; a new place, a sudden start
    or a fall; any worsening, or pain of 9, beside a raised temperature, chills or a red wound. Next working day: the
    evidence that pain has lain about 2 points above the forecast since some day passes its threshold, and moving
    less counts as well; two reports above the level before the procedure until day 6; two running above a target set
    for this patient. Silent for 48 hours, in which pain is common, a fall excepted. Source: E1, E3, E9, E10, safety
    9, 13 and 14. Does not catch: a rise so small or slow that the forecast follows it, what comes with no pain
    report, and severe pain that was foretold, which is a matter of another rule (not improving).
    """
    if not day.entries:
        return ()
    found, pain = _trouble(state, day), state.met.judged
    if pain is not None:
        for reason, urgency, more in _patterns(state, day, pain):
            values = {"pain": pain, "before": _previous_pain(state, day), **more}
            found.append(_finding(day, reason, urgency, values))
        found += above_target(state, day)
    is_bad = pain is not None and pain >= state.pathway.rules.not_improving.very_severe
    return (*found, *_beside(state, day, is_worse_today=bool(found) or is_bad))


def _finding(day: Day, reason: str, urgency: str, values: Mapping[str, Value]) -> Finding:
    return Finding("pain_worsening", urgency, reason, {**values, "day": day.number}, day.date)


def _patterns(state: State, day: Day, pain: int) -> list[Pattern]:
    rule = state.pathway.rules.pain_worsening
    found: list[Pattern] = []
    if pain >= max(rule.jump_to, rule.jump):
        reason, level = _level_to_jump_from(state, day)
        if pain - level >= rule.jump:
            found.append((reason, "today", {"usual": round(level, 1)}))
    if state.evidence >= rule.threshold:
        found += _above_forecast(state, day, pain)
    if _above_before(state, day, pain):
        before = state.course.baseline_pain or 0
        found.append(("pain_above_before", "next_working_day", {"baseline": before}))
    return found


def _above_forecast(state: State, day: Day, pain: int) -> list[Pattern]:
    """What the strongest suspicion that today's pain bears out says, beside the forecasts from before it."""
    threshold = state.pathway.rules.pain_worsening.threshold
    for each in state.suspicions:
        usual = max(0.0, each.own.predict(day.number)[0])
        if pain >= usual and each.evidence(state.pathway.rules.pain_worsening) >= threshold:
            return [_how_far(state, day, pain, each, usual), *_moves_less_as_well(state, day, each)]
    return []


def _how_far(state: State, day: Day, pain: int, each: Suspicion, usual: float) -> Pattern:
    band, since = each.own.expect(day.number), state.worse_since
    low, high = round(band.low, 1), round(band.high, 1)
    if pain > high:
        values: dict[str, Value] = {"low": low, "high": high, "since": since}
        return "pain_above_forecast", "next_working_day", values
    pains = [r.pain for r in state.reports if r.number >= since and r.pain is not None]
    values = {"average": round(fmean(pains), 1), "usual": round(usual, 1), "since": since}
    return "pain_above_forecast_lately", "next_working_day", values


def _moves_less_as_well(state: State, day: Day, each: Suspicion) -> list[Pattern]:
    band, mobility = each.moving.expect(day.number), state.reports[-1].mobility
    low, high = round(band.low, 1), round(band.high, 1)
    if mobility is None or mobility >= low:
        return []
    values: dict[str, Value] = {"mobility": mobility, "low": low, "high": high}
    return [("moves_less_as_well", "next_working_day", values)]


def _level_to_jump_from(state: State, day: Day) -> tuple[str, float]:
    """The reason to give, and the level: the higher of own level and forecast.

    In the first days that before the procedure instead of the own level; after a closing at least what was closed.
    """
    own, before = own_level(state, day, "pain"), state.course.baseline_pain or 0
    level = max(state.own.predict(day.number)[0], own or 0, _closed_at(state))
    if own is None and day.number <= state.pathway.rules.pain_worsening.above_before_to_day:
        return "pain_jump_at_first", max(level, before)
    return "pain_jump", level


def _closed_at(state: State) -> int:
    """The last pain that whoever closed the last flag could read."""
    closure = state.closed.get("pain_worsening") if state.closed else None
    if closure is None:
        return 0
    pains = [r.pain for r in state.reports if r.given_at <= closure.closed_at]
    return next((pain for pain in reversed(pains) if pain is not None), 0)


def _above_before(state: State, day: Day, pain: int) -> bool:
    rule, baseline = state.pathway.rules.pain_worsening, state.course.baseline_pain
    if baseline is None or day.number > rule.above_before_to_day or pain <= baseline:
        return False
    above = [r for r in _recent(state, rule.silent_days + 1) if (r.pain or 0) > baseline]
    return len(above) >= rule.above_before_reports


def _trouble(state: State, day: Day) -> list[Finding]:
    """What patients say of the pain itself; a fall counts in the silent first days as well."""
    for entry in day.entries:
        told = entry.answers
        if told.fall or told.pain_place or told.pain_onset:
            return _told(state, day)
    return []


def _told(state: State, day: Day) -> list[Finding]:
    unread = counted(state, "pain_worsening", day.entries, is_danger=True)
    entries = after_first_days(state, day, unread)
    places = [entry.answers.pain_place for entry in entries]
    onsets = [entry.answers.pain_onset for entry in entries]
    said = (
        ("pain_after_fall", any(entry.answers.fall for entry in unread)),
        ("pain_new_place", "new" in places),
        ("pain_sudden", "sudden" in onsets),
    )
    return [_finding(day, reason, "today", {}) for reason, is_so in said if is_so]


def _beside(state: State, day: Day, *, is_worse_today: bool) -> list[Finding]:
    """Bad or worsening pain, of today or just before, beside a sign of infection is for today (safety 13)."""
    rules = state.pathway.rules
    since = day.number - rules.pain_worsening.beside_days
    is_worse_lately = state.pain_worse_day is not None and state.pain_worse_day >= since
    if not is_worse_today and not is_worse_lately:
        return []
    more: list[Finding] = []
    if ticked(day.entries) & set(rules.pain_worsening.today_with):
        more.append(_finding(day, "pain_with_chills_or_wound", "today", {}))
    hottest = _hottest(state, day, is_worse_today=is_worse_today)
    if hottest is not None and hottest >= rules.fever.limit_repeated:
        more.append(_finding(day, "pain_with_temperature", "today", {"temperature": hottest}))
    return more


def _hottest(state: State, day: Day, *, is_worse_today: bool) -> float | None:
    """Beside today's pain the readings of the last days; beside earlier pain only what is news today."""
    days = state.pathway.rules.pain_worsening.beside_days
    since = day.entries[-1].given_at - timedelta(days=days)
    readings = state.readings if is_worse_today else readings_of(day.entries)
    return max((r.celsius for r in readings if r.taken_at > since), default=None)


def _previous_pain(state: State, day: Day) -> int | str:
    earlier = (r.pain for r in reversed(state.reports) if r.number < day.number)
    return next((pain for pain in earlier if pain is not None), "-")


def _recent(state: State, first: int) -> list[Report]:
    return [r for r in counted_reports(state, "pain_worsening") if r.number >= first]
