"""Answers on a bad line: none is lost, none is stored twice, and each reaches its own patient with its own day."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from recovery.records import cards, clock, courses, devices, patients
from recovery.records.database import db
from tests.journeys.line import unchanged
from tests.journeys.pocket import (
    SEND,
    Pocket,
    answer,
    cached_on,
    caches_on,
    choose,
    everything_on,
    tap,
)
from tests.journeys.test_main_job import sign_in
from tests.people import CARD_KEY, a_patient, answers, check_in, set_stage
from tests.processes import wait_until


@pytest.fixture
def stage(app):
    """Ana with some quiet days behind her, the last five open; Bo; and a new card for each."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        for day in range(10, 5, -1):
            check_in(stage.ana, stage.device, answers(3), now - timedelta(days=day))
        stage.bo = a_patient(stage.dee, "Bo Lind", now=now)
        stage.codes = {each.name: a_card(stage, each) for each in (stage.ana, stage.bo)}
        db.session.commit()
    return stage


def a_card(stage, person):
    return cards.issue(stage.dee, person, person.name, CARD_KEY, clock.now())


def rows_of(app, person):
    """What the clinic has from this person's phone, as the stage did not set it."""
    with app.app_context():
        rows = courses.all_of(person, patients.current_procedure(person))
        return [row for row in rows if row.advice_key != "saved" or row.pathway_version != "test"]


def given(app, person):
    return [(row.day, row.pain) for row in rows_of(app, person)]


def sent(app, person, count=1):
    """Wait until so many entries have arrived, and give them."""
    wait_until(lambda: len(rows_of(app, person)) >= count, 15)
    return given(app, person)


CHECK_IN = ("POST", "/today")


def refusing_posts(asked, ask):
    """A clinic in trouble: it takes no answers."""
    return (503, [], b"") if asked[:2] == CHECK_IN else ask()


def without_answers(asked, ask):
    """A line that breaks when the clinic has the answers and is about to say so."""
    arrives = ask()
    return None if asked[:2] == CHECK_IN else arrives


def today_of(person, ago=0):
    return person.today(clock.now()) - timedelta(days=ago)


def test_filled_in_without_a_line_and_the_phone_killed_it_is_on_the_worklist_once_with_its_day(
    app, browser, line, stage, desk, rounds, tmp_path
):
    pocket = Pocket(browser, line, tmp_path / "phone")
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.close()
    pocket.switch_on()
    pocket.cut()
    pocket.context.clock.set_fixed_time(clock.now() - timedelta(days=1))
    pocket.page.goto("/today")
    answer(pocket.page, temperature="38.6")
    expect(pocket.page.get_by_role("heading", level=1)).to_contain_text("Ring")
    expect(pocket.page.get_by_text("The clinic has not been told yet")).to_be_visible()
    pocket.kill()
    assert rows_of(app, stage.ana) == []
    line.is_cut = False
    pocket.switch_on()
    pocket.page.goto("/today")
    assert sent(app, stage.ana) == [(today_of(stage.ana, ago=1), 4)]
    wait_until(lambda: pocket.waiting() == 0)
    sign_in(desk, "dee@hill.example")
    row = desk.get_by_role("listitem").filter(has_text="Ana Ruiz")
    expect(row).to_contain_text("38.6 °C", timeout=10_000)
    expect(row).to_contain_text("given")
    pocket.page.reload()
    assert len(rows_of(app, stage.ana)) == 1
    pocket.close()


def test_two_tabs_send_what_waits_once(app, pocket, line, stage):
    pocket.connect(stage.codes["Ana Ruiz"])
    other = pocket.context.new_page()
    other.goto("/today")
    pocket.cut()
    answer(pocket.page, pain=5)
    pocket.mend()  # both tabs and the worker hear of it
    assert sent(app, stage.ana) == [(today_of(stage.ana), 5)]
    wait_until(lambda: pocket.waiting() == 0)
    assert [status for path, status in line.posts if path == "/today"] == [201]


def test_the_line_is_lost_when_the_clinic_has_it_already_and_it_is_stored_once(
    app, pocket, line, stage
):
    pocket.connect(stage.codes["Ana Ruiz"])
    line.change = without_answers
    answer(pocket.page, pain=5)
    assert sent(app, stage.ana) == [(today_of(stage.ana), 5)]
    assert pocket.waiting() == 1
    line.change = unchanged
    pocket.page.goto("/today")
    wait_until(lambda: pocket.waiting() == 0)
    assert given(app, stage.ana) == [(today_of(stage.ana), 5)]


