"""Where a patient stands, as clinicians see it: pain and mobility, each as a sentence, a chart and a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from recovery.clinical import standing
from recovery.clinical.standing import Line, Standing, Whole
from recovery.clinical.trajectory import Band
from recovery.web import chart, progress
from recovery.web.chart import Mark, Picture
from recovery.web.progress import TABLE_DAYS, Progress

TableRow = tuple[int, str, str, str]


@dataclass(frozen=True)
class Panel:
    """One line in finished words. rows: day, answer, own forecast, published range; the newest first."""

    name: str
    title: str
    words: str
    chart: Markup
    rows: tuple[TableRow, ...]


def panels(course: Progress, marks: Mapping[str, Sequence[Mark]]) -> list[Panel]:
    """Pain, and mobility if it was ever answered; marks: those of the open flags of each rule."""
    moves_less = marks.get("mobility_loss", ())
    others = [
        mark for rule, of_rule in marks.items() if rule != "mobility_loss" for mark in of_rule
    ]
    pain = _pain(course, " ".join(_pain_words(course)), others)
    shown = [_panel(course, course.followed.pain, chart.CLINIC, pain)]
    if said := " ".join(_mobility_words(course)):
        mobility = _mobility(course, said, moves_less)
        shown.append(_panel(course, course.followed.mobility, chart.CLINIC_LOW, mobility))
    return shown


def key() -> list[tuple[str, str]]:
    """What each line of the charts means."""
    return [
        ("own", _("Answers, and their average of the last days")),
        ("foretold", _("Own forecast of each answer, made before it: 4 of 5 lie within")),
        ("ahead", _("Where the answers point: the level, without daily ups and downs")),
        ("typical", _("What people who had this procedure typically report")),
        ("before", _("Level before the procedure")),
    ]


def _panel(course: Progress, line: Line, size: chart.Size, picture: Picture) -> Panel:
    rows = tuple(_rows(course, line))
    drawn = chart.draw(picture, size)
    return Panel(picture.name, picture.scale_words, picture.description, drawn, rows)


def _pain(course: Progress, said: str, marks: Sequence[Mark]) -> Picture:
    drawn = progress.picture(course, said, marks, [mark.day for mark in marks])
    return replace(drawn, foretold=_foretold(course, course.followed.pain))


def _mobility(course: Progress, said: str, marks: Sequence[Mark]) -> Picture:
    line = course.followed.mobility
    return Picture(
        title=_("Mobility since the procedure"),
        description=said,
        answers=line.answers,
        published=course.typical(line),
        ahead=course.ahead(line),
        foretold=_foretold(course, line),
        before=line.before,
        before_words="" if line.before is None else _("before: %(level)s", level=line.before),
        scale_words=_("Mobility"),
        axis_words=_("Weeks since the procedure"),
        marks=marks,
        breaks=course.followed.turns.union(mark.day for mark in marks),
        highest=line.trajectory.highest,
        name="mobility",
    )


def _foretold(course: Progress, line: Line) -> list[Band]:
    """What was expected of each answer before it came, and then what is expected of those to come.

    None without an answer: there is nothing to read beside it.
    """
    made = line.foretold if line.answers else []
    return made + [line.now.expect(day) for day, _band in course.ahead(line) if day >= len(made)]


# Sentences.


def _pain_words(course: Progress) -> Iterator[str]:
    """Beside the own forecast, the published range and the level before; then the relief (safety 7)."""
    line = course.followed.pain
    found = standing.last(line)
    if found is None:
        yield _("No pain answer yet.")
        return
    yield _(
        "Day %(day)s: pain %(pain)s, %(own)s own forecast (%(span)s), %(published)s the published range, %(before)s",
        day=found.day,
        pain=found.answer,
        before=_against_before(found.answer, line.before),
        **_places(found),
    )
    relief = standing.relief(line, course.pathway)
    if relief is not None:
        yield _(
            "Mean of the last %(answers)s answers %(level)s: %(percent)s %% of the expected relief reached.",
            answers=relief.answers,
            level=f"{relief.level:.1f}",
            percent=relief.percent,
        )
    since = course.followed.in_doubt_since
    if since is not None:
        yield _("Worsening pain since day %(day)s: where the answers point is in doubt.", day=since)
    yield from _peak_words(course, line)


def _mobility_words(course: Progress) -> Iterator[str]:
    line = course.followed.mobility
    found = standing.last(line)
    if found is None:
        return
    yield _(
        "Mobility %(mobility)s on day %(day)s, %(own)s own forecast (%(span)s), "
        "%(published)s the published range, %(before)s",
        mobility=found.answer,
        day=found.day,
        before=_steps_from_before(found),
        **_places(found),
    )
    yield from _peak_words(course, line)


def _places(found: Standing) -> dict[str, str]:
    said = {"above": _("above"), "within": _("within"), "below": _("below")}
    return {
        "own": said[found.beside_own],
        "span": _whole(found.own),
        "published": said[found.beside_published],
    }


def _against_before(pain: int, before: int | None) -> str:
    if before is None:
        return str(_("level before the procedure not known."))
    percent = standing.percent_better(before, pain)
    if percent is None:
        return str(_("no pain before the procedure."))
    if percent < 0:
        return str(_("%(percent)s %% worse than before.", percent=-percent))
    return str(_("%(percent)s %% better than before.", percent=percent))


def _steps_from_before(found: Standing) -> str:
    """Steps, and no percent: 2 is not twice as mobile as 1."""
    if found.change is None:
        return str(_("level before the procedure not known."))
    if found.change == 0:
        return str(_("as before the procedure."))
    if found.change > 0:
        more = ngettext(
            "%(num)s step more than before.", "%(num)s steps more than before.", found.change
        )
        return str(more)
    return str(
        ngettext("%(num)s step less than before.", "%(num)s steps less than before.", -found.change)
    )


def _peak_words(course: Progress, line: Line) -> Iterator[str]:
    peak = course.pathway.milestones.peak_day
    if course.today < peak and course.followed.in_doubt_since is None:
        point = _level(line.now.expect_mean(peak))
        yield _("Around day %(day)s the answers point to %(level)s.", day=peak, level=point)


# The table.


def _rows(course: Progress, line: Line) -> Iterable[TableRow]:
    """The days ahead, two weeks apart and with the peak day; below them every answer."""
    peak = course.pathway.milestones.peak_day
    ahead = [row for row in course.ahead(line) if row[0] % TABLE_DAYS == 0 or row[0] == peak]
    for day, band in reversed(ahead):
        if day > course.today:
            yield day, _("ahead"), _level(band), _whole(standing.whole(line.typical(day)))
    for day, answer in reversed(line.answers):
        own = standing.whole(line.forecasts[day].expect(day))
        yield day, str(answer), _whole(own), _whole(standing.whole(line.typical(day)))


def _whole(answers: Whole) -> str:
    if answers.least == answers.most:
        return str(answers.least)
    return str(_("%(low)s to %(high)s", low=answers.least, high=answers.most))


def _level(band: Band) -> str:
    values = {"expected": band.expected, "low": band.low, "high": band.high}
    said = {name: f"{value:.1f}" for name, value in values.items()}
    return str(_("%(expected)s (%(low)s to %(high)s)", **said))
