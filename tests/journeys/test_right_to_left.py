"""From right to left: every page of a patient in Arabic letters, on the smallest phone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from recovery.records import cards, clock
from recovery.records.database import db, writing
from tests.journeys.arabic import ARABIC, written
from tests.people import CARD_KEY, answers, check_in, set_stage

SMALL = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
PAGES = (
    *("/today", "/today?more=yes", "/progress", "/history", "/expect", "/export", "/weekly"),
    *("/phone", "/reminders", "/install", "/hospital", "/sign-out", "/nothing-here", "/card"),
    f"/offline/{ARABIC}",
)
# The last day of the line lies to the right of its first, and the numbers below it count on.
DAYS = """() => {
  const middle = (node) => { const box = node.getBoundingClientRect(); return box.x + box.width / 2; };
  const dots = [...document.querySelectorAll("main .chart .dot")].map(middle);
  return dots.filter((x, place) => place && x < dots[place - 1]);
}"""
# Where the first and the last sign of every phone number stands.
NUMBERS = """() => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    for (const match of node.data.matchAll(/\\+49[ 0-9]+[0-9]/g)) {
      const at = (place) => {
        const range = document.createRange();
        range.setStart(node, place);
        range.setEnd(node, place + 1);
        return range.getBoundingClientRect();
      };
      const [first, last] = [at(match.index), at(match.index + match[0].length - 1)];
      if (first.width) found.push(first.top < last.top || first.left < last.left);
    }
  }
  return found;
}"""


@pytest.fixture
def program():
    return "tests.journeys.arabic:create_app()"


@pytest.fixture
def stage(app):
    """Ana, who reads Arabic, with ten days behind her and a fever today."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        with writing():
            stage.ana.language = ARABIC
        for day in range(10, 0, -1):
            check_in(stage.ana, stage.device, answers(day % 4 + 2), now - timedelta(days=day))
        stage.code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, now)
        db.session.commit()
    return stage


@pytest.fixture
def phone(visit, stage):
    """A phone of 320 px that keeps no pages, so that each is the server's own."""
    page = visit(**SMALL, service_workers="block")
    page.goto(f"/c/{stage.code}")
    page.get_by_role("button").last.click()
    return page


def stands(page: Page) -> None:
    """The page runs from right to left, keeps within its width, and its numbers can be read."""
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= SMALL["viewport"]["width"], page.url
    assert all(page.evaluate(NUMBERS)), f"{page.url}: a phone number runs backwards"


def test_every_page_runs_from_right_to_left(phone, look):
    for path in PAGES:
        phone.goto(path)
        stands(phone)
        look(phone, f"arabic{re.sub('[^a-z]', '-', path)}")


def test_the_answer_to_a_fever(phone, look):
    for name, value in (("pain", 4), ("mobility", 3), ("warning_signs", "none")):
        phone.locator(f"label:has(> input[name={name}][value='{value}'])").click()
    phone.locator("input[name=temperature]").fill("38,6")
    phone.get_by_role("button", name=written("Send my answers")).click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("+49 30 23125")
    stands(phone)
    look(phone, "arabic-answer")
    phone.goto("/today")
    stands(phone)
    look(phone, "arabic-answered")


def test_an_error_in_a_box(phone, look):
    phone.locator("input[name=temperature]").fill("380")
    phone.get_by_role("button", name=written("Send my answers")).click()
    expect(phone.locator("#problems")).to_be_visible()
    stands(phone)
    look(phone, "arabic-problems")


def test_the_chart_still_runs_from_left_to_right_in_time(phone):
    phone.goto("/progress")
    expect(phone.locator("main .chart").first).to_be_visible()
    assert phone.evaluate(DAYS) == []


def test_large_letters_fit_as_well(phone):
    for path in ("/today?more=yes", "/progress", "/phone"):
        phone.goto(path)
        phone.evaluate("document.documentElement.style.fontSize = '200%'")
        stands(phone)
