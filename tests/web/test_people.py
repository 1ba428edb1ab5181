"""The people page: a lead lets in, changes and lets go; others do not find it; somebody always leads."""

from __future__ import annotations

import re

import pytest

from recovery.records.accounts import Clinician
from recovery.records.audit import AuditLine
from recovery.records.database import db
from tests.people import PASSWORD, a_lead
from tests.web.desk import SAME, desk_of, rows_of, see, send

PAGE = "/clinic/people"
OTHER = "a battery of correct horses"
FLO = {"name": "Nurse Flo", "email": "flo@hill.example", "role": "clinician"}


def let_in(lias, **fields):
    """Let Flo in, and return the path of her link."""
    page = send(lias, PAGE, 200, **{**FLO, **fields})
    return re.search(r"http://localhost(/clinic/welcome/[\w-]+)", page)[1]


def welcome(app, path, password=OTHER, again=OTHER):
    browser = app.test_client()
    answer = browser.post(path, data={"password": password, "again": again}, headers=SAME)
    return browser, answer


def in_database(app, clinician):
    with app.app_context():
        return db.session.get(Clinician, (clinician.clinic_id, clinician.id))


def test_it_says_who_works_here_since_when_and_when_they_were_last_here(lias, desk):
    page = see(lias, PAGE)
    assert "Who works here <span" in page
    assert 'Lia Lead</h3> <p> Lead <span class="aside">since Monday 2 March 2026' in page
    assert "Nurse Dee</h3> <p> Clinician" in page
    assert "Last signed in Mon 2 Mar, 10:00" in page
    assert "Nurse Eli" not in page


def test_nobody_but_a_lead_finds_it(desk, stage):
    see(desk, PAGE, 404)
    for path in ("", f"/{stage.dee.id}/role", f"/{stage.dee.id}/link", f"/{stage.dee.id}/end"):
        send(desk, PAGE + path, 404, **FLO)


def test_a_lead_lets_a_nurse_in_who_sets_her_own_password(sqlite_app, lias):
    link = let_in(lias)
    assert "No password yet; the link ends Mon 9 Mar, 10:00" in see(lias, PAGE)
    page = see(sqlite_app.test_client(), link)
    assert "Welcome, Nurse Flo" in page
    assert "At least 12 characters." in page
    flos, answer = welcome(sqlite_app, link)
    assert answer.location == "/clinic/"
    assert "Nurse Flo" in see(flos)
    see(flos, PAGE, 404)
    assert "Last signed in" in see(lias, PAGE).partition("Nurse Flo")[2].partition("</li>")[0]


def test_the_link_is_shown_once_and_opening_it_does_not_use_it_up(sqlite_app, lias):
    link = let_in(lias)
    assert "cannot be shown again. It works once, until Mon 9 Mar, 10:00." in send(
        lias, f"{PAGE}/{rows_of(sqlite_app, Clinician, name='Nurse Flo')[0].id}/link", 200
    )
    assert "This link has ended" in see(sqlite_app.test_client(), link, 404)
    assert link.rpartition("/")[2] not in see(lias, PAGE)


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("eleven char", "eleven char", "Choose a password of at least 12 characters."),
        (OTHER, "another one", "The two passwords differ. Type the same one twice."),
    ],
)
def test_a_password_that_cannot_be_taken_says_why_and_is_not_shown(
    sqlite_app, lias, password, again, says
):
    link = let_in(lias)
    _browser, answer = welcome(sqlite_app, link, password, again)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{password}"' not in answer.text
    assert welcome(sqlite_app, link)[1].status_code == 303


def test_a_used_link_says_whom_to_ask(sqlite_app, lias):
    link = let_in(lias)
    welcome(sqlite_app, link)
    for answer in (welcome(sqlite_app, link)[1], sqlite_app.test_client().get(link)):
        assert answer.status_code == 404
        assert "Ask whoever gave it to you for another." in answer.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "Type the person&#39;s name."),
        ({"email": ""}, "Type the person&#39;s e-mail address."),
        ({"email": "flo"}, "Type the e-mail address, such as lia@clinic.example."),
        ({"email": "eli@harbour.example"}, "This address is in use already. Type another one."),
        ({"role": ""}, "Choose what this person does."),
        ({"role": "administrator"}, "Choose one of the answers shown."),
    ],
)
def test_what_cannot_be_taken_says_what_to_do_and_stays_typed(sqlite_app, lias, fields, says):
    answer = lias.post(PAGE, data={**FLO, **fields}, headers=SAME)
    assert answer.status_code == 422
    assert says in answer.text
    for name in ("name", "email"):
        assert f'value="{({**FLO, **fields})[name]}"' in answer.text
    assert rows_of(sqlite_app, Clinician, name="Nurse Flo") == []


def test_a_lead_makes_another_lead_and_only_then_may_go(sqlite_app, stage, lias, desk):
    for path, fields in (("end", {}), ("role", {"role": "clinician"})):
        page = send(lias, f"{PAGE}/{stage.lia.id}/{path}", 409, **fields)
        assert "Lia Lead is the only lead. Make somebody else a lead first." in page
    send(lias, f"{PAGE}/{stage.dee.id}/role", role="lead")
    assert "Nurse Dee</h3> <p> Lead" in see(desk, PAGE)
    answer = lias.post(f"{PAGE}/{stage.lia.id}/role", data={"role": "clinician"}, headers=SAME)
    assert "People" not in see(lias, answer.location)
    see(lias, PAGE, 404)
    assert in_database(sqlite_app, stage.lia).role == "clinician"


def test_who_is_let_go_is_out_in_the_middle_of_the_work(sqlite_app, stage, lias, desk):
    assert "Ana Ruiz" in see(desk, "/clinic/patients")
    send(lias, f"{PAGE}/{stage.dee.id}/end")
    assert desk.get("/clinic/patients").status_code == 302
    page = see(lias, PAGE)
    assert "Nurse Dee, until Monday 2 March 2026" in page
    assert f"person-{stage.dee.id}" not in page
    for path in ("end", "link", "role"):
        send(lias, f"{PAGE}/{stage.dee.id}/{path}", 404, role="lead")
    [line] = rows_of(sqlite_app, AuditLine, action="clinician ended")
    assert line.actor == stage.lia.actor


def test_a_lead_who_goes_is_asked_to_sign_in(sqlite_app, stage, lias):
    with sqlite_app.app_context():
        a_lead(stage.clinic, "Gus Gale")
    send(lias, f"{PAGE}/{stage.lia.id}/end")
    assert "/clinic/sign-in" in lias.get(PAGE).location


def test_a_role_that_does_not_exist_cannot_be_given(lias, stage):
    send(lias, f"{PAGE}/{stage.dee.id}/role", 404, role="administrator")


def test_another_clinics_people_are_not_there(sqlite_app, stage, lias):
    for path in ("end", "link", "role"):
        send(lias, f"{PAGE}/{stage.eli.id}/{path}", 404, role="lead")
    assert in_database(sqlite_app, stage.eli).ended_at is None


def test_a_link_is_made_for_a_lost_password(sqlite_app, stage, lias):
    page = send(lias, f"{PAGE}/{stage.dee.id}/link", 200)
    link = re.search(r"/clinic/welcome/[\w-]+", page)[0]
    assert "Whoever opens it sets the password for dee@hill.example." in page
    assert desk_of(sqlite_app, stage.dee)  # the old one still opens
    welcome(sqlite_app, link)
    old = {"email": stage.dee.email, "password": PASSWORD}
    assert (
        sqlite_app.test_client().post("/clinic/sign-in", data=old, headers=SAME).status_code == 422
    )
