"""Cards for many: who wants one, that codes are issued once, and a lost card replaced."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recovery.records import card_sheets, cards, devices, states
from recovery.records.card_sheets import issue_all, wanting
from recovery.records.database import db, writing
from recovery.records.lost_cards import ReplacedAlready, replace, replaceable
from tests.made_up_file import people
from tests.people import CARD_KEY, MONDAY, a_patient
from tests.rounds.importing import confirmed, work

DAY = timedelta(days=1)
SOON = MONDAY + timedelta(minutes=5)


def names(nurse, whose="without", file=None, now=MONDAY):
    return [each.name for each in card_sheets.some(wanting(nurse, whose, file, now), 0)]


def issue(nurse, *people_, chosen_at=MONDAY, now=SOON):
    return issue_all(nurse, [each.id for each in people_], CARD_KEY, chosen_at, now)


def test_who_answers_on_a_phone_and_has_no_card_wants_one(stage):
    a_patient(stage.dee, "Bo Lind")
    a_patient(stage.dee, "Cy Aderemi", answers_daily="by_phone")
    gone = a_patient(stage.dee, "Dora Gone")
    states.change_state(stage.dee, gone, "withdrawn", None, MONDAY)
    assert names(stage.dee) == ["Bo Lind"]
    assert names(stage.dee, "unconnected") == []
    assert names(stage.eli) == []


def test_a_card_that_nobody_has_used_is_another_list(stage):
    bo = a_patient(stage.dee, "Bo Lind")
    cards.issue(stage.dee, bo, bo.name, CARD_KEY, MONDAY)
    assert (names(stage.dee), names(stage.dee, "unconnected")) == ([], ["Bo Lind"])
    # Before it was used it has become too old; Ana's too, but her phone is connected.
    later = MONDAY + cards.CONNECTS_FOR + DAY
    assert names(stage.dee, now=later) == ["Bo Lind"]
    assert names(stage.dee, "unconnected", now=later) == []


def test_who_lost_the_card_wants_another_and_a_helpers_card_is_not_the_patients(stage):
    cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")
    assert names(stage.dee) == []
    cards.mark_lost(stage.dee, cards.find_card(stage.dee, stage.device.card_id), MONDAY)
    assert names(stage.dee) == ["Ana Ruiz"]


def test_nobody_who_is_not_followed_any_more_gets_a_card(stage):
    bo = a_patient(stage.dee, "Bo Lind")
    states.change_state(stage.dee, bo, "deceased", None, MONDAY)
    assert issue(stage.dee, bo) == []


def test_those_of_one_file_alone(stage):
    a_patient(stage.dee, "Bo Lind")
    file = confirmed(stage.dee, people(60))
    work()
    query = wanting(stage.dee, "without", file, MONDAY)
    assert card_sheets.count(query) == 60
    assert len(card_sheets.some(query, 0)) == card_sheets.AT_ONCE
    assert len(card_sheets.some(query, card_sheets.AT_ONCE)) == 60 - card_sheets.AT_ONCE
    assert "Bo Lind" in names(stage.dee)


def test_each_gets_a_code_of_their_own_that_connects(stage):
    bo, cy = a_patient(stage.dee, "Bo Lind"), a_patient(stage.dee, "Cy Aderemi")
    issued = issue(stage.dee, cy, bo)
    assert [patient.name for patient, _code in issued] == ["Bo Lind", "Cy Aderemi"]
    for patient, code in issued:
        assert cards.connect(code, CARD_KEY, "phone", SOON)[0].patient_id == patient.id


def test_a_page_that_is_sent_twice_ends_no_card_that_it_has_made(stage):
    bo = a_patient(stage.dee, "Bo Lind")
    [(_bo, code)] = issue(stage.dee, bo)
    assert issue(stage.dee, bo) == []
    cards.connect(code, CARD_KEY, "phone", SOON)
    assert len(issue(stage.dee, bo, chosen_at=SOON, now=SOON + DAY)) == 1


def test_nobody_elses_patient_gets_a_card(stage):
    assert issue(stage.eli, stage.ana) == []


def card_of_ana(stage):
    return cards.find_card(stage.dee, stage.device.card_id)


def test_a_replaced_card_ends_with_every_phone_of_its_holder_and_no_other(stage):
    helper = cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")
    eva, evas = cards.connect(helper, CARD_KEY, "phone", MONDAY)
    # Ana's phone was connected by an earlier card than the one that she has lost.
    cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, MONDAY + DAY)
    [lost] = [card for card in replaceable(stage.ana) if card.holder == "patient"]
    code = replace(stage.dee, lost, CARD_KEY, MONDAY + 2 * DAY)
    assert devices.find(stage.token) is None
    assert devices.find(evas).id == eva.id
    assert lost.is_lost
    assert not card_of_ana(stage).is_lost
    new, _token = cards.connect(code, CARD_KEY, "phone", MONDAY + 2 * DAY)
    assert cards.holder_of(new).holder_name == "Ana Ruiz"


def test_a_second_click_does_not_end_the_new_card(stage):
    card = card_of_ana(stage)
    code = replace(stage.dee, card, CARD_KEY, SOON)
    with pytest.raises(ReplacedAlready):
        replace(stage.dee, card, CARD_KEY, SOON)
    cards.connect(code, CARD_KEY, "phone", SOON)


def test_a_helper_who_has_no_access_any_more_gets_no_card_and_nothing_ends(stage):
    cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")
    [card] = [each for each in replaceable(stage.ana) if each.holder == "helper"]
    with writing():
        stage.ana.consent_for_helper = False
    with pytest.raises(cards.HelperRefused):
        replace(stage.dee, card, CARD_KEY, SOON)
    db.session.refresh(card)
    assert (card.is_lost, card.ended_at) == (False, None)
