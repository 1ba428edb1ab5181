"""The cohort page's form: whose procedures to count, read from the address, and what can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from recovery.clinical.cohort_choice import AGES, LEVELS, Choice
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet
from recovery.records.accounts import Clinic
from recovery.records.cohort_rows import DRAFT, versions
from recovery.web.patient_view import Again, Choices
from recovery.web.wording import long_day

N_ = str
FORM = "cohort"
PROBLEMS = {
    "date_unreadable": N_("Type the date as year-month-day, such as 2026-03-31."),
    "choice_unknown": N_("Choose one of the answers shown."),
    "ends_before": N_("The last day lies before the first. Change one of them."),
}


@dataclass(frozen=True)
class Asked:
    """What was asked for: the choice, and the form as it was filled in with what is wrong with it."""

    choice: Choice
    again: Again


def read(typed: Form, clinic: Clinic) -> Asked:
    """The choice; with a problem it is not to be used."""
    sheet = Sheet(typed)
    first, last = sheet.day("from"), sheet.day("to")
    if first and last and last < first:
        sheet.problem("to", "ends_before")
    choice = Choice(
        first=first,
        last=last,
        age=sheet.choice("age", AGES) or "",
        levels=sheet.choice("levels", LEVELS) or "",
        version=sheet.choice("version", _versions(clinic)) or "",
    )
    said = [(each.field, str(_(PROBLEMS[each.key]))) for each in sheet.problems]
    return Asked(choice, Again(FORM, typed, tuple(said)))


def _versions(clinic: Clinic) -> list[str]:
    return [version for _since, version in versions(clinic)] + [DRAFT]


def ages(old_from: int) -> Choices:
    """The two age groups."""
    younger = _("Under %(age)s years", age=old_from)
    return tuple(zip(AGES, (younger, _("%(age)s years or older", age=old_from)), strict=True))


def levels() -> Choices:
    """One level or several."""
    return tuple(zip(LEVELS, (_("One level"), _("Several levels")), strict=True))


def pathway_versions(clinic: Clinic) -> Choices:
    """The clinic's copies that were in force one after the other; none while there is nothing to choose."""
    known = versions(clinic)
    drafted = [(DRAFT, _("before the first approved copy"))]
    return tuple([(version, version) for _since, version in known] + drafted) if known else ()


def query(choice: Choice) -> dict[str, str]:
    """The choice as it stands in an address."""
    days = {"from": _written(choice.first), "to": _written(choice.last)}
    others = {name: str(getattr(choice, name)) for name in ("age", "levels", "version")}
    return {name: value for name, value in {**days, **others}.items() if value}


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""


def said(choice: Choice, old_from: int) -> str:
    """The choice in words, for whoever has the page without its form."""
    values = {
        "first": choice.first and long_day(choice.first),
        "last": choice.last and long_day(choice.last),
        "age": dict(ages(old_from)).get(choice.age),
        "levels": dict(levels()).get(choice.levels),
        "version": choice.version,
    }
    return "; ".join(f"{name}: {values[key]}" for key, name in _names().items() if values[key])


def near(names: Sequence[str]) -> list[str]:
    """The parts of a choice that leave out too few, as the form calls them."""
    return [_names()[name] for name in names]


def _names() -> dict[str, str]:
    return {
        "first": _("Procedures from"),
        "last": _("Procedures to"),
        "age": _("Age at the procedure"),
        "levels": _("Levels treated"),
        "version": _("Pathway version on that day"),
    }
