"""Nurse Dee finds her way among 300 patients with the keyboard alone, on a wide screen and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from recovery.records import clock, states
from recovery.records.database import writing
from recovery.rounds import review
from tests import many
from tests.people import PASSWORD, a_patient, answers, check_in, set_stage

DAY = timedelta(days=1)
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def stage(app):
    """300 calm patients; Ana has a fever, Cy has gone quiet, Di was never connected, Ed is in hospital."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now - 6 * DAY, day=20)
        check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), now - timedelta(hours=1))
        many.patients(stage.dee, 296, now, answered_days=2)
        quiet = a_patient(stage.dee, "Cy Cole", 30, now, answers_daily="by_phone")
        for ago in range(20, 8, -1):
            check_in(quiet, stage.dee, answers(3), now - ago * DAY)
        a_patient(stage.dee, "Di Dunn", 6, now)
        held = a_patient(stage.dee, "Ed Evans", 8, now)
        states.change_state(stage.dee, held, "in_hospital", None, now)
        with writing():
            stage.ana.email = ""
        review.review_due(now)
    return stage


def press_to(page, aim):
    """Tab until it has the focus, and press Enter."""
    for _step in range(400):
        if aim.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(aim).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_in(page):
    page.goto("/clinic/patients")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("dee@hill.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def names(page):
    return page.get_by_role("rowheader").get_by_role("link").all_inner_texts()


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_dee_finds_sorts_and_turns_pages_with_the_keyboard_alone(stage, visit, look):
    page = visit(viewport=WIDE)
    sign_in(page)
    expect(page.get_by_role("status")).to_contain_text("300 patients")
    look(page, "patients")
    press_to(page, page.get_by_role("link", name="Next page"))
    expect(page.get_by_role("status")).to_contain_text("51 to 100 of 300")
    press_to(page, page.get_by_role("link", name="Silent"))
    assert names(page) == ["Cy Cole", "Di Dunn"]
    expect(page.get_by_text("Never connected, 6 days after the procedure")).to_be_visible()
    expect(page.get_by_text("No check-in by phone since")).to_be_visible()
    look(page, "patients-silent")
    press_to(page, page.get_by_role("link", name="Everybody"))
    press_to(page, page.get_by_role("link", name="Open flags", exact=True))
    expect(page.get_by_role("columnheader", name="Open flags")).to_have_attribute(
        "aria-sort", "descending"
    )
    assert names(page)[0] == "Ana Ruiz"
    box = page.get_by_role("searchbox", name="Name, record number or phone")
    box.focus()
    page.keyboard.type("gunther foster")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert set(names(page)) == {"Günther Föster"}
    look(page, "patients-found")
    press_to(page, page.get_by_role("rowheader").get_by_role("link").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Günther Föster")


def test_on_a_phone_each_patient_is_a_card_and_nothing_runs_off_the_screen(stage, visit, look):
    page = visit(viewport=NARROW, java_script_enabled=True)
    sign_in(page)
    look(page, "patients")
    assert fits(page)
    page.goto("/clinic/patients?q=cole")
    card = page.get_by_role("row").filter(has_text="Cy Cole")
    expect(card.get_by_role("link", name="Check-in by phone")).to_be_visible()
    expect(card.get_by_role("link", name="Call Cy Cole: +49 30 23125 200")).to_have_attribute(
        "href", "tel:+493023125200"
    )
    page.goto("/clinic/patients?q=nobody")
    expect(page.get_by_role("status")).to_contain_text("Nobody matches “nobody”.")
    look(page, "patients-nobody")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/clinic/patients?show=silent")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert fits(page)


def test_without_javascript_a_search_is_a_form_and_its_address_can_be_kept(
    stage, visit, settings, tmp_path
):
    page = visit(viewport=WIDE, java_script_enabled=False)
    sign_in(page)
    page.get_by_role("link", name="Silent").click()
    page.get_by_role("link", name="Last answer").click()
    page.get_by_role("searchbox").fill("cole")
    page.get_by_role("button", name="Search").click()
    assert names(page) == ["Cy Cole"]
    kept = page.url
    assert kept.endswith("/clinic/patients?show=silent&sort=answered&q=cole")
    page.goto("/clinic/")
    page.goto(kept)
    assert names(page) == ["Cy Cole"]
    assert "cole" not in (tmp_path / "gunicorn.log").read_text()
