"""The cohort's charts: the median with the middle half beside the published curve, and the days answered by week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from recovery.clinical.cohort import DAYS_A_WEEK, Quartiles
from recovery.clinical.trajectory import Band
from recovery.web import svg
from recovery.web.chart import ANSWERS_PER_LINE, DAYS_PER_TICK
from recovery.web.picture import Size

COURSE = Size("phone", 13)
COURSE_LOW = Size("phone", 8)  # half the steps
WEEKS = Size("phone", 7)
GAP = 0.14  # on each side of a bar, as a share of its week
PERCENT_PER_LINE = 50
WEEKS_PER_TICK = 4
LABEL_ABOVE = 0.7  # em

Run = list[tuple[int, Quartiles]]


@dataclass(frozen=True, slots=True)
class Course:
    """What to draw of one daily number. reports: by day, None where hidden. peak: the day of levelling off."""

    name: str
    title: str
    description: str
    reports: Sequence[Quartiles | None]
    published: Sequence[Band]
    highest: int
    peak: int
    peak_words: str
    scale_words: str
    axis_words: str


@dataclass(frozen=True, slots=True)
class Weeks:
    """What to draw of the days answered: by week, %, None where hidden."""

    title: str
    description: str
    percents: Sequence[int | None]
    scale_words: str
    axis_words: str


def draw(course: Course, size: Size) -> Markup:
    """The chart as one SVG element, themed by chart.css and cohort.css."""
    plot = _plot(size, len(course.published) - 1, course.highest)
    levels = range(0, course.highest + 1, ANSWERS_PER_LINE)
    x = svg.across(plot, plot.x(course.peak))
    return _whole(
        f"cohort-{course.name}",
        (course.title, course.description),
        size,
        svg.stretched(plot, *_areas(course, plot), *_grid(plot, levels), *_lines(course, plot)),
        svg.tag("line", x1=x, x2=x, y1=f"-{LABEL_ABOVE}em", y2="100%", class_="stalk milestone"),
        svg.label(plot, (plot.x(course.peak), 0), course.peak_words, "end", (-0.3, -0.5)),
        *(spot for run in runs(course.reports) if len(run) == 1 for spot in _alone(plot, run[0])),
        *_scale(plot, levels),
        *_days(plot),
        *_names(plot, course.scale_words, course.axis_words),
    )


def draw_weeks(weeks: Weeks) -> Markup:
    """The bars as one SVG element."""
    plot = _plot(WEEKS, len(weeks.percents), 100)
    levels = range(0, 101, PERCENT_PER_LINE)
    return _whole(
        "cohort-weeks",
        (weeks.title, weeks.description),
        WEEKS,
        svg.stretched(plot, *_grid(plot, levels), *_bars(plot, weeks.percents)),
        *_scale(plot, levels),
        *_week_numbers(plot),
        *_names(plot, weeks.scale_words, weeks.axis_words),
    )


def bar(percent: int) -> Markup:
    """A share as a bar beside its number; it says nothing that the number does not."""
    view = {"viewBox": "0 0 100 10", "preserveAspectRatio": "none"}
    full = svg.tag("rect", width=100, height=10, class_="bar-whole")
    part = svg.tag("rect", width=percent, height=10, class_="bar-part")
    return svg.tag("svg", full, part, **view, class_="chart bar", aria_hidden="true")


def runs(reports: Sequence[Quartiles | None]) -> list[Run]:
    """The days that follow each other without a hidden one."""
    found: list[Run] = []
    for day, quartiles in enumerate(reports):
        if quartiles is None:
            continue
        if not found or found[-1][-1][0] != day - 1:
            found.append([])
        found[-1].append((day, quartiles))
    return found


def _plot(size: Size, last: int, highest: int) -> svg.Plot:
    whole = svg.Size(size.name, size.across, size.down, 0, 0, 0, 0, 0)
    return svg.Plot(whole, last, 0, highest)


def _whole(name: str, told: tuple[str, str], size: Size, *inside: Markup) -> Markup:
    title, words = f"{name}-title", f"{name}-words"
    return svg.tag(
        "svg",
        svg.tag("title", told[0], id=title),
        svg.tag("desc", told[1], id=words),
        *inside,
        xmlns="http://www.w3.org/2000/svg",
        height=f"{size.height}em",
        class_=f"chart chart-{size.name}",
        role="img",
        aria_labelledby=f"{title} {words}",
    )


def _areas(course: Course, plot: svg.Plot) -> Iterator[Markup]:
    yield svg.area(plot, list(enumerate(course.published)), "typical-range")
    for run in runs(course.reports):
        if len(run) > 1:
            yield svg.area(
                plot, [(day, Band(q.middle, q.low, q.high)) for day, q in run], "middle-half"
            )


def _lines(course: Course, plot: svg.Plot) -> Iterator[Markup]:
    yield svg.line(plot, [(day, b.expected) for day, b in enumerate(course.published)], "typical")
    for run in runs(course.reports):
        if len(run) > 1:
            yield svg.line(plot, [(day, q.middle) for day, q in run], "own")


def _alone(plot: svg.Plot, report: tuple[int, Quartiles]) -> Iterator[Markup]:
    """A day between hidden ones makes no line."""
    day, quartiles = report
    yield svg.spot(plot, day, quartiles.middle, "now", 4.5)


def _grid(plot: svg.Plot, levels: range) -> Iterator[Markup]:
    for level in levels:
        yield svg.tag("path", d=f"M0 {plot.y(level)}H{plot.size.width}", class_="hair")


def _bars(plot: svg.Plot, percents: Sequence[int | None]) -> Iterator[Markup]:
    for week, percent in enumerate(percents):
        if percent is not None:
            left, right = plot.x(week + GAP), plot.x(week + 1 - GAP)
            top, foot = plot.y(percent), plot.y(0)
            yield svg.tag(
                "rect",
                x=left,
                y=top,
                width=round(right - left, 1),
                height=round(foot - top, 1),
                class_="bar-part",
            )


def _scale(plot: svg.Plot, levels: range) -> Iterator[Markup]:
    for level in levels:
        yield svg.label(plot, (0, plot.y(level)), str(level), "end", (-0.4, 0.35))


def _days(plot: svg.Plot) -> Iterator[Markup]:
    for day in range(0, plot.last_day + 1, DAYS_PER_TICK):
        said = str(day // DAYS_A_WEEK)
        yield svg.label(plot, (plot.x(day), plot.y(0)), said, "middle", (0, 1.2))


def _week_numbers(plot: svg.Plot) -> Iterator[Markup]:
    for week in range(0, plot.last_day, WEEKS_PER_TICK):
        place = (plot.x(week + 0.5), plot.y(0))
        yield svg.label(plot, place, str(week + 1), "middle", (0, 1.2))


def _names(plot: svg.Plot, scale: str, axis: str) -> Iterator[Markup]:
    yield svg.label(plot, (0, plot.y(0)), axis, "start", (-1.7, 2.5))
    yield svg.label(plot, (0, 0), scale, "start", (-1.7, -0.8))
