"""Which of a clinic's patients are counted together, and whom a choice would tell apart by leaving them out; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, combinations
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
    """The parts of the choice that, alone or together, leave out a few patients: without them, these could be told.

    A patient who counts with another procedure is left out as well. Versions share the patients out among each other:
    where one has a few, those are all patients less the other versions, so that none of them can be chosen.
    """
    tests = _tests(choice, old_from)
    chosen = _counted(candidates, tests)
    near: set[str] = set()
    for parts in _every_few(list(tests)):
        if near.isdisjoint(parts):
            left_out = _counted(candidates, _less(tests, parts)) - chosen
            near |= set(parts) if 0 < len(left_out) < FEWEST else set()
    if "version" in tests and _has_small_version(candidates, _less(tests, ("version",))):
        near.add("version")
    return tuple(name for name in tests if name in near)


def _every_few(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """One of the names, two of them, and so on to all."""
    return chain.from_iterable(combinations(names, count + 1) for count in range(len(names)))


def _less(tests: Mapping[str, Test], parts: Sequence[str]) -> dict[str, Test]:
    return {name: test for name, test in tests.items() if name not in parts}


def _counted(candidates: Iterable[Candidate], tests: Mapping[str, Test]) -> set[UUID]:
    return {each.procedure for each in _first_of_each(candidates, list(tests.values()))}


def _has_small_version(candidates: Sequence[Candidate], others: Mapping[str, Test]) -> bool:
    """Whether some version has a few of the patients who meet the other parts of the choice."""
    of_version: dict[str, set[UUID]] = defaultdict(set)
    for each in candidates:
        if each.first <= each.last and all(test(each) for test in others.values()):
            of_version[each.version].add(each.patient)
    return any(len(patients) < FEWEST for patients in of_version.values())


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
