"""A rounds process for the tests: waits at a barrier, reviews, and dies where it is told to.

Usage: python -m tests.rounds.worker DATABASE_URL NAME BARRIER_FILE [die-before-commit | die-after-commit]
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

import recovery
from recovery.records.database import db
from recovery.rounds import review
from tests.conftest import settings_for
from tests.people import MONDAY


def main(url: str, name: str, barrier: str, death: str = "") -> None:
    app = recovery.create_app(settings_for(url))
    with app.app_context():
        db.session.execute(sa.text("SELECT 1"))  # connected before the barrier opens
        db.session.rollback()
        if death:
            _arm(death)
        Path(barrier + "." + name).touch()
        while not Path(barrier).exists():
            time.sleep(0.01)
        while review.review_next(MONDAY):
            _count(name)
    print("done", flush=True)


def _count(name: str) -> None:
    """How many this process has reviewed; who was reviewed how often is counted by a trigger."""
    with db.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO done_by (name) VALUES (:name)"), {"name": name})


def _arm(death: str) -> None:
    """Die by SIGKILL at the first commit that follows a raised flag, just before it or just after."""
    raised = []
    event.listen(
        db.engine, "after_cursor_execute", lambda *a: raised.append("INSERT INTO flags" in a[2])
    )

    def die(*_: object) -> None:
        if any(raised):
            os.kill(os.getpid(), signal.SIGKILL)

    # "commit" comes just before the database is told; a connection goes back only after it has answered.
    event.listen(db.engine, "commit" if death == "die-before-commit" else "checkin", die)


if __name__ == "__main__":
    main(*sys.argv[1:])
