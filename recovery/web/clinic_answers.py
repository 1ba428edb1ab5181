"""A patient's answers as clinicians read them: the last week, and day by day each check-in with its revisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _

from recovery.records.checkins import CheckIn
from recovery.records.patients import Procedure
from recovery.web import clinic_presenters as say
from recovery.web import clinic_words as words
from recovery.web.wording import in_a_row, long_day, moment, week_day

WEEK = 7
Fact = tuple[str, str]
Facts = tuple[str, tuple[Fact, ...]]


@dataclass(frozen=True)
class DayRow:
    """One day of the last week; silent says so in words."""

    day: str
    silent: str
    pain: str = ""
    mobility: str = ""
    temperature: str = ""
    signs: str = ""
    is_grave: bool = False


@dataclass(frozen=True)
class Revision:
    """One revision of one check-in, as it was given."""

    title: str
    facts: tuple[Fact, ...]
    is_superseded: bool


@dataclass(frozen=True)
class AnswerDay:
    """One day with its check-ins, the newest first, and of each its revisions, the last first."""

    title: str
    check_ins: tuple[tuple[Revision, ...], ...]
    is_recent: bool


def week(rows: Sequence[CheckIn], procedure: Procedure, today: date) -> list[DayRow]:
    """The last seven days, today first; no day before the procedure."""
    days = (today - timedelta(days=ago) for ago in range(WEEK))
    by_day = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    return [_day(day, by_day[day]) for day in days if day >= procedure.performed_on]


def _day(day: date, rows: Sequence[CheckIn]) -> DayRow:
    if not rows:
        return DayRow(week_day(day), _("no answers"))
    latest = say.latest_revisions(rows)
    pain = max((row.pain for row in latest if row.pain is not None), default=None)
    mobility = min((row.mobility for row in latest if row.mobility is not None), default=None)
    hottest = max(rows, key=lambda row: (row.temperature_c or 0, bool(row.temperature_instead)))
    unanswered = _("not answered")
    return DayRow(
        day=week_day(day),
        silent="",
        pain=unanswered if pain is None else str(pain),
        mobility=unanswered if mobility is None else str(mobility),
        temperature=_reading(hottest),
        signs=say.signs(rows),
        is_grave=any(row.warning_signs for row in rows),
    )


def _reading(row: CheckIn) -> str:
    """As narrow as a phone's table needs it: its head names the unit; what was left is never blank."""
    is_left = row.temperature_c is None and row.temperature_instead != "felt_hot"
    return str(_("not taken") if is_left else say.reading(row)).replace(" °C", "")


def by_day(
    rows: Iterable[CheckIn], today: date, show: Callable[[CheckIn], Facts]
) -> list[AnswerDay]:
    """Every check-in with all its revisions under its day, the newest first; show: what stands in one revision."""
    found: dict[date, list[list[CheckIn]]] = defaultdict(list)
    for revisions in _newest_first(rows):
        found[revisions[0].day].append(revisions)
    since = today - timedelta(days=WEEK - 1)
    return [
        AnswerDay(long_day(day), tuple(_shown(each, show) for each in found[day]), day >= since)
        for day in sorted(found, reverse=True)
    ]


def _newest_first(rows: Iterable[CheckIn]) -> list[list[CheckIn]]:
    """The revisions of each check-in, the last first."""
    by_id: dict[UUID, list[CheckIn]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.revision, reverse=True):
        by_id[row.entry_id].append(row)
    return sorted(by_id.values(), key=lambda revisions: revisions[-1].given_at, reverse=True)


def _shown(revisions: Sequence[CheckIn], show: Callable[[CheckIn], Facts]) -> tuple[Revision, ...]:
    return tuple(Revision(*show(row), row is not revisions[0]) for row in revisions)


def facts(
    row: CheckIn, names: Mapping[UUID, str], zone: str, told: Callable[[CheckIn], str]
) -> Facts:
    """The title of one revision, and what was answered."""
    return _title(row, zone), tuple(_facts(row, names, zone, told))


def _title(row: CheckIn, zone: str) -> str:
    title = _("Received %(at)s", at=moment(row.received_at, zone))
    if row.revision == 1:
        return title
    return _("%(title)s, correction %(number)s", title=title, number=row.revision - 1)


def _facts(
    row: CheckIn, names: Mapping[UUID, str], zone: str, told: Callable[[CheckIn], str]
) -> Iterator[Fact]:
    yield _("Pain"), _number(row.pain, 10)
    yield _("Mobility"), mobility(row.mobility)
    yield _("Temperature"), say.reading(row)
    yield _("Warning signs"), say.signs([row])
    yield _("Answered"), say.who_answered(row, names)
    yield _("Told on screen") if row.device_id else _("To be read out"), told(row)
    if pain := _about_pain(row):
        yield _("About the pain"), pain
    if row.is_late:
        yield _("Late"), say.lateness(row, zone)
    if row.wound_unseen:
        yield _("Wound"), _("cannot be seen by the patient")
    if row.incomplete:
        yield _("Not complete"), _("some answers could not be read")
    if row.note:
        yield _("Note"), row.note


def _number(value: int | None, most: int) -> str:
    if value is None:
        return _("not answered")
    return _("%(value)s of %(most)s", value=value, most=most)


def mobility(value: int | None) -> str:
    """A step of the mobility question in words."""
    if value is None:
        return _("not answered")
    return _("%(value)s of 5, %(said)s", value=value, said=_(words.MOBILITY[value]))


def _about_pain(row: CheckIn) -> str:
    said = {
        ("pain_place", "new"): _("in a new place"),
        ("pain_place", "same"): _("in the same place"),
        ("pain_onset", "sudden"): _("began suddenly"),
        ("pain_onset", "gradual"): _("began gradually"),
        ("fall", True): _("after a fall"),
        ("fall", False): _("no fall"),
    }
    return in_a_row(text for (name, value), text in said.items() if getattr(row, name) == value)