def test_a_phone_whose_card_was_lost_in_the_middle_keeps_the_rest_until_the_card_is_used_again(
    app, pocket, line, stage
):
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.cut()
    for ago in (1, 0):
        pocket.context.clock.set_fixed_time(clock.now() - timedelta(days=ago))
        pocket.page.goto("/today")
        answer(pocket.page, pain=6 - ago)

    def end_phones(asked, ask):
        arrives = ask()
        if asked[:2] == CHECK_IN:
            with app.app_context():
                for device in devices.of_patient(stage.ana):
                    devices.end(device, stage.dee.actor, clock.now())
        return arrives

    line.change = end_phones
    pocket.mend()
    wait_until(lambda: 401 in [status for _path, status in line.posts])
    assert len(rows_of(app, stage.ana)) == 1
    assert pocket.waiting() == 1
    line.change = unchanged
    with app.app_context():
        code = a_card(stage, stage.ana)
    pocket.connect(code)
    arrived = sent(app, stage.ana, count=2)
    assert sorted(arrived) == [(today_of(stage.ana, ago=1), 5), (today_of(stage.ana), 6)]


def test_an_answer_that_the_clinic_refuses_does_not_hold_up_the_next(app, pocket, stage):
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.cut()
    pocket.outbox("""(outbox, me) => outbox.queue({
        id: "ABCDEF00-0000-4000-8000-000000000000", person: me.person, name: me.name, day: "2026-01-01",
        fields: [["entry_id", "abcdef00-0000-4000-8000-000000000000"], ["access", me.access], ["pain", "99"]],
    })""")
    answer(pocket.page, pain=5)
    pocket.mend()
    assert sent(app, stage.ana) == [(today_of(stage.ana), 5)]
    pocket.page.goto("/today")
    told = pocket.page.locator("[data-entry]").filter(has_text="ABCDEF")
    expect(told).to_contain_text("Choose a whole number from 0 to 10")
    expect(told.get_by_role("button", name="Try again")).to_be_visible()
    assert pocket.waiting() == 1


def test_without_storage_the_form_posts_directly_and_without_a_line_it_stays(app, pocket, stage):
    pocket.context.add_init_script(
        "indexedDB.open = () => { throw new DOMException('refused', 'SecurityError'); }"
    )
    page = pocket.page
    page.goto(f"/c/{stage.codes['Ana Ruiz']}")
    with page.expect_response("**/me.json*"):
        page.get_by_role("button", name="Connect this phone").click()
    tap(page, pain=5)
    pocket.cut()
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_text("This phone cannot keep your answers.")).to_be_visible()
    expect(page.locator("input[name=pain][value='5']")).to_be_checked()
    pocket.mend()
    page.get_by_role("button", name=SEND).click()
    assert sent(app, stage.ana) == [(today_of(stage.ana), 5)]


def test_a_clock_that_is_two_days_wrong_is_put_right(app, pocket, stage):
    pocket.context.clock.set_fixed_time(clock.now() - timedelta(days=2))
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.cut()
    pocket.page.goto("/today")
    answer(pocket.page, pain=5)
    pocket.mend()
    assert sent(app, stage.ana) == [(today_of(stage.ana), 5)]
    (row,) = rows_of(app, stage.ana)
    assert abs(row.given_at - clock.now()) < timedelta(minutes=5)
    assert not row.is_late


def test_of_two_cards_in_turn_each_answer_reaches_its_own_patient_or_waits(
    app, pocket, line, stage
):
    pocket.connect(stage.codes["Ana Ruiz"])
    line.change = refusing_posts
    answer(pocket.page, pain=5)
    assert pocket.waiting() == 1
    pocket.connect(stage.codes["Bo Lind"])
    line.change = unchanged
    expect(pocket.page.get_by_text("Answers of Ana Ruiz wait on this phone.")).to_be_visible()
    answer(pocket.page, pain=7)
    assert sent(app, stage.bo) == [(today_of(stage.bo), 7)]
    assert rows_of(app, stage.ana) == []
    wait_until(lambda: pocket.waiting() == 1)  # the answer to the post may still be under way
    with app.app_context():
        code = a_card(stage, stage.ana)
    pocket.connect(code)
    assert sent(app, stage.ana) == [(today_of(stage.ana), 5)]
    assert len(rows_of(app, stage.bo)) == 1
    wait_until(lambda: pocket.waiting() == 0)


