"""The stage for tests of the pages: Monday morning, Ana's phone connected, Nurse Dee at her desk."""

from __future__ import annotations

import pytest

from recovery.records import catalogues, heartbeats
from recovery.records.languages import LANGUAGES
from tests.people import MONDAY, set_stage
from tests.web.desk import desk_of


@pytest.fixture(autouse=True)
def every_language_is_offered(monkeypatch):
    """Whether or not its translation is finished: tests/house/test_translations.py asks that."""
    monkeypatch.setattr(catalogues, "offered", lambda: LANGUAGES)


@pytest.fixture
def stage(sqlite_app, at):
    at(MONDAY)
    with sqlite_app.app_context():
        heartbeats.beat("review", 5, MONDAY)
        return set_stage()


@pytest.fixture
def desk(sqlite_app, stage):
    return desk_of(sqlite_app, stage.dee)


@pytest.fixture
def lias(sqlite_app, stage):
    """The desk of Lia, who leads Dee's clinic."""
    return desk_of(sqlite_app, stage.lia)
