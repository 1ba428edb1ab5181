"""The budget chart: flags a week at each number that a clinic may choose, and the budget; words are handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from recovery.web import svg, wording
from recovery.web.svg import WORST_PAIN

SIZE = svg.Size("phone", 360, 240, 34, 14, 34, 52, 15)


@dataclass(frozen=True, slots=True)
class Curve:
    """What to draw: (number, flags a week) in order, their ranges, which is proposed if any, the budget, the words."""

    title: str
    description: str
    points: Sequence[tuple[float, float]]
    ranges: Sequence[tuple[float, float]]
    chosen: int | None
    budget: float
    budget_words: str
    rate_words: str
    axis_words: str


def draw(curve: Curve) -> Markup:
    """The chart as one SVG element, themed by chart.css."""
    plot = svg.Plot(SIZE, len(curve.points) - 1, SIZE.top)
    top = _top(curve)
    places = [(number, rate / top * WORST_PAIN) for number, (_, rate) in enumerate(curve.points)]
    return svg.tag(
        "svg",
        svg.tag("title", curve.title, id="chart-title"),
        svg.tag("desc", curve.description, id="chart-words"),
        *_grid(curve, plot, top),
        *_budget(curve, plot, top),
        *_ranges(curve, plot, top),
        svg.line(plot, places, "own"),
        *(svg.dot(plot, *place, "answer", 3) for place in places),
        *_chosen(curve, plot, places),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {SIZE.width} {SIZE.height}",
        class_="chart",
        role="img",
        aria_labelledby="chart-title chart-words",
    )


def _top(curve: Curve) -> int:
    """The top of the scale: an even number, so that its middle is a whole one."""
    highest = max([curve.budget, *(high for _, high in curve.ranges)])
    return max(2, 2 * ceil(highest / 2))


def _grid(curve: Curve, plot: svg.Plot, top: int) -> Iterator[Markup]:
    left, right, text = plot.x(0), plot.x(plot.last_day), SIZE.text
    for share in (0, WORST_PAIN // 2, WORST_PAIN):
        yield svg.tag("path", d=f"M{left} {plot.y(share)}H{right}", class_="hair")
        said = str(top * share // WORST_PAIN)
        yield svg.words(left - 6, plot.y(share) + text * 0.35, said, "end")
    foot = SIZE.height - SIZE.bottom + text * 1.2
    for number in range(0, len(curve.points), 2):
        yield svg.words(plot.x(number), foot, wording.number(curve.points[number][0]), "middle")
    yield svg.words((left + right) / 2, foot + text * 1.3, curve.axis_words, "middle")
    yield svg.words(0, text, curve.rate_words, "start")


def _budget(curve: Curve, plot: svg.Plot, top: int) -> Iterator[Markup]:
    level = curve.budget / top * WORST_PAIN
    yield svg.line(plot, [(0, level), (plot.last_day, level)], "before")
    yield svg.words(plot.x(plot.last_day), plot.y(level) - 6, curve.budget_words, "end")


def _ranges(curve: Curve, plot: svg.Plot, top: int) -> Iterator[Markup]:
    """What chance leaves open at each number."""
    for number, ends in enumerate(curve.ranges):
        yield svg.line(plot, [(number, end / top * WORST_PAIN) for end in ends], "stalk")


def _chosen(curve: Curve, plot: svg.Plot, places: Sequence[svg.Point]) -> Iterator[Markup]:
    if curve.chosen is None:
        return
    place = places[curve.chosen]
    yield svg.dot(plot, *place, "now", 6)
    said = wording.number(curve.points[curve.chosen][0])
    yield svg.words(plot.x(place[0]), plot.y(place[1]) - 12, said, "middle", "now")
