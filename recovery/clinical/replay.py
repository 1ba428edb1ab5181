"""Replay: the rules over history, each calendar day judged once at its end, seeing only what was known then."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from errno import EISDIR
from pathlib import Path
from tempfile import TemporaryDirectory

from .answers import Day, Entry
from .clinician_words import sentence
from .course import Closure, Course, State
from .flag_rules import close, start, step
from .history import read
from .pathway import Pathway
from .trajectory import Band
from .triage import Decision, OpenFlag, decide

FLAG_COLUMNS = ("patient", "date", "rule", "urgency", "reason")
BAND_COLUMNS = (
    "patient",
    "date",
    "expected",
    "low",
    "high",
    "peak_expected",
    "peak_low",
    "peak_high",
)
Row = tuple[str, ...]
Table = tuple[Path, Row, list[Row]]


@dataclass(frozen=True, slots=True)
class Kept:
    """One patient's flags while replaying: the open ones with the day each was raised, and the closed."""

    open: Mapping[str, OpenFlag] = field(default_factory=dict)
    raised_on: Mapping[str, date] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()


def run(
    checkins: Path,
    patients: Path,
    flags: Path,
    bands: Path | None,
    pathway: Pathway,
    closed_after: int,
) -> list[str]:
    """Replay two files into one or two; returns what cannot be read or written, and then writes nothing."""
    history = read(checkins, patients, pathway.questions)
    if history.errors:
        return history.errors
    flag_rows: list[Row] = []
    band_rows: list[Row] = []
    for patient, course in history.courses.items():
        days = _days(course, history.entries[patient], pathway)
        raised, drawn = replayed(course, days, pathway, closed_after)
        flag_rows += [(patient, *row) for row in raised]
        band_rows += [(patient, *row) for row in drawn]
    tables: list[Table] = [(flags, FLAG_COLUMNS, flag_rows)]
    if bands is not None:
        tables.append((bands, BAND_COLUMNS, band_rows))
    return _write(tables)


def replayed(
    course: Course, days: Iterable[Day], pathway: Pathway, closed_after: int
) -> tuple[list[Row], list[Row]]:
    """One patient's rows: flags raised, and the band before and the peak after each day's answers."""
    state, kept = start(course, pathway), Kept()
    flags: list[Row] = []
    bands: list[Row] = []
    for day in days:
        state, kept = _closed(state, kept, day.date, closed_after)
        band = state.own.expect(day.number)
        state = step(state, day)
        decisions = decide(state.findings, kept.open, kept.closures, pathway, held=False)
        kept = _after(kept, decisions, day.date)
        flags += [_flag_row(each, day.date) for each in decisions if each.kind == "raise"]
        if day.number > 0:
            bands.append(
                _band_row(day.date, band, state.own.expect_mean(pathway.milestones.peak_day))
            )
    return flags, bands


def _days(course: Course, entries: Mapping[date, Entry], pathway: Pathway) -> Iterable[Day]:
    """To the pathway's end, silent or not, and on to the patient's last answer if that is later."""
    end = course.procedure_date + timedelta(days=pathway.milestones.pathway_days)
    until = max((end, *entries))
    for number in range((until - course.procedure_date).days + 1):
        when = course.procedure_date + timedelta(days=number)
        yield Day(number, when, (entries[when],) if when in entries else ())


def _closed(state: State, kept: Kept, today: date, closed_after: int) -> tuple[State, Kept]:
    """Flags raised `closed_after` days ago are closed before the day is judged."""
    for rule, raised_on in kept.raised_on.items():
        if (today - raised_on).days < closed_after:
            continue
        at = datetime.combine(today, time(0), UTC)
        closure = Closure(rule, at, raised_on, kept.open[rule].urgency)
        state = close(state, closure)
        kept = Kept(
            {name: flag for name, flag in kept.open.items() if name != rule},
            {name: day for name, day in kept.raised_on.items() if name != rule},
            (*kept.closures, closure),
        )
    return state, kept


def _after(kept: Kept, decisions: Iterable[Decision], today: date) -> Kept:
    for decision in decisions:
        before = kept.open.get(decision.rule)
        known = {(each.reason, each.day): each.values for each in decision.findings}
        if before is not None:
            known = {**before.known, **known}
        flag = OpenFlag(decision.rule, decision.urgency, is_seen=False, known=known)
        days = {decision.rule: today, **kept.raised_on}
        kept = replace(kept, open={**kept.open, decision.rule: flag}, raised_on=days)
    return kept


def _flag_row(decision: Decision, today: date) -> Row:
    reason = " ".join(sentence(each) for each in decision.findings)
    return today.isoformat(), decision.rule, decision.urgency, reason


def _band_row(today: date, band: Band, peak: Band) -> Row:
    numbers = (band.expected, band.low, band.high, peak.expected, peak.low, peak.high)
    return today.isoformat(), *(f"{number:.3f}" for number in numbers)


def _write(tables: Sequence[Table]) -> list[str]:
    """All whole or none at all: a reader never finds half a file, nor flags without their bands."""
    with ExitStack() as waste:
        ready: list[tuple[Path, Path]] = []
        for table in tables:
            try:
                ready.append((_prepared(table, waste), table[0]))
            except OSError as error:
                return [f"{table[0]}: cannot be written: {error.strerror}"]
        for file, path in ready:
            os.replace(file, path)
    return []


def _prepared(table: Table, waste: ExitStack) -> Path:
    """The finished file, beside the place that it is to take."""
    path, columns, rows = table
    if path.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
    folder = TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.")
    file = Path(waste.enter_context(folder)) / path.name
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return file
