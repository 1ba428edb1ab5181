"""What to tell a patient at once: the first row of the pathway's advice table that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recovery.clinical.answers import Answers
from recovery.clinical.pathway import AdviceRow


@dataclass(frozen=True, slots=True)
class Advice:
    """The text's key, how urgent it is, whom to ring, and the keys of what to say below it."""

    key: str
    level: str
    whom: str
    also: tuple[str, ...] = ()


def advise(answers: Answers, day_number: int, table: Sequence[AdviceRow]) -> Advice:
    """The first row whose conditions all hold; the table runs from the worst to "no condition"."""
    row = next(row for row in table if _fits(row, answers, day_number))
    return Advice(row.key, row.level, row.whom, row.also)


def _fits(row: AdviceRow, answers: Answers, day: int) -> bool:
    signs = answers.warning_signs or frozenset()
    plain = ("temperature_instead", "paracetamol", "pain_place", "pain_onset", "fall")
    return (
        (not row.any_sign or not signs.isdisjoint(row.any_sign))
        and signs.issuperset(row.all_signs)
        and (not row.leg_weakness or _legs(answers) in row.leg_weakness)
        and _reaches(answers.temperature_c, row.temperature_from)
        and _is_below(answers.temperature_c, row.temperature_below)
        and _reaches(answers.pain, row.pain_from)
        and _reaches(day, row.day_from)
        and (row.day_to is None or day <= row.day_to)
        and all(getattr(row, name) in (None, getattr(answers, name)) for name in plain)
    )


def _legs(answers: Answers) -> str | None:
    """Weak legs with the question after them left open count as the worst answer to it."""
    weak = "leg_weakness" in (answers.warning_signs or ())
    return (answers.leg_weakness or "unanswered") if weak else None


def _reaches(value: float | None, limit: float | None) -> bool:
    return limit is None or (value is not None and value >= limit)


def _is_below(value: float | None, limit: float | None) -> bool:
    return limit is None or (value is not None and value < limit)
