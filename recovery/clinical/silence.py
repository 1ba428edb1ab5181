"""The rule about silence: more silent days than a patient's own rhythm explains, with the likely cause."""

from __future__ import annotations

from math import ceil, log
from statistics import fmean

from .answers import Day
from .course import Finding, State, Value
from .slow_rules import milestones


def gone_quiet(state: State, day: Day) -> tuple[Finding, ...]:
    """More silent days than this patient's own rhythm explains: from 3 for who has long answered daily, to 6.

    Today after a warning sign or fever (2 days), next working day after worsening or in the first week, else
    routine, with the likely cause: a poor line, fewer and fewer answers, feeling well. Not connected by day 2:
    next working day. Told on each silent day from then on, so that no pause hides it. After closing it returns
    at the next milestone or after 14 days. Source: E7, E10, safety 9 and 15.
    Does not catch: a helper who answers without looking, silence before the enrolment.
    """
    if day.entries or not day.is_over:
        return ()
    heard_on = _heard_on(state)
    missed_on = _missed_on(state, day, heard_on)
    if day.number < missed_on:
        return ()
    reason, urgency = _level(state, missed_on)
    values: dict[str, Value] = {"days": day.number - heard_on, "day": day.number}
    return (Finding("gone_quiet", urgency, reason, values, day.date),)


def told_from(state: State) -> int:
    """The silent day from which on this silence is told, were no flag ever closed: patience is over."""
    heard_on = _heard_on(state)
    return heard_on + _patience(state, heard_on)


def _heard_on(state: State) -> int:
    """The day of the last answer; until there is one, that from which the patient is followed."""
    return max(state.last_day or 0, followed_from(state))


def followed_from(state: State) -> int:
    """The day number of the enrolment; before it nobody was asked."""
    course = state.course
    return max(0, ((course.followed_from or course.procedure_date) - course.procedure_date).days)


def _missed_on(state: State, day: Day, heard_on: int) -> int:
    """The day from which this silence is told: patience is over, or it was closed long enough ago."""
    closure = state.closed.get("gone_quiet")
    closed_on = (closure.closed_at.date() - state.course.procedure_date).days if closure else 0
    if closed_on <= heard_on:
        return told_from(state)
    again = closed_on + state.pathway.rules.gone_quiet.again_after_days
    return min([again, *(each for each in milestones(state) if each > closed_on)])


def _patience(state: State, heard_on: int) -> int:
    """How many silent days the patient's own rhythm explains."""
    rule = state.pathway.rules.gone_quiet
    if _is_unconnected(state):
        return rule.connected_by_day
    if _is_recent(state.danger_day, heard_on + rule.days_after_danger, rule.danger_days):
        return rule.days_after_danger
    usual, followed = rule.usual_share * rule.usual_weight, heard_on - followed_from(state)
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
    if _heard_on(state) < rule.first_week_days:
        return "quiet_in_first_week", "next_working_day"
    return _likely_cause(state), "routine"


def _likely_cause(state: State) -> str:
    """What the last answers say of the reason, such as it is."""
    if state.reports and state.reports[-1].days_late > 0:
        return "quiet_poor_line"
    if _is_fading(state):
        return "quiet_fading"
    return "quiet_feeling_well" if _is_well(state) else "quiet"


def _is_well(state: State) -> bool:
    """Whether the last answers themselves were so much better than before the procedure."""
    enough, before = state.pathway.rules.own_level.reports, state.course.baseline_pain
    pains = [report.pain for report in state.reports[-enough:] if report.pain is not None]
    if len(pains) < enough or not before:
        return False
    return 100 * (before - fmean(pains)) >= state.pathway.rules.gone_quiet.well_percent * before


def _is_fading(state: State) -> bool:
    """Whether the share of answered days had fallen to half or less before the silence."""
    rule, heard_on = state.pathway.rules.gone_quiet, _heard_on(state)
    followed = heard_on - followed_from(state) - rule.fading_days
    lately = sum(report.number > heard_on - rule.fading_days for report in state.reports)
    earlier = state.answered_days - lately
    if followed < rule.fading_days:
        return False
    return lately / rule.fading_days <= rule.fading_share * earlier / followed


def _is_recent(number: int | None, until: int, days: int) -> bool:
    return number is not None and until - number <= days
