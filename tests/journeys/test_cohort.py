"""The lead reads the cohort page: on a phone, at two desks, in large letters, with the keyboard; and takes the file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from recovery.records import clock
from recovery.records.database import db
from tests.journeys.chromium import PHONE
from tests.journeys.conftest import axe_clean
from tests.people import PASSWORD, a_patient, answers, check_in, set_stage
from tests.rounds.work import review_all

WINDOWS = {
    "phone": PHONE,
    "tablet": {"viewport": {"width": 1024, "height": 800}},
    "desk": {"viewport": {"width": 1440, "height": 900}},
}


@pytest.fixture
def stage(app):
    """Seven patients who get better."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now, day=16)
        people = [stage.ana] + [a_patient(stage.dee, f"Patient {n}", 16, now) for n in range(6)]
        for place, patient in enumerate(people):
            for day in (1, 2, 4, 8, 10, 12, 14):
                given = answers(max(1, 8 - day // 2 - place % 3))
                check_in(patient, stage.dee, given, now - timedelta(days=16 - day))
        review_all(now)
        db.session.commit()
    return stage


def open_page(page):
    page.goto("/clinic/sign-in?next=/clinic/cohort")
    page.get_by_label("E-mail address").fill("dee@hill.example")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


def open_all(page):
    for each in page.locator("details").all():
        each.locator("summary").click()


@pytest.mark.parametrize("window", WINDOWS)
def test_the_page_is_readable_in_every_window(stage, visit, look, window):
    page = visit(**WINDOWS[window])
    open_page(page)
    expect(page.get_by_text("5 or more patients").first).to_be_visible()
    look(page, "cohort")
    open_all(page)
    look(page, "cohort-tables")
    page.goto("/clinic/cohort?from=2020-02-31&age=older")
    expect(page.get_by_text("Type the date as year-month-day").first).to_be_visible()
    look(page, "cohort-problems")


@pytest.mark.parametrize("window", ["phone", "desk"])
def test_letters_of_twice_the_size_push_nothing_off_the_page(stage, visit, window):
    page = visit(**WINDOWS[window])
    open_page(page)
    page.evaluate("document.documentElement.style.fontSize = '187.5%'")
    open_all(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe_clean(page)


def test_the_narrowest_phone_holds_the_page_and_its_navigation(stage, visit):
    page = visit(viewport={"width": 320, "height": 640})
    open_page(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for link in page.get_by_role("navigation", name="Pages").get_by_role("link").all():
        box = link.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320


def test_a_choice_is_made_and_the_file_taken_with_the_keyboard_alone_and_without_scripts(
    stage, visit
):
    page = visit(**WINDOWS["desk"], java_script_enabled=False)
    open_page(page)
    page.get_by_label("Age at the procedure").focus()
    page.keyboard.type("Under 80")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "age=younger" in page.url
    expect(page.get_by_text("Age at the procedure: Under 80 years")).to_be_visible()
    page.get_by_role("link", name="Take the numbers as a file").focus()
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    lines = taken.value.path().read_text(encoding="utf-8").splitlines()
    assert taken.value.suggested_filename.startswith("cohort-")
    assert lines[0].startswith("as_of,from,to,age,")
    assert ",younger," in lines[1]
