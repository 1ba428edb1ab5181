"""The import round: checks files of patients by the rules of the enrolment form, and enrols what is confirmed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from recovery.clinical import enrolment, import_check
from recovery.clinical.import_check import Place
from recovery.clinical.import_columns import as_form
from recovery.records import accounts, catalogues, enrolling, heartbeats, import_work, pathways
from recovery.records.accounts import Clinic
from recovery.records.database import db
from recovery.records.import_work import Checked
from recovery.records.imports import Import, ImportRow

log = logging.getLogger(__name__)
NAME, EVERY_SECONDS = "import", 3


def work_on_waiting(now: Callable[[], datetime]) -> int:
    """Check or enrol whatever waits, one file after the other; returns how many. The clock is asked for each step."""
    import_work.drop_old(now())
    count = 0
    while row := import_work.claim(now()):
        _work_on(row, now)
        count += 1
    return count


def _work_on(row: Import, now: Callable[[], datetime]) -> None:
    try:
        if row.state == "waiting":
            import_work.enrol(row, now())
        elif row.state != "refused":
            check(row, now)
    except Exception:  # tried again when its lease is over
        log.exception("import %s could not be worked on", row.id)
        db.session.rollback()


def check(row: Import, now: Callable[[], datetime]) -> None:
    """Check every line that is not checked yet. A step reads, then judges, then writes for a moment."""
    clinic = accounts.clinic_of(row.clinic_id)
    while rows := import_work.unchecked(row):
        checked = list(_judged(row, rows, clinic, now()))
        if not import_work.keep_checked(row, checked, now()):
            return
        heartbeats.beat(NAME, EVERY_SECONDS, now())
    import_work.finish_check(row, now())


def _judged(
    row: Import, rows: Sequence[ImportRow], clinic: Clinic, now: datetime
) -> Iterator[Checked]:
    numbers = {each.record_number for each in rows} - {""}
    first, known = import_work.first_lines(row, numbers), import_work.known(row, numbers)
    days = pathways.pathway_for(clinic.id, pathways.VERTEBROPLASTY).milestones.pathway_days
    languages, usual = catalogues.offered(), {"zone": clinic.zone, "language": clinic.language}
    read = [enrolment.read(as_form(each.typed, usual), now, days, languages) for each in rows]
    others = enrolling.namesakes(clinic.id, [each.person for each in read])
    for each, wanted in zip(rows, read, strict=True):
        number, who = each.record_number, (wanted.person["name"], wanted.person["date_of_birth"])
        # Without a number it stands alone; and a file that is being dropped has no first lines any more.
        place = Place(each.line, first.get(number, each.line), each.is_too_wide)
        judged = import_check.judge(wanted, place, known.get(number), others.get(who, ""))
        yield Checked(each, judged, import_check.kept(wanted))
