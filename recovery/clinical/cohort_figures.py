"""What a clinic may be told of its patients together: figures without small cells, worked out of the counts; pure.

None stands for what is hidden (small_cells); nothing that is hidden leaves this file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .cohort import DAYS_A_WEEK, Counts, Quartiles, Relief, Week, quartiles
from .cohort_flags import WAITS_FOR_A_PERSON, FlagCounts, OfRule, Wait
from .small_cells import FEWEST, Cell, at_least, hidden, nested


@dataclass(frozen=True, slots=True)
class Told:
    """Median and quartiles of a number, and at least how many patients stand behind them."""

    quartiles: Quartiles
    patients: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day after the procedure."""

    number: int
    pain: Told | None
    mobility: Told | None


@dataclass(frozen=True, slots=True)
class ReliefFigures:
    """One day: of so many who could be judged, the share with each relief, %; low_before: with little pain before."""

    day: int
    patients: int | None
    percents: Mapping[int, int | None]
    low_before: int | None


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """One week, the first is 1: of the days followed, the share that was answered, %."""

    number: int
    patients: int | None
    answered_percent: int | None


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """The flags of one rule, or of all: useful_percent of at least `judged` flags that were closed with an answer."""

    flags: int | None
    rate: float | None
    patients: int | None
    useful_percent: int | None
    judged: int | None


@dataclass(frozen=True, slots=True)
class WaitFigures:
    """How long one step took, in minutes; open_hours None also where nobody has to be there."""

    group: str
    step: str
    patients: int | None
    all_hours: Quartiles | None
    open_hours: Quartiles | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is told. patients: at least so many; None: too few, and all else is hidden as well."""

    patients: int | None
    patient_weeks: int | None
    days: Sequence[DayFigures]
    relief: Sequence[ReliefFigures]
    weeks: Sequence[WeekFigures]
    rules: Mapping[str, RuleFigures]
    all_rules: RuleFigures
    waits: Sequence[WaitFigures]


def figures(counts: Counts, flags: FlagCounts) -> Figures:
    """What may be told of these counts."""
    weeks = counts.days / DAYS_A_WEEK if counts.patients >= FEWEST else None
    pairs = enumerate(zip(counts.pain, counts.mobility, strict=True))
    return Figures(
        patients=at_least(counts.patients),
        patient_weeks=None if weeks is None else round(weeks),
        days=[DayFigures(day, _told(pain), _told(mobility)) for day, (pain, mobility) in pairs],
        relief=[_relief(day, relief) for day, relief in counts.relief.items()],
        weeks=[_week(number, week) for number, week in enumerate(counts.weeks, start=1)],
        rules=_rules(flags.by_rule, weeks),
        all_rules=_all_rules(flags.together, weeks),
        waits=[_wait(group, step, wait) for (group, step), wait in flags.waits.items()],
    )


def _told(values: Counter[float]) -> Told | None:
    patients = at_least(values.total())
    return Told(quartiles(values), patients) if patients else None


def _relief(day: int, relief: Relief) -> ReliefFigures:
    percents = sorted(relief.reached)
    shown = nested(relief.judged, [relief.reached[percent] for percent in percents])
    (low,) = nested(relief.judged, [relief.low_before])
    shares = [None if each is None else _percent(each, relief.judged) for each in shown]
    return ReliefFigures(
        day,
        at_least(relief.judged),
        dict(zip(percents, shares, strict=True)),
        None if low is None else at_least(low),
    )


def _week(number: int, week: Week) -> WeekFigures:
    patients = at_least(week.patients)
    return WeekFigures(number, patients, _percent(week.answered, week.days) if patients else None)


def _all_rules(of: OfRule, weeks: float | None) -> RuleFigures:
    is_told, is_judged = not _raised(of).is_small, not _useful(of).is_small
    return _rule(of, weeks, is_told=is_told, is_judged=is_judged)


def _rules(by_rule: Mapping[str, OfRule], weeks: float | None) -> dict[str, RuleFigures]:
    few = hidden({rule: _raised(of) for rule, of in by_rule.items()})
    unclear = hidden({rule: _useful(of) for rule, of in by_rule.items()})
    return {
        rule: _rule(of, weeks, is_told=rule not in few, is_judged=rule not in unclear)
        for rule, of in by_rule.items()
    }


def _raised(of: OfRule) -> Cell:
    return Cell((len(of.all.patients),), (of.all.flags,))


def _useful(of: OfRule) -> Cell:
    kinds = (of.useful, of.useless)
    return Cell(tuple(len(each.patients) for each in kinds), tuple(each.flags for each in kinds))


def _rule(of: OfRule, weeks: float | None, *, is_told: bool, is_judged: bool) -> RuleFigures:
    if weeks is None:
        return RuleFigures(None, None, None, None, None)
    patients, judged = len(of.all.patients), of.useful.flags + of.useless.flags
    return RuleFigures(
        flags=of.all.flags if is_told else None,
        rate=100 * of.all.flags / weeks if is_told else None,
        patients=(at_least(patients) or 0) if is_told else None,
        useful_percent=_percent(of.useful.flags, judged) if is_judged and judged else None,
        judged=(at_least(judged) or 0) if is_judged else None,
    )


def _wait(group: str, step: str, wait: Wait) -> WaitFigures:
    patients = at_least(len(wait.patients))
    by_day = quartiles(Counter(wait.all_hours)) if patients else None
    is_open = patients and step in WAITS_FOR_A_PERSON
    return WaitFigures(
        group, step, patients, by_day, quartiles(Counter(wait.open_hours)) if is_open else None
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole)
