"""A rounds process for the tests that dies by SIGKILL in the middle of a rehearsal.

Usage: python -m tests.rounds.rehearsal_worker DATABASE_URL
"""

from __future__ import annotations

import os
import signal
import sys

import recovery
from recovery.clinical import rehearsal as trial
from recovery.rounds import rehearsal
from tests.conftest import settings_for
from tests.people import MONDAY


def main(url: str) -> None:
    app = recovery.create_app(settings_for(url))
    # The first life has been read, and is being worked on.
    trial.flags_of = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    with app.app_context():
        rehearsal.work_out_waiting(lambda: MONDAY)


if __name__ == "__main__":
    main(*sys.argv[1:])
