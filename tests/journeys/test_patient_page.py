"""The patient page in a real browser: the chart by keyboard, pointer and touch, without a script, and at a glance."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from recovery.records import clock, flags, moves
from recovery.records.contacts import Tried
from tests.journeys.conftest import DESK, PHONE
from tests.people import PASSWORD, a_patient, answers, check_in, set_stage
from tests.rounds.work import review_all

DAY = timedelta(days=1)
TODAY = 40
FIRST_SCREEN = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def bo(app):
    """Bo, who gets worse since three days and had a fever: his page."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        bo = a_patient(stage.dee, "Bo Lind", TODAY, now)
        for ago in range(TODAY, -1, -1):
            hot = {"temperature_c": 38.6} if ago == 20 else {}
            note = "May I bathe?" if ago == 1 else ""
            given = answers(3 if ago > 3 else 8, note=note, **hot)
            check_in(bo, stage.dee, given, now - ago * DAY)
            if ago == 20:
                review_all(now - ago * DAY)
                (fever,) = flags.of_patient(bo)
                told = moves.Closing({"fever": "other_illness"}, True, "A cold.")
                moves.close(stage.dee, fever, told, now - 19 * DAY)
        moves.note_try(stage.dee, bo, Tried("patient", "Sleeps badly."), now - 2 * DAY)
        review_all(now)
    return f"/clinic/patients/{bo.id}"


def open_page(page, path):
    page.goto(path)
    page.get_by_label("E-mail address").fill("dee@hill.example")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    page.goto(path)


def said(page):
    return page.locator("[data-course-says]").inner_text()


def cursors(page):
    """Where the day's line stands in each chart."""
    lines = page.locator(".cursor[visibility=visible], .cursor:not([visibility])").all()
    return {line.get_attribute("x1") for line in lines}, len(lines)


def test_the_days_are_read_with_the_keyboard_alone(bo, visit, look):
    page = visit(**DESK)
    open_page(page, bo)
    slider = page.get_by_role("slider", name="Day on the charts")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert re.match(rf"Day {TODAY - 1}, .*: pain 8 \(own forecast .*Note", said(page))
    for _ in range(19):
        page.keyboard.press("ArrowLeft")
    assert "38.6 °C" in said(page)
    assert "Flag raised: Fever." in said(page)
    where, count = cursors(page)
    assert where == {f"{100 * (TODAY - 20) / 90:g}%"} or len(where) == 1
    assert count == 4
    page.keyboard.press("End")
    assert re.match(r"Day 90, .*: ahead", said(page))
    page.keyboard.press("Home")
    assert re.match(r"Day 0, ", said(page))
    look(page, "patient-chart")


def test_the_pointer_picks_the_nearest_day_and_so_does_a_finger(bo, visit, look):
    desk = visit(**DESK)
    open_page(desk, bo)
    chart = desk.locator("svg.chart-course").first
    box = chart.bounding_box()
    desk.mouse.move(box["x"] + box["width"] * 20 / 90 + 1, box["y"] + box["height"] / 2)
    assert said(desk).startswith(f"Day {TODAY - 20}, ")
    assert desk.get_by_role("slider").input_value() == str(TODAY - 20)
    phone = visit(**PHONE)
    open_page(phone, bo)
    lanes = phone.locator("svg.lanes")
    lanes.scroll_into_view_if_needed()
    box = lanes.bounding_box()
    phone.touchscreen.tap(box["x"] + box["width"] * 72 / 90, box["y"] + 4)
    assert re.match(r"Day 72, .*ahead.*It usually levels off around this day", said(phone))
    look(phone, "patient-chart")


def test_without_a_script_every_day_stands_in_the_table(bo, visit):
    page = visit(**DESK, java_script_enabled=False)
    open_page(page, bo)
    assert page.locator("[data-course-day]").is_hidden()
    page.get_by_text("What the lines mean, and every day as a table").click()
    row = page.locator(f"tr[data-day='{TODAY - 20}']")
    assert row.is_visible()
    assert "38.6 °C" in row.inner_text()
    page.get_by_text("Earlier answers, ").click()
    assert page.get_by_text("Temperature").last.is_visible()
    page.get_by_role("link", name="Everything that happened").first.click()
    page.get_by_role("link", name="Flags").click()
    assert "Flag closed: Fever" in page.locator("main").inner_text()
    assert "Answers for" not in page.locator(".timeline").inner_text()


def test_the_first_screen_of_a_desk_holds_what_is_needed_to_act(bo, visit):
    page = visit(**FIRST_SCREEN)
    open_page(page, bo)
    for what in (
        page.locator(".first-why"),
        page.locator(".first-told"),
        page.locator(".first-week"),
        page.locator(".first-call .button"),
        page.locator("svg.chart-course").first,
        page.locator(".first-earlier"),
    ):
        box = what.bounding_box()
        assert box["y"] + box["height"] <= 900, what


@pytest.mark.parametrize("path", ["", "/timeline", "/check-in"])
def test_nothing_needs_a_sideways_scroll_on_a_small_screen_with_large_letters(
    bo, visit, look, path
):
    page = visit(viewport={"width": 320, "height": 640})
    open_page(page, bo + path)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    for size in ("100%", "200%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, size
    look(page, f"patient{path.replace('/', '-')}-large")
