"""The charts and the spark line: what is drawn, layer by layer; words and numbers are handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from recovery.clinical.trajectory import Band
from recovery.web import svg
from recovery.web.svg import WORST_PAIN, Point

Size = svg.Size
HALF_LIFE_DAYS = 3  # of an answer's weight in the smoothed line
LONGEST_GAP_DAYS = 4  # no line is drawn across a longer silence
LETTER = 0.56  # a letter's usual width, in heights
DAYS_PER_TICK = 14
ANSWERS_PER_LINE = 5
ROW = 1.25  # from one row of labels to the next, in heights

PHONE = Size("phone", 360, 340, 30, 12, 36, 54, 18)
CLINIC = Size("small", 360, 176, 24, 8, 28, 32, 12)
CLINIC_LOW = Size("small", 360, 128, 24, 8, 28, 32, 12)  # half the steps, half the height


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at one day: a milestone, or a flag. title: the whole sentence for whoever points at it."""

    day: int
    words: str
    is_flag: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw, by days since the procedure.

    answers: the worst of each answered day. published: one band for each day from 0 to the last shown.
    foretold: one for each day from 0 on, as expected of one answer before it came. ahead: where the answers
    point, from today on. breaks: days at which the smoothed line starts anew, so that nothing that was flagged
    is smoothed away. name: its own among the charts of a page.
    """

    title: str
    description: str
    answers: Sequence[tuple[int, int]]
    published: Sequence[Band]
    ahead: Sequence[tuple[int, Band]]
    foretold: Sequence[Band] = ()
    before: int | None = None
    before_words: str = ""
    scale_words: str = ""
    axis_words: str = ""
    marks: Sequence[Mark] = ()
    breaks: frozenset[int] = frozenset()
    highest: int = WORST_PAIN
    name: str = "pain"


def draw(picture: Picture, size: Size = PHONE) -> Markup:
    """The chart as one SVG element, themed by chart.css."""
    placed = list(_placed(picture, size))
    rows = max((row for *_, row in placed), default=0)
    top = round(size.top + size.text * ROW * rows)
    plot = svg.Plot(size, len(picture.published) - 1, top, picture.highest)
    title, words = f"chart-{picture.name}-title", f"chart-{picture.name}-words"
    layers = (
        *_expected(picture, plot),
        *_grid(picture, plot),
        *(_mark(plot, mark, anchor, row) for mark, anchor, row in placed),
        *_before(picture, plot),
        *_published_line(picture, plot),
        *_own(picture, plot),
    )
    return svg.tag(
        "svg",
        svg.tag("title", picture.title, id=title),
        svg.tag("desc", picture.description, id=words),
        *layers,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {size.width} {size.height}",
        class_=f"chart chart-{size.name}",
        role="img",
        aria_labelledby=f"{title} {words}",
    )


def spark(pains: Sequence[tuple[int, int]], before: int | None, words: str) -> Markup:
    """The same line without axes, for one row of a list; words say what it shows."""
    size = Size("spark", 120, 32, 3, 5, 4, 4, 0)
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


def _grid(picture: Picture, plot: svg.Plot) -> Iterator[Markup]:
    size, left, right = plot.size, plot.x(0), plot.x(plot.last_day)
    for answer in range(0, plot.highest + 1, ANSWERS_PER_LINE):
        yield svg.tag("path", d=f"M{left} {plot.y(answer)}H{right}", class_="hair")
        yield svg.words(left - 6, plot.y(answer) + size.text * 0.35, str(answer), "end")
    foot = size.height - size.bottom + size.text * 1.2
    for day in range(0, plot.last_day + 1, DAYS_PER_TICK):
        yield svg.words(plot.x(day), foot, str(day // 7), "middle")
    yield svg.words((left + right) / 2, foot + size.text * 1.3, picture.axis_words, "middle")
    yield svg.words(0, size.text, picture.scale_words, "start")


def _placed(picture: Picture, size: Size) -> Iterator[tuple[Mark, str, int]]:
    """Each mark with its anchor and row: a label that would run into an earlier one goes a row lower, and
    no stalk crosses a label."""
    plot = svg.Plot(size, len(picture.published) - 1, size.top)
    taken: list[tuple[float, int]] = []
    for mark in sorted(picture.marks, key=lambda each: each.day):
        x, width = plot.x(mark.day), len(mark.words) * size.text * LETTER + 8
        anchor = "end" if x + width > size.width else "start"
        start = x - width if anchor == "end" else x
        row = max((row + 1 for end, row in taken if end > start), default=0)
        taken.append((start + width, row))
        yield mark, anchor, row


def _mark(plot: svg.Plot, mark: Mark, anchor: str, row: int) -> Markup:
    size, x = plot.size, plot.x(mark.day)
    y = size.text * (1 + ROW * row)
    aside = -5 if anchor == "end" else 5
    name = "flag" if mark.is_flag else "milestone"
    stalk = svg.tag("path", d=f"M{x} {y - size.text * 0.7:.1f}V{plot.y(0)}", class_=f"stalk {name}")
    told = [svg.tag("title", mark.title)] if mark.title else []
    return svg.tag(
        "g", *told, stalk, svg.words(x + aside, y, mark.words, anchor, name), class_="mark"
    )


def _before(picture: Picture, plot: svg.Plot) -> Iterator[Markup]:
    """The level before the procedure; its words keep away from the last answer and the other lines."""
    level, right = picture.before, plot.last_day
    if level is None:
        return
    yield svg.line(plot, [(0, level), (right, level)], "before")
    is_late = picture.answers and picture.answers[-1][0] > right * 2 / 3
    x, anchor = (plot.x(DAYS_PER_TICK / 2), "start") if is_late else (plot.x(right), "end")
    is_below = 0 < level < picture.highest / 2 or level == picture.highest
    y = plot.y(level) + (plot.size.text if is_below else -6)
    yield svg.words(x, y, picture.before_words, anchor)


def _published_line(picture: Picture, plot: svg.Plot) -> Iterator[Markup]:
    yield svg.line(
        plot, [(day, band.expected) for day, band in enumerate(picture.published)], "typical"
    )


def _own(picture: Picture, plot: svg.Plot) -> Iterator[Markup]:
    radius = 3 if plot.size.name == "phone" else 3.5
    for day, answer in picture.answers:
        yield svg.dot(plot, day, answer, "answer", radius)
    for run in smoothed(picture.answers, picture.breaks):
        yield svg.tag("path", d=svg.curve(plot, run), class_="line own")
    if len(picture.ahead) > 1:
        yield svg.line(plot, [(day, band.expected) for day, band in picture.ahead], "ahead")
    if picture.answers:
        day, answer = picture.answers[-1]
        yield svg.dot(plot, day, answer, "now", 6)
        lift = -12 if answer < picture.highest else plot.size.text + 10
        yield svg.words(plot.x(day), plot.y(answer) + lift, str(answer), "middle", "now")
