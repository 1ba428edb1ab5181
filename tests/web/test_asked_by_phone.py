"""A check-in asked on the telephone: who answers, by name, and that a nurse asked, is kept and shown."""

from __future__ import annotations

from uuid import uuid4

import pytest

from recovery.records import cards
from recovery.records.checkins import CheckIn
from tests.people import CARD_KEY, MONDAY, a_patient
from tests.web.desk import rows_of, see, send

USUAL = {"pain": "3", "mobility": "4", "warning_signs": "none"}


@pytest.fixture
def path(sqlite_app, stage):
    """Bo, whose daughter is the second contact and whose son has a card."""
    with sqlite_app.app_context():
        second = {"second_name": "Eva Lind", "second_phone": "030 555", "second_may_be_told": True}
        bo = a_patient(stage.dee, "Bo Lind", **second)
        cards.issue(stage.dee, bo, "Jan Lind", CARD_KEY, MONDAY, "helper")
    return f"/clinic/patients/{bo.id}"


def ask(desk, path, status=303, **fields):
    return send(desk, f"{path}/check-in", status, **{"entry_id": uuid4(), **USUAL, **fields})


def test_the_nurse_is_told_to_read_out_and_offered_the_people_who_are_known(desk, path):
    page = see(desk, f"{path}/check-in")
    assert "Read out:" in page
    assert ">Me<" not in page
    for name in ("Eva Lind", "Jan Lind"):
        assert f'<option value="{name}">' in page, name


def test_who_answered_is_kept_and_shown_with_the_nurse_who_asked(sqlite_app, desk, path, stage):
    ask(desk, path, answered_by="for_patient", answered_name=" Eva Lind ")
    (kept,) = rows_of(sqlite_app, CheckIn)
    assert (kept.answered_name, kept.clinician_id) == ("Eva Lind", stage.dee.id)
    page = see(desk, path)
    said = "by somebody for the patient (Eva Lind), by phone with Nurse Dee"
    assert f"<dd>{said}</dd>" in page
    assert f"answered {said}." in page
    assert said in see(desk, f"{path}/timeline")


def test_without_a_name_nothing_is_made_up(sqlite_app, desk, path):
    ask(desk, path, answered_by="patient")
    (kept,) = rows_of(sqlite_app, CheckIn)
    assert kept.answered_name == ""
    assert "<dd>by the patient, by phone with Nurse Dee</dd>" in see(desk, path)


def test_a_form_that_is_asked_again_keeps_the_name(sqlite_app, desk, path):
    page = ask(desk, path, 422, pain="11", answered_by="with_help", answered_name="Eva Lind")
    assert 'list="people-known" value="Eva Lind">' in page
    assert rows_of(sqlite_app, CheckIn) == []


def test_the_patients_own_form_never_asks_for_a_name(sqlite_app, stage):
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    assert "answered_name" not in see(phone, "/today")


def test_a_phone_cannot_name_somebody(sqlite_app, stage):
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    send(phone, "/today", entry_id=uuid4(), answered_name="Eva Lind", **USUAL)
    (kept,) = rows_of(sqlite_app, CheckIn)
    assert kept.answered_name == ""
