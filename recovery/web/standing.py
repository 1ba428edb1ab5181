"""Where a patient stands, as clinicians see it: pain and mobility, each as a sentence and a picture to draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.clinical import standing
from recovery.clinical.standing import Line, Standing, Whole
from recovery.clinical.trajectory import Band
from recovery.records.limits import PatientLimit
from recovery.web import clinic_words as words
from recovery.web import progress
from recovery.web.picture import Mark, Picture, Target
from recovery.web.progress import Progress
from recovery.web.wording import decimal, say

ELSEWHERE = ("mobility_loss", "fever")  # rules whose flags stand on a chart of their own


def pictures(
    course: Progress, marks: Mapping[str, Sequence[Mark]], target: PatientLimit | None = None
) -> list[Picture]:
    """Pain, and mobility if it was ever answered; marks: those of the open flags of each rule, or of "" on both."""
    own = [mark for rule, of_rule in marks.items() if rule not in ELSEWHERE for mark in of_rule]
    shown = [_pain(course, " ".join(_pain_words(course)), own, target)]
    if said := " ".join(_mobility_words(course)):
        # The words of a mark stand on the chart above.
        silent = [replace(mark, words="") for mark in marks.get("", ())]
        shown.append(_mobility(course, said, [*silent, *marks.get("mobility_loss", ())]))
    return shown


def _pain(
    course: Progress, said: str, marks: Sequence[Mark], limit: PatientLimit | None
) -> Picture:
    drawn = progress.picture(course, said, marks)
    foretold, target = _foretold(course, course.followed.pain), _target(course, limit)
    return replace(drawn, foretold=foretold, target=target, axis_words="")


def _target(course: Progress, limit: PatientLimit | None) -> Target | None:
    """The pain target on the days on which it acts."""
    if limit is None or limit.number is None:
        return None
    start, aim = course.procedure.performed_on, round(limit.number)
    first, last = (limit.first_day - start).days, (limit.last_day - start).days
    return Target(aim, max(first, 0), min(last, course.last_shown), _("target"))


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
        "own": say(own[found.beside_own], span=whole(found.own)),
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
        point = level(line.now.expect_mean(peak))
        yield _("Around day %(day)s the answers point to %(level)s.", day=peak, level=point)


# Ranges.


def whole(answers: Whole) -> str:
    """A range of whole answers, such as "3 to 5"."""
    if answers.least == answers.most:
        return str(answers.least)
    return str(_("%(low)s to %(high)s", low=answers.least, high=answers.most))


def level(band: Band) -> str:
    """A level with its range, such as "2.4 (1.1 to 3.7)"."""
    values = {"expected": band.expected, "low": band.low, "high": band.high}
    said = {name: decimal(value) for name, value in values.items()}
    return str(_("%(expected)s (%(low)s to %(high)s)", **said))
