"""When a clinic is open, and by when a patient should have been rung."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from .course import URGENT

Span = tuple[time, time]
Weekly = Mapping[int, tuple[Span, ...]]

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MIDNIGHT = time.min


class HoursError(ValueError):
    """The hours cannot be read; the message quotes the part and shows how to write it."""


class NeverOpen(ValueError):
    """The clinic has no opening hour at all."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Weekdays that follow each other (0 is Monday) and share their hours."""

    first: int
    last: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """A clinic's hours on its own wall clock. A span's end of 00:00 is the end of the day."""

    zone: str
    weekly: Weekly
    closed_days: frozenset[date] = frozenset()

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is there at this instant."""
        return any(start <= now < end for start, end in self._spans(self._day(now)))

    def opens_on(self, day: date) -> bool:
        """Whether somebody is there at any time of this day."""
        return bool(self._spans(day))

    def open_days(self, first: date, last: date) -> list[date]:
        """The days from first to last on which somebody is there."""
        days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
        return [day for day in days if self.opens_on(day)]

    def next_opening(self, now: datetime) -> datetime:
        """The next moment at which the clinic opens, after now, on the clinic's clock."""
        for start, _ in self._ahead(self._day(now)):
            if start > now:
                return start.astimezone(ZoneInfo(self.zone))
        raise NeverOpen(f"no opening hours in {write_weekly(self.weekly) or 'the week'!r}")

    def last_opening(self, after: datetime, until: datetime) -> datetime | None:
        """The latest opening later than `after` and not later than `until`."""
        day, first = self._day(until), self._day(after)
        while day >= first:
            openings = [start for start, _ in self._spans(day) if after < start <= until]
            if openings:
                return openings[-1].astimezone(ZoneInfo(self.zone))
            day -= timedelta(days=1)
        return None

    def after_open(self, since: datetime, wait: timedelta) -> datetime:
        """When it has been open for so long, counted from `since`: always an open moment, in UTC."""
        if not any(self.weekly.values()):
            raise NeverOpen("no opening hours")
        day, left = self._day(since), wait
        while True:
            for opens, closes in self._spans(day):
                start = max(opens, since.astimezone(UTC))
                if start < closes and left < closes - start:
                    return start + left
                left -= max(closes - start, timedelta())
            day += timedelta(days=1)

    def spans_between(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """When it is open between two instants: each opening and closing in UTC, in order."""
        first, last = self._day(start), self._day(end)
        days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
        spans = (span for day in days for span in self._spans(day))
        return [(opens, closes) for opens, closes in spans if closes > start and opens < end]

    def answer_by(self, now: datetime, urgency: str, noon: time) -> datetime:
        """By when a patient should have been rung: never a time before anybody is there to ring."""
        if urgency not in URGENT:
            return self._noon_after(self._last_moment(now), noon)
        if self.is_open(now):
            return self._end_of(self._day(now))
        return self._noon_after(now, noon)

    def _day(self, instant: datetime) -> date:
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """In UTC: two local times in one zone compare by wall clock, wrong when clocks change."""
        if day in self.closed_days:
            return []
        return [
            (self._at(day, start), self._at(day + timedelta(days=end == MIDNIGHT), end))
            for start, end in sorted(self.weekly.get(day.weekday(), ()))
        ]

    def _at(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, ZoneInfo(self.zone)).astimezone(UTC)

    def _ahead(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Spans from that day on, long enough that closed days alone cannot fill the weeks."""
        for offset in range(7 * (len(self.closed_days) + 2)):
            yield from self._spans(day + timedelta(days=offset))

    def _last_moment(self, now: datetime) -> datetime:
        return self._at(self._day(now) + timedelta(days=1), MIDNIGHT) - timedelta(microseconds=1)

    def _end_of(self, day: date) -> datetime:
        return self._spans(day)[-1][1].astimezone(ZoneInfo(self.zone))

    def _noon_after(self, now: datetime, noon: time) -> datetime:
        """Noon of the day that opens next; its end if nobody is there at noon or before."""
        opening = self.next_opening(now)
        day = self._day(opening)
        at_noon, end = self._at(day, noon), self._end_of(day)
        return at_noon.astimezone(ZoneInfo(self.zone)) if opening < at_noon < end else end


def parse_weekly(text: str) -> dict[int, tuple[Span, ...]]:
    """Read "Mo-Fr 08:00-12:00, 13:00-16:00; Sa 09:00-12:00"; HoursError if it cannot be read."""
    weekly: dict[int, tuple[Span, ...]] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        days, _, spans = part.partition(" ")
        read = tuple(sorted(_span(span.strip()) for span in spans.split(",")))
        for day in _weekdays(days):
            if day in weekly:
                raise HoursError(f"{WEEKDAYS[day]} stands twice: write each day once")
            weekly[day] = read
    return weekly


def write_weekly(weekly: Weekly) -> str:
    """The text that parse_weekly reads back."""
    return "; ".join(map(_written, _openings(weekly)))


def describe(hours: Hours) -> tuple[Opening, ...]:
    """The week in as few parts as possible, for a presenter to put into words."""
    return _openings(hours.weekly)


def _openings(weekly: Weekly) -> tuple[Opening, ...]:
    # Days count against each other's place in the week, so that a closed day breaks a run.
    runs = groupby(range(7), key=lambda day: tuple(sorted(weekly.get(day, ()))))
    parts = [(spans, list(days)) for spans, days in runs]
    return tuple(Opening(days[0], days[-1], spans) for spans, days in parts if spans)


def _written(opening: Opening) -> str:
    days = WEEKDAYS[opening.first : opening.last + 1]
    name = days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"
    spans = [
        f"{start:%H:%M}-{'24:00' if end == MIDNIGHT else f'{end:%H:%M}'}"
        for start, end in opening.spans
    ]
    return f"{name} {', '.join(spans)}"


def _weekdays(text: str) -> range:
    first, _, last = text.partition("-")
    try:
        days = range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
    except ValueError:
        raise HoursError(f"{text!r} is not a weekday: write Mo-Fr or Sa") from None
    if not days:
        raise HoursError(f"{text!r} runs backwards: write Mo-Fr or Sa")
    return days


def _span(text: str) -> Span:
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)", text)
    if not match:
        raise HoursError(f"{text!r} is not a time of day: write 08:00-16:00")
    start = time(int(match[1]), int(match[2]))
    end = time(int(match[3] or 0), int(match[4] or 0))
    if end <= start and end != MIDNIGHT:
        raise HoursError(f"{text!r} ends before it starts: write 08:00-16:00")
    return start, end
