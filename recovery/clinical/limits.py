"""Limits for one patient: what a clinician may set, on which days it acts, and why a limit is refused (safety 14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .answers import Problem
from .pathway import AdviceRow, Pathway

KINDS = ("fever_limit", "pain_target", "pause")
# Warning signs and fever are never paused.
PAUSABLE = ("pain_worsening", "mobility_loss", "not_improving", "gone_quiet")


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit; it acts from its first to its last day, both included, and on no other.

    number: Cel of a fever limit, points of a pain target. rule: what a pause holds back.
    """

    kind: str
    first_day: date
    last_day: date
    number: float | None = None
    rule: str | None = None

    def acts_on(self, day: date) -> bool:
        """Whether it acts on this day of the patient's calendar."""
        return self.first_day <= day <= self.last_day


def lowest(limits: Iterable[Limit], kind: str, day: date) -> Limit | None:
    """The fever limit or pain target of that day."""
    acting = [each for each in limits if each.kind == kind and each.acts_on(day)]
    return min(acting, key=lambda each: each.number or 0, default=None)


def fever_limit(limits: Iterable[Limit], day: date) -> float | None:
    """From how many Cel a reading of that day is a fever for this patient, whatever the pathway says."""
    found = lowest(limits, "fever_limit", day)
    return found.number if found else None


def is_paused(limits: Iterable[Limit], rule: str, day: date) -> bool:
    """Whether that rule is paused for this patient on that day."""
    return any(each.rule == rule and each.acts_on(day) for each in limits)


def advice_for(pathway: Pathway, limits: Iterable[Limit], day: date) -> tuple[AdviceRow, ...]:
    """The advice table of that day: nobody is told less on screen than the flag will say (safety 19)."""
    own, fever = fever_limit(limits, day), pathway.rules.fever
    if own is None:
        return pathway.advice
    points = (fever.limit, fever.limit_late)
    return tuple(
        replace(row, temperature_from=min(own, row.temperature_from or own))
        if row.temperature_from in points
        else row
        for row in pathway.advice
    )


def refusal(limit: Limit, pathway: Pathway, procedure_date: date) -> Problem | None:
    """Why it cannot be set; None when it can."""
    return next(iter(refusals(limit, pathway, procedure_date)), None)


def refusals(limit: Limit, pathway: Pathway, procedure_date: date) -> tuple[Problem, ...]:
    """All that keeps it from being set, each at the box where that can be mended."""
    found = (_days_refused(limit, pathway), _value_refused(limit, pathway, procedure_date))
    return tuple(filter(None, found))


def latest_day(kind: str, first_day: date, pathway: Pathway) -> date:
    """The latest last day: its first day counts as one."""
    numbers = pathway.limits
    days = numbers.pause_days if kind == "pause" else numbers.longest_days
    return first_day + timedelta(days=days - 1)


def pathway_fever(pathway: Pathway, day_number: int) -> float:
    """From how many Cel the pathway itself calls a reading a fever on that day."""
    fever = pathway.rules.fever
    return min(fever.limit, fever.limit_late) if day_number >= fever.late_from_day else fever.limit


def _days_refused(limit: Limit, pathway: Pathway) -> Problem | None:
    if limit.last_day < limit.first_day:
        return Problem("last_day", "limit_over", {"today": limit.first_day})
    latest = latest_day(limit.kind, limit.first_day, pathway)
    if limit.last_day <= latest:
        return None
    days = (latest - limit.first_day).days + 1
    key = "pause_too_long" if limit.kind == "pause" else "limit_too_long"
    return Problem("last_day", key, {"latest": latest, "days": days})


def _value_refused(limit: Limit, pathway: Pathway, procedure_date: date) -> Problem | None:
    if limit.kind == "fever_limit":
        return _fever_refused(limit, pathway, procedure_date)
    return _target_refused(limit, pathway) if limit.kind == "pain_target" else _pause_refused(limit)


def _fever_refused(limit: Limit, pathway: Pathway, procedure_date: date) -> Problem | None:
    number = limit.number or 0.0
    usual = pathway_fever(pathway, (limit.first_day - procedure_date).days)
    if number >= usual:
        return Problem("number", "fever_limit_not_lower", {"usual": usual})
    floor = pathway.limits.fever_floor
    return Problem("number", "fever_limit_too_low", {"floor": floor}) if number < floor else None


def _target_refused(limit: Limit, pathway: Pathway) -> Problem | None:
    fits = limit.number is not None and 0 <= limit.number <= pathway.questions.pain_max
    return None if fits else Problem("number", "number_unknown")


def _pause_refused(limit: Limit) -> Problem | None:
    return None if limit.rule in PAUSABLE else Problem("rule", "never_paused")
