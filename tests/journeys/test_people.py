"""A lead lets a nurse in, who sets her own password; with the keyboard alone, on a phone and at a wide desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from recovery.records import clock, people
from tests.journeys.chromium import PHONE
from tests.people import PASSWORD, an_administrator, set_stage

WIDE = {"viewport": {"width": 1440, "height": 900}}
OTHER = "a battery of correct horses"


@pytest.fixture
def stage(app):
    with app.app_context():
        stage = set_stage(clock.now())
        stage.ada = an_administrator()
    return stage


def sign_in(page, email, password=PASSWORD):
    page.goto("/clinic/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


def press_on(page, role, name):
    """Go there by the Tab key alone, and press Enter."""
    wanted = page.get_by_role(role, name=name, exact=True)
    expect(wanted).to_have_count(1)
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail(f"{name} is not reached by the Tab key")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_into(page, *texts):
    """Fill the boxes that follow each other, by the Tab key alone."""
    for text in texts:
        page.keyboard.press("Tab")
        page.keyboard.type(text)


def let_in(lead, look):
    """By the keyboard, from the worklist on; returns the link."""
    press_on(lead, "link", "Clinic")
    look(lead, "about-us")
    press_on(lead, "link", "People")
    look(lead, "people")
    press_on(lead, "button", "Make the link")
    look(lead, "people-problems")
    lead.get_by_label("Name").focus()
    lead.keyboard.type("Nurse Flo")
    type_into(lead, "flo@hill.example")
    lead.keyboard.press("Tab")
    lead.keyboard.press("Space")
    press_on(lead, "button", "Make the link")
    look(lead, "link")
    return lead.get_by_text("/clinic/welcome/").inner_text()


def use(link, nurse, look):
    """By the keyboard, until she has signed in with a password of her own."""
    nurse.goto(link)
    look(nurse, "welcome")
    nurse.get_by_label("New password").focus()
    nurse.keyboard.type(OTHER)
    type_into(nurse, OTHER)
    press_on(nurse, "button", "Set this password")
    expect(nurse.get_by_role("heading", name="Worklist")).to_be_visible()
    press_on(nurse, "button", "Sign out")
    nurse.goto(link)
    look(nurse, "welcome-ended")
    sign_in(nurse, "flo@hill.example", OTHER)


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_lead_lets_a_nurse_in_who_sets_a_password_and_signs_in(stage, visit, look, size):
    lead, nurse = visit(**size), visit(**size)
    sign_in(lead, "lead@hill.example")
    use(let_in(lead, look), nurse, look)
    press_on(nurse, "link", "Nurse Flo")
    look(nurse, "me")
    nurse.goto("/clinic/settings")
    look(nurse, "settings-to-read")
    lead.goto("/clinic/people")
    flo = lead.get_by_role("listitem").filter(has_text="Nurse Flo")
    flo.get_by_text("Change: Nurse Flo").click()
    look(lead, "people-change")
    with lead.expect_navigation():
        flo.get_by_role("button", name="End this account").click()
    expect(lead.get_by_role("heading", name="Nurse Flo")).to_have_count(0)
    with nurse.expect_navigation():
        nurse.get_by_role("link", name="Worklist").click()
    expect(nurse.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_two_leads_change_the_settings_at_once_and_neither_loses_anything(
    app, stage, visit, look, size
):
    with app.app_context():
        people.change_role(stage.dee, "lead", stage.lia.actor, clock.now())
    lia, dee = visit(**size), visit(**size)
    for page, email in ((lia, "lead@hill.example"), (dee, "dee@hill.example")):
        sign_in(page, email)
        page.goto("/clinic/settings")
    look(lia, "settings")
    lia.get_by_label("Phone while you are open").fill("+49 30 23125 777")
    press_on(lia, "button", "Keep these settings")
    expect(lia.get_by_role("status")).to_contain_text("Kept.")
    look(lia, "settings-kept")
    dee.get_by_label("Saturday").fill("09:00-12:00")
    press_on(dee, "button", "Keep these settings")
    expect(dee.get_by_role("alert")).to_contain_text("then +49 30 23125 777")
    look(dee, "settings-changed-meanwhile")
    press_on(dee, "button", "Keep these settings")
    expect(dee.get_by_label("Phone while you are open")).to_have_value("+49 30 23125 777")
    expect(dee.get_by_label("Saturday")).to_have_value("09:00-12:00")
    dee.get_by_label("Monday").fill("always")
    press_on(dee, "button", "Keep these settings")
    look(dee, "settings-problems")


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_an_administrator_sees_numbers_and_adds_a_clinic(stage, visit, look, size):
    page = visit(**size)
    sign_in(page, "ada@installation.example")
    expect(page.get_by_role("heading", name="Installation")).to_be_visible()
    look(page, "installation")
    press_on(page, "link", "Hill Clinic")
    page.get_by_text("Change").first.click()
    look(page, "installation-clinic")
    press_on(page, "link", "Installation")
    press_on(page, "link", "Add a clinic")
    press_on(page, "button", "Add this clinic")
    look(page, "installation-new-clinic")
    page.goto("/clinic/patients")
    look(page, "installation-not-there")
    press_on(page, "link", "Go to the first page")
    press_on(page, "link", "Ada Admin")
    look(page, "installation-me")
