"""Work on time, done at once: what tests of several storeys call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from recovery.records import flags, moves
from recovery.records.accounts import Clinician
from recovery.records.flags import Flag
from recovery.records.moves import Closing
from recovery.records.patients import Patient
from recovery.rounds import review


def review_all(now: datetime) -> int:
    """Review whoever is due at that moment."""
    return review.review_due(now)


def open_flags(patient: Patient) -> dict[str, Flag]:
    """A patient's open flags by rule."""
    return {flag.rule: flag for flag in flags.of_patient(patient) if flag.closed_at is None}


def reasons(flag: Flag) -> list[str]:
    """The reason keys of a flag, in the order found."""
    return [row.reason for row in flags.findings_of([flag])[flag.id]]


def close_flag(
    nurse: Clinician, flag: Flag, outcomes: Mapping[str, str], words: str, at: datetime
) -> None:
    """Close a flag as if its page had just been opened."""
    moves.close(nurse, flag, Closing(outcomes, True, words), at)
