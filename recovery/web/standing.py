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
from recovery.records.limits import PatientLimit
from recovery.web import chart, progress
from recovery.web import clinic_words as words
from recovery.web.picture import CLINIC, CLINIC_LOW, Mark, Picture, Size, Target
from recovery.web.progress import TABLE_DAYS, Progress
from recovery.web.wording import decimal, say

TableRow = tuple[int, str, str, str]


@dataclass(frozen=True)
class Panel:
    """One line in finished words. rows: day, answer, own forecast, published range; the newest first."""

    name: str
    title: str
    words: str
    chart: Markup
    rows: tuple[TableRow, ...]


def panels(
    course: Progress, marks: Mapping[str, Sequence[Mark]], target: PatientLimit | None = None
) -> list[Panel]:
    """Pain, and mobility if it was ever answered; marks: those of the open flags of each rule."""
    moves_less = marks.get("mobility_loss", ())
    others = [
        mark for rule, of_rule in marks.items() if rule != "mobility_loss" for mark in of_rule
    ]
    pain = _pain(course, " ".join(_pain_words(course)), others, target)
    shown = [_panel(course, course.followed.pain, CLINIC, pain)]
    if said := " ".join(_mobility_words(course)):
        mobility = _mobility(course, said, moves_less)
        shown.append(_panel(course, course.followed.mobility, CLINIC_LOW, mobility))
    return shown


def key() -> list[tuple[str, str]]:
    """What each line of the charts means, and what share its range holds."""
    return [
        ("own", _("Answers, and their average of the last days")),
        (
            "foretold",
            _("Own forecast of each answer, made before it: 4 of 5 answers lie within"),
        ),
        (
            "ahead",
            _("Where the answers point: the level, without daily ups and downs; 4 of 5 lie within"),
        ),
        (
            "typical",
            _(
                "What people who had this procedure typically report: about 2 of 3 people lie within"
            ),
        ),
        ("before", _("Level before the procedure")),
        ("target", _("Pain target set for this patient, while it acts")),
        ("flag", _("Day on which an open flag was raised")),
    ]


def _panel(course: Progress, line: Line, size: Size, picture: Picture) -> Panel:
    rows = tuple(_rows(course, line))
    drawn = chart.draw(picture, size)
    return Panel(picture.name, picture.scale_words, picture.description, drawn, rows)


def _pain(
    course: Progress, said: str, marks: Sequence[Mark], limit: PatientLimit | None
) -> Picture:
    drawn = progress.picture(course, said, marks)
    foretold, target = _foretold(course, course.followed.pain), _target(course, limit)
    return replace(drawn, foretold=foretold, target=target)


def _target(course: Progress, limit: PatientLimit | None) -> Target | None:
    """The pain target on the days on which it acts."""
    if limit is None or limit.number is None:
        return None
    start, level = course.procedure.performed_on, round(limit.number)
    first, last = (limit.first_day - start).days, (limit.last_day - start).days
    return Target(level, first, min(last, course.last_shown), _("target"))


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
        before_words=_("before"),
        scale_words=_("Mobility"),
        axis_words=_("Weeks"),
        marks=marks,
        breaks=line.turns,
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
        "Day %(day)s: pain %(pain)s, %(own)s, %(published)s, %(before)s",
        pain=found.answer,
        before=_against_before(found.answer, line.before),
        **_places(found, line),
    )
    relief = standing.relief(line, course.pathway)
    if relief is not None:
        yield ngettext(
            "Last %(num)s answer %(level)s: %(percent)s %% of the expected relief reached.",
            "Mean of the last %(num)s answers %(level)s: %(percent)s %% of the expected relief reached.",
            relief.answers,
            level=decimal(relief.level),
            percent=relief.percent,
        )
    if line.doubt is not None:
        yield _(
            "Worsening pain since day %(day)s: where the answers point is in doubt.",
            day=line.doubt.since,
        )
    yield from _peak_words(course, line)


def _mobility_words(course: Progress) -> Iterator[str]:
    line = course.followed.mobility
    found = standing.last(line)
    if found is None:
        return
    yield _(
        "Day %(day)s: mobility %(mobility)s, %(own)s, %(published)s, %(before)s",
        mobility=found.answer,
        before=_steps_from_before(found),
        **_places(found, line),
    )
    if line.doubt is not None:
        yield _(
            "Moves less since day %(day)s: where the answers point is in doubt.",
            day=line.doubt.since,
        )
    yield from _peak_words(course, line)


def _places(found: Standing, line: Line) -> dict[str, str]:
    is_old = line.doubt is not None and found.day >= line.doubt.since
    own = words.BESIDE_FORMER if is_old else words.BESIDE_OWN
    return {
        "day": str(found.day),
        "own": say(own[found.beside_own], span=span(found.own)),
        "published": say(words.BESIDE_PUBLISHED[found.beside_published]),
    }


def _against_before(pain: int, before: int | None) -> str:
    if before is None:
        return str(_("level before the procedure not known."))
    percent = standing.percent_better(before, pain)
    if percent is None:
        return str(_("no pain before the procedure."))
    if percent == 0:
        return str(_("as before the procedure."))
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
    if course.today < peak and line.doubt is None:
        point = _level(line.now.expect_mean(peak))
        yield _("Around day %(day)s the answers point to %(level)s.", day=peak, level=point)


# The table.


def _rows(course: Progress, line: Line) -> Iterable[TableRow]:
    """The days ahead, two weeks apart and with the peak day; below them every answer."""
    peak = course.pathway.milestones.peak_day
    ahead = [row for row in course.ahead(line) if row[0] % TABLE_DAYS == 0 or row[0] == peak]
    for day, band in reversed(ahead):
        if day > course.today:
            yield day, _("ahead"), _level(band), span(standing.whole(line.typical(day)))
    for day, answer in reversed(line.answers):
        own = standing.whole(line.foretold_on(day))
        yield day, str(answer), span(own), span(standing.whole(line.typical(day)))


def span(answers: Whole) -> str:
    """Such as "5 to 8"."""
    if answers.least == answers.most:
        return str(answers.least)
    return str(_("%(low)s to %(high)s", low=answers.least, high=answers.most))


def _level(band: Band) -> str:
    values = {"expected": band.expected, "low": band.low, "high": band.high}
    return str(_("%(expected)s (%(low)s to %(high)s)", **values))
