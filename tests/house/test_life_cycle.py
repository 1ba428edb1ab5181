"""The page about the life of a flag says what the program does."""

from __future__ import annotations

from tools import life_cycle


def test_the_diagram_in_the_docs_is_the_one_that_the_table_draws():
    written = life_cycle.PAGE.read_text(encoding="utf-8")
    assert written == life_cycle.page(), "run: PYTHONPATH=. .venv/bin/python tools/life_cycle.py"
