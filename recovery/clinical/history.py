"""History as CSV: reads patients and check-ins for replay, and says of each bad row where and why."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

from .answers import SIGNS, Answers, Entry
from .course import Course
from .pathway import Questions

PATIENT_COLUMNS = ("patient", "procedure_date", "baseline_pain")
CHECKIN_COLUMNS = ("patient", "date", "pain", "mobility", "temperature_c", "warning_signs")
# Replay goes through every day up to the last; a slip of the pen must not make it go through centuries.
YEARS = range(1900, 2101)
LAST_DAY = 400
WHOLE = re.compile(r"[0-9]{1,2}")
DECIMAL = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")
Row = Mapping[str, str | None]


class BadRow(ValueError):
    """A row cannot be read; the message is the reason."""


@dataclass(slots=True)
class History:
    """Patients in the order of their file, their entries by date, and what could not be read."""

    courses: dict[str, Course] = field(default_factory=dict)
    entries: dict[str, dict[date, Entry]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def read(checkins: Path, patients: Path, questions: Questions) -> History:
    """Both files, whole; bad rows are left out and named in .errors."""
    history = History()
    for place, row in _rows(patients, PATIENT_COLUMNS, history.errors):
        try:
            _add_patient(history, row, questions)
        except BadRow as error:
            history.errors.append(f"{place}: {error}")
    for place, row in _rows(checkins, CHECKIN_COLUMNS, history.errors):
        try:
            _add_entry(history, row, questions)
        except BadRow as error:
            history.errors.append(f"{place}: {error}")
    return history


def _rows(path: Path, columns: tuple[str, ...], errors: list[str]) -> Iterator[tuple[str, Row]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                errors.append(f"{path}, line 1: the column {missing[0]} is missing")
                return
            for row in reader:
                place = f"{path}, line {reader.line_num}"
                if None in row or None in row.values():
                    errors.append(f"{place}: has not as many fields as the first line")
                else:
                    yield place, row
    except FileNotFoundError:
        errors.append(f"{path}: there is no such file")
    except OSError as error:
        errors.append(f"{path}: cannot be read: {error.strerror}")
    except (UnicodeDecodeError, csv.Error) as error:
        errors.append(f"{path}: cannot be read: {error}")


def _add_patient(history: History, row: Row, questions: Questions) -> None:
    name = _text(row, "patient")
    if not name:
        raise BadRow("the patient is missing")
    if name in history.courses:
        raise BadRow(f"patient {name} stands there twice")
    history.courses[name] = Course(
        _date(row, "procedure_date"),
        _whole(row, "baseline_pain", questions.pain_max),
        _whole(row, "baseline_mobility", questions.mobility_max),
    )
    history.entries[name] = {}


def _add_entry(history: History, row: Row, questions: Questions) -> None:
    name, when = _text(row, "patient"), _date(row, "date")
    if name not in history.courses:
        raise BadRow(f"patient {name or '(empty)'} is not among the patients")
    number = (when - history.courses[name].procedure_date).days
    if number < 0:
        raise BadRow(f"{when} lies before the procedure")
    if number > LAST_DAY:
        raise BadRow(f"{when} lies more than {LAST_DAY} days after the procedure")
    if when in history.entries[name]:
        raise BadRow(f"patient {name} has {when} twice")
    # A file knows only the date; noon stands for the hour.
    at = datetime.combine(when, time(12), UTC)
    history.entries[name][when] = Entry(at, at, _answers(row, questions), at)


def _answers(row: Row, questions: Questions) -> Answers:
    signs = frozenset(
        filter(None, (each.strip() for each in _text(row, "warning_signs").split(";")))
    )
    unknown = sorted(signs - {*SIGNS, "none"})
    if unknown:
        raise BadRow(f"warning sign {unknown[0]} is not known")
    return Answers(
        pain=_whole(row, "pain", questions.pain_max),
        mobility=_whole(row, "mobility", questions.mobility_max),
        temperature_c=_temperature(row, questions),
        warning_signs=(signs - {"none"}) if signs else None,
    )


def _text(row: Row, name: str) -> str:
    return (row.get(name) or "").strip()


def _date(row: Row, name: str) -> date:
    text = _text(row, name)
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadRow(f"{name} {_shown(text)} is not a date such as 2026-01-31") from None
    if found.year not in YEARS:
        raise BadRow(f"{name} {text} is not between {YEARS[0]} and {YEARS[-1]}")
    return found


def _whole(row: Row, name: str, most: int) -> int | None:
    text = _text(row, name)
    if not text:
        return None
    if not (WHOLE.fullmatch(text) and int(text) <= most):
        raise BadRow(f"{name} {_shown(text)} is not a whole number from 0 to {most}")
    return int(text)


def _temperature(row: Row, questions: Questions) -> float | None:
    text = _text(row, "temperature_c")
    if not text:
        return None
    low, high = questions.temperature_confirm_low, questions.temperature_confirm_high
    if not (DECIMAL.fullmatch(text) and low <= float(text) <= high):
        raise BadRow(f"temperature_c {_shown(text)} is not a number from {low} to {high}")
    return float(text)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 30 else f"{text[:30]}...")
