"""The worker's script and the pages that it keeps: they know nobody, and change when anything in them does."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from recovery.records.languages import LANGUAGES
from recovery.web import assets, pwa
from tests.house.program import ROOT

MOST_BYTES = 120 * 1024
NOBODYS = [f"/{kind}/{language}" for kind in ("shell", "offline") for language in LANGUAGES]


@pytest.fixture
def phone(sqlite_app, stage):
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    return phone


def seen(phone, path):
    """The status and the text of a file."""
    with phone.get(path) as answer:
        return answer.status_code, answer.text


def told(phone):
    """What the worker's script hands to its start()."""
    return json.loads(re.search(r"start\((.*)\);", phone.get("/sw.js").text)[1])


def test_the_workers_script_is_asked_for_every_time_and_names_its_version(phone):
    answer = phone.get("/sw.js")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    worker = re.search(r'from "(/assets/[^"]+/sw/worker.js)"', answer.text)[1]
    assert seen(phone, worker)[0] == 200
    assert told(phone)["languages"] == list(LANGUAGES)


def test_everything_that_the_worker_keeps_is_there_and_light_enough(phone):
    files = told(phone)["files"]
    answers = [seen(phone, file) for file in files]
    assert {status for status, _text in answers} == {200}
    assert set(NOBODYS) <= set(files)
    weight = sum(len(gzip.compress(text.encode())) for _status, text in answers)
    assert weight <= MOST_BYTES


def test_the_worker_keeps_every_script_that_a_kept_script_imports(phone):
    files = set(told(phone)["files"])
    for file in [each for each in files if each.endswith(".js")]:
        for name in re.findall(r'(?:from |import\()"\./([\w.]+)"', seen(phone, file)[1]):
            assert f"{file.rpartition('/')[0]}/{name}" in files


def test_a_page_without_a_line_knows_nobody_whoever_asks(phone, sqlite_app):
    nobody = sqlite_app.test_client()
    for path in NOBODYS:
        page = phone.get(path)
        assert page.text == nobody.get(path).text
        assert page.headers["Cache-Control"] == "no-cache"
        assert not re.search(r"Ana|Hill|\+49|112", page.text)


def test_a_page_without_a_line_speaks_each_language_and_no_other(phone):
    for language in LANGUAGES:
        assert f'<html lang="{language}"' in phone.get(f"/offline/{language}").text
    assert phone.get("/offline/xx").status_code == 404
    assert phone.get("/shell/xx").status_code == 404


def test_another_text_on_a_kept_page_is_another_version(sqlite_app, monkeypatch):
    with sqlite_app.test_request_context():
        before = pwa.version()
        pwa._version_of.cache_clear()
        assert pwa.version() == before
        pwa._version_of.cache_clear()
        monkeypatch.setattr(pwa, "offline", lambda language: f"other words in {language}")
        assert pwa.version() != before
    pwa._version_of.cache_clear()


def test_another_file_is_another_version(sqlite_app, monkeypatch):
    with sqlite_app.test_request_context():
        before = pwa.version()
        monkeypatch.setattr(assets, "version", lambda: "another")
        assert pwa.version() != before


def test_the_worker_names_no_page_of_the_clinic():
    never = re.search(r"NEVER = /(.*)/;", (ROOT / "static/sw/worker.js").read_text())[1]
    pattern = re.compile(never.replace("\\/", "/"))
    for path in (
        "/clinic/",
        "/clinic/patients",
        "/api/v1",
        "/fhir/x",
        "/health",
        "/c/CODE",
        "/card",
    ):
        assert pattern.match(path), path
    for path in ("/today", "/progress", "/cards-of-mine", "/"):
        assert not pattern.match(path), path
