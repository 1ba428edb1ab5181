"""The charts and the spark line: how a picture is drawn, layer by layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from recovery.web import svg
from recovery.web.picture import LETTER, PHONE, Mark, Picture, Size
from recovery.web.svg import Point

HALF_LIFE_DAYS = 3  # of an answer's weight in the smoothed line
LONGEST_GAP_DAYS = 4  # no line is drawn across a longer silence
DAYS_PER_TICK = 28
ANSWERS_PER_LINE = 5
ROW = 1.25  # em from one row of labels to the next
TWO_ROWS = 2.3  # em that a label of two rows needs
FIRST_WORDS_DAY = 7  # words inside of the drawing begin there: the first days are steep
LATE = 0.85  # of the days: what stands there has no room on its right


def draw(picture: Picture, size: Size = PHONE) -> Markup:
    """The chart as one SVG element, themed by chart.css: what is drawn is stretched, letters grow with the text."""
    plot = _plot(picture, size)
    placed = list(_placed(picture, plot))
    rows = _rows(picture, plot, placed)
    title, words = f"chart-{picture.name}-title", f"chart-{picture.name}-words"
    layers = (
        svg.stretched(
            plot, *_expected(picture, plot), *_grid(plot), *_published_line(picture, plot)
        ),
        *(_mark(plot, mark, anchor, rows - row) for mark, anchor, row in placed),
        svg.stretched(plot, *_levels(picture, plot)),
        *(svg.spot(plot, *each) for each in picture.dots),
        svg.stretched(plot, *_own(picture, plot)),
        *_axes(picture, plot),
        *_level_words(picture, plot, size),
        *_now(picture, plot, size),
    )
    return svg.tag(
        "svg",
        svg.tag("title", picture.title, id=title),
        svg.tag("desc", picture.description, id=words),
        *layers,
        xmlns="http://www.w3.org/2000/svg",
        **size.measures,
        class_=f"chart chart-{size.name} rows-{rows}",
        role="img",
        aria_labelledby=f"{title} {words}",
    )


def _plot(picture: Picture, size: Size) -> svg.Plot:
    whole = svg.Size(size.name, size.across, size.down, 0, 0, 0, 0, 0)
    return svg.Plot(whole, len(picture.published) - 1, 0, picture.highest)


def spark(pains: Sequence[tuple[int, int]], before: int | None, words: str) -> Markup:
    """The same line without axes, for one row of a list; words say what it shows."""
    size = svg.Size("spark", 120, 32, 3, 5, 4, 4, 0)
    plot = svg.Plot(size, max([day for day, _ in pains] + [7]), size.top)
    level = (
        [svg.line(plot, [(0, before), (plot.last_day, before)], "before")]
        if before is not None
        else []
    )
    lines = [svg.line(plot, run, "own") for run in smoothed(pains, frozenset())]
    dot = [svg.dot(plot, *pains[-1], "now", 3)] if pains else []
    return svg.tag(
        "svg",
        *level,
        *lines,
        *dot,
        viewBox="0 0 120 32",
        class_="chart chart-spark",
        role="img",
        aria_label=words,
    )


def smoothed(pains: Iterable[tuple[int, int]], breaks: frozenset[int]) -> list[list[Point]]:
    """A trailing average, newer answers weighing more, in runs; it never looks ahead."""
    runs: list[list[Point]] = []
    weight = total = 0.0
    last = None
    for day, pain in pains:
        if last is None or day in breaks or day - last > LONGEST_GAP_DAYS:
            runs.append([])
            weight = total = 0.0
        else:
            fade = 0.5 ** ((day - last) / HALF_LIFE_DAYS)
            weight, total = weight * fade, total * fade
        weight, total, last = weight + 1, total + pain, day
        runs[-1].append((day, total / weight))
    return runs


def _expected(picture: Picture, plot: svg.Plot) -> Iterator[Markup]:
    yield svg.area(plot, list(enumerate(picture.published)), "typical-range")
    if len(picture.foretold) > 1:
        yield svg.area(plot, list(enumerate(picture.foretold)), "foretold-range")
    if len(picture.ahead) > 1:
        yield svg.area(plot, picture.ahead, "ahead-range")


def _grid(plot: svg.Plot) -> Iterator[Markup]:
    for answer in range(0, plot.highest + 1, ANSWERS_PER_LINE):
        yield svg.tag("path", d=f"M0 {plot.y(answer)}H{plot.size.width}", class_="hair")


def _axes(picture: Picture, plot: svg.Plot) -> Iterator[Markup]:
    """The numbers and names of both axes, all outside of what is drawn."""
    for answer in range(0, plot.highest + 1, ANSWERS_PER_LINE):
        yield svg.label(plot, (0, plot.y(answer)), str(answer), "end", (-0.4, 0.35))
    for day in range(0, plot.last_day + 1 if picture.axis_words else 0, DAYS_PER_TICK):
        yield svg.label(plot, (plot.x(day), plot.y(0)), str(day // 7), "middle", (0, 1.2))
    yield svg.label(plot, (0, plot.y(0)), picture.axis_words, "start", (-1.7, 2.5))
    yield svg.label(plot, (0, 0), picture.scale_words, "start", (-1.7, -0.8))


def _placed(picture: Picture, plot: svg.Plot) -> Iterator[tuple[Mark, str, int]]:
    """Each mark with its anchor and row: a label that would run into an earlier one goes a row lower, and
    no stalk crosses a label."""
    taken: list[tuple[float, int]] = []
    for mark in sorted(picture.marks, key=lambda each: each.day):
        start, end, anchor = _reach(mark, plot, picture.letter)
        row = max((row + 1 for last, row in taken if last > start), default=0) if mark.words else 0
        if mark.words:
            taken.append((end, row))
        yield mark, anchor, row


def _reach(mark: Mark, plot: svg.Plot, letter: float) -> tuple[float, float, str]:
    """From where to where a mark's label goes, as shares of the drawing's width, and its anchor."""
    x, width = plot.x(mark.day) / plot.size.width, (len(mark.words) + 1) * letter
    return (x - width, x, "end") if x + width > 1 else (x, x + width, "start")


def _rows(picture: Picture, plot: svg.Plot, placed: Sequence[tuple[Mark, str, int]]) -> int:
    """The number of rows below the first: labels that would run into the name of the axis stand above it."""
    lowest = max((row for *_, row in placed), default=0)
    name_ends = (len(picture.scale_words) - 2) * picture.letter  # it begins left of the drawing
    last = [mark for mark, _, row in placed if row == lowest and mark.words]
    return lowest + any(_reach(mark, plot, picture.letter)[0] < name_ends for mark in last)


def _mark(plot: svg.Plot, mark: Mark, anchor: str, row: int) -> Markup:
    """A stalk from its label, so many rows above the drawing, to the foot."""
    x, above = plot.x(mark.day), 0.7 + ROW * row if mark.words else 0
    name = "flag" if mark.is_flag else "milestone"
    place = svg.across(plot, x)
    stalk = svg.tag(
        "line", x1=place, x2=place, y1=f"-{above:g}em", y2="100%", class_=f"stalk {name}"
    )
    told = [svg.tag("title", mark.title)] if mark.title else []
    aside = (-0.3 if anchor == "end" else 0.3, 0.2 - above)
    said = [svg.label(plot, (x, 0), mark.words, anchor, aside, name)] if mark.words else []
    return svg.tag("g", *told, stalk, *said, class_="mark")


def _levels(picture: Picture, plot: svg.Plot) -> Iterator[Markup]:
    if picture.before is not None:
        yield svg.line(plot, [(0, picture.before), (plot.last_day, picture.before)], "before")
    target = picture.target
    if target is not None:
        days = (target.first_day, target.last_day)
        yield svg.line(plot, [(day, target.level) for day in days], "target")


def _level_words(picture: Picture, plot: svg.Plot, size: Size) -> Iterator[Markup]:
    before, target = picture.before, picture.target
    if before is not None and not size.has_margin:
        yield from _inside(picture, plot, before)
        return
    apart = _apart(picture, size)
    if before is not None:
        yield from _beside(plot, plot.last_day, before, picture.before_words, apart)
    if target is not None:
        yield from _beside(plot, target.last_day, target.level, target.words, -apart)


def _apart(picture: Picture, size: Size) -> float:
    """By how many em the words of two near levels move away from each other: those of the level before, downwards."""
    if picture.before is None or picture.target is None:
        return 0.0
    above = picture.before - picture.target.level
    missing = max(0.0, TWO_ROWS - abs(above) * size.height / picture.highest) / 2
    return -missing if above >= 0 else missing


def _beside(plot: svg.Plot, day: int, level: int, words: str, moved: float) -> Iterator[Markup]:
    """On the right of a line's end, in two rows: the words and the number."""
    place = (plot.x(day), plot.y(level))
    yield svg.label(plot, place, words, "start", (0.4, moved - 0.15))
    yield svg.label(plot, place, str(level), "start", (0.4, moved + 0.95))


