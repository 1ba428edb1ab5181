"""Rehearsal: what other numbers would have raised on a clinic's own history, added up patient by patient; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from .answers import Day
from .chance import poisson_range
from .course import Course
from .pathway import Pathway
from .replay import replayed
from .sensitivity import Change, Sensitivity, value_at

Raised = tuple[str, date]


class BadAsk(ValueError):
    """What was typed cannot be rehearsed; the message says what to type."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be rehearsed: a change of some numbers, or a budget of pain flags a week per 100 patients."""

    change: Change = field(default_factory=dict)
    budget: float | None = None

    def changes(self, sensitivity: Sensitivity) -> list[Change]:
        """Every change to be tried: for a budget the whole grid of its knob, the most sensitive first."""
        knob = sensitivity.knob(sensitivity.budget_knob)
        if self.budget is None or knob is None:
            return [self.change]
        return [{knob.path: value} for value in knob.grid]

    def rules(self, sensitivity: Sensitivity) -> frozenset[str]:
        """The rules that it touches."""
        paths = [path for change in self.changes(sensitivity) for path in change]
        return frozenset(path.split(".")[1] for path in paths)


def of_words(
    threshold: float | None, budget: float | None, changes: Iterable[str], sensitivity: Sensitivity
) -> Ask:
    """What somebody typed at a terminal: a threshold, a budget, or changes such as "path=3". Raises BadAsk."""
    change = dict(_typed(each, sensitivity) for each in changes)
    if threshold is not None:
        change[sensitivity.budget_knob] = threshold
    if (budget is None) == (not change):
        raise BadAsk("Give either --budget, or --threshold or --change.")
    if budget is not None and not 0 < budget <= sensitivity.budget_most:
        raise BadAsk(f"A budget lies above 0 and is at most {sensitivity.budget_most}.")
    return Ask(change, budget)


def _typed(text: str, sensitivity: Sensitivity) -> tuple[str, float]:
    path, _, number = text.partition("=")
    if sensitivity.knob(path) is None:
        paths = ", ".join(knob.path for knob in sensitivity.knobs)
        raise BadAsk(f"{path} cannot be changed. These can: {paths}.")
    try:
        value = float(number)
    except ValueError:
        raise BadAsk(f"{text} needs a number, such as {path}=3.") from None
    return path, int(value) if value.is_integer() else value


