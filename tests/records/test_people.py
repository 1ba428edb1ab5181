"""Who works in a clinic: let in, given a role, let go; what they did stays theirs, and somebody always leads."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from recovery.records import accounts, administrators, moves, people, sign_ins
from recovery.records.accounts import Clinician
from recovery.records.administrators import UsedAddress
from recovery.records.audit import AuditLine
from recovery.records.database import db
from recovery.records.patients import NotFound
from recovery.records.people import LastLead, Newcomer
from tests.people import CHEAP, MONDAY, PASSWORD, a_lead, an_administrator, answers, check_in
from tests.rounds.work import open_flags, review_all

FLO = Newcomer("Flo@hill.example ", "Nurse Flo")


def add(stage, newcomer=FLO):
    return people.add(stage.clinic, newcomer, stage.lia.actor, MONDAY)


def names(stage):
    return [each.name for each in people.of(stage.clinic.id)]


def audited(action):
    lines = db.session.scalars(sa.select(AuditLine).where(AuditLine.action == action))
    return [(line.actor, line.details) for line in lines]


def test_somebody_is_let_in_by_a_lead_with_a_role(stage):
    flo = add(stage, Newcomer("flo@hill.example", "Nurse Flo", "lead"))
    assert (flo.email, flo.is_lead, flo.role_since) == ("flo@hill.example", True, MONDAY)
    assert names(stage) == ["Lia Lead", "Nurse Dee", "Nurse Flo"]
    assert (stage.lia.actor, {"clinician": str(flo.id), "role": "lead"}) in audited(
        "clinician added"
    )


def test_only_the_clinics_own_people_are_found(stage):
    assert people.find(stage.clinic.id, stage.dee.id) == stage.dee
    with pytest.raises(NotFound):
        people.find(stage.clinic.id, stage.eli.id)
    assert "Nurse Eli" not in names(stage)


def test_an_address_in_use_is_refused_whoever_has_it(stage):
    for email in ("dee@hill.example", "ELI@harbour.example"):
        with pytest.raises(UsedAddress, match="in use already"):
            add(stage, Newcomer(email, "Somebody"))


def test_another_role_is_from_now_on_and_on_record(stage):
    people.change_role(stage.dee, "lead", stage.lia.actor, MONDAY)
    people.change_role(stage.dee, "lead", stage.lia.actor, MONDAY)
    assert stage.dee.is_lead
    assert accounts.lead_names(stage.clinic.id) == ["Lia Lead", "Nurse Dee"]
    told = {"clinician": str(stage.dee.id), "before": "clinician", "after": "lead"}
    assert audited("role changed") == [(stage.lia.actor, told)]


def test_who_leaves_is_out_at_once_and_what_they_did_stays_theirs(stage):
    check_in(stage.ana, stage.device, answers(4, temperature_c=38.6), MONDAY)
    review_all(MONDAY)
    moves.see(stage.dee, stage.ana, MONDAY)
    token = stage.dee.session_token
    people.end(stage.dee, stage.lia.actor, MONDAY)
    assert sign_ins.find_by_token(token) is None
    assert sign_ins.sign_in(stage.dee.email, PASSWORD, CHEAP, MONDAY) is None
    assert open_flags(stage.ana)["fever"].seen_by == stage.dee.id
    assert accounts.clinician_names(stage.clinic.id)[stage.dee.id] == "Nurse Dee"
    assert (stage.dee.ended_at, stage.dee.ended_by) == (MONDAY, stage.lia.actor)
    people.end(stage.dee, stage.lia.actor, MONDAY)
    assert audited("clinician ended") == [(stage.lia.actor, {"clinician": str(stage.dee.id)})]


def test_who_has_left_has_no_role_to_change(stage):
    people.end(stage.dee, stage.lia.actor, MONDAY)
    people.change_role(stage.dee, "lead", stage.lia.actor, MONDAY)
    assert accounts.lead_names(stage.clinic.id) == ["Lia Lead"]


def test_who_comes_back_is_the_same_person_and_needs_a_new_password(stage):
    people.end(stage.dee, stage.lia.actor, MONDAY)
    back = add(stage, Newcomer("dee@hill.example", "Nurse Dee", "lead"))
    assert (back.id, back.ended_at, back.ended_by, back.is_lead) == (
        stage.dee.id,
        None,
        None,
        True,
    )
    assert sign_ins.sign_in(back.email, PASSWORD, CHEAP, MONDAY) is None


def test_who_has_left_another_clinic_takes_the_address_along_and_stays_known_there(stage):
    harbour = stage.eli.clinic_id
    people.end(stage.eli, "operator", MONDAY)
    here = add(stage, Newcomer("Eli@harbour.example", "Nurse Eli"))
    assert (here.clinic_id, here.email) == (stage.clinic.id, "eli@harbour.example")
    assert sign_ins.find_by_email("eli@harbour.example") == here
    assert [(each.name, each.ended_at) for each in people.of(harbour)] == [("Nurse Eli", MONDAY)]
    assert audited("address given up") == [(stage.lia.actor, {"clinician": str(stage.eli.id)})]


def test_whoever_works_elsewhere_keeps_the_address(stage):
    with pytest.raises(UsedAddress):
        add(stage, Newcomer("eli@harbour.example", "Nurse Eli"))


def test_an_administrator_who_has_left_can_become_a_nurse_and_a_nurse_an_administrator(stage):
    ada = an_administrator()
    address = ada.email
    administrators.end(ada, "operator", MONDAY)
    nurse = add(stage, Newcomer(address, "Ada Admin"))
    assert sign_ins.find_by_email(address) == nurse
    people.end(nurse, stage.lia.actor, MONDAY)
    again = administrators.add(address, "Ada Admin", MONDAY)
    assert sign_ins.find_by_email(address) == again
    assert "Ada Admin" in names(stage)


@pytest.mark.parametrize(
    "act",
    [
        lambda lia: people.end(lia, lia.actor, MONDAY),
        lambda lia: people.change_role(lia, "clinician", lia.actor, MONDAY),
    ],
)
def test_the_last_lead_stays_until_there_is_another(stage, act):
    with pytest.raises(LastLead, match="Lia Lead is the only lead"):
        act(stage.lia)
    gone = a_lead(stage.clinic, "Gus Gale")
    people.end(gone, stage.lia.actor, MONDAY)
    with pytest.raises(LastLead):
        act(stage.lia)
    people.change_role(stage.dee, "lead", stage.lia.actor, MONDAY)
    act(stage.lia)
    assert accounts.lead_names(stage.clinic.id) == ["Nurse Dee"]


def test_a_clinician_goes_also_where_nobody_leads(stage):
    people.end(stage.eli, "operator", MONDAY)
    assert stage.eli.ended_at == MONDAY


@pytest.mark.parametrize("column", ["ended_at", "link_until"])
def test_the_database_itself_keeps_who_and_when_together(stage, column):
    change = sa.update(Clinician).where(Clinician.id == stage.dee.id).values({column: MONDAY})
    with pytest.raises(IntegrityError):
        db.session.execute(change)
