"""The patient page and what a nurse does there: seen, tried, closed, changed, asked on the phone."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from recovery.records import audit, checkins, contacts, flags, patients, states
from recovery.records.database import writing
from tests.people import MONDAY, answers, check_in
from tests.web.desk import SAME, desk_of, review_all, rows_of, see, send, words

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL = {"pain": "3", "mobility": "4", "warning_signs": "none", "answered_by": "patient"}


@pytest.fixture
def page_of_ana(stage):
    return f"/clinic/patients/{stage.ana.id}"


def answer(app, stage, given, at=MONDAY, entry_id=None):
    with app.app_context():
        check_in(stage.ana, stage.device, given, at, entry_id=entry_id)
    review_all(app, at)


def fever(app, stage):
    """Ana has an open flag for a fever; its address to close."""
    answer(app, stage, answers(temperature_c=38.6))
    return closing_of(app, "fever")


def closing_of(app, rule):
    (flag,) = rows_of(app, flags.Flag, rule=rule)
    return f"/clinic/flags/{flag.id}/close"


def fever_flag(app):
    (flag,) = rows_of(app, flags.Flag, rule="fever")
    return flag


def lines_of(app, action):
    return rows_of(app, audit.AuditLine, action=action)


# The page.


def test_the_page_says_why_since_when_and_what_was_told(sqlite_app, stage, desk, page_of_ana):
    for ago in (3, 1):
        answer(sqlite_app, stage, answers(pain=4, temperature_c=36.6), MONDAY - ago * DAY)
    with sqlite_app.app_context():
        given = {**USUAL, "temperature": "38.6", "entry_id": str(uuid4())}
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    phone.post("/today", data=given, headers=SAME)
    review_all(sqlite_app)
    page = see(desk, page_of_ana)
    for said in (
        "Temperature 38.6 °C on day 10.",
        "since Mon 2 Mar, 10:00",
        "Told on screen, Mon 2 Mar, 10:00",
        "Ring +49 30 23125 100 now.",
        '<th scope="row">Mon 2</th>',
        '<td colspan="4" class="silent">no answers</td>',
        "<svg",
        'href="tel:+493023125200"',
        "No earlier flags",
        "own forecast",
        "the published range, 62 % better than before.",
    ):
        assert said in page, said


def test_opening_the_page_is_audited_and_marks_nothing_as_seen(
    sqlite_app, stage, desk, page_of_ana
):
    fever(sqlite_app, stage)
    see(desk, page_of_ana)
    assert len(lines_of(sqlite_app, "patient opened")) == 1
    assert fever_flag(sqlite_app).seen_at is None
    send(desk, f"{page_of_ana}/seen")
    assert fever_flag(sqlite_app).seen_by == stage.dee.id
    assert "Seen Mon 2 Mar, 10:00 by Nurse Dee" in see(desk, page_of_ana)


def test_a_flag_names_the_rules_that_raised_it_as_long_as_it_is_kept(
    sqlite_app, stage, desk, page_of_ana
):
    closing = fever(sqlite_app, stage)
    raised_by = f"by rules {fever_flag(sqlite_app).pathway_version}"
    assert f'<span class="aside small">{raised_by}</span>' in see(desk, page_of_ana)
    send(desk, closing, useful="yes", whom="patient", words="Seen by her doctor.", quick="visit")
    earlier = see(desk, page_of_ana).partition("Earlier flags and outcomes")[2]
    assert f"({raised_by})" in earlier.partition("</ul>")[0]


def test_every_revision_of_an_answer_stays_to_be_read(sqlite_app, stage, desk, page_of_ana):
    entry_id = uuid4()
    answer(sqlite_app, stage, answers(temperature_c=38.6), entry_id=entry_id)
    answer(sqlite_app, stage, answers(temperature_c=36.8), MONDAY + HOUR, entry_id)
    page = see(desk, page_of_ana)
    assert "correction 1" in page
    assert "corrected later" in page
    assert "38.6 °C" in page
    assert fever_flag(sqlite_app).closed_at is None


def test_nurse_eli_of_another_clinic_finds_nothing_anywhere(sqlite_app, stage, page_of_ana):
    closing = fever(sqlite_app, stage)
    eli = desk_of(sqlite_app, stage.eli)
    for path in (page_of_ana, f"{page_of_ana}/check-in"):
        see(eli, path, 404)
    for path in ("seen", "contact", "state", "notes-read", "check-in"):
        send(eli, f"{page_of_ana}/{path}", 404, **USUAL, whom="patient", state="deceased")
    send(eli, closing, 404, quick="visit")
    assert fever_flag(sqlite_app).closed_at is None
    assert lines_of(sqlite_app, "patient opened") == []


def test_an_id_that_cannot_be_read_is_simply_not_found(desk):
    see(desk, "/clinic/patients/not-an-id", 404)


# Trying to reach a patient.


def test_no_answer_needs_the_next_try_and_leaves_the_flag_open(
    sqlite_app, stage, desk, page_of_ana
):
    fever(sqlite_app, stage)
    page = send(desk, f"{page_of_ana}/contact", 422, whom="nobody", words="Rang twice.")
    assert "Choose when to try again" in page
    assert "Rang twice." in page
    tried = {"whom": "nobody", "next_try": (MONDAY + HOUR).isoformat()}
    send(desk, f"{page_of_ana}/contact", **tried)
    (contact,) = rows_of(sqlite_app, contacts.Contact)
    assert contact.next_try_at == MONDAY + HOUR
    assert fever_flag(sqlite_app).closed_at is None


def test_after_no_answer_the_page_shows_the_second_number(sqlite_app, stage, desk, page_of_ana):
    with sqlite_app.app_context(), writing() as session:
        ana = session.get_one(patients.Patient, (stage.ana.clinic_id, stage.ana.id))
        ana.second_name, ana.second_phone, ana.second_may_be_told = "Eva Ruiz", "030 555", False
    top = see(desk, page_of_ana).partition("Note a call</h2>")[0]
    assert "030 555" not in top
    typed = {"whom": "nobody", "next_try_other": "2026-03-02T14:00"}
    send(desk, f"{page_of_ana}/contact", **typed)
    page = see(desk, page_of_ana)
    assert "030 555" in page.partition("Note a call</h2>")[0]
    assert "Second contact Eva Ruiz, may not be told anything" in page
    log = page.partition("Calls so far")[2]
    assert "<b>Nobody, no answer</b>" in log
    assert "Mon 2 Mar, 10:00, by Nurse Dee" in log
    assert "Next try Mon 2 Mar, 14:00" in log


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choose whom you reached."),
        ({"whom": "the cat"}, "Choose one of the answers shown."),
        ({"whom": "nobody", "next_try": "soon"}, "Type the day and time of the next try."),
        ({"whom": "nobody", "next_try_other": "2026-03-02T09:00"}, "that lies ahead."),
        ({"whom": "nobody", "next_try_other": "2026-05-02T09:00"}, "within 14 days."),
        ({"whom": "patient", "words": "x" * 2001}, "Shorten this to 2000 letters."),
    ],
)
def test_a_try_that_cannot_be_read_is_asked_again(desk, page_of_ana, typed, sentence):
    assert sentence in send(desk, f"{page_of_ana}/contact", 422, **typed)


# Closing.


def test_an_urgent_flag_is_not_closed_without_a_contact_or_a_reason(sqlite_app, stage, desk):
    closing = fever(sqlite_app, stage)
    page = send(desk, closing, 422, useful="yes", outcome_fever="false_reading")
    assert "Say whom you reached, or write why the flag can be closed without it." in page
    assert '<option value="false_reading" selected>' in page
    assert fever_flag(sqlite_app).closed_at is None


def test_each_reason_needs_an_outcome_and_typed_words_stay(sqlite_app, stage, desk):
    closing = fever(sqlite_app, stage)
    page = send(desk, closing, 422, words="Wife measured again.")
    assert "Choose an outcome for each reason." in page
    assert "Wife measured again." in page


def test_a_refused_closing_keeps_no_half_of_itself(sqlite_app, stage, desk):
    send(desk, fever(sqlite_app, stage), 422, useful="yes", whom="patient")
    assert rows_of(sqlite_app, contacts.Contact) == []


def test_a_flag_is_closed_with_its_outcome_and_the_contact_just_made(
    sqlite_app, stage, desk, page_of_ana
):
    closing = fever(sqlite_app, stage)
    send(
        desk,
        closing,
        useful="yes",
        outcome_fever="confirmed_infection",
        whom="patient",
        words="Sent to ward.",
    )
    assert fever_flag(sqlite_app).closed_by == f"clinician:{stage.dee.id}"
    (contact,) = rows_of(sqlite_app, contacts.Contact)
    assert (contact.whom, contact.words) == ("patient", "Sent to ward.")
    (finding,) = rows_of(sqlite_app, flags.FlagFinding, reason="fever")
    assert finding.outcome == "confirmed_infection"
    page = see(desk, page_of_ana)
    assert "Mon 2 Mar: <b>Fever</b>, Infection confirmed." in page
    assert "Closed by Nurse Dee. Sent to ward." in page


@pytest.mark.parametrize(
    ("quick", "outcome"),
    [
        ("visit", "visit_booked"),
        ("ambulance", "sent_to_hospital"),
        ("advice", "advice_given"),
    ],
)
def test_a_quick_choice_stands_for_every_reason(sqlite_app, stage, desk, quick, outcome):
    answer(sqlite_app, stage, answers(signs=("chills", "wound")))
    send(
        desk,
        closing_of(sqlite_app, "warning_sign"),
        useful="yes",
        quick=quick,
        words="Told to come in.",
    )
    findings = rows_of(sqlite_app, flags.FlagFinding)
    assert {row.outcome for row in findings if row.reason in ("chills", "wound")} == {outcome}


def test_advice_is_closed_only_with_the_words_given(sqlite_app, stage, desk):
    page = send(desk, fever(sqlite_app, stage), 422, useful="yes", quick="advice", whom="patient")
    assert "Write the words of the advice that you gave." in page


def test_an_outcome_of_another_rule_is_refused(sqlite_app, stage, desk):
    closing = fever(sqlite_app, stage)
    page = send(desk, closing, 422, useful="yes", outcome_fever="new_fracture", words="x")
    assert "Choose one of the answers shown." in page


def shown_on(page):
    """What the closing form of a page says that the page has shown."""
    return re.findall(r'name="shown" value="([^"]+)"', page)[-1]


def test_what_came_while_the_nurse_was_writing_is_not_closed_unread(
    sqlite_app, stage, desk, page_of_ana
):
    closing = fever(sqlite_app, stage)
    shown = shown_on(see(desk, page_of_ana))
    answer(sqlite_app, stage, answers(temperature_c=39.4), MONDAY + DAY)
    page = send(
        desk, closing, 422, useful="yes", quick="visit", words="Comes at 14:00.", shown=shown
    )
    assert "More came while you were writing." in page
    assert "Comes at 14:00." in page
    assert fever_flag(sqlite_app).closed_at is None
    shown = shown_on(see(desk, page_of_ana))
    send(desk, closing, useful="yes", quick="visit", words="Comes at 14:00.", shown=shown)


def test_what_came_after_the_page_was_opened_is_neither_seen_nor_read(
    sqlite_app, stage, desk, page_of_ana
):
    fever(sqlite_app, stage)
    answer(sqlite_app, stage, answers(note="May I bathe?"), MONDAY)
    old = see(desk, page_of_ana)
    worse = answers(signs=("bladder_or_bowel",), note="I cannot pass water.")
    answer(sqlite_app, stage, worse, MONDAY)
    shown = re.findall(r'name="shown" value="([^"]+)"', old)
    send(desk, f"{page_of_ana}/seen", shown=shown)
    send(desk, f"{page_of_ana}/notes-read", shown=shown)
    page = see(desk, page_of_ana)
    assert "Not seen yet" in page
    assert "I cannot pass water." in see(desk)
    assert "May I bathe?" not in see(desk)


def test_a_flag_that_somebody_else_closed_says_so(sqlite_app, stage, desk):
    closing = fever(sqlite_app, stage)
    send(desk, closing, useful="yes", quick="visit", words="Comes at 14:00.")
    page = send(desk, closing, 409, useful="yes", quick="visit", words="Comes tomorrow.")
    assert "Mon 2 Mar, 10:00: Nurse Dee closed this flag." in page
    assert "Comes tomorrow." in page


# States.


def test_a_pause_has_a_last_day_within_two_weeks(sqlite_app, stage, desk, page_of_ana):
    for until in ("", "2026-03-02", "2026-03-17"):
        page = send(desk, f"{page_of_ana}/state", 422, state="paused", until=until)
        assert "Give the day on which the pause ends" in page
    page = send(desk, f"{page_of_ana}/state", 422, state="paused", until="next week")
    assert "Type the date as day, month and year." in page
    assert "Choose a state." in send(desk, f"{page_of_ana}/state", 422)
    send(desk, f"{page_of_ana}/state", state="paused", until="2026-03-16")
    assert "Paused until Mon 16 Mar" in see(desk, page_of_ana)


def test_a_nurse_confirms_the_hospital(sqlite_app, stage, desk, page_of_ana):
    send(desk, f"{page_of_ana}/state", state="in_hospital")
    assert "In hospital since Mon 2 Mar" in see(desk, page_of_ana)
    assert lines_of(sqlite_app, "state changed")[0].actor == f"clinician:{stage.dee.id}"


def test_a_patient_who_says_in_hospital_stands_on_the_list_until_it_is_confirmed(
    sqlite_app, stage, desk, page_of_ana
):
    with sqlite_app.app_context():
        ana = patients.get(stage.device.key)
        states.report_hospital(ana, stage.device.actor, MONDAY)
    said = "The patient says: I am in hospital."
    assert said in see(desk)
    assert said in see(desk, page_of_ana)
    send(desk, f"{page_of_ana}/state", state="in_hospital")
    assert said not in see(desk)
    assert said not in see(desk, page_of_ana)


def shown_in(page):
    """What the forms of the state say that the page has shown."""
    found = set(re.findall(r'name="shown_state" value="(\w+@[^"]+)"', page))
    (shown,) = found
    return shown


@pytest.mark.parametrize(
    "wish",
    [{"state": "paused", "until": "2026-03-05"}, {"state": "in_hospital"}],
)
def test_what_a_colleague_has_just_set_is_not_undone_unread(
    sqlite_app, stage, desk, lias, page_of_ana, wish
):
    with sqlite_app.app_context():
        states.report_hospital(patients.get(stage.device.key), stage.device.actor, MONDAY - HOUR)
    shown = shown_in(see(desk, page_of_ana))
    send(lias, f"{page_of_ana}/state", state="deceased", shown_state=shown)
    page = send(desk, f"{page_of_ana}/state", 409, shown_state=shown, **wish)
    told = "Mon 2 Mar, 10:00: Lia Lead set the state to “Deceased”. Look at it again, then decide."
    assert told in page
    assert wish.get("until", "") in page
    (kept,) = rows_of(sqlite_app, patients.Patient, id=stage.ana.id)
    assert (kept.state, kept.remind_at) == ("deceased", None)
    assert shown_in(page) == kept.state_shown_as


def test_a_form_that_is_asked_again_still_says_which_state_it_had_shown(
    sqlite_app, stage, desk, lias, page_of_ana
):
    shown = shown_in(see(desk, page_of_ana))
    send(lias, f"{page_of_ana}/state", state="deceased")
    page = send(desk, f"{page_of_ana}/state", 422, state="paused", until="", shown_state=shown)
    send(desk, f"{page_of_ana}/state", 409, state="active", shown_state=shown_in(page))


def test_a_recorded_death_is_taken_back_only_by_saying_that_it_was_wrong(
    sqlite_app, stage, desk, lias, page_of_ana
):
    send(lias, f"{page_of_ana}/state", state="deceased")
    page = see(desk, page_of_ana)
    said = "Mon 2 Mar, 10:00: Lia Lead recorded the death. I have made sure that it is wrong."
    assert said in page
    wish = {"state": "active", "shown_state": shown_in(page)}
    page = send(desk, f"{page_of_ana}/state", 422, **wish)
    assert "Tick that the record of the death is wrong, or leave the state as it is." in page
    send(desk, f"{page_of_ana}/state", is_alive="yes", **wish)
    page = see(desk, page_of_ana)
    assert said not in page
    assert rows_of(sqlite_app, patients.Patient, id=stage.ana.id)[0].state == "active"


@pytest.mark.parametrize("days", [1, 14])
def test_a_stay_in_hospital_comes_back_with_an_answer_or_after_two_weeks_until_it_is_confirmed(
    sqlite_app, stage, desk, page_of_ana, at, days
):
    send(desk, f"{page_of_ana}/state", state="in_hospital")
    later = MONDAY + timedelta(days=days)
    if days == 1:
        with sqlite_app.app_context():
            check_in(stage.ana, stage.device, answers(3), later)
    said = "In hospital since Mon 2 Mar. Find out whether the patient is at home again."
    review_all(sqlite_app, later - timedelta(minutes=1) if days == 1 else MONDAY)
    assert said not in see(desk)
    review_all(sqlite_app, later)
    at(later)
    assert said in see(desk)
    assert said in see(desk, page_of_ana)
    send(desk, f"{page_of_ana}/state", state="in_hospital")
    review_all(sqlite_app, later)
    assert said not in see(desk)
    send(desk, f"{page_of_ana}/state", state="active")
    assert rows_of(sqlite_app, patients.Patient)[0].state == "active"


def test_withdrawing_leaves_open_flags_to_a_person(sqlite_app, stage, desk, page_of_ana):
    fever(sqlite_app, stage)
    send(desk, f"{page_of_ana}/state", state="withdrawn")
    page = see(desk)
    assert "Temperature 38.6" in page
    assert "Withdrawn since Mon 2 Mar" in page


# A check-in by phone.


def test_a_check_in_by_phone_keeps_who_typed_it_and_is_read_out(
    sqlite_app, stage, desk, page_of_ana
):
    assert "back pain in the last 24 hours?" in see(desk, f"{page_of_ana}/check-in")
    posted = {**USUAL, "temperature": "38.6", "entry_id": str(uuid4())}
    answer_ = desk.post(f"{page_of_ana}/check-in", data=posted, headers=SAME)
    assert answer_.status_code == 303
    (kept,) = rows_of(sqlite_app, checkins.CheckIn)
    assert (kept.clinician_id, kept.device_id) == (stage.dee.id, None)
    page = see(desk, answer_.location)
    assert "Read this out to the patient" in page
    assert "Ring +49 30 23125 100 now." in page
    assert "by the patient, by phone with Nurse Dee" in page


def test_bad_answers_by_phone_are_asked_again_and_not_kept(sqlite_app, desk, page_of_ana):
    page = send(desk, f"{page_of_ana}/check-in", 422, **{**USUAL, "pain": "11", "note": "Tired"})
    assert "Choose a whole number from 0 to 10 for your pain." in page
    assert "Tired" in page
    assert rows_of(sqlite_app, checkins.CheckIn) == []


def test_a_sign_by_phone_is_kept_and_read_out_above_the_errors(sqlite_app, desk, page_of_ana):
    signs = {"warning_signs": "chest_pain_or_breathless", "temperature": "380"}
    page = send(desk, f"{page_of_ana}/check-in", 422, **{**USUAL, **signs})
    assert page.index("Read this out now") < page.index("Please look at this again")
    assert "Ring 112 now." in page
    review_all(sqlite_app)
    assert "Emergency" in see(desk)


def test_nothing_says_alarm_and_nothing_is_styled_in_line(sqlite_app, stage, desk, page_of_ana):
    fever(sqlite_app, stage)
    for path in ("/clinic/", "/clinic/patients", page_of_ana, "/clinic/enrol"):
        page = words(desk.get(path).text)
        assert "alarm" not in page.lower()
        assert "style=" not in page
        assert "onclick" not in page
