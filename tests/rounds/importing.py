"""Files of patients sent, checked and confirmed in one word each, for tests of the round."""

from __future__ import annotations

import io

from recovery.clinical import import_file
from recovery.records import import_staging, imports
from recovery.rounds import imports as rounds
from tests.made_up_file import csv_of
from tests.people import MONDAY


def send(nurse, rows, now=MONDAY, name="patients.csv"):
    """A file of these rows, taken in."""
    file = io.BytesIO(csv_of(rows))
    found = import_file.survey(file)
    return import_staging.stage(nurse, name, found, import_file.lines(file, found), now)


def work(now=MONDAY):
    """One round."""
    return rounds.work_on_waiting(lambda: now)


def checked(nurse, rows, now=MONDAY):
    """A file that a round has checked."""
    row = send(nurse, rows, now)
    assert work(now) == 1
    return row


def confirmed(nurse, rows, now=MONDAY):
    """A file that this nurse wants enrolled."""
    row = checked(nurse, rows, now)
    imports.confirm(nurse, row, row.new, now)
    return row
