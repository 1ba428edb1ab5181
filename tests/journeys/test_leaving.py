"""Leaving a phone: nothing of the person stays in any tab, and without the advice table a fever is still urgent."""

from __future__ import annotations

import json
from threading import Event

import pytest
from playwright.sync_api import expect

from recovery.records import cards, clock, courses, devices, patients, states
from recovery.records.database import db
from tests.journeys.pocket import SEND, answer, choose, everything_on, tap
from tests.people import CARD_KEY, set_stage
from tests.processes import wait_until

LEAVE = "Yes, sign out"
STORE = "/assets/0/js/store.js"  # the same database, whatever the version
KEEPS_IN_PART = """async (outbox, me) => {
    const id = outbox.newId();
    const { access, person, name } = me;
    const fields = Object.entries({ access, entry_id: id, pain: "11", warning_signs: "chills" });
    await outbox.queue({ id, person, name, day: me.server_time.slice(0, 10), fields });
    await outbox.drain({ force: true });
    return (await outbox.waiting()).map(({ refused }) => refused?.is_kept);
}"""


@pytest.fixture
def stage(app):
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        stage.code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, now)
        db.session.commit()
    return stage


@pytest.fixture
def pocket(pocket, stage):
    """Ana's phone, connected; the app opened."""
    pocket.connect(stage.code)
    return pocket


def opened(page):
    """The app as it opens from the phone's first page."""
    page.goto("/today")
    expect(page.locator("html")).to_have_class("patient is-shell is-filled")
    return page


def kept(page, name):
    """What the phone keeps under a name, as text."""
    return page.evaluate(f"""async () => {{
        const {{ alone, kept }} = await import("{STORE}");
        return JSON.stringify(await alone("me", () => kept("{name}"))) || "";
    }}""")


def given(app, stage):
    with app.app_context():
        rows = courses.all_of(stage.ana, patients.current_procedure(stage.ana))
        return [(row.pain, row.temperature_c) for row in rows]


def end_phones(app, stage):
    """As the clinic does when a card is lost."""
    with app.app_context():
        for device in devices.of_patient(stage.ana):
            if not device.ended_at:
                devices.end(device, device.actor, clock.now())
        db.session.commit()


def test_a_quick_yes_still_warns_while_the_line_hangs(app, pocket, line, stage):
    """The answers are in the middle of a post that nobody answers when the button is tapped."""
    goes_on = Event()

    def hanging(asked, ask):
        if asked[:2] == ("POST", "/today"):
            goes_on.wait(60)
            return None
        return ask()

    line.change = hanging
    page = opened(pocket.page)
    answer(page, pain=5)
    page.goto("/sign-out")
    expect(page.get_by_text("Tick this to sign out")).to_be_hidden()
    page.get_by_role("button", name=LEAVE).click()
    expect(page.get_by_text("Some answers are not sent yet")).to_be_visible()
    expect(page.get_by_text("We send your answers first. Please wait.")).to_be_visible()
    expect(page.get_by_role("button", name=LEAVE)).to_be_enabled(timeout=20_000)
    assert page.url.endswith("/sign-out")
    assert pocket.waiting() == 1
    expect(page.get_by_label("Delete my unsent answers")).to_be_focused()
    expect(page.get_by_text("Tick this to sign out without sending them.")).to_be_visible()
    page.get_by_label("Delete my unsent answers").check()
    page.get_by_role("button", name=LEAVE).click()
    page.wait_for_url("**/card", timeout=20_000)
    expect(page.get_by_text("You are signed out on this phone.")).to_be_visible()
    goes_on.set()
    assert "Ruiz" not in json.dumps(everything_on(page))


def test_the_tick_that_is_missing_is_asked_for_in_words_that_everybody_can_read(pocket, line, look):
    line.change = lambda asked, ask: (503, [], b"") if asked[:2] == ("POST", "/today") else ask()
    page = opened(pocket.page)
    answer(page, pain=5)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/sign-out")
    page.get_by_role("button", name=LEAVE).click()
    tick = page.get_by_label("Delete my unsent answers")
    expect(tick).to_be_focused()
    expect(tick).to_have_accessible_description("Tick this to sign out without sending them.")
    expect(tick).to_be_in_viewport()
    look(page, "sign-out-tick")


