"""A clinic offers a patient, another accepts; the phone goes on and shows the numbers of whoever follows."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from recovery.records import limits
from recovery.records.audit import AuditLine
from recovery.records.cards import Card
from recovery.records.checkins import CheckIn
from recovery.records.contacts import Contact
from recovery.records.patients import Patient
from recovery.records.transfers import Transfer
from tests.people import MONDAY, a_clinic, a_nurse, a_patient, answers, check_in
from tests.web.desk import desk_of, review_all, rows_of, see, send

AGREED = "Ana asked for it on the phone on Monday."


@pytest.fixture
def page_of_ana(stage):
    return f"/clinic/patients/{stage.ana.id}"


@pytest.fixture
def harbour(sqlite_app, stage):
    """Nurse Eli at his desk."""
    return desk_of(sqlite_app, stage.eli)


@pytest.fixture
def phone(sqlite_app, stage):
    """Ana's."""
    browser = sqlite_app.test_client()
    browser.set_cookie("device", stage.token)
    return browser


def offer(desk, page, stage, status=303, **changed):
    fields = {"to": str(stage.eli.clinic_id), "has_agreed": "yes", "agreed": AGREED}
    return send(desk, f"{page}/transfer", status, **{**fields, **changed})


def offered(app):
    (transfer,) = rows_of(app, Transfer)
    return f"/clinic/transfers/{transfer.id}"


def accept(desk, address, status=303, **changed):
    fields = {"record_number": "H-1", "zone": "Europe/Berlin"}
    return send(desk, f"{address}/accept", status, **{**fields, **changed})


def handed_on(app, desk, harbour, page, stage):
    offer(desk, page, stage)
    accept(harbour, offered(app))


def test_only_an_open_offer_shows_the_name_and_only_to_the_clinic_that_is_asked(
    sqlite_app, stage, desk, harbour, page_of_ana
):
    with sqlite_app.app_context():
        finn = a_nurse(a_clinic("Valley Clinic"), "Nurse Finn")
    valley = desk_of(sqlite_app, finn)
    assert "Ana Ruiz" not in see(harbour, "/clinic/transfers")
    offer(desk, page_of_ana, stage)
    page = see(harbour, "/clinic/transfers")
    for said in ("Ana Ruiz", "77 years, day 10, L1", AGREED, "Hill Clinic", "+49 30 23125 100"):
        assert said in page
    assert "Ana Ruiz" not in see(valley, "/clinic/transfers")
    see(harbour, page_of_ana, 404)
    send(harbour, f"{offered(sqlite_app)}/decline", words="No bed is free.")
    assert "Ana Ruiz" not in see(harbour, "/clinic/transfers")
    assert "No bed is free." in see(desk, "/clinic/transfers")


def test_an_unanswered_offer_stands_as_a_notice_in_both_clinics_without_a_name(
    sqlite_app, stage, desk, harbour, page_of_ana
):
    offer(desk, page_of_ana, stage)
    assert "1 patient whom you offered is not accepted yet: you still follow." in see(desk)
    page = see(harbour)
    assert "1 patient is offered to you. Accept or decline." in page
    assert "Ana" not in page
    assert "Offered to Harbour Clinic on Mon 2 Mar, 10:00, not answered yet" in see(
        desk, page_of_ana
    )
    send(desk, f"{offered(sqlite_app)}/withdraw")
    for nurse in (desk, harbour):
        assert "offered" not in see(nurse)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"to": ""}, "Choose the clinic."),
        ({"to": str(uuid4())}, "Choose one of the answers shown."),
        ({"has_agreed": ""}, "Ask the patient, and tick it when they agree."),
        ({"agreed": " "}, "Write when and how the patient agreed."),
    ],
)
def test_an_offer_needs_a_clinic_and_that_the_patient_agreed(
    sqlite_app, stage, desk, page_of_ana, changed, said
):
    page = offer(desk, page_of_ana, stage, 422, **changed)
    assert said in page
    assert AGREED in page or "agreed" in changed
    assert rows_of(sqlite_app, Transfer) == []


def test_the_own_clinic_cannot_be_chosen(sqlite_app, stage, desk, page_of_ana):
    offer(desk, page_of_ana, stage, 422, to=str(stage.clinic.id))
    assert rows_of(sqlite_app, Transfer) == []


def test_a_second_offer_waits_for_the_answer_to_the_first(sqlite_app, stage, desk, page_of_ana):
    offer(desk, page_of_ana, stage)
    assert "This patient is offered already." in offer(desk, page_of_ana, stage, 422)


