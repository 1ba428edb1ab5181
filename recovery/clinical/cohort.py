"""A cohort counted: what many patients reported, folded one patient at a time into counts that name nobody; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from statistics import median
from typing import NamedTuple

from .rule_numbers import CohortNumbers

DAYS_A_WEEK = 7


class Quartiles(NamedTuple):
    """A quarter lies below `low`, half below `middle`, three quarters below `high`."""

    low: float
    middle: float
    high: float


class Answered(NamedTuple):
    """One answered day: the worst of its pain and mobility, as the rules take them."""

    number: int
    pain: int | None
    mobility: int | None


@dataclass(frozen=True, slots=True)
class Life:
    """One patient's time after one procedure. first, last: the days followed; before: pain before the procedure."""

    before: int | None
    first: int
    last: int
    answered: Sequence[Answered]


@dataclass(slots=True)
class Relief:
    """At one day: how many could be judged, how many of them had little pain before, and who reached each share."""

    reached: dict[int, int]
    judged: int = 0
    low_before: int = 0


@dataclass(slots=True)
class Week:
    """One week: how many patients were asked in it, on how many days, and how many of these they answered."""

    patients: int = 0
    days: int = 0
    answered: int = 0


@dataclass(slots=True)
class Counts:
    """Everything that is counted. pain, mobility: by day, how many reported each value."""

    numbers: CohortNumbers
    low_before: int
    pain: list[Counter[float]]
    mobility: list[Counter[float]]
    weeks: list[Week]
    relief: dict[int, Relief]
    patients: int = 0
    days: int = 0

    def add(self, life: Life) -> None:
        """One more patient."""
        self.patients += 1
        self.days += life.last - life.first + 1
        answered = [each for each in life.answered if life.first <= each.number <= life.last]
        for each in answered:
            _count(self.pain[each.number], each.pain)
            _count(self.mobility[each.number], each.mobility)
            self.weeks[each.number // DAYS_A_WEEK].answered += each.number > 0
        self._ask(_first_asked(life, answered), life.last)
        if life.before:
            for day, relief in self.relief.items():
                if life.first <= day <= life.last:
                    self._judge(relief, life.before, _near(answered, day, self.numbers))

    def _ask(self, since: int, until: int) -> None:
        for number, week in enumerate(self.weeks):
            first = max(since, number * DAYS_A_WEEK)
            last = min(until, number * DAYS_A_WEEK + DAYS_A_WEEK - 1)
            if first <= last:
                week.patients += 1
                week.days += last - first + 1

    def _judge(self, relief: Relief, before: int, pains: Sequence[int]) -> None:
        if len(pains) < self.numbers.relief_reports:
            return
        relief.judged += 1
        relief.low_before += before <= self.low_before
        better = 100 * (before - median(pains))
        for percent in self.numbers.relief_percents:
            relief.reached[percent] += better >= percent * before


def start(numbers: CohortNumbers, last_day: int, low_before: int) -> Counts:
    """Nobody counted yet. low_before: pain before the procedure so low that a share of it says little."""
    days = range(last_day + 1)
    return Counts(
        numbers=numbers,
        low_before=low_before,
        pain=[Counter() for _ in days],
        mobility=[Counter() for _ in days],
        weeks=[Week() for _ in range(0, last_day + 1, DAYS_A_WEEK)],
        relief={
            day: Relief(dict.fromkeys(numbers.relief_percents, 0)) for day in numbers.relief_days
        },
    )


def _first_asked(life: Life, answered: Sequence[Answered]) -> int:
    """As in the patient's own summary: not the day of the procedure, nor a silent day of the enrolment."""
    has_answered = any(each.number == life.first for each in answered)
    return max(1, life.first if has_answered else life.first + 1)


def quartiles(counts: Mapping[float, int]) -> Quartiles:
    """Of the values so counted; between two neighbours in proportion (Hyndman and Fan's seventh definition)."""
    return Quartiles(*(_quantile(counts, share) for share in (0.25, 0.5, 0.75)))


def _quantile(counts: Mapping[float, int], share: float) -> float:
    place = (sum(counts.values()) - 1) * share
    below, above = _at(counts, floor(place)), _at(counts, ceil(place))
    return below + (above - below) * (place % 1)


def _at(counts: Mapping[float, int], place: int) -> float:
    """The value at a place of the sorted list, the first at 0."""
    for value in sorted(counts):
        place -= counts[value]
        if place < 0:
            return value
    raise IndexError("nothing was counted")


def _count(counts: Counter[float], value: int | None) -> None:
    if value is not None:
        counts[value] += 1


def _near(answered: Sequence[Answered], day: int, numbers: CohortNumbers) -> list[int]:
    """The pains of the days up to this one that make the level there."""
    first = day - numbers.relief_window_days
    return [a.pain for a in answered if first < a.number <= day and a.pain is not None]
