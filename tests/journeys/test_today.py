"""The page of today by script: a check-in in a few taps, with or without a line, and the advice at once."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from recovery.records import cards, checkins, clock
from recovery.records.database import db
from tests.journeys.conftest import PHONE, axe_clean
from tests.people import CARD_KEY, ZONE, set_stage
from tests.processes import wait_until

MOST_TAPS = 6
NEXT_TUESDAY = 1
# The page's own scripts, by the address at which the phone has them.
IMPORT = "import(document.querySelector('script[type=module]').src.replace(/[^/]+$/, '%s.js'))"


@pytest.fixture
def stage(app):
    """Ana on day ten with a new card in her hand, and one for her daughter."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        stage.code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, now)
        stage.helper = cards.issue(stage.dee, stage.ana, "Mia Ruiz", CARD_KEY, now, "helper")
        db.session.commit()
    return stage


@pytest.fixture
def ana(stage, phone):
    """Ana's phone: connected, and everything on it that the app needs without a line."""
    return connected(phone, stage.code)


def connected(page, code):
    page.goto(f"/c/{code}")
    page.get_by_role("button", name="Connect this phone").click()
    page.evaluate(
        """async () => {
            const keeps = async (path) => Boolean(await caches.match(path, { ignoreVary: true }));
            const { kept } = await import("/assets/0/js/store.js");
            await navigator.serviceWorker.ready;
            while (!(await keeps("/shell/en")) || !(await kept("advice"))) {
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
        }"""
    )
    return page


def opened(page, is_offline=False):
    """The app opened from the phone's first screen."""
    page.context.set_offline(is_offline)
    page.goto("/today")
    expect(page.locator("html")).to_have_class("patient is-shell is-filled")
    return page


def choose(page, name, value):
    """Tap an answer as a finger does: on its words."""
    page.locator(f"label:has(> input[name={name}][value='{value}'])").click()


def send(page):
    page.get_by_role("button", name="Send my answers").click()


def answer(page, temperature="", **chosen):
    usual = {"pain": 4, "mobility": 3, "warning_signs": "none", "answered_by": "patient"}
    for name, value in {**usual, **chosen}.items():
        choose(page, name, value)
    if temperature:
        page.locator("input[name=temperature]").fill(temperature)
    send(page)


def waiting(page):
    """What the outbox holds, as its ids."""
    outbox = IMPORT % "outbox"
    return page.evaluate(f"async () => (await (await {outbox}).waiting()).map((each) => each.id)")


def drafted(page):
    """What was typed and is not sent, as text."""
    store = IMPORT % "store"
    return page.evaluate(f"async () => JSON.stringify(await (await {store}).kept('draft')) || ''")


def kept(app, stage):
    """Every revision that the clinic has."""
    with app.app_context():
        db.session.expire_all()
        return db.session.scalars(
            db.select(checkins.CheckIn).order_by(checkins.CheckIn.received_at)
        ).all()


def on_tuesday(hour):
    """Half past an hour of the next Tuesday where the clinic is."""
    today = clock.now().astimezone(ZoneInfo(ZONE)).date()
    tuesday = today + timedelta(days=(NEXT_TUESDAY - today.weekday()) % 7 or 7)
    return datetime.combine(tuesday, time(hour, 30), ZoneInfo(ZONE))


