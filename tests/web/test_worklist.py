"""The worklist: one row for each patient, worst first, and nothing hidden, blank or renewed in vain."""

from __future__ import annotations

import re
from datetime import timedelta

import sqlalchemy as sa

from recovery.records import (
    audit,
    flags,
    heartbeats,
    moves,
    pathways,
    patients,
    states,
    worklist,
)
from recovery.records.contacts import Tried
from recovery.records.database import db, writing
from recovery.records.patients import Patient
from tests.people import MONDAY, a_device, a_patient, answers, check_in, set_stage
from tests.web.desk import desk_of, review_all, rows_of, see, send

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RENEW = {"X-Renew": "1"}


def add(app, stage, name, *given, **columns):
    """A patient of Dee's, with answers that the computer has read."""
    with app.app_context():
        patient = a_patient(stage.dee, name, **columns)
        device, _token, _code = a_device(stage.dee, patient)
        for each in given:
            check_in(patient, device, each, MONDAY)
    review_all(app)
    return patient


def answer(app, stage, given, at=MONDAY, received=None):
    with app.app_context():
        check_in(stage.ana, stage.device, given, at, received)


def change(app, patient, **columns):
    with app.app_context(), writing() as session:
        row = session.get_one(Patient, (patient.clinic_id, patient.id))
        for name, value in columns.items():
            setattr(row, name, value)


def without_ana(app, stage):
    """Ana's silence is not what this is about."""
    change(app, stage.ana, state="withdrawn")


def names_on(page):
    return [part.partition("</a>")[0].rpartition(">")[2] for part in page.split("<h2> <a ")[1:]]


def lines_of(app, action):
    return rows_of(app, audit.AuditLine, action=action)


def test_an_empty_list_says_so(sqlite_app, desk):
    assert "Nobody is on the list" in see(desk)


def test_the_worst_stand_first_then_the_unseen_then_the_oldest(sqlite_app, stage, desk):
    without_ana(sqlite_app, stage)
    add(sqlite_app, stage, "Bo Warm", answers(temperature_c=38.6))
    add(sqlite_app, stage, "Cy Chest", answers(signs=("chest_pain_or_breathless",)))
    seen = add(sqlite_app, stage, "Di Wound", answers(signs=("wound",)))
    send(desk, f"/clinic/patients/{seen.id}/seen")
    with sqlite_app.app_context(), writing() as session:
        later = sa.update(flags.Flag).where(flags.Flag.patient_id != seen.id)
        session.execute(later.values(raised_at=MONDAY + HOUR))
    add(sqlite_app, stage, "Ed Chills", answers(signs=("chills",)))
    assert names_on(see(desk)) == ["Cy Chest", "Ed Chills", "Bo Warm", "Di Wound"]


def test_a_row_says_what_a_nurse_asks_first(sqlite_app, stage, desk):
    for ago, pain in ((3, 4), (2, 5), (1, 3)):
        answer(sqlite_app, stage, answers(pain=pain), MONDAY - ago * DAY)
    hot = answers(
        pain=6, temperature_c=38.6, paracetamol=True, answered_by="with_help", note="Hot!"
    )
    answer(sqlite_app, stage, hot)
    review_all(sqlite_app)
    page = see(desk)
    for said in (
        "Today",
        "Not seen yet",
        "77 years, day 10, L1",
        "Temperature 38.6 °C on day 10.",
        "5, 3, 6; before the procedure 8",
        "38.6 °C, paracetamol",
        "<dt>Warning signs</dt> <dd>none</dd>",
        "Mon 2 Mar, 10:00, by the patient with help, with a note",
        "Waiting since Mon 2 Mar, 10:00",
        "<dt>Last try</dt> <dd>none yet</dd>",
        'href="tel:+493023125200"',
        "Hot!",
    ):
        assert said in page, said


def test_one_row_for_a_patient_with_several_flags(sqlite_app, stage, desk):
    answer(sqlite_app, stage, answers(signs=("chills",), temperature_c=39.0))
    review_all(sqlite_app)
    page = see(desk)
    assert names_on(page) == ["Ana Ruiz"]
    assert "Shaking chills on day 10." in page
    assert "Temperature 39.0 °C on day 10." in page


def test_what_was_not_answered_is_never_blank_and_never_no(sqlite_app, stage, desk):
    unticked = answers(pain=None, note="Please ring me")
    with sqlite_app.app_context():
        given = unticked.__class__(**{**_columns(unticked), "warning_signs": None})
        check_in(stage.ana, stage.device, given, MONDAY)
    review_all(sqlite_app)
    page = see(desk)
    assert "<dt>Warning signs</dt> <dd>not answered</dd>" in page
    assert "<dt>Temperature</dt> <dd>none</dd>" in page
    assert "none; before the procedure 8" in page
    assert "by somebody unnamed" in page


def _columns(given):
    return {name: getattr(given, name) for name in given.__dataclass_fields__}


def test_the_days_without_a_reading_are_counted(sqlite_app, stage, desk):
    answer(sqlite_app, stage, answers(temperature_c=36.9, paracetamol=True), MONDAY - 9 * DAY)
    answer(sqlite_app, stage, answers(signs=("wound",)))
    review_all(sqlite_app)
    assert "not measured for 9 days" in see(desk)


