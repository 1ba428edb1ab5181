"""The migrations form one numbered line, and lead to the tables that the program expects."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
from alembic.script import ScriptDirectory

from tests.house.program import ROOT


def line():
    """All migrations, newest first."""
    return list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions())


def test_the_migrations_form_one_line():
    revisions = line()
    before = [revision.down_revision for revision in revisions]
    # Each follows exactly the next older one, and the oldest follows none.
    assert before == [revision.revision for revision in revisions[1:]] + [None]


def test_their_file_names_are_numbered_in_order():
    names = [Path(revision.path).name for revision in reversed(line())]
    numbers = [name.partition("_")[0] for name in names]
    assert numbers == [f"{number:04}" for number in range(1, len(names) + 1)], names


def test_they_lead_to_the_tables_of_the_program(app):
    with app.app_context():
        flask_migrate.check()
