"""Speed, side by side in one run: `make bench`. CPU milliseconds depend on the machine; the ratios travel.

To be met on a quiet machine: at most 1 ms for the rules over 90 days of answers, 60 s for the replay.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import flask_migrate

import recovery
from bench.assumptions import Assumptions
from bench.cohorts import write
from recovery.clinical import replay
from recovery.clinical.flag_rules import assess
from recovery.records import courses, pathways, patients
from recovery.records.database import db
from recovery.rounds import review
from tests.conftest import settings_for
from tests.people import MONDAY, answers, check_in, set_stage

DAYS = 90
PATIENTS = 1200


def cpu_ms(work: Callable[[], object], times: int = 30) -> float:
    """The least CPU time of several runs, in milliseconds: the least disturbed one."""
    spent = []
    for _ in range(times):
        before = time.process_time()
        work()
        spent.append((time.process_time() - before) * 1000)
    return min(spent)


def main() -> None:
    """Measure the fold alone, the whole review around it, and the replay of a large clinic's history."""
    with tempfile.TemporaryDirectory() as folder:
        app = recovery.create_app(settings_for(f"sqlite:///{Path(folder) / 'bench.sqlite'}"))
        with app.app_context():
            flask_migrate.upgrade()
            stage = set_stage(day=DAYS)
            for day in range(DAYS):
                check_in(stage.ana, stage.device, answers(3), MONDAY - timedelta(days=DAYS - day))
            rule_ms, review_ms = cpu_ms(fold(stage.ana)), cpu_ms(lambda: one_review(stage.ana))
            db.session.rollback()
        replay_ms = cpu_ms(replayed(Path(folder)), times=1)
    say(f"rules over {DAYS} days of answers", rule_ms, rule_ms)
    say("whole review on SQLite", review_ms, rule_ms)
    say(f"replay of {PATIENTS} patients x {DAYS} days", replay_ms, rule_ms)


def say(what: str, ms: float, rule_ms: float) -> None:
    """One line: what, how long, and how many times as long as the rules."""
    print(f"{what:40} {ms:10.2f} ms CPU {ms / rule_ms:10.1f}")


def fold(patient: patients.Patient) -> Callable[[], object]:
    """The rules over everything that this patient has answered."""
    procedure = patients.current_procedure(patient)
    days = courses.days_of(courses.all_of(patient, procedure), procedure, MONDAY.date())
    pathway = pathways.packaged(procedure.pathway)
    course = review.course_of(patient, procedure)
    return lambda: assess(course, days, (), pathway)


def replayed(folder: Path) -> Callable[[], object]:
    """The whole replay of simulated patients, from files to files."""
    write(folder, Assumptions(patients=PATIENTS), ["calm"])
    pathway, calm = pathways.packaged(pathways.VERTEBROPLASTY), folder / "calm"
    files = (
        calm / "checkins.csv",
        calm / "patients.csv",
        folder / "flags.csv",
        folder / "bands.csv",
    )
    return lambda: replay.run(*files, pathway, closed_after=7)


def one_review(patient: patients.Patient) -> None:
    """Make the patient due and review them."""
    patient.review_due_at = MONDAY
    db.session.commit()
    review.review_due(MONDAY)


if __name__ == "__main__":
    main()
