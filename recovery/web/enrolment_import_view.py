"""A file of patients in finished words: what becomes of it, how far the work is, and what is wrong with which line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _

from recovery.clinical.import_check import taken
from recovery.clinical.import_columns import BY_NAME
from recovery.clinical.import_file import UnreadableFile
from recovery.records import catalogues, imports
from recovery.records.imports import WORKING, Import, ImportRow
from recovery.web.enrolment_import_words import said
from recovery.web.enrolment_words import FILE_PROBLEMS, LINE_PROBLEMS, PROBLEMS
from recovery.web.speech import here
from recovery.web.wording import in_a_row, moment, say

BAD_AT_ONCE, NEW_SHOWN, SHOWN_CELL = 50, 5, 60


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a box of a line, and what was typed into it."""

    column: str
    sentence: str
    typed: str


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be enrolled."""

    number: int
    who: str
    complaints: tuple[Complaint, ...]


@dataclass(frozen=True)
class ImportView:
    """The page. next_bad: the line after which more bad ones stand; newcomers: the first few, as they were read."""

    headline: str
    sentences: tuple[str, ...]
    sent: str
    is_working: bool
    is_grave: bool
    progress: int | None
    encoding: str
    bad: tuple[BadLine, ...]
    next_bad: int | None
    newcomers: tuple[tuple[str, ...], ...]
    can_confirm: bool
    can_drop: bool

    @property
    def names_patients(self) -> bool:
        """Whether opening it shows anybody."""
        return bool(self.bad or self.newcomers)


def view(row: Import, names: Mapping[Any, str], zone: str, after: int) -> ImportView:
    """Everything about one file. after: the line after which the bad ones are shown."""
    is_checked = row.state == "checked"
    bad = imports.bad_rows(row, after, BAD_AT_ONCE + 1) if is_checked and row.bad else ()
    encoding = _encoding(row) if is_checked else ""
    new = imports.first_new(row, NEW_SHOWN) if is_checked and (encoding or not row.bad) else ()
    first, *rest = said(row)
    return ImportView(
        headline=first,
        sentences=tuple(rest),
        sent=sent(row, names, zone),
        is_working=row.state in WORKING,
        is_grave=bool(row.bad or row.error),
        progress=row.checked if row.state == "checking" else None,
        encoding=encoding,
        bad=tuple(bad_line(each) for each in bad[:BAD_AT_ONCE]),
        next_bad=bad[BAD_AT_ONCE - 1].line if len(bad) > BAD_AT_ONCE else None,
        newcomers=tuple(_newcomer(each) for each in new),
        can_confirm=is_checked and not row.bad and row.new > 0,
        can_drop=row.state not in ("applied", "dropped", "waiting"),
    )


def sent(row: Import, names: Mapping[Any, str], zone: str) -> str:
    """Such as "Sent by Nurse Dee, Mon 2 Mar, 10:00"."""
    name, at = names.get(row.uploaded_by, ""), moment(row.uploaded_at, zone)
    return str(_("Sent by %(name)s, %(at)s", name=name, at=at))


def _encoding(row: Import) -> str:
    if row.encoding.startswith("utf-8"):
        return ""
    return str(
        _(
            "This file is not UTF-8, so it was read as Western European (Windows-1252). If a name below "
            "looks wrong, save it as CSV UTF-8 and send it again."
        )
    )


def bad_line(row: ImportRow) -> BadLine:
    """A line with everything that is wrong with it."""
    who = [row.typed.get(name, "") for name in ("record_number", "name")]
    complaints = tuple(_complaint(each, row.typed) for each in row.problems)
    return BadLine(row.line, in_a_row(_short(each) for each in who if each), complaints)


def _complaint(problem: Mapping[str, Any], typed: Mapping[str, str]) -> Complaint:
    said_of_it, cell = sentence(problem, typed), _short(typed.get(problem["field"], ""))
    return Complaint(problem["field"], said_of_it, "" if cell in said_of_it else cell)


def sentence(problem: Mapping[str, Any], typed: Mapping[str, str]) -> str:
    """What is wrong with a box of a line, and what to do."""
    key, column = problem["key"], BY_NAME.get(problem["field"])
    allowed = column.allowed or catalogues.offered() if column else ()
    values = {
        "typed": _short(typed.get(problem["field"], "")),
        "allowed": in_a_row(allowed),
        "most": column.most if column else 0,
        **problem["values"],
    }
    if isinstance(values.get("columns"), Sequence):
        values["columns"] = in_a_row(values["columns"])
    return say(LINE_PROBLEMS.get(key) or PROBLEMS[key], **values)


def refusal(error: UnreadableFile) -> str:
    """Why a file cannot be taken at all."""
    values = {
        name: in_a_row(value) if isinstance(value, list) else value
        for name, value in error.values.items()
    }
    return say(FILE_PROBLEMS[error.key], **values)


def _short(cell: str) -> str:
    return cell if len(cell) <= SHOWN_CELL else f"{cell[:SHOWN_CELL]}…"


def _newcomer(row: ImportRow) -> tuple[str, ...]:
    """The line, number, name, birth, phone, day of the procedure and levels, as they would be kept."""
    ready = row.ready or {}
    person, procedure = taken(ready["person"]), taken(ready["procedure"])
    return (
        str(row.line),
        person["record_number"],
        person["name"],
        _long(person["date_of_birth"]),
        person["phone"] or person["no_phone_reason"],
        _long(procedure["performed_on"]),
        in_a_row(procedure["levels"]),
    )


def _long(day: date) -> str:
    return str(format_date(day, "long", locale=here()))
