"""The course of one patient on one axis of days: the charts of pain, mobility and temperature, and what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask_babel import gettext as _
from markupsafe import Markup

from recovery.clinical.limits import pathway_fever
from recovery.records.accounts import Clinic
from recovery.records.checkins import CheckIn
from recovery.records.flags import Flag
from recovery.records.limits import PatientLimit
from recovery.web import chart, course_days, course_marks, lanes, standing, temperature_chart
from recovery.web import clinic_presenters as say
from recovery.web.course_days import CourseDay, Told
from recovery.web.picture import (
    CLINIC,
    CLINIC_LOW,
    CLINICS_LETTER,
    SHEET,
    SHEET_LOW,
    Mark,
    Picture,
    Size,
)
from recovery.web.progress import Progress
from recovery.web.temperature_chart import Reading, Temperatures
from recovery.web.timeline import Event
from recovery.web.wording import decimal


@dataclass(frozen=True)
class Panel:
    """One chart with its sentences."""

    name: str
    title: str
    words: str
    chart: Markup


@dataclass(frozen=True)
class CourseChart:
    """All of it. days: with their sentences, from the procedure on. key: what each line means. shapes: class, path and
    meaning of each."""

    panels: tuple[Panel, ...]
    lanes: Markup
    days: tuple[CourseDay, ...]
    key: tuple[tuple[str, str], ...]
    shapes: tuple[tuple[str, str, str], ...]
    today: int

    @property
    def past(self) -> tuple[CourseDay, ...]:
        """The days up to today, the newest first."""
        return tuple(each for each in reversed(self.days) if not each.is_ahead)

    @property
    def ahead(self) -> tuple[CourseDay, ...]:
        """The days to come."""
        return tuple(each for each in self.days if each.is_ahead)


@dataclass(frozen=True)
class Setting:
    """From what the chart is drawn. rows: every revision since the procedure. open_flags: with what each says."""

    course: Progress
    clinic: Clinic
    rows: Sequence[CheckIn]
    names: Mapping[UUID, str]
    events: Sequence[Event]
    open_flags: Sequence[tuple[Flag, str]]
    acting: Sequence[PatientLimit]


def course_chart(setting: Setting, *, is_paper: bool = False) -> CourseChart:
    """Drawn for the screen, or for paper."""
    course = setting.course
    milestones = course_marks.milestones(course, setting.clinic)
    restarts = course_marks.restarts(course, setting.events)
    marks = course_marks.stalks(course, [*restarts, *milestones], setting.open_flags)
    told = Told(course, setting.rows, setting.names, setting.events, milestones)
    days = course_days.days(told)
    high, low = (SHEET, SHEET_LOW) if is_paper else (CLINIC, CLINIC_LOW)
    events = course_marks.lanes(course, setting.events)
    return CourseChart(
        panels=tuple(_panels(setting, marks, days, (high, low))),
        lanes=lanes.draw(events, low),
        days=tuple(days),
        key=tuple(key(setting)),
        shapes=tuple(shapes(events.kinds)),
        today=course.today,
    )


def _panels(
    setting: Setting,
    marks: Mapping[str, Sequence[Mark]],
    days: Sequence[CourseDay],
    sizes: tuple[Size, Size],
) -> Iterable[Panel]:
    target = next((each for each in setting.acting if each.kind == "pain_target"), None)
    pictures = standing.pictures(setting.course, marks, target)
    for picture, size in zip(pictures, sizes, strict=False):
        drawn = chart.draw(_titled(picture, days), size)
        yield Panel(picture.name, picture.scale_words, picture.description, drawn)
    if readings := list(_readings(setting)):
        yield _temperature(setting, readings, marks, sizes[1])


def _titled(picture: Picture, days: Sequence[CourseDay]) -> Picture:
    """Each dot says its day and its answer."""
    dated = {day.number: day.date for day in days}
    titles = {
        day: _(
            "Day %(day)s, %(date)s: %(what)s %(answer)s",
            day=day,
            date=dated.get(day, ""),
            what=picture.scale_words,
            answer=answer,
        )
        for day, answer in picture.answers
    }
    return replace(picture, titles=titles, letter=CLINICS_LETTER)


def _readings(setting: Setting) -> Iterable[Reading]:
    """The hottest of each day, also where the patient felt hot and did not measure."""
    hottest: dict[int, CheckIn] = {}
    start = setting.course.procedure.performed_on
    for row in setting.rows:
        day = (row.day - start).days
        if row.temperature_c is not None or row.temperature_instead == "felt_hot":
            kept = hottest.get(day)
            if kept is None or (row.temperature_c or 0) > (kept.temperature_c or 0):
                hottest[day] = row
    for day, row in sorted(hottest.items()):
        title = _("Day %(day)s: %(said)s", day=day, said=say.reading(row))
        yield Reading(day, row.temperature_c, bool(row.paracetamol), title)


def _temperature(
    setting: Setting,
    readings: Sequence[Reading],
    marks: Mapping[str, Sequence[Mark]],
    size: Size,
) -> Panel:
    own = next((each.number for each in setting.acting if each.kind == "fever_limit"), None)
    limit = own or pathway_fever(setting.course.pathway, max(setting.course.today, 0))
    last = readings[-1].title
    silent = [replace(mark, words="") for mark in marks.get("", ())]
    drawn = Temperatures(
        title=_("Temperature since the procedure"),
        description=_("Highest temperature of each day in °C. Last: %(last)s", last=last),
        readings=readings,
        last_day=setting.course.last_shown,
        limit=limit,
        limit_words=(_("fever"), decimal(limit)),
        scale_words=_("Temperature, °C"),
        marks=[*silent, *marks.get("fever", ())],
    )
    return Panel("temperature", drawn.scale_words, "", temperature_chart.draw(drawn, size))


def key(setting: Setting) -> Iterable[tuple[str, str]]:
    """What each line means, and what share a range holds."""
    yield "own", _("Answers, and their average of the last days")
    yield "foretold", _("Own forecast of each answer, made before it: 4 of 5 answers lie within")
    said = _("Where the answers point: the level, without daily ups and downs; 4 of 5 lie within")
    yield "ahead", said
    said = _("What people who had this procedure typically report: about 2 of 3 people lie within")
    yield "typical", said
    yield "before", _("Level before the procedure; for temperature, from where it is fever")
    if any(each.kind == "pain_target" for each in setting.acting):
        yield "target", _("Pain target set for this patient, while it acts")
    if setting.open_flags:
        yield "flag", _("Day on which an open flag was raised")


def shapes(drawn: Collection[str]) -> Iterable[tuple[str, str, str]]:
    """What each shape means; drawn: those in the lanes."""
    yield "stalk milestone", "M0 -10V10", _("A day of the pathway, with its word above")
    yield "dot masked", lanes.RING, _("Temperature under paracetamol, which hides fever")
    words = {
        "flag-open": _("Flag, still open"),
        "flag-closed": _("Flag, closed"),
        "note": _("Note"),
        "reached": _("Call, somebody was reached"),
        "unreached": _("Call, no answer"),
    }
    for kind, said in words.items():
        if kind in drawn:
            yield f"shape {kind}", lanes.SHAPES[kind], said
    lasting = {"away": _("Paused, or in hospital"), "limit": _("A limit for this patient")}
    for kind, said in lasting.items():
        if kind in drawn:
            yield f"bar {kind}", "M-18 0H18", said
