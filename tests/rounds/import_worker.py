"""A rounds process for the tests that dies by SIGKILL in the middle of enrolling a file.

Usage: python -m tests.rounds.import_worker DATABASE_URL
"""

from __future__ import annotations

import os
import signal
import sys

import recovery
from recovery.records import enrolling
from recovery.rounds import imports
from tests.conftest import settings_for
from tests.people import MONDAY


def main(url: str) -> None:
    app = recovery.create_app(settings_for(url))
    enrol_batch, batches = enrolling.enrol_batch, []

    def die_at_the_third(*args: object, **details: object) -> None:
        if len(batches) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        batches.append(enrol_batch(*args, **details))

    enrolling.enrol_batch = die_at_the_third
    with app.app_context():
        imports.work_on_waiting(lambda: MONDAY)


if __name__ == "__main__":
    main(*sys.argv[1:])
