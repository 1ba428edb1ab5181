"""Leaving a phone: nothing of the person stays in any tab, and without the advice table a fever is still urgent."""

from __future__ import annotations

import json
from threading import Event

import pytest
from playwright.sync_api import expect

from recovery.records import cards, clock, courses, devices, patients
from recovery.records.database import db
from tests.journeys.line import line_to
from tests.journeys.pocket import SEND, Pocket, answer, choose, everything_on, tap
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
def line(site):
    with line_to(site) as line:
        yield line


@pytest.fixture
def pocket(browser, line, stage):
    """Ana's phone, connected; the app opened."""
    pocket = Pocket(browser, line)
    pocket.connect(stage.code)
    yield pocket
    pocket.close()
    assert pocket.complaints == []


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
    page.get_by_role("button", name=LEAVE).click()
    expect(page.get_by_text("Some answers are not sent yet")).to_be_visible()
    expect(page.get_by_role("button", name=LEAVE)).to_be_enabled(timeout=20_000)
    assert page.url.endswith("/sign-out")
    assert pocket.waiting() == 1
    page.get_by_label("Delete my unsent answers").check()
    page.get_by_role("button", name=LEAVE).click()
    page.wait_for_url("**/card", timeout=20_000)
    goes_on.set()
    assert "Ruiz" not in json.dumps(everything_on(page))


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
