"""Cover in finished words: who covers today, the banner where nobody does, and the weeks to be filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.clinical.days import local_day
from recovery.records import by_phone, covers, pathways
from recovery.records.accounts import Clinic, Clinician
from recovery.web.wording import full_day, short_day

WEEKS = 4
LOOKS_AHEAD = timedelta(days=60)  # no clinic is closed for longer


@dataclass(frozen=True)
class Day:
    """One open day with who covers it. box, was: the names of what is chosen and of what stood there."""

    box: str
    was: str
    said: str
    person: str


@dataclass(frozen=True)
class Week:
    """The open days of one week."""

    title: str
    days: tuple[Day, ...]


@dataclass
class CoverNow:
    """Who covers now, each part read when it is asked for."""

    clinic: Clinic
    now: datetime

    @cached_property
    def days(self) -> list[date]:
        """Today and the next open day; two open days if today is closed."""
        today = local_day(self.now, self.clinic.zone)
        return self.clinic.hours.open_days(today, today + LOOKS_AHEAD)[:2]

    @cached_property
    def covering(self) -> Mapping[date, Clinician]:
        """Who covers them."""
        return covers.covering(self.clinic.id, self.days)

    @property
    def is_open_today(self) -> bool:
        """Whether the clinic opens today."""
        return self.days[:1] == [local_day(self.now, self.clinic.zone)]

    def banner(self) -> str:
        """That nobody is named for today or for the next open day; empty if somebody is (safety 30)."""
        soon = self.days if self.is_open_today else self.days[:1]
        bare = [day for day in soon if day not in self.covering]
        if not bare:
            return ""
        if self.is_open_today and bare[0] == self.days[0]:
            return _("Nobody is named to cover today. Name somebody.")
        day = full_day(bare[0])
        return _("Nobody is named to cover %(day)s, the next open day. Name somebody.", day=day)

    @property
    def said(self) -> str:
        """Who covers today, or the next open day if today is none; empty where the banner says that nobody does."""
        person = self.covering.get(self.days[0]) if self.days else None
        if person is None:
            return ""
        if self.is_open_today:
            return _("%(name)s covers today.", name=person.name)
        return _(
            "Closed today. %(name)s covers %(day)s.", name=person.name, day=full_day(self.days[0])
        )

    @property
    def to_ring(self) -> str:
        """How many patients are followed by phone and have not been rung today."""
        pathway = pathways.pathway_for(self.clinic.id, pathways.VERTEBROPLASTY)
        count = len(by_phone.to_ring(self.clinic.id, pathway, self.now))
        if not count:
            return ""
        return ngettext("%(num)s patient to ring today", "%(num)s patients to ring today", count)


def weeks(days: Iterable[date], covering: Mapping[date, Clinician]) -> list[Week]:
    """These days, week by week."""
    by_monday = groupby(days, _monday_before)
    return [
        Week(
            _("Week of %(day)s", day=short_day(monday)),
            tuple(_day(day, covering.get(day)) for day in of_week),
        )
        for monday, of_week in by_monday
    ]


def _monday_before(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _day(day: date, person: Clinician | None) -> Day:
    return Day(box_of(day), was_of(day), full_day(day), str(person.id) if person else "")


def box_of(day: date) -> str:
    """The name of the box of a day."""
    return f"day-{day}"


def was_of(day: date) -> str:
    """The name of what says who stood there when the page was made."""
    return f"was-{day}"


def shown_days(clinic: Clinic, first: date) -> list[date]:
    """The open days of the next weeks, from this one on."""
    return clinic.hours.open_days(first, first + timedelta(weeks=WEEKS, days=-1))
