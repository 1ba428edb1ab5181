"""What to expect: which words of expect_words fit a patient's day, by the pathway that judges the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from .limits import Limit, advice_for
from .pathway import AdviceRow, Pathway


def reasons(pathway: Pathway, level: str) -> tuple[str, ...]:
    """The keys of the advice rows of one level, in the table's order, each once."""
    return tuple(dict.fromkeys(row.key for row in pathway.advice if row.level == level))


def fever_from(pathway: Pathway, limits: Iterable[Limit], day: date, number: int) -> float:
    """From how many Cel this patient is to ring about a reading of that day, the number-th since the procedure."""
    return min(_fevers(advice_for(pathway, limits, day), number))


def _fevers(rows: Iterable[AdviceRow], number: int) -> Iterator[float]:
    for row in rows:
        if (
            row.key == "fever"
            and row.temperature_from is not None
            and (row.day_from or 0) <= number
        ):
            yield row.temperature_from


def row_of(pathway: Pathway, key: str) -> AdviceRow:
    """The first row of the advice table with this key."""
    return next(row for row in pathway.advice if row.key == key)


def part_of(pathway: Pathway, number: int) -> str:
    """The key of the part about the number-th day since the procedure."""
    days = pathway.milestones
    ends = {
        "first_days": days.puncture_pain_days,
        "first_weeks": days.follow_up_visit_days,
        "later_weeks": days.peak_day,
    }
    return next((key for key, end in ends.items() if number <= end), "after")
