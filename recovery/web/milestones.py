"""Milestones: days that have passed and days that come, each with what it means; none is a target or a permission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from recovery.clinical.patient_words import NOTICES
from recovery.records.accounts import Clinic
from recovery.web.progress import Progress, weeks
from recovery.web.wording import capital, long_day, say


@dataclass(frozen=True)
class Milestone:
    """One day after the procedure, when it is in words, and what it means now that it has passed or still comes."""

    number: int
    when: str
    words: str


def milestones(course: Progress, clinic: Clinic, phone: str, *, is_ended: bool) -> list[Milestone]:
    """All of them in order; phone: whom to ring. Lifting is left out until the clinic has set its days (safety 18)."""
    return sorted(_all(course, clinic, phone, is_ended), key=lambda each: each.number)


def passed(course: Progress, listed: list[Milestone]) -> list[Milestone]:
    """Those before today."""
    return [each for each in listed if each.number < course.today]


def ahead(course: Progress, listed: list[Milestone]) -> list[Milestone]:
    """Those of today and later."""
    return [each for each in listed if each.number >= course.today]


def _all(course: Progress, clinic: Clinic, phone: str, is_ended: bool) -> Iterator[Milestone]:
    days = course.pathway.milestones
    yield _on(course, 0, _("Your procedure."))
    yield _on(course, days.puncture_pain_days, _puncture(course, phone))
    # An appointment is made in opening hours, whenever this is read.
    yield _on(course, days.follow_up_visit_days, _visit(course, clinic.phone))
    if clinic.no_lifting_days is not None:
        # The same words before and after that day: a date alone allows nothing.
        words = _("Ask your clinic before lifting, also after this day.")
        yield _on(course, clinic.no_lifting_days, words)
    peak = say(NOTICES["peak"], weeks=weeks(days.peak_day), clinic_phone=phone)
    around = _("Around week %(week)s", week=weeks(days.peak_day))  # a date would be a target
    yield Milestone(days.peak_day, around, peak)
    if course.today > days.pathway_days and is_ended:
        yield _on(course, days.pathway_days, _("Your daily questions ended."))
    elif course.today <= days.pathway_days and not is_ended:
        yield _on(course, days.pathway_days, _("Your daily questions end."))


def _on(course: Progress, number: int, words: str) -> Milestone:
    return Milestone(number, capital(long_day(course.date_of(number))), words)


def _puncture(course: Progress, phone: str) -> str:
    if course.pathway.milestones.puncture_pain_days >= course.today:
        return str(_("Until then the needle spot may be sore."))
    return str(
        _("The needle spot is often sore until then. Still sore? Ring %(phone)s.", phone=phone)
    )


def _visit(course: Progress, phone: str) -> str:
    if course.pathway.milestones.follow_up_visit_days >= course.today:
        return str(_("See your doctor before this day."))
    return str(_("Your visit to the doctor was due. No visit yet? Ring %(phone)s.", phone=phone))