def test_a_day_is_told_in_at_most_six_taps(ana, stage, app):
    opened(ana)
    taps = [("pain", 4), ("mobility", 3), ("warning_signs", "none"), ("answered_by", "patient")]
    for name, value in taps:
        choose(ana, name, value)
    send(ana)
    expect(ana.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are saved.")
    expect(ana.get_by_text("At the clinic at")).to_be_visible()
    assert len(taps) + 1 <= MOST_TAPS
    (row,) = kept(app, stage)
    assert (row.pain, row.mobility, row.warning_signs, row.answered_by) == (4, 3, [], "patient")


def test_what_the_clinic_said_before_today_was_answered_takes_no_thanks_away(ana):
    held = []
    ana.context.route("**/me.json*", lambda route: held.append((route, route.fetch())))
    opened(ana)
    wait_until(lambda: ana.evaluate("1") and held)
    answer(ana)
    expect(ana.get_by_text("At the clinic at")).to_be_visible()
    ana.evaluate("document.body.dataset.mark = 'the same page'")
    ((route, said),) = held
    assert said.json()["answered_days"] == []
    route.fulfill(response=said)
    wait_until(lambda: ana.evaluate("1") and len(held) == 2)
    assert said.json()["answered_days"] != held[1][1].json()["answered_days"]
    assert ana.evaluate("document.body.dataset.mark") == "the same page"
    ana.context.unroute_all(behavior="ignoreErrors")


def test_nothing_is_asked_of_the_clinic_before_the_questions_stand_there(ana):
    asked = []
    ana.context.route("**/*", lambda route: (asked.append(route.request.url), route.continue_()))
    ana.context.set_offline(True)
    ana.goto("/today")
    expect(ana.get_by_role("heading", name="Your questions for today")).to_be_visible()
    expect(ana.get_by_text("Answers for Ana Ruiz.").first).to_be_visible()
    assert "{{" not in ana.content().partition("<template")[0]


@pytest.mark.parametrize(("hour", "number"), [(21, "+49 30 23125 199"), (10, "+49 30 23125 100")])
def test_a_fever_without_a_line_is_answered_with_the_number_of_that_hour(ana, hour, number):
    ana.clock.set_fixed_time(on_tuesday(hour))
    opened(ana, is_offline=True)
    answer(ana, "38,6")
    expect(ana.get_by_role("heading", level=1)).to_have_text(f"Ring {number} now.")
    expect(ana.get_by_role("link", name=f"Ring {number}")).to_be_visible()
    expect(ana.get_by_text("The clinic is closed.")).to_have_count(1 if hour == 21 else 0)
    said = ana.locator("[aria-live=polite]").get_by_text("Saved on this phone at")
    expect(said).to_contain_text(f"Saved on this phone at {hour}:")
    expect(said).to_contain_text("The clinic has not been told yet.")
    expect(ana.get_by_text("At the clinic at")).to_have_count(0)


def test_an_emergency_without_a_line_stands_alone_and_reaches_the_clinic_later(
    ana, stage, app, look
):
    opened(ana, is_offline=True)
    answer(ana, warning_signs="chest_pain_or_breathless")
    expect(ana.get_by_role("heading", level=1)).to_have_text("Ring 112 now.")
    expect(ana.get_by_role("link")).to_have_count(1 + len(["go to the page"]))
    expect(ana.get_by_role("navigation")).to_have_count(0)
    look(ana, "emergency-offline")
    ana.get_by_text("About your answers").click()
    expect(ana.get_by_text("The clinic has not been told yet.")).to_be_visible()
    ana.context.set_offline(False)
    expect(ana.get_by_text("At the clinic at")).to_be_visible()
    expect(ana.get_by_role("navigation")).to_have_count(0)
    assert [row.warning_signs for row in kept(app, stage)] == [["chest_pain_or_breathless"]]


def test_an_error_stands_beside_its_field_and_above_the_form(ana, look):
    opened(ana)
    ana.locator("input[name=temperature]").fill("33")
    send(ana)
    problems = ana.get_by_role("alert")
    expect(problems).to_be_focused()
    expect(problems.get_by_role("link")).to_have_count(2)
    expect(ana.locator("fieldset:has(input[name=pain])")).to_have_class("card has-problem")
    beside = ana.locator("#problem-temperature-1")
    expect(beside).to_have_text("33 °C is rare. Measure again. Tick the box if it is right.")
    expect(ana.locator("input[name=temperature]")).to_have_attribute(
        "aria-describedby", "problem-temperature-1"
    )
    expect(ana).to_have_title("Please look again: Your questions for today")
    look(ana, "today-problems-by-script")
    problems.get_by_role("link").first.click()
    expect(ana.locator("#field-pain")).to_be_focused()
    choose(ana, "temperature_confirmed", "yes")
    answer(ana)
    expect(ana.get_by_text("At the clinic at")).to_be_visible()


def test_the_problems_are_those_of_the_server(ana, phone_without_scripts, stage, app):
    fields = {"temperature": "380", "note": "x" * 2001}
    found = []
    with app.app_context():
        code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, clock.now())
        db.session.commit()
    phone_without_scripts.goto(f"/c/{code}")
    phone_without_scripts.get_by_role("button", name="Connect this phone").click()
    for page in (opened(ana), phone_without_scripts):
        for name, text in fields.items():
            page.locator(f"[name={name}]").fill(text)
        send(page)
        alone = page.locator(".problem").all_inner_texts()
        found.append((page.get_by_role("alert").inner_text().split("\n"), alone, page.title()))
    assert found[0] == found[1]


