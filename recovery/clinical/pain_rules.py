"""The pain rule: sequential evidence against the own forecast, and the few patterns that decide alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from .answers import Day, Entry
from .course import Finding, Report, State, Value, counted, counted_reports, own_level, ticked
from .trajectory import Forecast

PATTERNS_LAST_DAYS = 2  # a raised temperature of today or yesterday counts beside worsening pain


def gather(state: State, day: Day) -> State:
    """The evidence after this day: a log-likelihood ratio for "worse by `shift`" is added, never below zero.

    What the last report missed by carries over in part, because neighbouring days resemble each other.
    """
    entries = _judged(state, day)
    pain = _worst_pain(entries)
    if pain is None:
        return state
    rule = state.pathway.rules.pain_worsening
    mean, variance = state.held.predict(day.number)
    missed = pain - min(10.0, max(0.0, mean))
    carried, alike = _carried(state, day.number)
    # While evidence is gathering, the last report is taken to have been worse by `shift` already.
    shift = rule.shift * (1 - alike) if state.evidence > 0 else rule.shift
    spread = variance + state.held.scatter * (1 - alike * alike)
    ratio = (missed - carried - shift / 2) * shift / spread
    most = rule.threshold + rule.most_from_one_report
    evidence = min(most, max(0.0, state.evidence + min(rule.most_from_one_report, ratio)))
    return replace(state, evidence=evidence, missed=(day.number, missed))


def _carried(state: State, number: int) -> tuple[float, float]:
    if state.missed is None:
        return 0.0, 0.0
    last, missed = state.missed
    alike = state.pathway.trajectory.alike_from_day_to_day ** (number - last)
    return alike * missed, alike


def learned(state: State, day: Day) -> tuple[Forecast, Forecast, tuple[tuple[int, int], ...]]:
    """Both forecasts after this day and what the held one has not learned: it waits while evidence gathers."""
    pain = _worst_pain(day.entries)
    rule = state.pathway.rules.pain_worsening
    own, held, waiting = state.own, state.held, state.waiting
    if pain is not None:
        own = own.learn(day.number, pain)
        waiting = (*waiting, (day.number, pain))
    while waiting and state.evidence < rule.learning_pauses_at:
        if waiting[0][0] > day.number - rule.learning_delay_days:
            break
        held, waiting = held.learn(*waiting[0]), waiting[1:]
    return own, held, waiting


def pain_worsening(state: State, day: Day) -> tuple[Finding, ...]:
    """Pain worse than this patient's own answers foretold.

    Next working day: evidence for about 2.5 points above the forecast passes its threshold (E9); two reports
    above the level before the procedure until day 6 (E10). Today: one report 4 or more above own level and
    forecast, and at least 5 (E10); a new place, a sudden start or a fall; any of these beside a raised
    temperature, chills or a red wound (safety 13). Silent for 48 hours (puncture pain), a fall excepted.
    Does not catch: slow rises that the forecast follows, shifts of a point or two, and what comes with no pain
    report. Severe pain that was foretold is a matter of not_improving.
    """
    entries = _judged(state, day)
    found = [*_trouble(state, day, entries)]
    pain = _worst_pain(entries)
    if pain is not None:
        found += [
            Finding(
                "pain_worsening", urgency, reason, {**_values(state, day, pain), **more}, day.date
            )
            for reason, urgency, more in _patterns(state, day, pain)
        ]
    return tuple(_beside(state, day, found))


def _patterns(state: State, day: Day, pain: int) -> list[tuple[str, str, dict[str, Value]]]:
    rule = state.pathway.rules.pain_worsening
    found: list[tuple[str, str, dict[str, Value]]] = []
    if pain >= rule.jump_to and pain - (level := _level_to_jump_from(state, day)) >= rule.jump:
        found.append(("pain_jump", "today", {"usual": round(level, 1)}))
    if state.evidence >= rule.threshold:
        found.append(("pain_above_forecast", "next_working_day", {}))
    if _above_before(state, day, pain):
        before = state.course.baseline_pain or 0
        found.append(("pain_above_before", "next_working_day", {"baseline": before}))
    return found


def _level_to_jump_from(state: State, day: Day) -> float:
    """The own level, or the forecast where that is higher or there is no own level yet."""
    mean, _ = state.held.predict(day.number)
    return max(mean, own_level(state, day, "pain") or 0.0)


def _above_before(state: State, day: Day, pain: int) -> bool:
    rule, baseline = state.pathway.rules.pain_worsening, state.course.baseline_pain
    if baseline is None or day.number > rule.above_before_to_day or pain <= baseline:
        return False
    above = [r for r in _recent(state, rule.silent_days + 1) if (r.pain or 0) > baseline]
    return len(above) >= rule.above_before_reports


def _trouble(state: State, day: Day, entries: Sequence[Entry]) -> list[Finding]:
    """What patients say of the pain itself; a fall counts in the silent first days as well."""
    falls = [entry.answers.fall for entry in counted(state, "pain_worsening", day.entries)]
    told = {
        "pain_after_fall": any(falls),
        "pain_new_place": any(entry.answers.pain_place == "new" for entry in entries),
        "pain_sudden": any(entry.answers.pain_onset == "sudden" for entry in entries),
    }
    values: dict[str, Value] = {"day": day.number}
    return [
        Finding("pain_worsening", "today", reason, values, day.date)
        for reason, said in told.items()
        if said
    ]


def _beside(state: State, day: Day, found: Sequence[Finding]) -> list[Finding]:
    """Worsening pain beside a sign of infection is for today (safety 13)."""
    if not found:
        return []
    rules = state.pathway.rules
    more: list[Finding] = []
    if ticked(day.entries) & set(rules.pain_worsening.today_with):
        reason = "pain_with_chills_or_wound"
        more.append(Finding("pain_worsening", "today", reason, {"day": day.number}, day.date))
    hottest = _hottest(state, day)
    if hottest is not None and hottest > rules.fever.limit_repeated:
        values: dict[str, Value] = {"day": day.number, "temperature": hottest}
        more.append(Finding("pain_worsening", "today", "pain_with_temperature", values, day.date))
    return [*found, *more]


def _hottest(state: State, day: Day) -> float | None:
    since = day.entries[-1].given_at - timedelta(days=PATTERNS_LAST_DAYS)
    return max((r.celsius for r in state.readings if r.taken_at > since), default=None)


def _values(state: State, day: Day, pain: int) -> dict[str, Value]:
    band = state.held.expect(day.number)
    before = _previous_pain(state, day)
    return {
        "pain": pain,
        "before": "-" if before is None else before,
        "low": round(band.low, 1),
        "high": round(band.high, 1),
        "day": day.number,
    }


def _previous_pain(state: State, day: Day) -> int | None:
    for report in reversed(state.reports):
        if report.number < day.number and report.pain is not None:
            return report.pain
    return None


def _recent(state: State, first: int) -> list[Report]:
    return [r for r in counted_reports(state, "pain_worsening") if r.number >= first]


def _judged(state: State, day: Day) -> list[Entry]:
    """The day's entries that the pain rule may judge: not those of the first 48 hours."""
    rule, at = state.pathway.rules.pain_worsening, state.course.procedure_at
    entries = counted(state, "pain_worsening", day.entries)
    if at is not None:
        return [e for e in entries if e.given_at >= at + timedelta(hours=rule.silent_hours)]
    return entries if day.number > rule.silent_days else []


def _worst_pain(entries: Sequence[Entry]) -> int | None:
    pains = (entry.answers.pain for entry in entries)
    return max((pain for pain in pains if pain is not None), default=None)
