"""Alerts: a lead settles who is told and tries it, a failure is seen and mended, a browser shows alerts as notices."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from recovery.clinical.escalation import Step
from recovery.records import clinician_subscriptions, clock, escalation_plans
from recovery.records.accounts import Clinician
from recovery.records.database import db, writing
from recovery.records.messages import Message
from recovery.rounds import delivery
from tests import push_service
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_push import STAND_IN, deliver, notices, tap
from tests.people import PASSWORD, answers, check_in, set_stage
from tests.processes import wait_until
from tests.push_service import Browser
from tests.rounds.work import review_all


@pytest.fixture
def service():
    with push_service.server() as running:
        yield running


@pytest.fixture
def settings(settings):
    return replace(settings, push_services=("localhost",))


@pytest.fixture
def stage(app):
    with app.app_context():
        stage = set_stage(clock.now())
        with writing() as session:
            session.get_one(Clinician, (stage.dee.clinic_id, stage.dee.id)).role = "lead"
    return stage


def sign_in(page, email):
    page.goto("/clinic/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


def press(part, name):
    """Press a button that leads to another page."""
    with part.page.expect_navigation():
        part.get_by_role("button", name=name).click()


def test_a_lead_settles_who_is_told_without_scripts_and_on_a_small_screen(
    visit, stage, mailbox, look
):
    page = visit(**PHONE, java_script_enabled=False)
    sign_in(page, stage.dee.email)
    page.goto("/clinic/escalation")
    emergency = page.locator("#emergency")
    emergency.locator("summary").click()
    step = emergency.get_by_role("group", name="One more step").first
    step.get_by_label("After minutes").fill("soon")
    step.get_by_label("By which way").select_option(label="E-mail, to the address beside it")
    step.get_by_label("Address or number").fill("duty@hill.example")
    press(emergency, "Keep these steps")
    expect(page.get_by_role("alert")).to_contain_text("whole number, such as 15")
    wrong = emergency.get_by_label("After minutes").nth(2)
    expect(wrong).to_have_value("soon")
    wrong.fill("5")
    press(emergency, "Keep these steps")
    expect(emergency.get_by_role("status")).to_have_text("Kept.")
    expect(emergency).to_contain_text("20:05 e-mail to duty@hill.example")


def test_large_letters_fit_on_the_smallest_screen(visit, stage, look):
    page = visit(viewport={"width": 320, "height": 640})
    sign_in(page, stage.dee.email)
    for path in ("/clinic/escalation", "/clinic/messages", "/clinic/my-alerts"):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        look(page, f"large{path.replace('/', '-')}")


def test_a_test_is_sent_a_failure_is_seen_everywhere_and_is_gone_when_it_is_mended(
    visit, stage, app, mailbox, rounds, look
):
    desk = visit(**DESK)
    sign_in(desk, stage.dee.email)
    desk.goto("/clinic/escalation")
    desk.locator("#emergency summary").click()
    look(desk, "escalation")
    mailbox.answers["lead@hill.example"] = "550 5.1.1 no such user"
    press(desk.locator("#emergency"), "Send a test to all of them")
    mailbox.wait_for(1)
    mends_itself(desk, "refuses it for good")
    with app.app_context():
        review_with_an_old_alert(stage)
    mends_itself(desk, "Alerts could not be delivered.")
    look(desk, "messages-failing")
    phone = visit(**PHONE)
    sign_in(phone, stage.dee.email)
    phone.get_by_role("link", name="Alerts could not be delivered").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("What was sent")
    look(phone, "messages-failing-phone")


def review_with_an_old_alert(stage):
    """An emergency about which the lead's address could not be told, some minutes ago."""
    now = clock.now()
    check_in(stage.ana, stage.device, answers(3, ("chest_pain_or_breathless",)), now)
    review_all(now)
    with writing() as session:
        for message in session.scalars(db.select(Message).where(Message.purpose == "alert")):
            message.recipient, message.queued_at = "lead@hill.example", now - timedelta(minutes=5)


def mends_itself(page, said):
    """The rounds work on; the page is looked at until it says so."""
    wait_until(lambda: page.reload() and said in page.content(), 30)


@pytest.fixture
def hers():
    return Browser()


@pytest.fixture
def willing(visit, service, hers):
    """A desk whose browser is allowed to show notices, with a push service of our own."""
    page = visit(**DESK)
    told = {"url": service.url, "keys": hers.subscription("")["keys"]}
    page.context.add_init_script(STAND_IN % json.dumps(told))
    page.context.grant_permissions(["notifications"])
    return page


def browsers_of_dee(app, stage):
    with app.app_context():
        return clinician_subscriptions.live_of(stage.dee.clinic_id, stage.dee.id)


def alert_dee(app, stage, settings):
    """An emergency comes in, and its steps name Dee's browser."""
    now = clock.now()
    steps = [Step(0, "email", "nurses@hill.example"), Step(0, "push", str(stage.dee.id))]
    with app.app_context():
        escalation_plans.set_plan(stage.dee, "emergency", steps, now)
        check_in(stage.ana, stage.device, answers(3, ("chest_pain_or_breathless",)), now)
        review_all(now)
        delivery.deliver_due(settings, lambda: now, "push")


def test_a_browser_shows_alerts_and_its_worker_answers_no_page(
    willing, hers, stage, app, settings, service, look
):
    desk = willing
    sign_in(desk, stage.dee.email)
    desk.goto("/clinic/my-alerts")
    expect(desk.get_by_text("Alerts are not shown in this browser.")).to_be_visible()
    look(desk, "my-alerts")
    desk.get_by_role("button", name="Show alerts here").click()
    expect(desk.get_by_text("Alerts are shown in this browser.")).to_be_visible()
    expect(desk.get_by_role("heading", name="This browser")).to_be_focused()
    (kept,) = browsers_of_dee(app, stage)
    assert kept.endpoint.startswith(service.url)
    alert_dee(app, stage, settings)
    (post,) = service.posts
    deliver(desk, hers.decrypt(post.body).decode())
    (notice,) = notices(desk)
    assert notice == {
        "title": "Flag for review: Emergency",
        "body": "Tap to open the worklist.",
        "lang": "en",
        "tag": "alert-emergency",
    }
    deliver(desk, "no words of ours", "localhost")
    desk.goto("/clinic/")
    tap(desk)
    assert len(desk.context.pages) == 1
    desk.goto("/clinic/my-alerts")
    expect(desk.get_by_text("Alerts are shown in this browser.")).to_be_visible()
    look(desk, "my-alerts-shown")
    desk.get_by_role("button", name="Show none here any more").click()
    expect(desk.get_by_text("Alerts are not shown in this browser.")).to_be_visible()
    assert browsers_of_dee(app, stage) == []


def test_a_colleague_at_a_shared_computer_takes_its_notices_over_by_the_button_alone(
    willing, stage, app
):
    desk = willing
    sign_in(desk, stage.dee.email)
    desk.goto("/clinic/my-alerts")
    desk.get_by_role("button", name="Show alerts here").click()
    expect(desk.get_by_text("Alerts are shown in this browser.")).to_be_visible()
    desk.context.clear_cookies()
    sign_in(desk, stage.lia.email)
    desk.goto("/clinic/my-alerts")
    expect(desk.get_by_text("Alerts are not shown in this browser.")).to_be_visible()
    assert len(browsers_of_dee(app, stage)) == 1
    desk.get_by_role("button", name="Show alerts here").click()
    expect(desk.get_by_text("Alerts are shown in this browser.")).to_be_visible()
    assert browsers_of_dee(app, stage) == []
