"""A morning on the ward: 300 patients, 14 flags; a nurse with the keyboard alone, and a colleague beside her."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from recovery.records import clock, flags, heartbeats, life_cycle
from recovery.records.database import db
from recovery.rounds import review
from tests import many
from tests.journeys.chromium import DESK
from tests.people import PASSWORD, a_nurse, answers, check_in, set_stage

PATIENTS, FLAGGED = 300, 14
WIDTHS = (390, 1024, 1440)
STORIES = (
    *(answers(signs=("confusion",)),),
    *(answers(temperature_c=38.4 + number / 10) for number in range(4)),
    *(answers(signs=("wound",)),) * 4,
    *(answers(signs=("headache_upright",)),) * 4,
)


@pytest.fixture
def stage(app):
    """Dee's clinic on a morning on which 14 of 300 patients need somebody; Ana is one, who has never answered."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        stage.fay = a_nurse(stage.clinic, "Nurse Fay")
        people = many.patients(stage.dee, PATIENTS - 1, now - timedelta(minutes=30))
        for patient, given in zip(people[20:], STORIES, strict=False):
            check_in(patient, stage.dee, given, now - timedelta(minutes=20))
        review.review_due(now)
        heartbeats.beat("review", 2, now)
        db.session.commit()
    return stage


def sign_in(page, email):
    page.goto("/clinic/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


class Keyboard:
    """A nurse who never touches a mouse: she tabs to a thing by its name, and presses it."""

    def __init__(self, page):
        self.page = page

    def tab_to(self, thing):
        for _ in range(400):
            if thing.evaluate("element => element === document.activeElement"):
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {thing}")

    def press(self, key):
        self.page.keyboard.press(key)
        return self

    def follow(self, thing):
        self.tab_to(thing)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, box, words):
        self.tab_to(box).page.keyboard.type(words)

    def choose(self, box, first_letters):
        self.tab_to(box).page.keyboard.type(first_letters)


def rows(page):
    return page.locator("li.row")


def at_every_width(page, look, name):
    size = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        scrolls = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not scrolls, f"{name} scrolls sideways at {width}"
        look(page, name)
    page.set_viewport_size(size)


def test_a_nurse_works_through_the_morning_with_the_keyboard_alone(
    app, stage, desk, visit, look, rounds
):
    sign_in(desk, stage.dee.email)
    expect(rows(desk)).to_have_count(FLAGGED)
    expect(desk.get_by_text(f"{FLAGGED} patients wait")).to_be_visible()
    expect(rows(desk).first).to_contain_text("Emergency")
    at_every_width(desk, look, "morning-worklist")
    nurse = Keyboard(desk)
    take_call_and_close(nurse, look)
    put_off(nurse)
    in_vain(nurse)
    beside_a_colleague(nurse, visit(**DESK), stage)
    the_lead_reads_the_cohort(Keyboard(visit(**DESK)), stage, look)
    with app.app_context():
        every_move_has_who_and_when(stage)


def take_call_and_close(nurse, look):
    """The emergency first: taken, rung, closed; back at the list one patient fewer waits."""
    desk = nurse.page
    first = rows(desk).first
    name = first.get_by_role("heading").inner_text()
    nurse.follow(first.get_by_role("button", name=re.compile("^Take")))
    expect(desk.get_by_role("heading", level=1)).to_have_text(name)
    expect(desk.get_by_text("Taken by Nurse Dee until").first).to_be_visible()
    at_every_width(desk, look, "morning-patient")
    close(nurse, "Spoke to her son, the ambulance is on its way.", "Ambulance, sent to hospital")
    expect(desk.get_by_role("status").first).to_contain_text(name)
    expect(rows(desk)).to_have_count(FLAGGED - 1)


def close(nurse, words, quick):
    desk = nurse.page
    nurse.choose(desk.get_by_label("Whom did you reach just now?").first, "The p")
    nurse.type(desk.get_by_label("What was said, or why it can be closed").first, words)
    nurse.tab_to(desk.get_by_role("radio", name="Useful", exact=True).first).press("Space")
    nurse.follow(desk.get_by_role("button", name=quick).first)