def a_card(app, stage, name, holder):
    with app.app_context():
        code = cards.issue(stage.dee, stage.ana, name, CARD_KEY, clock.now(), holder)
        db.session.commit()
    return code


def refusing_posts(asked, ask):
    return (503, [], b"") if asked[:2] == ("POST", "/today") else ask()


def end_help(app, stage):
    with app.app_context():
        cards.end_helper(stage.ana, "Eva Ruiz", stage.device.actor, clock.now())


def end_by_the_clinic(app, stage):
    with app.app_context():
        for device in devices.of_patient(stage.ana):
            devices.end(device, stage.dee.actor, clock.now())


@pytest.mark.parametrize(
    ("holder", "name", "end", "why", "what_helps"),
    [
        *[
            (
                "helper",
                "Eva Ruiz",
                end_help,
                "Your help has ended",
                "Only a new card can send them.",
            )
        ],
        (
            *("patient", "Ana Ruiz", end_by_the_clinic, "This phone was disconnected"),
            "Connect this phone with your own card.",
        ),
    ],
)
def test_a_phone_that_was_ended_says_why_and_that_answers_wait_on_it(
    app, pocket, line, stage, look, holder, name, end, why, what_helps
):
    pocket.connect(a_card(app, stage, name, holder))
    line.change = refusing_posts
    page = opened(pocket.page)
    answer(page, pain=5)
    end(app, stage)
    line.change = lambda _asked, ask: ask()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/today")
    expect(page.get_by_role("heading", level=1)).to_have_text(why)
    waits = page.get_by_role("status").filter(has_text="Answers wait on this phone.")
    expect(waits).to_contain_text("The clinic does not have them.")
    expect(waits).to_contain_text(what_helps)
    expect(page.get_by_text("Ruiz")).to_have_count(0)
    look(page, f"ended-{holder}")
    assert given(app, stage) == []
    pocket.connect(a_card(app, stage, stage.ana.name, "patient"))
    wait_until(lambda: given(app, stage))


def test_a_phone_of_somebody_whose_questions_have_ended_offers_nothing_that_has_ended(
    app, pocket, stage
):
    with app.app_context():
        states.change_state(
            stage.dee, patients.get(stage.device.key), "completed", None, clock.now()
        )
        db.session.commit()
    page = pocket.page
    page.goto("/progress")
    wait_until(lambda: "completed" in kept(page, "me"))
    pocket.cut()
    page.goto("/today")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your daily questions have ended")
    for offer in ("Remind me later", "first page", "Something has changed"):
        expect(page.get_by_text(offer)).to_have_count(0)
    nobody = page.locator("main").get_by_text("Nobody looks here any more.")
    expect(nobody).to_be_visible()
    page.get_by_role("link", name="I have a warning sign").click()
    expect(page.get_by_role("link", name="Remind me later")).to_have_count(0)
    choose(page, "warning_signs", "confusion")
    choose(page, "pain", 5)
    choose(page, "mobility", 3)
    choose(page, "answered_by", "patient")
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ring 112")
    expect(nobody).to_have_count(0)
    page.goto("/today")
    expect(page.get_by_text("Today we told you:")).to_be_visible()
    expect(nobody).to_have_count(0)
    expect(page.locator("main").get_by_role("link", name="Ring")).to_have_count(1)
    pocket.mend()


def test_without_a_line_trying_again_is_answered_too(pocket, look):
    page = opened(pocket.page)
    pocket.cut()
    page.goto("/progress")
    still = page.get_by_text("Still no line. This page opens when the line is back.")
    again = page.get_by_role("link", name="Try this page again")
    expect(again).to_be_visible()
    expect(still).to_be_hidden()
    again.click()
    expect(still).to_be_visible()
    look(page, "offline-still")
    pocket.mend()
    expect(page.get_by_role("heading", level=1)).to_have_text("How it goes", timeout=15_000)


