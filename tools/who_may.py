"""Writes into docs/people.md who may enter which pages, as the doors of the program have it.

PYTHONPATH=. .venv/bin/python tools/who_may.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask

import recovery
from config import for_paper
from recovery.web import guards
from recovery.web.doors import DOORS, LOCKS
from recovery.web.guards import Guard

PAGE = Path(__file__).resolve().parents[1] / "docs" / "people.md"
BEGIN, END = "<!-- the doors -->\n", "<!-- to here: tools/who_may.py -->\n"
WHO = ("nobody", "a patient's phone", "clinician", "lead", "administrator")
LETS_IN = {
    guards.anyone: WHO,
    guards.devices_only: ("a patient's phone",),
    guards.people_only: ("clinician", "lead", "administrator"),
    guards.clinicians_only: ("clinician", "lead"),
    guards.leads_only: ("lead",),
    guards.administrators_only: ("administrator",),
}


def table(app: Flask) -> str:
    """One row for each group of pages, and for each page with a guard of its own."""
    groups = [(sys.modules[pages.import_name].__doc__, guard) for pages, guard in DOORS]
    alone = [(_told_of(app, endpoint), guard) for endpoint, guard in LOCKS]
    rows = [_row(_opening(words), guard) for words, guard in (*groups, *alone)]
    head = f"| | {' | '.join(WHO)} |\n|---|{'---|' * len(WHO)}\n"
    return head + "".join(rows)


def _told_of(app: Flask, endpoint: str) -> str:
    [rule] = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]
    return f"`{rule.rule}`: {app.view_functions[endpoint].__doc__}"


def _opening(words: str | None) -> str:
    return " ".join((words or "").partition("\n\n")[0].split())


def _row(words: str, guard: Guard) -> str:
    marks = ("yes" if who in LETS_IN[guard] else "" for who in WHO)
    return f"| {words} | {' | '.join(marks)} |\n"


def written(page: str, app: Flask) -> str:
    """The page with today's table between its two marks."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{table(app)}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(), recovery.create_app(for_paper())))