def test_chest_pain_beside_an_error_is_answered_and_kept_without_a_line(ana, stage, app, look):
    opened(ana, is_offline=True)
    choose(ana, "warning_signs", "chest_pain_or_breathless")
    ana.locator("input[name=temperature]").fill("380")
    send(ana)
    expect(ana.get_by_role("heading", level=1)).to_have_text("Ring 112 now.")
    ring, problems = ana.get_by_role("link", name="Ring 112").last, ana.get_by_role("alert")
    expect(problems).to_contain_text("380")
    assert ring.bounding_box()["y"] < problems.bounding_box()["y"]
    expect(ana.get_by_text("This much is saved. Please mend the rest.")).to_be_visible()
    expect(ana.locator("input[name=temperature]")).to_have_value("380")
    look(ana, "emergency-above-errors-offline")
    assert len(waiting(ana)) == 1
    ana.context.set_offline(False)
    wait_until(lambda: len(kept(app, stage)) == 1, 10)
    choose(ana, "pain", 6)
    ana.locator("input[name=temperature]").fill("38.0")
    send(ana)
    expect(ana.get_by_text("About your answers")).to_be_visible()
    wait_until(lambda: len(kept(app, stage)) == 2, 10)
    rows = kept(app, stage)
    assert [row.incomplete for row in rows] == [True, False]
    assert all(row.warning_signs == ["chest_pain_or_breathless"] for row in rows)
    wait_until(lambda: waiting(ana) == [], 10)


def test_a_sign_takes_back_none_of_these_and_never_the_other_way_round(ana):
    opened(ana)
    none, wound = (
        ana.locator(f"input[name=warning_signs][value={value}]") for value in ("none", "wound")
    )
    choose(ana, "warning_signs", "none")
    choose(ana, "warning_signs", "wound")
    expect(none).not_to_be_checked()
    choose(ana, "warning_signs", "none")
    expect(none).to_be_checked()
    expect(wound).to_be_checked()


def test_whom_to_ring_stands_on_the_page_also_when_it_is_opened_again_to_mend_the_rest(
    ana, stage, app
):
    opened(ana)
    choose(ana, "warning_signs", "chest_pain_or_breathless")
    wait_until(lambda: "chest_pain" in drafted(ana), 5)
    send(ana)
    expect(ana.get_by_role("heading", level=1)).to_have_text("Ring 112 now.")
    wait_until(lambda: len(kept(app, stage)) == 1, 10)
    opened(ana)
    told = ana.locator("#above [data-told]")
    expect(told).to_contain_text("Today we told you: Ring 112 now.")
    expect(told.get_by_role("link", name="Ring 112", exact=True)).to_be_visible()
    opened(ana, is_offline=True)
    expect(ana.locator("[data-entry]")).to_contain_text("Ring 112 now.")


