"""What the clinician's chart marks: milestones, flags, notes, calls, pauses and limits, each in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.records.accounts import Clinic
from recovery.records.flags import Flag
from recovery.web.lanes import Lanes, Shape
from recovery.web.picture import Mark
from recovery.web.progress import Progress
from recovery.web.timeline import Event
from recovery.web.wording import short_day

LANES = (
    ("flag-open", "flag-closed"),
    ("note",),
    ("reached", "unreached"),
    ("away",),
    ("limit",),
)


@dataclass(frozen=True)
class Milestone:
    """A day of the pathway: in a word for the chart, and in a sentence."""

    day: int
    words: str
    sentence: str


def milestones(course: Progress, clinic: Clinic) -> list[Milestone]:
    """The pathway's days; none is a target or a permission (safety 17, 18)."""
    days = course.pathway.milestones
    found = [
        Milestone(
            days.puncture_pain_days,
            _("puncture"),
            _("Pain at the puncture site is usual until this day."),
        ),
        Milestone(
            days.follow_up_visit_days, _("visit"), _("The follow-up visit is due by this day.")
        ),
        Milestone(
            days.peak_day,
            _("levels off"),
            _("It usually levels off around this day, which is no target."),
        ),
    ]
    if clinic.no_lifting_days is not None:
        sentence = _("No lifting until this day, set by the clinic. It allows nothing by itself.")
        found.append(Milestone(clinic.no_lifting_days, _("lifting"), sentence))
    return sorted(found, key=lambda each: each.day)


def restarts(course: Progress, events: Sequence[Event]) -> list[Milestone]:
    """A new procedure, which ended the course of the one before on its day, or on the evening before."""
    start = course.procedure.performed_on
    ended = [each for each in events if each.mark == "ended" and (each.day - start).days >= -1]
    return [Milestone(max((e.day - start).days, 0), _("new course"), f"{e.what}.") for e in ended]


def stalks(
    course: Progress, passed: Sequence[Milestone], flags: Iterable[tuple[Flag, str]]
) -> dict[str, list[Mark]]:
    """The lines through the charts: the milestones on all of them, an open flag on that of its rule."""
    found = defaultdict[str, list[Mark]](list)
    found[""] = [Mark(each.day, each.words, title=each.sentence) for each in passed]
    for flag, sentence in flags:
        day = max((flag.raised_on - course.procedure.performed_on).days, 0)
        found[flag.rule].append(Mark(day, "", is_flag=True, title=sentence))
    return found


def lanes(course: Progress, events: Sequence[Event]) -> Lanes:
    """What happened since the procedure, in rows below the charts."""
    rows = [list(_shapes(kinds, course, events)) for kinds in LANES]
    return Lanes(
        title=_("What happened on which day"),
        description=_described(rows),
        rows=[row for row in rows if row],
        last_day=course.last_shown,
        axis_words=_("Day"),
    )


def _shapes(kinds: tuple[str, ...], course: Progress, events: Sequence[Event]) -> Iterator[Shape]:
    start = course.procedure.performed_on
    for event in events:
        day, until = (event.day - start).days, _until(event, course)
        # An open flag of before the procedure stands at the beginning: it still waits.
        last = 0 if event.mark == "flag-open" else day if until is None else until
        is_shown = last >= 0 and day <= course.last_shown
        if event.mark in kinds and is_shown:
            yield Shape(max(day, 0), event.mark, on_day(event, day), event.brief, until)


def _until(event: Event, course: Progress) -> int | None:
    """The last day of what lasts; what has no end yet goes on until today."""
    if event.mark not in ("away", "limit"):
        return None
    last = event.until
    return course.today if last is None else (last - course.procedure.performed_on).days


def on_day(event: Event, day: int) -> str:
    """What happened, in one sentence for whoever points at it."""
    said = ". ".join((event.what, *event.words[:1])) if event.kind == "flags" else event.what
    if day < 0:
        return str(_("%(day)s: %(said)s", day=short_day(event.day), said=said))
    return str(_("Day %(day)s: %(said)s", day=day, said=said))


def _described(rows: Sequence[Sequence[Shape]]) -> str:
    count = sum(map(len, rows))
    return str(
        ngettext(
            "%(num)s event; the table below says it in words.",
            "%(num)s events; the table below says them in words.",
            count,
        )
    )
