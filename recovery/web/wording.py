"""Wording: days, times and hours as people say them, in the language of the page."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_day_names
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _

from recovery.clinical.hours import Hours, Opening, describe


def register(app: Flask) -> None:
    """Give templates the same words for days and times."""
    app.jinja_env.filters.update(long_day=long_day, short_day=short_day, input_day=date.isoformat)
    app.jinja_env.globals.update(clock_time=clock_time, moment=moment, interface_language=language)


def language() -> str:
    """The language of the page, such as "en"."""
    return str(get_locale() or "en").replace("_", "-")


def long_day(day: date) -> str:
    """Such as "Tuesday 24 November 2026"."""
    return str(format_date(day, "EEEE d MMMM y", locale=get_locale()))


def full_day(day: date) -> str:
    """Such as "Tuesday 24 November"."""
    return str(format_date(day, "EEEE d MMMM", locale=get_locale()))


def short_day(day: date) -> str:
    """Such as "Tue 24 Nov"."""
    return str(format_date(day, "EEE d MMM", locale=get_locale()))


def clock_time(instant: datetime, zone: str) -> str:
    """Such as "09:14" on the wall of somebody in that zone."""
    return str(format_time(instant.astimezone(ZoneInfo(zone)), "HH:mm", locale=get_locale()))


def moment(instant: datetime, zone: str) -> str:
    """Such as "Tue 24 Nov, 09:14"."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{short_day(local.date())}, {clock_time(instant, zone)}"


def by_when(instant: datetime, now: datetime, zone: str) -> str:
    """Such as "12:00 tomorrow" or "12:00 on Monday"."""
    local, today = instant.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    time = clock_time(instant, zone)
    ahead = (local.date() - today).days
    if ahead == 0:
        return _("%(time)s today", time=time)
    if ahead == 1:
        return _("%(time)s tomorrow", time=time)
    return _(
        "%(time)s on %(day)s",
        time=time,
        day=str(format_date(local.date(), "EEEE", locale=get_locale())),
    )


def opening_hours(hours: Hours) -> str:
    """Such as "Monday to Friday 08:00 to 16:00"."""
    return "; ".join(_opening(part) for part in describe(hours))


def _opening(part: Opening) -> str:
    names = get_day_names("wide", locale=get_locale())
    days = names[part.first]
    if part.last != part.first:
        days = _("%(first)s to %(last)s", first=names[part.first], last=names[part.last])
    times = ", ".join(
        _("%(start)s to %(end)s", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
        for start, end in part.spans
    )
    return f"{days} {times}"
