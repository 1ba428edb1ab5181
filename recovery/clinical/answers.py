"""What a patient answers: the questions' keys, one check-in's answers, and the days that rules fold over."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

SIGNS = (
    "chest_pain_or_breathless",
    "bladder_or_bowel",
    "leg_weakness",
    "wound",
    "chills",
    "confusion",
    "limb_pain",
    "headache_upright",
)
LEG_WEAKNESS = ("one", "both", "worse")
ANSWERED_BY = ("patient", "with_help", "for_patient")
TEMPERATURE_INSTEAD = ("no_thermometer", "felt_hot")
PAIN_PLACE = ("same", "new")
PAIN_ONSET = ("sudden", "gradual")


@dataclass(frozen=True, slots=True)
class Answers:
    """One check-in's answers. None means "not answered", which is never read as "no".

    pain 0-10; mobility 0-5 (5 is best); temperature_c in degrees Celsius (UCUM Cel), one decimal.
    warning_signs: None when the question was left, the empty set for "none of these".
    incomplete: some box could not be read, and only the warning signs are sure.
    """

    pain: int | None = None
    mobility: int | None = None
    temperature_c: float | None = None
    temperature_unit: str = "C"
    temperature_instead: str | None = None
    warning_signs: frozenset[str] | None = None
    leg_weakness: str | None = None
    wound_unseen: bool = False
    paracetamol: bool | None = None
    answered_by: str | None = None
    note: str = ""
    pain_place: str | None = None
    pain_onset: str | None = None
    fall: bool | None = None
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One check-in as the rules see it: its answers, when they were given and when they arrived (aware UTC)."""

    given_at: datetime
    received_at: datetime
    answers: Answers


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day of a patient, in the patient's own zone.

    number: days since the procedure, 0 on its day. entries: in the order given, empty on a silent day.
    is_over: no further answer can be given for it, so silence may be judged.
    """

    number: int
    date: date
    entries: tuple[Entry, ...] = ()
    is_over: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that could not be read: the form field, the key of a sentence in words.PROBLEMS, its values."""

    field: str
    key: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)


def merged(revisions: Sequence[Answers]) -> Answers:
    """The latest of a check-in's revisions, in order; at least one.

    A correction never withdraws a warning sign, the graver leg weakness, "felt hot" or the highest
    temperature (safety 8): the rules go on seeing them.
    """
    latest = revisions[-1]
    signs = [r.warning_signs for r in revisions if r.warning_signs is not None]
    temperatures = [r.temperature_c for r in revisions if r.temperature_c is not None]
    legs = [r.leg_weakness for r in revisions if r.leg_weakness is not None]
    felt_hot = any(r.temperature_instead == "felt_hot" for r in revisions)
    return replace(
        latest,
        warning_signs=frozenset().union(*signs) if signs else None,
        temperature_c=max(temperatures, default=None),
        leg_weakness=max(legs, key=LEG_WEAKNESS.index, default=None),
        temperature_instead="felt_hot" if felt_hot else latest.temperature_instead,
    )
