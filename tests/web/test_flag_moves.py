"""Taking, giving back, putting off: what a nurse does with a flag, and what the second of two reads."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from recovery.records import flags, life_cycle, moves, patients
from recovery.records.contacts import Contact
from tests.people import MONDAY, a_nurse, answers, check_in
from tests.web.desk import desk_of, review_all, rows_of, see, send

HOUR = timedelta(hours=1)


@pytest.fixture
def fever(sqlite_app, stage):
    """Ana has an open flag for a fever."""
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(temperature_c=38.6), MONDAY)
    review_all(sqlite_app)
    return flag_of(sqlite_app)


@pytest.fixture
def page_of_ana(stage):
    return f"/clinic/patients/{stage.ana.id}"


@pytest.fixture
def fay(sqlite_app, stage):
    """The desk of a colleague of Dee's."""
    with sqlite_app.app_context():
        fay = a_nurse(stage.clinic, "Nurse Fay")
    return desk_of(sqlite_app, fay)


def flag_of(app):
    (flag,) = rows_of(app, flags.Flag, rule="fever")
    return flag


def taken(desk, path="/clinic/"):
    """Press Take on a page, with what the page had shown."""
    form = re.search(r'action="([^"]*/claim)">(.*?)</form>', desk.get(path).text, re.DOTALL)
    shown = re.findall(r'name="shown" value="([^"]*)"', form[2])
    return lambda status=303: send(desk, form[1], status, shown=shown)


def test_a_nurse_takes_a_patient_from_the_list_and_gives_them_back(
    sqlite_app, desk, fever, page_of_ana
):
    taken(desk)()
    assert "Taken by Nurse Dee until Mon 2 Mar, 11:00" in see(desk)
    page = see(desk, page_of_ana)
    assert "Give back" in page
    assert "/claim" not in page
    send(desk, f"{page_of_ana}/release")
    assert flag_of(sqlite_app).state == "raised"
    assert "Given back by Nurse Dee" in see(desk)


def test_a_colleague_sees_who_has_taken_it_and_takes_over_with_open_eyes(
    sqlite_app, desk, fay, fever
):
    taken(fay)()
    assert "Taken by Nurse Fay until" in see(desk)
    assert "Take over from Nurse Fay" in see(desk)
    taken(desk)()
    assert "Taken by Nurse Dee until" in see(fay)


def test_the_second_of_two_who_take_at_once_reads_who_was_first(sqlite_app, desk, fay, fever):
    too_late = taken(desk)
    taken(fay)()
    page = too_late(409)
    assert "Mon 2 Mar, 10:00: Nurse Fay took this flag. Look at it again, then decide." in page
    holder = flag_of(sqlite_app).claimed_by
    with sqlite_app.app_context():
        (move,) = [
            m for m in life_cycle.moves_of([flag_of(sqlite_app)])[fever.id] if m.move == "claim"
        ]
    assert move.by == f"clinician:{holder}"


def test_what_a_colleague_put_off_meanwhile_is_not_closed_over_their_head(
    sqlite_app, desk, fay, fever, page_of_ana
):
    shown = fever.shown_as
    until = (MONDAY + 2 * HOUR).isoformat()
    send(fay, f"/clinic/flags/{fever.id}/snooze", because="On her way here.", until=until)
    words = {"words": "All is well.", "useful": "no", "quick": "visit", "shown": shown}
    page = send(desk, f"/clinic/flags/{fever.id}/close", 422, **words)
    assert "Mon 2 Mar, 10:00: Nurse Fay put this flag off." in page
    assert "All is well." in page
    assert flag_of(sqlite_app).state == "snoozed"


