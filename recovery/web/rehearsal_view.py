"""A rehearsal as its page shows it: sentences, tables and chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from recovery.clinical.clinician_words import OUTCOMES, RULES
from recovery.clinical.pathway import Pathway
from recovery.clinical.rehearsal import Ask, Case, Result, Tally
from recovery.clinical.sensitivity import KNOBS
from recovery.web import rehearsal_chart
from recovery.web import rehearsal_words as words
from recovery.web.rehearsal_words import PAIN, figure, rate, rate_in_range
from recovery.web.wording import in_a_row, short_day, together

Names = Callable[[Case], str]


@dataclass(frozen=True)
class CaseLine:
    """A flag that something real came of, and when each set of numbers would have raised it."""

    patient: str
    name: str
    flagged: str
    outcome: str
    present: str
    proposed: str


@dataclass(frozen=True)
class GridLine:
    """One number that could be chosen: flags a week, and how many cases it would find late or miss, if any."""

    number: str
    rate: str
    later: str
    missed: str
    is_proposed: bool
    aside: str


@dataclass(frozen=True)
class RehearsalView:
    """The result; few: that there is too little history; proposes: whether anything is proposed."""

    history: str
    few: str
    headline: str
    gives_up: str
    brackets: str
    numbers: tuple[tuple[str, str, str], ...]
    rates: tuple[tuple[str, str, str], ...]
    found: tuple[tuple[str, int, int], ...]
    cases: tuple[CaseLine, ...]
    grid: tuple[GridLine, ...]
    chart: Markup | None
    unknown: tuple[str, ...]
    proposes: bool


def view(result: Result, ask: Ask, pathway: Pathway, names: Names) -> RehearsalView:
    """The result of a rehearsal; names: how a case's patient is called here."""
    present, proposed = result.present, result.proposed
    return RehearsalView(
        history=words.history(result),
        few=words.few(result, pathway),
        headline=words.headline(result, ask),
        gives_up=words.gives_up(result),
        brackets=words.brackets(),
        numbers=tuple(
            (_(KNOBS[path][0]), figure(number), figure(proposed.numbers[path]))
            for path, number in present.numbers.items()
        ),
        rates=tuple(_rates(result)),
        found=tuple(
            (said, present.count(kind), proposed.count(kind)) for kind, said in _kinds().items()
        ),
        cases=tuple(_cases(result, names)),
        grid=tuple(_grid(result)) if ask.budget is not None else (),
        chart=_chart(result, ask.budget) if ask.budget is not None else None,
        unknown=tuple(words.unknown(pathway.sensitivity)),
        proposes=result.chosen is not None,
    )


def _rates(result: Result) -> Iterator[tuple[str, str, str]]:
    present, proposed = result.present, result.proposed
    for rule, name in RULES.items():
        now, then = (rate_in_range(result, tally, rule) for tally in (present, proposed))
        yield _(name), now, then
    yield _("All rules"), rate_in_range(result, present), rate_in_range(result, proposed)


def _kinds() -> dict[str, str]:
    return {
        "earlier": _("Earlier"),
        "same_day": _("On the same day"),
        "later": _("Later"),
        "missed": _("Missed"),
    }


def delayed(delay: int | None) -> str:
    """Such as "2 days earlier"."""
    if delay is None:
        return _("missed")
    if delay == 0:
        return _("same day")
    if delay < 0:
        return ngettext("%(num)s day earlier", "%(num)s days earlier", -delay)
    return ngettext("%(num)s day later", "%(num)s days later", delay)


def _cases(result: Result, names: Names) -> Iterator[CaseLine]:
    lines = zip(result.cases, result.present.delays, result.proposed.delays, strict=True)
    for case, present, proposed in lines:
        outcomes = together(_(OUTCOMES[case.rule].get(key, key)) for key in case.outcomes)
        flagged = short_day(date.fromisoformat(case.raised_on))
        patient, name = case.patient, names(case)
        yield CaseLine(patient, name, flagged, outcomes, delayed(present), delayed(proposed))


def _number(tally: Tally) -> float:
    return next(iter(tally.numbers.values()))


def _grid(result: Result) -> Iterator[GridLine]:
    """Every number of the grid and the present one, the most sensitive first."""
    present = _number(result.present)
    others = (tally for tally in result.tried if _number(tally) != present)
    for tally in sorted([result.present, *others], key=_number):
        is_proposed = result.chosen is not None and _number(tally) == _number(result.proposed)
        yield GridLine(
            number=figure(_number(tally)),
            rate=rate_in_range(result, tally, PAIN),
            later=_of_cases(result, tally, "later"),
            missed=_of_cases(result, tally, "missed"),
            is_proposed=is_proposed,
            aside=in_a_row(_asides(result, tally, is_proposed)),
        )


def _of_cases(result: Result, tally: Tally, kind: str) -> str:
    """How many; without a case no 0, which would be read as "misses nobody"."""
    return str(tally.count(kind)) if result.cases else "\u2013"


def _asides(result: Result, tally: Tally, is_proposed: bool) -> Iterator[str]:
    if tally is result.present:
        yield _("now")
    if is_proposed:
        yield _("fits, proposed") if result.fits else _("least sensitive, proposed")


def _chart(result: Result, budget: float) -> Markup:
    points = [(_number(tally), result.rate(tally, PAIN)) for tally in result.tried]
    first, last = points[0], points[-1]
    return rehearsal_chart.draw(
        rehearsal_chart.Curve(
            title=_("Flags for worsening pain a week for each 100 patients"),
            description=_(
                "From %(high)s at %(first)s to %(low)s at %(last)s. The table holds every number.",
                high=rate(first[1]),
                first=figure(first[0]),
                low=rate(last[1]),
                last=figure(last[0]),
            ),
            points=points,
            ranges=[result.rate_range(tally, PAIN) for tally in result.tried],
            chosen=result.chosen,
            budget=budget,
            budget_words=_("budget %(budget)s", budget=figure(budget)),
            rate_words=_("Pain flags a week for each 100 patients"),
            axis_words=_("evidence needed for a flag"),
        )
    )
