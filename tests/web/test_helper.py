"""Who answers, on a helper's phone: each person by name, because "me" might be either of two."""

from __future__ import annotations

import re
from types import SimpleNamespace
from uuid import uuid4

import pytest

from recovery.records import cards
from recovery.records.checkins import CheckIn
from tests.people import CARD_KEY, MONDAY, answers, check_in
from tests.web.desk import rows_of, see, send, words

ASKED = re.compile(r'name="answered_by" value="(\w+)"[^>]*?(checked)?> <span[^>]*>([^<]*)</span>')
ME = {
    "patient": "Me",
    "with_help": "Me, with someone's help",
    "for_patient": "Someone for me",
}
NAMES = {
    "patient": "Ana, without help",
    "with_help": "Ana, with help from Eva Ruiz",
    "for_patient": "Eva Ruiz, for Ana",
}
NOBODY = ""


@pytest.fixture
def home(sqlite_app, stage):
    """Ana with her phone, and Eva, who helps, with hers."""
    with sqlite_app.app_context():
        eva, token = helpers_phone(stage, stage.ana, "Eva Ruiz")
    return SimpleNamespace(
        ana=browser(sqlite_app, stage.token), eva=eva, evas=browser(sqlite_app, token)
    )


def helpers_phone(stage, patient, name):
    code = cards.issue(stage.dee, patient, name, CARD_KEY, MONDAY, "helper")
    return cards.connect(code, CARD_KEY, "Android", MONDAY)


def browser(app, token):
    client = app.test_client()
    client.set_cookie("device", token)
    return client


def asked(page):
    """The answers to "Who is answering?" as they read, and the one that is chosen."""
    found = ASKED.findall(page)
    chosen = [value for value, checked, _said in found if checked]
    return {value: said for value, _checked, said in found}, "".join(chosen)


def given(app, stage, source, by):
    """A check-in of today, by its id."""
    with app.app_context():
        return check_in(stage.ana, source, answers(answered_by=by), MONDAY).checkin.entry_id


def test_on_a_helpers_phone_people_are_named_and_nobody_is_chosen(home):
    assert asked(see(home.evas, "/today")) == (NAMES, NOBODY)


def test_on_anas_own_phone_the_words_stay(home):
    assert asked(see(home.ana, "/today")) == (ME, NOBODY)


def test_a_nurse_reads_who_answers_from_her_own_side(home, desk, stage):
    said, chosen = asked(see(desk, f"/clinic/patients/{stage.ana.id}/check-in"))
    assert said == {
        "patient": "The patient, on the phone",
        "with_help": "The patient, with somebody's help",
        "for_patient": "Somebody for the patient",
    }
    assert chosen == NOBODY


def test_a_form_that_is_shown_again_keeps_the_names_and_the_choice(home):
    again = send(home.evas, "/today", 422, answered_by="for_patient", access=home.eva.access)
    assert asked(again) == (NAMES, "for_patient")


@pytest.mark.parametrize("by", NAMES)
def test_what_is_kept_is_the_same_as_ever(sqlite_app, home, by):
    send(home.evas, "/today", pain="3", answered_by=by, access=home.eva.access, entry_id=uuid4())
    (kept,) = rows_of(sqlite_app, CheckIn)
    assert kept.answered_by == by
    (said,) = re.findall(r"<p>(?:Ana|Eva Ruiz) answered[^<]*</p>", see(home.evas, answer_to(kept)))
    assert said.startswith("<p>Eva Ruiz" if by == "for_patient" else "<p>Ana")


def answer_to(checkin):
    return f"/answer/{checkin.entry_id}"


def test_the_same_person_corrects_with_the_choice_as_it_was(sqlite_app, stage, home):
    entry = given(sqlite_app, stage, home.eva, "with_help")
    assert asked(see(home.evas, f"/today?correct={entry}")) == (NAMES, "with_help")
    entry = given(sqlite_app, stage, stage.device, "with_help")
    assert asked(see(home.ana, f"/today?correct={entry}")) == (ME, "with_help")


def test_another_person_who_corrects_says_anew_who_answers(sqlite_app, stage, home):
    entry = given(sqlite_app, stage, stage.device, "patient")
    assert asked(see(home.evas, f"/today?correct={entry}")) == (NAMES, NOBODY)
    entry = given(sqlite_app, stage, home.eva, "for_patient")
    assert asked(see(home.ana, f"/today?correct={entry}")) == (ME, NOBODY)
    entry = given(sqlite_app, stage, stage.dee, "patient")
    assert asked(see(home.evas, f"/today?correct={entry}")) == (NAMES, NOBODY)


def test_the_shell_holds_both_wordings_and_the_phone_leaves_one_out(home):
    page = words(home.evas.get("/shell/en").text)
    for value, said in ME.items():
        named = NAMES[value].replace("Ana", "{{first_name}}").replace("Eva Ruiz", "{{helper_name}}")
        both = (
            f'<span data-if="is_own_phone">{said}</span> <span data-if="helper_name">{named}</span>'
        )
        assert both in page
