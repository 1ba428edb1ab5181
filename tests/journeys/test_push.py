"""Reminders on a phone: allowed by a button, shown as a notice, followed, put off, and mended when they were lost.

No push service is here: the browser's subscribing is stood in for; all else is real, up to the notice on the screen.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from recovery.clinical.days import at_wall
from recovery.records import cards, clock, push_keys, reminders, subscriptions
from recovery.records.database import db
from recovery.records.messages import Message
from recovery.records.patients import Patient
from recovery.rounds import delivery
from recovery.rounds import reminders as round_
from tests import push_service
from tests.journeys.conftest import PHONE
from tests.people import CARD_KEY, set_stage
from tests.processes import wait_until
from tests.push_service import Browser

NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}
BLOCKED = 'Object.defineProperty(Notification, "permission", { get: () => "denied" });'

# What a push service would do: gives each subscription an endpoint of its own, and keeps it over reloads.
STAND_IN = """
(() => {
  const { url, keys } = %s;
  const bytes = (text) => Uint8Array.from(
    atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
  const made = () => JSON.parse(localStorage.getItem("made") ?? "null");
  const as = ({ endpoint, key }) => ({
    endpoint,
    options: { applicationServerKey: bytes(key).buffer },
    toJSON: () => ({ endpoint, expirationTime: null, keys }),
    unsubscribe: async () => { localStorage.removeItem("made"); return true; },
  });
  PushManager.prototype.getSubscription = async () => made() && as(made());
  PushManager.prototype.subscribe = async ({ applicationServerKey: key, userVisibleOnly }) => {
    if (!userVisibleOnly) throw new Error("silent pushes are not allowed");
    if (made()?.key === key) return as(made());
    if (made()) throw new Error("subscribed with another key");
    const number = Number(localStorage.getItem("number") ?? 0) + 1;
    localStorage.setItem("number", number);
    localStorage.setItem("made", JSON.stringify({ endpoint: `${url}/phone-${number}`, key }));
    return as(made());
  };
})();
"""


@pytest.fixture
def service():
    with push_service.server() as running:
        yield running


@pytest.fixture
def settings(settings):
    return replace(settings, push_services=("localhost",))


@pytest.fixture
def stage(app):
    """Ana, in whose day it is noon, with a new card."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        stage.noon = at_wall(stage.ana.today(now), time(12), stage.ana.zone)
        reminders.choose(
            stage.ana.key, time(10), "", stage.device.actor, stage.noon - timedelta(hours=3)
        )
        stage.code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, now)
        db.session.commit()
    return stage


@pytest.fixture
def hers():
    return Browser()


@pytest.fixture
def phone(visit, service, hers):
    """A phone on which the browser has not been asked yet, with a push service of our own."""
    page = visit(**PHONE)
    told = {"url": service.url, "keys": hers.subscription("")["keys"]}
    page.context.add_init_script(STAND_IN % json.dumps(told))
    return page


def connect(page, stage):
    page.goto(f"/c/{stage.code}")
    page.get_by_role("button", name="Connect this phone").click()
    page.get_by_role("heading", level=1).wait_for()


def allow(page):
    page.context.grant_permissions(["notifications"])
    page.goto("/reminders")
    expect(page.get_by_text("Reminders reach this phone.")).to_be_visible()


def kept(app, stage):
    with app.app_context():
        return subscriptions.live_of(
            db.session.get_one(Patient, (stage.ana.clinic_id, stage.ana.id))
        )


def remind(app, settings, at):
    """One round, and the pushes that it queued."""
    with app.app_context():
        round_.remind_due(settings, at)
        return delivery.deliver_due(settings, lambda: at, "push")


def deliver(page, payload, title=""):
    """Hand the browser a message until it shows a notice: on a busy machine its developer tools may lose one."""
    for _attempt in range(3):
        hand_over(page, payload)
        with suppress(AssertionError):
            return wait_until(lambda: any(title in each["title"] for each in notices(page)), 5)
    raise AssertionError(f"no notice for {payload!r}")


def hand_over(page, payload):
    """What the browser does when its push service hands it a message."""
    session = page.context.new_cdp_session(page)
    registrations = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    wait_until(lambda: page.evaluate("1") and registrations)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": page.evaluate("location.origin"),
            "registrationId": registrations[-1]["registrationId"],
            "data": payload,
        },
    )
    session.detach()