def test_a_danger_that_waits_since_an_earlier_day_is_asked_about_again(ana):
    opened(ana, is_offline=True)
    answer(ana, warning_signs="chest_pain_or_breathless")
    wait_until(lambda: len(waiting(ana)) == 1, 5)
    ana.clock.set_fixed_time(clock.now() + timedelta(days=2))
    ana.goto("/today")
    entry = ana.locator("[data-entry]")
    expect(entry).to_contain_text("Do you still have this now? If so, do not wait. Ring 112.")


def test_a_draft_that_was_just_being_kept_when_it_was_sent_is_not_offered_again(ana):
    opened(ana, is_offline=True)
    busy = "async () => {{ const {{ held, pending }} = await navigator.locks.query(); return {}.length; }}"
    ana.evaluate("""() => {
        navigator.locks.request("me", () => new Promise((release) => { window.letGo = release; }));
    }""")
    choose(ana, "pain", 4)
    wait_until(lambda: ana.evaluate(busy.format("pending")))
    answer(ana)
    wait_until(lambda: len(waiting(ana)) == 1)
    ana.evaluate("letGo()")
    wait_until(lambda: not ana.evaluate(busy.format("[...held, ...pending]")))
    assert not drafted(ana)


def test_what_is_half_filled_in_survives_a_reload_until_it_is_sent(ana):
    opened(ana, is_offline=True)
    choose(ana, "pain", 7)
    choose(ana, "warning_signs", "wound")
    ana.locator("textarea").fill("May I bathe?")
    entry = ana.locator("input[name=entry_id]").input_value()
    wait_until(lambda: "bathe" in drafted(ana), 5)
    ana.reload()
    expect(ana.locator("input[name=pain][value='7']")).to_be_checked()
    expect(ana.locator("input[name=warning_signs][value=wound]")).to_be_checked()
    expect(ana.locator("textarea")).to_have_value("May I bathe?")
    expect(ana.locator("input[name=entry_id]")).to_have_value(entry)
    send(ana)
    expect(ana.get_by_text("Saved on this phone at")).to_be_visible()
    wait_until(lambda: not drafted(ana), 5)


def test_once_today_is_answered_the_page_says_so_and_more_can_be_told_without_a_line(
    ana, stage, app, look
):
    opened(ana, is_offline=True)
    answer(ana)
    expect(ana.get_by_role("heading", level=1)).to_have_text("Saved on this phone.")
    expect(ana.get_by_text("Saved on this phone at")).to_be_visible()
    expect(ana.get_by_text("Thank you. Your answers are saved.")).to_have_count(0)
    look(ana, "answer-offline")
    ana.get_by_role("link", name="Today").click()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Today's answers wait on this phone")
    expect(ana.get_by_text("On this phone since")).to_be_visible()
    look(ana, "today-answered-offline")
    ana.get_by_role("link", name="Something has changed").click()
    expect(ana.get_by_role("heading", name="Something has changed")).to_be_focused()
    answer(ana, "38.6")
    expect(ana.get_by_role("heading", level=1)).to_contain_text("Ring")
    wait_until(lambda: len(waiting(ana)) == 2)
    ana.get_by_role("link", name="Today").click()
    expect(ana.get_by_text("Today we told you:")).to_be_visible()
    expect(ana.get_by_text("On this phone since")).to_have_count(2)
    ana.context.set_offline(False)
    wait_until(lambda: len(kept(app, stage)) == 2, 10)
    # The page that said that they wait says by itself that they are in.
    expect(ana.get_by_role("heading", level=1)).to_have_text("Today's answers are in")
    expect(ana.get_by_role("link", name="Open")).to_have_count(2)
    expect(ana.get_by_text("On this phone since")).to_have_count(0)
    ana.get_by_role("link", name="Correct my answers").click()
    expect(ana.get_by_role("heading", name="Correct my answers")).to_be_visible()
    expect(ana.locator("input[name=temperature]")).to_have_value("38.6")


