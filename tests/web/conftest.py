"""The stage for tests of the pages: Monday morning, Ana's phone connected, Nurse Dee at her desk."""

from __future__ import annotations

import pytest

from recovery.records import heartbeats
from tests.people import MONDAY, set_stage
from tests.web.desk import desk_of


@pytest.fixture
def stage(sqlite_app, at):
    at(MONDAY)
    with sqlite_app.app_context():
        heartbeats.beat("review", 5, MONDAY)
        return set_stage()


@pytest.fixture
def desk(sqlite_app, stage):
    return desk_of(sqlite_app, stage.dee)
