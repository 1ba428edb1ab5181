"""The card: what opening its link does, what posting its code does, and what a wrong code is told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from recovery.records import cards, codes, devices
from tests.people import CARD_KEY, MONDAY, a_device

SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def new_code(sqlite_app, stage):
    with sqlite_app.app_context():
        return cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")


@pytest.fixture
def phone(sqlite_app):
    return sqlite_app.test_client()


def connect(phone, code):
    return phone.post("/card", data={"code": code}, headers=SAME)


def test_opening_the_link_only_asks(phone, new_code):
    page = phone.get(f"/c/{new_code}")
    assert page.status_code == 200
    assert f'value="{new_code}"' in page.text
    assert "Set-Cookie" not in page.headers
    assert phone.get("/today").headers["Location"] == "/card"


def test_the_page_behind_the_link_says_nothing_of_anybody(phone, new_code):
    assert "Ruiz" not in phone.get(f"/c/{new_code}").text


def test_posting_the_code_connects_the_phone(phone, new_code):
    answer = connect(phone, new_code)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/today?card=new")
    page = phone.get("/today").text
    assert "Answers for Ana Ruiz." in page
    assert "Eva Ruiz is helping." in page


def test_a_code_is_read_with_spaces_dashes_and_small_letters(phone, new_code):
    assert connect(phone, f" {codes.spaced(new_code).lower()} ").status_code == 303


def test_a_wrong_code_stays_in_the_box_with_a_sentence(phone, stage):
    answer = connect(phone, "ABCD-EFGH")
    assert answer.status_code == 422
    assert "This code is not right." in answer.text
    assert 'value="ABCD-EFGH"' in answer.text


def test_an_old_card_says_that_it_is_too_old(phone, new_code, at):
    at(MONDAY + timedelta(days=31))
    assert "This card is too old." in connect(phone, new_code).text


def test_a_card_that_was_issued_again_has_ended(phone, stage, new_code, sqlite_app):
    with sqlite_app.app_context():
        cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")
    assert "This card has ended." in connect(phone, new_code).text


def test_a_fourth_phone_is_told_whom_to_ring(new_code, sqlite_app):
    answers = [connect(sqlite_app.test_client(), new_code) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 422]
    assert "in use on three phones" in answers[3].text


def test_many_wrong_codes_have_to_wait_and_a_right_one_clears_the_count(phone, new_code, at):
    answers = [connect(phone, "WRONG") for _ in range(6)]
    assert answers[-1].status_code == 429
    assert "Wait 1 second" in answers[-1].text
    at(MONDAY + timedelta(seconds=31))
    assert connect(phone, new_code).status_code == 303
    assert connect(phone, "WRONG").status_code == 422


def test_connecting_a_phone_again_ends_its_earlier_key(phone, stage, new_code, sqlite_app):
    phone.set_cookie("device", stage.token)
    connect(phone, new_code)
    with sqlite_app.app_context():
        assert devices.find(stage.token) is None


def test_every_page_says_whom_to_ring_even_before_the_phone_is_connected(phone, stage):
    assert "Ring the emergency number on your card." in phone.get("/card").text
    phone.set_cookie("device", stage.token)
    assert 'href="tel:112"' in phone.get("/card").text


def test_signing_out_asks_first_and_then_ends_this_phone_alone(phone, stage, sqlite_app):
    with sqlite_app.app_context():
        other = a_device(stage.dee, stage.ana)[1]
    phone.set_cookie("device", stage.token)
    assert "Sign out on this phone?" in phone.get("/sign-out").text
    left = phone.post("/sign-out", headers=SAME).location
    assert left == "/card?left=yes"
    after = phone.get(left).text
    assert re.search(r"data-left\s*>You are signed out on this phone.", after)
    assert "This phone was disconnected" not in after
    with sqlite_app.app_context():
        assert devices.find(stage.token) is None
        assert devices.find(other)


def test_a_helper_goes_on_in_the_language_of_the_page_just_read(phone, new_code):
    german = {**SAME, "Accept-Language": "de-DE,de;q=0.9"}
    assert 'lang="de"' in phone.get(f"/c/{new_code}", headers=german).text
    phone.post("/card", data={"code": new_code}, headers=german)
    assert 'lang="de"' in phone.get("/today").text


def test_a_patient_reads_what_the_clinic_has_chosen(phone, stage, sqlite_app):
    with sqlite_app.app_context():
        code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, MONDAY)
    german = {**SAME, "Accept-Language": "de"}
    phone.post("/card", data={"code": code}, headers=german)
    assert 'lang="en"' in phone.get("/today", headers=german).text
