"""The chart of temperatures, below those of pain and mobility and on their days; words are handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from markupsafe import Markup

from recovery.web import svg
from recovery.web.picture import Mark, Size

COOL, HOT = 36, 39  # Cel: the scale holds at least these, so that a usual day looks usual


@dataclass(frozen=True, slots=True)
class Reading:
    """One day: its highest temperature in Cel, None if the patient felt hot and did not measure.

    is_masked: taken under paracetamol, which hides fever. title: all of it in words.
    """

    day: int
    celsius: float | None
    is_masked: bool
    title: str


@dataclass(frozen=True, slots=True)
class Temperatures:
    """What to draw, by days since the procedure. limit: from which temperature on it is flagged as fever."""

    title: str
    description: str
    readings: Sequence[Reading]
    last_day: int
    limit: float
    limit_words: tuple[str, str]
    scale_words: str
    marks: Sequence[Mark] = ()


def draw(drawn: Temperatures, size: Size) -> Markup:
    """The chart as one SVG element, themed by chart.css and course.css."""
    measured = [each.celsius for each in drawn.readings if each.celsius is not None]
    lowest = floor(min([COOL, *measured]))
    highest = ceil(max([HOT, drawn.limit, *measured]))
    whole = svg.Size(size.name, size.across, size.down, 0, 0, 0, 0, 0)
    plot = svg.Plot(whole, drawn.last_day, 0, highest - lowest)
    return svg.tag(
        "svg",
        svg.tag("title", drawn.title, id="chart-temperature-title"),
        svg.tag("desc", drawn.description, id="chart-temperature-words"),
        svg.stretched(plot, *_grid(plot), _limit(drawn, plot, lowest)),
        *(_stalk(each, plot) for each in drawn.marks),
        *(_reading(each, plot, lowest) for each in drawn.readings),
        *_words(drawn, plot, lowest),
        xmlns="http://www.w3.org/2000/svg",
        **size.measures,
        class_=f"chart chart-{size.name}",
        role="img",
        aria_labelledby="chart-temperature-title chart-temperature-words",
    )


def _grid(plot: svg.Plot) -> Iterator[Markup]:
    for level in (0, plot.highest):
        yield svg.tag("path", d=f"M0 {plot.y(level)}H{plot.size.width}", class_="hair")


def _limit(drawn: Temperatures, plot: svg.Plot, lowest: int) -> Markup:
    level = drawn.limit - lowest
    return svg.line(plot, [(0, level), (drawn.last_day, level)], "before")


def _stalk(mark: Mark, plot: svg.Plot) -> Markup:
    place = svg.across(plot, plot.x(mark.day))
    name = "flag" if mark.is_flag else "milestone"
    line = svg.tag("line", x1=place, x2=place, y1="0", y2="100%", class_=f"stalk {name}")
    told = [svg.tag("title", mark.title)] if mark.title else []
    return svg.tag("g", *told, line, class_="mark")


def _reading(reading: Reading, plot: svg.Plot, lowest: int) -> Markup:
    """A dot, a ring under paracetamol, and a question mark for "felt hot" without a number."""
    if reading.celsius is None:
        place = (plot.x(reading.day), plot.y(plot.highest))
        asked = svg.label(plot, place, "?", "middle", (0, 0.9), "felt-hot")
        return svg.tag("g", svg.tag("title", reading.title), asked)
    name, level = "masked" if reading.is_masked else "measured", reading.celsius - lowest
    return svg.spot(plot, reading.day, level, name, 3, reading.title)


def _words(drawn: Temperatures, plot: svg.Plot, lowest: int) -> Iterator[Markup]:
    for level in (0, plot.highest):
        yield svg.label(plot, (0, plot.y(level)), str(level + lowest), "end", (-0.4, 0.35))
    yield svg.label(plot, (0, 0), drawn.scale_words, "start", (-1.7, -0.8))
    place = (plot.x(drawn.last_day), plot.y(drawn.limit - lowest))
    for words, lower in zip(drawn.limit_words, (-0.15, 0.95), strict=True):
        yield svg.label(plot, place, words, "start", (0.4, lower))
