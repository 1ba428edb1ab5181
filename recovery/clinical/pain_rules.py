"""The pain rule: sequential evidence against the own forecast, and the few patterns that decide alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

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
from .learning import judged
from .limit_rules import above_target

Pattern = tuple[str, str, dict[str, Value]]


def pain_worsening(state: State, day: Day) -> tuple[Finding, ...]:
    """Pain worse than this patient's own answers foretold.

    Next working day: the evidence that pain has lain about 2 points above the forecast since some day passes its
    threshold, moving less counting as well (E3, E9); two reports above the level before the procedure until day
    6 (E10). Today: one report 4 or more above own level and forecast, and at least 5 (E10); a new place, a sudden
    start or a fall; any of these beside a raised temperature, chills or a red wound (safety 13). Silent for 48
    hours (puncture pain), a fall excepted.
    Does not catch: rises of a point, a rise so slow that the forecast follows it, and what comes with no pain
    report. Severe pain that was foretold is a matter of not_improving.
    """
    if not day.entries:
        return ()
    found, pain = _trouble(state, day), state.met.judged
    if pain is not None:
        for reason, urgency, more in _patterns(state, day, pain):
            values = {"pain": pain, "before": _previous_pain(state, day), **more}
            found.append(_finding(day, reason, urgency, values))
        found += above_target(state, day)
    return tuple(_beside(state, day, found)) if found else ()


def _finding(day: Day, reason: str, urgency: str, values: Mapping[str, Value]) -> Finding:
    return Finding("pain_worsening", urgency, reason, {**values, "day": day.number}, day.date)


def _patterns(state: State, day: Day, pain: int) -> list[Pattern]:
    rule = state.pathway.rules.pain_worsening
    found: list[Pattern] = []
    if pain >= max(rule.jump_to, rule.jump):
        level = _level_to_jump_from(state, day)
        if pain - level >= rule.jump:
            found.append(("pain_jump", "today", {"usual": round(level, 1)}))
    if state.evidence >= rule.threshold:
        found += _above_forecast(state, day, pain)
    if _above_before(state, day, pain):
        before = state.course.baseline_pain or 0
        found.append(("pain_above_before", "next_working_day", {"baseline": before}))
    return found


def _above_forecast(state: State, day: Day, pain: int) -> list[Pattern]:
    """What the strongest suspicion says, beside the forecasts as they were when it began."""
    strongest, rule = state.suspicions[0], state.pathway.rules.pain_worsening
    if pain < strongest.own.predict(day.number)[0]:
        return []
    band, mobility = strongest.own.expect(day.number), state.reports[-1].mobility
    values: dict[str, Value] = {
        "low": round(band.low, 1),
        "high": round(band.high, 1),
        "since": strongest.since,
    }
    if mobility is None or strongest.moves_less(rule) <= 0:
        return [("pain_above_forecast", "next_working_day", values)]
    usual = round(strongest.moving.expect(day.number).expected, 1)
    values.update(mobility=mobility, usual=usual)
    return [("pain_above_forecast_moves_less", "next_working_day", values)]


def _level_to_jump_from(state: State, day: Day) -> float:
    """The own level, or the forecast where that is higher or there is no own level yet."""
    return max(state.own.predict(day.number)[0], own_level(state, day, "pain") or 0.0)


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
    entries = judged(state, day)
    falls = [entry.answers.fall for entry in counted(state, "pain_worsening", day.entries)]
    places = [entry.answers.pain_place for entry in entries]
    onsets = [entry.answers.pain_onset for entry in entries]
    said = (
        ("pain_after_fall", True in falls),
        ("pain_new_place", "new" in places),
        ("pain_sudden", "sudden" in onsets),
    )
    return [_finding(day, reason, "today", {}) for reason, is_so in said if is_so]


def _beside(state: State, day: Day, found: Sequence[Finding]) -> list[Finding]:
    """Worsening pain beside a sign of infection is for today (safety 13)."""
    rules, more = state.pathway.rules, list[Finding]()
    if ticked(day.entries) & set(rules.pain_worsening.today_with):
        more.append(_finding(day, "pain_with_chills_or_wound", "today", {}))
    hottest = _hottest(state, day)
    if hottest is not None and hottest > rules.fever.limit_repeated:
        more.append(_finding(day, "pain_with_temperature", "today", {"temperature": hottest}))
    return [*found, *more]


def _hottest(state: State, day: Day) -> float | None:
    since = day.entries[-1].given_at - timedelta(
        days=state.pathway.rules.pain_worsening.beside_days
    )
    return max((r.celsius for r in state.readings if r.taken_at > since), default=None)


def _previous_pain(state: State, day: Day) -> int | str:
    earlier = (r.pain for r in reversed(state.reports) if r.number < day.number)
    return next((pain for pain in earlier if pain is not None), "-")


def _recent(state: State, first: int) -> list[Report]:
    return [r for r in counted_reports(state, "pain_worsening") if r.number >= first]
