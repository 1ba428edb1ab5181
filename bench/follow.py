"""Cases with known truth, followed in memory by our rules and by the usual ones: what each raised, and the bands."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from multiprocessing import Pool
from pathlib import Path
from typing import NamedTuple, TypeVar

from bench.assumptions import Assumptions
from bench.cohorts import PROCEDURE, SCENARIOS, Patient, patient
from bench.usual_rules import USUAL, raised_on
from recovery.clinical.answers import Answers, Entry
from recovery.clinical.course import Course
from recovery.clinical.flag_rules import days_of
from recovery.clinical.history import read
from recovery.clinical.pathway import load, read_default
from recovery.clinical.replay import replayed

PATHWAY = load(read_default("vertebroplasty"))
OPEN_DAYS = 7  # a flag raised on day d is open on d to d+6, as in replay
CHUNK = 50  # patients that a process takes at a time


@dataclass(frozen=True, slots=True)
class Case:
    """One patient: what the rules may see, and the day on which it really happened."""

    name: str
    course: Course
    answers: dict[int, Answers]
    onset: int | None


class Flag(NamedTuple):
    """One flag raised."""

    day: int
    rule: str
    urgency: str


class Drawn(NamedTuple):
    """The band of a day before its answers were seen, and of the peak day after them."""

    day: int
    expected: float
    low: float
    high: float
    peak_expected: float
    peak_low: float
    peak_high: float


@dataclass(frozen=True, slots=True)
class Followed:
    """One case and what came of it; usual: for each usual rule, the flags that it alone would raise."""

    case: Case
    flags: list[Flag]
    bands: list[Drawn]
    usual: dict[str, list[Flag]]


Cohort = list[Followed]
T = TypeVar("T")
R = TypeVar("R")
Chunk = tuple[int, str, Assumptions, int]  # place in the list, scenario, assumptions, first patient


def follow_all(work: Sequence[tuple[str, Assumptions]], processes: int = 2) -> list[Cohort]:
    """Each scenario under its assumptions, in the order asked for, whatever the number of processes."""
    chunks = [
        (place, scenario, assumed, first)
        for place, (scenario, assumed) in enumerate(work)
        for first in range(0, assumed.patients, CHUNK)
    ]
    found: list[Cohort] = [[] for _ in work]
    for (place, *_), some in zip(chunks, _spread(_chunk, chunks, processes), strict=True):
        found[place] += some
    return found


def _spread(task: Callable[[T], R], pieces: list[T], processes: int) -> list[R]:
    if processes == 1:
        return [task(each) for each in pieces]
    with Pool(processes) as pool:
        return pool.map(task, pieces, chunksize=1)


def _chunk(asked: Chunk) -> Cohort:
    _, scenario, assumed, first = asked
    last = min(first + CHUNK, assumed.patients)
    return [follow(simulated(patient(scenario, n, assumed))) for n in range(first, last)]


def follow(case: Case) -> Followed:
    """Replay one case; the usual rules see the same answers."""
    start = case.course.procedure_date
    end = max(PATHWAY.milestones.pathway_days, *case.answers, 0)
    entries = [_entry(start + timedelta(days=day), told) for day, told in case.answers.items()]
    days = days_of(entries, start, start + timedelta(days=end), last_is_over=True)
    flags, bands = replayed(case.course, days, PATHWAY, OPEN_DAYS)
    pains = {day: told.pain for day, told in case.answers.items() if told.pain is not None}
    return Followed(
        case,
        [Flag(_number(row[0], start), row[1], row[2]) for row in flags],
        [Drawn(_number(row[0], start), *map(float, row[1:])) for row in bands],
        {name: _usual(name, pains) for name in USUAL},
    )


def _usual(name: str, pains: dict[int, int]) -> list[Flag]:
    days = raised_on(USUAL[name], pains, OPEN_DAYS)
    return [Flag(day, "pain_worsening", "next_working_day") for day in days]


def _entry(when: date, told: Answers) -> tuple[date, Entry]:
    # As replay does with a file, which knows only the date: noon stands for the hour.
    at = datetime.combine(when, time(12), UTC)
    return when, Entry(at, at, told, at)


def _number(text: str, start: date) -> int:
    return (date.fromisoformat(text) - start).days


def simulated(one: Patient) -> Case:
    """A generated patient as the rules see one."""
    answers = {
        day: Answers(pain=told.pain, mobility=told.mobility, temperature_c=told.celsius)
        for day, told in one.answers.items()
    }
    return Case(one.name, Course(PROCEDURE, one.baseline), answers, one.onset)


def from_folder(folder: Path, processes: int = 2) -> dict[str, Cohort]:
    """The same scenarios from files, in the format of replay with truth.csv beside it."""
    return dict(
        zip(SCENARIOS, _spread(_scenario, [folder / n for n in SCENARIOS], processes), strict=True)
    )


def _scenario(folder: Path) -> Cohort:
    return [follow(case) for case in _cases(folder)]


def _cases(folder: Path) -> Sequence[Case]:
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        onsets = {row["patient"]: row["onset_date"] for row in csv.DictReader(file)}
    history = read(folder / "checkins.csv", folder / "patients.csv", PATHWAY.questions)
    if history.errors:
        raise SystemExit("\n".join(history.errors))
    return [
        Case(name, course, _by_number(history.entries[name], start), _onset(onsets[name], start))
        for name, course in history.courses.items()
        for start in (course.procedure_date,)
    ]


def _by_number(entries: dict[date, Entry], start: date) -> dict[int, Answers]:
    return {(when - start).days: entry.answers for when, entry in sorted(entries.items())}


def _onset(text: str, start: date) -> int | None:
    return _number(text, start) if text else None