def test_from_the_acceptance_on_the_other_clinic_follows_and_the_former_one_reads(
    sqlite_app, stage, desk, harbour, page_of_ana
):
    handed_on(sqlite_app, desk, harbour, page_of_ana, stage)
    there = see(harbour, page_of_ana)
    assert "Ana Ruiz" in there
    assert "Followed here since Mon 2 Mar, 10:00, before that by Hill Clinic" in there
    here = see(desk, page_of_ana)
    assert "Followed by Harbour Clinic since Mon 2 Mar, 10:00" in here
    assert "Nothing more comes in, and nothing can be changed." in here
    assert "Followed by another clinic since Mon 2 Mar" in see(desk, "/clinic/patients")
    assert "accepted Mon 2 Mar, 10:00" in see(desk, "/clinic/transfers")


def test_in_the_former_clinic_nothing_is_changed_and_what_was_written_is_not_lost(
    sqlite_app, stage, desk, harbour, page_of_ana
):
    handed_on(sqlite_app, desk, harbour, page_of_ana, stage)
    posts = {
        "contact": {"whom": "patient", "words": "She is well."},
        "state": {"state": "active"},
        "seen": {},
        "notes-read": {},
        "card": {"holder": "patient"},
        "limits": {"kind": "pause", "reason": "a cold"},
        "procedure": {},
        "transfer": {},
    }
    for path, fields in posts.items():
        page = send(desk, f"{page_of_ana}/{path}", 409, **fields)
        assert "Followed by Harbour Clinic since" in page
        assert all(fields[name] in page for name in ("words", "reason") if name in fields)
    assert rows_of(sqlite_app, Contact) == []
    assert len(rows_of(sqlite_app, Patient, moved_to=None)) == 1


def test_whoever_reads_of_a_patient_on_the_page_of_offers_is_in_the_audit_of_both_clinics(
    sqlite_app, stage, desk, harbour, page_of_ana
):
    offer(desk, page_of_ana, stage)
    see(desk, "/clinic/transfers")
    assert rows_of(sqlite_app, AuditLine, action="offer read") == []
    see(harbour, "/clinic/transfers")
    (line,) = rows_of(sqlite_app, AuditLine, action="offer read")
    assert (line.clinic_id, line.patient_id) == (stage.clinic.id, stage.ana.id)
    assert line.actor == stage.eli.actor
    listed = rows_of(sqlite_app, AuditLine, action="patients listed")
    assert {line.actor for line in listed} == {stage.dee.actor, stage.eli.actor}


def test_a_check_in_with_a_problem_comes_back_as_it_was_typed_and_is_passed_on_when_it_is_right(
    sqlite_app, stage, desk, harbour, page_of_ana
):
    handed_on(sqlite_app, desk, harbour, page_of_ana, stage)
    given = {"pain": "3", "warning_signs": "none", "temperature": "abc", "note": "She is well."}
    page = send(desk, f"{page_of_ana}/check-in", 422, **given)
    assert 'value="abc"' in page
    assert "She is well." in page
    given |= {"warning_signs": "chest_pain_or_breathless", "answered_name": "Eva Ruiz"}
    page = send(desk, f"{page_of_ana}/check-in", 409, **given)
    assert "Ring 112 now." in page
    assert "<blockquote>abc</blockquote>" in page
    assert "Type your temperature as a number" in page
    (kept,) = rows_of(sqlite_app, CheckIn)
    assert (kept.clinic_id, kept.answered_name) == (stage.eli.clinic_id, "Eva Ruiz")


def test_her_card_her_phone_and_her_limits_are_not_changed_there_either(
    sqlite_app, stage, desk, harbour, page_of_ana
):
    with sqlite_app.app_context():
        wanted = limits.Wanted("fever_limit", date(2026, 3, 20), "runs cool", 37.5)
        limit = limits.set_limit(stage.dee, stage.ana, wanted, MONDAY)
    handed_on(sqlite_app, desk, harbour, page_of_ana, stage)
    for path in (
        f"cards/{stage.device.card_id}/replace",
        f"cards/{stage.device.card_id}/lost",
        f"devices/{stage.device.id}/end",
        f"limits/{limit.id}/end",
    ):
        assert "Followed by Harbour Clinic since" in send(desk, f"/clinic/{path}", 409)
    assert "There is no card that could be lost." in see(desk, f"{page_of_ana}/lost-card")
    sheet = {"patient": str(stage.ana.id), "chosen_at": MONDAY.isoformat()}
    assert "Ana Ruiz" not in send(desk, "/clinic/cards", 200, **sheet)
    assert len(rows_of(sqlite_app, Card)) == 2, "hers, as each of the two clinics has it"


def test_answers_that_a_nurse_takes_down_there_are_passed_on_and_the_advice_is_read_out(
    sqlite_app, stage, desk, harbour, page_of_ana
):
    handed_on(sqlite_app, desk, harbour, page_of_ana, stage)
    given = {"pain": "3", "warning_signs": "chest_pain_or_breathless"}
    given |= {"answered_by": "for_patient", "answered_name": "Eva Ruiz"}
    page = send(desk, f"{page_of_ana}/check-in", 409, **given)
    assert "The answers were passed on to Harbour Clinic and are kept there." in page
    assert "Ring 112 now." in page
    (kept,) = rows_of(sqlite_app, CheckIn)
    assert (kept.clinic_id, kept.answered_name) == (stage.eli.clinic_id, "Eva Ruiz")
    review_all(sqlite_app)
    assert "Chest pain or sudden breathlessness on day 10." in see(harbour)
    assert "by phone with Nurse Dee (Hill Clinic)" in see(harbour)
    assert "Nobody is on the list" in see(desk)