def put_off(nurse):
    """The next one has a visit at two: put off until then, with the reason on the list."""
    desk = nurse.page
    second = rows(desk).first
    name = second.get_by_role("heading").inner_text()
    nurse.follow(second.get_by_role("link", name=name, exact=True))
    nurse.tab_to(desk.locator("summary", has_text="Or put it off").first).press("Enter")
    nurse.type(desk.get_by_label("Why it can wait").first, "She is on her way to us.")
    nurse.tab_to(desk.get_by_label("It comes back").first).press("ArrowDown")
    nurse.follow(desk.get_by_role("button", name="Put it off").first)
    resting = rows(desk).last
    expect(resting).to_contain_text(name)
    expect(resting).to_contain_text("She is on her way to us.")


def in_vain(nurse):
    """The third does not answer: a message is left, the flag stays, the next try is set."""
    desk = nurse.page
    third = rows(desk).first
    name = third.get_by_role("heading").inner_text()
    nurse.follow(third.get_by_role("link", name=name, exact=True))
    nurse.choose(desk.get_by_label("Whom did you reach?", exact=True), "Nobody, l")
    nurse.tab_to(desk.get_by_label("No answer: try again")).press("ArrowDown")
    nurse.follow(desk.get_by_role("button", name="Keep", exact=True))
    desk.goto("/clinic/")
    row = rows(desk).filter(has_text=name)
    expect(row).to_contain_text("left a message. Next try")


def beside_a_colleague(nurse, other, stage):
    """Fay takes the same row a moment before: Dee is told so, and her list shows it by itself, at its place."""
    desk = nurse.page
    sign_in(other, stage.fay.email)
    row = rows(desk).filter(has_text="Not seen yet").nth(3)
    place = row.get_attribute("id")
    name = row.get_by_role("heading").inner_text()
    taking = row.get_by_role("button", name=re.compile("^Take"))
    nurse.tab_to(taking)
    top = row.bounding_box()["y"]
    desk.context.set_offline(True)  # her list cannot renew itself in time
    other.locator(f"#{place}").get_by_role("button", name=re.compile("^Take")).click()
    expect(other.get_by_text("Taken by Nurse Fay until").first).to_be_visible()
    expect(desk.get_by_text("Not renewed since")).to_be_visible()
    desk.context.set_offline(False)
    with desk.expect_navigation():
        desk.evaluate("id => document.querySelector(`#${id} form`).requestSubmit()", place)
    expect(desk.get_by_role("alert")).to_contain_text("Nurse Fay took this flag.")
    desk.goto("/clinic/")
    mine = desk.locator(f"#{place}")
    expect(mine).to_contain_text("Taken by Nurse Fay")
    nurse.tab_to(mine.get_by_role("link", name=name, exact=True))
    top = mine.bounding_box()["y"]
    close_as(other)
    expect(mine).to_have_count(0)
    focused = desk.evaluate("document.activeElement.closest('[data-place]') !== null")
    assert focused, "the reader was thrown out of the list"
    assert top > 0


def close_as(other):
    other.get_by_label("Whom did you reach just now?").first.select_option("patient")
    other.get_by_role("radio", name="Not useful").first.check()
    with other.expect_navigation():
        other.get_by_role("button", name="Visit booked").first.click()


def the_lead_reads_the_cohort(lead, stage, look):
    """How everybody does, beside what people typically report; nobody is named."""
    sign_in(lead.page, stage.lia.email)
    pages = lead.page.get_by_role("navigation", name="Pages")
    lead.follow(pages.get_by_role("link", name="Cohort"))
    expect(lead.page.get_by_role("heading", level=1)).to_have_text("Your patients together")
    at_every_width(lead.page, look, "morning-cohort")


def every_move_has_who_and_when(stage):
    every = db.session.scalars(db.select(flags.Flag)).all()
    made = [move for of_one in life_cycle.moves_of(every).values() for move in of_one]
    assert {"raise", "see", "claim", "attempt", "reach", "snooze", "close"} <= {
        move.move for move in made
    }
    assert all(move.by and move.at for move in made)
    dee, fay = stage.dee.actor, stage.fay.actor
    assert {move.by for move in made} == {"computer", dee, fay}
