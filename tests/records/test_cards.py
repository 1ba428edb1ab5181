"""The card is a paper key: hard to guess, easy to end, and slow for whoever guesses."""

from __future__ import annotations

import hmac
import math
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from recovery.records import cards, codes, devices, patients, throttle
from recovery.records.cards import CardRefused
from recovery.records.codes import ALPHABET, CODE_CHARACTERS
from recovery.records.database import db
from recovery.records.throttle import Slower
from tests.people import CARD_KEY, MONDAY, a_patient


def connect(code, now=MONDAY):
    return cards.connect(code, CARD_KEY, "phone", now)


def issue(stage, now=MONDAY):
    return cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, now)


def test_a_code_has_at_least_fifty_random_bits_and_no_look_alikes(stage):
    assert CODE_CHARACTERS * math.log2(len(ALPHABET)) >= 50
    assert not set(ALPHABET) & set("01OILSU")
    assert len({issue(stage) for _ in range(20)}) == 20


def test_a_code_is_read_whatever_its_case_spaces_and_dashes(stage):
    code = issue(stage)
    device, _token = connect(f" {codes.spaced(code).lower()} ")
    assert device.patient_id == stage.ana.id


def test_only_a_keyed_hash_of_the_code_is_kept(stage):
    code = issue(stage)
    kept = db.session.scalars(sa.select(cards.Card.code_hash)).all()
    assert codes.hash_code(code, CARD_KEY) in kept
    assert codes.hash_code(code, "another key") not in kept


def test_a_card_connects_three_devices_and_no_fourth(stage):
    code = issue(stage)
    for _ in range(3):
        connect(code)
    with pytest.raises(CardRefused, match="too_many_devices"):
        connect(code)


def test_a_card_connects_for_thirty_days(stage):
    code = issue(stage)
    connect(code, MONDAY + timedelta(days=30))
    with pytest.raises(CardRefused, match="expired_code"):
        connect(code, MONDAY + timedelta(days=30, seconds=1))


def test_reissuing_ends_the_old_code_and_keeps_the_connected_phone(stage):
    issue(stage)
    with pytest.raises(CardRefused, match="ended_code"):
        connect(stage.code)
    assert devices.find(stage.token) is not None


def test_a_lost_card_takes_its_devices_with_it(stage):
    (card,) = cards.cards_of(stage.ana)
    cards.mark_lost(stage.dee, card, MONDAY)
    assert devices.find(stage.token) is None
    with pytest.raises(CardRefused, match="ended_code"):
        connect(stage.code)


def work_of(code, now, monkeypatch):
    """The queries and keyed hashes that a refused code costs."""
    statements, hashes, real = [], [], hmac.new
    monkeypatch.setattr(hmac, "new", lambda *a, **k: hashes.append(len(a[1])) or real(*a, **k))

    def keep(*told):
        statements.append(told[2])

    event.listen(db.engine, "before_cursor_execute", keep)
    with pytest.raises(CardRefused):
        connect(code, now)
    event.remove(db.engine, "before_cursor_execute", keep)
    monkeypatch.undo()
    return statements, hashes


def test_a_wrong_an_expired_and_an_ended_code_cost_the_same_work(stage, monkeypatch):
    ended, expired = stage.code, issue(stage)
    later = MONDAY + timedelta(days=31)
    db.session.expunge_all()
    work = [work_of(code, later, monkeypatch) for code in ("AAAABBBBCCCC", ended, expired)]
    assert work[0] == work[1] == work[2]
    statements, hashes = work[0]
    assert statements
    assert hashes == [12]


def test_wrong_tries_wait_longer_and_longer_but_never_more_than_thirty_seconds(stage):
    waits = []
    now = MONDAY
    for _ in range(12):
        throttle.count_failure("card", "192.0.2.7", now)
        try:
            throttle.refuse_hurry("card", "192.0.2.7", now)
            waits.append(0)
        except Slower as slower:
            waits.append(slower.seconds)
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30]


def test_another_address_need_not_wait_and_success_clears_the_count(stage):
    for _ in range(9):
        throttle.count_failure("card", "192.0.2.7", MONDAY)
    throttle.refuse_hurry("card", "192.0.2.8", MONDAY)
    throttle.forget_failures("card", "192.0.2.7")
    throttle.refuse_hurry("card", "192.0.2.7", MONDAY)


def test_an_ended_device_stays_ended_by_who_ended_it_first(stage):
    devices.end(stage.device, stage.dee.actor, MONDAY)
    devices.end(stage.device, "device:other", MONDAY + timedelta(days=1))
    assert (stage.device.ended_at, stage.device.ended_by) == (MONDAY, stage.dee.actor)


def a_helper(stage, name="Eva Ruiz"):
    code = cards.issue(stage.dee, stage.ana, name, CARD_KEY, MONDAY, "helper")
    return code, *connect(code)


def test_a_helper_gets_no_card_before_the_patient_has_agreed(stage):
    bo = a_patient(stage.dee, "Bo Berg", consent_for_helper=False)
    with pytest.raises(cards.HelperRefused):
        cards.issue(stage.dee, bo, "Eva Berg", CARD_KEY, MONDAY, "helper")
    assert cards.cards_of(bo) == []
    patients.agree_to_helper(stage.dee, bo, MONDAY)
    assert cards.issue(stage.dee, bo, "Eva Berg", CARD_KEY, MONDAY, "helper")


def test_ending_a_helper_ends_every_card_and_phone_of_theirs_and_of_nobody_else(stage):
    earlier, _device, earlier_token = a_helper(stage)
    newest, _device, token = a_helper(stage)
    _code, _device, jos = a_helper(stage, "Jo Ruiz")
    cards.end_helper(stage.ana, "Eva Ruiz", stage.device.actor, MONDAY)
    assert devices.find(token) is None
    assert devices.find(earlier_token) is None
    for code in (earlier, newest):
        with pytest.raises(CardRefused, match="ended_code"):
            connect(code)
    assert devices.find(jos)
    assert devices.find(stage.token)


def test_a_helper_behind_a_phone_has_a_name_and_the_patient_needs_none(stage):
    _code, device, _token = a_helper(stage)
    bo = a_patient(stage.dee, "Bo Berg")
    assert cards.helper_names(stage.clinic.id, [stage.ana.id]) == {device.id: "Eva Ruiz"}
    assert cards.helper_names(stage.clinic.id, [bo.id]) == {}
    assert cards.helper_names(stage.eli.clinic_id, [stage.ana.id]) == {}


def test_a_phone_that_others_ended_is_known_by_its_key_and_one_that_signed_out_is_not(stage):
    phone, token = connect(issue(stage))
    assert devices.find_ended(token) is None
    devices.end(phone, stage.device.actor, MONDAY)
    found = devices.find_ended(token)
    assert found
    assert found.id == phone.id
    devices.end(stage.device, stage.device.actor, MONDAY)
    assert devices.find_ended(stage.token) is None
    assert devices.find_ended("made up") is None


def test_help_has_ended_when_no_card_of_the_helper_connects_any_more(stage):
    _code, eva, _token = a_helper(stage)
    devices.end(eva, stage.device.actor, MONDAY)
    assert not cards.is_helper_ended(eva)  # the card is still in her hands
    cards.end_helper(stage.ana, "Eva Ruiz", stage.device.actor, MONDAY)
    assert cards.is_helper_ended(eva)
    a_helper(stage)
    assert not cards.is_helper_ended(eva)
    assert not cards.is_helper_ended(stage.device)
