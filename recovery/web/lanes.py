"""Lanes: what happened on which day, as shapes in rows below the charts, with the one axis of days for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from recovery.web import svg
from recovery.web.picture import Size

ROW = 1.55  # em from one lane to the next
PAPER_ROW = 15  # px of the same on paper
# A letter's width as a share of the drawing's: where words are shown (course.css hides them elsewhere), and on paper.
LETTER, PAPER_LETTER = 0.018, 0.0105
DAYS_PER_TICK = 14
MOST_ROWS = 4
RING = "M-6 0A6 6 0 1 1 6 0A6 6 0 1 1 -6 0Z"
# In px around the middle of the place; a shape is never told by its colour alone.
SHAPES = {
    "flag-open": "M-4 8V-8L8 -4L-4 0",
    "flag-closed": "M-4 8V-8L8 -4L-4 0",
    "note": "M-5 -6H5V6H-5ZM-2.5 -2H2.5M-2.5 2H2.5",
    "reached": RING,
    "unreached": RING + "M-4 4L4 -4",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """One thing on its day, or until a day. title: the whole sentence; words: beside it, where there is room."""

    day: int
    kind: str
    title: str
    words: str = ""
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Space:
    """How many days, and how wide a letter is."""

    last_day: int
    letter: float


@dataclass(frozen=True, slots=True)
class Lanes:
    """What to draw: lanes from the top, the last day, and the words."""

    title: str
    description: str
    rows: Sequence[Sequence[Shape]]
    last_day: int
    axis_words: str

    @property
    def kinds(self) -> set[str]:
        """The shapes that are drawn."""
        return {each.kind for row in self.rows for each in row}


def draw(lanes: Lanes, size: Size) -> Markup:
    """The lanes as one SVG element, as wide as the charts above it; themed by course.css."""
    space = Space(lanes.last_day, PAPER_LETTER if size.is_paper else LETTER)
    rows = [row for lane in lanes.rows for row in _without_collisions(lane, space) if row]
    size = _as_high_as(rows, size)
    whole = svg.Size(size.name, size.across, size.down, 0, 0, 0, 0, 0)
    plot = svg.Plot(whole, lanes.last_day, 0, 1)
    return svg.tag(
        "svg",
        svg.tag("title", lanes.title, id="lanes-title"),
        svg.tag("desc", lanes.description, id="lanes-words"),
        *(_shape(e, plot, space, (n + 0.5) / len(rows)) for n, row in enumerate(rows) for e in row),
        *_axis(lanes, plot),
        xmlns="http://www.w3.org/2000/svg",
        **size.measures,
        class_=f"chart chart-{size.name} lanes",
        role="img",
        aria_labelledby="lanes-title lanes-words",
    )


def _as_high_as(rows: Sequence[object], size: Size) -> Size:
    high = max(len(rows), 0.2)
    down = round(high * PAPER_ROW) if size.is_paper else size.down
    return replace(size, height=round(high * ROW, 2), down=down)


def _without_collisions(lane: Sequence[Shape], space: Space) -> list[list[Shape]]:
    """A lane in as many rows as it needs, at most four: with all its words, with those of open flags, or with none."""
    told = [each if each.kind == "flag-open" else replace(each, words="") for each in lane]
    silent = [replace(each, words="") for each in lane]
    tried = [_rows(each, space) for each in (lane, told, silent)]
    rows = next((each for each in tried if len(each) <= MOST_ROWS), tried[-1])
    return [*rows[: MOST_ROWS - 1], [shape for row in rows[MOST_ROWS - 1 :] for shape in row]]


def _rows(lane: Sequence[Shape], space: Space) -> list[list[Shape]]:
    """As many as it needs, so that nothing runs into anything."""
    rows: list[list[Shape]] = []
    ends: list[float] = []
    for shape in sorted(lane, key=lambda each: each.day):
        start, end = _reach(shape, space)
        free = next((n for n, taken in enumerate(ends) if taken <= start), len(rows))
        if free == len(rows):
            rows.append([])
            ends.append(0)
        rows[free].append(shape)
        ends[free] = end
    return rows


def _reach(shape: Shape, space: Space) -> tuple[float, float]:
    """From where to where it goes, as shares of the width."""
    place, letter = shape.day / space.last_day, space.letter
    wide = (len(shape.words) + 2) * letter if shape.words else letter
    if shape.until is not None:
        return place, shape.until / space.last_day
    if _is_turned(shape, space):
        return place - wide, place + letter
    return place - letter, place + wide


def _is_turned(shape: Shape, space: Space) -> bool:
    """Whether its words stand before it, because the drawing ends."""
    return shape.day / space.last_day + (len(shape.words) + 2) * space.letter > 1


def _shape(shape: Shape, plot: svg.Plot, space: Space, height: float) -> Markup:
    y = height * plot.size.height
    parts = [svg.tag("title", shape.title)]
    if shape.until is not None:
        parts.append(_bar(shape, shape.until, plot, y))
    else:
        drawn = svg.tag("path", d=SHAPES[shape.kind], class_=f"shape {shape.kind}")
        parts.append(svg.placed(plot, (plot.x(shape.day), y), drawn))
    if shape.words:
        anchor, dx = ("end", -0.7) if _is_turned(shape, space) else ("start", 0.9)
        place = (plot.x(shape.day), y)
        parts.append(svg.label(plot, place, shape.words, anchor, (dx, 0.35), "lane-words"))
    return svg.tag("g", *parts, class_="mark")


def _bar(shape: Shape, until: int, plot: svg.Plot, y: float) -> Markup:
    last = min(until, plot.last_day)
    first, end = svg.across(plot, plot.x(max(shape.day, 0))), svg.across(plot, plot.x(last))
    down = svg.down(plot, y)
    return svg.tag("line", x1=first, x2=end, y1=down, y2=down, class_=f"bar {shape.kind}")


def _axis(lanes: Lanes, plot: svg.Plot) -> Iterator[Markup]:
    step = DAYS_PER_TICK * (1 + lanes.last_day // 180)
    for number, day in enumerate(range(0, lanes.last_day + 1, step)):
        # course.css leaves some out where letters are large for their place.
        name = "every-second" if number % 2 else "every-fourth" if number % 4 else ""
        yield svg.label(plot, (plot.x(day), plot.y(0)), str(day), "middle", (0, 1.2), name)
    yield svg.label(
        plot, (plot.x(lanes.last_day), plot.y(0)), lanes.axis_words, "start", (0.9, 1.2)
    )
