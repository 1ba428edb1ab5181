"""The weekly list and the monthly question on a phone: with and without scripts, by keyboard, in large letters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from recovery.clinical.answers import ANSWERED_BY
from recovery.records import clock, heartbeats
from recovery.records.database import db
from tests.journeys.conftest import PHONE
from tests.journeys.test_main_job import choose, sign_in
from tests.made_up_list import LINES, supply
from tests.people import answers, check_in, set_stage

OFFER = "There are more questions this week. They take about 3 minutes."
SAVED = "Thank you. Your answers are saved."
DAY = 30  # both the weekly list and the monthly question are due
LEAST_TARGET = 56
MOST_TABS = 60


@pytest.fixture
def settings(settings, tmp_path):
    """The clinic has supplied a list."""
    folder = tmp_path / "lists"
    folder.mkdir()
    return replace(settings, rmdq_folder=supply(folder))


@pytest.fixture
def stage(app):
    """Ana, a month after her procedure, has answered today."""
    now = clock.now()
    with app.app_context():
        heartbeats.beat("review", 5, now)
        stage = set_stage(now, DAY)
        check_in(stage.ana, stage.device, answers(3), now)
        db.session.commit()
    return stage


def connected(page, stage, site):
    page.context.add_cookies([{"name": "device", "value": stage.token, "url": site}])
    return page


def fits(page):
    """Nothing has to be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_ana_fills_in_the_list_and_says_who_answered_and_nurse_dee_reads_both(
    stage, phone, desk, site, look
):
    connected(phone, stage, site).goto("/today")
    expect(phone.get_by_text(OFFER)).to_be_visible()
    look(phone, "today-also-asked")
    with phone.expect_navigation():
        phone.get_by_role("link", name="Answer now").click()
    look(phone, "weekly")
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_role("alert")).to_contain_text("Tick each line that is true")
    look(phone, "weekly-problems")
    for number in (2, 5, 24):
        choose(phone, "line", number)
    choose(phone, "answered_by", "with_help")
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_role("heading", name=SAVED)).to_be_visible()
    look(phone, "weekly-thanks")
    phone.get_by_role("link", name="Back to today").click()
    expect(phone.get_by_text("Did someone answer for you this month?")).to_be_visible()
    expect(phone.get_by_text(OFFER)).to_have_count(0)
    phone.get_by_role("button", name="Yes", exact=True).click()
    expect(phone.get_by_role("heading", name=SAVED)).to_be_visible()
    phone.goto("/progress")
    expect(phone.get_by_role("img", name="What you could not do")).to_be_visible()
    look(phone, "progress-weekly")
    read_by_dee(desk, stage, look)


def read_by_dee(desk, stage, look):
    sign_in(desk, "dee@hill.example")
    desk.goto(f"/clinic/patients/{stage.ana.id}")
    expect(desk.get_by_text("somebody else answered for the patient").first).to_be_visible()
    desk.get_by_text("Weekly list (Roland-Morris)").click()
    table = desk.get_by_role("group", name="Weekly totals as a table")
    expect(table).to_contain_text("by the patient with help")
    look(desk, "patient-weekly")
    desk.goto("/clinic/pathway")
    look(desk, "pathway-weekly")


def test_all_of_it_works_without_scripts(stage, phone_without_scripts, site):
    phone = connected(phone_without_scripts, stage, site)
    phone.goto("/today")
    phone.get_by_role("link", name="Answer now").click()
    choose(phone, "line", "none")
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_role("heading", name=SAVED)).to_be_visible()
    phone.get_by_role("link", name="Back to today").click()
    phone.get_by_role("button", name="I prefer not to say").click()
    expect(phone.get_by_role("heading", name=SAVED)).to_be_visible()


def press_to(page, name):
    """Tab on until the element with this name has the focus."""
    for _step in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('label, a, button')?.innerText") == name:
            return
    pytest.fail(f"the keyboard does not reach {name}")


def test_it_can_be_filled_in_by_keyboard_alone(stage, desk, site):
    page = connected(desk, stage, site)
    page.goto("/today")
    press_to(page, "Answer now")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="More to answer this week")).to_be_visible()
    press_to(page, LINES[2])
    page.keyboard.press("Space")
    press_to(page, LINES[23])
    page.keyboard.press("Space")
    press_to(page, "Me")
    page.keyboard.press("Space")
    press_to(page, "Send my answers")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=SAVED)).to_be_visible()
    press_to(page, "Back to today")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Did someone answer for you this month?")).to_be_visible()
    press_to(page, "No")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=SAVED)).to_be_visible()


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("letters", ["125%", "250%"], ids=["usual", "doubled"])
def test_it_fits_a_small_screen_and_large_letters(stage, visit, site, width, letters):
    page = connected(visit(**{**PHONE, "viewport": {"width": width, "height": 844}}), stage, site)
    for path in ("/answered-for", "/progress", "/weekly"):
        page.goto(path)
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", letters)
        assert fits(page), path
    targets = page.locator("main .choice, main .button").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().height)"
    )
    assert len(targets) == len(LINES) + len(["none"]) + len(ANSWERED_BY) + len(["send", "not now"])
    assert min(targets) >= LEAST_TARGET
