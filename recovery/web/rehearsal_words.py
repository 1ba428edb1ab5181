"""The sentences of a rehearsal: what was asked, what came of it, how sure that is, and what it does not know."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.clinical.pathway import Pathway
from recovery.clinical.rehearsal import Ask, Result, Tally
from recovery.clinical.sensitivity import KNOBS, Sensitivity
from recovery.web import wording

PAIN = "pain_worsening"


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
    return wording.number(number)


def rate(number: float) -> str:
    """A rate as it is written: 3.0."""
    return wording.decimal(number)


def rate_in_range(result: Result, tally: Tally, rule: str | None = None) -> str:
    """Such as "3.0 (1.1 to 6.5)"."""
    if not result.days:
        return _("not known")
    low, high = result.rate_range(tally, rule)
    return _(
        "%(rate)s (%(low)s to %(high)s)",
        rate=rate(result.rate(tally, rule)),
        low=rate(low),
        high=rate(high),
    )


def history(result: Result) -> str:
    """How much history there is."""
    people = ngettext("%(num)s patient", "%(num)s patients", result.patients)
    weeks = round(result.patient_weeks)
    told = ngettext("%(num)s patient-week", "%(num)s patient-weeks", weeks)
    return _("%(people)s and %(weeks)s", people=people, weeks=told)


def few(result: Result, pathway: Pathway) -> str:
    """That there is too little history; empty when there is enough."""
    if not result.is_too_little(pathway.sensitivity):
        return ""
    least = pathway.sensitivity.few_patient_weeks
    return ngettext(
        "%(history)s: too few to judge by. Below %(num)s patient-week chance decides.",
        "%(history)s: too few to judge by. Below %(num)s patient-weeks chance decides.",
        least,
        history=history(result),
    )


def headline(result: Result, ask: Ask) -> str:
    """What came of it; for a budget which number is proposed, and how sure it is to fit."""
    if ask.budget is None:
        return _(
            "Flags of all rules a week for each 100 patients: %(before)s now, %(after)s with the change.",
            before=rate_in_range(result, result.present),
            after=rate_in_range(result, result.proposed),
        )
    if result.chosen is None:
        return _(
            "There is too little history to choose a number by, so none is proposed. "
            "What was counted stands below."
        )
    return f"{_proposal(result)} {_how_sure(result, ask.budget)}"


def _proposal(result: Result) -> str:
    told = {
        "number": figure(next(iter(result.proposed.numbers.values()))),
        "rate": rate(result.rate(result.proposed, PAIN)),
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


def _how_sure(result: Result, budget: float) -> str:
    low, high = result.rate_range(result.proposed, PAIN)
    told = {"low": rate(low), "high": rate(high)}
    if result.fits and high > budget:
        return _(
            "That is not exact: after so much history the usual number lies between %(low)s and "
            "%(high)s, which may be more than your budget.",
            **told,
        )
    return _(
        "That is not exact: after so much history the usual number lies between %(low)s and %(high)s.",
        **told,
    )


def brackets() -> str:
    """What stands in brackets behind each rate."""
    return _(
        "In brackets: between what the usual number lies, 95 times in 100, as far as chance goes."
    )


def gives_up(result: Result) -> str:
    """What the proposal gives up against the present numbers."""
    if not result.cases:
        return _(
            "No flag of this kind was closed with a real outcome in this time. What a change would miss cannot be told."
        )
    if result.chosen is None:
        return ""
    pairs = list(zip(result.present.delays, result.proposed.delays, strict=True))
    worse = sum(_is_later(after, before) for before, after in pairs)
    better = sum(_is_later(before, after) for before, after in pairs)
    return ngettext(
        "Of %(num)s flag with a real outcome the change would have found %(better)s earlier than now, "
        "and %(worse)s later or not at all.",
        "Of %(num)s flags with a real outcome the change would have found %(better)s earlier than now, "
        "and %(worse)s later or not at all.",
        len(pairs),
        better=better,
        worse=worse,
    )


def _is_later(one: int | None, other: int | None) -> bool:
    never = 10_000
    return (never if one is None else one) > (never if other is None else other)


def unknown(sensitivity: Sensitivity) -> Iterator[str]:
    """What a rehearsal does not know."""
    yield _(
        "Only flags that were raised, and closed with a real outcome, are known. Whom nothing flagged is not "
        "in it, so a more sensitive number can hardly show what would be gained."
    )
    yield _(
        "A number is chosen and judged on the same history. In the coming months it may raise more flags."
    )
    before, after = sensitivity.closed_after_days - 1, sensitivity.late_days
    yield _(
        "A flag up to %(before)s before the real one, or %(after)s after it, counts as found, "
        "even if it stands there by chance.",
        before=ngettext("%(num)s day", "%(num)s days", before),
        after=ngettext("%(num)s day", "%(num)s days", after),
    )
    yield _(
        "The range in brackets holds if no flag has to do with another. Flags of one patient do, so the true "
        "range is wider."
    )
    yield _(
        "Fewer flags on the whole does not mean fewer for each patient: one may be flagged once more."
    )
    yield _(
        "It takes each flag to be closed some days after it was raised, whatever your clinic really did."
    )
    yield _("It reads late answers on the day for which they were given.")
    yield _("It takes days of a pause that is over for usual days.")
    yield _("It tells what is past. The coming months may differ.")