def test_signing_out_without_a_line_is_refused_while_answers_wait(app, pocket, stage, look):
    pocket.connect(stage.codes["Ana Ruiz"])
    page = pocket.page
    pocket.cut()
    answer(page, pain=5)
    page.goto("/sign-out")
    leave = page.get_by_role("button", name="Yes, sign out")
    leave.click()
    expect(page.get_by_text("Some answers are not sent yet")).to_be_visible()
    look(page, "sign-out-refused")
    leave.click()
    assert pocket.waiting() == 1
    page.get_by_label("Delete my unsent answers").check()
    leave.click()
    expect(page.get_by_text("You are signed out on this phone")).to_be_visible()
    look(page, "signed-out-without-a-line")
    assert pocket.waiting() == 0
    page.goto("/today")
    expect(page.get_by_role("heading", level=1)).to_have_text("No line just now")
    expect(page.get_by_text("Ana")).to_have_count(0)
    pocket.mend()  # upon which the page opens by itself
    page.wait_for_url("**/card", timeout=15_000)
    assert rows_of(app, stage.ana) == []
    with app.app_context():
        assert devices.of_patient(stage.ana)[0].ended_at


def test_a_sign_out_that_the_clinic_cannot_take_yet_loads_no_page_again_and_again(
    app, pocket, line, stage
):
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.cut()
    pocket.page.goto("/sign-out")
    pocket.page.get_by_role("button", name="Yes, sign out").click()
    expect(pocket.page.get_by_text("You are signed out on this phone")).to_be_visible()
    pocket.page.evaluate("document.body.dataset.mark = 'the same page'")
    refused = []

    def refuse_to_sign_out(asked, ask):
        if asked[:2] != ("POST", "/sign-out"):
            return ask()
        refused.append(asked)
        return (503, [], b"")

    line.change = refuse_to_sign_out
    pocket.mend()
    wait_until(lambda: len(refused) >= 3, 20)
    assert pocket.page.evaluate("document.body.dataset.mark") == "the same page"
    line.change = unchanged
    pocket.page.wait_for_url("**/card", timeout=15_000)
    with app.app_context():
        assert devices.of_patient(stage.ana)[0].ended_at


def test_signing_out_sends_first_and_leaves_nothing_of_anybody(app, pocket, stage):
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.cut()
    answer(pocket.page, pain=5)
    pocket.page.goto("/sign-out")
    pocket.mend()
    pocket.page.goto("/sign-out")
    pocket.page.get_by_role("button", name="Yes, sign out").click()
    pocket.page.wait_for_url("**/card")
    assert given(app, stage.ana) == [(today_of(stage.ana), 5)]
    assert "Ruiz" not in json.dumps(everything_on(pocket.page))


def test_signing_out_names_somebody_else_whose_answers_wait_and_leaves_them(
    app, pocket, line, stage, look
):
    pocket.connect(stage.codes["Ana Ruiz"])
    line.change = refusing_posts
    answer(pocket.page, pain=5)
    pocket.connect(stage.codes["Bo Lind"])
    line.change = unchanged
    pocket.page.goto("/sign-out")
    others = pocket.page.get_by_label("Delete the unsent answers of Ana Ruiz")
    expect(others).not_to_be_checked()
    look(pocket.page, "sign-out-others")
    pocket.page.get_by_role("button", name="Yes, sign out").click()
    pocket.page.wait_for_url("**/card")
    with app.app_context():
        code = a_card(stage, stage.ana)
    pocket.connect(code)
    assert sent(app, stage.ana) == [(today_of(stage.ana), 5)]


def test_five_days_without_a_line_all_arrive_with_their_days(app, pocket, stage):
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.cut()
    for ago in range(4, -1, -1):
        pocket.context.clock.set_fixed_time(clock.now() - timedelta(days=ago))
        pocket.page.goto("/today")
        answer(pocket.page, pain=ago)
    assert pocket.waiting() == 5
    pocket.mend()
    arrived = sent(app, stage.ana, count=5)
    assert sorted(arrived) == [(today_of(stage.ana, ago), ago) for ago in range(4, -1, -1)]
    wait_until(lambda: pocket.waiting() == 0)


def test_with_the_app_closed_the_worker_sends_as_soon_as_there_is_a_line(app, pocket, stage):
    pocket.context.grant_permissions(["background-sync", "notifications"])
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.cut()
    answer(pocket.page, pain=5)
    expect(pocket.page.get_by_text("The clinic has not been told yet")).to_be_visible()
    pocket.page.close()
    pocket.mend()
    assert sent(app, stage.ana) == [(today_of(stage.ana), 5)]


