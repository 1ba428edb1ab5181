"""The stage for tests of what happens on time: Ana, Nurse Dee and Nurse Eli, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from recovery.records.database import db
from tests.people import Stage, set_stage


@pytest.fixture
def stage(app: Flask) -> Iterator[Stage]:
    with app.app_context():
        yield set_stage()
        db.session.rollback()
