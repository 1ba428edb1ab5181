"""The page about people says of every door who may enter, as the program has it."""

from __future__ import annotations

import recovery
from recovery.web.doors import DOORS
from tests.conftest import settings_for
from tests.house.program import text
from tools import who_may


def test_the_table_of_doors_is_the_programs_own():
    page = text("docs/people.md")
    now = who_may.written(page, recovery.create_app(settings_for("sqlite://")))
    assert page == now, "run `PYTHONPATH=. .venv/bin/python tools/who_may.py`"


def test_every_guard_has_its_column():
    assert {guard for _pages, guard in DOORS} <= set(who_may.LETS_IN)