def test_a_clinic_in_trouble_is_left_in_peace_for_a_while(app, pocket, line, stage):
    pocket.context.grant_permissions(["notifications"])  # and so no Background Sync
    pocket.connect(stage.codes["Ana Ruiz"])
    line.change = refusing_posts
    answer(pocket.page, pain=5)
    tried = "async (outbox) => (await outbox.waiting()).map((each) => each.tries)"
    wait_until(lambda: pocket.outbox(tried) == [1])
    line.change = unchanged
    assert pocket.outbox("(outbox) => outbox.drain()") == {
        "sent": [],
        "left": 1,
        "needs_card": False,
    }
    drained = pocket.outbox("(outbox) => outbox.drain({ force: true })")
    assert [stored["revision"] for stored in drained["sent"]] == [1]
    assert given(app, stage.ana) == [(today_of(stage.ana), 5)]


def test_a_database_that_the_browser_has_closed_is_opened_again(pocket, stage):
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.cut()
    assert pocket.waiting() == 0
    pocket.page.evaluate("""() => new Promise((resolve) => {
        indexedDB.deleteDatabase("recovery").onsuccess = resolve;
    })""")
    pocket.outbox("""(outbox) => outbox.queue({
        id: "a0000000-0000-4000-8000-000000000000", person: "ana", name: "Ana", day: "2026-03-02", fields: [],
    })""")
    assert pocket.waiting() == 1


def test_what_waits_is_frozen_and_other_answers_become_an_entry_of_their_own(pocket, stage):
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.cut()
    ids = pocket.outbox("""async (outbox) => {
        const id = outbox.newId();
        const draft = { id, person: "ana", name: "Ana", day: "2026-03-02" };
        const one = await outbox.queue({ ...draft, fields: [["entry_id", id], ["pain", "4"]] });
        const same = await outbox.queue({ ...draft, fields: [["entry_id", id], ["pain", "4"]] });
        const other = await outbox.queue({ ...draft, fields: [["entry_id", id], ["pain", "5"]] });
        return [one.id, same.id, other.id, other.fields[0][1]];
    }""")
    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert pocket.waiting() == 2


def test_a_browser_without_channels_says_all_the_same_that_the_answers_have_arrived(pocket, stage):
    pocket.context.grant_permissions(["notifications"])  # and so the page itself sends
    pocket.context.add_init_script("delete globalThis.BroadcastChannel")
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.cut()
    answer(pocket.page, pain=5)
    told = pocket.page.get_by_text("The clinic has not been told yet")
    expect(told).to_be_visible()
    pocket.mend()
    expect(told).to_have_count(0)
    expect(pocket.page.get_by_text("At the clinic at")).to_be_visible()


@pytest.mark.parametrize("status", [422, 503])
def test_an_entry_deleted_while_it_is_being_sent_does_not_come_back(pocket, line, stage, status):
    pocket.context.grant_permissions(["notifications"])
    pocket.connect(stage.codes["Ana Ruiz"])
    line.change = lambda asked, ask: (status, [], b"") if asked[:2] == CHECK_IN else ask()
    pocket.outbox("""async (outbox, me) => {
        const { id } = await outbox.queue({
            id: outbox.newId(), person: me.person, name: me.name, day: "2026-01-01", fields: [],
        });
        const post = window.fetch;
        window.fetch = async (...asked) => {
            const answer = await post(...asked);
            if (asked[0] === "/today") await outbox.remove(id);
            return answer;
        };
        await outbox.drain({ force: true });
    }""")
    assert pocket.waiting() == 0


def test_an_entry_deleted_while_one_before_it_is_sent_is_not_sent(pocket, line, stage):
    pocket.context.grant_permissions(["notifications"])
    pocket.connect(stage.codes["Ana Ruiz"])
    line.change = lambda asked, ask: (503, [], b"") if asked[:2] == CHECK_IN else ask()
    sent_ids = pocket.outbox("""async (outbox, me) => {
        for (const id of [outbox.newId(), outbox.newId()])
            await outbox.queue({
                id, person: me.person, name: me.name, day: "2026-01-01", fields: [["entry_id", id]],
            });
        const post = window.fetch;
        const sent = [];
        window.fetch = async (...asked) => {
            if (asked[0] !== "/today") return post(...asked);
            sent.push(asked[1].body.get("entry_id"));
            const answer = await post(...asked);
            for (const { id } of await outbox.waiting())
                if (!sent.includes(id)) await outbox.remove(id);
            return answer;
        };
        await outbox.drain({ force: true });
        return sent;
    }""")
    assert len(sent_ids) == 1


