"""A phone in somebody's pocket: with a line or without, switched off and on again, and what it keeps."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, expect

from tests.journeys.chromium import CALM, CHROMIUM, PHONE, close

SEND = "Send my answers"


class Pocket:
    """A phone; with a folder it remembers everything when it is switched off."""

    def __init__(self, browser, line, folder=None):
        self.browser, self.line, self.folder = browser, line, folder
        self.complaints = []
        self.switch_on()

    def switch_on(self):
        window = {"base_url": self.line.url, **PHONE}
        if self.folder:
            self.context = self.browser.browser_type.launch_persistent_context(
                self.folder, executable_path=CHROMIUM, args=CALM, **window
            )
        else:
            self.context = self.browser.new_context(**window)
        self.context.set_default_timeout(10_000)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()

    def kill(self):
        """As a phone without power: nothing is said goodbye to."""
        session = self.context.new_cdp_session(self.page)
        with pytest.raises(Error):
            session.send("Browser.crash")

    def close(self):
        # A test's own scripts may fail on the blank page of the end.
        complained = list(self.complaints)
        close(self.context)
        self.complaints = complained

    def cut(self):
        self.line.is_cut = (
            True  # a worker that starts later does not know that the phone is offline
        )
        self.context.set_offline(True)

    def mend(self):
        self.line.is_cut = False
        self.context.set_offline(False)

    def connect(self, code):
        """Use a card, and wait until the app would open without a line."""
        self.page.goto(f"/c/{code}")
        self.page.get_by_role("button", name="Connect this phone").click()
        self.page.wait_for_url("**/today")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def outbox(self, work):
        """Run some script on the outbox of this phone."""
        return self.page.evaluate(f"""async () => {{
            const script = [...document.scripts].find((each) => each.src.includes("/js/"));
            const outbox = await import(new URL("./outbox.js", script.src));
            const {{ me }} = await import(new URL("./me.js", script.src));
            return ({work})(outbox, await me());
        }}""")

    def waiting(self):
        """How many entries lie in the outbox; asked again if the page was just being loaded anew."""
        count = "async (outbox) => (await outbox.waiting()).length"
        try:
            return self.outbox(count)
        except Error:
            self.page.wait_for_load_state()
            return self.outbox(count)


def choose(page, name, value):
    page.locator(f"label:has(> input[name={name}][value='{value}'])").click()


def tap(page, pain=4, temperature=""):
    """Tap the answers of a usual day."""
    choose(page, "pain", pain)
    choose(page, "mobility", 3)
    if temperature:
        page.locator("input[name=temperature]").fill(temperature)
    choose(page, "warning_signs", "none")
    choose(page, "answered_by", "patient")


def answer(page, pain=4, temperature=""):
    """Tap the answers and send them."""
    tap(page, pain, temperature)
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("button", name=SEND)).to_have_count(0)


def caches_on(page):
    try:
        return page.evaluate("caches.keys()")
    except Error:  # it is just being loaded anew
        return ["old"]


def cached_on(page):
    """Every text in the phone's caches by address."""
    return page.evaluate("""async () => {
        const found = {};
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys())
                found[request.url] = await (await cache.match(request)).text();
        }
        return found;
    }""")


def everything_on(page):
    """All that the caches and IndexedDB of the phone hold."""
    stored = page.evaluate("""() => new Promise((resolve, reject) => {
        const opening = indexedDB.open("recovery");
        opening.onerror = reject;
        opening.onsuccess = async () => {
            const found = {};
            for (const name of opening.result.objectStoreNames) {
                const asked = opening.result.transaction(name).objectStore(name).getAll();
                found[name] = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
            }
            resolve(found);
        };
    })""")
    return [stored, cached_on(page)]
