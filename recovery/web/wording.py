"""Wording: days, times, numbers and lists as people write them, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal, get_decimal_symbol
from flask import Flask
from flask_babel import gettext as _

from recovery.clinical.hours import MIDNIGHT, Hours, Opening, describe
from recovery.web.speech import here

# With the year, without it, short, and as a table's first column. Babel's own patterns for days without a year
# shorten the weekday in some languages.
DAYS = {
    "en": ("EEEE d MMMM y", "EEEE d MMMM", "EEE d MMM", "EEE d"),
    "en_US": ("EEEE, MMMM d, y", "EEEE, MMMM d", "EEE, MMM d", "EEE d"),
    "fr": ("EEEE d MMMM y", "EEEE d MMMM", "EEE d MMM", "EEE d"),
    "es": ("EEEE, d 'de' MMMM 'de' y", "EEEE, d 'de' MMMM", "EEE, d MMM", "EEE d"),
    "de": ("EEEE, d. MMMM y", "EEEE, d. MMMM", "EEE d. MMM", "EEE d."),
}
BABELS = ("full", "full", "medium", "medium")


def register(app: Flask) -> None:
    """Give templates the same words for days and times."""
    app.jinja_env.filters.update(
        long_day=long_day, short_day=short_day, input_day=date.isoformat, in_a_row=in_a_row
    )
    app.jinja_env.globals.update(
        clock_time=clock_time,
        moment=moment,
        interface_language=language,
        interface_locale=locale_for_scripts,
        text_direction=lambda: here().text_direction,
    )


def language() -> str:
    """The language of the page, such as "en"."""
    return here().language


def locale_for_scripts() -> str:
    """Such as "de-AT": how scripts write times; browsers do not all know European English."""
    return str(here()).replace("_", "-").replace("en-150", "en-GB")


def language_name(key: str) -> str:
    """Such as "German", in the language of the page."""
    return str(here().languages.get(key, key))


def say(text: str, /, **values: Any) -> str:
    """A text that stands in a table, with its values."""
    return str(_(text, **values))


def decimal(value: float) -> str:
    """With one decimal, such as "37.5" or "37,5"."""
    return str(format_decimal(value, "0.0", locale=here()))


def typed_number(text: str) -> str:
    """A number that somebody typed with a point or a comma, with the sign of this page."""
    return text.replace(",", ".").replace(".", get_decimal_symbol(here()))


def number(value: float) -> str:
    """With as many decimals as it has, at most four, such as "5" or "4.7"."""
    return str(format_decimal(value, "0.####", locale=here()))


def celsius(value: float) -> str:
    """Such as "37.5 °C"."""
    return f"{decimal(value)} °C"


def temperature(value: float, unit: str) -> str:
    """A temperature in degrees Celsius as it is read off a thermometer of this unit, such as "100.4 °F"."""
    return f"{decimal(fahrenheit(value))} °F" if unit == "F" else celsius(value)


def fahrenheit(value: float) -> float:
    """Degrees Celsius in degrees Fahrenheit."""
    return value * 9 / 5 + 32


def together(words: Iterable[str]) -> str:
    """Such as "confusion, chills and fever"."""
    return str(format_list(list(words), locale=here()))


def in_a_row(parts: Iterable[str]) -> str:
    """Such as "3, 4, 7": what stands beside each other without belonging together."""
    listed = list(parts)
    return reduce(_beside, listed) if listed else ""


def _beside(before: str, after: str) -> str:
    return str(_("%(before)s, %(after)s", before=before, after=after))


def capital(text: str) -> str:
    """The same as the beginning of a line: "lundi" as "Lundi"."""
    return text[:1].upper() + text[1:]


def long_day(day: date) -> str:
    """Such as "Tuesday 24 November 2026"."""
    return _day(day, 0)


def full_day(day: date) -> str:
    """Such as "Tuesday 24 November"."""
    return _day(day, 1)


def short_day(day: date) -> str:
    """Such as "Tue 24 Nov"."""
    return _day(day, 2)


def _day(day: date, length: int) -> str:
    locale = here()
    patterns = DAYS.get(str(locale)) or DAYS.get(locale.language)
    if patterns is None:
        return str(format_date(day, BABELS[length], locale=locale))
    pattern = patterns[length]
    if locale.language == "fr" and day.day == 1:
        pattern = pattern.replace("d ", "d'er' ")
    return str(format_date(day, pattern, locale=locale))


def weekday(day: date) -> str:
    """Such as "Tuesday"."""
    return str(format_date(day, "EEEE", locale=here()))


def week_day(day: date) -> str:
    """Such as "Tue 24"."""
    return _day(day, 3)


def clock_time(instant: datetime, zone: str) -> str:
    """Such as "09:14" on the wall of somebody in that zone."""
    return wall_time(instant.astimezone(ZoneInfo(zone)).time())


def wall_time(wall: time) -> str:
    """Such as "09:14" or "9:14 AM"."""
    return str(format_time(wall, "short", locale=here()))


def moment(instant: datetime, zone: str) -> str:
    """Such as "Tue 24 Nov, 09:14"."""
    local = instant.astimezone(ZoneInfo(zone))
    return str(_("%(day)s, %(time)s", day=short_day(local.date()), time=clock_time(instant, zone)))


def by_when(instant: datetime, now: datetime, zone: str) -> str:
    """Such as "12:00 tomorrow" or "12:00 on Monday"."""
    local, today = instant.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    clock = clock_time(instant, zone)
    ahead = (local.date() - today).days
    if ahead == 0:
        return str(_("%(time)s today", time=clock))
    if ahead == 1:
        return str(_("%(time)s tomorrow", time=clock))
    return str(_("%(time)s on %(day)s", time=clock, day=weekday(local.date())))


def opening_hours(hours: Hours) -> str:
    """Such as "Monday to Friday 08:00 to 16:00"."""
    return "; ".join(_opening(part) for part in describe(hours))


def _opening(part: Opening) -> str:
    days = _open_days(part)
    if part.spans == ((MIDNIGHT, MIDNIGHT),):
        return str(_("%(days)s, day and night", days=days))
    return str(_("%(days)s %(times)s", days=days, times=in_a_row(map(_span, part.spans))))


def _open_days(part: Opening) -> str:
    names = get_day_names("wide", locale=here())
    first, last = names[part.first], names[part.last]
    if part.last == part.first:
        return str(first)
    if (part.first, part.last) == (0, 6):
        return str(_("every day"))
    return str(_("%(first)s to %(last)s", first=first, last=last))


def _span(span: tuple[time, time]) -> str:
    start, end = span
    if end == MIDNIGHT:
        return str(_("%(start)s to midnight", start=wall_time(start)))
    return str(_("%(start)s to %(end)s", start=wall_time(start), end=wall_time(end)))
