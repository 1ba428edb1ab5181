"""Every page has its guard, every post comes from our own pages, and nobody else's script runs."""

from __future__ import annotations

import pytest

from recovery.web.doors import DOORS
from recovery.web.headers import CONTENT_POLICY

SAME = {"Sec-Fetch-Site": "same-origin"}
OPEN_TO_ANYONE = {
    *("health", "assets", "cards", "sign_in", "clinic_welcome", "pwa", "install"),
    "clinic_worker",
}


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_route_has_a_guard(sqlite_app):
    doors = sqlite_app.extensions["doors"]
    for rule in rules(sqlite_app):
        blueprint = rule.endpoint.rpartition(".")[0]
        assert doors.get(blueprint), (
            f"{rule}: list its blueprint with a guard in recovery.web.doors.DOORS"
        )


def test_only_the_agreed_doors_are_open_to_anyone():
    assert {pages.name for pages, guard in DOORS if guard.__name__ == "anyone"} == OPEN_TO_ANYONE


def test_nobody_without_a_sign_in_enters_a_guarded_page(sqlite_app):
    client = sqlite_app.test_client()
    for rule in rules(sqlite_app):
        if rule.endpoint.partition(".")[0] in OPEN_TO_ANYONE:
            continue
        url = rule.rule
        for argument in rule.arguments:
            url = url.replace(f"<{argument}>", "0" * 32).replace(f"<uuid:{argument}>", f"{0:032x}")
        if "GET" in rule.methods and url.endswith(".json"):
            assert client.get(url).status_code == 401, url
        elif "GET" in rule.methods:
            answer = client.get(url)
            assert answer.status_code == 302, url
            assert "/card" in answer.location or "/sign-in" in answer.location
        if "POST" in rule.methods:
            assert client.post(url, headers=SAME).status_code == 401, url


def test_a_post_from_elsewhere_is_refused(sqlite_app):
    client = sqlite_app.test_client()
    for headers in (
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ):
        assert client.post("/card", data={"code": "x"}, headers=headers).status_code == 403, headers


@pytest.mark.parametrize("headers", [SAME, {"Origin": "http://localhost"}])
def test_a_post_from_our_own_pages_is_let_in(sqlite_app, headers):
    answer = sqlite_app.test_client().post("/card", data={"code": "x"}, headers=headers)
    assert answer.status_code != 403


@pytest.mark.parametrize("url", ["/card", "/clinic/sign-in", "/health", "/nothing-here"])
def test_every_answer_carries_the_strict_headers(sqlite_app, url):
    headers = sqlite_app.test_client().get(url).headers
    assert headers["Content-Security-Policy"] == CONTENT_POLICY
    assert "unsafe" not in CONTENT_POLICY
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_patients_and_clinicians_have_separate_cookies(sqlite_app):
    assert sqlite_app.config["SESSION_COOKIE_PATH"] == "/clinic"
    assert sqlite_app.config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert sqlite_app.config["SESSION_COOKIE_HTTPONLY"]


def test_the_process_answers_and_rounds_that_never_ran_are_late(sqlite_app):
    client = sqlite_app.test_client()
    assert client.get("/health").json == {"status": "ok"}
    late = client.get("/health/rounds")
    assert (late.status_code, late.json["status"], late.json["last_finished"]) == (
        503,
        "late",
        None,
    )
