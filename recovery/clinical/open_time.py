"""How long a clinic was open between two instants, asked many times of one period; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from .hours import Hours

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OpenTime:
    """The openings of a period in order, and how many minutes it was open before each of them."""

    opens: Sequence[datetime]
    lengths: Sequence[float]
    before: Sequence[float]

    def minutes(self, start: datetime, end: datetime) -> float:
        """The minutes from start to end at which somebody was there."""
        return self._until(end) - self._until(start)

    def _until(self, instant: datetime) -> float:
        place = bisect_right(self.opens, instant) - 1
        if place < 0:
            return 0.0
        return self.before[place] + min(minutes(self.opens[place], instant), self.lengths[place])


def open_time(hours: Hours, first: datetime, last: datetime) -> OpenTime:
    """The period from first to last by hours as they are now; earlier hours are not kept."""
    spans = hours.spans_between(first, last)
    lengths = [minutes(opens, closes) for opens, closes in spans]
    return OpenTime([opens for opens, _ in spans], lengths, [0.0, *accumulate(lengths)][:-1])


def minutes(start: datetime, end: datetime) -> float:
    """The minutes from start to end, day and night."""
    return (end - start) / MINUTE