def test_a_record_number_in_use_is_said_and_another_one_taken(
    sqlite_app, stage, desk, harbour, page_of_ana
):
    with sqlite_app.app_context():
        a_patient(stage.eli, "Bo Lind", record_number="H-1")
    offer(desk, page_of_ana, stage)
    page = accept(harbour, offered(sqlite_app), 422)
    assert "Record number H-1 belongs to Bo Lind here. Give this patient another one." in page
    assert "Type the record number." in accept(harbour, offered(sqlite_app), 422, record_number="")
    assert "Mars/Olympus is not a time zone." in accept(
        harbour, offered(sqlite_app), 422, zone="Mars/Olympus"
    )
    accept(harbour, offered(sqlite_app), record_number="H-2")


def test_an_offer_that_was_withdrawn_meanwhile_is_not_accepted(
    sqlite_app, stage, desk, harbour, page_of_ana
):
    offer(desk, page_of_ana, stage)
    send(desk, f"{offered(sqlite_app)}/withdraw")
    page = accept(harbour, offered(sqlite_app), 422)
    assert "This offer was answered or withdrawn meanwhile. Nothing was changed." in page
    see(harbour, page_of_ana, 404)


def test_a_clinic_that_may_enrol_nobody_may_take_nobody(sqlite_app, stage, at):
    at(MONDAY)
    with sqlite_app.app_context():
        hill, harbour = (a_clinic(f"Real {n} Clinic", is_demo=False) for n in ("Hill", "Harbour"))
        dee, eli = a_nurse(hill, "Nurse Ada"), a_nurse(harbour, "Nurse Bea")
        cy = a_patient(dee, "Cy Aderemi")
    page = f"/clinic/patients/{cy.id}"
    fields = {"to": str(harbour.id), "has_agreed": "yes", "agreed": AGREED}
    send(desk_of(sqlite_app, dee), f"{page}/transfer", **fields)
    said = accept(desk_of(sqlite_app, eli), offered(sqlite_app), 422)
    assert "Your clinic has not approved its pathway, so it can follow nobody yet." in said


def test_nobody_else_answers_an_offer(sqlite_app, stage, desk, harbour, page_of_ana):
    offer(desk, page_of_ana, stage)
    address = offered(sqlite_app)
    accept(desk, address, 404)
    send(desk, f"{address}/decline", 404)
    send(harbour, f"{address}/withdraw", 404)


def test_the_phone_goes_on_and_shows_the_other_numbers_at_once(
    sqlite_app, stage, desk, page_of_ana, phone
):
    with sqlite_app.app_context():
        finn = a_nurse(
            a_clinic(
                "Valley Clinic",
                emergency_number="911",
                phone="+1 212 555 0100",
                zone="America/New_York",
            ),
            "Nurse Finn",
        )
    before = phone.get("/me.json").json
    assert "Ring 112." in see(phone, "/today")
    offer(desk, page_of_ana, stage, to=str(finn.clinic_id))
    accept(desk_of(sqlite_app, finn), offered(sqlite_app), zone="America/New_York")
    page = see(phone, "/today")
    assert "Need help now? Ring 911." in page
    assert "+1 212 555 0100" in page
    after = phone.get("/me.json").json
    for name in ("person", "access", "name", "procedure_date"):
        assert after[name] == before[name], name
    assert (after["zone"], after["clinic"]["emergency"]) == ("America/New_York", "911")
    posted = {
        "entry_id": str(uuid4()),
        "pain": "3",
        "mobility": "4",
        "warning_signs": "none",
        "access": before["access"],
        "given_at": (MONDAY - timedelta(hours=2)).isoformat(),
    }
    send(phone, "/today", **posted)
    (kept,) = rows_of(sqlite_app, CheckIn)
    assert kept.clinic_id == finn.clinic_id


def test_open_flags_wait_unseen_on_the_other_list_alone(
    sqlite_app, stage, desk, harbour, page_of_ana
):
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(3, temperature_c=38.6, note="So hot."), MONDAY)
    review_all(sqlite_app)
    send(desk, f"{page_of_ana}/seen")
    handed_on(sqlite_app, desk, harbour, page_of_ana, stage)
    there = see(harbour)
    assert "Temperature 38.6 °C on day 10." in there
    assert "Not seen yet" in there
    assert "So hot." in there
    assert "Nobody is on the list" in see(desk)
    assert "<b>Fever</b>, Followed by another clinic." in see(desk, page_of_ana)
