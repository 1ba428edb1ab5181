"""The migrations form one numbered line, and lead to the tables that the program expects."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

import recovery
from recovery.records.database import db
from tests import postgres
from tests.conftest import let_go, settings_for
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


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request, tmp_path):
    """The program on a database without any table."""
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    if request.param == "postgresql":
        url = postgres.create(request.getfixturevalue("postgres_url"), "from_before")
    app = recovery.create_app(settings_for(url))
    with app.app_context():
        yield app
    let_go(app)


def a_row(table, **columns):
    """Insert a row as the tables of that day have it; what is needed and not given is empty."""
    known = sa.Table(table, sa.MetaData(), autoload_with=db.session.connection())
    empty = {sa.JSON: [], sa.Boolean: False}
    needed = {
        each.name: next((v for kind, v in empty.items() if isinstance(each.type, kind)), "")
        for each in known.columns
        if not each.nullable and each.server_default is None
    }
    db.session.execute(sa.insert(known).values({**needed, **columns}))


def test_an_account_that_had_ended_before_there_was_by_whom_was_ended_by_the_operator(empty_app):
    flask_migrate.upgrade(revision="0014")
    clinic, gone = uuid4().hex, uuid4().hex
    a_row("clinics", id=clinic)
    a_row("clinicians", clinic_id=clinic, id=gone, ended_at=datetime(2026, 1, 1, tzinfo=UTC))
    db.session.commit()
    flask_migrate.upgrade()
    told = db.session.execute(sa.text("SELECT ended_by, link_until FROM clinicians")).one()
    assert tuple(told) == ("operator", None)
    db.session.rollback()
    flask_migrate.downgrade(revision="0014")
    flask_migrate.upgrade()