def test_i_am_in_hospital_is_answered_at_once(pocket):
    page = opened(pocket.page)
    page.get_by_role("link", name="I am in hospital").click()
    page.get_by_role("button", name="Yes, tell the clinic").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("You are in hospital")


def test_what_the_clinic_has_in_part_does_not_stay_after_a_sign_out(pocket):
    page = opened(pocket.page)
    assert pocket.outbox(KEEPS_IN_PART) == [True]
    page.goto("/sign-out")
    expect(page.get_by_text("Some answers are not sent yet")).to_be_hidden()
    page.get_by_role("button", name=LEAVE).click()
    page.wait_for_url("**/card")
    assert "Ruiz" not in json.dumps(everything_on(page))
    assert "chills" not in json.dumps(everything_on(page)[0])


def test_signing_out_in_one_tab_closes_the_others_and_nothing_is_written_back(pocket):
    page = opened(pocket.page)
    other = opened(pocket.context.new_page())
    page.goto("/sign-out")
    choose(other, "pain", 6)
    page.get_by_role("button", name=LEAVE).click()
    page.wait_for_url("**/card")
    other.wait_for_url("**/card")
    assert (kept(page, "me"), kept(page, "draft")) == ("", "")
    assert "Ruiz" not in json.dumps(everything_on(page))


def test_a_tab_that_did_not_hear_of_a_sign_out_writes_nobody_back(pocket):
    page = opened(pocket.page)
    other = opened(pocket.context.new_page())
    other.evaluate(f"""async () => {{
        const {{ me }} = await import("/assets/0/js/me.js");
        const {{ keep, forgetAll }} = await import("{STORE}");
        const {{ access }} = await me();
        await forgetAll();
        await keep("left", {{ access, is_pending: false }});
    }}""")
    choose(page, "pain", 6)
    page.evaluate("new Promise((done) => setTimeout(done, 600))")  # drafts are kept a little later
    assert (kept(page, "me"), kept(page, "draft")) == ("", "")


def test_a_phone_that_is_nobodys_any_more_forgets_the_draft_and_leaves_the_page(app, pocket, stage):
    page = opened(pocket.page)
    wait_until(lambda: kept(page, "advice"))
    choose(page, "pain", 6)
    wait_until(lambda: kept(page, "draft"))
    end_phones(app, stage)
    page.goto("/today")
    page.wait_for_url("**/card")
    assert [kept(page, name) for name in ("me", "draft", "advice")] == ["", "", ""]
    assert "Ruiz" not in json.dumps(everything_on(page))


def test_a_draft_of_another_day_is_forgotten(pocket):
    page = opened(pocket.page)
    choose(page, "pain", 6)
    wait_until(lambda: kept(page, "draft"))
    page.evaluate(f"""async () => {{
        const {{ keep, kept }} = await import("{STORE}");
        await keep("draft", {{ ...(await kept("draft")), day: "2020-01-01" }});
    }}""")
    opened(page)
    wait_until(lambda: not kept(page, "draft"))
    expect(page.locator("input[name=pain]:checked")).to_have_count(0)


@pytest.mark.parametrize("how", ["measured", "felt"])
def test_without_the_table_a_fever_beside_an_error_is_answered_and_sent(
    app, pocket, line, stage, how
):
    """The table never arrives; the note is too long for the form."""
    line.change = lambda asked, ask: (503, [], b"") if "/advice.json" in asked[1] else ask()
    page = pocket.page
    page.evaluate(f"""async () => {{
        await (await import("{STORE}")).forget("advice");
        const ignore = {{ ignoreSearch: true, ignoreVary: true }};
        for (const name of await caches.keys())
            await (await caches.open(name)).delete("/advice.json", ignore);
    }}""")
    opened(page)
    tap(page, temperature="38.6" if how == "measured" else "")
    if how == "felt":
        choose(page, "temperature_instead", "felt_hot")
    page.locator("[name=note]").evaluate("(note) => { note.value = 'x'.repeat(5000); }")
    before = len(given(app, stage))
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("Ring")
    expect(page.locator("#above a[href^='tel:']").first).to_be_visible()
    wait_until(lambda: len(given(app, stage)) > before)
