"""One's own page: who one is here, another password, and out everywhere at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import MONDAY, PASSWORD, an_administrator
from tests.web.desk import SAME, desk_of, see, send

PAGE = "/clinic/me"
OTHER = "a battery of correct horses"
CHANGE = {"present": PASSWORD, "password": OTHER, "again": OTHER}


def sign_in(app, email, password):
    posted = {"email": email, "password": password}
    return app.test_client().post("/clinic/sign-in", data=posted, headers=SAME).status_code


def test_it_says_who_one_is_here(desk, lias):
    page = see(desk, PAGE)
    assert "dee@hill.example" in page
    assert "<dd>Clinician</dd>" in page
    assert "<dd>Lead</dd>" in see(lias, PAGE)
    assert 'href="/clinic/me"' in see(desk)


def test_an_administrator_has_one_too_without_a_clinic_around_it(sqlite_app, stage):
    with sqlite_app.app_context():
        ada = an_administrator()
    page = see(desk_of(sqlite_app, ada), PAGE)
    assert "Administrator of this installation" in page
    assert "Hill Clinic" not in page
    assert "Worklist" not in page


def test_another_password_ends_every_other_sign_in_and_this_one_goes_on(sqlite_app, stage, desk):
    elsewhere = desk_of(sqlite_app, stage.dee)
    answer = desk.post(f"{PAGE}/password", data=CHANGE, headers=SAME)
    assert "Your password is changed. Everywhere else you are signed out." in see(
        desk, answer.location
    )
    assert elsewhere.get(PAGE).status_code == 302
    assert sign_in(sqlite_app, stage.dee.email, PASSWORD) == 422
    assert sign_in(sqlite_app, stage.dee.email, OTHER) == 302


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"present": "wrong"}, "This is not your present password. Type it again."),
        ({"password": "short", "again": "short"}, "at least 12 characters."),
        ({"again": "another"}, "The two passwords differ."),
    ],
)
def test_a_change_that_cannot_be_made_says_why(sqlite_app, stage, desk, fields, says):
    assert says in send(desk, f"{PAGE}/password", 422, **{**CHANGE, **fields})
    assert sign_in(sqlite_app, stage.dee.email, PASSWORD) == 302


def test_guessing_the_present_password_is_slowed_down(desk, at):
    for _ in range(5):
        send(desk, f"{PAGE}/password", 422, **{**CHANGE, "present": "wrong"})
    assert "Wait" in send(desk, f"{PAGE}/password", 429, **CHANGE)
    at(MONDAY + timedelta(seconds=31))
    send(desk, f"{PAGE}/password", **CHANGE)


def test_out_everywhere_is_here_too(sqlite_app, stage, desk):
    elsewhere = desk_of(sqlite_app, stage.dee)
    send(desk, f"{PAGE}/sign-out-everywhere")
    for each in (desk, elsewhere):
        assert "/clinic/sign-in" in each.get(PAGE).location
    assert sign_in(sqlite_app, stage.dee.email, PASSWORD) == 302
