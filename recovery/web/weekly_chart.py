"""The chart of the weekly list: how many lines were ticked, by days since the procedure; words are handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from recovery.web import svg
from recovery.web.chart import DAYS_PER_TICK, LATE
from recovery.web.picture import Size

LOW = Size("phone", 9)
LONGEST_GAP_DAYS = 14  # no line is drawn across more than one list left out


@dataclass(frozen=True, slots=True)
class Totals:
    """What to draw: (day, ticked lines) in order, up to which day, of how many lines, and the words."""

    title: str
    description: str
    points: Sequence[tuple[int, int]]
    last_day: int
    lines: int
    scale_words: str
    axis_words: str


def draw(totals: Totals, size: Size = LOW) -> Markup:
    """The chart as one SVG element, themed by chart.css; 0 stands at the foot."""
    whole = svg.Size("stretched", size.across, size.down, 0, 0, 0, 0, 0)
    plot = svg.Plot(whole, totals.last_day, 0, totals.lines)
    return svg.tag(
        "svg",
        svg.tag("title", totals.title, id="weekly-chart-title"),
        svg.tag("desc", totals.description, id="weekly-chart-words"),
        svg.stretched(plot, *_grid(plot), *_runs(totals, plot)),
        *(svg.spot(plot, *point, "now", 5) for point in totals.points),
        *_axes(totals, plot),
        *_last(totals, plot),
        xmlns="http://www.w3.org/2000/svg",
        height=f"{size.height}em",
        class_=f"chart chart-{size.name}",
        role="img",
        aria_labelledby="weekly-chart-title weekly-chart-words",
    )


def _levels(plot: svg.Plot) -> range:
    return range(0, plot.highest + 1, plot.highest // 2)


def _grid(plot: svg.Plot) -> Iterator[Markup]:
    for level in _levels(plot):
        yield svg.tag("path", d=f"M0 {plot.y(level)}H{plot.size.width}", class_="hair")


def _runs(totals: Totals, plot: svg.Plot) -> Iterator[Markup]:
    for before, after in pairwise(totals.points):
        if after[0] - before[0] <= LONGEST_GAP_DAYS:
            yield svg.line(plot, [before, after], "own")


def _axes(totals: Totals, plot: svg.Plot) -> Iterator[Markup]:
    for level in _levels(plot):
        yield svg.label(plot, (0, plot.y(level)), str(level), "end", (-0.4, 0.35))
    for day in range(0, plot.last_day + 1, DAYS_PER_TICK):
        yield svg.label(plot, (plot.x(day), plot.y(0)), str(day // 7), "middle", (0, 1.2))
    yield svg.label(plot, (0, plot.y(0)), totals.axis_words, "start", (-1.7, 2.5))
    yield svg.label(plot, (0, 0), totals.scale_words, "start", (-1.7, -0.8))


def _last(totals: Totals, plot: svg.Plot) -> Iterator[Markup]:
    """The last number, on the side where there is room."""
    for day, ticked in totals.points[-1:]:
        anchor, dx = ("end", -0.55) if day > LATE * plot.last_day else ("start", 0.55)
        place = (plot.x(day), plot.y(ticked))
        yield svg.label(plot, place, str(ticked), anchor, (dx, 0.35), "now")
