"""A helper's phone: the questions name people, also without a line; and today's page before a script fills it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from recovery.records import cards, clock
from recovery.records.database import db
from tests.journeys.conftest import PHONE
from tests.journeys.test_today import choose, connected, kept, opened, send
from tests.people import CARD_KEY, a_patient, set_stage
from tests.processes import wait_until

NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}
ME = ["Me", "Me, with someone's help", "Someone for me"]
NAMES = ["Percy, without help", "Percy, with help from Eva Ruiz", "Eva Ruiz, for Percy"]
NOT_FILLED = '- main:\n  - heading "Your questions for today" [level=1]'


@pytest.fixture
def stage(app):
    """Percy with a card, and one for Eva, his daughter."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        percy = a_patient(stage.dee, "Percy Ruiz", now=now)
        stage.percys = cards.issue(stage.dee, percy, percy.name, CARD_KEY, now)
        stage.evas = cards.issue(stage.dee, percy, "Eva Ruiz", CARD_KEY, now, "helper")
        db.session.commit()
    return stage


def answering(page):
    """The group of answers to "Who is answering?"."""
    return page.get_by_role("group", name="Who is answering?")


def test_without_a_line_a_helpers_phone_names_who_may_be_answering(stage, visit, app, look):
    eva = connected(visit(**NARROW), stage.evas)
    opened(eva, is_offline=True)
    expect(answering(eva).locator("label")).to_have_text(NAMES)
    expect(answering(eva).get_by_role("radio", checked=True)).to_have_count(0)
    answering(eva).scroll_into_view_if_needed()
    look(eva, "today-of-a-helper")
    choose(eva, "answered_by", "for_patient")
    send(eva)
    expect(eva.get_by_role("alert")).to_be_visible()
    expect(eva.get_by_role("radio", name="Eva Ruiz, for Percy")).to_be_checked()
    choose(eva, "pain", 4)
    send(eva)
    eva.context.set_offline(False)
    wait_until(lambda: [row.answered_by for row in kept(app, stage)] == ["for_patient"], 30)
    eva.goto("/today?line=yes")
    expect(eva.get_by_text("Eva Ruiz answered for Percy.")).to_be_visible()
    eva.get_by_role("link", name="Something has changed").click()
    expect(answering(eva).locator("label")).to_have_text(NAMES)


def test_on_the_patients_own_phone_it_stays_me(stage, visit):
    percy = connected(visit(**PHONE), stage.percys)
    opened(percy, is_offline=True)
    expect(answering(percy).locator("label")).to_have_text(ME)


def test_without_scripts_people_are_named_too(stage, phone_without_scripts):
    eva = phone_without_scripts
    eva.goto(f"/c/{stage.evas}")
    eva.get_by_role("button", name="Connect this phone").click()
    expect(answering(eva).locator("label")).to_have_text(NAMES)


def test_until_a_script_fills_the_page_it_has_its_heading_and_later_a_way_on(visit, look):
    page = visit(**PHONE, service_workers="block")
    page.route("**/js/*", lambda route: route.abort())
    page.goto("/shell/en")
    page.evaluate(
        "for (const each of document.getAnimations()) { each.pause(); each.currentTime = 0; }"
    )
    assert page.locator("body").aria_snapshot() == NOT_FILLED
    expect(page.get_by_role("main")).to_have_css("opacity", "0")
    look(page, "today-not-filled")
    page.evaluate("for (const each of document.getAnimations()) each.finish();")
    expect(page.get_by_role("main")).to_have_css("opacity", "1")
    expect(page.get_by_text("Ring the emergency number on your card")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name="Open the questions")).to_be_visible()
    look(page, "today-never-filled")
