"""The cohort of a clinic: its patients' figures together, worked out when somebody looks; every look is noted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from recovery.clinical import cohort, cohort_choice, cohort_figures
from recovery.clinical.cohort_choice import Choice
from recovery.clinical.cohort_figures import Figures
from recovery.clinical.cohort_flags import FlagCounts
from recovery.clinical.days import local_day, start_of
from recovery.clinical.open_time import open_time

from . import audit
from .accounts import Clinic, Clinician
from .cohort_rows import candidates, lives, raised
from .database import writing
from .pathways import VERTEBROPLASTY, packaged

# 300 patients of 90 days take a third of a second, 5,000 about five: so many are not counted anew at each look.
MANY = 1000
KEPT_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Worked:
    """The figures of those chosen, as of when; near: the parts of the choice for which everything is hidden."""

    figures: Figures
    near: tuple[str, ...]
    as_of: datetime


_kept: dict[tuple[UUID, Choice], Worked] = {}  # in this process


def look(clinic: Clinic, choice: Choice, now: datetime) -> Worked:
    """What was worked out a short while ago for many patients, or what is worked out now."""
    for key in [key for key, kept in _kept.items() if now - kept.as_of > KEPT_FOR]:
        _kept.pop(key, None)
    worked = _kept.get((clinic.id, choice)) or work_out(clinic, choice, now)
    if (worked.figures.patients or 0) >= MANY:
        _kept[clinic.id, choice] = worked
    return worked


def work_out(clinic: Clinic, choice: Choice, now: datetime) -> Worked:
    """The figures of the patients chosen; all hidden where the choice would tell of a few by leaving them out."""
    pathway, every = packaged(VERTEBROPLASTY), candidates(clinic, now)
    numbers, little = pathway.cohort, pathway.rules.not_improving.relief_baseline_from - 1
    chosen = cohort_choice.pick(every, choice, numbers.old_from)
    near = cohort_choice.too_near(every, choice, numbers.old_from)
    first = min((each.performed_on for each in chosen), default=local_day(now, clinic.zone))
    counts = cohort.start(numbers, pathway.milestones.pathway_days, little)
    flags = FlagCounts(open_time(clinic.hours, start_of(first, clinic.zone), now))
    by = {} if near else {each.procedure: each for each in chosen}
    for life in lives(clinic.id, by) if by else ():
        counts.add(life)
    for flag in raised(clinic.id, by) if by else ():
        flags.add(flag)
    return Worked(cohort_figures.figures(counts, flags), near, now)


def note(clinician: Clinician, action: str, choice: Choice, now: datetime) -> None:
    """One line in the audit for the page that was opened, or the file that was taken away."""
    chosen = {name: str(value) for name, value in asdict(choice).items() if value}
    with writing():
        audit.note(clinician.clinic_id, clinician.actor, action, now, choice=chosen)
