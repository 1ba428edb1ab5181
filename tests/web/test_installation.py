"""The administrators' pages: clinics, their leads, rounds and messages; nothing of a patient, and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from recovery.records import administrators, heartbeats, people, sending, sign_ins
from recovery.records.accounts import Clinic, Clinician
from recovery.records.administrators import InstallationLine
from recovery.records.audit import AuditLine
from recovery.records.database import db
from recovery.records.people import Newcomer
from recovery.web.clinic_installation_view import DONE
from tests.people import CHEAP, MONDAY, PASSWORD, a_lead, an_administrator, answers, check_in
from tests.web.desk import SAME, desk_of, review_all, rows_of, see, send

PAGE = "/clinic/installation"
OTHER = "a battery of correct horses"
LAKE = {
    "clinic_name": "Lake Clinic",
    "emergency_number": "112",
    "phone": "+49 30 1234",
    "out_of_hours_phone": "+49 30 1235",
    "lost_card_phone": "+49 30 1236",
    "hours_0": "08:00-16:00",
    "closed_days": "",
    "zone": "Europe/Berlin",
    "language": "de",
    "no_lifting_days": "",
    "alert_addresses": "team@lake.example\r\nnurses@lake.example",
    "second_alert_addresses": "lead@lake.example",
    "name": "Lou Lake",
    "email": "lou@lake.example",
}


@pytest.fixture
def ada(sqlite_app, stage):
    with sqlite_app.app_context():
        return an_administrator()


@pytest.fixture
def adas(sqlite_app, ada):
    return desk_of(sqlite_app, ada)


def test_it_counts_clinics_people_and_patients_and_names_no_patient(adas):
    page = see(adas, PAGE)
    assert 'Hill Clinic</a> <span class="number-words">1 patient</span>' in page
    assert "1 lead, 1 clinician, since Monday 2 March 2026" in page
    assert "Nobody leads this clinic" in page.partition("Harbour Clinic")[2].partition("</li>")[0]
    assert "Ana" not in page


def test_it_says_how_the_rounds_and_the_messages_do(sqlite_app, stage, adas, at):
    assert "review</span> <span>on time</span>" in see(adas, PAGE)
    assert "None." in see(adas, PAGE)
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(4, temperature_c=38.6), MONDAY)
    review_all(sqlite_app)
    with sqlite_app.app_context():
        sending.put_off(sending.claim(MONDAY), "refused", MONDAY)
    at(MONDAY + timedelta(minutes=5))
    page = see(adas, PAGE)
    assert 'review</span> <strong class="limit">late</strong>' in page
    assert "finished Mon 2 Mar, 09:00 UTC" in page
    assert 'E-mail</span> <span class="number-words">1 waits</span>' in page
    assert "1 could not be sent when it was last tried" in page
    assert "Ana" not in page


def test_a_round_that_never_ran_is_said(sqlite_app, adas):
    with sqlite_app.app_context():
        db.session.execute(sa.delete(heartbeats.Heartbeat))
        db.session.commit()
    assert "No round has ever run. Start the rounds process." in see(adas, PAGE)


def test_an_administrator_lands_there_and_finds_no_page_of_a_clinic(sqlite_app, ada, stage):
    browser = sqlite_app.test_client()
    posted = {"email": ada.email, "password": "correct horse battery"}
    for wanted in ("", f"/clinic/patients/{stage.ana.id}", "/clinic/"):
        answer = browser.post("/clinic/sign-in", data={**posted, "next": wanted}, headers=SAME)
        assert answer.location == PAGE
    page = see(browser, "/clinic/", 404)
    assert f'href="{PAGE}">Go to the first page' in page
    kept = f"{PAGE}/clinics/new"
    assert (
        browser.post("/clinic/sign-in", data={**posted, "next": kept}, headers=SAME).location
        == kept
    )


def test_a_clinic_is_added_with_its_first_lead_who_sets_a_password_and_starts(
    sqlite_app, adas, ada
):
    assert "Its first lead" in see(adas, f"{PAGE}/clinics/new")
    page = send(adas, f"{PAGE}/clinics/new", 200, **LAKE)
    link = re.search(r"/clinic/welcome/[\w-]+", page)[0]
    [clinic] = rows_of(sqlite_app, Clinic, name="Lake Clinic")
    assert clinic.alert_addresses == ["team@lake.example", "nurses@lake.example"]
    assert clinic.weekly_hours == "Mo 08:00-16:00"
    lous = sqlite_app.test_client()
    lous.post(link, data={"password": OTHER, "again": OTHER}, headers=SAME)
    assert "Lou Lake" in see(lous, "/clinic/people")
    actors = {line.actor for line in rows_of(sqlite_app, AuditLine, clinic_id=clinic.id)}
    assert ada.actor in actors


@pytest.mark.parametrize(
    ("box", "typed", "says"),
    [
        ("clinic_name", "", "Type the clinic's name."),
        ("clinic_name", "Hill Clinic", "There is a clinic of this name already."),
        ("phone", "", "Type the number that patients ring while you are open."),
        ("hours_0", "", "Give the hours of at least one day"),
        ("zone", "Berlin", "Berlin is not a time zone."),
        ("alert_addresses", "", "Type at least one address, one on a line."),
        ("second_alert_addresses", "lead", "lead is not an e-mail address."),
        ("name", "", "Type the person's name."),
        ("email", "dee@hill.example", "This address is in use already."),
    ],
)
def test_a_clinic_that_cannot_start_says_what_is_missing_and_keeps_what_was_typed(
    sqlite_app, adas, box, typed, says
):
    page = send(adas, f"{PAGE}/clinics/new", 422, **{**LAKE, box: typed})
    assert says in page
    assert f'id="new-{box}-problem"' in page
    assert "team@lake.example" in page or box == "alert_addresses"
    assert rows_of(sqlite_app, Clinic, name="Lake Clinic") == []
    assert rows_of(sqlite_app, Clinician, name="Lou Lake") == []


def test_a_clinic_gets_another_lead(sqlite_app, stage, adas):
    page = f"{PAGE}/clinics/{stage.eli.clinic_id}"
    assert "Nurse Eli" in see(adas, page)
    assert "Type the person's e-mail address." in send(adas, f"{page}/leads", 422, name="Gus Gale")
    used = send(adas, f"{page}/leads", 422, name="Gus Gale", email="dee@hill.example")
    assert "This address is in use already." in used
    shown = send(adas, f"{page}/leads", 200, name="Gus Gale", email="gus@harbour.example")
    assert "Link for Gus Gale" in shown
    [gus] = rows_of(sqlite_app, Clinician, name="Gus Gale")
    assert (gus.clinic_id, gus.role) == (stage.eli.clinic_id, "lead")


def test_a_lead_gets_a_new_link_and_everybody_else_asks_their_lead(stage, adas):
    people = f"{PAGE}/people"
    assert "Link for Lia Lead" in send(adas, f"{people}/{stage.lia.id}/link", 200)
    send(adas, f"{people}/{stage.dee.id}/link", 404)
    page = see(adas, f"{PAGE}/clinics/{stage.clinic.id}")
    assert "For a lost password, a lead of this clinic makes a new link." in page


def test_an_account_ends_unless_nobody_would_lead_the_clinic(sqlite_app, stage, adas, ada, desk):
    refused = send(adas, f"{PAGE}/people/{stage.lia.id}/end", 409)
    assert "Lia Lead is the only lead. Add another lead first." in refused
    send(adas, f"{PAGE}/people/{stage.dee.id}/end")
    assert desk.get("/clinic/").status_code == 302
    [line] = rows_of(sqlite_app, AuditLine, action="clinician ended")
    assert line.actor == ada.actor
    send(adas, f"{PAGE}/people/{stage.dee.id}/end", 404)
    with sqlite_app.app_context():
        a_lead(stage.clinic, "Gus Gale")
    send(adas, f"{PAGE}/people/{stage.lia.id}/end")
    assert "Lia Lead, until Monday 2 March 2026" in see(adas, f"{PAGE}/clinics/{stage.clinic.id}")


def test_what_does_not_exist_is_not_there(adas, stage):
    for path in (f"clinics/{stage.ana.id}", "clinics/hill"):
        see(adas, f"{PAGE}/{path}", 404)
    send(adas, f"{PAGE}/people/{stage.ana.id}/end", 404)


def test_clinicians_and_leads_do_not_find_it(desk, lias):
    for each in (desk, lias):
        see(each, PAGE, 404)
        send(each, f"{PAGE}/clinics/new", 404, **LAKE)


def test_what_was_done_about_administrators_is_told_newest_first(sqlite_app, ada, adas):
    with sqlite_app.app_context():
        gus = administrators.add("gus@installation.example", "Gus Gale", MONDAY)
        sign_ins.new_link(gus, ada.actor, "key", MONDAY + timedelta(minutes=1))
        administrators.end(gus, "operator", MONDAY + timedelta(minutes=2))
        administrators.add("gus@installation.example", "Gus Gale", MONDAY + timedelta(minutes=3))
        sign_ins.sign_out_everywhere(ada, MONDAY + timedelta(minutes=4))
    adas = desk_of(sqlite_app, ada)
    told = re.sub(r"<[^>]*>", "", see(adas, PAGE).partition('id="done"')[2])
    told = told.partition("The account of Gus Gale ended")
    assert "Ada Admin signed out everywhere Mon 2 Mar, 09:04 UTC" in " ".join(told[0].split())
    for said in (
        "Mon 2 Mar, 09:02 UTC, by the operator",
        "A link was made for Gus Gale Mon 2 Mar, 09:01 UTC, by Ada Admin",
        "Gus Gale was let in as an administrator",
        "Ada Admin set a password",
    ):
        assert said in " ".join(told[2].split())


def test_whatever_is_noted_of_administrators_has_words(sqlite_app, stage):
    with sqlite_app.app_context():
        ada = an_administrator()
        administrators.end(ada, "operator", MONDAY)
        people.add(stage.clinic, Newcomer(ada.email, "Ada Admin"), stage.lia.actor, MONDAY)
        gus = administrators.add("gus@installation.example", "Gus Gale", MONDAY)
        sign_ins.set_password(gus, PASSWORD, CHEAP, MONDAY)
    assert "went to another account Mon 2 Mar, 09:00 UTC, by a lead" in re.sub(
        r"<[^>]*>", "", see(desk_of(sqlite_app, gus), PAGE)
    )
    noted = {line.action for line in rows_of(sqlite_app, InstallationLine)}
    assert "address given up" in noted
    assert noted <= set(DONE)
