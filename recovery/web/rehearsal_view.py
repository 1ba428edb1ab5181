"""A rehearsal in finished words: what was asked, how much history there is, and what would have come of it."""

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
from recovery.web.wording import short_day

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
    """One number that could be chosen: flags a week, and how many cases it would find late or miss."""

    number: str
    rate: str
    later: int
    missed: int
    is_proposed: bool
    aside: str


@dataclass(frozen=True)
class RehearsalView:
    """The result; few: that there is too little history; same: nothing would change."""

    history: str
    few: str
    headline: str
    gives_up: str
    numbers: tuple[tuple[str, str, str], ...]
    rates: tuple[tuple[str, str, str], ...]
    found: tuple[tuple[str, int, int], ...]
    cases: tuple[CaseLine, ...]
    grid: tuple[GridLine, ...]
    chart: Markup | None
    same: bool


def view(result: Result, ask: Ask, pathway: Pathway, names: Names) -> RehearsalView:
    """The result of a rehearsal; names: how a case's patient is called here."""
    present, proposed = result.present, result.proposed
    return RehearsalView(
        history=_history(result),
        few=_few(result, pathway),
        headline=_headline(result, ask),
        gives_up=_gives_up(result),
        numbers=tuple(
            (_(KNOBS[path][0]), figure(number), figure(proposed.numbers[path]))
            for path, number in present.numbers.items()
        ),
        rates=tuple(_rates(result)),
        found=tuple(
            (words, present.count(kind), proposed.count(kind)) for kind, words in _kinds().items()
        ),
        cases=tuple(_cases(result, names)),
        grid=tuple(_grid(result)) if ask.budget is not None else (),
        chart=_chart(result, ask.budget) if ask.budget is not None else None,
        same=present.numbers == proposed.numbers,
    )


def asked_for(ask: Ask) -> str:
    """Such as "Days of silence after which anybody is flagged: 6"."""
    if ask.budget is not None:
        return _(
            "A budget of %(budget)s flags for worsening pain a week for each 100 patients",
            budget=figure(ask.budget),
        )
    return "; ".join(f"{_(KNOBS[path][0])}: {figure(value)}" for path, value in ask.change.items())


def figure(number: float) -> str:
    """A number as it is written: 5, 4.7."""
    return f"{number:g}"


def _rate(rate: float) -> str:
    return f"{rate:.1f}"


def _history(result: Result) -> str:
    people = ngettext("%(num)s patient", "%(num)s patients", result.patients)
    weeks = round(result.patient_weeks)
    told = ngettext("%(num)s patient-week", "%(num)s patient-weeks", weeks)
    return _("%(people)s and %(weeks)s", people=people, weeks=told)


def _few(result: Result, pathway: Pathway) -> str:
    if result.patient_weeks >= pathway.sensitivity.few_patient_weeks:
        return ""
    return _(
        "%(history)s: too few to judge by. Below %(least)s patient-weeks chance decides.",
        history=_history(result),
        least=pathway.sensitivity.few_patient_weeks,
    )


def _headline(result: Result, ask: Ask) -> str:
    rates = {
        "before": _rate(result.rate(result.present)),
        "after": _rate(result.rate(result.proposed)),
    }
    if ask.budget is None:
        return _(
            "Flags of all rules a week for each 100 patients: %(before)s now, %(after)s with the change.",
            **rates,
        )
    told = {
        "number": figure(next(iter(result.proposed.numbers.values()))),
        "rate": _rate(result.rate(result.proposed, "pain_worsening")),
    }
    if result.fits:
        return _(
            "%(number)s is the most sensitive number that fits. It would have raised %(rate)s flags for "
            "worsening pain a week for each 100 patients.",
            **told,
        )
    return _(
        "No allowed number fits this budget. The least sensitive, %(number)s, would still have raised "
        "%(rate)s flags for worsening pain a week for each 100 patients.",
        **told,
    )


def _gives_up(result: Result) -> str:
    """What the proposal gives up against the present numbers."""
    if not result.cases:
        return _(
            "No flag of this kind was closed with a real outcome in this time. What a change would miss cannot be told."
        )
    pairs = list(zip(result.present.delays, result.proposed.delays, strict=True))
    worse = sum(_is_later(after, before) for before, after in pairs)
    better = sum(_is_later(before, after) for before, after in pairs)
    return _(
        "Of %(cases)s flags with a real outcome the change would have found %(better)s earlier than now, "
        "and %(worse)s later or not at all.",
        cases=len(pairs),
        better=better,
        worse=worse,
    )


def _is_later(one: int | None, other: int | None) -> bool:
    never = 10_000
    return (never if one is None else one) > (never if other is None else other)


def _rates(result: Result) -> Iterator[tuple[str, str, str]]:
    for rule, name in RULES.items():
        now, then = (result.rate(tally, rule) for tally in (result.present, result.proposed))
        yield _(name), _rate(now), _rate(then)
    yield _("All rules"), _rate(result.rate(result.present)), _rate(result.rate(result.proposed))


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
        outcomes = ", ".join(_(OUTCOMES[case.rule].get(key, key)) for key in case.outcomes)
        flagged = short_day(date.fromisoformat(case.raised_on))
        patient, name = case.patient, names(case)
        yield CaseLine(patient, name, flagged, outcomes, delayed(present), delayed(proposed))


def _number(tally: Tally) -> float:
    return next(iter(tally.numbers.values()))


def _grid(result: Result) -> Iterator[GridLine]:
    """Every number of the grid and the present one, the most sensitive first."""
    present, chosen = _number(result.present), _number(result.proposed)
    others = (tally for tally in result.tried if _number(tally) != present)
    verdict = _("fits, proposed") if result.fits else _("least sensitive, proposed")
    for tally in sorted([result.present, *others], key=_number):
        is_proposed = _number(tally) == chosen
        asides = [_("now")] if tally is result.present else []
        asides += [verdict] if is_proposed else []
        yield GridLine(
            number=figure(_number(tally)),
            rate=_rate(result.rate(tally, "pain_worsening")),
            later=tally.count("later"),
            missed=tally.count("missed"),
            is_proposed=is_proposed,
            aside=", ".join(asides),
        )


def _chart(result: Result, budget: float) -> Markup:
    points = [(_number(tally), result.rate(tally, "pain_worsening")) for tally in result.tried]
    first, last = points[0], points[-1]
    return rehearsal_chart.draw(
        rehearsal_chart.Curve(
            title=_("Flags for worsening pain a week for each 100 patients"),
            description=_(
                "From %(high)s at %(first)s to %(low)s at %(last)s. The table holds every number.",
                high=_rate(first[1]),
                first=figure(first[0]),
                low=_rate(last[1]),
                last=figure(last[0]),
            ),
            points=points,
            chosen=result.chosen,
            budget=budget,
            budget_words=_("budget %(budget)s", budget=figure(budget)),
            rate_words=_("Pain flags a week for each 100 patients"),
            axis_words=_("evidence needed for a flag"),
        )
    )
