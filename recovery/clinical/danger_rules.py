"""The two rules that nothing can pause, limit or quieten: warning signs and fever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from operator import attrgetter
from statistics import median

from .answers import SIGNS, Day, Entry
from .course import URGENT, Closure, Finding, Reading, State, Value, counted, ticked, was_judged_by
from .limits import fever_limit

ROUNDING = 1e-9  # of decimals such as 37.6 - 36.5

Tier = tuple[str, str, dict[str, Value]]


def warning_sign(state: State, day: Day) -> tuple[Finding, ...]:
    """Any ticked sign is flagged from hour 0, one finding for each.

    Emergency: chest pain or breathlessness, bladder or bowel, limb pain; leg weakness in both legs, getting
    worse or with its follow-up unanswered; confusion. Today: one leg, wound, chills, headache when upright.
    Source: E6 (leaflets, cauda equina card). Does not catch: what is not ticked, or is told only in a note.
    """
    if not day.entries:
        return ()
    entries = counted(state, "warning_sign", day.entries)
    signs = ticked(entries)
    if not signs:
        return ()
    return tuple(_sign(state, day, sign, entries) for sign in SIGNS if sign in signs)


def _sign(state: State, day: Day, sign: str, entries: Sequence[Entry]) -> Finding:
    rule = state.pathway.rules.warning_sign
    with_it = [entry for entry in entries if sign in (entry.answers.warning_signs or ())]
    reason, urgency = sign, "emergency" if sign in rule.emergency else "today"
    if sign == "leg_weakness":
        reason, urgency = _leg_weakness(with_it, rule.leg_weakness_today)
    values: dict[str, Value] = {"day": day.number, **_lateness(with_it)}
    if sign in state.course.long_standing_signs:
        values["long_standing"] = "yes"
    if any(entry.answers.incomplete for entry in with_it):
        values["incomplete"] = "yes"
    return Finding("warning_sign", urgency, reason, values, day.date)


def _leg_weakness(entries: Sequence[Entry], today: Sequence[str]) -> tuple[str, str]:
    told = {entry.answers.leg_weakness or "unanswered" for entry in entries}
    kind = next(each for each in ("worse", "both", "unanswered", "one") if each in told)
    return f"leg_weakness_{kind}", "today" if kind in today else "emergency"


def _lateness(entries: Sequence[Entry]) -> dict[str, Value]:
    late = max((entry.received_at - entry.given_at).days for entry in entries)
    return {"days_late": late} if late > 0 else {}


def fever(state: State, day: Day) -> tuple[Finding, ...]:
    """Today: 38.0 or more at any time; 37.8 or more from day 4. Emergency: either within 48 hours of new weakness or
    confusion, whichever was told first.

    Today as well: felt hot without a thermometer; below 35.0, because infection can lower it in the old. Next
    working day: above 37.2 twice within 48 hours, 4 hours apart; 1.1 over the own median of three readings. A
    lower limit set for this patient adds a finding and takes none away (safety 14). Source: E5 (leaflets, IDSA
    2008, Hwang 2020), safety 12 and 13.
    Does not catch: infection without fever (more than half of frail elders) or under paracetamol; what is
    not measured. Absence of fever never closes a flag.
    """
    if not day.entries:
        return ()
    state.is_cool = _is_cool(state, day)
    if state.is_cool:
        return ()
    entries = counted(state, "fever", day.entries)
    tiers = _tiers(state, day, entries, state.closed.get("fever"))
    return tuple(_fever(day, tier, entries) for tier in tiers if tier[0])


def _tiers(
    state: State, day: Day, entries: Sequence[Entry], closure: Closure | None
) -> tuple[Tier, ...]:
    highest = max(readings_of(entries), key=attrgetter("celsius"), default=None)
    tier = _tier(state, day, entries, highest, closure)
    return (tier,) if tier[0] and tier[1] in URGENT else (tier, _own_limit(state, day, highest))


def _is_cool(state: State, day: Day) -> bool:
    """Whether no tier can be reached: not warm, nor so far above the lowest reading, let alone the median."""
    rule = state.pathway.rules.fever
    if state.course.limits:
        return False
    warm = min(rule.limit, rule.limit_late, rule.limit_repeated)
    for entry in day.entries:
        celsius, instead = entry.answers.temperature_c, entry.answers.temperature_instead
        if instead == "felt_hot" or entry.answers.warning_signs:
            return False
        if celsius is None:
            continue
        if celsius < rule.limit_low:
            return False
        if celsius >= warm or celsius - state.coolest >= rule.rise - ROUNDING:
            return False
    return True


def _fever(day: Day, tier: Tier, entries: Sequence[Entry]) -> Finding:
    reason, urgency, values = tier
    values = {"day": day.number, **values, **_lateness(entries)}
    if any(entry.answers.paracetamol for entry in entries):
        values["paracetamol"] = "yes"
    return Finding("fever", urgency, reason, values, day.date)


def _tier(
    state: State,
    day: Day,
    entries: Sequence[Entry],
    highest: Reading | None,
    closure: Closure | None,
) -> Tier:
    rule = state.pathway.rules.fever
    felt = [entry.answers.temperature_instead for entry in entries]
    without: Tier = ("felt_hot" if "felt_hot" in felt else "", "today", {})
    with_weakness = _hot_with_weakness(state, entries, _limit(state, day))
    if with_weakness is not None:
        values: dict[str, Value] = {"temperature": with_weakness.celsius}
        return "fever_with_weakness_or_confusion", "emergency", values
    if highest is None:
        return without
    values = {"temperature": highest.celsius}
    if highest.celsius >= _limit(state, day):
        return ("fever_late" if highest.celsius < rule.limit else "fever"), "today", values
    coldest = min(each.celsius for each in readings_of(entries))
    if coldest < rule.limit_low:
        return "cold", "today", {"temperature": coldest}
    if highest.celsius > rule.limit_repeated and (before := _before(state, highest, closure)):
        values["before"] = before.celsius
        return "raised_twice", "next_working_day", values
    usual = _own_median(state, highest)
    if usual is not None and highest.celsius - usual >= rule.rise - ROUNDING:
        values["usual"] = round(usual, 1)
        return "raised_over_usual", "next_working_day", values
    return without


def _own_limit(state: State, day: Day, highest: Reading | None) -> Tier:
    """A fever by the limit that a clinician set for this patient, from its first to its last day."""
    limit = fever_limit(state.course.limits, day.date) if state.course.limits else None
    if limit is None or highest is None or highest.celsius < limit:
        return "", "today", {}
    values: dict[str, Value] = {"temperature": highest.celsius, "limit": limit}
    if _hot_with_weakness(state, day.entries, limit) is not None:
        return "own_limit_with_weakness_or_confusion", "emergency", values
    return "fever_own_limit", "today", values


def _limit(state: State, day: Day) -> float:
    """From how many Cel a reading of that day is a fever."""
    rule = state.pathway.rules.fever
    return min(rule.limit, rule.limit_late) if day.number >= rule.late_from_day else rule.limit


def is_weak(state: State, signs: Iterable[str]) -> bool:
    """Whether these signs make a fever an emergency."""
    return not set(signs).isdisjoint(state.pathway.rules.fever.emergency_with)


def _hot_with_weakness(state: State, entries: Sequence[Entry], limit: float) -> Reading | None:
    """The hottest reading near a weakness, one of the two being news of these entries."""
    if state.weak_at is None or not entries:
        return None
    near = timedelta(hours=state.pathway.rules.fever.emergency_within_hours)
    readings = state.readings if is_weak(state, ticked(entries)) else readings_of(entries)
    hot = [r for r in readings if r.celsius >= limit and abs(state.weak_at - r.taken_at) <= near]
    return max(hot, key=attrgetter("celsius"), default=None)


def _before(state: State, reading: Reading, closure: Closure | None) -> Reading | None:
    """An earlier raised reading, far enough and near enough, that is evidence too."""
    rule = state.pathway.rules.fever
    least, most = timedelta(hours=rule.repeated_hours), timedelta(hours=rule.repeated_within_hours)
    for each in state.readings:
        counts = closure is None or not was_judged_by(each, closure)
        apart = least <= abs(reading.taken_at - each.taken_at) <= most
        if counts and apart and each.celsius > rule.limit_repeated:
            return each
    return None


def _own_median(state: State, reading: Reading) -> float | None:
    rule = state.pathway.rules.fever
    before = [each.celsius for each in state.readings if each.taken_at < reading.taken_at]
    usual = [celsius for celsius in before if celsius < rule.limit_late]  # a fever is not usual
    return median(usual) if len(usual) >= rule.rise_readings else None


def readings_of(entries: Sequence[Entry]) -> list[Reading]:
    return [
        Reading(entry.given_at, entry.answers.temperature_c, entry.checked_at)
        for entry in entries
        if entry.answers.temperature_c is not None
    ]


def had_danger(state: State, day: Day) -> bool:
    """A sign was ticked or a fever told, dealt with or not: silence after it is for today."""
    return bool(ticked(day.entries)) or any(
        tier[0] for tier in _tiers(state, day, day.entries, None)
    )
