"""The cohort page in finished words: charts, tables and what stands behind each number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from recovery.clinical.clinician_words import RULES
from recovery.clinical.cohort import Quartiles
from recovery.clinical.cohort_choice import Choice
from recovery.clinical.cohort_figures import Figures, RuleFigures, Told, WaitFigures
from recovery.clinical.cohort_flags import WAITS_FOR_A_PERSON
from recovery.clinical.pathway import Pathway, Trajectory
from recovery.clinical.trajectory import published
from recovery.records.accounts import Clinic
from recovery.records.cohort import Worked
from recovery.web import cohort_chart
from recovery.web import cohort_words as words
from recovery.web.cohort_chart import COURSE, COURSE_LOW, Course, Weeks
from recovery.web.cohort_form import near, said
from recovery.web.wording import decimal, number

NOTHING = "\u2013"
TABLE_DAYS = 7  # the table below a chart has the first week, then one day a week
Row = tuple[str, ...]
Share = tuple[str, Markup | None]


@dataclass(frozen=True)
class Panel:
    """One daily number: its chart, what it shows, and the same as a table."""

    name: str
    title: str
    chart: Markup
    source: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ReliefRow:
    """One day: how many could be judged, each share with its bar, and of how many there was little before."""

    day: str
    patients: str
    shares: tuple[Share, ...]
    low_before: str


@dataclass(frozen=True)
class CohortView:
    """The page. why_not: why nothing is shown, empty when something is."""

    who: str
    why_not: str
    chosen: str
    as_of: str
    is_not: str
    about: tuple[str, ...]
    panels: tuple[Panel, ...]
    relief_heads: tuple[str, ...]
    relief: tuple[ReliefRow, ...]
    relief_words: tuple[str, ...]
    weeks_chart: Markup
    weeks: tuple[Row, ...]
    rules: tuple[Row, ...]
    steps: tuple[tuple[str, tuple[Row, ...]], ...]


def view(worked: Worked, choice: Choice, clinic: Clinic, pathway: Pathway) -> CohortView:
    """Everything on the page."""
    figures = worked.figures
    who = words.who(figures.patients, figures.patient_weeks)
    parts = near(worked.near)
    return CohortView(
        who="" if parts or figures.patients is None else who,
        why_not=words.near(parts) if parts else who if figures.patients is None else "",
        chosen=said(choice, pathway.cohort.old_from),
        as_of=words.as_of(worked.as_of, clinic),
        is_not=words.is_not(),
        about=tuple(words.about()),
        panels=tuple(_panels(figures, pathway)),
        relief_heads=tuple(
            _("At least %(num)s %%", num=percent) for percent in pathway.cohort.relief_percents
        ),
        relief=tuple(_relief(figures)),
        relief_words=tuple(words.relief(pathway)),
        weeks_chart=_weeks_chart(figures),
        weeks=tuple(_weeks(figures)),
        rules=tuple(_rules(figures)),
        steps=tuple(_steps(figures)),
    )


def _panels(figures: Figures, pathway: Pathway) -> Iterator[Panel]:
    of = pathway.trajectory
    pain = [day.pain for day in figures.days]
    mobility = [day.mobility for day in figures.days]
    yield _panel("pain", (_("Pain"), _("Pain by day")), pain, of.pain, pathway)
    yield _panel("mobility", (_("Mobility"), _("Mobility by day")), mobility, of.mobility, pathway)


def _panel(
    name: str,
    titles: tuple[str, str],
    told: Sequence[Told | None],
    trajectory: Trajectory,
    pathway: Pathway,
) -> Panel:
    scale, title = titles
    curve = [published(day, trajectory.published, trajectory.highest) for day in range(len(told))]
    course = Course(
        name=name,
        title=title,
        description=_described(told),
        reports=[each.quartiles if each else None for each in told],
        published=curve,
        highest=trajectory.highest,
        peak=pathway.milestones.peak_day,
        peak_words=_("levels off"),
        scale_words=scale,
        axis_words=_("Weeks"),
    )
    size = COURSE if name == "pain" else COURSE_LOW
    rows = tuple(
        (
            str(day),
            _levels(each),
            words.behind(each.patients if each else None),
            decimal(band.expected),
        )
        for day, (each, band) in enumerate(zip(told, curve, strict=True))
        if day <= TABLE_DAYS or day % TABLE_DAYS == 0 or day == len(told) - 1
    )
    return Panel(name, title, cohort_chart.draw(course, size), words.published(pathway, name), rows)


def _described(told: Sequence[Told | None]) -> str:
    """The first and the last day that are shown, for whoever does not see the drawing."""
    shown = [(day, each.quartiles.middle) for day, each in enumerate(told) if each]
    if not shown:
        return _("No day has enough answers to be shown.")
    (first, before), (last, after) = shown[0], shown[-1]
    return _(
        "The median is %(before)s on day %(first)s and %(after)s on day %(last)s. The table holds the days.",
        before=number(before),
        first=first,
        after=number(after),
        last=last,
    )


def _levels(told: Told | None) -> str:
    return words.levels(*told.quartiles) if told else words.hidden()


def _relief(figures: Figures) -> Iterator[ReliefRow]:
    for each in figures.relief:
        shares = [
            (words.percent(share), None if share is None else cohort_chart.bar(share))
            for share in each.percents.values()
        ]
        low = words.hidden() if each.low_before is None else words.behind(each.low_before)
        yield ReliefRow(str(each.day), words.behind(each.patients), tuple(shares), low)


def _weeks_chart(figures: Figures) -> Markup:
    shown = [each.answered_percent for each in figures.weeks if each.answered_percent is not None]
    told = (
        _("From %(low)s %% to %(high)s %% of a week's days.", low=min(shown), high=max(shown))
        if shown
        else _("No week has enough patients to be shown.")
    )
    return cohort_chart.draw_weeks(
        Weeks(
            title=_("Days answered, by week"),
            description=told,
            percents=[each.answered_percent for each in figures.weeks],
            scale_words=_("Of 100 days"),
            axis_words=_("Weeks"),
        )
    )


def _weeks(figures: Figures) -> Iterator[Row]:
    for each in figures.weeks:
        yield str(each.number), words.percent(each.answered_percent), words.behind(each.patients)


def _rules(figures: Figures) -> Iterator[Row]:
    for rule, of in figures.rules.items():
        yield _(RULES[rule]), *_rule(of)
    yield _("All rules"), *_rule(figures.all_rules)


def _rule(of: RuleFigures) -> Row:
    hidden = words.hidden()
    return (
        hidden if of.flags is None else str(of.flags),
        hidden if of.patients is None else words.behind(of.patients),
        hidden if of.rate is None else decimal(of.rate),
        NOTHING if of.judged == 0 else words.percent(of.useful_percent),
        hidden if of.judged is None else words.behind(of.judged),
    )


def _steps(figures: Figures) -> Iterator[tuple[str, tuple[Row, ...]]]:
    for group, name in words.GROUPS.items():
        yield _(name), tuple(_step(each) for each in figures.waits if each.group == group)


def _step(each: WaitFigures) -> Row:
    waits = each.step in WAITS_FOR_A_PERSON
    return (
        _(words.STEPS[each.step]),
        _times(each.all_hours, words.duration),
        _times(each.open_hours, words.opened) if waits else _("a computer: day and night"),
        words.behind(each.patients),
    )


def _times(quartiles: Quartiles | None, written: Callable[[float], str]) -> str:
    if quartiles is None:
        return words.hidden()
    low, middle, high = map(written, quartiles)
    return _("%(middle)s (%(low)s to %(high)s)", middle=middle, low=low, high=high)
