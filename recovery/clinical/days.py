"""Which day an entry belongs to: the patient's calendar, by the phone's clock and ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from recovery.clinical.answers import Problem
from recovery.clinical.pathway import Questions


@dataclass(frozen=True, slots=True)
class Given:
    """The day that an entry counts for, and when it was given (UTC).

    claimed_at: what the phone's clock said, believed or not.
    is_late: it is for an earlier day than that of its arrival, or was given on one.
    """

    day: date
    given_at: datetime
    claimed_at: datetime | None
    is_late: bool


def judge(
    date_text: str,
    given_at_text: str,
    arrived_at: datetime,
    zone: str,
    procedure_date: date,
    limits: Questions,
) -> Given | Problem:
    """The entry's day and instant. With a readable given_at it was queued, and no age is refused."""
    claimed_at = instant(given_at_text)
    given_at = _believed(claimed_at, arrived_at, limits)
    # A clock that was reset to a day before the procedure is no witness; a date of its own is.
    if local_day(given_at, zone) < procedure_date and not _is_before(date_text, procedure_date):
        given_at = arrived_at.astimezone(UTC)
    day = _chosen(date_text, local_day(given_at, zone), limits)
    if isinstance(day, Problem):
        if claimed_at is None or not _fits(date_text, local_day(claimed_at, zone), limits):
            return day
        day = local_day(given_at, zone)
    if day < procedure_date:
        return Problem("date", "before_procedure", {"procedure_date": procedure_date})
    arrival_day = local_day(arrived_at, zone)
    # A clock that says "before the procedure" was reset: its word makes nothing late.
    is_claimed_late = claimed_at is not None and (
        start_of(procedure_date, zone) <= claimed_at < start_of(arrival_day, zone)
    )
    return Given(day, given_at, claimed_at, day < arrival_day or is_claimed_late)


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day of an aware instant, on the wall of somebody in that zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """The first instant (UTC) of a local day."""
    # fold=0: of two midnights the first; where clocks jump over midnight, the moment of the jump.
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def at_wall(day: date, wall: time, zone: str) -> datetime:
    """The instant (UTC) at which clocks in that zone show this time of that day.

    Of two such instants the first; where clocks jump over it, as much later as they jump.
    """
    return datetime.combine(day, wall, ZoneInfo(zone)).astimezone(UTC)


def next_at_wall(wall: time, zone: str, after: datetime) -> datetime:
    """The first instant (UTC) later than `after` at which clocks in that zone show this time."""
    day = local_day(after, zone)
    while (instant := at_wall(day, wall, zone)) <= after:
        day += timedelta(days=1)
    return instant


def instant(text: str) -> datetime | None:
    """An ISO time with its offset, in UTC; without an offset it could mean any hour, so None."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    # At either end of the calendar another zone or the day before may not exist.
    if found.tzinfo is None or found.year in (MINYEAR, MAXYEAR):
        return None
    return found.astimezone(UTC)


def _believed(claimed_at: datetime | None, arrived_at: datetime, limits: Questions) -> datetime:
    arrived_at = arrived_at.astimezone(UTC)
    if claimed_at is None:
        return arrived_at
    earliest = arrived_at - timedelta(days=limits.given_at_days_back)
    latest = arrived_at + timedelta(minutes=limits.given_at_minutes_ahead)
    return claimed_at if earliest <= claimed_at <= latest else arrived_at


def _fits(text: str, today: date, limits: Questions) -> bool:
    return not isinstance(_chosen(text, today, limits), Problem)


def _is_before(text: str, procedure_date: date) -> bool:
    try:
        return date.fromisoformat(text.strip()) < procedure_date
    except ValueError:
        return False


def _chosen(text: str, today: date, limits: Questions) -> date | Problem:
    if not text.strip():
        return today
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return Problem("date", "date_unreadable")
    if day > today:
        return Problem("date", "future_date", {"today": today})
    if day < today - timedelta(days=limits.back_fill_days):
        return Problem("date", "too_long_ago", {"days": limits.back_fill_days})
    return day
