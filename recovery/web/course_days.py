"""The course day by day in words: answers beside their forecasts and what happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask_babel import gettext as _

from recovery.clinical import standing
from recovery.clinical.standing import Line
from recovery.records.checkins import CheckIn
from recovery.web import clinic_presenters as say
from recovery.web.course_marks import Milestone
from recovery.web.progress import Progress
from recovery.web.standing import level, whole
from recovery.web.timeline import Event
from recovery.web.wording import full_day, in_a_row, short_day, together


@dataclass(frozen=True)
class Answered:
    """One line on one day: the answer, its own forecast and the published range, in words."""

    answer: str
    own: str
    typical: str


@dataclass(frozen=True)
class CourseDay:
    """One day of the course. says: all of it, as the line under the chart shows it."""

    number: int
    date: str
    pain: Answered
    mobility: Answered
    temperature: str = ""
    signs: str = ""
    answered: str = ""
    happened: tuple[str, ...] = ()
    is_ahead: bool = False
    says: str = ""


@dataclass(frozen=True)
class Told:
    """From what the days are told: the course, every revision since the procedure, and what happened."""

    course: Progress
    rows: Sequence[CheckIn]
    names: Mapping[UUID, str]
    events: Sequence[Event]
    milestones: Sequence[Milestone]


def days(told: Told) -> list[CourseDay]:
    """Every day that the chart shows, from the procedure on."""
    course, rows, happened = told.course, _rows(told), _happened(told)
    lines = zip(
        _line(course.followed.pain, course), _line(course.followed.mobility, course), strict=True
    )
    return [
        _told(CourseDay(number, short_day(course.date_of(number)), *lines_of), told, rows, happened)
        for number, lines_of in enumerate(lines)
    ]


def _rows(told: Told) -> Mapping[int, list[CheckIn]]:
    found = defaultdict[int, list[CheckIn]](list)
    for row in told.rows:
        found[(row.day - told.course.procedure.performed_on).days].append(row)
    return found


def _happened(told: Told) -> Mapping[int, list[str]]:
    found = defaultdict[int, list[str]](list)
    for milestone in told.milestones:
        found[milestone.day].append(milestone.sentence)
    for event in sorted((e for e in told.events if not e.is_detail), key=lambda e: e.at):
        day = (event.day - told.course.procedure.performed_on).days
        found[day].append(f"{in_a_row(filter(None, (event.what, event.by)))}.")
    return found


def _line(line: Line, course: Progress) -> Iterator[Answered]:
    """One line on every day: before its answers what was foretold, ahead of today where they point."""
    answers, ahead = dict(line.answers), dict(course.ahead(line))
    for number in range(course.last_shown + 1):
        typical = whole(standing.whole(line.typical(number)))
        if number > course.today:
            yield Answered("", level(ahead[number]) if number in ahead else "", typical)
        else:
            own = whole(standing.whole(line.foretold_on(number))) if answers else ""
            yield Answered(str(answers.get(number, "")), own, typical)


def _told(
    day: CourseDay,
    told: Told,
    rows: Mapping[int, list[CheckIn]],
    happened: Mapping[int, list[str]],
) -> CourseDay:
    of_day = rows.get(day.number, [])
    by = {say.who_answered(row, told.names): None for row in say.latest_revisions(of_day)}
    known = replace(
        day,
        temperature=_temperature(of_day),
        signs=say.signs(of_day) if of_day else "",
        answered=together(by) if by else "",
        happened=tuple(happened.get(day.number, ())),
        is_ahead=day.number > told.course.today,
    )
    return replace(known, says=_says(known, told.course))


def _temperature(rows: Sequence[CheckIn]) -> str:
    """The highest reading of a day; empty without answers."""
    if not rows:
        return ""
    return say.reading(
        max(rows, key=lambda row: (row.temperature_c or 0, bool(row.temperature_instead)))
    )


# The sentence.


def _says(day: CourseDay, course: Progress) -> str:
    date, said = full_day(course.date_of(day.number)), in_a_row(_parts(day))
    head = _("Day %(day)s, %(date)s: %(said)s.", day=day.number, date=date, said=said)
    return " ".join((head, *day.happened))


def _parts(day: CourseDay) -> Iterator[str]:
    if day.is_ahead:
        yield _("ahead")
        if day.pain.own:
            yield _("the answers point to pain %(level)s", level=day.pain.own)
    elif not day.answered:
        yield _("no answers")
    else:
        yield from _lines(day)
        yield day.temperature
        yield _("warning signs: %(signs)s", signs=day.signs)
        yield _("answered %(who)s", who=day.answered)


def _lines(day: CourseDay) -> Iterator[str]:
    pain, mobility = day.pain, day.mobility
    if pain.answer:
        yield _("pain %(pain)s (own forecast %(own)s)", pain=pain.answer, own=pain.own)
    if mobility.answer:
        step, own = mobility.answer, mobility.own
        yield _("moves %(step)s of 5 (own forecast %(own)s)", step=step, own=own)
