"""The installation in numbers, as an administrator reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recovery.records import (
    accounts,
    administrators,
    handing_on,
    heartbeats,
    installation,
    people,
    sending,
    sign_ins,
    transfers,
)
from recovery.records.accounts import AccountError, Clinic
from recovery.records.database import db
from recovery.records.handing_on import Wanted
from recovery.records.installation import Traffic
from recovery.records.patients import NotFound
from recovery.records.people import Newcomer
from tests.people import CHEAP, MONDAY, PASSWORD, a_patient, answers, check_in
from tests.rounds.work import review_all

COLUMNS = {
    "name": "Lake Clinic",
    "phone": "+49 30 1",
    "emergency_number": "112",
    "out_of_hours_phone": "+49 30 2",
    "lost_card_phone": "+49 30 3",
    "weekly_hours": "Mo-Fr 08:00-16:00",
    "closed_days": [],
    "zone": "Europe/Berlin",
    "language": "de",
    "no_lifting_days": None,
    "alert_addresses": ["team@lake.example"],
    "second_alert_addresses": ["lead@lake.example"],
}


def test_each_clinic_is_counted_for_itself(stage):
    a_patient(stage.dee, "Bo Lind")
    people.end(stage.dee, stage.lia.actor, MONDAY)
    counted = [(c.clinic.name, c.clinicians, c.leads, c.patients) for c in installation.clinics()]
    assert counted == [("Harbour Clinic", 1, 0, 0), ("Hill Clinic", 0, 1, 2)]


def test_a_clinic_begins_with_its_lead(stage):
    lead = installation.add_clinic(
        COLUMNS, Newcomer("lou@lake.example", "Lou Lake", "lead"), "administrator:1", MONDAY
    )
    clinic = accounts.find_clinic("Lake Clinic")
    assert (lead.clinic_id, lead.is_lead, clinic.added_at) == (clinic.id, True, MONDAY)


def test_without_its_lead_there_is_no_clinic(stage):
    with pytest.raises(AccountError):
        installation.add_clinic(
            COLUMNS, Newcomer(stage.dee.email, "Dee", "lead"), "administrator:1", MONDAY
        )
    assert not db.session.scalar(db.select(Clinic).where(Clinic.name == "Lake Clinic"))


def test_people_and_clinics_are_found_wherever_they_are(stage):
    assert installation.person(stage.eli.id) == stage.eli
    assert installation.clinic(stage.clinic.id) == stage.clinic
    for find in (installation.person, installation.clinic):
        with pytest.raises(NotFound):
            find(stage.ana.id)


def test_who_is_named_in_another_clinic_too_is_found_where_they_work(stage):
    offer = transfers.offer(stage.dee, stage.ana, stage.eli.clinic_id, "Ana has asked.", MONDAY)
    handing_on.accept(stage.eli, offer, Wanted("H-1", "Europe/Berlin"), MONDAY)
    for nurse in (stage.dee, stage.eli):
        # PostgreSQL now lists the own row last.
        sign_ins.sign_in(nurse.email, PASSWORD, CHEAP, MONDAY)
        found = installation.person(nurse.id)
        assert (found.clinic_id, found.ended_at) == (nurse.clinic_id, None)


def test_what_waits_is_counted_by_channel_and_what_failed_beside_it(stage):
    check_in(stage.ana, stage.device, answers(4, temperature_c=38.6), MONDAY)
    review_all(MONDAY)
    assert installation.traffic() == [Traffic("email", 1, 0)]
    message = sending.claim(MONDAY)
    sending.put_off(message, "refused", MONDAY)
    assert installation.traffic() == [Traffic("email", 1, 1)]
    sending.mark_sent(message, MONDAY + timedelta(minutes=1))
    assert installation.traffic() == []


def test_every_round_is_listed(stage):
    heartbeats.beat("review", 5, MONDAY)
    heartbeats.expect("delivery", 5, MONDAY)
    assert [each.round for each in installation.rounds()] == ["delivery", "review"]


def test_an_administrator_is_found_while_the_account_lasts(stage):
    ada = administrators.add("Ada@installation.example", "Ada", MONDAY)
    assert administrators.find_by_email("ada@INSTALLATION.example") == ada
    ada.ended_at, ada.ended_by = MONDAY, "operator"
    db.session.commit()
    assert administrators.find_by_email("ada@installation.example") is None
    assert administrators.owner_of("ada@installation.example") == ada