def _inside(picture: Picture, plot: svg.Plot, level: int) -> Iterator[Markup]:
    """On the line where no answer is in the way; for somebody who stays at that level, its number on the axis."""
    said = f"{picture.before_words} {level}"
    wide = (len(said) + 1) * LETTER * plot.last_day
    for anchor, is_below in _places(picture, plot, level):
        first = FIRST_WORDS_DAY if anchor == "start" else plot.last_day - wide
        if not any(_is_in_the_way(each, first, wide, level, is_below) for each in picture.answers):
            place = (plot.x(first if anchor == "start" else plot.last_day), plot.y(level))
            yield svg.label(plot, place, said, anchor, (0, 1.1 if is_below else -0.35))
            return
    if level % ANSWERS_PER_LINE:
        yield svg.label(plot, (0, plot.y(level)), str(level), "end", (-0.4, 0.35))


def _places(picture: Picture, plot: svg.Plot, level: int) -> Iterator[tuple[str, bool]]:
    """Where a level's words may stand (anchor, below the line), the best first; outside of the drawing never."""
    is_late = bool(picture.answers) and picture.answers[-1][0] > plot.last_day * 2 / 3
    sides = [level < picture.highest / 2, level >= picture.highest / 2]
    for anchor in ("start", "end") if is_late else ("end", "start"):
        for is_below in sides:
            if level != (0 if is_below else picture.highest):
                yield anchor, is_below


