"""Signing in: one sentence for any mistake, back to where one came from, never to a stranger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import MONDAY, PASSWORD
from tests.web.desk import SAME, desk_of, see, send


def sign_in(app, stage, **fields):
    usual = {"email": stage.dee.email, "password": PASSWORD}
    return app.test_client().post("/clinic/sign-in", data={**usual, **fields}, headers=SAME)


def test_the_right_password_opens_the_worklist(sqlite_app, stage):
    assert sign_in(sqlite_app, stage).location == "/clinic/"


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"email": "nobody@hill.example"}])
def test_a_wrong_address_and_a_wrong_password_are_told_the_same(sqlite_app, stage, wrong):
    answer = sign_in(sqlite_app, stage, **wrong)
    assert answer.status_code == 422
    assert "The address or the password is not right." in answer.text
    assert f'value="{wrong.get("email", stage.dee.email)}"' in answer.text
    assert 'value="wrong"' not in answer.text


def test_one_comes_back_to_the_page_that_was_asked_for(sqlite_app, stage):
    page = f"/clinic/patients/{stage.ana.id}"
    asked = sqlite_app.test_client().get(page)
    assert asked.status_code == 302
    assert page in asked.location.replace("%2F", "/")
    assert sign_in(sqlite_app, stage, next=page).location == page


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/clinic", "//evil.example/clinic", "/clinic\\evil", "/today"]
)
def test_nobody_is_sent_elsewhere(sqlite_app, stage, elsewhere):
    assert sign_in(sqlite_app, stage, next=elsewhere).location == "/clinic/"


def test_wrong_tries_are_slowed_down_and_a_right_one_later_is_let_in(sqlite_app, stage, at):
    for _ in range(5):
        assert sign_in(sqlite_app, stage, password="wrong").status_code == 422
    slowed = sign_in(sqlite_app, stage)
    assert slowed.status_code == 429
    assert "Wait" in slowed.text
    at(MONDAY + timedelta(seconds=31))
    assert sign_in(sqlite_app, stage).status_code == 302


def test_signing_out_closes_the_pages(sqlite_app, stage):
    desk = desk_of(sqlite_app, stage.dee)
    assert "Ana Ruiz" in see(desk, "/clinic/patients")
    send(desk, "/clinic/sign-out", status=302)
    assert desk.get("/clinic/patients").status_code == 302
