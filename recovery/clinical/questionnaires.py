"""Questionnaires: the weekly list, whose lines a clinic supplies, the monthly question, and when each is due; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from .answers import ANSWERED_BY, Problem
from .reading import Form

WEEKLY, MONTHLY = "rmdq", "answered_for"
NONE_TODAY = "none"
# What "did someone answer for you this month?" is kept as; who prefers not to say has said nothing of it.
ANSWERED_FOR = {"yes": 1, "no": 0, "unsaid": None}


class ItemsError(ValueError):
    """A list that cannot be asked; .key says why, .values fill its sentence."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values


@dataclass(frozen=True, slots=True)
class Items:
    """The lines of a list in their order. version: another wording has another, so that no tick changes its line."""

    lines: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class WeeklyAnswers:
    """The numbers of the ticked lines, counted from 1; answered_by None: not said."""

    ticked: tuple[int, ...]
    answered_by: str | None

    @property
    def total(self) -> int:
        """How many lines are ticked: 0 to 24, higher is worse."""
        return len(self.ticked)


def read_items(content: bytes, wanted: int) -> Items:
    """The lines of a file as a clinic supplies it: UTF-8, one a line, "#" before a comment.

    Raises ItemsError: not_utf8, wrong_count (found), twice (first and second, counted from 1).
    """
    lines = tuple(_lines(_decoded(content)))
    if len(lines) != wanted:
        raise ItemsError("wrong_count", found=len(lines))
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        first = seen.setdefault(line.casefold(), number)
        if first != number:
            raise ItemsError("twice", first=first, second=number)
    return Items(lines, sha256("\n".join(lines).encode()).hexdigest()[:16])


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")  # some editors put a mark before the first letter
    except UnicodeDecodeError:
        raise ItemsError("not_utf8") from None
    if "\ufffd" in text or "\0" in text:  # damaged before it came here
        raise ItemsError("not_utf8")
    return text


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        closed_up = " ".join(line.split())
        if closed_up and not closed_up.startswith("#"):
            yield closed_up


def read_weekly(form: Form, items: Items) -> tuple[WeeklyAnswers, tuple[Problem, ...]]:
    """The posted list. Nothing ticked is not "none": it is asked again, as are ticks beside "none of these"."""
    ticks = {tick.strip() for tick in form.get("line", ())} - {""}
    numbers = {str(number): number for number in range(1, len(items.lines) + 1)}
    by = next(iter(form.get("answered_by", ())), "").strip()
    answered_by = by if by in ANSWERED_BY else None
    if next(iter(form.get("version", ())), "") != items.version:
        return WeeklyAnswers((), answered_by), (Problem("line", "list_changed"),)
    ticked = tuple(number for tick, number in numbers.items() if tick in ticks)
    problems = tuple(_problems(ticks, ticked, set(numbers)))
    if by and answered_by is None:
        problems += (Problem("answered_by", "choice_unknown"),)
    return WeeklyAnswers(ticked, answered_by), problems


def _problems(ticks: set[str], ticked: tuple[int, ...], known: set[str]) -> Iterator[Problem]:
    if ticks - known - {NONE_TODAY}:
        yield Problem("line", "choice_unknown")
    elif not ticks:
        yield Problem("line", "lines_missing")
    elif ticked and NONE_TODAY in ticks:
        yield Problem("line", "lines_and_none")


def next_day(last: int | None, first: int, every: int) -> int:
    """The day after the procedure from which it is asked (again); last: the day of the last answer."""
    return first if last is None else max(first, last + every)