def test_what_is_put_off_stands_below_with_its_reason_and_comes_back(
    sqlite_app, at, desk, fever, page_of_ana
):
    until = (MONDAY + 2 * HOUR).isoformat()
    send(desk, f"/clinic/flags/{fever.id}/snooze", because="On her way here.", until=until)
    page = see(desk)
    assert "Put off: they come back by themselves" in page
    assert "Put off until Mon 2 Mar, 12:00 by Nurse Dee: On her way here." in page
    assert "/claim" not in page
    with sqlite_app.app_context():
        life_cycle.end_due(MONDAY + 2 * HOUR)
    at(MONDAY + 2 * HOUR)
    page = see(desk)
    assert "Put off: they come back" not in page
    assert "Back: Nurse Dee had put it off: On her way here." in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choose when it is to come back."),
        ({"until": "later"}, "Type the day and time at which it is to come back."),
        ({"until": MONDAY.isoformat()}, "Choose a time that lies ahead."),
        ({"until_other": "2026-03-02T17:00"}, "put off until Mon 2 Mar, 14:00 at the latest."),
        ({"until_other": "2026-03-02T12:00", "because": " "}, "Write why it can wait."),
    ],
)
def test_a_flag_is_put_off_only_with_a_reason_and_until_a_time_that_it_allows(
    sqlite_app, desk, fever, typed, sentence
):
    typed = {"because": "On her way here."} | typed
    page = send(desk, f"/clinic/flags/{fever.id}/snooze", 422, **typed)
    assert sentence in page
    assert typed["because"].strip() in page
    assert flag_of(sqlite_app).state == "raised"


def test_an_emergency_is_not_offered_to_be_put_off_and_refused_when_asked(
    sqlite_app, stage, desk, page_of_ana
):
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(signs=("confusion",)), MONDAY)
    review_all(sqlite_app)
    (flag,) = rows_of(sqlite_app, flags.Flag)
    assert "Or put it off" not in see(desk, page_of_ana)
    wish = {"because": "Later.", "until": (MONDAY + HOUR).isoformat()}
    page = send(desk, f"/clinic/flags/{flag.id}/snooze", 422, **wish)
    assert "An emergency cannot be put off. Take it, or close it." in page


def test_a_left_message_is_a_try_in_vain(sqlite_app, desk, fever, page_of_ana):
    send(desk, f"{page_of_ana}/contact", 422, whom="message")
    send(desk, f"{page_of_ana}/contact", whom="message", next_try=(MONDAY + HOUR).isoformat())
    (tried,) = rows_of(sqlite_app, Contact)
    assert (tried.whom, tried.left_message) == ("nobody", True)
    assert "left a message. Next try Mon 2 Mar, 11:00" in see(desk)
    assert flag_of(sqlite_app).closed_at is None


def test_a_claim_that_nothing_followed_says_whose_it_was(sqlite_app, at, desk, fever):
    taken(desk)()
    with sqlite_app.app_context():
        life_cycle.end_due(MONDAY + HOUR)
    assert "Not acted on: Nurse Dee had taken it" in see(desk)


def test_closing_asks_whether_the_flag_was_useful(sqlite_app, desk, fever):
    closing = {"quick": "visit", "whom": "patient"}
    page = send(desk, f"/clinic/flags/{fever.id}/close", 422, **closing)
    assert "Say whether it was useful that this was flagged." in page
    send(desk, f"/clinic/flags/{fever.id}/close", useful="no", **closing)
    assert flag_of(sqlite_app).is_useful is False


def test_one_call_closes_every_flag_of_a_patient_and_none_that_came_meanwhile(
    sqlite_app, stage, desk, fever, page_of_ana
):
    shown = fever.shown_as
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(signs=("wound",)), MONDAY + HOUR)
    review_all(sqlite_app, MONDAY + HOUR)
    closing = {"quick": "visit", "whom": "patient", "words": "Comes at 3.", "useful": "yes"}
    page = send(desk, f"{page_of_ana}/close", 422, shown=shown, **closing)
    assert "More came while you were writing." in page
    assert "Comes at 3." in page
    both = [flag.shown_as for flag in rows_of(sqlite_app, flags.Flag)]
    send(desk, f"{page_of_ana}/close", 422, shown=both, whom="patient", useful="yes")
    send(desk, f"{page_of_ana}/close", shown=both, **closing)
    assert [flag.state for flag in rows_of(sqlite_app, flags.Flag)] == ["closed", "closed"]
    assert len(rows_of(sqlite_app, Contact)) == 1


def test_when_nothing_waits_any_more_the_nurse_is_back_at_the_list(desk, stage, fever):
    closing = {"quick": "visit", "whom": "patient", "useful": "yes", "shown": fever.shown_as}
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = desk.post(f"/clinic/flags/{fever.id}/close", data=closing, headers=headers)
    assert answer.headers["Location"] == f"/clinic/?done={stage.ana.id}"
    assert "Nothing about Ana Ruiz waits any more." in see(desk, answer.headers["Location"])