def _is_in_the_way(
    answer: tuple[int, int], first: float, wide: float, level: int, is_below: bool
) -> bool:
    """Whether a dot, or the line through it, would lie on words that begin on that day."""
    day, value = answer
    nearest, furthest = (level - 1, level) if is_below else (level, level + 1)
    return first - 2 <= day <= first + wide + 2 and nearest <= value <= furthest


def _published_line(picture: Picture, plot: svg.Plot) -> Iterator[Markup]:
    yield svg.line(
        plot, [(day, band.expected) for day, band in enumerate(picture.published)], "typical"
    )


def _own(picture: Picture, plot: svg.Plot) -> Iterator[Markup]:
    for run in smoothed(picture.answers, picture.breaks):
        yield svg.tag("path", d=svg.curve(plot, run), class_="line own")
    if len(picture.ahead) > 1:
        yield svg.line(plot, [(day, band.expected) for day, band in picture.ahead], "ahead")


def _now(picture: Picture, plot: svg.Plot, size: Size) -> Iterator[Markup]:
    """The last answer, its number on its right where there is room; on paper there always is."""
    for day, answer in picture.answers[-1:]:
        is_late = day > LATE * plot.last_day and not size.is_paper
        anchor, dx = ("end", -0.55) if is_late else ("start", 0.55)
        yield svg.spot(plot, day, answer, "now", 6)
        yield svg.label(plot, (plot.x(day), plot.y(answer)), str(answer), anchor, (dx, 0.35), "now")
