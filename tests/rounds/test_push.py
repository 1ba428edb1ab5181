"""Web Push to a real endpoint: what arrives is signed, encrypted for one phone, and tells a stranger nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from recovery.records import push_keys, subscriptions
from recovery.records.database import db
from recovery.records.messages import Message
from recovery.records.subscriptions import Address, SubscriptionRefused
from recovery.rounds import delivery, reminders
from tests import push_service, reading_age
from tests.conftest import settings_for
from tests.people import MONDAY, a_device
from tests.push_service import Browser, address_of, bytes64, signed_claims

SETTINGS = replace(settings_for("unused"), push_services=("localhost",))
USUAL = ("fcm.googleapis.com", "web.push.apple.com")
KEY = push_keys.public_key(SETTINGS.secret_key)


@pytest.fixture
def service():
    with push_service.server() as running:
        yield running


@pytest.fixture
def browser():
    return Browser()


def subscribe(device, browser, service, path="/ana"):
    return subscriptions.keep(device, address_of(browser, service.url + path), MONDAY)


def remind(at=MONDAY):
    reminders.remind_due(SETTINGS, at)
    return delivery.deliver_due(SETTINGS, lambda: at, "push")


def test_the_helper_of_these_tests_reads_the_example_of_rfc_8291():
    private = int.from_bytes(bytes64("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
    phone = Browser(
        ec.derive_private_key(private, ec.SECP256R1()), bytes64("BTBZMqHH6r4Tts7J_aSIgg")
    )
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8"
        "wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert phone.decrypt(bytes64(body)) == b"When I grow up, I want to be a watermelon"


def test_the_notice_reaches_the_phone_and_only_its_own_key_opens_it(stage, service, browser):
    subscribe(stage.device, browser, service)
    assert remind() == 1
    (post,) = service.posts
    assert post.headers["content-encoding"] == "aes128gcm"
    told = browser.read(post.body)
    assert told["web_push"] == 8030
    assert told["notification"]["title"] == "Time for today's questions"
    assert told["notification"]["navigate"] == "http://localhost/today"
    with pytest.raises(InvalidTag):
        Browser().decrypt(post.body)


def test_a_stranger_reads_nothing_of_health_name_or_clinic_on_the_locked_phone(
    stage, service, browser
):
    subscribe(stage.device, browser, service)
    remind()
    notice = browser.read(service.posts[0].body)["notification"]
    words = [notice["title"], notice["body"], *(each["title"] for each in notice["actions"])]
    said = " ".join(words).lower()
    for personal in ("ana", "ruiz", "hill", "clinic", "pain", "health", "back", "temperature"):
        assert personal not in said
    assert not reading_age.complaints(words)


def test_the_notice_speaks_the_language_of_the_phone(stage, service, browser):
    stage.device.language = "ar"
    db.session.commit()
    subscribe(stage.device, browser, service)
    remind()
    notice = browser.read(service.posts[0].body)["notification"]
    assert (notice["lang"], notice["dir"]) == ("ar", "rtl")


def test_it_offers_to_remind_later_and_browsers_without_a_worker_open_the_page_for_it(
    stage, service, browser
):
    subscribe(stage.device, browser, service)
    remind()
    notice = browser.read(service.posts[0].body)["notification"]
    assert [each["action"] for each in notice["actions"]] == [
        "later-hour",
        "later-evening",
        "later-tomorrow",
    ]
    assert {each["navigate"] for each in notice["actions"]} == {"http://localhost/reminders"}


def test_the_push_service_learns_who_sends_for_how_long_it_is_useful_and_no_more(
    stage, service, browser, at
):
    at(MONDAY)
    subscribe(stage.device, browser, service)
    remind()
    headers = service.posts[0].headers
    claims = signed_claims(headers["Authorization"], KEY)
    assert claims["aud"] == service.url
    assert claims["sub"] == "mailto:recovery@clinic.example"
    assert datetime.fromtimestamp(claims["exp"], UTC) - MONDAY == timedelta(hours=12)
    assert int(headers["ttl"]) == 11 * 3600  # 21:00 in Berlin
    assert (headers["Topic"], headers["Urgency"]) == ("reminder", "high")


def test_a_helpers_phone_is_reminded_too(stage, service, browser):
    helper, _token, _code = a_device(stage.dee, stage.ana)
    subscribe(stage.device, browser, service)
    subscribe(helper, Browser(), service, "/helper")
    assert remind() == 2
    assert sorted(post.path for post in service.posts) == ["/ana", "/helper"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_not_posted_to_again(stage, service, browser, status):
    service.answers["/ana"] = status
    kept = subscribe(stage.device, browser, service)
    remind()
    db.session.refresh(kept)
    assert (kept.dead_at, kept.dead_because) == (MONDAY, f"gone ({status})")
    remind(MONDAY + timedelta(days=1))
    assert len(service.posts) == 1


def test_a_phone_that_subscribes_anew_is_reached_again(stage, service, browser):
    service.answers["/ana"] = 410
    subscribe(stage.device, browser, service)
    remind()
    assert subscribe(stage.device, browser, service).dead_at  # the same endpoint stays dead
    assert subscribe(stage.device, browser, service, "/anew").dead_at is None
    assert remind(MONDAY + timedelta(days=1)) == 1
    assert service.posts[-1].path == "/anew"


def test_a_push_service_that_fails_is_tried_again_and_does_not_hold_up_another_phone(
    stage, service, browser
):
    helper, _token, _code = a_device(stage.dee, stage.ana)
    subscribe(stage.device, browser, service)
    subscribe(helper, Browser(), service, "/helper")
    service.answers["/ana"] = 503
    assert remind() == 1
    del service.answers["/ana"]
    assert remind(MONDAY + timedelta(seconds=59)) == 0
    assert remind(MONDAY + timedelta(minutes=1)) == 1


def test_a_redirect_is_not_followed(stage, service, browser):
    with push_service.server() as stranger:
        service.answers["/ana"], service.elsewhere = 307, stranger.url
        subscribe(stage.device, browser, service)
        assert remind() == 0
        assert stranger.posts == []


def test_a_host_that_is_no_push_service_any_more_is_not_posted_to(stage, service, browser):
    subscribe(stage.device, browser, service)
    reminders.remind_due(SETTINGS, MONDAY)
    strict = replace(SETTINGS, push_services=USUAL)
    assert delivery.deliver_due(strict, lambda: MONDAY, "push") == 0
    assert service.posts == []
    assert db.session.scalars(sa.select(Message.last_error)).one() == "no known push service"


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://web.push.apple.com/QLx",
        "https://eu.web.push.apple.com:443/QLx",
    ],
)
def test_a_push_service_and_the_hosts_below_it_are_known(endpoint):
    subscriptions.check(address_of(Browser(), endpoint), USUAL)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com.example/x",
        "https://notfcm.googleapis.com@evil.example/x",
        "https://user@fcm.googleapis.com/x",
        r"https://evil.example\.fcm.googleapis.com/x",
        r"https://evil.example\@fcm.googleapis.com/x",
        "https://fcm.googleapis.com/x y",
        "https://fcm.googleapis.com/\n",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:port/x",
        "https://169.254.169.254/latest",
        "http://localhost:5432/",
        "https://localhost/",
        "file:///etc/passwd",
        "",
        "https://fcm.googleapis.com/" + "x" * 1000,
    ],
)
def test_any_other_address_is_refused(endpoint):
    with pytest.raises(SubscriptionRefused):
        subscriptions.check(address_of(Browser(), endpoint), USUAL)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", ""),
        ("BPub" + "A" * 83, "c2l4dGVlbiBieXRlcyBvaw"),
        ("é", "c2l4dGVlbiBieXRlcyBvaw"),
    ],
)
def test_keys_that_no_browser_has_are_refused(p256dh, auth):
    with pytest.raises(SubscriptionRefused):
        subscriptions.check(Address("https://fcm.googleapis.com/x", p256dh, auth), USUAL)


def test_the_key_follows_from_the_secret_alone():
    again = push_keys.private_key.__wrapped__("x" * 32)
    assert again.private_numbers() == push_keys.private_key("x" * 32).private_numbers()
    assert push_keys.public_key("z" * 32) != KEY
    assert len(bytes64(KEY)) == 65
