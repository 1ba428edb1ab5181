"""What a phone has to fetch, by the browser's own figures: little at first, nothing afterwards."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from recovery.records import cards, clock
from recovery.records.database import db
from tests.journeys.conftest import PHONE
from tests.people import CARD_KEY, set_stage

KB = 1024
FIRST_VISIT = 60 * KB
FIRST_PAINT = 14 * KB  # what fits into the first round trip
PRECACHE = 120 * KB

UNTIL_LOADED = """() => new Promise((done) => {
  const all = () => {
    const [page] = performance.getEntriesByType("navigation");
    const rest = performance.getEntriesByType("resource");
    return [page, ...rest].map((each) => ({
      name: each.name,
      bytes: each.transferSize,
      blocks: each === page || each.renderBlockingStatus === "blocking",
      before: each.startTime <= page.loadEventStart,
    }));
  };
  const [page] = performance.getEntriesByType("navigation");
  const look = () => (page.loadEventEnd ? done(all()) : setTimeout(look, 20));
  look();
})"""
KEPT = """async () => {
  const [name] = (await caches.keys()).filter((each) => each.startsWith("recovery-"));
  return (await (await caches.open(name)).keys()).map((each) => each.url);
}"""
FETCHED = """async (urls) => {
  performance.setResourceTimingBufferSize(1000);
  performance.clearResourceTimings();
  for (const url of urls) await (await fetch(url, { cache: "reload" })).blob();
  return performance.getEntriesByType("resource").map((each) => [each.name, each.transferSize]);
}"""


@pytest.fixture
def token(app):
    """The key of Ana's phone."""
    with app.app_context():
        stage = set_stage(clock.now())
        stage.code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, clock.now())
        db.session.commit()
        return stage.token


@pytest.fixture
def connected(visit, site, token):
    """A phone that has its key and has never opened the app."""
    page = visit(**PHONE)
    page.context.add_cookies([{"name": "device", "value": token, "url": site}])
    return page


def test_the_first_visit_is_light_and_paints_after_one_round_trip(connected):
    connected.goto("/today")
    fetched = connected.evaluate(UNTIL_LOADED)
    assert all(each["bytes"] for each in fetched if each["blocks"]), "something was not measured"
    assert sum(each["bytes"] for each in fetched if each["before"]) <= FIRST_VISIT, fetched
    assert sum(each["bytes"] for each in fetched if each["blocks"]) <= FIRST_PAINT, fetched


def test_the_app_that_is_kept_for_later_is_small(connected, visit):
    open_once(connected)
    kept = connected.evaluate(KEPT)
    elsewhere = visit(**PHONE, service_workers="block")
    elsewhere.goto("/card")
    # By address, because the browser may ask for the icon of its own accord.
    fetched = dict(elsewhere.evaluate(FETCHED, kept))
    assert set(fetched) >= set(kept)
    assert all(fetched[url] for url in kept), "something was not measured"
    assert sum(fetched[url] for url in kept) <= PRECACHE, fetched


def test_later_visits_fetch_nothing_before_the_questions_show(connected):
    open_once(connected)
    connected.context.set_offline(True)
    connected.goto("/today")
    expect(connected.get_by_role("group", name="how bad was your back pain")).to_be_visible()
    fetched = connected.evaluate(UNTIL_LOADED)
    assert sum(each["bytes"] for each in fetched if each["before"]) == 0, fetched


def open_once(page):
    """Until the worker has the app."""
    page.goto("/today")
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
