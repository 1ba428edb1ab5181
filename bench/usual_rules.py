"""The four pain rules that are usual elsewhere, so that ours can be measured beside them on the same patients.

Each judges a day with a report and sees all earlier ones. All are silent on days 0 to 2 like ours (puncture pain),
and a flag that was raised stays open for 7 days, in which the rule raises no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median

Pains = Mapping[int, int]
Rule = Callable[[int, Pains], bool]

SILENT_UNTIL = 2
RISE = 2
SEVERE = 7
FEWEST = 3  # reports that make a median


def above_last(day: int, pains: Pains) -> bool:
    """2 or more above the last report, however long ago."""
    earlier = [each for each in pains if each < day]
    return bool(earlier) and pains[day] >= pains[max(earlier)] + RISE


def severe(day: int, pains: Pains) -> bool:
    """7 or more."""
    return pains[day] >= SEVERE


def above_week(day: int, pains: Pains) -> bool:
    """2 or more above the median of the 7 days before, of at least 3 reports."""
    usual = _median(pains, day - 7, day - 1)
    return usual is not None and pains[day] >= usual + RISE


def two_running(day: int, pains: Pains) -> bool:
    """This report and the one before both 2 or more above the own level of E10: the median of days 9 to 3 ago."""
    usual = _median(pains, day - 9, day - 3)
    last_two = [pains[each] for each in sorted(pains) if each <= day][-2:]
    return usual is not None and len(last_two) == 2 and min(last_two) >= usual + RISE


USUAL: dict[str, Rule] = {
    "2 above the last report": above_last,
    "7 or more": severe,
    "2 above the own 7-day median": above_week,
    "two running, 2 above the own level": two_running,
}


def raised_on(rule: Rule, pains: Pains, open_days: int) -> list[int]:
    """The days on which this rule raises a flag."""
    raised: list[int] = []
    for day in sorted(pains):
        is_open = bool(raised) and day < raised[-1] + open_days
        if day > SILENT_UNTIL and not is_open and rule(day, pains):
            raised.append(day)
    return raised


def _median(pains: Pains, first: int, last: int) -> float | None:
    near = [pain for day, pain in pains.items() if first <= day <= last]
    return median(near) if len(near) >= FEWEST else None