def test_from_opening_to_saved_by_keyboard_alone(ana):
    opened(ana)
    at = "[document.activeElement.getAttribute('name'), document.activeElement.value]"

    def reach(name, value=""):
        for _ in range(60):
            ana.keyboard.press("Tab")
            found, chosen = ana.evaluate(at)
            if found == name and (not value or chosen == value):
                return
        raise AssertionError(f"{name} cannot be reached")

    for name, value, key in (
        ("pain", "", "ArrowRight"),
        ("mobility", "", "Space"),
        ("warning_signs", "none", "Space"),
        ("answered_by", "", "Space"),
    ):
        reach(name, value)
        ana.keyboard.press(key)
    reach("note")
    ana.keyboard.press("Tab")
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("heading", level=1)).to_be_focused()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are saved.")
    expect(ana.get_by_text("At the clinic at")).to_be_visible()
    expect(ana.get_by_role("heading", level=1)).to_be_focused()


def test_more_is_asked_about_a_pain_that_is_worse_than_expected(ana):
    opened(ana, is_offline=True)
    more = ana.get_by_role("heading", name="More about this pain")
    expect(more).not_to_be_visible()
    choose(ana, "pain", 10)
    expect(more).to_be_visible()
    choose(ana, "fall", "yes")
    answer(ana, pain=10)
    expect(ana.get_by_text("Say: a fall, after a spine procedure.")).to_be_visible()


REFUSED = "() => { IDBObjectStore.prototype.add = () => { throw new Error('full'); }; }"


def test_when_the_phone_keeps_nothing_the_form_posts_itself(ana, stage, app):
    opened(ana)
    ana.evaluate(REFUSED)
    answer(ana)
    expect(ana.get_by_text("At the clinic at")).to_be_visible()
    assert len(kept(app, stage)) == 1


def test_when_the_phone_keeps_nothing_and_has_no_line_the_form_stays(ana):
    opened(ana, is_offline=True)
    ana.evaluate(REFUSED)
    answer(ana, "38.6")
    expect(ana.get_by_text("This phone cannot keep your answers.")).to_be_visible()
    expect(ana.get_by_role("heading", level=1)).to_contain_text("Ring")
    expect(ana.get_by_text("Saved on this phone")).to_have_count(0)
    expect(ana.locator("input[name=temperature]")).to_have_value("38.6")


def test_an_entry_that_was_set_aside_is_told_of_and_tried_again(ana, stage, app, look):
    opened(ana)
    # The worker would send it past the route.
    ana.evaluate("navigator.serviceWorker.getRegistration().then((each) => each.unregister())")
    ana.context.route("**/today", lambda route: route.fulfill(status=400, body=""))
    answer(ana)
    expect(ana.get_by_text("The clinic could not take your answers for")).to_be_visible()
    (entry,) = waiting(ana)
    expect(ana.get_by_text(f"and say: {entry[:6].upper()}.")).to_be_visible()
    ana.context.unroute("**/today")
    opened_from_the_clinic(ana)
    look(ana, "today-set-aside")
    ana.get_by_role("button", name="Try again").click()
    wait_until(lambda: len(kept(app, stage)) == 1, 10)
    expect(ana.get_by_role("button", name="Try again")).to_have_count(0)
    expect(ana.get_by_role("heading", level=1)).to_be_focused()


def opened_from_the_clinic(page):
    page.goto("/today?line=yes")
    expect(page.get_by_text("The clinic could not take your answers for")).to_be_visible()


