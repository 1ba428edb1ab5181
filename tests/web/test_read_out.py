"""After a check-in by phone the nurse reads out the advice for those very answers, and for no others."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from recovery.records import flags, moves
from recovery.records.checkins import CheckIn
from tests.people import MONDAY, a_patient
from tests.web.desk import SAME, review_all, rows_of, see, send, words

DAY = timedelta(days=1)
USUAL = {"pain": "2", "mobility": "4", "warning_signs": "none", "answered_by": "patient"}
CHEST = {"warning_signs": "chest_pain_or_breathless"}


@pytest.fixture
def bo(sqlite_app, stage):
    """Bo, on day 30."""
    with sqlite_app.app_context():
        return a_patient(stage.dee, "Bo Lind", 30)


def ask(desk, bo, **given):
    """Nurse Dee enters what Bo answers, and reads what her page says then: told, and all of it."""
    posted = {"entry_id": str(uuid4()), **USUAL, **given}
    answer = desk.post(f"/clinic/patients/{bo.id}/check-in", data=posted, headers=SAME)
    assert answer.status_code == 303, words(answer.text)
    page = see(desk, answer.location)
    return page.partition('id="told"')[2].partition("</section>")[0], page


def close(app, stage, bo, now):
    with app.app_context():
        for flag in flags.of_patient(bo):
            reasons = {row.reason for row in flags.findings_of([flag])[flag.id]}
            outcomes = dict.fromkeys(reasons, "other")
            moves.close(stage.dee, flag, moves.Closing(outcomes, True, "All clear."), now)


def test_what_was_told_for_a_closed_flag_is_not_read_out_again(sqlite_app, stage, desk, bo, at):
    said, _page = ask(desk, bo, **CHEST)
    assert "Ring 112 now." in said
    review_all(sqlite_app)
    close(sqlite_app, stage, bo, MONDAY)
    at(MONDAY + 20 * DAY)
    said, _page = ask(desk, bo)
    assert "Read this out to the patient" in said
    assert "Sun 22 Mar, 10:00" in said
    assert "112" not in said
    later = see(desk, f"/clinic/patients/{bo.id}").partition('id="told"')[2]
    assert "112" not in later.partition("</section>")[0]


def test_beside_an_open_flag_of_yesterday_todays_advice_is_read_out(
    sqlite_app, stage, desk, bo, at
):
    ask(desk, bo, **CHEST)
    review_all(sqlite_app)
    at(MONDAY + DAY)
    said, _page = ask(desk, bo)
    assert "112" not in said
    usual = see(desk, f"/clinic/patients/{bo.id}")
    assert "Ring 112 now." in usual.partition('id="told"')[2].partition("</section>")[0]
    assert "To be read out, Mon 2 Mar, 10:00" in usual
    assert "Told on screen" not in usual


def test_the_advice_for_a_day_before_the_last_procedure_is_read_out_too(
    sqlite_app, stage, desk, bo
):
    second = {"performed_on": "2026-03-02", "levels": "L2", "consent": "yes"}
    send(desk, f"/clinic/patients/{bo.id}/procedure", **second)
    said, _page = ask(desk, bo, date="2026-02-28", **CHEST)
    assert "112. Say: chest pain or trouble breathing" in said


def test_an_address_that_names_no_check_in_of_this_patient_reads_nothing_out(
    sqlite_app, stage, desk, bo
):
    ask(desk, bo, **CHEST)
    (kept,) = rows_of(sqlite_app, CheckIn)
    for page in (
        f"/clinic/patients/{bo.id}?read=out",
        f"/clinic/patients/{stage.ana.id}?read={kept.shown_as}",
    ):
        assert "Read this out to the patient" not in see(desk, page)
