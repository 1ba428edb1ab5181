"""The timeline of one patient: everything that happened, newest first, of one kind or of all, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from uuid import UUID

from flask_babel import gettext as _

from recovery.clinical.days import local_day
from recovery.records.accounts import Clinic
from recovery.records.patients import Patient
from recovery.web.timeline_words import KINDS
from recovery.web.wording import clock_time, long_day

PAGE_SIZE = 60


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. day: of the patient's calendar. words: in full. by: who did it, such as "by Nurse Dee".

    mark: its shape on the chart, empty for none; brief: its words there; until: the last day of what lasts.
    is_detail: the list alone tells it, not the chart.
    """

    at: datetime
    day: date
    kind: str
    what: str
    words: tuple[str, ...] = ()
    by: str = ""
    mark: str = ""
    brief: str = ""
    until: date | None = None
    is_detail: bool = False


@dataclass
class Telling:
    """For whom events are put into words, and who stands behind an id. Times are the clinic's, days the patient's."""

    patient: Patient
    clinic: Clinic
    names: Mapping[UUID, str]

    @cached_property
    def _named(self) -> dict[str, str]:
        return {str(key): name for key, name in self.names.items()}

    def day_of(self, instant: datetime) -> date:
        """The patient's day of a moment."""
        return local_day(instant, self.patient.zone)

    def who(self, actor: UUID | str | None) -> str:
        """Who did it: one of us, a helper, the patient on the own phone, or the computer."""
        kind, _colon, key = str(actor or "").rpartition(":")
        if named := self._named.get(key):
            return named
        if kind == "device":
            return str(_("the patient, on the phone"))
        unnamed = {"computer": _("the computer"), "operator": _("the operator")}
        return str(unnamed.get(key, ""))

    def by(self, actor: UUID | str | None) -> str:
        """The same as an end of a line, such as "by Nurse Dee"; empty where nobody is named."""
        who = self.who(actor)
        return str(_("by %(name)s", name=who)) if who else ""


@dataclass(frozen=True)
class ShownEvent:
    """One line of the list."""

    time: str
    kind: str
    event: Event


@dataclass(frozen=True)
class ShownDay:
    """A day of the list with what happened on it, newest first."""

    title: str
    events: tuple[ShownEvent, ...]


@dataclass(frozen=True)
class Timeline:
    """One page of the list. kinds: key, words, how many; newer, older: the numbers of the pages beside it, or None."""

    kind: str
    kinds: tuple[tuple[str, str, int], ...]
    days: tuple[ShownDay, ...]
    count: int
    newer: int | None = None
    older: int | None = None


def timeline(events: Sequence[Event], zone: str, kind: str = "", page: int = 1) -> Timeline:
    """The page with this number, of one kind or of all; a page that is not there is the last one."""
    chosen = [each for each in newest_first(events) if kind in ("", each.kind)]
    pages = max(1, -(-len(chosen) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    shown = chosen[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Timeline(
        kind=kind,
        kinds=tuple(_kinds(events)),
        days=tuple(by_day(shown, zone)),
        count=len(chosen),
        newer=page - 1 if page > 1 else None,
        older=page + 1 if page < pages else None,
    )


def newest_first(events: Iterable[Event]) -> list[Event]:
    """What happened last comes first; of one moment, what followed from what comes above it."""
    return sorted(events, key=lambda each: each.at)[::-1]


def _kinds(events: Sequence[Event]) -> Iterable[tuple[str, str, int]]:
    yield "", str(_("Everything")), len(events)
    for kind, words in KINDS.items():
        if count := sum(each.kind == kind for each in events):
            yield kind, str(_(words)), count


def by_day(events: Iterable[Event], zone: str) -> Iterable[ShownDay]:
    """The same under the day on which the clinic heard of it."""
    for day, of_day in groupby(events, key=lambda each: local_day(each.at, zone)):
        lines = (ShownEvent(clock_time(e.at, zone), str(_(KINDS[e.kind])), e) for e in of_day)
        yield ShownDay(long_day(day), tuple(lines))