def of_another_version(asked, ask):
    """The same worker in a new version, from a clinic that takes no answers."""
    status, headers, body = refusing_posts(asked, ask)
    if asked[1] == "/sw.js":
        body = body.replace(b'"version": "', b'"version": "new-')
    return status, headers, body


def test_the_app_is_updated_while_answers_wait_and_they_stay(app, pocket, line, stage):
    pocket.connect(stage.codes["Ana Ruiz"])
    line.change = of_another_version
    answer(pocket.page, pain=5)
    pocket.page.goto("/today")
    wait_until(lambda: all("-new-" in name for name in caches_on(pocket.page)))
    assert pocket.waiting() == 1
    line.change = unchanged
    pocket.context.new_page().goto("/today")  # the other page may just be loading itself anew
    wait_until(lambda: pocket.waiting() == 0)
    assert given(app, stage.ana) == [(today_of(stage.ana), 5)]


def test_a_worker_whose_cache_a_newer_one_has_replaced_does_not_bring_it_back(pocket, stage):
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.page.evaluate("""async () => {
        const [name] = await caches.keys();
        const [own, newer] = [await caches.open(name), await caches.open("recovery-newer")];
        for (const request of await own.keys()) await newer.put(request, await own.match(request));
        await caches.delete(name);
    }""")
    pocket.page.goto("/progress")
    pocket.page.goto("/today")
    expect(pocket.page.get_by_text("Answers for Ana Ruiz")).to_be_visible()
    assert caches_on(pocket.page) == ["recovery-newer"]
    pocket.cut()
    pocket.page.goto("/progress")
    expect(pocket.page.get_by_role("heading", level=1)).to_have_text("No line just now")
    assert caches_on(pocket.page) == ["recovery-newer"]


def test_a_new_version_reloads_a_page_once_but_never_a_form_that_was_begun(pocket, line, stage):
    pocket.connect(stage.codes["Ana Ruiz"])
    other = pocket.context.new_page()
    other.goto("/today")
    mark = "document.body.dataset.before = 'yes'"
    other.evaluate(mark)
    pocket.page.evaluate(mark)
    choose(pocket.page, "pain", 5)
    line.change = of_another_version
    with other.expect_navigation():
        other.evaluate(
            "navigator.serviceWorker.getRegistration().then((each) => { each.update(); })"
        )
    expect(other.locator("body[data-before]")).to_have_count(0)
    expect(pocket.page.locator("body[data-before]")).to_have_count(1)
    expect(pocket.page.locator("input[name=pain][value='5']")).to_be_checked()


def test_a_page_that_needs_a_line_says_so_and_whom_to_ring(pocket, stage, look):
    pocket.connect(stage.codes["Ana Ruiz"])
    pocket.cut()
    pocket.page.goto("/progress")
    expect(pocket.page.get_by_role("heading", level=1)).to_have_text("No line just now")
    expect(pocket.page.get_by_role("link", name="Ring 112")).to_be_visible()
    expect(pocket.page.get_by_text("+49 30 23125 100")).to_be_visible()
    look(pocket.page, "offline")
    pocket.page.get_by_role("link", name="Go to today's questions").click()
    expect(pocket.page.get_by_text("Answers for Ana Ruiz")).to_be_visible()


def test_a_cache_that_was_emptied_is_filled_again(pocket, stage):
    pocket.connect(stage.codes["Ana Ruiz"])
    for name in caches_on(pocket.page):
        pocket.page.evaluate("(name) => caches.delete(name)", name)
    pocket.page.goto("/progress")
    wait_until(lambda: len(cached_on(pocket.page)) > 20)
    pocket.cut()
    pocket.page.goto("/today")
    expect(pocket.page.get_by_text("Answers for Ana Ruiz")).to_be_visible()


def test_the_cache_holds_nothing_of_anybody(pocket, stage):
    pocket.connect(stage.codes["Ana Ruiz"])
    for path in ("/today", "/progress", "/today?more=yes"):
        pocket.page.goto(path)
    cached = cached_on(pocket.page)
    assert len(cached) > 20
    assert not [address for address, text in cached.items() if "Ruiz" in text or "23125" in text]
