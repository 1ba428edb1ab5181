"""Cards in sheets and lost cards on their pages: each code is shown once, and a second click ends nothing."""

from __future__ import annotations

import re

import pytest

from recovery.records import card_sheets, cards, devices
from recovery.records.audit import AuditLine
from recovery.records.database import db
from tests.made_up_file import csv_of, people
from tests.people import CARD_KEY, MONDAY, a_patient
from tests.web.desk import SAME, desk_of, rows_of, see, send
from tests.web.test_clinic_settings import form_of
from tests.web.test_import import confirm, text_of, upload, work

PAGE, SETTINGS = "/clinic/cards", "/clinic/settings"
CODE = re.compile(r"\w{4}-\w{4}-\w{4}")


@pytest.fixture
def bo(sqlite_app, stage):
    with sqlite_app.app_context():
        return a_patient(stage.dee, "Bo Lind", language="fr")


def ticked(page):
    return re.findall(r'name="patient" value="([^"]+)" checked', page)


def make(desk, page=None, status=200, **fields):
    """Make the cards of everybody who is ticked."""
    page = page or see(desk, PAGE)
    names = ("whose", "file", "skipped", "chosen_at")
    hidden = {name: re.search(f'name="{name}" value="([^"]*)"', page)[1] for name in names}
    return send(desk, PAGE, status, **{**hidden, "patient": ticked(page), **fields})


def articles(page):
    return re.findall(r"<article.*?</article>", page)


def connected(app, code):
    with app.app_context():
        return cards.connect(code, CARD_KEY, "phone", MONDAY)[0].patient_id


def test_each_card_of_a_sheet_is_as_the_single_one_in_the_patients_language(
    sqlite_app, desk, stage, bo
):
    with sqlite_app.app_context():
        cy = a_patient(stage.dee, "Cy Aderemi")
    page = make(desk)
    french, english = articles(page)
    assert 'lang="fr"' in french
    assert "Urgence" in french
    for number in ("112", "+49 30 23125 100", "+49 30 23125 199", "+49 30 23125 102"):
        assert number in english
        assert number in french
    for word in ("spine", "vertebro", "pain", "L1", "Hill Clinic"):
        assert word not in english
    assert english.count("<svg") == 1
    assert "style=" not in page
    assert connected(sqlite_app, CODE.search(english)[0]) == cy.id
    assert connected(sqlite_app, CODE.search(french)[0]) == bo.id


