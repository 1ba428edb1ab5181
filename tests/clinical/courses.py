"""Made-up courses for the rules: Ana recovers, Bo gets worse, Cy falls silent; days are counted from the procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from recovery.clinical.answers import Answers, Day, Entry
from recovery.clinical.course import Closure, Course, Finding
from recovery.clinical.flag_rules import assess
from recovery.clinical.pathway import load, read_default

DEFAULT = read_default("vertebroplasty")
PATHWAY = load(DEFAULT)
DAY_0 = date(2026, 3, 2)
ANA = Course(DAY_0, baseline_pain=7)
EASING = [6, 5, 5, 4, 4, 4, 3, 4, 3, 3, 3, 3, 2, 3, 3, 2, 3, 2, 2, 3, 2, 2, 2, 3, 2, 2, 2, 2]


def at(day: int, hour: int = 12) -> datetime:
    return datetime.combine(DAY_0 + timedelta(days=day), time(hour), UTC)


def entry(day: int, hour: int = 12, late_days: int = 0, **answers: object) -> Entry:
    signs = answers.pop("signs", ())
    given = at(day, hour)
    return Entry(
        given,
        given + timedelta(days=late_days),
        Answers(warning_signs=frozenset(signs), **answers),
        given + timedelta(days=late_days),
    )


def days(entries: Mapping[int, Sequence[Entry]], until: int) -> tuple[Day, ...]:
    return tuple(
        Day(n, DAY_0 + timedelta(days=n), tuple(entries.get(n, ()))) for n in range(until + 1)
    )


def easing(**changed: Entry | Sequence[Entry] | None) -> dict[int, Sequence[Entry]]:
    """Ana's month, one report a day from day 1; changed days are named d5, d12; None is a silent day."""
    course: dict[int, Sequence[Entry]] = {
        n: (entry(n, pain=pain, mobility=3, temperature_c=36.5),)
        for n, pain in enumerate(EASING, start=1)
    }
    for name, new in changed.items():
        course[int(name[1:])] = () if new is None else (new,) if isinstance(new, Entry) else new
    return course


def found(
    entries: Mapping[int, Sequence[Entry]],
    until: int,
    course: Course = ANA,
    closures: Sequence[Closure] = (),
) -> tuple[Finding, ...]:
    return assess(course, days(entries, until), closures, PATHWAY)


def reasons(findings: Sequence[Finding], rule: str | None = None) -> list[str]:
    return [each.reason for each in findings if rule in (None, each.rule)]
