"""The pieces of an SVG drawing: places in a plot, lines, areas, dots and words, themed by classes alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from recovery.clinical.trajectory import Band

Point = tuple[float, float]
WORST_PAIN = 10
WHOLE = 1000  # a stretched drawing is so wide and so high, whatever its size on screen
KEPT = ("viewBox", "preserveAspectRatio")


@dataclass(frozen=True, slots=True)
class Size:
    """The drawing's measures in its own units; at its smallest on screen they are 0.8 px."""

    name: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    text: int


@dataclass(frozen=True, slots=True)
class Plot:
    """Days and answers as places in the drawing; highest: the top of the answers' scale."""

    size: Size
    last_day: int
    top: int
    highest: int = WORST_PAIN

    def x(self, day: float) -> float:
        """Where a day stands."""
        width = self.size.width - self.size.left - self.size.right
        return round(self.size.left + width * day / self.last_day, 1)

    def y(self, answer: float) -> float:
        """Where an answer stands."""
        height = self.size.height - self.top - self.size.bottom
        return round(self.top + height * (1 - answer / self.highest), 1)


def tag(name: str, *inside: str, **attributes: object) -> Markup:
    """An element; text inside is escaped unless it is markup already."""
    written = Markup("").join(
        Markup(' {}="{}"').format(_attribute(key), value) for key, value in attributes.items()
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, Markup("").join(inside))


def _attribute(name: str) -> str:
    return name if name in KEPT else name.rstrip("_").replace("_", "-")


def path(plot: Plot, points: Iterable[Point]) -> str:
    """The line through these points, straight from one to the next."""
    return "M" + "L".join(f"{plot.x(day)} {plot.y(answer)}" for day, answer in points)


def curve(plot: Plot, points: Sequence[Point]) -> str:
    """The line with its corners rounded off: it bends between answers and passes half-way between them."""
    places = [(plot.x(day), plot.y(answer)) for day, answer in points]
    bends = pairwise(places[1:])
    middle = "".join(
        f"Q{x} {y} {(x + x2) / 2:.1f} {(y + y2) / 2:.1f}" for (x, y), (x2, y2) in bends
    )
    return "M{} {}".format(*places[0]) + middle + "L{} {}".format(*places[-1])


def line(plot: Plot, points: Iterable[Point], name: str) -> Markup:
    """A line of this class."""
    return tag("path", d=path(plot, points), class_=f"line {name}")


def area(plot: Plot, bands: Sequence[tuple[int, Band]], name: str) -> Markup:
    """The area between the low and the high of each day."""
    above = [(day, band.high) for day, band in bands]
    below = [(day, band.low) for day, band in reversed(bands)]
    return tag("path", d=path(plot, [*above, *below]) + "Z", class_=f"area {name}")


def dot(plot: Plot, day: float, answer: float, name: str, radius: float) -> Markup:
    """One answer."""
    return tag("circle", cx=plot.x(day), cy=plot.y(answer), r=radius, class_=f"dot {name}")


def words(x: float, y: float, said: str, anchor: str, name: str = "") -> Markup:
    """A label."""
    return tag(
        "text",
        said,
        x=round(x, 1),
        y=round(y, 1),
        text_anchor=anchor,
        class_=f"words {name}".rstrip(),
    )


def stretched(plot: Plot, *inside: str) -> Markup:
    """Lines and areas that fill the whole element; their strokes keep their width. On paper nothing is stretched."""
    if plot.size.width != WHOLE:
        return tag("g", *inside, class_="stretched")
    view = f"0 0 {plot.size.width} {plot.size.height}"
    return tag("svg", *inside, viewBox=view, preserveAspectRatio="none", class_="stretched")


def across(plot: Plot, x: float) -> str:
    """A place of a stretched drawing for what must not be stretched, such as "43.2%" of its width."""
    return f"{100 * x / plot.size.width:.4g}%"


def down(plot: Plot, y: float) -> str:
    """The same of its height."""
    return f"{100 * y / plot.size.height:.4g}%"


def spot(
    plot: Plot, day: float, answer: float, name: str, radius: float, title: str = ""
) -> Markup:
    """One answer in a stretched drawing; title: its words for whoever points at it."""
    x, y = across(plot, plot.x(day)), down(plot, plot.y(answer))
    told = [tag("title", title)] if title else []
    return tag("circle", *told, cx=x, cy=y, r=radius, class_=f"dot {name}")


def label(plot: Plot, place: Point, said: str, anchor: str, aside: Point, name: str = "") -> Markup:
    """Words beside a place of a stretched drawing, so many em to the right and below."""
    (x, y), (dx, dy) = place, aside
    return tag(
        "text",
        said,
        x=across(plot, x),
        y=down(plot, y),
        dx=f"{dx:g}em",
        dy=f"{dy:g}em",
        text_anchor=anchor,
        class_=f"words {name}".rstrip(),
    )


def placed(plot: Plot, place: Point, *inside: str) -> Markup:
    """What is drawn in px around a place of a stretched drawing, itself never stretched."""
    x, y = place
    if plot.size.width != WHOLE:
        return tag("g", *inside, transform=f"translate({x} {y})")
    return tag("svg", *inside, x=across(plot, x), y=down(plot, y), class_="placed")