def test_what_is_put_off_is_said_to_be_put_off_and_not_to_be_over(desk, stage, fever):
    until = (MONDAY + 2 * HOUR).isoformat()
    send(desk, f"/clinic/flags/{fever.id}/snooze", because="On her way here.", until=until)
    page = see(desk, f"/clinic/?done={stage.ana.id}")
    assert "Ana Ruiz is put off until Mon 2 Mar, 12:00." in page
    assert "waits any more" not in page


def test_while_a_note_waits_unread_nothing_is_said_to_be_over(sqlite_app, desk, stage, page_of_ana):
    with sqlite_app.app_context():
        given = answers(temperature_c=38.6, note="My leg is blue.")
        check_in(stage.ana, stage.device, given, MONDAY)
    review_all(sqlite_app)
    fever = flag_of(sqlite_app)
    closing = {"quick": "visit", "whom": "patient", "useful": "yes", "shown": fever.shown_as}
    answer = desk.post(
        f"/clinic/flags/{fever.id}/close", data=closing, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.headers["Location"] == page_of_ana
    assert "waits any more" not in see(desk, f"/clinic/?done={stage.ana.id}")


def test_the_words_of_who_closes_all_last_are_kept_as_a_call(
    sqlite_app, stage, desk, fay, page_of_ana
):
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(signs=("wound",), temperature_c=38.6), MONDAY)
    review_all(sqlite_app)
    shown = [flag.shown_as for flag in rows_of(sqlite_app, flags.Flag)]
    closing = {"quick": "visit", "whom": "patient", "useful": "yes", "shown": shown}
    send(fay, f"{page_of_ana}/close", **closing)
    page = send(desk, f"{page_of_ana}/close", 409, **closing | {"words": "In hospital now."})
    assert "Nurse Fay closed this flag. Keep your words as a call, or drop them." in page
    assert "In hospital now.</textarea>" in page


def test_a_mistake_in_closing_all_loses_no_words_when_one_flag_is_left(desk, fever, page_of_ana):
    page = send(desk, f"{page_of_ana}/close", 409, words="In hospital now.", shown=fever.shown_as)
    assert "In hospital now.</textarea>" in page


def test_what_is_put_off_is_not_offered_to_be_closed_with_the_others(
    sqlite_app, stage, desk, page_of_ana
):
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(signs=("wound",), temperature_c=38.6), MONDAY)
    review_all(sqlite_app)
    offer = "Close all flags of this patient"
    assert offer in see(desk, page_of_ana)
    with sqlite_app.app_context():
        patient = patients.get(stage.ana.key)
        flag = flags.of_patient(patient)[0]
        moves.snooze(stage.dee, flag, moves.Snooze(MONDAY + HOUR, "on her way"), MONDAY)
    assert offer not in see(desk, page_of_ana)


def test_a_call_noted_on_an_old_page_leaves_what_came_since_unseen(
    sqlite_app, desk, fever, page_of_ana
):
    posted = re.search(r'action="[^"]*/contact">(.*?)</form>', desk.get(page_of_ana).text, re.S)
    assert f'name="shown" value="{fever.shown_as}"' in posted[1]
    send(desk, f"{page_of_ana}/contact", whom="patient")
    assert flag_of(sqlite_app).state == "raised"
    send(desk, f"{page_of_ana}/contact", whom="patient", shown=fever.shown_as)
    assert flag_of(sqlite_app).state == "contacted"


def test_after_a_call_in_vain_the_list_says_who_has_it_and_later_that_nobody_answered(
    sqlite_app, at, desk, fever, page_of_ana
):
    next_try = (MONDAY + HOUR).isoformat()
    send(desk, f"{page_of_ana}/contact", whom="nobody", next_try=next_try, shown=fever.shown_as)
    assert "Taken by Nurse Dee until Mon 2 Mar, 12:00; then it waits again" in see(desk)
    with sqlite_app.app_context():
        life_cycle.end_due(MONDAY + 2 * HOUR)
    at(MONDAY + 2 * HOUR)
    assert "No answer when Nurse Dee tried; try again" in see(desk)


def test_nurse_eli_takes_and_puts_off_nobody_of_another_clinic(
    sqlite_app, stage, fever, page_of_ana
):
    eli = desk_of(sqlite_app, stage.eli)
    for move in ("claim", "release"):
        send(eli, f"{page_of_ana}/{move}", 404)
    send(eli, f"/clinic/flags/{fever.id}/snooze", 404, because="x", until=MONDAY.isoformat())
    see(eli, f"/clinic/?done={stage.ana.id}", 404)
    assert flag_of(sqlite_app).state == "raised"