def notices(page):
    return page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          const shown = await registration.getNotifications();
          return shown.map(({ title, body, lang, tag }) => ({ title, body, lang, tag }));
        }"""
    )


def tap(page, action=""):
    """A tap on the notice, or on one of its buttons; returns when the worker has followed it."""
    worker = page.context.service_workers[0]
    worker.evaluate(
        """async (action) => {
          const [notification] = await registration.getNotifications();
          const event = new NotificationEvent("notificationclick", { notification, action });
          let followed;
          Object.defineProperty(event, "waitUntil", { value: (work) => { followed = work; } });
          dispatchEvent(event);
          await followed;
        }""",
        action,
    )


def test_a_button_lets_reminders_in_and_the_notice_appears(
    stage, phone, app, settings, service, hers
):
    connect(phone, stage)
    phone.goto("/today?line=yes")
    phone.get_by_role("link", name="Remind me later").click()
    expect(phone.get_by_text("No reminder can reach you yet.")).to_be_visible()
    expect(phone.get_by_role("button", name="In 1 hour")).to_have_count(0)
    expect(phone.get_by_text("Reminders do not reach this phone.")).to_be_visible()
    button = phone.get_by_role("button", name="Allow reminders on this phone")
    expect(button).to_be_visible()
    phone.context.grant_permissions(["notifications"])  # the person says yes
    button.click()
    expect(phone.get_by_text("Reminders reach this phone now.")).to_be_visible()
    expect(phone.locator("#done")).to_be_focused()
    expect(phone.get_by_text("It comes to this phone.")).to_be_visible()
    expect(phone.get_by_text("Reminders reach this phone.")).to_be_visible()
    assert [each.endpoint for each in kept(app, stage)] == [f"{service.url}/phone-1"]
    assert remind(app, settings, stage.noon) == 1
    deliver(phone, hers.decrypt(service.posts[0].body).decode())
    assert notices(phone) == [
        {
            "title": "Time for today's questions",
            "body": "Tap to open them.",
            "lang": "en",
            "tag": "reminder",
        }
    ]


def test_a_phone_that_the_clinic_does_not_take_is_told_that_it_did_not_work(stage, phone, app):
    connect(phone, stage)
    phone.context.grant_permissions(["notifications"])
    phone.route("**/push", lambda route: route.fulfill(status=422, json={}))
    phone.add_init_script("navigator.serviceWorker.register = async () => ({ update() {} });")
    phone.goto("/reminders")
    phone.get_by_role("button", name="Allow reminders on this phone").click()
    expect(phone.get_by_text("It did not work. Try again later.")).to_be_visible()
    expect(phone.get_by_role("heading", name="On this phone")).to_be_focused()
    expect(phone.get_by_role("button", name="Allow reminders on this phone")).to_be_visible()
    assert kept(app, stage) == []


def test_every_push_shows_a_notice_also_one_that_cannot_be_read(stage, phone):
    connect(phone, stage)
    allow(phone)
    for payload in ("", "{", "null", '{"notification": {}}'):
        deliver(phone, payload)
        phone.evaluate(
            """async () => {
              const registration = await navigator.serviceWorker.ready;
              for (const shown of await registration.getNotifications()) shown.close();
            }"""
        )
        wait_until(lambda: not notices(phone))


def test_later_on_the_notice_moves_the_reminder(stage, phone, app, settings, service, hers):
    connect(phone, stage)
    allow(phone)
    remind(app, settings, stage.noon)
    deliver(phone, hers.decrypt(service.posts[0].body).decode())
    tap(phone, "later-tomorrow")
    with app.app_context():
        ana = db.session.get_one(Patient, (stage.ana.clinic_id, stage.ana.id))
        tomorrow = ana.today(clock.now()) + timedelta(days=1)
        assert ana.remind_at == at_wall(tomorrow, time(10), ana.zone)
    (said,) = notices(phone)
    assert said["title"] == "We remind you later."


def test_a_tap_opens_today_afresh_but_never_under_the_hands_of_somebody_who_answers(
    stage, phone, hers, app, settings, service
):
    connect(phone, stage)
    allow(phone)
    remind(app, settings, stage.noon)
    phone.goto("/reminders")
    payload = json.loads(hers.decrypt(service.posts[0].body))
    payload["notification"]["navigate"] = phone.url
    show(phone, payload)
    phone.locator("label:has(> input[value='18:00'])").click()
    phone.evaluate("document.body.dataset.mark = 'the same page'")
    tap(phone)
    assert phone.evaluate("document.body.dataset.mark") == "the same page"
    phone.goto("/reminders")
    expect(phone.get_by_text("Reminders reach this phone.")).to_be_visible()
    show(phone, payload)
    with phone.expect_navigation():
        tap(phone)


def show(page, payload):
    deliver(page, json.dumps(payload))


def test_a_phone_that_the_push_service_has_forgotten_mends_itself_on_the_next_open(
    stage, phone, app, settings, service
):
    connect(phone, stage)
    allow(phone)
    (before,) = kept(app, stage)
    phone.goto("about:blank")  # the app is closed: an open page would mend it by itself
    service.answers[urlsplit(before.endpoint).path] = 410
    assert remind(app, settings, stage.noon) == 0
    assert kept(app, stage) == []
    phone.goto("/reminders")
    expect(phone.get_by_text("Reminders reach this phone now.")).to_be_visible()
    assert kept(app, stage)[0].endpoint != before.endpoint
    assert remind(app, settings, stage.noon + timedelta(days=1)) == 1


def test_a_subscription_that_was_lost_or_made_with_another_key_is_made_anew_without_asking(
    stage, phone, app, settings
):
    connect(phone, stage)
    allow(phone)
    (first,) = kept(app, stage)
    phone.evaluate("localStorage.removeItem('made')")
    phone.goto("/reminders")
    wait_until(lambda: phone.evaluate("1") and kept(app, stage)[0].endpoint != first.endpoint)
    (second,) = kept(app, stage)
    other = push_keys.public_key("another secret")
    phone.evaluate(
        """(key) => {
          const made = JSON.parse(localStorage.getItem("made"));
          localStorage.setItem("made", JSON.stringify({ ...made, key }));
        }""",
        other,
    )
    phone.goto("/reminders")
    wait_until(lambda: phone.evaluate("1") and kept(app, stage)[0].endpoint != second.endpoint)
    made = json.loads(phone.evaluate("localStorage.getItem('made')"))
    assert made["key"] == push_keys.public_key(settings.secret_key)


def test_a_phone_that_blocks_reminders_is_told_what_to_do_and_so_is_the_clinic(
    stage, phone, app, look
):
    connect(phone, stage)
    allow(phone)
    phone.context.add_init_script(BLOCKED)
    phone.goto("/reminders")
    expect(phone.get_by_text("The phone blocks them. To let them in:")).to_be_visible()
    expect(phone.get_by_role("button", name="Allow reminders on this phone")).to_be_hidden()
    wait_until(lambda: phone.evaluate("1") and not kept(app, stage))
    look(phone, "reminders-blocked")


def assert_fits(page):
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= room, f"{page.url} is {width} px wide in {room} px"


@pytest.mark.parametrize("window", [NARROW, PHONE], ids=["narrow", "usual"])
def test_the_page_is_readable_for_everybody(stage, visit, look, window):
    page = visit(**window)
    connect(page, stage)
    page.goto("/reminders")
    expect(page.get_by_text("No reminder can reach you yet.")).to_be_visible()
    look(page, "reminders-unreached")
    page.get_by_label("Your e-mail address").fill("ana@example.org")
    page.get_by_role("button", name="Save my choice").click()
    expect(page.get_by_text("Your choice is saved.")).to_be_visible()
    look(page, "reminders")
    page.get_by_label("Your e-mail address").fill("ana at example")
    page.get_by_role("button", name="Save my choice").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "reminders-problems")
    page.goto("/reminders")
    page.evaluate("document.documentElement.style.fontSize = '250%'")
    assert_fits(page)
    look(page, "reminders-doubled")


def test_everything_can_be_chosen_without_scripts(stage, phone_without_scripts, app):
    page = phone_without_scripts
    connect(page, stage)
    page.goto("/reminders")
    page.get_by_label("Your e-mail address").fill("ana at example")
    page.get_by_role("button", name="Save my choice").click()
    expect(page.get_by_role("alert")).to_contain_text("Write the address like this")
    page.get_by_label("Your e-mail address").fill("ana@example.org")
    page.get_by_role("button", name="Save my choice").click()
    expect(page.get_by_text("Your choice is saved.")).to_be_visible()
    page.locator("label:has(> input[value='18:00'])").click()
    page.get_by_role("button", name="Save my choice").click()
    expect(page.get_by_text("Your choice is saved.")).to_be_visible()
    page.get_by_role("button", name="Tomorrow").click()
    expect(page.get_by_text("We remind you later.")).to_be_visible()
    expect(
        page.get_by_text("18:00 tomorrow. It comes by e-mail to ana@example.org.")
    ).to_be_visible()
    with app.app_context():
        assert db.session.scalars(db.select(Message)).all() == []