def look_again(page):
    """Somebody takes the phone in hand again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_on_another_day_the_questions_are_asked_anew(ana):
    opened(ana, is_offline=True)
    answer(ana)
    expect(ana.get_by_text("Saved on this phone at")).to_be_visible()
    ana.clock.set_fixed_time(clock.now() + timedelta(days=1))
    look_again(ana)
    expect(ana.get_by_role("heading", name="Your questions for today")).to_be_visible()
    expect(ana.get_by_text("wait on this phone. The clinic has not been told yet.")).to_be_visible()
    expect(ana.locator("input:checked")).to_have_count(0)


def test_a_form_left_half_filled_over_night_keeps_its_answers_and_learns_the_day(ana):
    opened(ana, is_offline=True)
    day, choice = ana.locator(".day"), ana.locator("select[name=date]")
    before = day.inner_text(), choice.input_value()
    choose(ana, "pain", 7)
    ana.clock.set_fixed_time(clock.now() + timedelta(days=1))
    look_again(ana)
    expect(day).not_to_have_text(before[0])
    expect(choice).not_to_have_value(before[1])
    expect(ana.locator("input[name=pain][value='7']")).to_be_checked()


def test_a_form_that_stood_open_for_days_asks_for_the_day_again(ana):
    opened(ana, is_offline=True)
    ana.clock.set_fixed_time(clock.now() + timedelta(days=5))
    answer(ana)
    problem = "Choose today or one of the 2 days before."
    expect(ana.get_by_role("alert").get_by_role("link", name=problem)).to_be_visible()
    assert waiting(ana) == []


def test_a_fever_of_yesterday_is_asked_about_again(ana):
    ana.clock.set_fixed_time(on_tuesday(10))
    opened(ana, is_offline=True)
    ana.locator("select[name=date]").select_option(index=1)
    answer(ana, "38.6")
    expect(ana.get_by_role("heading", level=1)).to_contain_text("You wrote this for Monday")
    expect(ana.get_by_text("Do you still have this now? If so, do not wait.")).to_be_visible()
    expect(ana.get_by_role("link", name="Ring +49 30 23125 100")).to_be_visible()


def test_without_the_table_of_advice_nobody_is_told_that_nothing_is_to_be_done(ana):
    store = IMPORT % "store"
    ana.evaluate(f"async () => (await {store}).forget('advice')")
    ana.evaluate("""async () => {
        for (const name of await caches.keys())
            await (await caches.open(name)).delete("/advice.json", { ignoreSearch: true, ignoreVary: true });
    }""")
    opened(ana, is_offline=True)
    answer(ana, warning_signs="wound")
    expect(ana.get_by_role("heading", level=1)).to_have_text("Ring 112 now.")
    expect(ana.get_by_text("Do you have a warning sign or a fever?")).to_be_visible()
    wait_until(lambda: len(waiting(ana)) == 1)
    ana.get_by_role("link", name="Today").click()
    ana.get_by_role("link", name="Something has changed").click()
    answer(ana)
    expect(ana.get_by_text("Do you have a warning sign or a fever? Do not wait.")).to_be_visible()


def test_a_helpers_entries_carry_the_helpers_name(stage, visit):
    mia = connected(visit(**PHONE), stage.helper)
    opened(mia)
    expect(mia.get_by_text("Mia Ruiz is helping.")).to_be_visible()
    answer(mia, answered_by="for_patient")
    expect(mia.get_by_text("At the clinic at")).to_be_visible()
    expect(mia.get_by_text("Mia Ruiz").last).to_be_visible()
    expect(mia.get_by_text("If Ana is confused, ring 112.")).to_be_visible()


def test_a_small_screen_with_large_letters_needs_no_sideways_scroll(ana, look):
    ana.set_viewport_size({"width": 320, "height": 640})
    opened(ana)
    look(ana, "today-by-script")
    for view in (lambda: None, lambda: send(ana), lambda: answer(ana, "38.6")):
        view()
        ana.evaluate("document.documentElement.style.fontSize = '250%'")
        axe_clean(ana)
        assert ana.evaluate("document.documentElement.scrollWidth") <= 320
    expect(ana.get_by_text("At the clinic at")).to_be_visible()
