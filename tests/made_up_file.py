"""A made-up file of patients to be enrolled, as a clinic's other program would write it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from recovery.clinical.import_columns import COLUMNS

NAMES = (
    "Bo Berg",
    "Zoë Çelik",
    "Мария Иванова",
    "李 小龍",
    "أمينة حداد",
    "=SUM(A1:A9)",
    "@Ortrud Ö.",
)
BO = {
    "record_number": "R-17",
    "name": "Bo Berg",
    "date_of_birth": "1941-02-03",
    "phone": "+49 30 23125 201",
    "contact_way": "call",
    "zone": "Europe/Berlin",
    "language": "en",
    "performed_on": "2026-03-01",
    "levels": "T12 L1",
    "risks": "steroids",
    "long_standing_signs": "leg_weakness",
    "baseline_pain": "8",
    "baseline_on": "2026-02-27",
    "baseline_by": "patient",
    "baseline_mobility": "1",
    "answers_daily": "patient",
    "consent_on": "2026-02-27",
    "consent_words": "2026.1",
    "consent_by": "patient",
}


def person(**cells: str) -> dict[str, str]:
    """Bo Berg, or somebody else who differs so from him."""
    return {**BO, **cells}


def people(count: int) -> Iterator[dict[str, str]]:
    """So many different people."""
    for number in range(count):
        yield person(record_number=f"N-{number:05}", name=f"{NAMES[number % 7]} {number}")


def csv_of(
    rows: Iterable[Mapping[str, str]],
    separator: str = ",",
    encoding: str = "utf-8",
    columns: Iterable[str] = [column.name for column in COLUMNS],
) -> bytes:
    """The file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), delimiter=separator, extrasaction="raise")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)
