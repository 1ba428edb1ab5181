"""A file of patients arrives: its lines are taken in as they were typed, in small transactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from recovery.clinical.import_file import Line, Survey

from . import audit
from .accounts import Clinician
from .database import writing
from .imports import BATCH, Import, ImportRow


def stage(
    clinician: Clinician,
    file_name: str,
    found: Survey,
    lines: Iterable[Line],
    now: datetime,
    *,
    at_once: bool = False,
) -> Import:
    """Take a file in, in small transactions. at_once: whoever calls goes on with it, and no round does."""
    row = _arrived(clinician, file_name, found, now)
    for batch in _batches(lines):
        with writing() as session:
            session.execute(sa.insert(ImportRow), [_staged(row, line) for line in batch])
    with writing():
        row.state = "staged"
        if at_once:
            row.hold(now)
    return row


def _arrived(clinician: Clinician, file_name: str, found: Survey, now: datetime) -> Import:
    row = Import(
        clinic_id=clinician.clinic_id,
        file_name=file_name,
        sha256=found.sha256,
        encoding=found.encoding,
        lines=found.lines,
        uploaded_at=now,
        uploaded_by=clinician.id,
    )
    with writing() as session:
        session.add(row)
        session.flush()
        audit.note(
            row.clinic_id,
            clinician.actor,
            "import uploaded",
            now,
            file=str(row.id),
            lines=row.lines,
        )
    return row


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    left = iter(lines)
    return iter(lambda: list(islice(left, BATCH)), [])


def _staged(row: Import, line: Line) -> dict[str, Any]:
    return {
        "clinic_id": row.clinic_id,
        "import_id": row.id,
        "line": line.number,
        "record_number": line.cells.get("record_number", "")[:60],
        "typed": dict(line.cells),
        "is_too_wide": line.is_too_wide,
    }
