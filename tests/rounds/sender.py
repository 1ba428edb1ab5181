"""A rounds process for the tests: escalates and delivers as of one instant, and dies where it is told to.

Usage: python -m tests.rounds.sender DATABASE_URL SMTP_URL INSTANT WHEN WORDS

It dies by SIGKILL at the first commit that follows a statement with these words, "before" or "after" it.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from datetime import datetime

from sqlalchemy import event

import recovery
from recovery.records.database import db
from recovery.rounds import delivery, escalation
from tests.conftest import settings_for


def main(database_url: str, smtp_url: str, instant: str, when: str = "", words: str = "") -> None:
    settings = replace(settings_for(database_url), smtp_url=smtp_url)
    now = datetime.fromisoformat(instant)
    app = recovery.create_app(settings)
    with app.app_context():
        if when:
            _arm(when, words)
        escalation.escalate_due(now)
        delivery.deliver_due(settings, lambda: now)
    print("done", flush=True)


def _arm(when: str, words: str) -> None:
    said = []
    event.listen(db.engine, "after_cursor_execute", lambda *a: said.append(words in a[2]))

    def die(*_: object) -> None:
        if any(said):
            os.kill(os.getpid(), signal.SIGKILL)

    # "commit" comes just before the database is told; a connection goes back only after it has answered.
    event.listen(db.engine, "commit" if when == "before" else "checkin", die)


if __name__ == "__main__":
    main(*sys.argv[1:])