@dataclass(frozen=True, slots=True)
class Case:
    """A flag that a person closed and that something real came of; the ids are opaque here."""

    flag: str
    patient: str
    rule: str
    raised_on: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """One patient's time after one procedure: the days as the rules read them, and the cases among the flags."""

    course: Course
    days: Sequence[Day]
    cases: Sequence[Case] = ()

    @property
    def followed_days(self) -> int:
        """The days on which somebody was asked."""
        first = self.course.followed_from or self.course.procedure_date
        return sum(day.date >= first for day in self.days)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one set of numbers would have raised: flags by rule, and for each case how late it would be found.

    delays: days after the real flag, negative before it; None: missed.
    """

    numbers: Mapping[str, float]
    flags: Mapping[str, int]
    delays: Sequence[int | None]

    def flagged(self, rule: str | None = None) -> int:
        """How many flags, of one rule or of all."""
        return self.flags.get(rule, 0) if rule else sum(self.flags.values())

    def count(self, kind: str) -> int:
        """How many cases are found earlier, on the same_day, later, or missed."""
        return sum(told(delay) == kind for delay in self.delays)


@dataclass(frozen=True, slots=True)
class Result:
    """A rehearsal that has been worked out. tried: every change in the order of its grid; chosen: which of them.

    chosen is None for a budget with too little history to choose by. fits: whether the chosen one fits the
    budget; always so without a budget.
    """

    patients: int
    days: int
    cases: Sequence[Case]
    present: Tally
    tried: Sequence[Tally]
    chosen: int | None
    fits: bool = True

    @property
    def proposed(self) -> Tally:
        """The numbers that are proposed; where none are, the present ones stay."""
        return self.present if self.chosen is None else self.tried[self.chosen]

    @property
    def patient_weeks(self) -> float:
        """How much history there was."""
        return self.days / 7

    def rate(self, tally: Tally, rule: str | None = None) -> float:
        """Flags a week per 100 patients, of one rule or of all."""
        return self._weekly(tally.flagged(rule))

    def rate_range(self, tally: Tally, rule: str | None = None) -> tuple[float, float]:
        """Between what the usual rate lies, with 95 % certainty as far as chance goes."""
        low, high = poisson_range(tally.flagged(rule))
        return self._weekly(low), self._weekly(high)

    def _weekly(self, flags: float) -> float:
        return 100 * flags / self.patient_weeks if self.days else 0.0

    def is_too_little(self, sensitivity: Sensitivity) -> bool:
        """Whether there is too little history to judge by."""
        return self.patient_weeks < sensitivity.few_patient_weeks


def rehearse(lives: Iterable[Life], ask: Ask, pathways: Sequence[Pathway]) -> Result:
    """Go through the lives one by one, each under every pathway: the present one first, then those to be tried.

    Each flag counts on the day it would have been raised and is closed some days later, as in a replay; late
    answers are seen on the day for which they were given.
    """
    sensitivity = pathways[0].sensitivity
    flags = [Counter[str]() for _ in pathways]
    delays: list[list[int | None]] = [[] for _ in pathways]
    patients, days, cases = 0, 0, list[Case]()
    for life in lives:
        patients, days = patients + 1, days + life.followed_days
        cases += life.cases
        for number, pathway in enumerate(pathways):
            raised = flags_of(life, pathway)
            flags[number].update(rule for rule, _ in raised)
            delays[number] += [delay(case, raised, sensitivity) for case in life.cases]
    numbers = [_numbers(ask, pathway) for pathway in pathways]
    present, *tried = map(Tally, numbers, map(dict, flags), delays)
    return _chosen(ask, Result(patients, days, cases, present, tried, 0), sensitivity)


def flags_of(life: Life, pathway: Pathway) -> list[Raised]:
    """The flags that a pathway raises on a life, by rule and day, in order."""
    rows, _ = replayed(life.course, life.days, pathway, pathway.sensitivity.closed_after_days)
    return [(rule, date.fromisoformat(day)) for day, rule, *_ in rows]


def delay(case: Case, raised: Iterable[Raised], sensitivity: Sensitivity) -> int | None:
    """How many days after the real flag this one would have come (before: negative); None if it is missed.

    The flag that would still be open on that day stands for it, else the first within `late_days`.
    """
    real = date.fromisoformat(case.raised_on)
    first = real - timedelta(days=sensitivity.closed_after_days - 1)
    last = real + timedelta(days=sensitivity.late_days)
    near = (day for rule, day in raised if rule == case.rule and first <= day <= last)
    found = next(near, None)
    return None if found is None else (found - real).days


def told(delay: int | None) -> str:
    """What a delay means: earlier, same_day, later or missed."""
    if delay is None:
        return "missed"
    return "same_day" if delay == 0 else "later" if delay > 0 else "earlier"


def kept(result: Result) -> dict[str, Any]:
    """The result as JSON keeps it."""
    return asdict(result)


def read(table: Mapping[str, Any]) -> Result:
    """The result as it was kept."""
    return Result(
        **{
            **table,
            "cases": [Case(**case) for case in table["cases"]],
            "present": Tally(**table["present"]),
            "tried": [Tally(**tally) for tally in table["tried"]],
        }
    )


def _numbers(ask: Ask, pathway: Pathway) -> dict[str, float]:
    paths = {path for change in ask.changes(pathway.sensitivity) for path in change}
    knobs = (knob.path for knob in pathway.sensitivity.knobs)
    return {path: value_at(pathway, path) for path in knobs if path in paths}


def _chosen(ask: Ask, result: Result, sensitivity: Sensitivity) -> Result:
    """For a budget the most sensitive number that fits it; the least sensitive allowed if none does.

    None with too little history: no flag in a few weeks would make the most sensitive number fit any budget.
    """
    if ask.budget is None:
        return result
    if result.is_too_little(sensitivity):
        return replace(result, chosen=None)
    # As it is written: whoever reads 3.0 beside a budget of 3 sees that it fits.
    rates = [round(result.rate(tally, "pain_worsening"), 1) for tally in result.tried]
    fitting = [number for number, rate in enumerate(rates) if rate <= ask.budget]
    chosen = fitting[0] if fitting else len(rates) - 1
    return replace(result, chosen=chosen, fits=bool(fitting))