def test_a_silence_is_counted_to_today_and_no_further_than_an_answer(sqlite_app, stage, desk, at):
    for ago in range(1, 9):
        answer(sqlite_app, stage, answers(), MONDAY - ago * DAY)
    for later in range(6):
        review_all(sqlite_app, MONDAY + later * DAY)
    at(MONDAY + 5 * DAY)
    desk = desk_of(sqlite_app, stage.dee)
    for path in ("/clinic/", f"/clinic/patients/{stage.ana.id}"):
        page = see(desk, path)
        assert re.search(r"No answer for \d days", page)
        assert "6 days by now" in page
    answer(sqlite_app, stage, answers(), MONDAY + 5 * DAY)
    assert "days by now" not in see(desk)


def test_an_emergency_with_other_boxes_unreadable_says_that_they_are(sqlite_app, stage, desk):
    answer(sqlite_app, stage, answers(None, ("chest_pain_or_breathless",), incomplete=True))
    review_all(sqlite_app)
    page = see(desk)
    assert "Emergency" in page
    assert "other answers incomplete" in page


def test_late_answers_say_when_they_were_given_and_received(sqlite_app, stage, desk):
    answer(sqlite_app, stage, answers(temperature_c=38.6), MONDAY - 3 * DAY, MONDAY)
    review_all(sqlite_app)
    assert "given Fri 27 Feb, received Mon 2 Mar" in see(desk)


def test_a_sign_after_seen_makes_the_row_new_again(sqlite_app, stage, desk):
    answer(sqlite_app, stage, answers(temperature_c=38.6))
    review_all(sqlite_app)
    send(desk, f"/clinic/patients/{stage.ana.id}/seen")
    assert "Seen Mon 2 Mar, 10:00 by Nurse Dee" in see(desk)
    answer(sqlite_app, stage, answers(temperature_c=39.2), MONDAY + DAY)
    review_all(sqlite_app, MONDAY + DAY)
    assert "New since you looked" in see(desk)


def test_an_unread_note_stands_in_full_until_it_is_read(sqlite_app, stage, desk):
    text = "The plaster came off.\n" + "It itches. " * 60
    answer(sqlite_app, stage, answers(note=text.strip()))
    review_all(sqlite_app)
    page = see(desk)
    assert " ".join(text.split()) in page
    send(desk, f"/clinic/patients/{stage.ana.id}/notes-read", back="worklist")
    assert names_on(see(desk)) == []
    assert len(lines_of(sqlite_app, "notes read")) == 1


def test_a_note_is_shown_as_text_and_never_as_html(sqlite_app, stage, desk):
    answer(sqlite_app, stage, answers(note="<script>alert(1)</script>"))
    assert "<script>alert(1)" not in desk.get("/clinic/").text


def test_whoever_could_not_be_checked_twice_must_be_read_by_a_person(sqlite_app, stage, desk):
    change(sqlite_app, stage.ana, review_failures=1, review_failed_at=MONDAY)
    assert names_on(see(desk)) == []
    change(sqlite_app, stage.ana, review_failures=2)
    page = see(desk)
    assert "The answers could not be checked. Read the answers yourself." in page
    assert "urgency-today" in page


def test_after_a_try_without_an_answer_the_second_number_stands_there(sqlite_app, stage, desk):
    second = {"second_name": "Eva Ruiz", "second_phone": "030 555", "second_may_be_told": True}
    change(sqlite_app, stage.ana, **second)
    answer(sqlite_app, stage, answers(temperature_c=38.6))
    review_all(sqlite_app)
    assert "030 555" not in see(desk)
    with sqlite_app.app_context():
        moves.note_try(stage.dee, stage.ana, Tried("nobody", next_try_at=MONDAY + HOUR), MONDAY)
    page = see(desk)
    assert "Second contact Eva Ruiz, may be told" in page
    assert 'href="tel:030555"' in page
    assert "Mon 2 Mar, 10:00: no answer. Next try Mon 2 Mar, 11:00" in page


def test_who_cannot_hear_is_texted(sqlite_app, stage, desk):
    change(sqlite_app, stage.ana, contact_way="text", contact_note="deaf")
    answer(sqlite_app, stage, answers(temperature_c=38.6))
    review_all(sqlite_app)
    page = see(desk)
    assert 'href="sms:+493023125200"' in page
    assert "Text only, do not call. deaf" in page


def test_a_pause_stands_on_the_row(sqlite_app, stage, desk):
    with sqlite_app.app_context():
        ana = patients.find(stage.dee, stage.ana.id)
        until = ana.today(MONDAY) + 5 * DAY
        states.change_state(stage.dee, ana, "paused", until, MONDAY)
    answer(sqlite_app, stage, answers(signs=("chills",)))
    review_all(sqlite_app)
    assert "Paused until Sat 7 Mar" in see(desk)


