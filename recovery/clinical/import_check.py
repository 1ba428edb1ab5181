"""What becomes of one line of a file of patients: enrolled, enrolled already, or why it cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from recovery.clinical.answers import Problem
from recovery.clinical.enrolment import Enrolment

NEW, SAME, BAD = "new", "same", "bad"
OUTCOMES = (NEW, SAME, BAD)
WHO = ("name", "date_of_birth")
DAYS = ("date_of_birth", "performed_on", "baseline_on", "consent_on")
Kept = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Place:
    """Where a line stands, where its record number stands first, and whether it has more boxes than columns."""

    line: int
    first_line: int
    is_too_wide: bool = False


@dataclass(frozen=True)
class Judged:
    """What becomes of a line, and what is wrong with it."""

    outcome: str
    problems: tuple[Problem, ...] = ()


def judge(
    enrolment: Enrolment, place: Place, known: Mapping[str, Any] | None, namesake: str = ""
) -> Judged:
    """Judge a line; known: the columns of whoever has its record number already.

    namesake: the number of whoever has its name and day of birth; spreadsheets drop the zeros before a number.
    """
    if place.is_too_wide or place.first_line < place.line:
        own = tuple(_misplaced(enrolment, place))
        return Judged(BAD, (*own, *enrolment.problems))
    if known is None:
        problems = (*_enrolled_as(enrolment, namesake), *enrolment.problems)
        return Judged(BAD if problems else NEW, problems)
    if differing := _differing(enrolment, known):
        problem = _known(enrolment.person["record_number"], known, differing)
        return Judged(BAD, (problem, *enrolment.problems))
    return Judged(SAME)  # also when nobody could be enrolled so any more: nothing is to be done


def _misplaced(enrolment: Enrolment, place: Place) -> Iterator[Problem]:
    number = enrolment.person["record_number"]
    if place.is_too_wide:
        yield Problem("", "line_too_wide")
    if place.first_line < place.line:
        yield Problem("record_number", "twice", {"number": number, "line": place.first_line})


def _enrolled_as(enrolment: Enrolment, number: str) -> Iterator[Problem]:
    if number:
        values = {"name": enrolment.person["name"], "number": number}
        yield Problem("record_number", "enrolled_as", values)


def _differing(enrolment: Enrolment, known: Mapping[str, Any]) -> list[str]:
    said = {**enrolment.person, **enrolment.procedure}
    return [name for name, value in said.items() if known.get(name) != value]


def _known(number: str, known: Mapping[str, Any], differing: list[str]) -> Problem:
    if set(WHO) & set(differing):
        values = {"number": number, "name": known["name"]}
        return Problem("record_number", "known_record_number", values)
    return Problem("record_number", "known_otherwise", {"number": number, "columns": differing})


def kept(enrolment: Enrolment) -> Kept:
    """The columns of both tables as they wait in JSON."""
    parts = {"person": enrolment.person, "procedure": enrolment.procedure}
    return {
        name: {key: _plain(value) for key, value in part.items()} for name, part in parts.items()
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def taken(part: Mapping[str, Any]) -> dict[str, Any]:
    """One table's columns, read back."""
    return {
        key: date.fromisoformat(value) if key in DAYS and value else value
        for key, value in part.items()
    }