def test_a_sheet_is_kept_nowhere_and_each_card_is_noted(sqlite_app, desk, bo):
    hidden = see(desk, PAGE)
    answer = desk.post(
        PAGE,
        data={"patient": ticked(hidden), "chosen_at": MONDAY.isoformat()},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.headers["Cache-Control"] == "no-store"
    [line] = rows_of(sqlite_app, AuditLine, action="card issued", patient_id=bo.id)
    assert line.details == {"holder": "Bo Lind"}
    assert "Bo Lind" not in see(desk, PAGE)


def test_a_page_sent_twice_makes_no_second_card(sqlite_app, desk, bo, at):
    page = see(desk, PAGE)
    at(MONDAY.replace(minute=1))
    [code] = CODE.findall(make(desk, page))
    at(MONDAY.replace(minute=2))
    again = make(desk, page)
    assert "1 patient gets no card here: one was made, or nobody follows the patient" in again
    assert articles(again) == []
    assert connected(sqlite_app, code) == bo.id


def test_a_card_that_was_never_handed_over_is_made_anew_on_purpose(sqlite_app, desk, bo, at):
    make(desk)
    at(MONDAY.replace(minute=1))
    page = see(desk, f"{PAGE}?whose=unconnected")
    assert "A new card ends the earlier one" in page
    assert ticked(page) == []
    [code] = CODE.findall(make(desk, page, patient=[str(bo.id)]))
    assert connected(sqlite_app, code) == bo.id


def test_a_file_of_patients_leads_to_their_cards_some_at_a_time(sqlite_app, desk, bo):
    address = upload(desk, csv_of(people(60)))
    work(sqlite_app)
    confirm(desk, address, 60)
    work(sqlite_app)
    cards_of_file = re.search(r'href="(/clinic/cards[^"]+)"', see(desk, address))[1]
    page = see(desk, cards_of_file)
    assert "Without a card</a>" not in page
    assert len(ticked(page)) == card_sheets.AT_ONCE
    assert "Bo Lind" not in page
    sheet = make(desk, page)
    assert len(articles(sheet)) == card_sheets.AT_ONCE
    assert "Next sheets: 12 patients have no card yet" in sheet
    further = re.search(r'href="(/clinic/cards[^"]+)"', sheet)[1]
    rest = see(desk, further)
    assert len(ticked(rest)) == 12
    assert "Everybody who answers on a phone has a card." in see(desk, cards_of_file) or make(
        desk, rest
    )
    assert "Bo Lind" in see(desk, PAGE)


def test_further_names_are_shown_without_making_cards(sqlite_app, desk):
    address = upload(desk, csv_of(people(60)))
    work(sqlite_app)
    confirm(desk, address, 60)
    work(sqlite_app)
    further = re.search(r'href="(/clinic/cards\?[^"]*skipped=48)"', see(desk, PAGE))[1]
    assert len(ticked(see(desk, further))) == 12


def test_after_cards_made_anew_come_those_whose_cards_nobody_has_used_either(
    sqlite_app, desk, stage, bo, at
):
    with sqlite_app.app_context():
        for number in range(card_sheets.AT_ONCE + 2):
            patient = a_patient(stage.dee, f"Cy {number:02}")
            cards.issue(stage.dee, patient, patient.name, CARD_KEY, MONDAY)
    at(MONDAY.replace(minute=1))
    page = see(desk, f"{PAGE}?whose=unconnected")
    [first, *_] = re.findall(r'name="patient" value="([^"]+)"', page)
    sheet = make(desk, page, patient=[first])
    assert "no card yet" not in sheet
    further = re.search(r'href="(/clinic/cards[^"]+)">\s*Show the next', sheet)[1]
    rest = see(desk, further)
    assert "Cy 48" in rest
    assert "Cy 49" in rest
    last = make(desk, rest, patient=re.findall(r'name="patient" value="([^"]+)"', rest))
    assert 'href="/clinic/cards?whose=unconnected">Back to the list' in last


def test_nobody_ticked_is_asked_again(desk, bo):
    page = make(desk, patient=[], status=422)
    assert "Tick at least one patient." in page
    assert "Bo Lind" in page


def test_what_no_page_of_ours_sends_is_refused(desk, bo):
    for moment in ("", "yesterday", "2026-03-02T09:00:00"):
        send(desk, PAGE, 400, patient=str(bo.id), chosen_at=moment)
    see(desk, f"{PAGE}?whose=everybody&skipped=x")
    see(desk, f"{PAGE}?file={bo.id}", 404)


def test_another_clinic_sees_and_makes_none_of_our_cards(sqlite_app, stage, desk, bo):
    eli = desk_of(sqlite_app, stage.eli)
    assert "Bo Lind" not in see(eli, PAGE)
    page = send(eli, PAGE, 200, patient=str(bo.id), chosen_at=MONDAY.isoformat())
    assert articles(page) == []
    assert rows_of(sqlite_app, cards.Card, patient_id=bo.id) == []
    address = upload(desk, csv_of(people(2)))
    see(eli, f"{PAGE}?file={address.rpartition('/')[2]}", 404)


def test_a_lost_card_is_replaced_in_two_clicks(sqlite_app, desk, stage):
    page = see(desk, f"/clinic/patients/{stage.ana.id}")
    first = re.search(r'href="([^"]+/lost-card)">Lost: replace', page)[1]
    asked = text_of(desk, first)
    assert "The old code and every phone of Ana Ruiz end at once." in asked
    with sqlite_app.app_context():
        assert devices.find(stage.token)
    second = re.search(r'action="([^"]+/replace)"', see(desk, first))[1]
    page = send(desk, second, 200)
    with sqlite_app.app_context():
        assert devices.find(stage.token) is None
    assert connected(sqlite_app, CODE.search(page[page.index("<article") :])[0]) == stage.ana.id
    assert "has been replaced already" in send(desk, second, 409)


def test_a_lost_helpers_card_is_the_helpers(sqlite_app, desk, stage):
    with sqlite_app.app_context():
        cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")
        [card] = rows_of(sqlite_app, cards.Card, holder="helper")
    assert "every phone of Eva Ruiz end at once" in text_of(
        desk, f"/clinic/patients/{stage.ana.id}/lost-card"
    )
    assert "<h2>Eva Ruiz</h2>" in send(desk, f"/clinic/cards/{card.id}/replace", 200)
    with sqlite_app.app_context():
        assert devices.find(stage.token)
        ana = db.session.get_one(type(stage.ana), (stage.ana.clinic_id, stage.ana.id))
        ana.consent_for_helper = False
        db.session.commit()
    [card] = [c for c in rows_of(sqlite_app, cards.Card, holder="helper") if not c.is_lost]
    refused = send(desk, f"/clinic/cards/{card.id}/replace", 409)
    assert "The patient has not agreed to a helper's access." in refused


def test_who_has_no_card_cannot_lose_one(desk, bo):
    assert "There is no card that could be lost." in see(
        desk, f"/clinic/patients/{bo.id}/lost-card"
    )


def test_another_clinic_replaces_no_card_of_ours(sqlite_app, stage):
    eli = desk_of(sqlite_app, stage.eli)
    see(eli, f"/clinic/patients/{stage.ana.id}/lost-card", 404)
    send(eli, f"/clinic/cards/{stage.device.card_id}/replace", 404)
    with sqlite_app.app_context():
        assert devices.find(stage.token)


def test_a_number_that_has_changed_names_whose_cards_are_old_and_prints_them_anew(
    sqlite_app, stage, desk, lias, bo, at
):
    assert "old number" not in see(lias, SETTINGS)
    at(MONDAY.replace(minute=1))
    lias.post(SETTINGS, data={**form_of(lias), "zone": "Europe/Paris"}, headers=SAME)
    assert "old number" not in see(lias, SETTINGS)
    lias.post(SETTINGS, data={**form_of(lias), "emergency_number": "999"}, headers=SAME)
    page = see(lias, SETTINGS)
    assert "1 patient has a card with an old number." in page
    old = re.search(r'href="(/clinic/cards[^"]+)">Print new cards', page)[1]
    at(MONDAY.replace(minute=2))
    page = see(desk, old)
    assert ticked(page) == [str(stage.ana.id)]
    sheet = make(desk, page)
    assert "999" in articles(sheet)[0]
    assert f'href="{old}">Back to the list' in sheet
    assert "Nobody has a card with an old number." in see(desk, old)
    assert "old number" not in see(lias, SETTINGS)
    with sqlite_app.app_context():
        assert devices.find(stage.token)
