"""Which of a clinic's patients are counted together, and whom a choice would tell apart by leaving them out; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from .small_cells import FEWEST

AGES = ("younger", "older")
LEVELS = ("one", "several")


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose; empty: all. first, last: the days of the procedure. version: that of the pathway then."""

    first: date | None = None
    last: date | None = None
    age: str = ""
    levels: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One procedure that could be counted: age in years on its day, number of levels, the days followed after it."""

    patient: UUID
    procedure: UUID
    performed_on: date
    age: int
    levels: int
    version: str
    before: int | None
    first: int
    last: int


Test = Callable[[Candidate], bool]


def pick(candidates: Iterable[Candidate], choice: Choice, old_from: int) -> list[Candidate]:
    """Each patient once: with the first procedure that meets the choice and was followed for a whole day."""
    return _first_of_each(candidates, list(_tests(choice, old_from).values()))


def too_near(candidates: Sequence[Candidate], choice: Choice, old_from: int) -> tuple[str, ...]:
    """The parts of the choice that leave out a few patients: with and without it, they could be worked out.

    A patient who counts with another procedure is left out as well.
    """
    tests = _tests(choice, old_from)
    chosen = {each.procedure for each in _first_of_each(candidates, list(tests.values()))}
    near = []
    for name in tests:
        others = [test for other, test in tests.items() if other != name]
        without = {each.procedure for each in _first_of_each(candidates, others)}
        if 0 < len(without - chosen) < FEWEST:
            near.append(name)
    return tuple(near)


def _first_of_each(candidates: Iterable[Candidate], tests: Sequence[Test]) -> list[Candidate]:
    found: dict[UUID, Candidate] = {}
    for each in sorted(candidates, key=lambda c: (c.performed_on, c.procedure)):
        if each.first <= each.last and all(test(each) for test in tests):
            found.setdefault(each.patient, each)
    return list(found.values())


def _tests(choice: Choice, old_from: int) -> dict[str, Test]:
    """What is asked of a procedure, by the name of the part of the choice."""
    tests: dict[str, Test] = {
        "first": lambda each: choice.first is None or each.performed_on >= choice.first,
        "last": lambda each: choice.last is None or each.performed_on <= choice.last,
        "age": lambda each: (each.age >= old_from) == (choice.age == "older"),
        "levels": lambda each: (each.levels > 1) == (choice.levels == "several"),
        "version": lambda each: each.version == choice.version,
    }
    return {name: test for name, test in tests.items() if getattr(choice, name)}
