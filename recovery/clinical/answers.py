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
    """One revision of a check-in as the rules see it (aware UTC).

    checked_at: when a review first judged it; None while none has.
    """

    given_at: datetime
    received_at: datetime
    answers: Answers
    checked_at: datetime | None = None


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


def told_in_turn(revisions: Sequence[Answers]) -> tuple[Answers, ...]:
    """What each of a check-in's revisions, in order, adds to what the rules see.

    A correction never withdraws a warning sign, the graver leg weakness, "felt hot" or a temperature (safety 8):
    each stands where it was first told, and the latest revision carries everything else.
    """
    told = [_new_danger(each, revisions[:number]) for number, each in enumerate(revisions)]
    return (*map(_danger_alone, told[:-1]), told[-1])


def _danger_alone(answers: Answers) -> Answers:
    return replace(answers, pain=None, mobility=None, pain_place=None, pain_onset=None, fall=None)


def _new_danger(revision: Answers, earlier: Sequence[Answers]) -> Answers:
    signs = revision.warning_signs
    known = {
        (sign, before.leg_weakness) for before in earlier for sign in before.warning_signs or ()
    }
    if signs is not None and earlier:
        signs = frozenset(
            sign for sign in signs if not _is_known(sign, revision.leg_weakness, known)
        )
    temperatures = {before.temperature_c for before in earlier}
    temperature = None if revision.temperature_c in temperatures else revision.temperature_c
    instead = {before.temperature_instead for before in earlier}
    felt = None if revision.temperature_instead in instead else revision.temperature_instead
    return replace(
        revision, warning_signs=signs, temperature_c=temperature, temperature_instead=felt
    )


def _is_known(sign: str, leg: str | None, known: set[tuple[str, str | None]]) -> bool:
    # Another answer about the legs is news about the legs, and about no other sign.
    return (sign, leg) in known if sign == "leg_weakness" else any(sign == s for s, _ in known)
