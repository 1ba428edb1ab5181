"""The service worker on a bad day: a file or the storage fails it, and a page still opens and says whom to ring."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from recovery.records import cards, clock
from recovery.records.database import db
from tests.journeys.line import unchanged
from tests.journeys.pocket import caches_on
from tests.people import CARD_KEY, set_stage
from tests.processes import wait_until

UPDATE = "async () => { await (await navigator.serviceWorker.getRegistration()).update(); }"
IS_IDLE = "async () => !(await navigator.serviceWorker.getRegistration()).installing"
SILENT = "indexedDB.open = () => { self.asked = (self.asked ?? 0) + 1; return {}; };"


@pytest.fixture
def code(app):
    """Ana's new card."""
    with app.app_context():
        stage = set_stage(clock.now())
        code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, clock.now())
        db.session.commit()
        return code


def new_but_for_one_file(asked, ask):
    """A new version of the app, of which one file does not arrive."""
    if asked[1] == "/shell/en":
        return 503, [], b""
    return new(asked, ask)


def new_but_for_one_page(asked, ask):
    """A new version of the app, of which one page comes from a server that is still in the old one."""
    status, headers, body = new(asked, ask)
    if asked[1] == "/offline/en":
        headers = [each for each in headers if each[0].lower() != "content-encoding"]
        body = b'<link rel="stylesheet" href="/assets/000000000000/css/base.css">'
    return status, headers, body


def new(asked, ask):
    status, headers, body = ask()
    if asked[1] == "/sw.js":
        body = body.replace(b'"version": "', b'"version": "new-')
    return status, headers, body


@pytest.mark.parametrize("mixed", [new_but_for_one_file, new_but_for_one_page])
def test_an_update_of_which_one_file_fails_leaves_the_older_version_until_it_is_whole(
    pocket, line, code, mixed
):
    pocket.connect(code)
    before = caches_on(pocket.page)
    line.change = mixed
    pocket.page.evaluate(UPDATE)
    wait_until(lambda: pocket.page.evaluate(IS_IDLE))
    assert set(before) <= set(caches_on(pocket.page))
    pocket.cut()
    pocket.page.goto("/today")
    expect(pocket.page.get_by_text("Answers for Ana Ruiz")).to_be_visible()
    pocket.mend()
    line.change = new
    pocket.page.goto("/progress")
    wait_until(lambda: all("-new-" in name for name in caches_on(pocket.page)))


def test_without_all_its_files_today_is_the_page_that_says_whom_to_ring(pocket, code):
    pocket.connect(code)
    pocket.page.evaluate("""async () => {
        const [cache] = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
        const files = await cache.keys();
        await cache.delete(files.find(({ url }) => url.endsWith("/js/today.js")));
    }""")
    pocket.context.new_cdp_session(pocket.page).send("Network.clearBrowserCache")
    pocket.cut()
    pocket.page.goto("/today")
    expect(pocket.page.get_by_role("heading", level=1)).to_have_text("No line just now")
    expect(pocket.page.get_by_role("link", name="Ring 112")).to_be_visible()


def test_a_shell_that_no_script_fills_says_whom_to_ring(phone_without_scripts):
    page = phone_without_scripts
    page.goto("/shell/en")
    expect(page.get_by_text("Ring the emergency number on your card")).to_be_visible()
    expect(page.get_by_role("link", name="Open the questions")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your questions for today")
    expect(page.get_by_role("group")).to_have_count(0)


def test_a_worker_whose_storage_never_answers_still_opens_pages(pocket, line, code):
    def silent(asked, ask):
        status, headers, body = ask()
        return status, headers, SILENT.encode() + body if asked[1] == "/sw.js" else body

    line.change = silent
    pocket.connect(code)
    pocket.page.goto("/progress")
    expect(pocket.page.get_by_role("heading", level=1)).to_have_text("How it goes")
    line.change = unchanged
    pocket.cut()
    pocket.page.goto("/progress")
    expect(pocket.page.get_by_role("heading", level=1)).to_have_text("No line just now")


def test_a_storage_that_never_answers_is_asked_once_and_then_left_alone(pocket, code):
    pocket.context.add_init_script(SILENT)
    pocket.page.goto(f"/c/{code}")
    pocket.page.get_by_role("button", name="Connect this phone").click()
    pocket.page.wait_for_url("**/today*")
    told = pocket.page.evaluate("""async () => {
        const script = [...document.scripts].find((each) => each.src.includes("/js/"));
        const { kept, keep } = await import(new URL("./store.js", script.src));
        const first = await Promise.allSettled([kept("me"), kept("left")]);
        const later = await Promise.allSettled([kept("me"), keep("me", {})]);
        return [...first, ...later].map(({ status }) => status).concat(self.asked);
    }""")
    assert told == [*["rejected"] * 4, 1]
