"""Alerts as notices in clinicians' browsers: each person's own, as long as they work there, and nothing personal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from recovery.clinical.escalation import Step
from recovery.records import clinician_subscriptions, escalation_plans, subscriptions
from recovery.records.database import db, writing
from recovery.records.messages import Message
from recovery.records.patients import NotFound
from recovery.rounds import delivery
from tests import push_service
from tests.conftest import settings_for
from tests.people import MONDAY, answers, check_in
from tests.push_service import Browser, address_of
from tests.rounds.work import review_all

SETTINGS = replace(settings_for("unused"), push_services=("localhost",))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def service():
    with push_service.server() as running:
        yield running


@pytest.fixture
def emergency(stage):
    """Ana has chest pain, and the steps of her clinic name Dee's browser."""
    steps = [Step(0, "email", "nurses@hill.example"), Step(0, "push", str(stage.dee.id))]
    escalation_plans.set_plan(stage.dee, "emergency", steps, MONDAY)
    check_in(stage.ana, stage.device, answers(3, ("chest_pain_or_breathless",)), MONDAY)
    review_all(MONDAY)


def subscribe(clinician, service, path, browser=None):
    address = address_of(browser or Browser(), service.url + path)
    return clinician_subscriptions.keep(clinician, address, MONDAY)


def deliver(at=MONDAY):
    return delivery.deliver_due(SETTINGS, lambda: at, "push")


def kept():
    db.session.expire_all()
    return db.session.scalars(sa.select(Message).where(Message.channel == "push")).one()


def test_each_browser_of_the_person_shows_it_and_no_other(stage, emergency, service):
    browser = Browser()
    subscribe(stage.dee, service, "/ward", browser)
    subscribe(stage.dee, service, "/office")
    subscribe(stage.eli, service, "/harbour")
    assert deliver() == 1
    assert {post.path for post in service.posts} == {"/ward", "/office"}
    (ward,) = (post for post in service.posts if post.path == "/ward")
    assert ward.headers["Topic"] == "alert-emergency"
    notice = browser.read(ward.body)["notification"]
    assert notice["navigate"] == "http://localhost/clinic/"
    assert notice["title"] == "Flag for review: Emergency"
    for personal in ("Ana", "Ruiz", "hest", str(stage.ana.id)):
        assert personal not in str(notice)


def test_one_browser_that_takes_it_is_enough_and_one_that_is_gone_is_not_asked_again(
    stage, emergency, service
):
    subscribe(stage.dee, service, "/old")
    subscribe(stage.dee, service, "/new")
    service.answers["/old"] = 410
    assert deliver() == 1
    live = clinician_subscriptions.live_of(stage.clinic.id, stage.dee.id)
    assert [each.endpoint for each in live] == [f"{service.url}/new"]
    assert deliver(MONDAY + 60 * MINUTE) == 0


def test_where_no_browser_takes_it_the_alert_waits_is_seen_to_and_says_that_it_may_be_a_repeat(
    stage, emergency, service
):
    browser = Browser()
    assert deliver() == 0
    assert (kept().failure, kept().sent_at) == ("unknown", None)
    subscribe(stage.dee, service, "/ward", browser)
    service.answers["/ward"] = 500
    assert deliver(MONDAY + MINUTE) == 0
    assert "500" in kept().last_error
    service.answers.clear()
    assert deliver(MONDAY + 60 * MINUTE) == 1
    assert "may be a repeat" in browser.read(service.posts[-1].body)["notification"]["body"]


def test_whoever_has_left_is_shown_nothing_more(stage, emergency, service):
    subscribe(stage.dee, service, "/ward")
    with writing():
        stage.dee.ended_at, stage.dee.ended_by = MONDAY, "operator"
    assert deliver() == 0
    assert service.posts == []
    assert clinician_subscriptions.reached_in(stage.clinic.id) == set()


def test_a_browser_shows_the_alerts_of_whoever_asked_last(stage, service):
    subscribe(stage.dee, service, "/ward")
    assert clinician_subscriptions.reached_in(stage.clinic.id) == {stage.dee.id}
    subscribe(stage.eli, service, "/ward")
    assert clinician_subscriptions.of_clinician(stage.dee) == []
    assert len(clinician_subscriptions.of_clinician(stage.eli)) == 1


def test_only_known_push_services_are_posted_to_and_only_ones_own_browser_is_ended(
    stage, emergency, service
):
    mine = subscribe(stage.dee, service, "/ward")
    strict = replace(SETTINGS, push_services=("fcm.googleapis.com",))
    assert delivery.deliver_due(strict, lambda: MONDAY, "push") == 0
    assert service.posts == []
    clinician_subscriptions.end(stage.eli, mine.endpoint, MONDAY)
    with pytest.raises(NotFound):
        clinician_subscriptions.end_by_id(stage.eli, mine.id, MONDAY)
    assert len(clinician_subscriptions.of_clinician(stage.dee)) == 1
    clinician_subscriptions.end_by_id(stage.dee, mine.id, MONDAY)
    assert clinician_subscriptions.of_clinician(stage.dee) == []


def test_a_patients_phone_and_a_clinicians_browser_are_apart(stage, emergency, service):
    address = address_of(Browser(), f"{service.url}/ana")
    subscriptions.keep(stage.device, address, MONDAY)
    assert deliver() == 0
    assert service.posts == []