def test_another_clinic_sees_nobody_of_ours(sqlite_app, stage):
    answer(sqlite_app, stage, answers(temperature_c=38.6, note="Hot!"))
    change(sqlite_app, stage.ana, review_failures=2, review_failed_at=MONDAY)
    eli = desk_of(sqlite_app, stage.eli)
    assert names_on(see(eli)) == []
    assert "Ana Ruiz" not in see(eli, "/clinic/patients")


def test_the_banners_name_a_late_computer_a_draft_and_a_demo(sqlite_app, stage, desk):
    with sqlite_app.app_context(), writing() as session:
        session.execute(sa.delete(heartbeats.Heartbeat))
    assert "has not checked anything yet. Read the answers yourself." in see(desk)
    with sqlite_app.app_context():
        heartbeats.beat("review", 5, MONDAY - HOUR)
    assert "it last finished Mon 2 Mar, 09:00. Read the answers yourself." in see(desk)
    review_all(sqlite_app)
    page = see(desk)
    assert "Our computer is behind" not in page
    assert "Draft, not clinically approved" in page
    assert "Demo: made-up patients" in page
    with sqlite_app.app_context():
        pathways.approve(stage.dee, pathways.VERTEBROPLASTY, MONDAY)
    assert "Draft" not in see(desk)


def test_a_renewal_fetches_the_rows_alone_and_nothing_when_they_are_the_same(
    sqlite_app, stage, desk
):
    answer(sqlite_app, stage, answers(temperature_c=38.6))
    review_all(sqlite_app)
    first = desk.get("/clinic/", headers=RENEW)
    assert "<html" not in first.text
    assert "Ana Ruiz" in first.text
    same = desk.get("/clinic/", headers={**RENEW, "If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    answer(sqlite_app, stage, answers(temperature_c=39.4))
    changed = desk.get("/clinic/", headers={**RENEW, "If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_the_page_itself_knows_the_version_that_it_shows(sqlite_app, stage, desk):
    answer(sqlite_app, stage, answers(temperature_c=38.6))
    page = see(desk)
    tag = desk.get("/clinic/", headers=RENEW).headers["ETag"].strip('"')
    assert f'data-renew="{tag}"' in page


def test_the_audit_gets_a_line_when_the_patients_shown_change_and_none_for_a_renewal(
    sqlite_app, stage, desk
):
    see(desk)
    see(desk)
    assert len(lines_of(sqlite_app, "worklist shown")) == 1
    answer(sqlite_app, stage, answers(temperature_c=38.6))
    review_all(sqlite_app)
    tag = desk.get("/clinic/", headers=RENEW).headers["ETag"]
    assert len(lines_of(sqlite_app, "worklist shown")) == 2
    for _ in range(3):
        desk.get("/clinic/", headers={**RENEW, "If-None-Match": tag})
    lines = lines_of(sqlite_app, "worklist shown")
    assert len(lines) == 2
    assert [str(stage.ana.id)] in [line.details["patients"] for line in lines]


def test_a_renewal_after_signing_out_is_told_so(sqlite_app, stage):
    assert sqlite_app.test_client().get("/clinic/", headers=RENEW).status_code == 401


def test_the_number_of_queries_does_not_grow_with_the_list(sqlite_app, stage, desk):
    without_ana(sqlite_app, stage)
    add(sqlite_app, stage, "Bo Warm", answers(temperature_c=38.6, note="Hot"))
    few = count_queries(sqlite_app, desk)
    for number in range(6):
        add(sqlite_app, stage, f"Cy {number}", answers(temperature_c=38.6, note="Hot"))
    assert len(names_on(see(desk))) == 7
    assert count_queries(sqlite_app, desk) == few
    assert few < 36


def count_queries(app, desk):
    see(desk)
    asked = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith(("SELECT", "WITH")):
            asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    see(desk)
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def test_the_list_is_the_same_on_both_databases(app, at):
    at(MONDAY)
    with app.app_context():
        stage = set_stage()
    for ago in range(25):
        answer(app, stage, answers(temperature_c=36.6), MONDAY - ago * HOUR)
    answer(app, stage, answers(temperature_c=38.6, note="Hot!"), MONDAY + HOUR)
    review_all(app, MONDAY + HOUR)
    with app.app_context():
        moves.note_try(stage.dee, stage.ana, Tried("nobody", next_try_at=MONDAY + 2 * HOUR), MONDAY)
        moves.note_try(stage.dee, stage.ana, Tried("patient"), MONDAY + HOUR)
        (row,) = worklist.rows_for(stage.dee)
    assert len(row.recent) == worklist.RECENT_REVISIONS
    assert row.recent[0].temperature_c == 38.6
    assert row.measured_on == MONDAY.date()
    assert row.contact.whom == "patient"
    assert [note.note for note in row.notes] == ["Hot!"]


def test_a_reason_of_another_version_still_shows(sqlite_app, stage, desk):
    answer(sqlite_app, stage, answers(temperature_c=38.6))
    review_all(sqlite_app)
    with sqlite_app.app_context(), writing() as session:
        session.execute(sa.update(flags.FlagFinding).values(reason="unheard_of"))
    assert "Flagged as unheard_of. Read the answers yourself." in see(desk)
