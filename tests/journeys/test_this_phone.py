"""This phone: its letters and language on every page; phones and helpers end, also by keyboard and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from recovery.records import cards, clock
from recovery.records.database import db
from tests.journeys.conftest import PHONE
from tests.people import CARD_KEY, a_device, set_stage

NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}
PAGES = (
    "/phone",
    "/install?phone=iphone",
    "/today?more=yes",
    "/progress",
    "/sign-out",
    "/hospital",
)


@pytest.fixture
def stage(app):
    """Ana with two phones, and a new card for her and for Eva, who is to help."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        a_device(stage.dee, stage.ana, now)
        stage.code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, now)
        stage.evas = cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, now, "helper")
        db.session.commit()
    return stage


def connect(page, code):
    page.goto(f"/c/{code}")
    page.get_by_role("button", name="Connect this phone").click()
    page.get_by_role("heading", level=1).wait_for()


def assert_fits(page):
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= room, f"{page.url} is {width} px wide in {room} px"


@pytest.mark.parametrize("window", [NARROW, PHONE], ids=["narrow", "usual"])
def test_the_page_is_readable_for_everybody(stage, visit, look, window):
    page, evas = visit(**window), visit(**window)
    connect(evas, stage.evas)
    connect(page, stage.code)
    page.goto("/phone")
    look(page, "this-phone")
    page.evaluate("document.documentElement.style.fontSize = '250%'")
    assert_fits(page)
    look(page, "this-phone-doubled")
    page.goto("/phone")
    with page.expect_navigation():
        page.get_by_role("link", name="Disconnect").first.click()
    look(page, "end-phone")
    page.goto("/phone")
    with page.expect_navigation():
        page.get_by_role("link", name="Stop help from Eva Ruiz").click()
    look(page, "end-helper")
    evas.goto("/phone")
    look(evas, "this-phone-of-a-helper")


@pytest.mark.parametrize("size", ["Large", "Largest"])
def test_larger_letters_fit_every_page_of_a_narrow_phone(stage, visit, look, size):
    page = visit(**NARROW)
    connect(page, stage.code)
    page.goto("/phone")
    before = letters(page)
    page.get_by_role("button", name=size, exact=True).click()
    expect(page.get_by_role("button", name=size, exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    assert letters(page) > before * 1.2
    for path in PAGES:
        page.goto(path)
        assert letters(page) > before * 1.2, path
        assert_fits(page)
        look(page, f"{size.lower()}-{path.strip('/').partition('?')[0]}")


def letters(page):
    """The size of usual text, in pixels."""
    return page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")


def test_larger_letters_reach_the_page_that_opens_without_asking_the_clinic(stage, phone):
    connect(phone, stage.code)
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.goto("/phone")
    phone.get_by_role("button", name="Largest", exact=True).click()
    phone.get_by_role("link", name="Today").click()
    expect(phone.locator("html")).to_have_class(re.compile("is-shell.* text-largest"))
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("html")).to_have_class(re.compile("is-shell.* text-largest"))
    phone.context.set_offline(False)


def test_so_does_another_language(stage, phone):
    connect(phone, stage.code)
    phone.goto("/phone")
    phone.get_by_role("button", name="Deutsch").click()
    expect(phone.locator("html")).to_have_attribute("lang", "de")
    phone.goto("/today")
    expect(phone.locator("html")).to_have_attribute("lang", "de")


def tab_to(page, role, name):
    """Walk there with the Tab key alone."""
    target = page.get_by_role(role, name=name)
    for _ in range(60):
        if target.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {name}")


def test_with_the_keyboard_alone_ana_ends_evas_help(stage, visit, phone):
    evas = visit(**PHONE)
    connect(evas, stage.evas)
    connect(phone, stage.code)
    phone.goto("/phone")
    tab_to(phone, "link", "Stop help from Eva Ruiz")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Stop help from Eva Ruiz?")
    tab_to(phone, "button", "Yes, stop it")
    phone.keyboard.press("Enter")
    done = phone.get_by_role("status").filter(has_text="Eva Ruiz can no longer answer for you.")
    expect(done).to_be_focused()
    expect(done).to_be_in_viewport()
    expect(phone.get_by_role("heading", name="Eva Ruiz")).to_have_count(0)
    evas.goto("/phone")
    expect(evas.get_by_role("heading", level=1)).to_have_text("Your help has ended")


def test_every_choice_on_the_page_is_answered_where_it_was_made(stage, phone, look):
    connect(phone, stage.code)
    for name in ("English", "Large"):
        phone.goto("/phone")
        phone.get_by_role("button", name=name, exact=True).click()
        expect(phone.locator("#done")).to_be_focused()
        expect(phone.locator("#done")).to_have_text("Your choice is saved.")
        expect(phone.locator("#done")).to_be_in_viewport()
    look(phone, "this-phone-saved")
    phone.goto("/phone")
    phone.get_by_role("link", name="Disconnect").first.click()
    phone.get_by_role("button", name="Yes, disconnect it").click()
    expect(phone.locator("#done")).to_be_focused()
    expect(phone.locator("#done")).to_contain_text("Disconnected:")
    expect(phone).to_have_title(re.compile("Disconnected: .*Ana Ruiz"))


def test_without_javascript_everything_works(stage, visit, phone_without_scripts):
    phone = phone_without_scripts
    evas = visit(**PHONE, java_script_enabled=False)
    connect(evas, stage.evas)
    connect(phone, stage.code)
    evas.get_by_role("link", name="This phone").click()
    expect(evas.get_by_role("heading", level=3)).to_have_text("Eva Ruiz helps")
    phone.get_by_role("link", name="This phone").click()
    phone.get_by_role("button", name="Large", exact=True).click()
    expect(phone.locator("html")).to_have_class("patient text-large")
    expect(phone.get_by_role("link", name="Disconnect")).to_have_count(3)
    phone.get_by_role("link", name="Disconnect: Computer, Eva Ruiz").click()
    phone.get_by_role("button", name="Yes, disconnect it").click()
    expect(phone.get_by_text("Disconnected: Computer, Eva Ruiz.")).to_be_visible()
    expect(phone.get_by_role("link", name="Disconnect")).to_have_count(2)
    expect(phone.get_by_text("Has a card. No phone is connected.")).to_be_visible()
    evas.goto("/today")
    expect(evas.get_by_role("heading", level=1)).to_have_text("This phone was disconnected")
